"""Judges how spans come to their collector, or do not, and what a gateway says of that."""

from __future__ import annotations

from case import EXPORTED, Case, dropped
from stand_ins import Collector, Upstream


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
