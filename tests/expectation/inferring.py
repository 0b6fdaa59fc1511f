"""What an exposed route or tool takes, and where each upstream parameter gets its value (LANGUAGE.md, §5)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

from paths import folded, variables
from reading import Api, Capability, Exposed, Operation, Parameter
from tree import Tree, Unreadable

HOLE = r"\{\{\s*([^{}]+?)\s*\}\}"
MANAGED_HEADERS = {
    *("host", "content-length", "content-type", "connection", "keep-alive"),
    *("transfer-encoding", "te", "trailer", "upgrade", "expect"),
}


@dataclass(eq=False)
class Inbound:
    """A parameter that a caller gives. `place` is `argument` for a tool; a `whole` one is the request body itself."""

    name: str
    place: str
    kind: str
    required: bool
    description: str | None
    whole: bool = False
    key: str = ""
    body_kind: bool = False


@dataclass(frozen=True)
class Constant:
    """A value of the file: as text, and as JSON."""

    text: str
    json: str


@dataclass(frozen=True)
class Template:
    """A text of literals and inbound parameters; variables in the literals are not replaced yet."""

    parts: tuple[str | Inbound, ...]


Source = Inbound | Constant | Template | None


@dataclass(eq=False)
class Plan:
    """A route or a tool, the operation it calls, and the source of each upstream parameter."""

    exposed: Exposed
    operation: Operation
    inbounds: list[Inbound] = field(default_factory=list)
    sources: list[tuple[Parameter, Source]] = field(default_factory=list)

    @property
    def is_tool(self) -> bool:
        return self.exposed.path is None


def plan(capability: Capability, exposed: Exposed) -> Plan:
    """Resolves the call of a route or a tool, and all its parameters."""
    made = Plan(exposed, _called(capability, exposed))
    upstream = upstream_parameters(made.operation)
    settings = _settings(capability, exposed, made.operation, upstream)
    route = variables(exposed.path) if exposed.path else []
    if exposed.declared is None:
        _infer(made, upstream, settings, route)
    else:
        _declare(made, upstream, settings, route)
    if made.is_tool:
        _property_keys(made.inbounds)
    return made


def _called(capability: Capability, exposed: Exposed) -> Operation:
    candidates = [
        operation
        for api in capability.apis
        for operation in api.operations
        if f"{api.namespace}.{operation.name}" == exposed.call
    ]
    if len(candidates) > 1 and exposed.path is not None:
        candidates = [one for one in candidates if one.method == exposed.method and _same_path(exposed.path, one.path)]
    if len(candidates) != 1:
        raise Unreadable(f"line {exposed.line}: {len(candidates)} operations are `{exposed.call}`")
    return candidates[0]


def _same_path(route: str, path: str) -> bool:
    def spelling(text: str) -> list[tuple[bool, str]]:
        return [(bool(variables(segment)), folded(segment)) for segment in text.split("/")]

    return spelling(path) in (spelling(route), spelling(route.removeprefix("/v1")))


def upstream_parameters(operation: Operation) -> list[Parameter]:
    """What an operation takes: its declared inputs without those that are dropped, and its undeclared variables."""
    path = variables(operation.path)
    declared = [
        parameter
        for parameter in operation.parameters
        if not (parameter.place == "path" and parameter.name not in path) and not _dropped(operation.api, parameter)
    ]
    named = {parameter.name for parameter in declared if parameter.place == "path"}
    undeclared = [
        Parameter(name, "path", "string", True, None, None, operation.line) for name in path if name not in named
    ]
    return undeclared + declared


def _dropped(api: Api, parameter: Parameter) -> bool:
    name = parameter.name.lower()
    authentication = api.authentication
    kind = authentication.text_of("type") if authentication else None
    if parameter.place == "header":
        managed = name in MANAGED_HEADERS or name.startswith("proxy-")
        if managed or (name == "authorization" and kind not in (None, "none")):
            return True
    if authentication is None or kind != "apikey":
        return False
    in_query = (authentication.text_of("placement", "in") or "header") == "query"
    key = authentication.text_of("key", "name") or ""
    if in_query:
        return parameter.place == "query" and parameter.name == key
    return parameter.place == "header" and name == key.lower()


def match(name: str, among: Iterable[str]) -> str | None:
    """The name that is the same, or else the one that is the same when folded."""
    among = list(among)
    if name in among:
        return name
    alike = [other for other in dict.fromkeys(among) if folded(other) == folded(name)]
    if len(alike) > 1:
        raise Unreadable(f"`{name}` could be any of {alike}")
    return alike[0] if alike else None


@dataclass(frozen=True)
class _Reference:
    name: str


@dataclass(frozen=True)
class _Holes:
    """A template whose names are not resolved yet."""

    parts: tuple[str | _Reference, ...]


_Setting = _Reference | _Holes | Constant


def _settings(
    capability: Capability, exposed: Exposed, operation: Operation, upstream: list[Parameter]
) -> dict[str, _Setting]:
    """The entries of `with`, by the upstream parameter's own name."""
    prefixes = [f"{exposed.adapter}.", f"$this.{exposed.adapter}.", "tools." if exposed.path is None else "rest."]
    entries: dict[str, _Setting] = {}
    for name, value in exposed.settings:
        target = match(name, (parameter.name for parameter in upstream))
        if target is None:
            if any(parameter.name == name for parameter in operation.parameters):
                continue  # It sets a parameter that is dropped.
            raise Unreadable(f"line {value.line}: `{name}` is no upstream parameter")
        reference = next(
            (value.text.removeprefix(prefix) for prefix in prefixes if value.text.startswith(prefix)), None
        )
        if reference is not None:
            entries[target] = _Reference(reference)
        elif any(parameter.place == "body" and parameter.name == target for parameter in upstream):
            if "{{" in value.text:
                raise Unreadable(f"line {value.line}: a template for a body is not known to these tests")
            entries[target] = Constant(value.text, value.json)
        else:
            entries[target] = _holes(capability, prefixes, value)
    return entries


