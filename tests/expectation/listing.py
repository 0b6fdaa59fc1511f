"""What `tools/list` must say of a tool (LANGUAGE.md, §4 and §5)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any

from inferring import Plan
from reading import Exposed


def tool_name(exposed: Exposed) -> str:
    """The name of a tool as clients accept it."""
    plain = re.sub(r"[^A-Za-z0-9_-]", "-", exposed.name)
    if len(plain) <= 64:
        return plain
    return f"{plain[:55]}-{hashlib.sha256(exposed.name.encode()).hexdigest()[:8]}"


def _title(exposed: Exposed) -> str:
    words = re.split(r"[^A-Za-z0-9]+", exposed.name)
    return exposed.label or " ".join(word[:1].upper() + word[1:] for word in words if word)


def _annotations(plan: Plan) -> dict[str, Any]:
    method, hints = plan.operation.method, plan.exposed.hints

    def hint(name: str, default: bool) -> bool:
        said = hints.flag_of(name) if hints else None
        return default if said is None else said

    read_only = hint("readOnly", method in ("GET", "HEAD", "OPTIONS"))
    return {
        "title": _title(plan.exposed),
        "readOnlyHint": read_only,
        "destructiveHint": hint("destructive", not read_only),
        "idempotentHint": hint("idempotent", method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE")),
        "openWorldHint": hint("openWorld", True),
    }


def listing_problems(plan: Plan, listed: dict[str, Any] | None) -> Iterator[str]:
    """What is wrong with the listing of a tool."""
    name = tool_name(plan.exposed)
    if listed is None:
        yield f"expected the tool {name} in the list"
        return
    yield from _differences(
        ("title", _title(plan.exposed), listed.get("title")),
        ("annotations", _annotations(plan), listed.get("annotations")),
    )
    if plan.exposed.description:
        yield from _differences(("description", plan.exposed.description.strip(), listed["description"].strip()))
    schema = listed["inputSchema"]
    properties = schema.get("properties", {})
    yield from _differences(
        ("the type of the schema", "object", schema.get("type")),
        ("additionalProperties", False, schema.get("additionalProperties")),
        ("the properties", sorted(inbound.key for inbound in plan.inbounds), sorted(properties)),
        ("required", sorted(one.key for one in plan.inbounds if one.required), sorted(schema.get("required", []))),
    )
    if combined := {"anyOf", "oneOf", "allOf"} & set(schema):
        yield f"the schema has {combined} at its root"
    for inbound in plan.inbounds:
        listed_property = properties.get(inbound.key, {})
        if not re.fullmatch(r"[A-Za-z0-9_.-]{1,64}", inbound.key):
            yield f"{inbound.key!r} is no key that clients accept"
        any_json = inbound.kind == "json" or (inbound.body_kind and inbound.kind != "object")
        if not any_json:
            yield from _differences((f"the type of {inbound.key}", inbound.kind, listed_property.get("type")))
        description = (inbound.description or "").strip()
        if description not in listed_property.get("description", ""):
            yield f"expected {description!r} in the description of {inbound.key}, came {listed_property}"


def _differences(*triples: tuple[str, Any, Any]) -> Iterator[str]:
    for what, expected, came in triples:
        if expected != came:
            yield f"tools/list: expected {what} {expected}, came {came}"
