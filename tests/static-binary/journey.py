"""Starts the gateway in its two roots, and calls it. Called by `run`."""

import fcntl
import http.client
import http.server
import json
import os
import queue
import re
import signal
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time

NOBODY = 65534
KEY = "key-of-this-test"
PATIENCE = 10.0


class Skipped(Exception):
    pass


def raise_loopback():
    """A new network has its loopback interface down."""
    SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sh14x", b"lo", 0)
        _, flags = struct.unpack("16sh14x", fcntl.ioctl(control, SIOCGIFFLAGS, request))
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags | IFF_UP))


class Names:
    """A name server that knows one name, and only its IPv4 address."""

    def __init__(self, host):
        self.host = host.lower()
        self.asked = set()
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self.socket.bind(("127.0.0.1", 53))
        except OSError as error:
            raise Skipped(f"127.0.0.1:53 cannot be bound ({error})") from error
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            query, sender = self.socket.recvfrom(4096)
            labels, at = [], 12
            while query[at]:
                labels.append(query[at + 1 : at + 1 + query[at]].decode())
                at += 1 + query[at]
            name, end = ".".join(labels).lower(), at + 5
            (kind,) = struct.unpack("!H", query[at + 1 : at + 3])
            self.asked.add(name)
            known, address = name == self.host, name == self.host and kind == 1
            flags = 0x8580 if known else 0x8583
            reply = query[:2] + struct.pack("!HHHHH", flags, 1, int(address), 0, 0) + query[12:end]
            if address:
                reply += struct.pack("!HHHIH4s", 0xC00C, 1, 1, 60, 4, socket.inet_aton("127.0.0.1"))
            self.socket.sendto(reply, sender)


class Upstream(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    seen = []

    def do_GET(self):
        self.seen.append((self.path, self.headers["Authorization"], self.headers["Host"]))
        body = json.dumps({"customers": [{"external_id": "from-the-upstream"}]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def serve_upstream(keys):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{keys}/upstream.pem", f"{keys}/upstream.key")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port


class Gateway:
    """The gateway with `root` as its root directory, run by nobody."""

    def __init__(self, root, base_uri, environment):
        def enter():
            os.chroot(root)
            os.chdir("/")
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)

        self.begun = time.monotonic()
        self.process = subprocess.Popen(
            ["/gateway", "--lago-customers-base-uri", base_uri]
            + ["--lago-customers-rest-port", "0", "--lago-customers-mcp-port", "0"],
            env={"LAGO_API_KEY": KEY, "GATEWAY_ADMIN_PORT": "off", **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=enter,
        )
        self.log, self.lines = [], queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()
        self.port = self.listening("lago-customers-rest")
        self.ready_after = time.monotonic() - self.begun

    def read(self):
        for line in self.process.stderr:
            self.log.append(line)
            self.lines.put(line)
        self.lines.put(None)

    def listening(self, adapter):
        deadline = time.monotonic() + PATIENCE
        while (left := deadline - time.monotonic()) > 0:
            try:
                line = self.lines.get(timeout=left)
            except queue.Empty:
                break
            if line is None:
                raise AssertionError(f"the gateway has ended:\n{''.join(self.log)}")
            found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
            if found and adapter in line:
                return int(found.group(1))
        raise AssertionError(f"{adapter} does not listen after {PATIENCE} s:\n{''.join(self.log)}")

    def get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.headers.get_content_type(), json.loads(answer.read())
        finally:
            connection.close()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(PATIENCE) == 0, f"exit status {self.process.returncode}"

    def __enter__(self):
        return self

    def __exit__(self, failure, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if failure:
            print("".join(self.log), end="", file=sys.stderr)


def alone(room, host, _names):
    """With nothing beside it, the gateway starts, and says when it cannot reach its upstream."""
    # Without a resolv.conf there is nobody to ask for a name.
    with Gateway(f"{room}/bare", f"https://{host}/api/v1", {}) as gateway:
        begun = time.monotonic()
        status, kind, problem = gateway.get("/v1/customers")
        assert (status, kind) == (502, "application/problem+json"), (status, kind, problem)
        assert KEY not in "".join(gateway.log) + json.dumps(problem)
        gateway.stop()
        return f"{status} after {1000 * (time.monotonic() - begun):.0f} ms"


def connected(room, host, names):
    """With a resolv.conf and a certificate, the gateway reaches its upstream by name, over TLS."""
    if isinstance(names, Skipped):
        raise names
    port = serve_upstream(f"{room}/keys")
    base_uri = f"https://{host}:{port}/api/v1"
    with Gateway(f"{room}/connected", base_uri, {"SSL_CERT_FILE": "/ca.pem"}) as gateway:
        status, _, body = gateway.get("/v1/customers")
        answered_after = time.monotonic() - gateway.begun
        assert status == 200, (status, body)
        assert body["customers"][0]["external_id"] == "from-the-upstream", body
        assert host in names.asked, names.asked
        assert Upstream.seen == [("/api/v1/customers", f"Bearer {KEY}", f"{host}:{port}")], Upstream.seen
        gateway.stop()
    ready, answered = 1000 * gateway.ready_after, 1000 * answered_after
    return f"listening {ready:.0f} ms after its start, first answer after {answered:.0f} ms"


def untrusted(room, host, names):
    """Without the certificate, the gateway does not trust the same upstream."""
    if isinstance(names, Skipped):
        raise names
    seen = len(Upstream.seen)
    port = serve_upstream(f"{room}/keys")
    with Gateway(f"{room}/connected", f"https://{host}:{port}/api/v1", {}) as gateway:
        status, _, problem = gateway.get("/v1/customers")
        assert status == 502, (status, problem)
        assert len(Upstream.seen) == seen, Upstream.seen
        gateway.stop()
    return "502"


def main():
    room, host, network = sys.argv[1:]
    if network == "own-network":
        raise_loopback()
    try:
        names = Names(host)
    except Skipped as skipped:
        names = skipped
    journeys = [connected, untrusted, alone]
    failed = False
    for journey in journeys:
        title = journey.__doc__
        try:
            if journey is alone and network != "own-network":
                raise Skipped("without a network of its own it would ask public name servers")
            print(f"ok {title} ({journey(room, host, names)})")
        except Skipped as skipped:
            print(f"SKIPPED {title} {skipped}", file=sys.stderr)
            failed |= os.environ.get("REQUIRE_STATIC") == "1"
        except Exception as error:
            print(f"FAILED {title} {type(error).__name__}: {error}", file=sys.stderr)
            failed = True
    sys.exit(failed)


main()
