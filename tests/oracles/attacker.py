"""An attacker who adapts: asks until a secret is found out, or until there is nothing left to ask."""

from collections.abc import Callable, Sequence
from typing import Any

from graphql import build_schema

from gateway.keys import derive
from resolvers.cursor import CursorScope
from resolvers.ids import Kind, write_id
from tests.client import Gateway
from tests.oracles.asking import LEFT, Answer, Asking
from tests.oracles.hidden import BODIES, CHOICES, INSIDER, MORE_SERVICES, SIBLING, TARGET
from tests.oracles.reading import everything
from tests.oracles.rounds import SPELLINGS, Question, Round, odd_questions, rounds_for
from tests.world import id_of, number_of

CHILD_ID = write_id(Kind.CHILD, id_of("child", TARGET))
FAMILY = {TARGET: CHILD_ID, SIBLING: write_id(Kind.CHILD, id_of("child", SIBLING))}
CONTACT_IDS = [
    write_id(Kind.CONTACT, id_of("contact", f"{child}/{carer}")) for child in FAMILY for carer in ("mum", "aunt")
]

PARTS = "fragment Parts on {0} {{ {1} }} "
RECORD = (
    PARTS + "query($id: ID!, $n: String) {{ child(directoryNumber: $n) {{ ...Parts }} node(id: $id) {{ ...Parts }} }}"
)
LISTED = (
    PARTS
    + "{{ caseload(first: 20) {{ edges {{ cursor node {{ ...Parts }} }} pageInfo {{ hasNextPage endCursor }} }} }}"
)
CONTACT = PARTS + "query($ids: [ID!]!) {{ nodes(ids: $ids) {{ __typename ...Parts }} }}"
NODES = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
WORKERS = """query($n: String, $after: String, $first: Int, $current: Boolean) { child(directoryNumber: $n) {
  involvements(after: $after, first: $first, current: $current) {
    edges { cursor node { id own } } pageInfo { hasNextPage hasPreviousPage endCursor } } } }"""
CASELOAD = """query($after: String, $first: Int) { caseload(after: $after, first: $first) {
    edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage endCursor } } }"""


def marks_of(kind: str, choice: str) -> list[bytes]:
    """Return what would give a choice away if an answer about the child held it."""
    if kind in BODIES:
        return [choice.title().encode(), write_id(Kind.ORGANISATION, id_of("organisation", choice)).encode()]
    return [choice.encode()]


def known_ids() -> list[str]:
    """Return ids of every kind, made of whatever keys an attacker may have come by, true and false ones."""
    keys = [id_of("child", TARGET), id_of("reach", TARGET), id_of("person", "mum"), id_of("involvement", "work")]
    keys += [id_of("contact", f"{TARGET}/mum"), id_of("account", INSIDER)]
    keys += [id_of("shield", f"{TARGET}/ACTIVE/ADOPTION"), id_of("organisation", "nowhere")]
    return [write_id(kind, key) for kind in Kind for key in keys]


