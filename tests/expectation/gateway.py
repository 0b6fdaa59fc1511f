"""Builds a capability's gateway, and runs it."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve() / "expectation"
PATIENCE = 60


class Failed(Exception):
    """The gateway cannot be built, or does not start as it should."""


def build(file: Path, number: int) -> tuple[Path, list[str]]:
    """The gateway of a file, and what rustc warns of in it. Dependencies are built once for all files."""
    command = ["cargo", "build", "--locked", "--bin", "gateway", "--target-dir", str(TARGET)]
    environment = os.environ | {"CAPABILITY": str(file.resolve()), "CARGO_TERM_COLOR": "never"}
    built = TARGET / f"gateway-{os.getpid()}-{number}"
    # Another run must not build its gateway before this one is taken away.
    with (TARGET / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Failed(done.stderr)
        shutil.copy2(TARGET / "debug" / "gateway", built)
    warnings = [
        line for line in done.stderr.splitlines() if re.match(r"warning(\[.*\])?: (?!gateway@|`gateway`)", line)
    ]
    return built, warnings


def refuses_to_start(binary: Path, flags: list[str], missing: list[str]) -> list[str]:
    """Starts a gateway without its secrets: what is wrong with the way it refuses."""
    done = subprocess.run(
        [binary, *flags],
        env={},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    unnamed = [name for name in missing if name not in done.stderr]
    problems = [f"the start without settings does not name {name}" for name in unnamed]
    if done.returncode != 1 or "listening" in done.stderr:
        problems.append(f"the start without settings ended with {done.returncode}: {done.stderr}")
    return problems


class Gateway:
    """A running gateway, with the address of every adapter by its namespace."""

    def __init__(self, binary: Path, flags: list[str], environment: dict[str, str], adapters: list[str]) -> None:
        self._process = subprocess.Popen(
            [binary, *flags], env={"GATEWAY_ADMIN_PORT": "off"} | environment, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
        )
        self.addresses: dict[str, str] = {}
        self.said: list[str] = []
        timer = threading.Timer(PATIENCE, self._process.kill)
        timer.start()
        stream = self._process.stderr
        assert stream is not None
        while len(self.addresses) < len(adapters) and (line := stream.readline()):
            self.said.append(line)
            if found := re.search(r'listening on (http://\S+).*adapter="([^"]*)"', line):
                self.addresses[found[2]] = found[1]
        timer.cancel()
        if set(self.addresses) != set(adapters):
            self.stop()
            raise Failed(f"it listens for {sorted(self.addresses)}, not for {adapters}: {''.join(self.said)}")
        self._reading = threading.Thread(target=lambda: self.said.extend(stream), daemon=True)
        self._reading.start()

    def stop(self) -> None:
        """Ends it, and waits until it has."""
        self._process.terminate()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
