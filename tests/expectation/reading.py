"""A capability file as LANGUAGE.md describes it: consumed operations, exposed routes and tools."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from tree import Tree, Unreadable, load

KINDS = ("string", "integer", "number", "boolean", "array", "object", "json")
PLACES = ("query", "path", "header", "cookie", "body")
PARAMETER_KEYS = ("name", "in", "type", "description", "required", "value")
PROSE = ("name", "description", "outputRawFormat", "outputParameters")


@dataclass(frozen=True)
class Parameter:
    """A declared parameter, or an undeclared variable of a path."""

    name: str
    place: str | None
    kind: str
    required: bool | None
    description: str | None
    value: Tree | None
    line: int


@dataclass(frozen=True)
class Operation:
    """An operation of a consumed API, with the parameters of all levels."""

    api: Api
    name: str
    method: str
    path: str
    parameters: tuple[Parameter, ...]
    line: int


@dataclass
class Api:
    """One entry of `consumes`."""

    namespace: str
    base_uri: str
    authentication: Tree | None
    operations: list[Operation] = field(default_factory=list)

    def __hash__(self) -> int:
        return id(self)


@dataclass(frozen=True)
class Exposed:
    """A route's operation or a tool. `path` is `None` for a tool."""

    adapter: str
    name: str
    method: str | None
    path: str | None
    label: str | None
    description: str | None
    hints: Tree | None
    call: str
    settings: tuple[tuple[str, Tree], ...]
    declared: tuple[Parameter, ...] | None
    line: int


@dataclass(frozen=True)
class Adapter:
    """One entry of `exposes`."""

    kind: str
    namespace: str
    exposed: tuple[Exposed, ...]


@dataclass(frozen=True)
class Capability:
    """A whole file. `sources` maps a bound variable to the environment variable it is read from."""

    file: Path
    sources: dict[str, str]
    apis: tuple[Api, ...]
    adapters: tuple[Adapter, ...]


def read(file: Path) -> Capability:
    """Reads a file, or raises `Unreadable`."""
    root = load(file.read_text(encoding="utf-8"))
    root.only("the document", "naftiko", "ikanos", "info", "binds", "capability")
    body = root.get("capability")
    if body is None:
        raise Unreadable("there is no `capability`")
    body.only("`capability`", "binds", "consumes", "exposes")
    sources: dict[str, str] = {}
    for owner in (root, body):
        binds = owner.get("binds")
        for bind in binds.items() if binds else []:
            bind.only("a bind", "namespace", "description", "keys")
            keys = bind.get("keys")
            sources |= {name: source.text for name, source in (keys.entries() if keys else ())}
    consumes, exposes = body.get("consumes"), body.get("exposes")
    return Capability(
        file,
        sources,
        tuple(_api(entry) for entry in (consumes.items() if consumes else [])),
        tuple(_adapter(entry) for entry in (exposes.items() if exposes else [])),
    )


def _parameters(owner: Tree) -> tuple[Parameter, ...]:
    read_ones = []
    for name, node in owner.children("inputParameters"):
        node.only("a parameter", *PARAMETER_KEYS)
        kind, place = node.text_of("type") or "string", node.text_of("in")
        if kind not in KINDS or place not in (*PLACES, None):
            raise Unreadable(f"line {node.line}: a parameter of type {kind} in {place} is not known to these tests")
        read_ones.append(
            Parameter(
                name, place, kind, node.flag_of("required"), node.text_of("description"), node.get("value"), node.line
            )
        )
    return tuple(read_ones)


def _api(entry: Tree) -> Api:
    entry.only(
        "`consumes`",
        *("type", "namespace", "baseUri", "description", "inputParameters", "authentication", "resources"),
    )
    api = Api(entry.text_of("namespace") or "", entry.text_of("baseUri") or "", entry.get("authentication"))
    for _, resource in entry.children("resources"):
        resource.only("a resource", "name", "path", "description", "inputParameters", "operations")
        for name, node in resource.children("operations"):
            node.only("an operation", "method", "path", "inputParameters", *PROSE)
            parts = [part for part in (resource.text_of("path"), node.text_of("path")) if part]
            path = "/".join((parts[0].rstrip("/"), parts[1].lstrip("/"))) if len(parts) == 2 else "".join(parts)
            parameters = _parameters(entry) + _parameters(resource) + _parameters(node)
            api.operations.append(
                Operation(api, name, (node.text_of("method") or "").upper(), path, parameters, node.line)
            )
    return api


def _adapter(entry: Tree) -> Adapter:
    kind, namespace = entry.text_of("type") or "", entry.text_of("namespace") or ""
    common = ("type", "namespace", "port", "address", "description")
    if kind == "rest":
        entry.only("a REST adapter", "resources", *common)
        routes = []
        for _, resource in entry.children("resources"):
            resource.only("a resource", "path", "name", "description", "inputParameters", "operations")
            shared = _parameters(resource)
            for name, node in resource.children("operations"):
                node.only("an operation", "method", "inputParameters", "call", "with", *PROSE)
                routes.append(_exposed(namespace, name, node, resource.text_of("path"), shared))
        return Adapter(kind, namespace, tuple(routes))
    if kind == "mcp":
        entry.only("an MCP adapter", "transport", "tools", *common)
        tools = []
        for name, node in entry.children("tools"):
            node.only("a tool", "label", "display", "title", "inputParameters", "hints", "call", "with", *PROSE)
            tools.append(_exposed(namespace, name, node, None, ()))
        return Adapter(kind, namespace, tuple(tools))
    raise Unreadable(f"line {entry.line}: an adapter of type {kind} is not known to these tests")


def _exposed(adapter: str, name: str, node: Tree, path: str | None, shared: tuple[Parameter, ...]) -> Exposed:
    settings, declared = node.get("with"), node.get("inputParameters")
    return Exposed(
        adapter=adapter,
        name=name,
        method=(node.text_of("method") or "").upper() if path is not None else None,
        path=path,
        label=node.text_of("title", "label", "display"),
        description=node.text_of("description"),
        hints=node.get("hints"),
        call=node.text_of("call") or "",
        settings=tuple(settings.entries()) if settings else (),
        declared=shared + _parameters(node) if declared or shared else None,
        line=node.line,
    )