def _holes(capability: Capability, prefixes: list[str], value: Tree) -> _Holes | Constant:
    """A text with its references; what a bind declares is a variable and stays in the text."""
    found: list[str | _Reference] = []
    for number, part in enumerate(re.split(HOLE, value.text)):
        name = part
        for prefix in prefixes:
            name = name.removeprefix(prefix)
        if number % 2 == 0 or part.rpartition(".")[2] in capability.sources:
            found.append(part if number % 2 == 0 else f"{{{{{part}}}}}")
        else:
            found.append(_Reference(name))
    if any(isinstance(part, _Reference) for part in found):
        return _Holes(tuple(found))
    return Constant(value.text, value.json)


def _resolved(setting: _Setting, source: Callable[[str], Inbound]) -> Source:
    """A setting with the inbound parameters of its references."""
    if isinstance(setting, _Reference):
        return source(setting.name)
    if isinstance(setting, _Holes):
        return Template(tuple(source(part.name) if isinstance(part, _Reference) else part for part in setting.parts))
    return setting


def own_value(text: str, capability: Capability, secret: dict[str, str]) -> str:
    """The text of a value or a credential, its variables replaced by `secret`, which is by variable."""

    def replace(found: re.Match[str]) -> str:
        return secret[variable(capability, found[1])]

    return re.sub(HOLE, replace, text)


def variable(capability: Capability, name: str) -> str:
    """The environment variable that `KEY`, `env.KEY` or `<namespace>.KEY` is read from."""
    plain = name.rpartition(".")[2]
    return capability.sources.get(plain, plain)


def _inferred(made: Plan, name: str, fed: Parameter, route: list[str], several: bool) -> Inbound:
    """A parameter that is there because of the upstream parameter it feeds."""
    on_route = match(name, route)
    place = "path" if on_route else "query" if fed.place == "path" else fed.place or "query"
    return Inbound(
        name=on_route or name,
        place="argument" if made.is_tool else place,
        kind=fed.kind,
        required=bool(on_route) or fed.place == "path" or bool(fed.required),
        description=fed.description,
        whole=place == "body" and not several and not made.is_tool,
        body_kind=fed.place == "body" and not several,
    )


