"""Who cares for whom: the carers of a family, past ones, and a child who comes to live with the other carer."""

from datetime import date

from resolvers.store.seed.cast import Carer, Family, Kid, Tie
from resolvers.store.seed.draw import Draw
from resolvers.store.seed.homes import Home, Homes
from resolvers.store.seed.names import Names
from resolvers.store.seed.parts import Fate
from resolvers.store.words import Gender, Relationship

_MOTHER, _FATHER = Relationship.MOTHER, Relationship.FATHER

GROUPS: tuple[tuple[Relationship, ...], ...] = (
    (_MOTHER, _FATHER),
    (_MOTHER,),
    (_FATHER,),
    (_MOTHER, _FATHER, Relationship.GRANDPARENT),
    (Relationship.FOSTER_CARER, Relationship.FOSTER_CARER),
    (Relationship.GUARDIAN, Relationship.OTHER_CARER),
)
GROUP_WEIGHTS = (72, 8, 3, 10, 4, 3)

PARENTS = (_MOTHER, _FATHER)
RESPONSIBLE = (_MOTHER, _FATHER, Relationship.GUARDIAN)
GENDERS = {_MOTHER: Gender.FEMALE, _FATHER: Gender.MALE}


def take_care(draw: Draw, names: Names, homes: Homes, family: Family, first: str | None = None) -> None:
    """Give a family its carers, and each of its children a tie to every one of them.

    `first` is the given name of the first carer, empty for any; a family for which it is given has a mother
    and a father.
    """
    group = GROUPS[0] if first is not None else draw.rng.choices(GROUPS, GROUP_WEIGHTS)[0]
    for relationship in group:
        family.carers.append(_carer(draw, names, family, relationship, family.home))
    if first:
        family.carers[0].given, family.carers[0].family = first, family.surname
    for kid in family.kids:
        kid.ties = [_tie(draw, kid, carer) for carer in family.carers]
    _look_back(draw, names, homes, family)


def live_apart(draw: Draw, homes: Homes, family: Family, kid: Kid) -> None:
    """Let `kid` live with the second carer, who no longer cares for the others; the first cares for all."""
    other = family.carers[1]
    other.home = kid.home = homes.new(family.area)
    for sibling in family.kids:
        if sibling is not kid:
            tie = next(tie for tie in sibling.ties if tie.carer is other)
            tie.ended = draw.between(max(tie.started, draw.ago(500)), draw.ago(20))


def _carer(draw: Draw, names: Names, family: Family, relationship: Relationship, home: Home) -> Carer:
    gender = GENDERS.get(relationship) or draw.pick((Gender.FEMALE, Gender.MALE))
    fostering = relationship is Relationship.FOSTER_CARER
    surname = names.surname() if fostering or draw.chance(0.25) else family.surname
    return Carer(draw.key(), names.given(gender), surname, relationship, home)


def _tie(draw: Draw, kid: Kid, carer: Carer) -> Tie:
    started = kid.born if carer.relationship in PARENTS else draw.between(kid.born, kid.closed or draw.today)
    return Tie(carer, carer.relationship in RESPONSIBLE, started, _cut(kid))


def _cut(kid: Kid) -> date | None:
    """Return the day on which concealment ended all ties of a record."""
    return kid.closed if kid.fate is Fate.CONCEALED else None


def _look_back(draw: Draw, names: Names, homes: Homes, family: Family) -> None:
    """Add, for some children, a carer whose care has ended, and who lives elsewhere."""
    for kid in family.kids:
        if not draw.chance(0.07):
            continue
        relationship = draw.pick((_FATHER, Relationship.OTHER_CARER, Relationship.FOSTER_CARER))
        carer = _carer(draw, names, family, relationship, homes.new(family.area))
        last = kid.closed or draw.today
        started = draw.between(kid.born, last)
        kid.ties.append(Tie(carer, False, started, draw.between(started, last)))
