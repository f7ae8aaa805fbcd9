"""The carers of a family: their rows, and the contacts that tie them to its children, present and past."""

from resolvers.store import tables as t
from resolvers.store.seed.bulk.district import District
from resolvers.store.seed.bulk.folk import Carer, Family, Kid
from resolvers.store.seed.bulk.homes import NOWHERE, Home
from resolvers.store.seed.bulk.names import Name
from resolvers.store.seed.bulk.sheets import PERSON_EMAIL, PERSON_PHONE, Line
from resolvers.store.seed.bulk.text import NULL
from resolvers.store.seed.kin import GENDERS, GROUP_WEIGHTS, GROUPS, PARENTS, RESPONSIBLE
from resolvers.store.words import Gender, Relationship

_GROUPS = tuple(group for group, weight in zip(GROUPS, GROUP_WEIGHTS, strict=True) for _ in range(weight))
_PAST = (Relationship.FATHER, Relationship.OTHER_CARER, Relationship.FOSTER_CARER)

_NO_PHONE: Line = (NULL,) * len(PERSON_PHONE.columns)
_NO_EMAIL: Line = (NULL,) * len(PERSON_EMAIL.columns)


def add_care(district: District, family: Family) -> None:
    """Add the carers of a family, each once, a contact for each child of theirs, and for some a past one."""
    chance = district.chance
    for relationship in chance.pick(_GROUPS):
        family.carers.append(add_carer(district, family, relationship, family.home))
    for kid in family.kids:
        for carer in family.carers:
            add_contact(district, kid, carer)
        if chance.random() < 0.07:
            _look_back(district, family, kid)


def add_carer(
    district: District, family: Family, relationship: Relationship, home: Home, *, past: bool = False
) -> Carer:
    """Add a person and where it can be reached; one in hundreds has no address."""
    chance, names = district.chance, district.names
    gender = GENDERS.get(relationship)
    woman = gender is Gender.FEMALE if gender else bool(chance.bits(1))
    stranger = relationship is Relationship.FOSTER_CARER or chance.random() < 0.25
    given: Name = chance.pick(names.girls if woman else names.boys)
    surname = chance.pick(names.families) if stranger else family.name
    key = chance.key()
    district.sheets[t.Person].append((key, *given.person, *surname.person))
    phone = (
        PERSON_PHONE.plain(district.mobile(hidden=family.hidden and not past)) if chance.random() < 0.92 else _NO_PHONE
    )
    email = PERSON_EMAIL.plain(district.mailbox(given.slug, surname.slug)) if chance.random() < 0.6 else _NO_EMAIL
    place = home.person if chance.random() < 0.97 else NOWHERE.person
    district.sheets[t.PersonReach].append((key, *phone, *email, *place))
    return Carer(key, relationship.name, relationship in RESPONSIBLE, relationship in PARENTS)


def add_contact(district: District, kid: Kid, carer: Carer) -> None:
    """Tie a child to a carer: to a parent since birth."""
    chance, days = district.chance, district.days
    started = kid.born if carer.parent else chance.between(kid.born, kid.last)
    district.sheets[t.Contact].append(
        (chance.key(), kid.key, carer.key, carer.relationship, "1" if carer.responsible else "0", days[started], NULL)
    )


def _look_back(district: District, family: Family, kid: Kid) -> None:
    """Add a carer whose care has ended, and who lives elsewhere."""
    chance, days = district.chance, district.days
    home = district.homes.new(chance, family.area)
    carer = add_carer(district, family, chance.pick(_PAST), home, past=True)
    started = chance.between(kid.born, kid.last)
    ended = chance.between(started, kid.last)
    district.sheets[t.Contact].append(
        (chance.key(), kid.key, carer.key, carer.relationship, "0", days[started], days[ended])
    )
