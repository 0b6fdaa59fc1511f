"""What a benchmark needs to be there: programs that are installed, and those that are built."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).resolve().parent.parent
TARGET = BENCH.parent / "target" / "bench"
PEERS = TARGET / "peers" / "release"


def find(name):
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")


def require(*names):
    """Ends with what is missing of this machine."""
    if (os.cpu_count() or 1) < 2:
        sys.exit("error: two cores are needed, one for the server and one for the load")
    absent = [name for name in names if not find(name)]
    if absent:
        sys.exit(f"error: not installed: {', '.join(absent)}")


def build(gateway):
    """The path of the gateway, which is built unless it is given; builds the load and the peers."""
    if not gateway:
        cargo(["build", "--release", "--bin", "gateway", "--target-dir", str(TARGET)], BENCH.parent)
        gateway = TARGET / "release" / "gateway"
    cargo(["build", "--release", "--target-dir", str(TARGET / "peers")], BENCH)
    # A bundle of certificates of this machine's would be read at every start of a server.
    os.environ.pop("SSL_CERT_FILE", None)
    return gateway.resolve()


def empty_room(name):
    room = TARGET / name
    shutil.rmtree(room, ignore_errors=True)
    room.mkdir(parents=True)
    return room


def cargo(words, where):
    subprocess.run(["cargo", *words], cwd=where, check=True)
