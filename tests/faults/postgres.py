"""A PostgreSQL server of the tests' own, which they may stop, freeze and start again."""

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
from asyncio.subprocess import DEVNULL
from collections.abc import Iterator
from pathlib import Path

import asyncpg

from tests.bench.contestants import free_port

UNPRIVILEGED = "postgres"
"""Whom the server runs as where the tests run as root, which it refuses to."""

_FLAGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "max_connections": "120",
    "shared_buffers": "32MB",
}


def binaries() -> Path | None:
    """Return the folder of the server's programs, None where there is none."""
    known = [Path(found).resolve().parent for name in ("initdb", "pg_ctl") if (found := shutil.which(name))]
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in (*known, *installed) if (folder / "initdb").exists()), None)


class Postgres:
    """A server in `folder`, that of its programs in `programs`; it lives until `remove`."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder, self.port = folder, free_port()
        self._programs = programs
        self._server: asyncio.subprocess.Process | None = None
        self._as = UNPRIVILEGED if os.geteuid() == 0 else None
        if self._as is not None:
            told = pwd.getpwnam(self._as)
            os.chown(folder, told.pw_uid, told.pw_gid)
        self._run("initdb", "--pgdata", str(folder / "data"), "--auth=trust", "--username=gateway", "--no-sync")

    @property
    def url(self) -> str:
        """The URL of the server's first database."""
        return f"postgresql://gateway@127.0.0.1:{self.port}/postgres"

    async def start(self) -> None:
        """Start, and return once connections are taken."""
        flags = [
            part for name, value in {**_FLAGS, "port": str(self.port)}.items() for part in ("-c", f"{name}={value}")
        ]
        command = [str(self._programs / "postgres"), "-D", str(self.folder / "data"), *flags]
        self._server = await asyncio.create_subprocess_exec(*command, user=self._as, cwd=self.folder, stderr=DEVNULL)
        async with asyncio.timeout(60):
            while not await self._answers():
                assert self._server.returncode is None, "the server has ended: it says why if its output is let through"

    async def stop(self) -> None:
        """Stop at once, as a power cut would: connections are lost, and what was committed is kept."""
        server, self._server = self._server, None
        if server is not None:
            server.send_signal(signal.SIGQUIT)
            async with asyncio.timeout(60):
                await server.wait()

    def freeze(self) -> None:
        """Have every process of the server stand still, its sockets open."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Have them go on."""
        self._signal(signal.SIGCONT)

    async def remove(self) -> None:
        """Stop, and leave nothing behind."""
        if self._server is not None:
            self.thaw()
        await self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _signal(self, number: signal.Signals) -> None:
        for pid in self._pids():
            os.kill(pid, number)

    def _pids(self) -> Iterator[int]:
        """The server first: a frozen one makes no more processes."""
        assert self._server is not None
        yield (pid := self._server.pid)
        yield from map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())

    async def _answers(self) -> bool:
        try:
            await (await asyncpg.connect(self.url, timeout=5)).close()
        except (OSError, asyncpg.PostgresError):
            await asyncio.sleep(0.05)
            return False
        return True

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), *arguments]
        subprocess.run(command, user=self._as, check=True, stdout=subprocess.DEVNULL, cwd=self.folder)
