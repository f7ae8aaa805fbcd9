"""The clients of `clients/`: generated from the contract, compiled strictly, bundled, and run."""

import asyncio
import shutil
from pathlib import Path

from tests.node import run, workspace
from tests.tools.breaking import SCHEMA

SOURCE = Path(__file__).parent / "clients"
STREAMS = ("apolloStream", "relayStream", "urqlStream")
PROGRAMS = ("plugins", "urql", "apollo", "relay", *STREAMS)
BUNDLED = (
    "--bundle",
    "--platform=node",
    "--format=esm",
    "--outdir=dist",
    "--out-extension:.js=.mjs",
    "--log-level=error",
)

# packages of Node's older kind ask for Node's own by `require`, which a module does not have
NODE_MODULES = "--banner:js=import {createRequire} from 'node:module'; const require = createRequire(import.meta.url);"


def built(folder: Path, relay: str = "relay.config.json", **environment: str) -> Path:
    """Return a workspace in `folder` with every client built in it; raises AssertionError where a tool or tsc complains.

    GraphQL Code Generator reads the contract by introspection where `environment` has address and token, else as a
    file, as Relay does.
    """
    work = workspace(SOURCE, folder)
    shutil.copy(SCHEMA / "schema.graphql", work)
    (work / "src" / "relay" / "__generated__").mkdir()
    (work / "persisted.json").write_text("{}")  # Relay wants to find it, empty or from before
    run(work, "graphql-codegen", **environment)
    run(work, "relay-compiler", relay)
    run(work, "tsc", "--project", ".")
    run(work, "esbuild", *(f"src/{name}.ts" for name in PROGRAMS), *BUNDLED, NODE_MODULES)
    return work


async def answers(work: Path, names: tuple[str, ...], **environment: str) -> dict[str, str]:
    """Run clients side by side, and return what each printed."""
    asked = [asyncio.to_thread(run, work, "node", f"dist/{name}.mjs", **environment) for name in names]
    return dict(zip(names, await asyncio.gather(*asked), strict=True))
