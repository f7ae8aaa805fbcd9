"""Metrics: counts and times of one process, in Prometheus' terms. A label holds a word of a closed list, nothing else.

They are scraped on a port of their own (`gateway/scrape.py`), never by a viewer: what is asked in all would tell one
viewer of others (R0).
"""

import platform
from importlib.metadata import version

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from gateway.endings import Why
from gateway.errors import Code
from gateway.streams import TRANSPORTS, Transport
from gateway.visit import CANCELLED, Visit

OUTCOMES = ("OK", CANCELLED, *Code)
KINDS = ("query", "mutation", "subscription", "none")
"""What is asked for; `none` where the request was refused before that was known."""

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
EVENTS = (1, 2, 4, 8, 16, 32, 64, 128)


class Metrics:
    """All that is counted in one process, in a registry of its own; hears of visits and of rounds of the journal.

    Where several processes serve, gauges are of those that live, and counters of all that ever were.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = self.counter("requests", "Requests by outcome and kind of operation", "outcome", "kind")
        for outcome in OUTCOMES:
            for kind in KINDS:
                self._requests.labels(outcome, kind)  # a series that begins with its first error hides it from `rate`
        self._duration = self._histogram(
            "request_duration_seconds", "How long requests take, from their headers to their answer", SECONDS, "kind"
        )
        self._in_flight = self.gauge("requests_in_flight", "Requests that wait for their answers")
        self._round_events = self._histogram("journal_round_events", "Events that the journal writes at once", EVENTS)
        self._round_seconds = self._histogram(
            "journal_round_duration_seconds", "How long the journal takes to write at once", SECONDS
        )
        self._journal_failures = self.counter("journal_failures", "Rounds of the journal that were not written")
        self._streams = self.gauge("streams_open", "Streams that are open", "transport")
        self._events = self.counter("stream_events", "Events that streams were told", "transport")
        self._endings = self.counter("streams_ended", "Streams that are over, and why", "transport", "why")
        for transport in TRANSPORTS:
            self._streams.labels(transport)
            self._events.labels(transport)
            for why in Why:
                self._endings.labels(transport, why)
        about = self.gauge("build_info", "What runs", "version", "python", mode="livemax")
        about.labels(version("contactpoint-gateway"), platform.python_version()).set(1)

    def began(self, visit: Visit) -> None:  # noqa: ARG002  # as `Observer` has it
        self._in_flight.inc()

    def ended(self, visit: Visit) -> None:
        self._in_flight.dec()
        kind = visit.kind or "none"
        self._requests.labels(visit.outcome, kind).inc()
        self._duration.labels(kind).observe(visit.ended - visit.began)

    def wrote(self, events: int, seconds: float, kept: bool) -> None:
        """Hear of a round of the journal: how many events, how long it took, and whether they are kept."""
        self._round_events.observe(events)
        self._round_seconds.observe(seconds)
        if not kept:
            self._journal_failures.inc()

    def stream_opened(self, transport: Transport) -> None:
        """Hear that a stream has begun."""
        self._streams.labels(transport).inc()

    def stream_told(self, transport: Transport) -> None:
        """Hear that a stream was told an event."""
        self._events.labels(transport).inc()

    def stream_ended(self, transport: Transport, why: Why) -> None:
        """Hear that a stream is over, and why."""
        self._streams.labels(transport).dec()
        self._endings.labels(transport, why).inc()

    def counter(self, name: str, about: str, *labels: str) -> Counter:
        """Return a new counter of this process, `gateway_<name>_total`."""
        return Counter(f"gateway_{name}", about, labels, registry=self.registry)

    def gauge(self, name: str, about: str, *labels: str, mode: str = "livesum") -> Gauge:
        """Return a new gauge, `gateway_<name>`, and how those of several processes make one."""
        return Gauge(f"gateway_{name}", about, labels, registry=self.registry, multiprocess_mode=mode)  # type: ignore[arg-type]  # a word of a closed list

    def _histogram(self, name: str, about: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(f"gateway_{name}", about, labels, registry=self.registry, buckets=buckets)
