"""Programs that are started, looked at in /proc, and stopped."""

import os
import signal
import socket
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")
PATIENCE = 30.0


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def pinned(core, command):
    return ["taskset", "-c", str(core), *command]


class Process:
    """A program in a process group of its own, pinned to one core."""

    def __init__(self, command, core, port, log, environment=None):
        self.port = port
        with open(log, "wb") as output:
            self.child = subprocess.Popen(
                pinned(core, command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, **(environment or {})},
                start_new_session=True,
            )
        self.log = log
        try:
            self._await_port()
        except BaseException:
            self.stop()
            raise

    def _await_port(self):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if self.child.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.02)
        with open(self.log, errors="replace") as output:
            raise RuntimeError(f"{self.child.args[3]} does not listen: {output.read()[-500:]}")

    def members(self):
        """The ids of all processes of the group."""
        found = []
        for name in os.listdir("/proc"):
            if name.isdigit():
                fields = stat(name)
                if fields and int(fields[2]) == self.child.pid:
                    found.append(int(name))
        return found

    def cpu(self):
        """Seconds of processor time so far, of user and system."""
        ticks = 0
        for member in self.members():
            fields = stat(member)
            if fields:
                ticks += int(fields[11]) + int(fields[12])
        return ticks / TICKS

    def resident(self):
        """Resident memory in bytes."""
        total = 0
        for member in self.members():
            try:
                with open(f"/proc/{member}/status") as status:
                    for line in status:
                        if line.startswith("VmRSS:"):
                            total += int(line.split()[1]) * 1024
            except OSError:
                pass
        return total

    def stop(self):
        try:
            os.killpg(self.child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.child.wait()


def stat(member):
    """The fields of /proc/PID/stat from the state on, which is number 0."""
    try:
        with open(f"/proc/{member}/stat") as file:
            return file.read().rpartition(") ")[2].split()
    except OSError:
        return None
