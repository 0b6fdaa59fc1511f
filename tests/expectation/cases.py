"""The requests that every route and tool is tried with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from inferring import Inbound, Plan
from paths import matches, parts, split_query, variables
from recorder import Reply
from samples import Sample, sample, wrong

UNDECLARED = "undeclared-parameter"
PASSED_ON = (("ETag", '"e1"'), ("X-RateLimit-Remaining", "7"), ("Retry-After", "3"))
KEPT_BACK = (("Set-Cookie", "secret=1"), ("Server", "upstream"), ("X-Internal", "1"))
JSON_TYPE = ("Content-Type", "application/json")
SUCCESS = Reply(headers=(JSON_TYPE, *PASSED_ON, *KEPT_BACK))
NOT_FOUND = Reply(404, (("Content-Type", "application/vnd.error+json"), *PASSED_ON), b'{"error": "no such \xc3\xa9"} \n')
NO_CONTENT = Reply(204, PASSED_ON)


@dataclass
class Case:
    """A request. `refused` names what the refusal must name; `None` is a request that must reach the upstream."""

    title: str
    given: dict[Inbound, Sample] = field(default_factory=dict)
    refused: tuple[str, ...] | None = None
    reply: Reply = SUCCESS
    undeclared: bool = False
    plain_body: bool = False
    as_text: bool = False
    head: bool = False
    statuses: tuple[int, ...] = (400,)


def cases(plan: Plan, routes: list[Plan]) -> Iterator[Case]:
    """All cases of a route or a tool. `routes` are those of its adapter."""
    every = {inbound: sample(plan, inbound, number) for number, inbound in enumerate(plan.inbounds)}
    required = {inbound: value for inbound, value in every.items() if inbound.required}
    yield Case("all parameters", every)
    yield Case("the required parameters", required)
    yield Case("an upstream error", required, reply=NOT_FOUND)
    yield Case("no content", required, reply=NO_CONTENT)
    yield from _missing(plan, required)
    yield Case("an undeclared parameter", required, (UNDECLARED,), undeclared=True)
    for inbound in every:
        value = wrong(inbound)
        if value is not None:
            statuses = (400, 415) if inbound.whole else (400,)
            title = f"{inbound.name} of a wrong type"
            no_json = inbound.kind == "json" and inbound.place == "body"
            names = ("body",) if no_json else _names(inbound)
            yield Case(title, required | {inbound: value}, names, statuses=statuses)
    yield from _dots(plan, required, routes)
    if plan.is_tool:
        yield Case("values as JSON text", every, as_text=True)
        return
    if plan.exposed.method == "GET":
        yield Case("HEAD of a GET", required, head=True)
    for inbound in every:
        if inbound.whole and inbound.body_kind and inbound.kind == "string":
            text = Sample(('plain "text" é, not JSON {',), "")
            yield Case("a plain text", required | {inbound: text}, plain_body=True)


def _is_other(
    plan: Plan, required: dict[Inbound, Sample], inbound: Inbound, text: str, routes: list[Plan]
) -> bool:
    """Whether the path is another route's when `inbound` has this value: `/{id}.json` without an id is `/{name}`."""
    values = {one.name: "value" for one in required} | {inbound.name: text}
    path = "".join(part if isinstance(part, str) else values[part.name] for part in parts(plan.exposed.path or ""))
    return any(matches(route.exposed.path or "", path) for route in routes if route.exposed.path != plan.exposed.path)


def _missing(plan: Plan, required: dict[Inbound, Sample]) -> Iterator[Case]:
    absentees = [inbound for inbound in required if inbound.place != "path"]
    for absent in absentees:
        rest = {inbound: value for inbound, value in required.items() if inbound is not absent}
        yield Case(f"{absent.name} is missing", rest, _names(absent))
    if len(absentees) > 1:
        rest = {inbound: value for inbound, value in required.items() if inbound not in absentees}
        fields = [inbound for inbound in absentees if inbound.place == "body"]
        # A body that is missing as a whole may be told as one problem.
        names = [name for inbound in absentees if inbound not in fields for name in _names(inbound)]
        yield Case("all that is required is missing", rest, tuple(names))


def _names(inbound: Inbound) -> tuple[str, ...]:
    """How a refusal names a parameter: as its caller knows it. A whole body has no name in a REST request."""
    return ("body",) if inbound.whole else (inbound.key or inbound.name,)


def _dots(plan: Plan, required: dict[Inbound, Sample], routes: list[Plan]) -> Iterator[Case]:
    path = variables(split_query(plan.operation.path)[0])
    feeding = [source for parameter, source in plan.sources if parameter.place == "path" and parameter.name in path]
    for inbound in dict.fromkeys(source for source in feeding if isinstance(source, Inbound)):
        if inbound.kind != "string":
            continue
        for text in ("..", ".", ""):
            statuses = (400,) if text or inbound.place != "path" else (400, 404)
            value = Sample((text,), f'"{text}"')
            if inbound.place == "path" and _is_other(plan, required, inbound, text, routes):
                continue
            names = () if 404 in statuses else _names(inbound)
            title = f"{inbound.name} is {text or 'empty'}"
            yield Case(title, required | {inbound: value}, names, statuses=statuses)
