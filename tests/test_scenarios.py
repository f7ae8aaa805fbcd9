"""The law by example: every story of `tests/scenarios/`, asked of the real gateway as its viewer would ask it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
import pytest_asyncio

from authz.words import FieldGroup, Role, Shield, Standing, Status
from resolvers.ids import Kind, write_id
from resolvers.store.engine import database_url, make_engine
from resolvers.store.words import ShieldReason, ShieldState
from tests.authz.law import BLANK, COLUMNS, MATRIX, marks_of
from tests.cast import ACCOUNTS, PURPOSE
from tests.client import Gateway, gateway_on
from tests.databases import Template
from tests.scenarios.reading import Told, stories
from tests.scenarios.staging import (
    ACCOUNT,
    IDLE_TIES,
    LIVES,
    OWN_SENSITIVE,
    TIES,
    WORKERS,
    account_of,
    birthday_of,
    facts_of,
    family_of,
    stage,
)
from tests.world import id_of, number_of

STORIES = stories()
PLAIN = [
    told
    for told in STORIES
    if told.account is None
    and (facts := facts_of(told.record, told.ties)).shield is not Shield.CONCEALED
    and facts.status is Status.LIVE
    and Standing.CONFLICTED not in facts.standing
]
"""The stories of live records, open or shielded, whose viewers have no conflict: the rows of the matrix."""
TOLD = pytest.mark.parametrize("told", STORIES, ids=str)
LAPSING = {fault for fault in ACCOUNT if "today" not in fault}
ISSUED = {"teacher": "SCHOOL-77", "officer": "SOCIAL-77"}
ANSWERING = {role for (role, _), marks in MATRIX[Shield.OPEN].items() if marks != BLANK}

RECORD = """
fragment Record on Child {
  id directoryNumber givenNames familyName dateOfBirth gender shielded
  formerNames { familyName }
  contacts { givenNames familyName phone email address { postcode } withheld { group } }
  whereabouts { kind: __typename }
  phone email responsibleAuthority { name } updatedAt
  education { organisation { name } }
  gpPractice { organisation { name } }
  involvements { edges { node { own service organisation { name } } } }
  agencies { name phone }
  leadProfessional { service organisation { name } }
  assessment { holder { service } }
  sensitiveInvolvements { own service organisation { name } }
  externalIdentifiers { value }
  withheld { group notice broker { name } }
}
"""
ROOTS = {
    "byId": "child(id: $id) { ...Record }",
    "byNumber": "child(directoryNumber: $number) { ...Record }",
    "byNode": "node(id: $id) { ...Record }",
    "byName": "children(search: {familyName: $family, dateOfBirth: $born}) { ...Found }",
    "byNumberSearch": "children(search: {directoryNumber: $number}) { ...Found }",
}
FOUND = """
fragment Found on ChildSummaryConnection { tooMany edges { node { childId familyName dateOfBirth shielded involved } } }
"""
VARIABLES = {"id": "ID!", "number": "String!", "family": "String!", "born": "Date!"}
NOT_FOUND = {
    "byId": None,
    "byNumber": None,
    "byNode": None,
    "byName": {"tooMany": False, "edges": []},
    "byNumberSearch": {"tooMany": False, "edges": []},
}


def document(*names: str) -> str:
    """Return the query of these roots, with the variables and fragments that they use."""
    roots = "\n".join(f"{name}: {ROOTS[name]}" for name in names)
    used = ", ".join(f"${name}: {kind}" for name, kind in VARIABLES.items() if f"${name}" in roots)
    fragments = (RECORD if "...Record" in roots else "") + (FOUND if "...Found" in roots else "")
    return f"query Story({used}) {{ {roots} }}\n{fragments}"


FULL = document(*ROOTS)


def variables(told: Told) -> dict[str, str]:
    return {
        "id": write_id(Kind.CHILD, id_of("child", told.name)),
        "number": number_of(told.name),
        "family": family_of(told),
        "born": birthday_of(told.record).isoformat(),
    }


Served = Callable[[str], Awaitable[Gateway]]


@pytest_asyncio.fixture(scope="session")
async def served(template: Template, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    """Give a function that serves the world of one file of stories: once for each kind of database."""
    folder, houses = tmp_path_factory.mktemp("scenarios"), dict[str, tuple[AsyncExitStack, Gateway]]()

    async def house(file: str) -> Gateway:
        if file not in houses:
            async with AsyncExitStack() as stack:
                url = await stack.enter_async_context(template.copy(folder))
                engine = make_engine(database_url(url))
                await stage(told for told in STORIES if told.file == file).write(engine)
                await engine.dispose()
                gateway = await stack.enter_async_context(gateway_on(url, folder))
                houses[file] = stack.pop_all(), gateway
        return houses[file][1]

    yield house
    # All at once: PostgreSQL makes one checkpoint for all that are dropped together.
    await asyncio.gather(*(stack.aclose() for stack, _ in houses.values()))


@TOLD
async def test_the_gateway_tells_the_story(told: Told, served: Served) -> None:
    """Each story comes true over HTTP: what is seen shows, what is withheld is null and named, and no more."""
    gateway, asked = await served(told.file), variables(told)
    if told.outcome == "may not ask":
        await _expect_refusal(gateway, told, asked)
        return
    answer = await gateway.ask(account_of(told), FULL, purpose=PURPOSE[told.viewer], **asked)
    if told.outcome == "does not exist":
        assert answer == NOT_FOUND
        return
    child = answer["byId"]
    assert child == answer["byNumber"] == answer["byNode"]
    assert answer["byName"] == answer["byNumberSearch"] == _found(told, asked)
    assert _told(told) == _heard(told, child)
    assert [(str(group), "National contact desk") for group in told.withheld] == [
        (withheld["group"], withheld["broker"]["name"]) for withheld in child["withheld"]
    ]
    _check_values(told, child)


async def _expect_refusal(gateway: Gateway, told: Told, asked: dict[str, str]) -> None:
    """Ask each root alone, so that none is open behind another that is refused."""
    for root, text in ROOTS.items():
        used = {name: value for name, value in asked.items() if f"${name}" in text}
        codes = await gateway.codes(account_of(told), document(root), purpose=PURPOSE[told.viewer], **used)
        assert codes == (403, ["FORBIDDEN"]), root


def _found(told: Told, asked: dict[str, str]) -> Any:
    facts = facts_of(told.record, told.ties)
    row = {
        "childId": asked["id"],
        "familyName": asked["family"],
        "dateOfBirth": asked["born"],
        "shielded": facts.shield is Shield.SHIELDED,
        "involved": Standing.INVOLVED in facts.standing,
    }
    return {"tooMany": False, "edges": [{"node": row}]}


def _told(told: Told) -> dict[FieldGroup, str]:
    """Return how each group that has fields must come out: `seen`, `own` or `null`."""
    return {
        group: "seen" if group in told.sees else "own" if group in told.own else "null"
        for group in COLUMNS
        if group not in {FieldGroup.SHIELD_CASE, FieldGroup.TRAIL}  # told by `withheld` alone, until they have fields
    }


def _heard(told: Told, child: dict[str, Any]) -> dict[FieldGroup, str]:
    """Return how each group came out in an answer; a group whose fields disagree is `torn`."""
    services, sensitive, identifiers = (
        child[name] for name in ("involvements", "sensitiveInvolvements", "externalIdentifiers")
    )
    return {
        FieldGroup.IDENTITY: _whole(child, "id directoryNumber givenNames familyName dateOfBirth gender"),
        FieldGroup.FORMER_NAMES: _whole(child, "formerNames"),
        FieldGroup.CONTACT_NAMES: _whole(child, "contacts"),
        FieldGroup.WHEREABOUTS: _whole(child, "whereabouts phone email responsibleAuthority updatedAt"),
        FieldGroup.PLACES: _whole(child, "education gpPractice"),
        FieldGroup.SERVICES: _rows(services and [edge["node"]["own"] for edge in services["edges"]]),
        FieldGroup.AGENCIES: _whole(child, "agencies"),
        FieldGroup.LEAD: _whole(child, "leadProfessional assessment"),
        FieldGroup.SENSITIVE_SERVICES: _rows(sensitive and [row["own"] for row in sensitive]),
        FieldGroup.IDENTIFIERS: _rows(identifiers and [row["value"] == ISSUED.get(told.viewer) for row in identifiers]),
    }


def _whole(child: dict[str, Any], names: str) -> str:
    values = [child[name] for name in names.split()]
    return "seen" if all(values) else "torn" if any(value is not None for value in values) else "null"


def _rows(own: list[bool] | None) -> str:
    """Judge a list by whether its rows are the viewer's own; every record has rows of others, so all of it shows."""
    return "null" if own is None else "own" if all(own) else "seen"


