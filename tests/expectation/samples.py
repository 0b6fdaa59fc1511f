"""Values that callers send: each awkward in its place, and each different from every other."""

from __future__ import annotations

import json
from dataclasses import dataclass

from inferring import Inbound, Plan
from paths import parts, segment_of

AWKWARD = "{number} a/b?c#d%2Fe+f&g=h\"'é;{{}}[]<>|\\^`:@~!$,*()日"
HEADER = '{number} a/b?c#d%2Fe+f&g="h"; (i), j:@~'
COOKIE = "{number}a/b?c#d%2Fe+f&g=h:@~!$'()*"
INTEGERS = (9223372036854775807, -9223372036854775808, 0, -1)
NUMBERS = ("0.1", "-2.5", "1000000.125", "-0.5")
BODY = (
    '{{"number": {number}, "text": "a \\"b\\" \\u00e9 日 \\\\ / \\n", "big": 12345678901234567890123, "exact": 1.10, '
    '"small": 1e-7, "list": [1, "2", null, true, {{}}, []], "": {{"z": 1, "a": ""}}}}'
)


@dataclass(frozen=True)
class Sample:
    """A value as text (the items of a list one by one), and as JSON text."""

    texts: tuple[str, ...]
    json: str


def sample(plan: Plan, inbound: Inbound, number: int) -> Sample:
    """A value for an inbound parameter that no other has in the same request."""
    places = {inbound.place, *(fed.place for fed, source in plan.sources if source is inbound)}
    if inbound.body_kind or inbound.kind in ("object", "json"):
        if inbound.kind == "array":
            text = f'[{number}, "2", {{"three": 3.0}}, []]'
        elif places & {"header", "cookie", "path"}:
            text = f'{{"number": {number}, "text": "a b"}}'
        else:
            text = BODY.format(number=number)
        return Sample((text,), text)
    if inbound.kind == "integer":
        text = str(INTEGERS[number] if number < len(INTEGERS) else number)
        return Sample((text,), text)
    if inbound.kind == "number":
        text = NUMBERS[number] if number < len(NUMBERS) else f"{number}.75"
        return Sample((text,), text)
    if inbound.kind == "boolean":
        text = "true" if number % 2 == 0 else "false"
        return Sample((text,), text)
    if inbound.kind == "array":
        items = tuple(_text(places, plan, inbound, f"{number}-{item}") for item in range(2))
        if places & {"path", "header", "cookie"}:
            items = tuple(item.replace(",", "") for item in items)
        return Sample(items, json.dumps(items, ensure_ascii=False))
    text = _text(places, plan, inbound, str(number))
    return Sample((text,), json.dumps(text))


def _text(places: set[str | None], plan: Plan, inbound: Inbound, number: str) -> str:
    pattern = COOKIE if "cookie" in places else HEADER if "header" in places else AWKWARD
    text = pattern.format(number=number)
    if inbound.place == "path" and plan.exposed.path:
        # What a literal of the route also holds could be read in two ways.
        literals = "".join(part for part in parts(segment_of(plan.exposed.path, inbound.name)) if isinstance(part, str))
        text = "".join(character for character in text if character not in literals).strip()
    return text


def wrong(inbound: Inbound) -> list[Sample]:
    """Values that the type of a parameter does not allow; none where it allows every one."""
    if inbound.body_kind:
        return (
            [Sample((text,), text) for text in ('[1, "no object"]', '"text"', "5")] if inbound.kind == "object" else []
        )
    texts: tuple[str, ...]
    match inbound.kind:
        case "integer":
            texts = ("1.5", "", "0x10", "1_000")
        case "number":
            texts = ("many", "", "NaN", "inf", "1,5")
        case "boolean":
            texts = ("perhaps", "")
        case "object":
            texts = ("[1]",)
        case "json" if inbound.place != "argument":
            return [Sample(("{no json",), "{no json")]
        case "string" | "array" if inbound.place in ("argument", "body"):
            return [Sample(("",), '{"an": "object"}')]
        case _:
            return []
    return [Sample((text,), text if inbound.kind == "object" else json.dumps(text)) for text in texts]
