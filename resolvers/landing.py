"""What the entries of a batch write, once it is known where each lands: new records first, then what they say (R19).

No value of a record, nor of an entry, enters the process by it. A record that was found is amended as it stands, open
or shielded: its names, birth and shields stay as they are.
"""

from typing import Any

from sqlalchemy import ColumnElement, Text, Uuid, and_, bindparam, case, func, insert, literal, or_, select, update
from sqlalchemy.orm import aliased

from resolvers.household import SEED
from resolvers.scope import NOW, current
from resolvers.store import tables as t
from resolvers.store.hours import whole_hour
from resolvers.store.made_ids import made_id
from resolvers.store.words import FeedKind, FeedMatch, ReachKind, ShieldState, TaskKind

SOURCE = "feed"
"""What a record's source is that a feed has made, or moved."""

ENTRY, MATCHED = t.FeedEntry, t.FeedMatched
LANDED = (FeedMatch.KNOWN, FeedMatch.NEW)

AUTHORITY: Any = bindparam("of_authority", type_=Uuid())
_OF_ENTRY = MATCHED.position == ENTRY.position


def made(what: str, key: Any) -> Any:
    """Return the id of one thing that a batch makes, named by `what`, for the row whose key is `key`."""
    return made_id(SEED + literal(f"{what} ", Text()), key)


def _word(column: Any, value: Any) -> Any:
    return literal(value, column.type)


def _of_new(*columns: Any) -> Any:
    return select(*columns).join(ENTRY, _OF_ENTRY).where(MATCHED.match == FeedMatch.NEW)


_WHO = (
    *("given_names", "family_name", "family_name_folded", "given_names_folded", "family_name_key"),
    *("family_name_metaphone", "family_name_nysiis", "given_names_sounds", "date_of_birth", "gender"),
)


def _add_children() -> Any:
    row, other = t.Child, aliased(t.Child)
    taken = select(other.id).where(other.directory_number == ENTRY.directory_number).exists()
    number = case((taken, ENTRY.other_number), else_=ENTRY.directory_number)
    columns = [row.id, row.directory_number, *(getattr(row, name) for name in _WHO)]
    rows = _of_new(MATCHED.child_id, number, *(getattr(ENTRY, name) for name in _WHO))
    return insert(row).from_select(columns, rows, include_defaults=False)


def _add_authorities() -> Any:
    row = t.ChildAuthority
    rows = _of_new(MATCHED.child_id, AUTHORITY, whole_hour(NOW), literal(SOURCE, Text()))
    return insert(row).from_select([row.child_id, row.authority_id, row.updated_at, row.source_system], rows)


def _add_identifiers() -> Any:
    row = t.ExternalIdentifier
    same = ("scheme", "value", "issuer_id", "search_key")
    rows = _of_new(made("identifier", ENTRY.position), MATCHED.child_id, *(getattr(ENTRY, name) for name in same))
    columns = [row.id, row.child_id, *(getattr(row, name) for name in same)]
    return insert(row).from_select(columns, rows, include_defaults=False)


_HOLD = made("hold", MATCHED.position)


def _add_holds() -> Any:
    """Return the statement that shields a record from its birth on (R19): its hold follows no other shield."""
    row = t.Shield
    hold = _word(row.__table__.c.state, ShieldState.HOLD)
    rows = _of_new(_HOLD, MATCHED.child_id, hold, whole_hour(NOW))
    return insert(row).from_select([row.id, row.child_id, row.state, row.since], rows)


def _ask_whether_known() -> Any:
    """Return the statement that asks the team of the new record whose it is."""
    row = t.Task
    kind = _word(row.__table__.c.kind, TaskKind.UNCERTAIN_MATCH)
    names = MATCHED.child_id, MATCHED.other_child_id, _HOLD
    rows = _of_new(made("match", ENTRY.position), kind, *names, whole_hour(NOW))
    return insert(row).from_select([row.id, row.kind, row.child_id, row.other_child_id, row.shield_id, row.since], rows)


GIVE_BIRTH = (_add_children(), _add_authorities(), _add_identifiers(), _add_holds(), _ask_whether_known())
"""Makes the records of entries that land on none: on HOLD, with a task, and the one that it may be."""

# Involvements and school places: a row is the one that it was before if it began on the same day.

_WORK, _STAY, _REACH = t.Involvement, t.Placement, t.ChildReach


def _amends(kind: FeedKind, table: Any) -> ColumnElement[bool]:
    """Return the condition on a row of `table` that it is the one which an entry of a kind amends, and not idly."""
    return and_(table.id == MATCHED.row_id, _OF_ENTRY, ENTRY.kind == kind, ~MATCHED.idle)


def _adds(kind: FeedKind) -> ColumnElement[bool]:
    return and_(_OF_ENTRY, ENTRY.kind == kind, MATCHED.match.in_(LANDED), MATCHED.row_id.is_(None), ~MATCHED.idle)


def _find(kind: FeedKind, table: Any, *same: str) -> Any:
    row = aliased(table)
    alike = (getattr(row, name) == getattr(ENTRY, name) for name in same)
    found = select(row.id).where(row.child_id == MATCHED.child_id, *alike).order_by(row.id).limit(1)
    key = found.correlate(MATCHED, ENTRY).scalar_subquery()
    return update(MATCHED).where(_OF_ENTRY, ENTRY.kind == kind).values(row_id=key)


