"""The parts: children who are in every world, however small, because an example needs each of them."""

from dataclasses import dataclass
from enum import auto

from authz.words import Word
from resolvers.store.seed.areas import LEEDS, MANCHESTER, Area
from resolvers.store.words import Gender

F, M, X = Gender.FEMALE, Gender.MALE, Gender.NOT_SPECIFIED


class Fate(Word):
    """What became of a record."""

    LIVE = auto()
    LEFT = auto()
    DECEASED = auto()
    LONG_DECEASED = auto()
    GROWN_UP = auto()
    CONCEALED = auto()


class Part(Word):
    """The examples by name; `FAMILIES` says who plays each."""

    OPEN = auto()
    OPEN_SISTER = auto()
    OPEN_BROTHER = auto()
    REFUGE = auto()
    REFUGE_BROTHER = auto()
    ADOPTED = auto()
    ABDUCTION_RISK = auto()
    LIVES_APART = auto()
    OPEN_IN_REFUGE = auto()
    TEACHERS_OWN = auto()
    OFFICERS_KIN = auto()
    CONFLICT_ENDED = auto()
    WITNESS = auto()
    MATCHED = auto()
    MATCH = auto()
    TWICE = auto()
    TWICE_AGAIN = auto()
    CLASSMATE = auto()
    CLASSMATES_SISTER = auto()
    NORTHERN = auto()
    NORTHERN_APART = auto()
    CONCEALED = auto()
    EMIGRATED = auto()
    DIED = auto()
    DIED_LONG_AGO = auto()
    GROWN_UP = auto()
    GROWN_UP_TOO = auto()
    REFUSED = auto()
    LIFTED = auto()
    MISSING = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Player:
    part: Part
    given: str
    gender: Gender
    years: float
    fate: Fate = Fate.LIVE


@dataclass(frozen=True, slots=True)
class Kin:
    """A family of players; `carer` is the given name of its first carer, where an account is that carer."""

    area: Area
    surname: str
    players: tuple[Player, ...]
    carer: str = ""


FAMILIES: tuple[Kin, ...] = (
    Kin(
        LEEDS,
        "Abbott",
        (
            Player(Part.OPEN, "Alfie", M, 4.6),
            Player(Part.OPEN_SISTER, "Beth", F, 1.4),
            Player(Part.OPEN_BROTHER, "Callum", M, 7.2),
        ),
    ),
    Kin(
        LEEDS,
        "Abdi",
        (Player(Part.REFUGE, "Amina", F, 4.8), Player(Part.REFUGE_BROTHER, "Bilal", M, 2.1)),
    ),
    Kin(LEEDS, "Ackroyd", (Player(Part.ADOPTED, "Daisy", F, 3.3),)),
    Kin(
        LEEDS,
        "Adams",
        (Player(Part.ABDUCTION_RISK, "Ella", F, 3.9), Player(Part.LIVES_APART, "Freddie", M, 2.2)),
    ),
    Kin(LEEDS, "Adeyemi", (Player(Part.OPEN_IN_REFUGE, "Gbenga", M, 0.8),)),
    Kin(LEEDS, "Whitaker", (Player(Part.TEACHERS_OWN, "Isla", F, 9.5),), carer="Hannah"),
    Kin(LEEDS, "O'Connor", (Player(Part.OFFICERS_KIN, "Liam", M, 6.4),)),
    Kin(LEEDS, "Thackray", (Player(Part.CONFLICT_ENDED, "Molly", F, 10.3),)),
    Kin(LEEDS, "Varley", (Player(Part.WITNESS, "Noah", M, 15.2),)),
    Kin(LEEDS, "Müller", (Player(Part.MATCHED, "Zoë", F, 5.6),)),
    Kin(LEEDS, "Muller", (Player(Part.MATCH, "Zoe", F, 5.6),)),
    Kin(MANCHESTER, "Śmith-Jones", (Player(Part.TWICE, "Oliver", M, 7.7),)),
    Kin(MANCHESTER, "Smith Jones", (Player(Part.TWICE_AGAIN, "Olivier", M, 7.7),)),
    Kin(
        LEEDS,
        "Hinchliffe",
        (Player(Part.CLASSMATE, "Poppy", F, 8.0), Player(Part.CLASSMATES_SISTER, "Quinn", X, 6.1)),
    ),
    Kin(
        MANCHESTER,
        "Okafor",
        (Player(Part.NORTHERN, "Ruth", F, 9.1), Player(Part.NORTHERN_APART, "Samuel", M, 6.6)),
    ),
    Kin(LEEDS, "Trent", (Player(Part.CONCEALED, "Una", F, 11.0, Fate.CONCEALED),)),
    Kin(MANCHESTER, "Kowalczyk", (Player(Part.EMIGRATED, "Zofia", F, 8.8, Fate.LEFT),)),
    Kin(LEEDS, "Birtwistle", (Player(Part.DIED, "Thomas", M, 12.4, Fate.DECEASED),)),
    Kin(LEEDS, "Cartwright", (Player(Part.DIED_LONG_AGO, "Violet", F, 9.9, Fate.LONG_DECEASED),)),
    Kin(LEEDS, "Dewhurst", (Player(Part.GROWN_UP, "William", M, 18.4, Fate.GROWN_UP),)),
    Kin(MANCHESTER, "Eastwood", (Player(Part.GROWN_UP_TOO, "Xenia", F, 19.6, Fate.GROWN_UP),)),
    Kin(LEEDS, "Fairbairn", (Player(Part.REFUSED, "Yasmin", F, 5.2),)),
    Kin(LEEDS, "Gaunt", (Player(Part.LIFTED, "Zachary", M, 16.3),)),
    Kin(LEEDS, "Holroyd", (Player(Part.MISSING, "Anna", F, 15.8),)),
    Kin(MANCHESTER, "Ibrahim", (Player(Part.UNKNOWN, "Yusuf", M, 3.7),)),
)

PARTS = len(Part)

VISITED = (
    Part.OPEN,
    Part.OPEN_SISTER,
    Part.OPEN_BROTHER,
    Part.REFUGE,
    Part.REFUGE_BROTHER,
    Part.ADOPTED,
    Part.ABDUCTION_RISK,
    Part.LIVES_APART,
    Part.OPEN_IN_REFUGE,
)
"""The first children of the health visitor, whose names come before those of all her others."""

NEVER_VISITED = (
    Part.TEACHERS_OWN,
    Part.OFFICERS_KIN,
    Part.CONFLICT_ENDED,
    Part.WITNESS,
    Part.MATCHED,
    Part.MATCH,
)
"""The children with a conflict, an override or a matching task, who are on no list of hers."""

APART = (Part.LIVES_APART, Part.NORTHERN_APART)
"""Open siblings of a shielded child: they live with the other carer, and still share one (R8)."""
