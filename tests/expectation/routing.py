"""What a REST adapter must answer where no operation is meant: other methods, other paths (LANGUAGE.md, §4)."""

from __future__ import annotations

from collections.abc import Iterator

from clients import Client
from inferring import Plan
from paths import matches, parts, variables
from sending import route_target

METHODS = ("PATCH", "PUT", "DELETE", "POST", "GET")


def _methods(plans: list[Plan], path: str) -> set[str]:
    return {one.exposed.method or "" for one in plans if matches(one.exposed.path or "", path)}


def _allowed(header: str | None) -> set[str]:
    return {method.strip() for method in (header or "").split(",")} - {"HEAD", "OPTIONS", ""}


def routing_problems(client: Client, plans: list[Plan]) -> Iterator[tuple[Plan, str]]:
    """What is wrong with the answers, each with the route it was seen at."""
    for plan in plans:
        route = plan.exposed.path or ""
        values = {name: (f"value{number}",) for number, name in enumerate(variables(route))}
        plain = "".join(part if isinstance(part, str) else values[part.name][0] for part in parts(route))
        target = route_target(route, values)
        methods = _methods(plans, plain)
        other = next((method for method in METHODS if method not in methods), None)
        if other:
            answer = client.send(other, target, [], None)
            allowed, wanted = _allowed(answer.headers.get("allow")), methods - {"HEAD", "OPTIONS"}
            if answer.status != 405 or allowed != wanted:
                yield plan, f"{other}: expected 405 and Allow {wanted}, came {answer.status} and {allowed}"
        if "OPTIONS" not in methods:
            answer = client.send("OPTIONS", target, [], None)
            allowed, wanted = _allowed(answer.headers.get("allow")), methods - {"HEAD", "OPTIONS"}
            if answer.status not in (200, 204) or allowed != wanted:
                yield plan, f"OPTIONS: expected Allow {wanted}, came {answer.status} and {allowed}"
        for title, path, made in (
            ("a trailing slash", f"{plain}/", f"{target}/"),
            ("another path", f"{plain}/no/such/route", f"{target}/no/such/route"),
        ):
            method = plan.exposed.method or "GET"
            # An empty last segment may be told as the empty value of another route's variable.
            allowed_statuses = (404,) if title == "another path" else (404, 400)
            if not _methods(plans, path):
                answer = client.send(method, made, [], None)
                if answer.status not in allowed_statuses:
                    yield plan, f"{title}: expected {allowed_statuses}, came {answer.status}: {answer.text}"
