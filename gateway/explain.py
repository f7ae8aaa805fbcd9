"""`gateway policy explain`: one verdict told in full, by facts and rules, without a name or a value of the record."""

from collections.abc import Iterator

from sqlalchemy.ext.asyncio import AsyncEngine

from authz.check import READING
from authz.explain import Outcome, reasons
from authz.policy import POLICY
from authz.sentences import sentence, standing_names
from authz.words import FieldGroup, Standing
from gateway.policy_text import hanging
from resolvers.clock import Moment, system_clock
from resolvers.explain import Known, look_up
from resolvers.session import Session
from resolvers.store.snapshot import Reader

OUTCOMES = {
    Outcome.SEEN: "seen",
    Outcome.OWN_ROWS: "own rows",
    Outcome.WITHHELD: "withheld",
    Outcome.NO_RECORD: "no record",
}
BESIDE = {
    "lapsed-accounts-see-nothing": "An account with a lapse sees no record, whatever the other rules say (R28).",
    "shielded-sibling": "WHEREABOUTS of a carer are withheld below an open record if another live child of that carer "
    "is shielded and its WHEREABOUTS would not be in sight (R8).",
}
"""What the rules say that stand beside the policy, in `authz/sight.py`."""


async def explain(engine: AsyncEngine, subject: str, asked: str) -> str:
    """Return why the account `subject` sees what it sees of the record whose number or id is `asked`.

    Raises NotThere for an unknown account or record.
    """
    session = Session(Reader(engine))
    try:
        known = await look_up(session, Moment(system_clock()), subject, asked)
    finally:
        await session.close()
    return "\n".join(told(known))


def told(known: Known) -> Iterator[str]:
    """Yield what is known of one verdict, a fact or a group a line, and then each rule that had a part in it."""
    why = reasons(known.viewer, known.facts)
    carers = _taken_below(known)
    yield from _facts(known)
    yield ""
    for reason in why:
        yield from hanging(f"{reason.group:<19} {OUTCOMES[reason.outcome]:<9}  ", _by(reason.gave, reason.took))
    if carers:
        yield from hanging(f"{'  below a carer':<19} {'withheld':<9}  ", _by((), carers))
    named = {*carers, *(rule for reason in why for rule in (*reason.gave, *reason.took))}
    said = BESIDE | {rule.id: sentence(rule) for rule in POLICY}
    for rule, text in said.items():
        if rule in named:
            yield ""
            yield rule
            yield from hanging("  ", text)


def _facts(known: Known) -> Iterator[str]:
    viewer, facts = known.viewer, known.facts
    acts = [act for act in READING if viewer.may(act)]
    others = [standing for standing in Standing if standing not in known.read]
    yield f"viewer    {viewer.role}; lapses: {' '.join(viewer.lapses) or 'none'}"
    yield f"reads by  {' '.join(acts) or 'no act'}"
    yield f"record    {facts.shield}, {facts.status}; former names {'' if facts.former_names_sealed else 'not '}sealed"
    yield from hanging("standing  ", f"{' '.join(standing_names(facts.standing)) or 'none'}{_unread(others)}")
    yield f"verdict   the record {'exists' if known.sight.exists else 'does not exist'} for this viewer"


def _unread(others: list[Standing]) -> str:
    return f" (not read for this role: {' '.join(str(other.name) for other in others)})" if others else ""


def _taken_below(known: Known) -> tuple[str, ...]:
    """Return the rules that take WHEREABOUTS of some carer away below a record whose own are in sight."""
    bit = FieldGroup.WHEREABOUTS.bit
    if not known.sight.sees(bit):
        return ()
    beyond = [rule for carer in known.carers if not carer.sees(bit) for rule in carer.rules]
    return tuple(rule for rule in beyond if rule not in known.sight.rules)


def _by(gave: tuple[str, ...], took: tuple[str, ...]) -> str:
    told = [f"{verb} by {', '.join(rules)}" for verb, rules in (("given", gave), ("taken", took)) if rules]
    return "; ".join(told) or "no rule gives it"
