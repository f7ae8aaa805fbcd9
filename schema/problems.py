"""Payloads: what a deed answers with, a result as the law shows it now, or the problems that kept it undone."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import strawberry
from strawberry import UNSET

from resolvers.context import Operation
from resolvers.deed import Act
from resolvers.idempotency import MOST_KEY, Repeatable, plain
from resolvers.loaders import Loaders
from resolvers.problem import NotDone, ProblemCode, invalid
from resolvers.problem import Problem as ProblemRecord
from schema.cost import FREE
from schema.fields import Info, loading, object_type, open_field

ABOUT_THE_DEED = "it is about what was asked; a problem confirms nothing that the viewer may not see"
"""Why the fields of problems and payloads are open."""

AS_READ = "the result is read anew after the deed, under the law as any other"
"""Why the result of a payload is open."""


@object_type(
    of=ProblemRecord,
    description="Why a deed was not done. A target that is absent, forbidden or hidden is NOT_FOUND, all three alike",
)
class Problem:
    code: ProblemCode = open_field(why=ABOUT_THE_DEED, description="What kind of problem it is")
    field: str | None = open_field(
        why=ABOUT_THE_DEED, description="The input field that it is about; null where it is about the whole"
    )
    message: str = open_field(why=ABOUT_THE_DEED, description="What to do, in a sentence")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a mutation answers; `result` is None where there are problems, or where the viewer may not read it."""

    client_mutation_id: str | None
    result: Any = None
    problems: tuple[ProblemRecord, ...] = ()


def read_by(*loads: Callable[[Loaders], Any]) -> Callable[[Answer], Any]:
    """Return the resolver of a payload's result, which was read by these loaders, or by none."""

    @loading(*loads)
    def result(root: Answer) -> Any:
        return root.result

    return result


@object_type(description="What every mutation answers with")
class Payload:
    client_mutation_id: str | None = open_field(why=ABOUT_THE_DEED, description="The key that the input gave")
    problems: list[Problem] = open_field(
        why=ABOUT_THE_DEED, description="Why it was not done; empty where it was. Nothing is done in part", cost=FREE
    )


@strawberry.input(description="What every mutation takes")
class DeedInput:
    client_mutation_id: str | None = strawberry.field(
        default=UNSET,
        description="A key of the client's for this deed: asked again under it within 24 hours, the deed is not done "
        "again and answers as before",
    )


Read = Callable[[Operation, UUID | None], Awaitable[Any]]
"""How the result is read, from the key of the row that a deed gave."""


async def perform(info: Info, given: Any, act: Act, read: Read, *, asked: tuple[str, ...] = ()) -> Answer:
    """Do a deed and return its payload, read from a fresh snapshot.

    `given` is the input, `asked` the ids in it, each of which costs a record of the hour's budget (R14).
    """
    operation, key = info.context, given.client_mutation_id or None
    if operation.deeds is None:
        raise RuntimeError("this operation does no deeds: the door gives mutations what they need")
    try:
        repeatable = _repeatable(info, given, key)
        await operation.charge(*asked)
        done = await operation.deeds.do(operation, info.field_name, act, repeatable)
    except NotDone as refused:
        return Answer(key, problems=refused.problems)
    return Answer(key, await read(operation, done))


def _repeatable(info: Info, given: Any, key: str | None) -> Repeatable | None:
    """Return under which key the deed may be asked for again: the header's, else the input's, else none."""
    operation = info.context
    if operation.deeds is None or operation.asking is None:
        return None
    keys, deed, values = operation.deeds.keys, info.field_name, plain(given, UNSET)
    if operation.asking.key is not None:
        return keys.of_header(operation.asking.key, str(info.path.key), deed, values)
    if key is not None and len(key) > MOST_KEY:
        raise invalid("clientMutationId", f"`clientMutationId` may hold {MOST_KEY} characters at most")
    return None if key is None else keys.of_client(key, deed, values)
