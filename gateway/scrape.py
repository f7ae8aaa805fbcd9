"""Scrapes: Prometheus asks on a port of its own, and a thread of this process answers."""

import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from prometheus_client import CollectorRegistry, Metric, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from gateway.command import Stop
from gateway.settings import Settings

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The variable by which `prometheus_client` learns, when it is imported, that it counts for others to read."""


@contextmanager
def scraped(settings: Settings, registry: CollectorRegistry | None) -> Iterator[str]:
    """Answer scrapes of `registry` until the end, and give what is to be said of it; nothing where none are asked for.

    Raises Stop where nobody can listen there.
    """
    port, host = settings.metrics_port, settings.metrics_host
    if port is None or registry is None:
        yield ""
        return
    try:
        server, thread = start_http_server(port, host, registry)
    except OSError as error:
        remedy = "give another `GATEWAY_METRICS_PORT`, or a `GATEWAY_METRICS_HOST` that is an address of this machine"
        raise Stop(f"metrics cannot be served on {host}:{port} ({error.strerror}): {remedy}") from None
    try:
        yield f"\nIts metrics stand at http://{host}:{server.server_port}/metrics"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def gathered(settings: Settings) -> Iterator[CollectorRegistry | None]:
    """Have the workers that start from here on count in a folder, and give a registry of what they all count."""
    if settings.metrics_port is None:
        yield None
        return
    with TemporaryDirectory(prefix="gateway-metrics-") as folder:
        os.environ[FOLDER] = folder
        registry = CollectorRegistry()
        registry.register(Workers(Path(folder)))
        try:
            yield registry
        finally:
            del os.environ[FOLDER]


class Workers(Collector):
    """What the workers that count in `folder` count together, those that have died without what they were doing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = MultiProcessCollector(None, str(folder))  # type: ignore[no-untyped-call]  # it ships few types
        self._turn = threading.Lock()  # scrapes at once would bury the same worker twice

    def collect(self) -> Iterable[Metric]:
        with self._turn:
            for pid in {int(path.stem.rpartition("_")[2]) for path in self._folder.glob("gauge_live*.db")}:
                if not _lives(pid):
                    mark_process_dead(pid, str(self._folder))  # type: ignore[no-untyped-call]  # as above
            found: Iterable[Metric] = self._files.collect()  # type: ignore[no-untyped-call]  # as above
            return list(found)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