class Attacker:
    """Somebody who knows who the child is, and three things that each secret may be, and wants to know which it is.

    `clues` has every difference that the attacker has noticed between the choices of one secret: in what is said, in
    what it costs, and in the statements that it takes, for which stands the time that a clever attacker would measure.
    A `patient` one tries every secret with every other, beginnings, and the same again by sound.
    """

    def __init__(self, gateway: Gateway, viewer: str, *, patient: bool = False) -> None:
        self.gateway, self.viewer, self.patient = gateway, viewer, patient
        self.asking = Asking(gateway, viewer)
        self.suspects = {kind: frozenset(range(len(choices))) for kind, choices in CHOICES.items()}
        self.clues: list[str] = []
        self.uncounted: tuple[str, str, list[int]] | None = None

    def found(self) -> dict[str, list[int]]:
        """Return, for each secret, the choices that it may still be."""
        return {kind: sorted(left) for kind, left in self.suspects.items()}

    async def attack(self) -> None:
        """Try every way, the quick ones first; a secret that is found out is not asked for again."""
        published = build_schema((await self.gateway.http.get("/schema.graphql")).text)
        await self.read(everything(published, "Child"), everything(published, "Contact"))
        await self.page()
        for question in odd_questions():
            await self.put(question)
        bodies, workers = everything(published, "Organisation"), everything(published, "Practitioner")
        for kind, rounds in rounds_for(bodies, workers, patient=self.patient).items():
            for number, each in enumerate(rounds):
                if len(self.suspects[kind]) > 1:
                    await self.ask_round(kind, number, each)
        self.compare_costs([(await self.asking.ask(LEFT)).left or 0])
        for kind, spelt, letters in SPELLINGS:
            if len(self.suspects[kind]) > 1:
                await self.spell(kind, spelt, "", letters)

    async def put(self, question: Question) -> Answer:
        return await self.asking.ask(question.query, viewer=question.viewer, **question.variables)

    async def read(self, of_children: list[str], of_contacts: list[str]) -> None:
        """Ask for everything of the child, the sister and the carers of both, by every road; look for what is named."""
        for what in of_children:
            for name, wire in FAMILY.items():
                await self.asking.ask(RECORD.format("Child", what), id=wire, n=number_of(name))
            await self.asking.ask(LISTED.format("Child", what))
        for what in of_contacts:
            await self.asking.ask(CONTACT.format("Contact", what), ids=CONTACT_IDS)
        await self.asking.ask(NODES, ids=known_ids())
        bodies = b"\n".join(answer.body for answer in self.asking.transcript)
        for kind, choices in CHOICES.items():
            named = [any(mark in bodies for mark in marks_of(kind, choice)) for choice in choices]
            self.learn(kind, "what the records name", named)

    async def ask_round(self, kind: str, number: int, asked: Round) -> None:
        """Ask the question for each choice; compare what is said, and what it costs."""
        questions = [asked.question(n) for n in range(len(CHOICES[kind]))]
        answers = [await self.put(question) for question in questions]
        self.learn(kind, f"round {number}", [asked.look(answer) for answer in answers])
        self.learn(kind, f"the statements of round {number}", [answer.statements for answer in answers])
        left = [answer.left for answer in answers if answer.left is not None]
        if left and questions[0].viewer is None:
            self.compare_costs(left)
            self.uncounted = kind, f"the cost of round {number}", left

    def compare_costs(self, next_left: Sequence[int]) -> None:
        """Compare what each question of the last round has cost, now that the next answer tells what is left."""
        if self.uncounted:
            kind, how, left = self.uncounted
            after = [*left[1:], next_left[0]]
            self.learn(kind, how, [was - is_now for was, is_now in zip(left, after, strict=True)])

    def learn(self, kind: str, how: str, seen: Sequence[Any]) -> None:
        """Note a difference between the choices, and suspect the one that stands out from all others."""
        if len(set(seen)) == 1:
            return
        self.clues.append(f"{kind}: {how}")
        if len(set(seen)) == 2:
            lone = min(set(seen), key=seen.count)
            self.suspects[kind] &= {n for n, value in enumerate(seen) if value == lone}

    async def spell(self, kind: str, spelt: Callable[[str], Question], known: str, letters: str) -> str:
        """Go on letter by letter from `known`, as long as one letter's answer stands out; return what is spelt out."""
        while True:
            told = [(await self.put(spelt(known + letter))).told() for letter in letters]
            lone = [letter for letter, value in zip(letters, told, strict=True) if told.count(value) == 1]
            if len(lone) != 1:
                return known
            known += lone[0]
            self.clues.append(f"{kind}: begins with {known}")

    async def page(self) -> None:
        """Page with cursors of other viewers, of other lists, and of rows that are hidden by now."""
        own = [await self.cursor(WORKERS, n=number_of(TARGET)), await self.cursor(CASELOAD, first=1)]
        for after in [*own, *self.old_cursors(self.viewer), *self.old_cursors(INSIDER)[:1], "x", ""]:
            await self.asking.ask(WORKERS, n=number_of(TARGET), after=after)
            await self.asking.ask(CASELOAD, after=after, first=1)
        for first in (1, 2, 20):
            await self.asking.ask(WORKERS, n=number_of(TARGET), first=first, current=False)

    async def cursor(self, query: str, **variables: Any) -> str:
        """Return the last cursor of one of the viewer's own lists, or nothing."""
        data = (await self.asking.ask(query, **variables)).json.get("data") or {}
        page = data.get("caseload") or (data.get("child") or {}).get("involvements") or {}
        return (page.get("pageInfo") or {}).get("endCursor") or ""

    def old_cursors(self, viewer: str) -> list[str]:
        """Return cursors that `viewer` once got of rows that are hidden now: one that both worlds have, and others."""
        secret, account = derive(self.gateway.keys.secret).cursors, id_of("account", viewer)
        scope = CursorScope(secret, account, "involvements", CHILD_ID, "current=True")
        names = ["work", *(f"{TARGET}/carl/charity/{service}" for service in MORE_SERVICES)]
        return [scope.write(id_of("involvement", name)) for name in names]
