"""Serving: a socket, and uvicorn on it until it is told to stop."""

import signal
import socket

import uvicorn
from starlette.applications import Starlette


def open_socket(host: str, port: int) -> socket.socket:
    """Return a socket that listens on `host` and `port`. Raises OSError where it cannot."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(2048)
    except OSError:
        listening.close()
        raise
    return listening


def serve(app: Starlette, listening: socket.socket) -> None:
    """Serve `app` on `listening`; return once SIGINT or SIGTERM has stopped it and all answers have left."""
    config = uvicorn.Config(
        app, loop="auto", http="httptools", ws="none", log_level="warning", access_log=False, server_header=False
    )
    # uvicorn stops gracefully, then raises the signal anew for whoever handled it before: for nobody, here.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    uvicorn.Server(config).run(sockets=[listening])
