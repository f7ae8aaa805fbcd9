"""Names of a city: a few very common ones, a long tail of rare ones, and those of other scripts."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from random import Random

from faker import Faker

from resolvers.store.seed.bulk.sheets import CHILD_FAMILY, CHILD_GIVEN, PERSON_FAMILY, PERSON_GIVEN, Facet, Line
from resolvers.store.seed.draw import slug
from resolvers.store.seed.names import UNUSUAL_BOYS, UNUSUAL_GIRLS, UNUSUAL_SURNAMES

POOL = 16_384
"""How many places a pool of names has; a name that has a hundredth of them is had by a hundredth of the people."""

_COMMON_SURNAMES = {
    "Smith": 0.0105, "Jones": 0.0075, "Taylor": 0.006, "Brown": 0.0055, "Williams": 0.005, "Wilson": 0.005,
    "Khan": 0.008, "Ahmed": 0.006, "Hussain": 0.006, "Patel": 0.005, "Ali": 0.005, "Begum": 0.004,
    "Mohammed": 0.003, "Singh": 0.003, "Kaur": 0.003, "Nguyen": 0.001, "Li": 0.001,
}  # fmt: skip
_COMMON_BOYS = {"Mohammed": 0.02, "Muhammad": 0.015, "Oliver": 0.012, "Noah": 0.012, "Mohammad": 0.005}
_COMMON_GIRLS = {"Olivia": 0.012, "Amelia": 0.012, "Aisha": 0.006, "Fatima": 0.006, "Maryam": 0.005}

SCRIPTS = {
    "Arabic": ("\u0645\u062d\u0645\u062f", "\u0627\u0644\u062d\u0633\u064a\u0646"),
    "Han": ("\u4f1f", "\u738b"),
    "Cyrillic": ("\u0418\u0432\u0430\u043d", "\u0429\u0435\u0440\u0431\u0430\u043a\u043e\u0432"),
    "Devanagari": ("\u0930\u093e\u091c", "\u0936\u0930\u094d\u092e\u093e"),
    "combining marks": ("Zoe\u0308", "Nguye\u0302\u0303n"),
    "apostrophes": ("N'Golo", "O\u2019Shea-D'Arcy"),
}
"""A given and a family name of each script or spelling that is easily got wrong."""

_RARE = 0.001
"""The share of each of them, and of each unusual British spelling."""

_STEMS = (
    "Ash Alder Bar Beck Birk Brad Bramp Brough Cald Carl Chad Clay Cleck Crow Dal Den Dews Eard Fen Garth Grims Hal "
    "Hart Hather Hep Holm Hud Ing Kex Kil Kirk Lang Leath Lind Lock Mar Mell Mid Nor Oaken Ogle Otter Pen Pick Rad "
    "Rams Raw Ripp Ros Scar Shel Skel Stan Sut Thorn Thur Tod Wake Wal War Wether Whar Whit Wib Wood Wrag Yar"
)
_ENDINGS = (
    "bourne bridge brook burn bury by cliffe combe croft dale den field ford gate ham head hill holme hurst land ley "
    "low man more mond ridge shaw sley stead stone ton thwaite wall well wick win wood worth"
)
_DOUBLE_BARRELLED, _TWO_GIVEN = 0.03, 0.12


@dataclass(frozen=True, slots=True)
class Name:
    """A given or a family name: its texts in a child's row and in a carer's, and how it stands in a mailbox."""

    plain: str
    child: Line
    person: Line
    slug: str


def family_name(name: str) -> Name:
    return _name(name, CHILD_FAMILY, PERSON_FAMILY)


def given_name(name: str) -> Name:
    return _name(name, CHILD_GIVEN, PERSON_GIVEN)


def _name(name: str, child: Facet, person: Facet) -> Name:
    plain = slug(name)[:40]
    return Name(name, child(name), person(name), plain if plain and plain.isascii() else "family")


class Names:
    """The pools of a city. Whoever draws from a pool evenly draws each name as often as it is common."""

    def __init__(self, seed: int) -> None:
        rng, faker = Random(f"names/{seed}"), Faker("en_GB")
        faker.seed_instance(seed)
        givens, families = zip(*SCRIPTS.values(), strict=True)
        rare = [stem + ending for stem in _STEMS.split() for ending in _ENDINGS.split()]
        surnames = _drawn(rng, faker.last_name, rare, _COMMON_SURNAMES, (*UNUSUAL_SURNAMES, *families))
        doubles = [f"{rng.choice(surnames)}-{rng.choice(surnames)}" for _ in range(round(POOL * _DOUBLE_BARRELLED))]
        girls = _drawn(rng, faker.first_name_female, [], _COMMON_GIRLS, (*UNUSUAL_GIRLS, *givens))
        boys = _drawn(rng, faker.first_name_male, [], _COMMON_BOYS, (*UNUSUAL_BOYS, *givens))
        self.families = _pool(surnames, doubles, family_name)
        self.girls, self.boys = (_pool(names, _twice(rng, names), given_name) for names in (girls, boys))


def _drawn(
    rng: Random, draw: Callable[[], str], rare: list[str], common: Mapping[str, float], odd: tuple[str, ...]
) -> list[str]:
    """Return POOL names: the `common` and `odd` ones at their shares, the rest drawn, a third of it `rare`."""
    names = [name for name, share in common.items() for _ in range(round(share * POOL))]
    names += [name for name in odd for _ in range(round(_RARE * POOL))]
    left = POOL - len(names)
    seldom = [rng.choice(rare) for _ in range(left // 3)] if rare else []
    known = sorted({draw() for _ in range(2000)} - common.keys())
    # As Zipf has it, without the first few, which stand in `common`.
    weights = [1 / (n + 50) for n in range(len(known))]
    rng.shuffle(known)
    return names + seldom + rng.choices(known, weights, k=left - len(seldom))


def _twice(rng: Random, names: list[str]) -> list[str]:
    """Return pairs of given names, among them none of one name twice."""
    pairs: Iterator[tuple[str, str]] = ((rng.choice(names), rng.choice(names)) for _ in iter(int, 1))
    return [" ".join(pair) for pair in islice((p for p in pairs if p[0] != p[1]), round(POOL * _TWO_GIVEN))]


def _pool(names: list[str], compound: list[str], make: Callable[[str], Name]) -> list[Name]:
    """Return POOL names, the `compound` ones in place of as many others taken out evenly, each name made once."""
    made: dict[str, Name] = {}
    fewer = len(compound)
    kept = [name for n, name in enumerate(names) if n * fewer // POOL == (n + 1) * fewer // POOL]
    return [made.get(name) or made.setdefault(name, make(name)) for name in (*kept, *compound)]
