"""What the trials have in common."""

from __future__ import annotations

import unittest

from opentelemetry.proto.trace.v1.trace_pb2 import Span
from stand_ins import Collector, Gateway, Upstream

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
CALLER = "00f067aa0ba902b7"
OTHER_TRACE = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
OTHER_CALLER = "bbbbbbbbbbbbbbbb"
ROUTE = "/v1/customers/{external-customer-id}/current-usage"
EXPORTED = "gateway_trace_spans_exported_total"


def dropped(reason: str) -> str:
    return f'gateway_trace_spans_dropped_total{{reason="{reason}"}}'


def traceparent(trace: str, span: str, flags: str = "01") -> dict[str, str]:
    return {"traceparent": f"00-{trace}-{span}-{flags}"}


def attributes(holder) -> dict[str, str | int]:
    return {pair.key: getattr(pair.value, pair.value.WhichOneof("value")) for pair in holder.attributes}


def of_kind(spans: list[Span], kind: int) -> list[Span]:
    return [span for span in spans if span.kind == kind]


class Case(unittest.TestCase):
    def start(self, upstream: Upstream, collector: Collector | None, **environment: str) -> Gateway:
        self.addCleanup(upstream.close)
        if collector is not None:
            self.addCleanup(collector.close)
        gateway = Gateway(upstream.url, collector and collector.url, **environment)
        self.addCleanup(gateway.kill)
        return gateway

    def one(self, spans: list[Span], kind: int) -> Span:
        found = of_kind(spans, kind)
        self.assertEqual(len(found), 1, spans)
        return found[0]
