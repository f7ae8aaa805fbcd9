"""Serving: the demo made ready, what it prints, and uvicorn under it."""

import logging
import socket
import sys
from collections.abc import Callable

import orjson
import uvicorn
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.app import create_app
from gateway.demo import DemoKeys
from gateway.settings import Settings
from resolvers.clock import Moment, system_clock
from resolvers.store.migrations import migrate
from resolvers.store.seed import is_seeded, make_rows, write_rows

DEMO_CHILDREN, DEMO_SEED = 2_000, 1


def open_socket(host: str, port: int) -> socket.socket:
    """Return a socket that listens on `host` and `port`. Raises OSError where it cannot."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, port))
    listening.listen(2048)
    return listening


async def prepare(engine: AsyncEngine, say: Callable[[str], None]) -> None:
    """Migrate the demo's database and fill it if it is empty."""
    try:
        await migrate(engine)
        if not await is_seeded(engine):
            say(f"seeding {DEMO_CHILDREN} children ...")
            rows = make_rows(DEMO_CHILDREN, DEMO_SEED, Moment(system_clock()).today)
            await write_rows(engine, rows)
    finally:
        await engine.dispose()


class JsonLines(logging.Formatter):
    """Log records as JSON lines: what happened, by reference; never a value that was read (R31)."""

    _PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

    def format(self, record: logging.LogRecord) -> str:
        extra = {key: value for key, value in vars(record).items() if key not in self._PLAIN}
        line = {"at": record.created, "level": record.levelname, "message": record.getMessage(), **extra}
        return orjson.dumps(line, default=str).decode()


def start_log() -> None:
    """Send the gateway's log to standard error, as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    log = logging.getLogger("gateway")
    log.handlers = [handler]
    log.setLevel(logging.INFO)


def serve(settings: Settings, keys: DemoKeys, listening: socket.socket) -> None:
    """Serve the demo on `listening` until it is told to stop."""
    start_log()
    app = create_app(settings, [keys.issuer], keys.secret)
    config = uvicorn.Config(
        app, loop="uvloop", http="httptools", ws="none", log_level="warning", access_log=False, server_header=False
    )
    uvicorn.Server(config).run(sockets=[listening])
