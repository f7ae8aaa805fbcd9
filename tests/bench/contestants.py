"""Who takes part: each a server process of its own on the same database, and what the kernel says of it."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.bench.issuer import Issuer
from tests.node import installed

SERVER_CORE, CLIENT_CORE = 0, -1
_TICKS = os.sysconf("SC_CLK_TCK")
_PATIENCE = 180
_MERCURIUS = Path(__file__).parent / "mercurius"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a contestant is to serve: on which port, which database, by how many processes."""

    port: int
    database: str
    workers: int = 1


@dataclass(frozen=True, slots=True)
class Contestant:
    """One contestant; `needs` a program, has something to `prepare`, and is `warm` after so many requests of a kind."""

    name: str
    title: str
    command: Callable[[Place], list[str]]
    needs: str | None = None
    prepare: Callable[[], object] = lambda: None
    warm: int = 20

    @property
    def available(self) -> bool:
        return self.needs is None or shutil.which(self.needs) is not None


def gateway(place: Place) -> list[str]:
    flags = ["--port", str(place.port), "--database", place.database, "--workers", str(place.workers)]
    return [str(Path(sys.executable).parent / "gateway"), "serve", *flags]


def _python(app: str) -> Callable[[Place], list[str]]:
    return lambda place: [sys.executable, "-m", "tests.bench.rivals.serve", app, str(place.port)]


def _mercurius(place: Place) -> list[str]:
    return ["node", str(installed(_MERCURIUS) / "server.mjs"), str(place.port)]


CONTESTANTS = {
    each.name: each
    for each in (
        Contestant("ours", "this gateway", gateway),
        Contestant("stock", "Strawberry, stock", _python("stock")),
        Contestant("tuned", "Strawberry, tuned", _python("tuned")),
        Contestant("mercurius", "Mercurius, JIT", _mercurius, "npm", partial(installed, _MERCURIUS), 200),
        Contestant("floor", "the floor: one SQL statement", _python("floor")),
    )
}


def cores() -> tuple[set[int], set[int]]:
    """Return the cores of servers and of the client: one each where there are two, else whatever there is."""
    ours = sorted(os.sched_getaffinity(0))
    return ({ours[SERVER_CORE]}, {ours[CLIENT_CORE]}) if len(ours) > 1 else (set(ours), set(ours))


@contextmanager
def on(wanted: set[int]) -> Iterator[None]:
    """Have processes that are started in the block run on the cores `wanted`."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, wanted)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(slots=True)
class Server:
    """A contestant that serves."""

    contestant: Contestant
    process: subprocess.Popen[bytes]
    port: int
    started: float
    log: Path

    @property
    def said(self) -> str:
        """The end of what the server has written to its log."""
        return self.log.read_text(errors="replace")[-2000:]

    @property
    def _pids(self) -> Iterator[int]:
        waiting = [self.process.pid]
        while waiting:
            pid = waiting.pop()
            yield pid
            for task in Path(f"/proc/{pid}/task").iterdir():
                waiting += map(int, (task / "children").read_text().split())

    def pin(self, wanted: set[int]) -> None:
        """Keep the server on the cores `wanted`, every thread that it has by now and those that these will start."""
        for pid in self._pids:
            for task in Path(f"/proc/{pid}/task").iterdir():
                os.sched_setaffinity(int(task.name), wanted)

    @property
    def cpu(self) -> float:
        """The CPU seconds that the server has used, all its processes together."""
        return sum(cpu_of(pid) for pid in self._pids)

    @property
    def peak(self) -> float:
        """The most memory that the server has had, in megabytes."""
        found = (Path(f"/proc/{pid}/status").read_text().partition("VmHWM:")[2].split()[0] for pid in self._pids)
        return sum(map(int, found)) / 1024


def cpu_of(pid: int) -> float:
    """Return the CPU seconds, user and system, of one process; 0 for one that has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS


@contextmanager
def serving(contestant: Contestant, database: str, issuer: Issuer, *, workers: int = 1) -> Iterator[Server]:
    """Serve `contestant` until the block ends; it is ready, and the time that it took is known."""
    place = Place(free_port(), database, workers)
    environment = {
        **os.environ,
        **issuer.settings,
        "BENCH_DATABASE": database,
        "BENCH_RIVAL": contestant.name,
        "NODE_ENV": "production",
    }
    core = cores()[0] if workers == 1 else os.sched_getaffinity(0)
    began = time.perf_counter()
    with (issuer.folder / f"{contestant.name}.log").open("wb") as log, on(core):
        process = subprocess.Popen(contestant.command(place), env=environment, stdout=log, stderr=log)
    try:
        _await(process, place.port, Path(log.name))
        server = Server(contestant, process, place.port, time.perf_counter() - began, Path(log.name))
        server.pin(core)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Wait until HTTP is answered, whatever the answer is."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), _PATIENCE) as probe:
                probe.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                if probe.recv(4096).startswith(b"HTTP/1.1"):
                    return
        except OSError:
            time.sleep(0.01)
    raise RuntimeError(f"`{log.stem}` does not serve: {log.read_text(errors='replace')[-2000:]}")
