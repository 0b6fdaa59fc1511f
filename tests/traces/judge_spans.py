"""Judges the spans of a gateway, whose program the environment variable GATEWAY names."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import tempfile
from pathlib import Path

from case import (
    CALLER,
    OTHER_CALLER,
    OTHER_TRACE,
    ROUTE,
    TRACE,
    Case,
    attributes,
    of_kind,
    traceparent,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from stand_ins import Collector, Upstream


class Spans(Case):
    def test_a_route_is_a_span_below_its_callers_and_its_upstream_call_one_below_that(self) -> None:
        upstream, collector = Upstream(), Collector()
        gateway = self.start(upstream, collector, OTEL_RESOURCE_ATTRIBUTES="deployment.environment.name=a%2Cb")
        status, _ = gateway.send("rest", "GET", "/v1/customers", headers=traceparent(TRACE, CALLER) | {"tracestate": "v=1"})
        self.assertEqual(status, 200)
        gateway.stop()

        server, client = (self.one(collector.spans(), kind) for kind in (Span.SPAN_KIND_SERVER, Span.SPAN_KIND_CLIENT))
        self.assertEqual(server.name, "GET /v1/customers")
        self.assertEqual((server.trace_id.hex(), server.parent_span_id.hex()), (TRACE, CALLER))
        self.assertEqual(server.trace_state, "v=1")
        # Sampled, and the parent is known to be remote; the child's is known not to be.
        self.assertEqual((server.flags, client.flags), (0x301, 0x101))
        self.assertLessEqual(server.start_time_unix_nano, client.start_time_unix_nano)
        self.assertLessEqual(client.end_time_unix_nano, server.end_time_unix_nano)
        of_server = attributes(server)
        self.assertIsInstance(of_server.pop("server.port"), int)
        self.assertEqual(
            of_server,
            {
                "http.request.method": "GET",
                "http.response.status_code": 200,
                "http.route": "/v1/customers",
                "network.protocol.version": "1.1",
                "server.address": "127.0.0.1",
                "url.scheme": "http",
            },
        )
        self.assertEqual(server.status.code, Status.STATUS_CODE_UNSET)

        self.assertEqual((client.trace_id, client.parent_span_id), (server.trace_id, server.span_id))
        self.assertEqual(client.name, "GET")
        self.assertEqual(
            attributes(client),
            {
                "gateway.operation": "findallcustomers",
                "gateway.upstream": "lago-customers",
                "http.request.method": "GET",
                "http.response.status_code": 200,
                "server.address": "127.0.0.1",
                "server.port": int(upstream.url.rpartition(":")[2]),
                "url.scheme": "http",
            },
        )
        sent = upstream.received[0].headers
        self.assertEqual(sent["traceparent"], f"00-{TRACE}-{client.span_id.hex()}-01")
        self.assertEqual(sent["tracestate"], "v=1")

        [request] = collector.received
        self.assertEqual((request.target, request.headers["content-type"]), ("/v1/traces", "application/x-protobuf"))
        [of_resource] = collector.requests()[0].resource_spans
        of_gateway = attributes(of_resource.resource)
        self.assertEqual(of_gateway["service.name"], "Lago API documentation — Customers")
        self.assertTrue(of_gateway["service.version"])
        self.assertEqual(of_gateway["deployment.environment.name"], "a,b")
        self.assertEqual(of_resource.scope_spans[0].scope.name, "gatewright")
        [line] = [line for line in gateway.log if line.get("operation") == "findallcustomers"]
        self.assertEqual(line["trace_id"], TRACE)

    def test_each_attempt_is_a_span(self) -> None:
        upstream, collector = Upstream(failures=(503,)), Collector()
        gateway = self.start(upstream, collector, GATEWAY_RETRY_WAIT="0.01")
        self.assertEqual(gateway.send("rest", "GET", "/v1/customers")[0], 200)
        gateway.stop()
        server = self.one(collector.spans(), Span.SPAN_KIND_SERVER)
        self.assertEqual(server.parent_span_id, b"")
        clients = of_kind(collector.spans(), Span.SPAN_KIND_CLIENT)
        first, second = sorted(clients, key=lambda span: span.start_time_unix_nano)
        self.assertEqual({first.parent_span_id, second.parent_span_id}, {server.span_id})
        self.assertNotIn("http.request.resend_count", attributes(first))
        self.assertEqual((attributes(first)["error.type"], attributes(first)["http.response.status_code"]), ("503", 503))
        self.assertEqual(first.status.code, Status.STATUS_CODE_ERROR)
        self.assertEqual(attributes(second)["http.request.resend_count"], 1)
        self.assertNotIn("error.type", attributes(second))
        told = [received.headers["traceparent"].split("-")[2] for received in upstream.received]
        self.assertEqual(told, [first.span_id.hex(), second.span_id.hex()])

    def test_an_upstream_that_cannot_be_reached_is_an_error_of_both_spans(self) -> None:
        upstream, collector = Upstream(), Collector()
        gateway = self.start(upstream, collector, GATEWAY_RETRY_RATE="0", GATEWAY_RETRY_PERCENT="0")
        upstream.close()
        self.assertEqual(gateway.send("rest", "POST", "/v1/customers", {"customer": {}})[0], 502)
        gateway.stop()
        server, client = (self.one(collector.spans(), kind) for kind in (Span.SPAN_KIND_SERVER, Span.SPAN_KIND_CLIENT))
        self.assertEqual(attributes(server)["error.type"], "502")
        self.assertEqual(attributes(client)["error.type"], "unreachable")
        self.assertEqual({server.status.code, client.status.code}, {Status.STATUS_CODE_ERROR})

    def test_a_tool_call_is_a_span_below_what_its_message_names(self) -> None:
        upstream, collector = Upstream(), Collector()
        gateway = self.start(upstream, collector, OTEL_SERVICE_NAME="shop")
        gateway.call("lago-list-all-customers", {}, traceparent(TRACE, CALLER), traceparent(OTHER_TRACE, OTHER_CALLER))
        gateway.stop()
        server, client = (self.one(collector.spans(), kind) for kind in (Span.SPAN_KIND_SERVER, Span.SPAN_KIND_CLIENT))
        self.assertEqual(server.name, "tools/call lago-list-all-customers")
        self.assertEqual((server.trace_id.hex(), server.parent_span_id.hex()), (TRACE, CALLER))
        [link] = server.links
        self.assertEqual((link.trace_id.hex(), link.span_id.hex()), (OTHER_TRACE, OTHER_CALLER))
        of_server = attributes(server)
        for key, value in {
            "gen_ai.tool.name": "lago-list-all-customers",
            "http.route": "/mcp",
            "jsonrpc.request.id": "the-id",
            "mcp.method.name": "tools/call",
        }.items():
            self.assertEqual(of_server[key], value)
        self.assertEqual(client.parent_span_id, server.span_id)
        self.assertEqual(upstream.received[0].headers["traceparent"], f"00-{TRACE}-{client.span_id.hex()}-01")
        [of_resource] = collector.requests()[0].resource_spans
        self.assertEqual(attributes(of_resource.resource)["service.name"], "shop")

    def test_a_tool_call_without_a_trace_of_its_own_is_below_its_request(self) -> None:
        collector = Collector()
        gateway = self.start(Upstream(failures=(404,)), collector)
        gateway.call("lago-list-all-customers", {}, headers=traceparent(TRACE, CALLER))
        gateway.stop()
        server = self.one(collector.spans(), Span.SPAN_KIND_SERVER)
        self.assertEqual((server.trace_id.hex(), server.parent_span_id.hex()), (TRACE, CALLER))
        self.assertEqual(attributes(server)["error.type"], "tool_error")
        self.assertEqual(attributes(server)["http.response.status_code"], 200)

    def test_a_tool_call_over_standard_input_is_a_span(self) -> None:
        upstream, collector = Upstream(), Collector()
        self.addCleanup(upstream.close)
        self.addCleanup(collector.close)
        environment = {
            "LAGO_API_KEY": "key",
            "LAGO_CUSTOMERS_BASE_URI": upstream.url,
            "OTEL_BSP_SCHEDULE_DELAY": "600000",
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
        }
        about = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "judge", "version": "1"}}
        call = {"name": "lago-list-all-customers", "arguments": {}, "_meta": traceparent(TRACE, CALLER)}
        lines = [
            {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": about},
            {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call},
        ]
        text = "".join(json.dumps(line) + "\n" for line in lines)
        command = [os.environ["GATEWAY"], "--stdio"]
        subprocess.run(command, env=environment, input=text, capture_output=True, text=True, check=True)
        servers = of_kind(collector.spans(), Span.SPAN_KIND_SERVER)
        self.assertEqual({span.name for span in servers}, {"initialize", "tools/call lago-list-all-customers"})
        [of_call] = [span for span in servers if span.name.startswith("tools/call")]
        self.assertEqual((of_call.trace_id.hex(), of_call.parent_span_id.hex()), (TRACE, CALLER))
        self.assertEqual(attributes(of_call)["network.transport"], "pipe")
        client = self.one(collector.spans(), Span.SPAN_KIND_CLIENT)
        self.assertEqual(client.parent_span_id, of_call.span_id)


class Sampling(Case):
    def test_a_trace_that_its_caller_does_not_record_is_not_recorded(self) -> None:
        upstream, collector = Upstream(), Collector()
        gateway = self.start(upstream, collector)
        gateway.send("rest", "GET", "/v1/customers", headers=traceparent(OTHER_TRACE, OTHER_CALLER, "00"))
        gateway.call("lago-list-all-customers", {}, traceparent(OTHER_TRACE, OTHER_CALLER, "00"))
        gateway.send("rest", "GET", "/v1/customers", headers=traceparent(TRACE, CALLER))
        gateway.stop()
        self.assertEqual({span.trace_id.hex() for span in collector.spans()}, {TRACE})
        told = [received.headers["traceparent"] for received in upstream.received]
        self.assertEqual(told[:2], [f"00-{OTHER_TRACE}-{OTHER_CALLER}-00"] * 2)

    def test_a_ratio_is_of_roots(self) -> None:
        upstream, collector = Upstream(), Collector()
        sampler = {"OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0"}
        gateway = self.start(upstream, collector, **sampler)
        gateway.send("rest", "GET", "/v1/customers")
        gateway.send("rest", "GET", "/v1/customers", headers=traceparent(TRACE, CALLER))
        gateway.stop()
        self.assertEqual({span.trace_id.hex() for span in collector.spans()}, {TRACE})
        # The root is told that nobody records it, so that upstreams do not either.
        self.assertRegex(upstream.received[0].headers["traceparent"], "^00-[0-9a-f]{32}-[0-9a-f]{16}-0[02]$")

    def test_nothing_is_exported_where_that_is_switched_off(self) -> None:
        upstream, collector = Upstream(), Collector()
        gateway = self.start(upstream, collector, OTEL_SDK_DISABLED="true")
        gateway.send("rest", "GET", "/v1/customers", headers=traceparent(TRACE, CALLER))
        gateway.stop()
        self.assertEqual(collector.received, [])
        self.assertEqual(upstream.received[0].headers["traceparent"], f"00-{TRACE}-{CALLER}-01")


class Secrecy(Case):
    def test_no_secret_and_no_value_of_a_caller_is_exported(self) -> None:
        canary = f"canary{secrets.token_hex(16)}"
        upstream, collector = Upstream(failures=(500, 500, 500, 422)), Collector()
        key = f"Bearer%20{canary}-collector"
        gateway = self.start(
            upstream, collector, LAGO_API_KEY=f"{canary}-credential", OTEL_EXPORTER_OTLP_HEADERS=f"authorization={key}"
        )
        headers = {"Authorization": f"Bearer {canary}-header", "X-Request-Id": f"{canary}-id", "User-Agent": canary}
        gateway.send("rest", "GET", f"/v1/customers?q={canary}-query", headers=headers)
        gateway.send("rest", "GET", f"/v1/customers/{canary}-path/current-usage?external_subscription_id={canary}")
        gateway.send("rest", "GET", f"/{canary}-unknown")
        gateway.send("rest", "POST", "/v1/customers", {"customer": {"name": f"{canary}-body"}})
        gateway.call("lago-create-customer", {"body": {"customer": {"name": f"{canary}-argument"}}})
        gateway.call(f"{canary}-tool", {})
        message = {"jsonrpc": "2.0", "id": 1, "method": f"{canary}-method"}
        gateway.send("mcp", "POST", "/mcp", message, {"Accept": "application/json, text/event-stream"})
        gateway.stop()
        names = {span.name for span in collector.spans() if span.kind == Span.SPAN_KIND_SERVER}
        self.assertEqual(
            names,
            {
                "GET",
                "GET /v1/customers",
                f"GET {ROUTE}",
                "POST /v1/customers",
                "_OTHER",
                "tools/call",
                "tools/call lago-create-customer",
            },
        )
        # The canary is real: it came to the upstream, and to the collector as the header that it belongs in.
        self.assertTrue(any(canary.encode() in received.body for received in upstream.received))
        for received in collector.received:
            self.assertEqual(received.headers["authorization"], f"Bearer {canary}-collector")
            self.assertNotIn(canary.encode(), received.body)
        self.assertNotIn(f"{canary}-c", str(gateway.log))

    def test_headers_for_the_collector_follow_their_file(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file, other = Path(folder, "headers"), Path(folder, "other")
            file.write_text("authorization=one")
            collector = Collector()
            gateway = self.start(
                Upstream(), collector, OTEL_BSP_SCHEDULE_DELAY="1", OTEL_EXPORTER_OTLP_HEADERS_FILE=str(file)
            )
            gateway.send("rest", "GET", "/unknown")
            collector.wait_for(1)
            other.write_text("authorization=two")
            other.rename(file)
            gateway.signal(signal.SIGHUP)
            gateway.wait_for("secrets have changed")
            gateway.send("rest", "GET", "/unknown")
            collector.wait_for(2)
            gateway.stop()
            self.assertEqual([received.headers["authorization"] for received in collector.received], ["one", "two"])
