"""Rounds of questions: one question for each choice of a secret, alike but for the choice itself.

An answer that differs from the others of its round gives its choice away, by what it says or by what it costs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from string import digits
from typing import Any

from resolvers.ids import Kind, write_id
from tests.oracles.asking import CHILDREN, CONTACTS, Answer
from tests.oracles.hidden import BODIES, BORN, CARER, CHOICES, CROWDED, FAMILY, NUMBER, TARGET
from tests.world import id_of, number_of

NAMED = {"familyName": FAMILY, "dateOfBirth": BORN.isoformat()}
AROUND = {"familyName": FAMILY, "bornBetween": {"from": "2015-06-01", "to": "2016-12-31"}}
DETAILS = ("postcode", "phone", "email")
BEGINNINGS = ("", "*", "%", "_", " ")
CROWDS = {"familyName": FAMILY, "bornBetween": {"from": "2016-01-01", "to": "2017-12-31"}}


@dataclass(frozen=True)
class Question:
    """One document with its variables; asked by an accomplice where `viewer` names one."""

    query: str
    variables: dict[str, Any] = field(default_factory=dict)
    viewer: str | None = None


@dataclass(frozen=True)
class Round:
    """A question for each choice, and what of an answer is compared."""

    question: Callable[[int], Question]
    look: Callable[[Answer], str] = Answer.told


def _children(search: dict[str, Any], first: int | None = None) -> Question:
    return Question(CHILDREN, {"search": search, "first": first})


def _contacts(search: dict[str, Any], first: int | None = None) -> Question:
    return Question(CONTACTS, {"search": search, "first": first})


def spellings(kind: str, text: str) -> str:
    """Return another way of writing the same value."""
    if kind.endswith("phone"):
        return "0044" + text.removeprefix("+44").strip().removeprefix("0")
    return f" {text.upper()} " if kind.endswith("email") else text.lower().replace(" ", "")


def of_a_child(kind: str) -> list[Round]:
    """Return the rounds that look for a child by postcode, phone or e-mail."""
    choices = CHOICES[kind]
    bases = (NUMBER, NAMED | {"soundsLike": True}, AROUND | {"givenNames": "Bea*", "gender": "FEMALE"})
    rounds = [Round(lambda n, base=base: _children(base | {kind: choices[n]})) for base in bases]
    rounds.append(Round(lambda n: _children(NUMBER | {kind: spellings(kind, choices[n])})))
    rounds.append(Round(lambda n: _children(NUMBER | {each: CHOICES[each][n] for each in DETAILS})))
    # Open children who share the choice fill the list: with the hidden match it would be one too many.
    rounds.append(Round(lambda n: _children(CROWDS | {kind: choices[n]}), Answer.shape))
    rounds.append(Round(lambda n: _contacts({"familyName": CARER, "givenNames": "Maud*", kind: choices[n]})))
    return rounds


def of_a_carer(kind: str) -> list[Round]:
    """Return the rounds that look for a carer by postcode, phone or e-mail."""
    choices, criterion = CHOICES[kind], kind.removeprefix("carer's ")
    named, all_three = {"familyName": CARER}, {"familyName": CARER, "givenNames": "Mau*"}
    return [
        Round(lambda n: _contacts(named | {criterion: choices[n]})),
        Round(lambda n: _contacts(named | {criterion: spellings(kind, choices[n]), "givenNames": "Maudie"})),
        Round(lambda n: _contacts(all_three | {each: CHOICES[f"carer's {each}"][n] for each in DETAILS})),
        Round(lambda n: _contacts({"familyName": CROWDED, criterion: choices[n]}), Answer.shape),
        Round(lambda n: _contacts({"familyName": CROWDED, criterion: choices[n]}, 1), Answer.shape),
        Round(lambda n: _children(NUMBER | {criterion: choices[n]})),
    ]


Ask = Callable[[dict[str, Any], int | None], Question]


def _varied(ask: Ask, bases: Sequence[dict[str, Any]], criterion: str, values: Sequence[str]) -> list[Round]:
    """Return rounds that ask for each value below each base, whole."""
    return [Round(lambda n, base=base: ask(base | {criterion: values[n]}, None)) for base in bases]


def combined(kind: str) -> list[Round]:
    """Return rounds that look for a child by two secrets at once, by beginnings, by sound, and by shorter pages."""
    choices = CHOICES[kind]
    bases = (NUMBER, NAMED | {"soundsLike": True, "gender": "FEMALE"}, AROUND)
    both = [base | {other: CHOICES[other][0]} for base in bases for other in DETAILS if other != kind]
    rounds = _varied(_children, both, kind, choices)
    for end in BEGINNINGS:
        rounds += _varied(_children, (NUMBER, NAMED), kind, [choice[:4] + end for choice in choices])
    pages = (1, 25)
    return rounds + [
        Round(lambda n, size=size: _children(CROWDS | {kind: choices[n]}, size), Answer.shape) for size in pages
    ]


def combined_of_a_carer(kind: str) -> list[Round]:
    """Return rounds that look for a carer by two secrets at once, by beginnings, and by a page of its own."""
    choices, criterion, named = CHOICES[kind], kind.removeprefix("carer's "), {"familyName": CARER}
    both = [named | {other: CHOICES[f"carer's {other}"][0]} for other in DETAILS if other != criterion]
    rounds = _varied(_contacts, both, criterion, choices)
    for end in BEGINNINGS:
        rounds += _varied(_contacts, [named], criterion, [choice[:4] + end for choice in choices])
    return [*rounds, Round(lambda n: _contacts({"familyName": CROWDED, criterion: choices[n]}, 25), Answer.shape)]


def of_an_identifier() -> list[Round]:
    """Return the rounds that look for a child by an identifier."""

    def issued(n: int) -> dict[str, Any]:
        return {"externalIdentifier": {"scheme": "case", "value": CHOICES["identifier"][n]}}

    return [Round(lambda n, base=base: _children(base | issued(n))) for base in ({}, NUMBER, NAMED, AROUND)]


def of_a_former_name() -> list[Round]:
    """Return the rounds that look for a child by a name of before."""
    names = CHOICES["former name"]
    return [
        Round(lambda n: _children(NAMED | {"familyName": names[n]})),
        Round(lambda n: _children(NUMBER | {"familyName": names[n], "soundsLike": True})),
        Round(lambda n: _children(NAMED | {"givenNames": f"{names[n][:3]}*"})),
        Round(lambda n: _children(NUMBER | {"familyName": f"{FAMILY}-{names[n]}"})),
        Round(lambda n: _contacts({"familyName": names[n], "givenNames": "Maudie"})),
    ]


def of_a_body(kind: str, bodies: list[str], workers: list[str]) -> list[Round]:
    """Return the rounds that look for the body behind a record, given all there is to ask of a body and a worker."""
    names = CHOICES[kind]

    def node(type_: str, what: str, key: Any) -> Question:
        query = f"query($id: ID!) {{ viewer {{ recordsLeft }} node(id: $id) {{ ... on {type_} {{ {what} }} }} }}"
        return Question(query, {"id": write_id(Kind[type_.upper()], key)})

    def body(n: int, what: str) -> Question:
        return node("Organisation", what, id_of("organisation", names[n]))

    def worker(n: int, what: str) -> Question:
        return node("Practitioner", what, id_of("practitioner", f"worker-{names[n]}"))

    rounds = [Round(lambda n, what=what: body(n, what), Answer.shape) for what in bodies]
    rounds += [Round(lambda n, what=what: worker(n, what), Answer.shape) for what in workers]
    if kind != "authority":  # a team is told whether its own authority is responsible: disclosure D5
        rounds += [Round(lambda n, base=base: _accomplice(names[n], base)) for base in ({}, NUMBER)]
    return rounds


def _accomplice(body: str, base: dict[str, Any]) -> Question:
    """Have somebody of that body look for the child by the number that the true one has issued."""
    search = {"externalIdentifier": {"scheme": "CASE", "value": "PUPIL-9"}} | base
    return Question(CHILDREN, {"search": search}, f"clerk-{body}")


def rounds_for(bodies: list[str], workers: list[str], *, patient: bool = False) -> dict[str, list[Round]]:
    """Return the rounds for each kind of secret, the plainest first; whoever is `patient` goes on after those."""
    carers = [f"carer's {kind}" for kind in DETAILS]
    return {
        **{kind: of_a_child(kind) + (combined(kind) if patient else []) for kind in DETAILS},
        **{kind: of_a_carer(kind) + (combined_of_a_carer(kind) if patient else []) for kind in carers},
        "identifier": of_an_identifier(),
        "former name": of_a_former_name(),
        **{kind: of_a_body(kind, bodies, workers) for kind in BODIES},
    }


SPELLINGS: list[tuple[str, Callable[[str], Question], str]] = [
    ("postcode", lambda text: _children(NUMBER | {"postcode": f"{text}*"}), "BDHLSWY"),
    ("phone", lambda text: _children(NAMED | {"phone": f"{text}%"}), digits),
    ("carer's phone", lambda text: _contacts({"familyName": CARER, "phone": f"{text}*"}), digits),
]
"""Questions that would find something if a beginning were enough to find it, and the letters to begin with."""

ODD = ("", "%", "_", "*", "\0", "9" * 4000)
"""Texts that are no value of any kind, for criteria that might take them for a pattern."""


def odd_questions() -> list[Question]:
    """Return questions that are refused, or find nothing, each in its own way."""
    searches: list[dict[str, Any]] = [NUMBER | {criterion: text} for criterion in DETAILS for text in ODD]
    searches += [{}, {"postcode": CHOICES["postcode"][0]}, {"familyName": FAMILY}, NUMBER | {"givenNames": "B*"}]
    asked = [_children(search) for search in searches]
    asked += [_contacts({"familyName": CARER, "phone": text}) for text in ODD]
    asked += [_children(NUMBER, first) for first in (0, -1, 26)]
    fields = ("postcode", "shield { reason }", "responsibleAuthority { nme }", "formerName")
    return asked + [Question(f'{{ child(directoryNumber: "{number_of(TARGET)}") {{ {each} }} }}') for each in fields]
