"""Which records the entries of a feed are like, and where each lands (R19). The database finds it, in a batch at once.

Only an identifier that the client's own body issued makes a match certain. All others make a new record, on HOLD
whatever it is like: its flag tells nothing of other records. Whom it may be is noted for its team alone.
"""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    case,
    distinct,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    union,
)
from sqlalchemy.orm import aliased

from authz.words import Shield
from resolvers.household import SEED
from resolvers.scope import condition, live
from resolvers.store import tables as t
from resolvers.store.keys import among, listed
from resolvers.store.made_ids import made_id
from resolvers.store.shared_words import share_word
from resolvers.store.words import FeedMatch, Likeness

_ENTRY, _CHILD, _IDENTIFIER, _FORMER = t.FeedEntry, aliased(t.Child), aliased(t.ExternalIdentifier), t.FormerName
_LIKE, _MATCHED = t.FeedLikeness, t.FeedMatched
_KEYS = ("family_name_key", "family_name_metaphone", "family_name_nysiis")
"""The columns any of which makes two family names alike: as spelt, and by either sound."""

BATCH = "batch"
"""The parameter of all these statements: the positions of the entries of a batch."""

_IN_BATCH = among(_ENTRY.position, BATCH)


def _word(value: Any) -> Any:
    """Return a word of a closed set as a value in a statement."""
    column = _LIKE.likeness if isinstance(value, Likeness) else _MATCHED.match
    return literal(value, column.type)


def _has(*kinds: Likeness, entry: Any = _ENTRY) -> ColumnElement[bool]:
    row = aliased(_LIKE)
    return select(row.position).where(row.position == entry.position, row.likeness.in_(kinds)).exists()


_HAVE_IDENTIFIER = and_(_IDENTIFIER.search_key == _ENTRY.search_key, _IDENTIFIER.issuer_id == _ENTRY.issuer_id)


def _identified() -> Select[*tuple[Any, ...]]:
    """Select entries of the batch with the children who have their identifiers, issued by the client's own body."""
    found = select(_ENTRY.position, _CHILD.id).join(_IDENTIFIER, _HAVE_IDENTIFIER)
    return found.join(_CHILD, _CHILD.id == _IDENTIFIER.child_id).where(_IN_BATCH)


def _lock() -> Select[*tuple[Any, ...]]:
    row = aliased(t.Child)
    known = select(_IDENTIFIER.child_id).join(_ENTRY, _HAVE_IDENTIFIER).where(_IN_BATCH)
    return select(row.id).where(row.id.in_(known)).order_by(row.id).with_for_update(key_share=True)


LOCK_KNOWN = _lock()
"""Locks the records that a batch lands on, in the order of their keys."""

_CONCEALED = condition(_CHILD, Shield.CONCEALED)
_SAME_OR_SPENT = case((_CONCEALED, _word(Likeness.SPENT)), else_=_word(Likeness.SAME))


def _note_likeness(rows: Any) -> Any:
    return insert(_LIKE).from_select([_LIKE.position, _LIKE.child_id, _LIKE.likeness], rows)


NOTE_IDENTIFIED = _note_likeness(_identified().add_columns(_SAME_OR_SPENT).distinct())
"""Notes the records whose identifiers the entries have. One that is concealed ends the entry (R22)."""


def _after_another() -> CompoundSelect[Any]:
    """Select entries that are like an earlier one of the batch, or are about the same record: they come later.

    What the earlier one does, a new record perhaps, must be there before the later one is compared.
    """
    earlier, mine, theirs = aliased(_ENTRY), aliased(_LIKE), aliased(_LIKE)
    before = earlier.position < _ENTRY.position, _IN_BATCH, among(earlier.position, BATCH)
    unknown = ~_has(Likeness.SAME, Likeness.SPENT), ~_has(Likeness.SAME, Likeness.SPENT, entry=earlier)
    near = listed(earlier.date_of_birth, _ENTRY.births)
    alike = (
        select(_ENTRY.position)
        .join(earlier, and_(getattr(earlier, key) == getattr(_ENTRY, key), near))
        .where(*before, *unknown)
        for key in _KEYS
    )
    one = and_(mine.child_id == theirs.child_id, theirs.position < mine.position)
    same = mine.likeness == Likeness.SAME, theirs.likeness == Likeness.SAME
    return union(*alike, select(mine.position).join(theirs, one).where(*same))


