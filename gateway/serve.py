"""Serving: a socket, and uvicorn on it, in this process or in several, until it is told to stop."""

import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import uvicorn
from starlette.applications import Starlette
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from gateway.collector import relax, settle
from gateway.socket_wire import SocketWire
from gateway.telemetry import start_log
from gateway.wire import Wire

PATIENCE = 30
"""Seconds that answers have to leave once a process is told to stop, and a worker to give a sign of life."""


GONE = 60_000
"""Milliseconds after which the system drops a connection whose other end has taken nothing of what was sent to it."""


@dataclass(frozen=True, slots=True)
class Worker:
    """What one process does before it serves: its log, its application, its collector."""

    make: Callable[[], Starlette]
    log_level: str = "info"

    def __call__(self) -> Starlette:
        relax()
        start_log(self.log_level)
        app = self.make()
        settle()
        return app


def open_socket(host: str, port: int) -> socket.socket:
    """Return a socket that listens on `host` and `port`. Raises OSError where it cannot.

    A client whose machine is gone closes nothing: without an end to the system's own patience its stream would keep its
    place for a quarter of an hour.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux has it, and hands it on to each connection
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, GONE)
        listening.bind((host, port))
        listening.listen(2048)
    except OSError:
        listening.close()
        raise
    return listening


def run(app: Starlette, listening: socket.socket, message_limit: int) -> None:
    """Serve `app` on `listening`; return once SIGINT or SIGTERM has stopped it and all answers have left.

    A message on a WebSocket may have `message_limit` bytes.
    """
    # uvicorn stops gracefully, then raises the signal anew for whoever handled it before: for nobody, here.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    uvicorn.Server(_config(app, message_limit)).run(sockets=[listening])


def run_many(worker: Worker, listening: socket.socket, workers: int, message_limit: int) -> bool:
    """Serve on `listening` by as many processes as `workers`, each new one made by `worker`, which must be picklable.

    A worker that dies is replaced. Return once SIGINT or SIGTERM has stopped all and their answers have left; False
    where they could not start.
    """
    start_log(worker.log_level)
    supervisor = Multiprocess(_config(worker, message_limit, factory=True, workers=workers), [listening])
    supervisor.run()
    return all(process.exitcode != STARTUP_FAILURE for process in supervisor.processes)


def _config(app: Any, message_limit: int, **more: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        loop="auto",
        http=Wire,
        ws=SocketWire,
        ws_max_size=message_limit,
        ws_per_message_deflate=False,  # it would cost each socket memory, and its lengths would tell of values
        log_config=None,  # its warnings go where all goes
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=PATIENCE,
        timeout_worker_healthcheck=PATIENCE,
        **more,
    )
