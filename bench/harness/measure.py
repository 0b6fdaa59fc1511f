"""One figure after the other of one server."""

import json
import resource
import socket
import subprocess
import threading
import time

from .processes import Process, pinned

# The server that is measured has a core of its own; the load and the upstream share the other.
LOAD_CORE, SERVER_CORE = 0, 1
CONNECTIONS = 32
STEADY_CONNECTIONS = 16
MANY_CONNECTIONS = 256
PATIENCE = 120


class Failed(Exception):
    """A figure that could not be taken."""


def run(command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    if done.returncode != 0:
        raise Failed((done.stderr or done.stdout).strip()[-300:])
    return done.stdout


def check(server, workload):
    """One exchange whose answer is looked at: a server that answers quickly with errors is not fast."""
    port = server.ports[workload.name]
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.settimeout(10)
        connection.sendall(workload.message(port))
        answer = b""
        while workload.expected.encode() not in answer:
            more = connection.recv(65536)
            answer += more
            if not more or len(answer) > 1 << 20:
                raise Failed(f"an answer is not as expected: {answer[:200]!r}")
    if not answer.startswith(b"HTTP/1.1 200"):
        raise Failed(f"an answer is not as expected: {answer[:200]!r}")


class Bench:
    """The tools and files of one run."""

    def __init__(self, room, load, wrk, seconds):
        self.room, self.load, self.wrk, self.seconds = room, load, wrk, seconds

    def start(self, server):
        port = next(iter(server.ports.values()))
        log = self.room / f"{server.name.replace(', ', '-').replace(' ', '-')}.log"
        return Process(server.command, SERVER_CORE, port, log, server.environment)

    def closed_loop(self, server, workload, connections):
        port = server.ports[workload.name]
        _, script = workload.write(self.room, port)
        command = [
            self.wrk, "-t1", f"-c{connections}", f"-d{self.seconds}s", "-s", str(script),
            f"http://127.0.0.1:{port}/",
        ]  # fmt: skip
        return json.loads(run(pinned(LOAD_CORE, command)).strip().splitlines()[-1])

    def saturated(self, process, server, workload):
        """Processor time of a request, and requests a second, with requests always waiting."""
        before = process.cpu()
        seen = self.closed_loop(server, workload, CONNECTIONS)
        spent = process.cpu() - before
        if seen["failed"] or not seen["requests"]:
            raise Failed(f"{seen['failed']} of {seen['requests']} requests failed")
        return {
            "cpu_us": spent / seen["requests"] * 1e6,
            "per_second": seen["requests"] / seen["seconds"],
        }

    def steady(self, server, workload):
        """Latencies at a fixed rate."""
        port = server.ports[workload.name]
        request, _ = workload.write(self.room, port)
        words = ["steady", port, STEADY_CONNECTIONS, workload.rate, self.seconds, request]
        seen = json.loads(run(pinned(LOAD_CORE, [self.load, *map(str, words)])))
        if seen["failed"]:
            raise Failed(f"{seen['failed']} requests at a fixed rate failed")
        return {name: seen[name] for name in ("p50_us", "p90_us", "p99_us", "p999_us", "max_us")}

    def memory(self, server, workload):
        """Resident memory after the first answer, and the most that is seen while many connections send without a
        pause. Whether all of them are answered in that time is no matter here."""
        process = self.start(server)
        try:
            check(server, workload)
            time.sleep(0.5)
            idle = process.resident()
            most, over = [idle], threading.Event()

            def watch():
                while not over.wait(0.05):
                    most.append(process.resident())

            watcher = threading.Thread(target=watch)
            watcher.start()
            try:
                self.closed_loop(server, workload, MANY_CONNECTIONS)
            finally:
                over.set()
                watcher.join()
            return {"idle_bytes": idle, "connected_bytes": max(most)}
        finally:
            process.stop()

    def first_answer(self, server, workload, environment):
        """Milliseconds from exec to the first answer. Not pinned: a start may use what the machine has."""
        port = server.ports[workload.name]
        request, _ = workload.write(self.room, port)
        command = [self.load, "first-answer", str(port), str(request), "--", *server.command]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=PATIENCE, env=environment
        )
        if done.returncode != 0:
            raise Failed(done.stderr.strip()[-300:])
        return json.loads(done.stdout)


def provide_descriptors():
    """Raises the limit on open files, which children inherit, as far as it goes."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 16384), hard))
