"""The upstream request that a route or a tool must make of given values (LANGUAGE.md, §3 and §5)."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field

from inferring import Inbound, Plan, Source, Template, own_value
from paths import Variable, filled, parts, split_query
from reading import Api, Capability, Parameter
from samples import Sample

Pair = tuple[str, str | None]


@dataclass
class Expected:
    """A request as it must reach an upstream. A body is JSON text, unless `plain_body` says that it is plain text."""

    api: Api
    methods: tuple[str, ...]
    path: str
    query: list[Pair] = field(default_factory=list)
    json_pairs: set[str] = field(default_factory=set)
    headers: dict[str, str] = field(default_factory=dict)
    json_headers: set[str] = field(default_factory=set)
    list_headers: set[str] = field(default_factory=set)
    number_pairs: set[str] = field(default_factory=set)
    cookies: dict[str, str] = field(default_factory=dict)
    body: str | None = None
    plain_body: bool = False


class Expectations:
    """What a capability's upstreams must see, given the value of every secret and the path of every base URI."""

    def __init__(self, capability: Capability, secrets: dict[str, str], bases: dict[str, str]) -> None:
        self._capability = capability
        self._secrets = secrets
        self._bases = bases

    def of(self, plan: Plan, given: dict[Inbound, Sample], *, plain_body: bool = False) -> Expected:
        """The request that `plan` must make of `given`; what is not given is not sent."""
        operation = plan.operation
        path, fixed = split_query(operation.path)
        values: dict[str, Sample] = {}
        sent: list[tuple[Parameter, Sample]] = []
        for parameter, source in plan.sources:
            value = self._value(source, given)
            if value is None:
                continue
            if parameter.place == "path":
                values[parameter.name] = value
            else:
                sent.append((parameter, value))
        texts = {name: ",".join(value.texts) for name, value in values.items()}
        base = self._bases[operation.api.namespace].rstrip("/")
        # An empty path is the base URI itself.
        url = f"{base}/{filled(path, texts).removeprefix('/')}" if path else base or "/"
        expected = Expected(operation.api, (operation.method,), url)
        expected.query = [(name, None if value is None else _substituted(value, texts)) for name, value in fixed]
        fields: list[str] = []
        several = sum(parameter.place == "body" for parameter, _ in plan.sources) > 1
        for parameter, value in sent:
            match parameter.place:
                case "query":
                    expected.query += [(parameter.name, text) for text in value.texts]
                    if parameter.kind in ("object", "json"):
                        expected.json_pairs.add(parameter.name)
                    elif parameter.kind == "number":
                        expected.number_pairs.add(parameter.name)
                case "header":
                    expected.headers[parameter.name.lower()] = ",".join(value.texts)
                    if parameter.kind in ("object", "json"):
                        expected.json_headers.add(parameter.name.lower())
                    elif parameter.kind == "array":
                        expected.list_headers.add(parameter.name.lower())
                case "cookie":
                    expected.cookies[parameter.name] = ",".join(value.texts)
                case "body" if several:
                    fields.append(f"{json.dumps(parameter.name)}: {value.json}")
                case "body":
                    expected.body, expected.plain_body = (value.texts[0] if plain_body else value.json), plain_body
        if fields:
            expected.body = "{" + ", ".join(fields) + "}"
        self._authenticate(expected)
        return expected

    def _value(self, source: Source, given: dict[Inbound, Sample]) -> Sample | None:
        if isinstance(source, Inbound):
            return given.get(source)
        if source is None:
            return None
        if isinstance(source, Template):
            values = [given.get(part) if isinstance(part, Inbound) else None for part in source.parts]
            if any(
                isinstance(part, Inbound) and value is None for part, value in zip(source.parts, values, strict=True)
            ):
                return None
            texts = [
                ",".join(value.texts) if value else own_value(str(part), self._capability, self._secrets)
                for part, value in zip(source.parts, values, strict=True)
            ]
            return Sample(("".join(texts),), json.dumps("".join(texts)))
        text = own_value(source.text, self._capability, self._secrets)
        return Sample((text,), source.json if text == source.text else json.dumps(text))

    def _authenticate(self, expected: Expected) -> None:
        authentication = expected.api.authentication
        kind = authentication.text_of("type") if authentication else "none"
        if authentication is None or kind == "none":
            return

        def secret(*keys: str) -> str:
            return own_value(authentication.text_of(*keys) or "", self._capability, self._secrets)

        if kind == "bearer":
            expected.headers["authorization"] = f"Bearer {secret('token')}"
        elif kind == "basic":
            pair = f"{secret('username')}:{secret('password')}".encode()
            expected.headers["authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        elif kind == "apikey":
            key = authentication.text_of("key", "name") or ""
            if (authentication.text_of("placement", "in") or "header") == "query":
                expected.query.append((key, secret("value")))
            else:
                expected.headers[key.lower()] = secret("value")
        else:
            raise AssertionError(f"authentication of type {kind} is not known to these tests")


def _substituted(text: str, values: dict[str, str]) -> str:
    return "".join(values[part.name] if isinstance(part, Variable) else part for part in parts(text))
