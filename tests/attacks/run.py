"""The table of attacks: `python -m tests.attacks.run`; what each was answered, by how much work, and who waited."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.attacks.attack import Attack, Target, target_of
from tests.attacks.catalogue import ATTACKS
from tests.attacks.sockets import STREAMS
from tests.bench.contestants import cpu_of
from tests.bench.report import plain
from tests.databases import make_template
from tests.serving import Service, database, serving, token

LIMITS = {
    "GATEWAY_SOCKET_INIT_SECONDS": "1",
    "GATEWAY_BODY_SECONDS": "1",
    "GATEWAY_DEADLINE_SECONDS": "3",
    "GATEWAY_RECORDS_PER_HOUR": "null",
}
AT_ONCE = 8
"""How often each attack is sent at once: once alone is over before anybody looks."""
MINE = "{ caseload { edges { node { givenNames } } } }"


@dataclass
class Bystander:
    """A teacher who looks at a class, again and again, while somebody attacks."""

    service: Service
    waited: list[float] = field(default_factory=list)
    wrong: list[int] = field(default_factory=list)

    async def look(self) -> None:
        bearer = token()
        while True:
            began = time.perf_counter()
            response = await self.service.ask(MINE, bearer=bearer)
            self.waited.append(time.perf_counter() - began)
            if response.status_code != 200 or len(response.json()["data"]["caseload"]["edges"]) != 12:
                self.wrong.append(response.status_code)
            await asyncio.sleep(0.01)


@asynccontextmanager
async def beside(service: Service) -> AsyncIterator[Bystander]:
    """Have a bystander look while the block runs."""
    bystander = Bystander(service)
    looking = asyncio.create_task(bystander.look())
    try:
        yield bystander
    finally:
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking


async def attacked(service: Service, attack: Attack, target: Target) -> list[str]:
    """Send one attack, and return its row."""
    before = cpu_of(service.process.pid)
    async with beside(service) as bystander:
        began = time.perf_counter()
        answers = await asyncio.gather(*(attack.send(target) for _ in range(AT_ONCE)))
        took = time.perf_counter() - began
    cpu, slowest = cpu_of(service.process.pid) - before, max(bystander.waited, default=0.0)
    good = attack.allowed.issuperset(answers) and not bystander.wrong
    return [
        attack.name,
        " / ".join(sorted({str(answer) for answer in answers})),
        f"{took:.2f}",
        f"{cpu:.2f}",
        f"{slowest * 1000:.0f}",
        "yes" if good else "NO",
    ]


async def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        template = await make_template("sqlite", folder)
        async with database(template, folder) as url, serving(url, folder, **LIMITS) as service:
            rows = [["attack", "answer", "seconds", "CPU s", "others waited, ms", "as it should"]]
            target = target_of(service.url)
            rows += [await attacked(service, attack, target) for attack in (*ATTACKS, *STREAMS)]
            status = Path(f"/proc/{service.process.pid}/status").read_text()
    print(plain(rows))
    print(f"\n{len(rows) - 1} attacks; peak memory {int(status.partition('VmHWM:')[2].split()[0]) // 1024} MB")
    return int(any(row[-1] == "NO" for row in rows))


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))