def _check_values(told: Told, child: dict[str, Any]) -> None:
    """Check what a story says beyond its groups: the kind of whereabouts, the mother's details, the own rows."""
    located = FieldGroup.WHEREABOUTS in told.sees
    assert (told.lives if located else None) == (child["whereabouts"] or {}).get("kind")
    assert (facts_of(told.record, told.ties).shield is Shield.SHIELDED) == child["shielded"]
    for mother in child["contacts"] or ():
        details = [mother[name] is not None for name in ("phone", "email", "address")]
        reached = located if told.mother is None else told.mother
        assert ([reached] * 3, [] if reached else [{"group": "WHEREABOUTS"}]) == (details, mother["withheld"])
    if "INVOLVED" in told.ties:
        service, own = WORKERS[told.viewer][2], [edge["node"] for edge in child["involvements"]["edges"]]
        assert [service] == [row["service"] for row in own if row["own"]]
        assert [OWN_SENSITIVE] == [row["service"] for row in child["sensitiveInvolvements"] if row["own"]]
    assert not {"School", "Practice", "Clinic"} & {agency["name"] for agency in child["agencies"] or ()}


# The stories themselves: well told, true to the matrix, and one for every part of it.


@TOLD
def test_a_story_is_well_told(told: Told) -> None:
    """A story names rules, a known viewer and every group once, in the law's order."""
    assert [] == told.faults()


