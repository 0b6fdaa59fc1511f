"""Compares what reached an upstream with what had to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import unquote_plus

from expecting import Expected, Pair
from paths import canonical, split_query
from recorder import Recorded

CANARY = "undeclared-canary"
# What an HTTP client may add by itself.
OWN_HEADERS = {"host", "accept", "accept-encoding", "user-agent", "content-type", "content-length", "x-request-id"}


def exact(text: str) -> Any:
    """JSON whose numbers keep their text and whose objects keep their order."""
    return json.loads(
        text,
        parse_int=lambda number: ("number", number),
        parse_float=lambda number: ("number", number),
        object_pairs_hook=lambda pairs: ("object", tuple(pairs)),
    )


def same_json(one: str, other: str) -> bool:
    """Whether two texts are the same JSON value; text that is no JSON is the same as nothing."""
    try:
        return bool(exact(one) == exact(other))
    except ValueError:
        return False


def differences(expected: Expected, came: Recorded) -> Iterator[str]:
    """What is wrong with a request, a line each."""
    if came.method not in expected.methods:
        yield f"expected the method {' or '.join(expected.methods)}, came {came.method}"
    raw_path, mark, raw_query = came.target.partition("?")
    path = canonical(raw_path)
    if path is None:
        yield f"the path is not legal: {raw_path}"
    elif path != expected.path:
        yield f"expected the path {expected.path}, came {raw_path}"
    if not raw_query.isascii() or any(character in raw_query for character in '#"<>\\ '):
        yield f"the query is not legal: {raw_query}"
    yield from _query(expected, _pairs(mark + raw_query))
    yield from _headers(expected, came)
    yield from _body(expected, came)


def _pairs(query: str) -> list[Pair]:
    """The pairs of a raw query, decoded."""
    return [
        (unquote_plus(name, errors="strict"), None if value is None else unquote_plus(value, errors="strict"))
        for name, value in split_query(query)[1]
    ]


def _query(expected: Expected, came: list[Pair]) -> Iterator[str]:
    names = list(dict.fromkeys(name for name, _ in expected.query + came))
    for name in names:
        wanted = [value for key, value in expected.query if key == name]
        got = [value for key, value in came if key == name]
        alike = len(wanted) == len(got) and all(
            value == other
            or (name in expected.json_pairs and same_json(value or "", other or ""))
            or (name in expected.number_pairs and Decimal(value or "") == Decimal(other or ""))
            for value, other in zip(wanted, got, strict=True)
        )
        if not alike:
            yield f"expected the query {name}={wanted}, came {got}"


def _headers(expected: Expected, came: Recorded) -> Iterator[str]:
    wanted = dict(expected.headers)
    for name, value in wanted.items():
        got = came.all(name)
        alike = len(got) == 1 and (
            got[0] == value
            or (name in expected.json_headers and same_json(got[0], value))
            or (name in expected.list_headers and re.sub(", *", ",", got[0]) == value)
        )
        if not alike:
            yield f"expected the header {name}: {value}, came {got}"
    cookies = [pair.strip() for line in came.all("cookie") for pair in line.split(";")]
    if "cookie" not in wanted:
        pairs = [f"{name}={value}" for name, value in expected.cookies.items()]
        if sorted(cookies) != sorted(pairs):
            yield f"expected the cookies {pairs}, came {cookies}"
    for name, value in came.headers:
        if name.lower() not in {*wanted, "cookie", *OWN_HEADERS}:
            yield f"the header {name}: {value} was not to be sent"
        if CANARY in value:
            yield f"an undeclared header was forwarded in {name}: {value}"


def _body(expected: Expected, came: Recorded) -> Iterator[str]:
    text = came.body.decode("utf-8", "surrogateescape")
    kind = ", ".join(came.all("content-type"))
    if expected.body is None:
        if came.body or kind:
            yield f"expected no body, came {kind} {text!r}"
        return
    wanted_kind = "text/plain" if expected.plain_body else "application/json"
    if kind.partition(";")[0] != wanted_kind:
        yield f"expected a body of type {wanted_kind}, came {kind!r}"
    if text != expected.body and (expected.plain_body or not same_json(text, expected.body)):
        yield f"expected the body {expected.body!r}, came {text!r}"
