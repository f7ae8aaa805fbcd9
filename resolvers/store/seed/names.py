"""Names of people: Faker's British ones, and on purpose those that search must fold, and very common ones."""

from itertools import count

from faker import Faker

from resolvers.store.seed.draw import Draw
from resolvers.store.words import Gender

UNUSUAL_SURNAMES = (
    "O'Connor",
    "Śmith-Jones",
    "Müller",
    "D'Souza",
    "Ó Briain",
    "Nowak-Kowalska",
    "St. John",
    "Łukaszewski",
    "de la Cruz",
    "Ngũgĩ",
    "O\u2019Neill",
    "Taylor-Ahmed",
)
UNUSUAL_GIRLS = ("Zoë", "Siân", "Chloé", "Anne-Marie", "Niamh Róise", "Zofia", "Amélie")
UNUSUAL_BOYS = ("Jürgen", "José", "Łukasz", "D'Arcy", "Seán", "Jean-Luc", "Björn")

_SMITH, _UNUSUAL, _ROUND = 7, 17, 20


class Names:
    """Pools of names, drawn once, so that a name costs no call to Faker."""

    def __init__(self, draw: Draw, seed: int) -> None:
        faker = Faker("en_GB")
        faker.seed_instance(seed)
        self._draw = draw
        self._surnames = [faker.last_name() for _ in range(600)]
        self._girls = [faker.first_name_female() for _ in range(300)]
        self._boys = [faker.first_name_male() for _ in range(300)]
        self._families = count(1)

    def family(self) -> str:
        """Return the surname of the next family: of 20, one is a Smith and one is spelt unusually."""
        n = next(self._families)
        if n % _ROUND == _SMITH:
            return "Smith"
        if n % _ROUND == _UNUSUAL:
            return UNUSUAL_SURNAMES[n // _ROUND % len(UNUSUAL_SURNAMES)]
        return self.surname()

    def surname(self) -> str:
        return self._draw.pick(self._surnames)

    def given(self, gender: Gender) -> str:
        """Return one given name, sometimes an unusual one."""
        girl = gender is Gender.FEMALE or (gender is Gender.NOT_SPECIFIED and self._draw.chance(0.5))
        if self._draw.chance(0.04):
            return self._draw.pick(UNUSUAL_GIRLS if girl else UNUSUAL_BOYS)
        return self._draw.pick(self._girls if girl else self._boys)

    def childs(self, gender: Gender, taken: list[str]) -> str:
        """Return a child's given names, none of the siblings' `taken` ones; some children have two."""
        name = self.given(gender)
        while name in taken:
            name = self.given(gender)
        return f"{name} {self.given(gender)}" if self._draw.chance(0.12) else name
