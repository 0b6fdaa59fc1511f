"""The requests that every route and tool is tried with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from inferring import Inbound, Plan
from paths import matches, parts, precedence, split_query, variables
from recorder import Reply
from samples import Sample, sample, wrong

UNDECLARED = "undeclared-parameter"
PASSED_ON = (("ETag", '"e1"'), ("X-RateLimit-Remaining", "7"), ("Retry-After", "3"))
KEPT_BACK = (("Set-Cookie", "secret=1"), ("Server", "upstream"), ("X-Internal", "1"))
JSON_TYPE = ("Content-Type", "application/json")
SUCCESS = Reply(headers=(JSON_TYPE, *PASSED_ON, *KEPT_BACK))
NOT_FOUND = Reply(
    404, (("Content-Type", "application/vnd.error+json"), *PASSED_ON), b'{"error": "no such \xc3\xa9"} \n'
)
NO_CONTENT = Reply(204, PASSED_ON)
# An empty value ends the path in a slash, or leaves a segment out: another route, or none.
NO_SEGMENT = (400, 404)


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
    spelling: str = "encoded"
    head: bool = False
    statuses: tuple[int, ...] = (400,)


def cases(plan: Plan, routes: list[Plan]) -> Iterator[Case]:
    """All cases of a route or a tool. `routes` are those of its adapter."""
    every = {inbound: sample(plan, inbound, number) for number, inbound in enumerate(plan.inbounds)}
    required = {inbound: value for inbound, value in every.items() if inbound.required}
    yield Case("all parameters", every)
    yield Case("the required parameters", required, spelling="plain")
    yield Case("an upstream error", required, reply=NOT_FOUND)
    yield Case("no content", required, reply=NO_CONTENT)
    yield from _missing(plan, required)
    yield from _odd(plan, required)
    yield from _beside(plan, required, routes)
    yield Case("an undeclared parameter", required, (UNDECLARED,), undeclared=True)
    for inbound in every:
        for value in wrong(inbound):
            statuses = (400, 415) if inbound.whole else (400,)
            title = f"{inbound.name} of a wrong type"
            no_json = inbound.kind == "json" and inbound.place == "body"
            names = ("body",) if no_json else _names(inbound)
            if inbound.place == "path" and value.texts == ("",):
                names, statuses = (), NO_SEGMENT
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


def _is_other(plan: Plan, required: dict[Inbound, Sample], inbound: Inbound, text: str, routes: list[Plan]) -> bool:
    """Whether the path is another route's when `inbound` has this value: `/{id}.json` without an id is `/{name}`."""
    values = {one.name: "value" for one in required} | {inbound.name: text}
    path = "".join(part if isinstance(part, str) else values[part.name] for part in parts(plan.exposed.path or ""))
    return any(matches(route.exposed.path or "", path) for route in routes if route.exposed.path != plan.exposed.path)


def _odd(plan: Plan, required: dict[Inbound, Sample]) -> Iterator[Case]:
    """Values that are right, and easily taken for something else."""
    for inbound in plan.inbounds:
        places = {fed.place for fed, source in plan.sources if source is inbound}
        if inbound.body_kind and inbound.kind != "object":
            for text in ('{"any": [1.0]}', "5.50", '"text"', "false"):
                yield Case(f"{inbound.name} is {text}", required | {inbound: Sample((text,), text)})
        elif inbound.kind == "string" and places == {"query"} and inbound.place != "path":
            yield Case(f"{inbound.name} is empty", required | {inbound: Sample(("",), '""')})
        elif inbound.kind == "string" and places == {"path"}:
            text = "%252e%252E"
            yield Case(f"{inbound.name} is {text}", required | {inbound: Sample((text,), f'"{text}"')})
        elif inbound.kind == "string" and places == {"header"} and plan.is_tool:
            value = Sample(("",), '"a\\r\\nX-Injected: 1"')
            yield Case(f"{inbound.name} has two lines", required | {inbound: value}, _names(inbound))


def _beside(plan: Plan, required: dict[Inbound, Sample], routes: list[Plan]) -> Iterator[Case]:
    """Values that are the literals of other routes, where this route is still the one that is meant."""
    own = (plan.exposed.path or "").split("/")
    seen = {plan.exposed.path}
    for other in routes:
        theirs = (other.exposed.path or "").split("/")
        if len(own) != len(theirs):
            continue
        values = {
            mine[1:-1]: literal
            for mine, literal in zip(own, theirs, strict=True)
            if literal and "{" not in literal and len(parts(mine)) == 1 and variables(mine) == [mine[1:-1]]
        }
        given = {
            one: Sample((values[one.name],), json.dumps(values[one.name]))
            for one in required
            if one.place == "path" and one.name in values
        }
        if not given or any(one.kind != "string" for one in given):
            continue
        texts = {one.name: "value" for one in required} | values
        path = "".join(part if isinstance(part, str) else texts[part.name] for part in parts(plan.exposed.path or ""))
        rivals = [
            route.exposed.path or ""
            for route in routes
            if _answers(route, plan.exposed.method) and matches(route.exposed.path or "", path)
        ]
        if path not in seen and min(rivals, key=precedence) == plan.exposed.path:
            seen.add(path)
            yield Case(f"beside {other.exposed.path}", required | given)


def _answers(route: Plan, method: str | None) -> bool:
    return route.exposed.method == method or (method == "HEAD" and route.exposed.method == "GET")


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
        for text, spelling in (("..", "encoded"), ("..", "plain"), ("%2e%2E", "plain"), (".", "plain"), ("", "plain")):
            statuses = (400,) if text or inbound.place != "path" else NO_SEGMENT
            value = Sample((text,), f'"{text}"')
            if inbound.place == "path" and _is_other(plan, required, inbound, text, routes):
                continue
            names = () if statuses == NO_SEGMENT else _names(inbound)
            title = f"{inbound.name} is {text or 'empty'}"
            yield Case(title, required | {inbound: value}, names, statuses=statuses, spelling=spelling)
