"""Sends a case as a REST request or a tool call, and checks the answer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

from cases import KEPT_BACK, PASSED_ON, UNDECLARED, Case
from clients import Answer, Client, Tools
from comparing import CANARY
from inferring import Inbound, Plan
from paths import Variable, literal, parts, segment
from samples import Sample


def rest(client: Client, plan: Plan, case: Case) -> Answer:
    """Sends a case to a route."""
    exposed = plan.exposed
    values = {inbound.name: value.texts for inbound, value in _at(case, "path")}
    target = route_target(exposed.path or "", values, plain=case.spelling == "plain")
    pairs = [(inbound.name, text) for inbound, value in _at(case, "query") for text in value.texts]
    if case.undeclared:
        pairs.append((UNDECLARED, "1"))
    if pairs:
        # Both spellings of a space, and of what is legal only when it is encoded, are in use.
        safe, encode = ("[]$:@", quote) if case.spelling == "plain" else ("", quote_plus)
        target += "?" + "&".join(f"{quote(name, safe=safe)}={encode(text, safe='')}" for name, text in pairs)
    headers = [(inbound.name, ",".join(value.texts)) for inbound, value in _at(case, "header")]
    declared = {inbound.name.lower() for inbound in plan.inbounds if inbound.place == "header"}
    headers += undeclared_headers(declared)
    cookies = [f"{inbound.name}={value.texts[0]}" for inbound, value in _at(case, "cookie")]
    if "cookie" not in declared:
        headers.append(("Cookie", "; ".join([f"other={CANARY}", *cookies])))
    body = _body(case)
    if body is not None:
        headers.append(("Content-Type", "text/plain" if case.plain_body else "application/json"))
    method = "HEAD" if case.head else exposed.method or "GET"
    return client.send(method, target, headers, body.encode() if body is not None else None)


def route_target(path: str, values: Mapping[str, tuple[str, ...]], *, plain: bool = False) -> str:
    """A route with values in its variables: encoded is all but letters and digits, or, `plain`, what has to be."""

    def encoded(text: str) -> str:
        if plain:
            return segment(text)
        # `quote` leaves dots as they are; here they must not be taken for those of a relative path.
        return quote(text, safe="").replace(".", "%2E")

    return "".join(
        encoded(",".join(values[part.name])) if isinstance(part, Variable) else literal(part) for part in parts(path)
    )


def undeclared_headers(declared: set[str]) -> list[tuple[str, str]]:
    """Headers that no capability declares."""
    names = ("X-Undeclared", "Authorization", "Proxy-Authorization", "X-Forwarded-For", "Referer")
    return [(name, CANARY) for name in names if name.lower() not in declared]


def _at(case: Case, place: str) -> list[tuple[Inbound, Sample]]:
    return [(inbound, value) for inbound, value in case.given.items() if inbound.place == place]


def _body(case: Case) -> str | None:
    given = _at(case, "body")
    if not given:
        return None
    if given[0][0].whole:
        return given[0][1].texts[0] if case.plain_body else given[0][1].json
    return "{" + ", ".join(f"{json.dumps(inbound.name)}: {value.json}" for inbound, value in given) + "}"


def rest_problems(answer: Answer, method: str | None, case: Case) -> Iterator[str]:
    """What is wrong with the answer of a route."""
    bodiless = method == "HEAD" or case.head
    if case.refused is not None:
        if answer.status not in case.statuses:
            yield f"expected the status {case.statuses}, came {answer.status}: {answer.text}"
        elif answer.headers.get("content-type", "").partition(";")[0] != "application/problem+json":
            yield f"expected a problem, came {answer.headers.get('content-type')}: {answer.text}"
        elif not bodiless:
            yield from _unnamed(case, _decoded(answer.text))
        return
    reply = case.reply
    if answer.status != reply.status:
        yield f"expected the status {reply.status}, came {answer.status}: {answer.text}"
        return
    if not bodiless and answer.body != reply.body * (reply.status != 204):
        yield f"expected the answer {reply.body!r}, came {answer.body!r}"
    for name, value in reply.headers:
        got = answer.headers.get(name.lower())
        passes = (name, value) in PASSED_ON or name == "Content-Type"
        if passes and got != value:
            yield f"expected {name}: {value} in the answer, came {got}"
        if (name, value) in KEPT_BACK and got is not None:
            yield f"{name}: {got} was not to be in the answer"


def tool(client: Tools, plan: Plan, name: str, case: Case) -> dict[str, Any]:
    """Calls a tool."""
    arguments = [
        f"{json.dumps(inbound.key)}: {_argument(inbound, value, case)}" for inbound, value in case.given.items()
    ]
    if case.undeclared:
        arguments.append(f'"{UNDECLARED}": 1')
    return client.call(name, "{" + ", ".join(arguments) + "}", undeclared_headers(set()))


def _argument(inbound: Inbound, value: Sample, case: Case) -> str:
    # Text is a value of its own where any JSON is one.
    any_json = inbound.kind == "json" or (inbound.body_kind and inbound.kind != "object")
    if case.as_text and inbound.kind != "string" and not any_json:
        return json.dumps(value.json)
    return value.json


def tool_problems(result: dict[str, Any], method: str, case: Case) -> Iterator[str]:
    """What is wrong with the result of a tool."""
    text = "".join(part.get("text", "") for part in result.get("content", []))
    failed = result.get("isError")
    if case.refused is not None:
        if failed is not True:
            yield f"expected a refusal, came {text!r}"
        else:
            yield from _unnamed(case, text)
        return
    if failed is not (case.reply.status >= 400):
        yield f"expected isError {case.reply.status >= 400}, came {failed}: {text!r}"
        return
    body = case.reply.body.decode() if method != "HEAD" else ""
    if case.reply.status >= 400:
        if str(case.reply.status) not in text or body.strip() not in text:
            yield f"expected the status {case.reply.status} and {body!r} in the result, came {text!r}"
    elif case.reply.status == 204 or not body:
        if not text.strip():
            yield "expected a word that there is no content, came nothing"
    elif text != body:
        yield f"expected the result {body!r}, came {text!r}"


def _decoded(text: str) -> str:
    return json.dumps(json.loads(text), ensure_ascii=False).replace('\\"', '"')


def _unnamed(case: Case, text: str) -> Iterator[str]:
    missing = [name for name in case.refused or () if name not in text]
    if missing:
        yield f"the refusal does not name {missing}: {text}"