def _infer(made: Plan, upstream: list[Parameter], settings: dict[str, _Setting], route: list[str]) -> None:
    several = sum(parameter.place == "body" for parameter in upstream) > 1
    taken: list[Inbound] = []

    def take(name: str, fed: Parameter) -> Inbound:
        candidate = _inferred(made, name, fed, route, several)
        alike = (one for one in taken if made.is_tool or one.place == candidate.place)
        found = next((one for one in alike if one.name == candidate.name), None)
        if found is None:
            taken.append(candidate)
            return candidate
        found.required |= candidate.required
        found.description = found.description or candidate.description
        return found

    set_ones = [parameter for parameter in upstream if parameter.name in settings]
    given = {id(one): _resolved(settings[one.name], partial(take, fed=one)) for one in set_ones}
    for parameter in upstream:
        if id(parameter) in given:
            made.sources.append((parameter, given[id(parameter)]))
        elif parameter.value is not None:
            made.sources.append((parameter, Constant(parameter.value.text, parameter.value.json)))
        else:
            made.sources.append((parameter, take(parameter.name, parameter)))
    idle = [name for name in route if name not in {one.name for one in taken if one.place == "path"}]
    made.inbounds = taken + [Inbound(name, "path", "string", True, None) for name in idle]


def _declare(made: Plan, upstream: list[Parameter], settings: dict[str, _Setting], route: list[str]) -> None:
    declared = made.exposed.declared or ()
    whole = sum(parameter.place == "body" for parameter in declared) == 1
    several = sum(parameter.place == "body" for parameter in upstream) > 1
    for parameter in declared:
        on_route = match(parameter.name, route) if not made.is_tool else None
        default = made.is_tool
        required = default if parameter.required is None else parameter.required
        place = "argument" if made.is_tool else "path" if on_route else parameter.place or "query"
        made.inbounds.append(
            Inbound(
                on_route or parameter.name,
                place,
                parameter.kind,
                required or bool(on_route),
                parameter.description,
                whole=place == "body" and whole,
            )
        )
    known = [one.name for one in made.inbounds]

    def find(name: str) -> Inbound | None:
        exact = match(name, (one.name for one in made.inbounds))
        return next((one for one in made.inbounds if one.name == exact), None)

    def declared_one(name: str) -> Inbound:
        found = find(name)
        if found is None:
            raise Unreadable(f"line {made.exposed.line}: `{name}` is no inbound parameter")
        return found

    made.inbounds += [Inbound(name, "path", "string", True, None) for name in route if name not in known]
    for parameter in upstream:
        setting = settings.get(parameter.name)
        if setting is None and parameter.value is not None:
            made.sources.append((parameter, Constant(parameter.value.text, parameter.value.json)))
            continue
        source = _resolved(setting, declared_one) if setting else find(parameter.name)
        if source is None and parameter.required:
            raise Unreadable(f"line {made.exposed.line}: nothing provides `{parameter.name}`")
        parts = source.parts if isinstance(source, Template) else (source,)
        for source_part in (part for part in parts if isinstance(part, Inbound)):
            # Without it the upstream request could not be made.
            source_part.required |= bool(parameter.required) or parameter.place == "path"
            source_part.body_kind |= parameter.place == "body" and not several
        made.sources.append((parameter, source))


def _property_keys(inbounds: list[Inbound]) -> None:
    used: set[str] = set()
    for inbound in inbounds:
        plain = re.sub(r"[^A-Za-z0-9_.-]+", "_", inbound.name)
        if plain != inbound.name:
            # The runs at the ends become nothing; underscores of the name's own stay.
            head = re.match(r"[^A-Za-z0-9_.-]*", inbound.name)
            tail = re.search(r"[^A-Za-z0-9_.-]*$", inbound.name)
            plain = plain[1 if head and head[0] else 0 : len(plain) - (1 if tail and tail[0] else 0)]
        if not plain:
            raise Unreadable(f"the language gives `{inbound.name}` no key")
        key, number = plain, 2
        while key in used:
            key, number = f"{plain}_{number}", number + 1
        used.add(key)
        inbound.key = key