def _postpone() -> Any:
    later = _after_another().subquery()
    rows = select(later.c.position, _word(FeedMatch.LATER))
    return insert(_MATCHED).from_select([_MATCHED.position, _MATCHED.match], rows)


POSTPONE = _postpone()

_UNMATCHED = (
    _IN_BATCH,
    ~_has(Likeness.SAME, Likeness.SPENT),
    ~select(_MATCHED.position).where(_MATCHED.position == _ENTRY.position).exists(),
)
_SAME_DAY = _CHILD.date_of_birth == _ENTRY.date_of_birth
_HEARD = or_(
    share_word(_ENTRY.given_names_sounds, _CHILD.given_names_sounds),
    _ENTRY.given_names_sounds == "",
    _CHILD.given_names_sounds == "",
)
_ALIKE = _word(Likeness.ALIKE)
_MIGHT_BE = or_(_HEARD, and_(_SAME_DAY, condition(_CHILD, Shield.SHIELDED)))
"""That two children of one family name may be one: by a given name, or by the day alone where the record is shielded.

A shield that is missed is worse than a task too many: the closer the record, the less it takes.
"""


def _named(key: str) -> Select[*tuple[Any, ...]]:
    there = and_(getattr(_CHILD, key) == getattr(_ENTRY, key), listed(_CHILD.date_of_birth, _ENTRY.births))
    found = select(_ENTRY.position, _CHILD.id, _ALIKE).join(_CHILD, there)
    return found.where(*_UNMATCHED, live(_CHILD), _MIGHT_BE)


def _named_before() -> Select[*tuple[Any, ...]]:
    """Select who had the family name before, unless that is sealed: to name one would tie two names (R18)."""
    found = select(_ENTRY.position, _CHILD.id, _ALIKE).join(_FORMER, _FORMER.family_name_key == _ENTRY.family_name_key)
    found = found.join(_CHILD, and_(_CHILD.id == _FORMER.child_id, listed(_CHILD.date_of_birth, _ENTRY.births)))
    return found.where(*_UNMATCHED, live(_CHILD), ~condition(_CHILD, None), or_(_SAME_DAY, _HEARD))


def _alike() -> Select[*tuple[Any, ...]]:
    found = union(*map(_named, _KEYS), _named_before()).subquery()
    return select(*found.c)


NOTE_ALIKE = _note_likeness(_alike())
"""Notes the records that the others may be, for their teams: none that is concealed or archived (R22)."""


def _place() -> Any:
    """Return the statement that says where each entry lands, by what was noted.

    Of several records that have its identifier a shielded one is taken first: an open one would show the more.
    """
    like, child, alike = aliased(_LIKE), aliased(t.Child), aliased(_LIKE)
    same = select(like.child_id).join(child, child.id == like.child_id)
    same = same.where(like.position == _ENTRY.position, like.likeness == Likeness.SAME)
    closed_first = case((condition(child, Shield.SHIELDED), 0), else_=1)
    chosen = same.order_by(closed_first, like.child_id).limit(1).correlate(_ENTRY).scalar_subquery()
    of_entry = alike.position == _ENTRY.position, alike.likeness == Likeness.ALIKE
    one = select(func.count(distinct(alike.child_id))).where(*of_entry).correlate(_ENTRY).scalar_subquery() == 1
    only = select(alike.child_id).where(*of_entry).limit(1).correlate(_ENTRY).scalar_subquery()
    known, spent = _has(Likeness.SAME), _has(Likeness.SPENT)
    match = case(
        (known, _word(FeedMatch.KNOWN)),
        (spent, _word(FeedMatch.SPENT)),
        else_=_word(FeedMatch.NEW),
    )
    lands = case((known, chosen), (spent, null()), else_=made_id(SEED, _ENTRY.position))
    other = case((and_(~known, ~spent, one), only))
    waits = ~select(_MATCHED.position).where(_MATCHED.position == _ENTRY.position).exists()
    columns = [_MATCHED.position, _MATCHED.match, _MATCHED.child_id, _MATCHED.other_child_id]
    return insert(_MATCHED).from_select(columns, select(_ENTRY.position, match, lands, other).where(_IN_BATCH, waits))


PLACE = _place()
