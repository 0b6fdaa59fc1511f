"""Derives from capability files what their gateways must do, and sees whether they do it: see `run`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from cases import Case, cases
from clients import Client, Tools
from comparing import differences
from expecting import Expectations
from gateway import Failed, Gateway, build, refuses_to_start
from inferring import HOLE, Plan, plan, upstream_parameters, variable
from listing import listing_problems, tool_name
from reading import Api, Capability, read
from recorder import Recorder
from routing import routing_problems
from sending import rest, rest_problems, tool, tool_problems
from tree import Unreadable


class Trial:
    """One capability: its gateway, an upstream for each API, and what was found wrong."""

    def __init__(self, capability: Capability, binary: Path) -> None:
        self._capability = capability
        self._binary = binary
        self._recorders = {api.namespace: Recorder() for api in capability.apis}
        self._bases = {api.namespace: _base_path(api) for api in capability.apis}
        self._secrets = {name: f"dummy-{name}/+=&%" for name in _secrets(capability)}
        self._expectations = Expectations(capability, self._secrets, self._bases)
        self.failures: list[str] = []
        self.tried = 0

    def run(self) -> None:
        """Tries all; what is wrong is in `failures`."""
        adapters = self._capability.adapters
        flags = [part for adapter in adapters for part in (f"--{_flag(adapter.namespace)}-port", "0")]
        environment = self._settings()
        missing = [*self._secrets, *(_environment(api.namespace) for api in self._capability.apis if not api.base_uri)]
        if missing:
            self.tried += 1
            self._report(1, "start", refuses_to_start(self._binary, flags, missing))
        names = [adapter.namespace for adapter in adapters]
        gateway = Gateway(self._binary, flags, environment | self._secrets, names)
        try:
            for adapter in adapters:
                plans = [plan(self._capability, exposed) for exposed in adapter.exposed]
                if adapter.kind == "rest":
                    self._routes(gateway.addresses[adapter.namespace], plans)
                else:
                    self._tools(gateway.addresses[adapter.namespace], plans)
        finally:
            gateway.stop()
            for recorder in self._recorders.values():
                recorder.close()
        leaked = [name for name, value in self._secrets.items() if any(value in line for line in gateway.said)]
        self._report(1, "log", [f"the secret {name} is in the log" for name in leaked])

    def _settings(self) -> dict[str, str]:
        """A base URI for each API; a trailing slash is not to be doubled. One on this machine gets its own variable."""
        settings = {}
        for api in self._capability.apis:
            port = self._recorders[api.namespace].port
            if own := re.match(r"http://127\.0\.0\.1:\{(\w+)\}", api.base_uri):
                settings[_environment(api.namespace, own[1])] = str(port)
            else:
                settings[_environment(api.namespace)] = f"http://127.0.0.1:{port}{self._bases[api.namespace]}/"
        return settings

    def _routes(self, address: str, plans: list[Plan]) -> None:
        client = Client(address)
        for one in plans:
            for case in cases(one, plans):
                self._prepare(case)
                answer = rest(client, one, case)
                self._judge(one, case, rest_problems(answer, one.exposed.method, case))
        for one, problem in routing_problems(client, plans):
            self._report(one.exposed.line, _what(one), [problem])
        self.tried += len(plans)
        for one in plans:
            self._judge_nothing(one)
        client.close()

    def _tools(self, address: str, plans: list[Plan]) -> None:
        client = Tools(address)
        listed = client.listed()
        expected = [tool_name(one.exposed) for one in plans]
        came = [entry["name"] for entry in listed]
        if expected != came:
            self._report(1, "tools/list", [f"expected the tools {expected}, came {came}"])
        by_name = {entry["name"]: entry for entry in listed}
        for one, name in zip(plans, expected, strict=True):
            self.tried += 1
            self._report(one.exposed.line, _what(one), listing_problems(one, by_name.get(name)))
            for case in cases(one, []):
                self._prepare(case)
                result = tool(client, one, name, case)
                self._judge(one, case, tool_problems(result, one.operation.method, case))
        client.close()

    def _prepare(self, case: Case) -> None:
        for recorder in self._recorders.values():
            recorder.reply = case.reply

    def _judge(self, one: Plan, case: Case, problems: Iterator[str]) -> None:
        self.tried += 1
        found = list(problems)
        came = {namespace: recorder.take() for namespace, recorder in self._recorders.items()}
        called = came.pop(one.operation.api.namespace)
        found += [f"{len(requests)} requests reached {namespace}" for namespace, requests in came.items() if requests]
        if case.refused is not None:
            found += [f"{request.method} {request.target} reached the upstream" for request in called]
        elif len(called) != 1:
            found.append(f"expected one request to the upstream, came {len(called)}")
        else:
            expected = self._expectations.of(one, case.given, plain_body=case.plain_body)
            if case.head:
                expected.methods = ("HEAD", *expected.methods)
            found += differences(expected, called[0])
        self._report(one.exposed.line, f"{_what(one)}: {case.title}", found)

    def _judge_nothing(self, one: Plan) -> None:
        for request in self._recorders[one.operation.api.namespace].take():
            self._report(1, "routing", [f"{request.method} {request.target} reached the upstream"])

    def _report(self, line: int, what: str, problems: Iterator[str] | list[str]) -> None:
        self.failures += [f"{self._capability.file}:{line}: {what}: {problem}" for problem in problems]


def _what(one: Plan) -> str:
    exposed = one.exposed
    return f"tool {exposed.name}" if exposed.path is None else f"{exposed.method} {exposed.path}"


def _flag(namespace: str) -> str:
    return re.sub(r"[^a-z0-9]", "-", namespace.lower())


def _environment(namespace: str, setting: str = "BASE_URI") -> str:
    return re.sub(r"[^A-Z0-9]", "_", f"{namespace}_{setting}".upper())


def _base_path(api: Api) -> str:
    if not api.base_uri:
        return "/base"
    found = re.match(r"https?://(?:[^/{]|\{[^}]*\})*(.*)", api.base_uri)
    return re.sub(r"\{[^}]*\}", "variable", found[1] if found else "").rstrip("/")


def _secrets(capability: Capability) -> list[str]:
    """The environment variables that a gateway cannot start without."""
    texts: list[str] = []
    with_texts: list[str] = []
    for api in capability.apis:
        texts += [value.text for _, value in api.authentication.entries()] if api.authentication else []
        for operation in api.operations:
            texts += [one.value.text for one in upstream_parameters(operation) if one.value]
    for adapter in capability.adapters:
        for exposed in adapter.exposed:
            with_texts += [value.text for _, value in exposed.settings]
    held = [name for text in texts for name in re.findall(HOLE, text)]
    # In `with`, what no bind declares is an inbound parameter.
    bound = [
        name for text in with_texts for name in re.findall(HOLE, text) if name.rpartition(".")[2] in capability.sources
    ]
    return list(dict.fromkeys(variable(capability, name) for name in held + bound))


def main(files: list[str]) -> int:
    """Tries every file, and gives the exit status."""
    failures, tried = 0, 0
    for number, name in enumerate(files):
        try:
            capability = read(Path(name))
            binary, warnings = build(capability.file, number)
            trial = Trial(capability, binary)
            trial.failures += [f"{name}: rustc warns of the generated code: {warning}" for warning in warnings]
            if capability.adapters:
                trial.run()
            binary.unlink()
        except (Failed, Unreadable) as problem:
            print(f"FAILED {name}: {problem}", flush=True)
            failures += 1
            continue
        for failure in trial.failures:
            print(f"FAILED {failure}")
        verdict = f"{len(trial.failures)} failures" if trial.failures else "ok"
        exposed = sum(len(adapter.exposed) for adapter in capability.adapters)
        print(f"{name}: {exposed} routes and tools, {trial.tried} cases: {verdict}", flush=True)
        failures, tried = failures + len(trial.failures), tried + trial.tried
    print(f"{len(files)} capabilities, {tried} cases, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        print("usage: run FILE…", file=sys.stderr)
        sys.exit(2)
    sys.exit(main(sys.argv[1:]))