@TOLD
def test_a_story_is_true_to_the_matrix(told: Told) -> None:
    """What a story expects is what the matrix of the law says of such a viewer and record."""
    role, facts = ACCOUNTS[told.viewer], facts_of(told.record, told.ties)
    marks = dict(zip(COLUMNS, marks_of(role, facts), strict=True))
    if role not in ANSWERING or told.account in LAPSING:
        assert told.outcome == "may not ask"
    elif marks[FieldGroup.IDENTITY] == "":
        assert told.outcome == "does not exist"
    else:
        assert tuple(group for group, mark in marks.items() if mark == "Y") == told.sees
        assert tuple(group for group, mark in marks.items() if mark in {"own", "iss"}) == told.own
        assert tuple(group for group, mark in marks.items() if mark != "Y") == told.withheld


def test_every_row_of_the_matrix_has_a_story() -> None:
    """For each role and standing that the matrix lists, open and shielded, somebody has told an example."""
    rows = {(shield, *row) for shield, table in MATRIX.items() for row in table}
    assert set() == rows - {_row(told) for told in PLAIN if not facts_of(told.record, told.ties).former_names_sealed}


def test_sealed_names_have_a_story_for_every_row() -> None:
    """For each row under which former names are seen of a shielded record, both sealing reasons have an example."""
    names = COLUMNS.index(FieldGroup.FORMER_NAMES)
    rows = {(Shield.SHIELDED, *row) for row, marks in MATRIX[Shield.SHIELDED].items() if marks[names] in {"Y", "Y*"}}
    for reason in ("ADOPTION", "WITNESS_PROTECTION"):
        assert set() == rows - {_row(told) for told in PLAIN if told.record.get("reason") == reason}


def _row(told: Told) -> tuple[Shield, Role, Standing]:
    role, facts = ACCOUNTS[told.viewer], facts_of(told.record, told.ties)
    rows = [standing for who, standing in MATRIX[facts.shield] if who is role and standing & facts.standing]
    return facts.shield, role, rows[0] if rows else Standing.NONE


@pytest.mark.parametrize("viewer", [viewer for viewer, role in ACCOUNTS.items() if role in ANSWERING])
def test_what_hides_a_record_has_a_story_for_every_viewer(viewer: str) -> None:
    """Conflict, concealment and archiving each have an example for every kind of viewer who sees records."""
    facts = [facts_of(told.record, told.ties) for told in STORIES if told.viewer == viewer]
    assert any(Standing.CONFLICTED in known.standing for known in facts)
    assert any(known.shield is Shield.CONCEALED for known in facts)
    assert any(known.status is Status.ARCHIVED for known in facts)


def test_every_word_of_the_stories_is_used() -> None:
    """Each shield state and reason, turn of life, tie, seeming tie and fault of an account has an example."""
    told = {"shield": set(), "reason": set(), "life": {None}, "tie": set(), "idle": set(), "account": set()}
    for story in STORIES:
        told["shield"] |= {story.record.get("shield"), story.record.get("another shield")}
        told["reason"] |= {story.record.get("reason"), story.record.get("its reason")}
        told["life"].add(story.record.get("life"))
        told["tie"] |= {*story.ties}
        told["idle"] |= {*story.idle_ties}
        told["account"].add(story.account)
    assert {
        "shield": {None, *ShieldState},
        "reason": {None, *ShieldReason},
        "life": {*LIVES},
        "tie": {*TIES},
        "idle": {*IDLE_TIES},
        "account": {None, *ACCOUNT},
    } == told
