"""Judges how spans come to their collector, or do not, and what a gateway says of that."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from pathlib import Path

from case import EXPORTED, Case, dropped
from stand_ins import CERTIFICATE, CERTIFICATE_KEY, PATIENCE, Collector, Gateway, Upstream


class Delivery(Case):
    def test_a_collector_that_cannot_be_reached_harms_nobody(self) -> None:
        collector = Collector()
        collector.close()
        gateway = self.start(Upstream(), None, OTEL_EXPORTER_OTLP_ENDPOINT=collector.url, OTEL_BSP_SCHEDULE_DELAY="1")
        self.assertEqual(gateway.send("rest", "GET", "/v1/customers")[0], 200)
        gateway.wait_for("the collector takes no spans")
        for _ in range(20):
            self.assertEqual(gateway.send("rest", "GET", "/v1/customers")[0], 200)
        gateway.stop()
        self.assertEqual(len(gateway.warnings("collector")), 1, gateway.log)

    def test_spans_are_sent_again_where_the_collector_asks_for_it(self) -> None:
        collector = Collector(failures=(503,))
        gateway = self.start(Upstream(), collector, OTEL_BSP_SCHEDULE_DELAY="1")
        gateway.send("rest", "GET", "/v1/customers")
        collector.wait_for(2)
        self.assertEqual(collector.received[0].body, collector.received[1].body)
        gateway.stop()

    def test_a_collector_that_does_not_answer_fills_the_queue_and_no_more(self) -> None:
        collector = Collector(rejected=1)
        collector.may_answer.clear()
        gateway = self.start(Upstream(), collector, OTEL_BSP_SCHEDULE_DELAY="1", OTEL_BSP_MAX_QUEUE_SIZE="2")
        gateway.send("rest", "GET", "/unknown")
        collector.wait_for(1)
        # The exporter waits for the collector, so two of these spans have room.
        for _ in range(10):
            self.assertEqual(gateway.send("rest", "GET", "/v1/customers")[0], 200)
        self.assertEqual(gateway.metric(dropped("queue_full")), 18)
        self.assertEqual(gateway.metric(EXPORTED), 0)
        collector.may_answer.set()
        collector.wait_for(2)
        self.assertEqual(gateway.metric(dropped("rejected")), 1)
        gateway.stop()
        self.assertEqual(len(collector.spans()), 3)

    def test_a_collector_is_told_who_exports(self) -> None:
        collector = Collector()
        gateway = self.start(Upstream(), collector)
        gateway.send("rest", "GET", "/unknown")
        gateway.stop()
        [request] = collector.received
        self.assertRegex(request.headers["user-agent"], r"^OTel-OTLP-Exporter-Gatewright/[0-9.]+ \(rust\)$")

    def test_rejected_spans_are_warned_of(self) -> None:
        collector = Collector(rejected=1)
        gateway = self.start(Upstream(), collector)
        gateway.send("rest", "GET", "/unknown")
        gateway.stop()
        [warning] = gateway.warnings("rejected some of them")
        self.assertEqual(warning["rejected"], 1)


class Stopping(Case):
    """A collector that does not answer holds a gateway up for five seconds, and not longer than somebody wants."""

    def hanging(self) -> Collector:
        collector = Collector()
        collector.may_answer.clear()
        # The stand-in cannot be closed while it serves.
        self.addCleanup(collector.may_answer.set)
        return collector

    def test_a_second_signal_does_not_wait_for_the_last_spans(self) -> None:
        for second in (signal.SIGTERM, signal.SIGINT):
            collector = self.hanging()
            gateway = self.start(Upstream(), collector)
            gateway.send("rest", "GET", "/unknown")
            gateway.signal(signal.SIGTERM)
            collector.wait_for(1)
            gateway.signal(second)
            gateway.ended()
            [warning] = gateway.warnings("stopping at once; the last spans are lost")
            self.assertEqual(warning["signal"], second.name)
            self.assertEqual(gateway.warnings("in time"), [])

    def test_the_last_spans_are_waited_for_where_nobody_minds(self) -> None:
        collector = self.hanging()
        gateway = self.start(Upstream(), collector)
        gateway.send("rest", "GET", "/unknown")
        gateway.stop()
        self.assertEqual(len(gateway.warnings("the collector did not take the last spans in time")), 1, gateway.log)

    def test_a_signal_after_the_end_of_input_does_not_wait_for_the_last_spans(self) -> None:
        collector = self.hanging()
        self.addCleanup(collector.close)
        environment = {
            "LAGO_API_KEY": "key",
            "LAGO_CUSTOMERS_BASE_URI": "http://127.0.0.1:1",
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
        }
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        with subprocess.Popen([os.environ["GATEWAY"], "--stdio"], env=environment, text=True, **pipes) as process:
            self.addCleanup(process.kill)
            assert process.stdin is not None and process.stderr is not None
            process.stdin.write('{"jsonrpc": "2.0", "id": 1, "method": "ping"}\n')
            process.stdin.close()
            collector.wait_for(1)
            process.send_signal(signal.SIGTERM)
            self.assertEqual(process.wait(PATIENCE), 0)
            self.assertIn("stopping at once; the last spans are lost", process.stderr.read())


class Secure(Case):
    """A collector at https, whose certificate has signed itself."""

    def export(self, collector: Collector, **environment: str) -> Gateway:
        """A gateway that has served a request, of which there is a span to export."""
        gateway = self.start(Upstream(), collector, OTEL_BSP_SCHEDULE_DELAY="1", **environment)
        self.assertEqual(gateway.send("rest", "GET", "/v1/customers")[0], 200)
        return gateway

    def test_a_collector_is_trusted_by_a_file_of_all_upstreams_or_one_of_its_own(self) -> None:
        for name in ("SSL_CERT_FILE", "OTEL_EXPORTER_OTLP_CERTIFICATE", "OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE"):
            with self.subTest(name):
                collector = Collector(secure=True)
                self.assertTrue(collector.url.startswith("https://"))
                gateway = self.export(collector, **{name: str(CERTIFICATE)})
                collector.wait_for(1)
                gateway.stop()
                self.assertEqual(len(collector.spans()), 2)
                self.assertEqual(gateway.warnings("collector"), [])

    def test_a_collector_that_is_not_trusted_is_sent_nothing_and_the_gateway_serves_on(self) -> None:
        collector = Collector(secure=True)
        gateway = self.export(collector)
        gateway.wait_for("the collector takes no spans")
        self.assertEqual(gateway.send("rest", "GET", "/v1/customers")[0], 200)
        gateway.stop()
        [warning] = gateway.warnings("collector takes no spans")
        self.assertIn("no connection could be made (invalid peer certificate: UnknownIssuer)", str(warning["message"]))
        self.assertEqual(collector.received, [])

    def test_a_certificate_is_shown_to_a_collector_that_asks_for_one(self) -> None:
        trusted = {"OTEL_EXPORTER_OTLP_CERTIFICATE": str(CERTIFICATE)}
        shown = {
            "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE": str(CERTIFICATE),
            "OTEL_EXPORTER_OTLP_CLIENT_KEY": str(CERTIFICATE_KEY),
        }
        collector = Collector(secure=True, asks_for_certificate=True)
        gateway = self.export(collector, **trusted, **shown)
        collector.wait_for(1)
        gateway.stop()
        self.assertEqual(len(collector.spans()), 2)

        collector = Collector(secure=True, asks_for_certificate=True)
        gateway = self.export(collector, **trusted)
        gateway.wait_for("the collector takes no spans")
        gateway.stop()
        self.assertEqual(collector.received, [])


class Settings(Case):
    def ask(self, question: str, flags: tuple[str, ...] = (), **environment: str) -> subprocess.CompletedProcess[str]:
        settings = {"LAGO_API_KEY": "key", "OTEL_EXPORTER_OTLP_ENDPOINT": "https://collector.example:4318"}
        command = [os.environ["GATEWAY"], question, *flags]
        return subprocess.run(command, env=settings | environment, capture_output=True, text=True, timeout=PATIENCE)

    def test_what_a_start_warns_of_a_check_warns_of_too(self) -> None:
        unusable = {"OTEL_TRACES_SAMPLER": "jaeger_remote", "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip"}
        told = [
            'OTEL_EXPORTER_OTLP_COMPRESSION is "gzip", which cannot be used; expected none; none is used',
            'OTEL_TRACES_SAMPLER is "jaeger_remote", which cannot be used; expected one of always_on, always_off, '
            "traceidratio, parentbased_always_on, parentbased_always_off, parentbased_traceidratio; "
            "parentbased_always_on is used",
        ]
        for question in ("--check", "--print-settings"):
            ended = self.ask(question, **unusable)
            self.assertEqual(ended.returncode, 0, ended)
            self.assertEqual(ended.stderr.splitlines(), [f"warning: {line}" for line in told])
        gateway = self.start(Upstream(), Collector(), **unusable)
        gateway.stop()
        self.assertEqual([line["message"] for line in gateway.warnings("cannot be used")], told)

    def test_a_check_says_nothing_where_nothing_is_wrong(self) -> None:
        ended = self.ask("--check")
        self.assertEqual((ended.returncode, ended.stdout, ended.stderr), (0, "", ""))

    def test_a_file_that_cannot_be_used_is_an_error(self) -> None:
        for name, told in {
            "OTEL_EXPORTER_OTLP_CERTIFICATE": "(/no/such.pem): No such file or directory (os error 2)",
            "OTEL_EXPORTER_OTLP_CLIENT_KEY": " is set and OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE is not",
        }.items():
            ended = self.ask("--check", **{name: "/no/such.pem"})
            self.assertEqual(ended.returncode, 1)
            self.assertIn(told, ended.stderr)

    def test_headers_for_the_collector_are_not_printed(self) -> None:
        canary = "canary-of-a-header"
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "headers")
            file.write_text(f"authorization={canary}\n")
            for signal_part in ("", "traces-"):
                flag = f"otel-exporter-otlp-{signal_part}headers"
                name = flag.upper().replace("-", "_")
                for flags, environment, source in [
                    ((), {name: f"authorization={canary}"}, name),
                    ((), {f"{name}_FILE": str(file)}, f"{file}, named by {name}_FILE"),
                    ((f"--{flag}", f"authorization={canary}"), {}, f"--{flag}"),
                ]:
                    ended = self.ask("--print-settings", flags, **environment)
                    self.assertEqual(ended.returncode, 0, ended)
                    lines = ended.stdout.splitlines()
                    self.assertIn(f"{flag} = (redacted)  # {source}", lines)
                    self.assertIn(
                        "otel-exporter-otlp-endpoint = https://collector.example:4318  # OTEL_EXPORTER_OTLP_ENDPOINT", lines
                    )
                    self.assertNotIn(canary, ended.stdout + ended.stderr)
                # One that cannot be sent is told, and not shown either.
                ended = self.ask("--print-settings", **{name: f"authorization {canary}"})
                self.assertEqual(ended.returncode, 1)
                self.assertIn(f"{flag} is not set", ended.stdout)
                self.assertIn(name, ended.stderr)
                self.assertNotIn(canary, ended.stdout + ended.stderr)
