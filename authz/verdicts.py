"""The verdicts of one operation, kept where a trace is asked for: by which facts and rules each sight was decided."""

from dataclasses import dataclass, field
from uuid import UUID

from authz.rules import Facts
from authz.sight import Sight


@dataclass(slots=True)
class Verdict:
    """The verdict on one record: the facts that decided, the sight that followed, the bits that were asked for.

    `beside` are the rules that took something below the record, from one of its carers (R8).
    """

    facts: Facts
    sight: Sight
    asked: int = 0
    beside: tuple[str, ...] = ()

    def ask(self, bits: int, sight: Sight) -> None:
        """Note that `bits` were asked for under `sight`: the record's own, or one of its carers'."""
        self.asked |= bits
        if sight.bits & bits != self.sight.bits & bits:
            self.beside += tuple(rule for rule in sight.rules if rule not in (*self.sight.rules, *self.beside))


@dataclass(slots=True)
class Verdicts:
    """What was decided of each record that exists for the viewer, by its key; of any other nothing is kept (R12)."""

    of: dict[UUID, Verdict] = field(default_factory=dict)

    def decided(self, record: UUID, facts: Facts, sight: Sight) -> None:
        """Note the verdict on a record. The latest counts: an override may begin on the way."""
        before = self.of.get(record)
        self.of[record] = Verdict(facts, sight, *(() if before is None else (before.asked, before.beside)))

    def asked(self, record: UUID, bits: int, sight: Sight) -> None:
        """Note that guarded fields of a record were asked for."""
        if verdict := self.of.get(record):
            verdict.ask(bits, sight)
