"""Whether all contestants answer alike, and by how many statements: asked of each before anything is timed."""

import json
import socket
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.bench.city import UNKNOWN
from tests.bench.contestants import Contestant, serving
from tests.bench.issuer import Issuer
from tests.bench.wire import Wire, wire
from tests.bench.works import Question

Works = Mapping[str, Sequence[Question]]
Statements = dict[str, dict[str, int]]
"""For each work the most statements of a request: those that read and those that write."""

_SAMPLED = 24
_ROUNDS_BEFORE_COUNTING = 2


def ask(port: int, raw: bytes) -> Any:
    """Return the data that a server answers to one request. Raises ValueError for any other answer."""
    with socket.create_connection(("127.0.0.1", port), 60) as connection:
        connection.sendall(raw.replace(b"\r\nHost", b"\r\nConnection: close\r\nHost", 1))
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    told = json.loads(body) if head.startswith(b"HTTP/1.1 200") else {"errors": answer.decode(errors="replace")}
    if "errors" in told:
        raise ValueError(told["errors"])
    return told["data"]


def compare(contestants: Sequence[Contestant], works: Works, database: str, issuer: Issuer) -> dict[str, Statements]:
    """Return the statements of each contestant. Raises ValueError where one answers unlike the first."""
    expected, counted = dict[str, Any](), {}
    for contestant in contestants:
        with wire(database) as tapped, serving(contestant, tapped.database, issuer) as server:
            for question in _asked(works):
                answer = ask(server.port, question.raw(issuer.token(question.subject)))
                if answer != expected.setdefault(repr(question), answer):
                    where = difference(expected[repr(question)], answer)
                    raise ValueError(f"`{contestant.name}` is unlike `{contestants[0].name}` on {question}: {where}")
            counted[contestant.name] = _count(server.port, works, issuer, tapped)
    _look(expected)
    return counted


def difference(one: Any, other: Any, path: str = "data") -> str:
    """Return the first place where two answers differ, with what stands there in each."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return next(difference(one[key], other[key], f"{path}.{key}") for key in one if one[key] != other[key])
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return next(difference(a, b, f"{path}[{n}]") for n, (a, b) in pairs if a != b)
    return f"{path} is {one!r} and {other!r}"


def _asked(works: Works) -> Iterator[Question]:
    yield UNKNOWN
    for work, questions in works.items():
        if work != "W5":
            yield from questions[:: max(len(questions) // _SAMPLED, 1)]


def _count(port: int, works: Works, issuer: Issuer, tapped: Wire) -> Statements:
    found: Statements = {}
    for work, questions in works.items():
        if work == "W5":
            continue
        raw = questions[0].raw(issuer.token(questions[0].subject))
        for _ in range(_ROUNDS_BEFORE_COUNTING):
            ask(port, raw)
        tapped.counted.clear()
        ask(port, raw)
        found[work] = {"reads": tapped.counted["reads"], "writes": tapped.counted["writes"]}
    return found


def _look(answers: Mapping[str, Any]) -> None:
    """Make sure that the law has something to do: shielded children, shielded siblings, and what is nobody's."""
    text = json.dumps(list(answers.values()))
    missing = [
        sign
        for sign in ('"shielded": true', '"withheld": [{"group": "WHEREABOUTS"}]', '"child": null')
        if sign not in text
    ]
    if missing:
        raise ValueError(f"the answers compared hold none of {missing}: they would not show a hole")