FIND_ROWS = (
    _find(FeedKind.INVOLVEMENT, _WORK, "practitioner_id", "organisation_id", "service", "started_on"),
    _find(FeedKind.PLACEMENT, _STAY, "organisation_id", "started_on"),
)


def is_rung() -> ColumnElement[bool]:
    """Return the condition that the body of an entry works with its child now, and shows among the agencies by it."""
    row = aliased(_WORK)
    there = row.child_id == MATCHED.child_id, row.organisation_id == ENTRY.organisation_id
    return select(row.id).where(*there, ~row.sensitive, current(row)).correlate(MATCHED, ENTRY).exists()


def _same_end(row: Any) -> ColumnElement[bool]:
    return or_(~ENTRY.gives_end, row.ended_on.is_not_distinct_from(ENTRY.ended_on))


def _judge_work() -> Any:
    """Return the statement that says of each involvement what it changes, before it does."""
    row = aliased(_WORK)

    def before(*conditions: Any) -> ColumnElement[bool]:
        return select(row.id).where(row.id == MATCHED.row_id, *conditions).correlate(MATCHED, ENTRY).exists()

    flags = (or_(getattr(ENTRY, name).is_(None), getattr(row, name) == getattr(ENTRY, name)) for name in _FLAGS)
    return (
        update(MATCHED)
        .where(_OF_ENTRY, ENTRY.kind == FeedKind.INVOLVEMENT)
        .values(
            idle=before(_same_end(row), *flags, or_(~ENTRY.sensitive, row.sensitive)),
            ordinary=or_(before(~row.sensitive), and_(MATCHED.row_id.is_(None), ~ENTRY.sensitive)),
            sensitive=or_(ENTRY.sensitive, before(row.sensitive)),
            rung=is_rung(),
        )
    )


_FLAGS = ("lead", "assessment")


def _judge_stays() -> Any:
    row = aliased(_STAY)
    same = select(row.id).where(row.id == MATCHED.row_id, _same_end(row)).correlate(MATCHED, ENTRY).exists()
    return update(MATCHED).where(_OF_ENTRY, ENTRY.kind == FeedKind.PLACEMENT).values(idle=same)


def kind_of_reach() -> ColumnElement[ReachKind]:
    """Return what is known of a child's place by an entry that gives it."""
    kind = _REACH.__table__.c.kind
    return case((ENTRY.postcode.is_(None), _word(kind, ReachKind.NONE_KNOWN)), else_=_word(kind, ReachKind.CURRENT))


_ADDRESS = ("address_lines", "town", "postcode", "uprn")


def _judge_reaches() -> Any:
    """Return the statement that finds what is known already, and addresses older than the one that is known."""
    row = aliased(_REACH)

    def same(gives: Any, *names: str) -> ColumnElement[bool]:
        return or_(~gives, and_(*(getattr(row, n).is_not_distinct_from(getattr(ENTRY, n)) for n in names)))

    there = or_(~ENTRY.gives_address, and_(same(ENTRY.gives_address, *_ADDRESS), row.kind == kind_of_reach()))
    known = and_(same(ENTRY.gives_phone, "phone"), same(ENTRY.gives_email, "email"), there)
    older = and_(ENTRY.gives_address, row.since > ENTRY.since)
    idle = select(row.id).where(row.child_id == MATCHED.child_id, row.replaced_at.is_(None), or_(known, older))
    given = update(MATCHED).where(_OF_ENTRY, ENTRY.kind == FeedKind.REACH)
    return given.values(idle=idle.correlate(MATCHED, ENTRY).exists())


JUDGE = (_judge_work(), _judge_stays(), _judge_reaches())
"""Says of each entry whether it changes anything: a client that sends all it has each night changes little."""


def _amend_work() -> Any:
    flags = {name: func.coalesce(getattr(ENTRY, name), getattr(_WORK, name)) for name in (*_FLAGS, "basis")}
    end = case((ENTRY.gives_end, ENTRY.ended_on), else_=_WORK.ended_on)
    marked = {"sensitive": or_(_WORK.sensitive, ENTRY.sensitive)}
    return update(_WORK).where(_amends(FeedKind.INVOLVEMENT, _WORK)).values(ended_on=end, **flags, **marked)


def _add_work() -> Any:
    same = ("practitioner_id", "organisation_id", "service", "started_on", "ended_on", "sensitive", "basis")
    flags = (func.coalesce(getattr(ENTRY, name), literal(False)) for name in _FLAGS)  # SQL's word
    values = made("work", ENTRY.position), MATCHED.child_id, *(getattr(ENTRY, name) for name in same), *flags
    columns = [getattr(_WORK, name) for name in ("id", "child_id", *same, *_FLAGS)]
    return insert(_WORK).from_select(columns, select(*values).where(_adds(FeedKind.INVOLVEMENT)))


def _amend_stay() -> Any:
    return update(_STAY).where(_amends(FeedKind.PLACEMENT, _STAY)).values(ended_on=ENTRY.ended_on)


def _add_stay() -> Any:
    same = ("organisation_id", "started_on", "ended_on")
    values = made("stay", ENTRY.position), MATCHED.child_id, *(getattr(ENTRY, name) for name in same)
    columns = [getattr(_STAY, name) for name in ("id", "child_id", *same)]
    return insert(_STAY).from_select(columns, select(*values).where(_adds(FeedKind.PLACEMENT)))


WORK_AND_STAYS = (_amend_work(), _add_work(), _amend_stay(), _add_stay())
