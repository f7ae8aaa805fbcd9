"""Serve one rival: `python -m tests.bench.rivals.serve NAME PORT`, on uvicorn as the gateway is."""

import gc
import sys
from importlib import import_module

import uvicorn

_MODULES = {"stock": "strawberry_app", "tuned": "strawberry_app"}


def main(name: str, port: str) -> None:
    app = import_module(f"tests.bench.rivals.{_MODULES.get(name, name)}").app
    if name != "stock":
        gc.freeze()
    uvicorn.run(
        app, host="127.0.0.1", port=int(port), loop="uvloop", http="httptools", ws="none", log_level="warning",
        access_log=False, server_header=False, lifespan="on",
    )  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
