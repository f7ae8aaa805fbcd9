"""PostgreSQL servers of the tests' own, a standby among them, which they may stop, freeze and start again."""

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from asyncio.subprocess import DEVNULL
from collections.abc import Iterator
from contextlib import suppress
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
_STANDBY = {"log_statement": "all", "wal_retrieve_retry_interval": "100ms"}


def binaries() -> Path | None:
    """Return the folder of the server's programs, None where there is none."""
    known = [Path(found).resolve().parent for name in ("initdb", "pg_ctl") if (found := shutil.which(name))]
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in (*known, *installed) if (folder / "initdb").exists()), None)


class Postgres:
    """A server in `folder`, that of its programs in `programs`; it lives until `remove`."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.programs = programs
        self._server: asyncio.subprocess.Process | None = None
        self._flags, self._log = _FLAGS, DEVNULL
        self._as = UNPRIVILEGED if os.geteuid() == 0 else None
        if self._as is not None:
            told = pwd.getpwnam(self._as)
            os.chown(folder, told.pw_uid, told.pw_gid)
        self._make()

    def _make(self) -> None:
        self._run("initdb", "--pgdata", str(self._data), "--auth=trust", "--username=gateway", "--no-sync")

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    @property
    def url(self) -> str:
        """The URL of the server's first database."""
        return f"postgresql://gateway@127.0.0.1:{self.port}/postgres"

    async def start(self) -> None:
        """Start, and return once connections are taken."""
        flags = [
            part
            for name, value in {**self._flags, "port": str(self.port)}.items()
            for part in ("-c", f"{name}={value}")
        ]
        command = [str(self.programs / "postgres"), "-D", str(self._data), *flags]
        self._server = await asyncio.create_subprocess_exec(*command, user=self._as, cwd=self.folder, stderr=self._log)
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
            with suppress(ProcessLookupError):  # one that has ended meanwhile stands still already
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
        command = [str(self.programs / program), *arguments]
        subprocess.run(command, user=self._as, check=True, stdout=subprocess.DEVNULL, cwd=self.folder)


class Standby(Postgres):
    """A streaming standby of `primary`, which must be running; it keeps the statements that it is asked."""

    def __init__(self, primary: Postgres) -> None:
        self.primary = primary
        super().__init__(Path(tempfile.mkdtemp()), primary.programs)
        self._flags = {**_FLAGS, **_STANDBY}
        self._log = os.open(self.folder / "log", os.O_CREAT | os.O_WRONLY | os.O_APPEND)

    def _make(self) -> None:
        whence = ("--host=127.0.0.1", f"--port={self.primary.port}", "--username=gateway")
        how = ("--checkpoint=fast", "--write-recovery-conf", "--no-sync")
        self._run("pg_basebackup", "--pgdata", str(self._data), *whence, *how)

    def asked(self) -> list[str]:
        """Return the lines of its log since it was made: every statement that it was asked, with what was bound."""
        return (self.folder / "log").read_text(encoding="utf-8").splitlines()

    async def pause(self) -> None:
        """Have it replay nothing more: what the primary commits from now on is not here."""
        await self.caught_up()
        await _tell(self.url, "SELECT pg_wal_replay_pause()")
        await self._until("SELECT pg_get_wal_replay_pause_state() = 'paused'")

    async def go_on(self) -> None:
        """Have it replay again, and return once it has all that the primary has."""
        await _tell(self.url, "SELECT pg_wal_replay_resume()")
        await self.caught_up()

    async def caught_up(self) -> None:
        """Return once it has all that the primary has committed by now."""
        end = await _tell(self.primary.url, "SELECT pg_current_wal_flush_lsn()::text")
        await self._until(f"SELECT pg_last_wal_replay_lsn() >= '{end}'::pg_lsn")

    async def _until(self, condition: str) -> None:
        async with asyncio.timeout(60):
            while not await _tell(self.url, condition):  # noqa: ASYNC110  # it is the database that tells
                await asyncio.sleep(0.02)

    async def remove(self) -> None:
        """Stop, and leave nothing behind."""
        os.close(self._log)
        await super().remove()


async def _tell(url: str, statement: str) -> object:
    connection = await asyncpg.connect(url, timeout=5)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()
