"""What a search asks for, as a client spelt it: checked from the arguments alone, and named for the trail (R13)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from resolvers.comparing import email_key, identifier_key, phone_key, postcode_key
from resolvers.errors import BadInput
from resolvers.names import as_pair, by_metaphone, by_nysiis, fold, letters, name_key, word_sounds
from resolvers.numbers import read_number

WIDEST = timedelta(days=731)
"""The widest range of dates of birth: two years, a leap day allowed for."""

FEWEST_LETTERS, MOST_WORDS = 3, 8
LONGEST_NAME = 500
"""The most characters of a name, folded or not: SQLite takes no longer patterns than 50,000 bytes."""

NOBODYS = ""
"""What is bound for a value that nothing stored can have: no number, no key, no name is empty."""

CHILD_NEEDS = (
    "a search needs `familyName` with `dateOfBirth` or `bornBetween` (two years at most), or `directoryNumber`, or "
    "`externalIdentifier`"
)
CONTACT_NEEDS = "a search for contacts needs `givenNames`, `phone`, `email` or `postcode` beside `familyName`"


@dataclass(frozen=True, slots=True)
class GivenNames:
    """Given names to look for: words that must all be there, the last of them whole or as a beginning."""

    words: tuple[str, ...]
    prefix: bool

    @classmethod
    def read(cls, text: str) -> "GivenNames":
        """Read what a client wrote. Raises BadInput for fewer than three letters, or for too many names."""
        stripped = text.strip()
        words = tuple(fold(stripped.removesuffix("*")).split())
        if letters(stripped) < FEWEST_LETTERS:
            raise BadInput(f"`givenNames` needs at least {FEWEST_LETTERS} letters: give more of the name, or none")
        if len(words) > MOST_WORDS:
            raise BadInput(f"`givenNames` may have {MOST_WORDS} names at most: give fewer")
        return cls(words, stripped.endswith("*"))

    def parameters(self) -> dict[str, str]:
        """Return what is bound: patterns of words and of their sounds. Folded words hold no wildcard."""
        joined = "".join(self.words)
        bound = {"given_joined": joined, "given_as_one": f"% {joined} %"}
        for n, word in enumerate(self.words):
            end = "" if self.prefix and n == len(self.words) - 1 else " "
            metaphone, nysiis = word_sounds(word)
            bound |= {
                f"given_{n}": f"% {word}{end}%",
                f"given_{n}_pair": f"% {as_pair(word)}{end}%",
                f"given_{n}_metaphone": f"% {metaphone} %",
                f"given_{n}_nysiis": f"% {nysiis} %",
            }
        return bound


@dataclass(frozen=True, slots=True)
class Shape:
    """What a statement depends on: which criteria there are, never their values."""

    names: tuple[str, ...]
    words: int = 0
    prefix: bool = False
    sounds: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Criteria:
    """What both searches know. A criterion that is None is not asked for; every one given must hold."""

    family_name: str | None = None
    given_names: str | None = None
    postcode: str | None = None
    phone: str | None = None
    email: str | None = None

    def _asked(self) -> dict[str, Any]:
        """Return the criteria by the names that clients know them by."""
        return {
            "familyName": self.family_name,
            "givenNames": self.given_names,
            "postcode": self.postcode,
            "phone": self.phone,
            "email": self.email,
        }

    @property
    def given(self) -> GivenNames | None:
        return None if self.given_names is None else GivenNames.read(self.given_names)

    def names(self) -> tuple[str, ...]:
        """Return the names of the criteria given, for the trail."""
        return tuple(name for name, value in self._asked().items() if value is not None)

    def shape(self) -> Shape:
        """Return what the statement depends on. Raises BadInput, as `GivenNames.read`."""
        given = self.given
        return Shape(self.names(), len(given.words), given.prefix) if given else Shape(self.names())

    def parameters(self) -> dict[str, Any]:
        """Return what the statement binds; what is malformed is bound as something that nobody has."""
        family, given = self.family_name or "", self.given
        return {
            "family_name": name_key(family),
            "family_metaphone": by_metaphone(family),
            "family_nysiis": by_nysiis(family),
            "postcode": postcode_key(self.postcode) or NOBODYS,
            "phone": phone_key(self.phone) or NOBODYS,
            "email": email_key(self.email) or NOBODYS,
            **(given.parameters() if given else {}),
        }

    def _check_names(self) -> None:
        for criterion, name in (("familyName", self.family_name), ("givenNames", self.given_names)):
            if name is not None and (len(name) > LONGEST_NAME or len(fold(name)) > LONGEST_NAME):
                raise BadInput(f"`{criterion}` has more than {LONGEST_NAME} characters: give the name alone")
        if self.family_name is not None and not fold(self.family_name):
            raise BadInput("`familyName` has no letters: give a family name")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildCriteria(_Criteria):
    """What a search for children asks for."""

    date_of_birth: date | None = None
    born_between: tuple[date, date] | None = None
    directory_number: str | None = None
    external_identifier: tuple[str, str] | None = None
    gender: str | None = None
    sounds_like: bool = False

    def _asked(self) -> dict[str, Any]:
        return _Criteria._asked(self) | {
            "dateOfBirth": self.date_of_birth,
            "bornBetween": self.born_between,
            "directoryNumber": self.directory_number,
            "externalIdentifier": self.external_identifier,
            "gender": self.gender,
            "soundsLike": self.sounds_like or None,
        }

    def check(self) -> None:
        """Refuse, from the arguments alone, a search that is too wide or contradicts itself (R13).

        Raises BadInput with what a search needs.
        """
        self._check_names()
        if self.born_between is not None:
            first, last = self.born_between
            if first > last:
                raise BadInput("`bornBetween` ends before it begins: give the earlier date as `from`")
            if last - first > WIDEST:
                raise BadInput("`bornBetween` is wider than two years: narrow it")
        named = self.family_name is not None and (self.date_of_birth or self.born_between)
        if not named and self.directory_number is None and self.external_identifier is None:
            raise BadInput(CHILD_NEEDS)

    def shape(self) -> Shape:
        """Return what the statement depends on. Raises BadInput, as `GivenNames.read`."""
        shape = _Criteria.shape(self)
        return Shape(shape.names, shape.words, shape.prefix, self.sounds_like)

    def parameters(self) -> dict[str, Any]:
        """Return what the statement binds; a number that is none is bound as one that nobody has."""
        first, last = self.born_between or (None, None)
        scheme, value = self.external_identifier or ("", "")
        return _Criteria.parameters(self) | {
            "date_of_birth": self.date_of_birth,
            "born_first": first,
            "born_last": last,
            "directory_number": read_number(self.directory_number or "") or NOBODYS,
            "identifier": identifier_key(scheme, value) or NOBODYS,
            "gender": self.gender,
        }

    def sought(self) -> tuple[str, ...]:
        """Return the numbers and identifiers asked for, which the journal notes where they gave nothing."""
        number, identifier = self.directory_number, self.external_identifier
        return (
            *(() if number is None else (read_number(number) or number,)),
            *(() if identifier is None else (identifier_key(*identifier) or ":".join(identifier),)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactCriteria(_Criteria):
    """What a search for contacts asks for: a family name, and one thing beside it at least."""

    def check(self) -> None:
        """Refuse, from the arguments alone, a search that is too wide (R13). Raises BadInput."""
        self._check_names()
        if all(part is None for part in (self.given_names, self.phone, self.email, self.postcode)):
            raise BadInput(CONTACT_NEEDS)


_NARROWING = ("givenNames", "postcode", "phone", "email")


def child_shapes() -> tuple[Shape, ...]:
    """Return searches for children that together have every criterion in every form: each alone, then all at once."""
    names = ("familyName", "dateOfBirth", "bornBetween", "directoryNumber", "externalIdentifier", "gender", *_NARROWING)
    return _shapes(names, ())


def contact_shapes() -> tuple[Shape, ...]:
    """Return searches for contacts, likewise."""
    return _shapes(_NARROWING, ("familyName",))


def _shapes(names: tuple[str, ...], always: tuple[str, ...]) -> tuple[Shape, ...]:
    alone = tuple(Shape((*always, name), words=2 * (name == "givenNames")) for name in names)
    return (
        *alone,
        *(Shape((*always, *names), 2, prefix, sounds) for prefix in (False, True) for sounds in (False, True)),
    )
