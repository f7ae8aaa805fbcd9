"""Work with children, recorded, ended and taken off by those who do it: nobody else's is touched, or told (R10, R11)."""

from typing import Any

import pytest

from authz.words import Role
from resolvers.ids import Kind
from resolvers.store import tables as t
from resolvers.store.words import OrganisationKind, ServiceKind
from tests.applying import codes
from tests.conftest import Serve
from tests.overriding import rows_of
from tests.world import ago, id_of
from tests.writing import LONG_AGO, TODAY, TOMORROW, YESTERDAY, child_id, homes, read, services, wire, written


async def recorded(gateway: Any, by: str = "teacher", name: str = "anna", **given: Any) -> Any:
    values = {"childId": child_id(name), "service": "EDUCATION", "from": YESTERDAY, **given}
    return await written(gateway, by, "recordInvolvement", values)


def own(record: Any) -> list[str]:
    """Return the ids of the viewer's own rows, ordinary and sensitive."""
    rows = [edge["node"] for edge in record["involvements"]["edges"]] + (record["sensitiveInvolvements"] or [])
    return [row["id"] for row in rows if row["own"]]


def caseload(name: str) -> str:
    return f'{{ node(id: "{wire(Kind.PRACTITIONER, name)}") {{ ... on Practitioner {{ caseload {{ edges {{ node {{ givenNames }} }} }} }} }} }}'


@pytest.mark.parametrize("name", ["anna", "bea"])
async def test_own_work_is_recorded_and_ended(serve: Serve, name: str) -> None:
    """On open and shielded records alike it is there at once, on the caseload too, and is past once it has ended."""
    gateway = await serve(homes())
    payload = await recorded(gateway, name=name, lead=True)
    assert payload["problems"] == []
    (mine,) = own(payload["child"])
    assert name.title() in str(await gateway.ask("teacher", caseload("tess")))
    ended = await written(gateway, "teacher", "endInvolvement", {"involvementId": mine, "to": TODAY})
    assert ended["problems"] == []
    (row,) = [edge["node"] for edge in ended["child"]["involvements"]["edges"] if edge["node"]["own"]]
    assert (row["id"], row["from"], row["to"]) == (mine, YESTERDAY, TODAY)
    assert name.title() not in str(await gateway.ask("teacher", caseload("tess")))
    assert codes(await written(gateway, "teacher", "endInvolvement", {"involvementId": mine, "to": TODAY})) == [
        "NOT_FOUND"
    ]


async def test_what_own_work_leaves(serve: Serve) -> None:
    """The row, its change with the worker, and the groups that others see it by; agencies only where the list grows."""
    gateway = await serve(homes())
    await recorded(gateway, lead=True)
    await recorded(gateway, by="officer", service="SOCIAL_CARE")
    (mine,) = [
        row for row in await rows_of(gateway, t.Involvement) if row.practitioner_id == id_of("practitioner", "tess")
    ]
    assert (mine.organisation_id, mine.sensitive, mine.basis) == (id_of("organisation", "school"), False, None)
    changes = [(str(row.what), row.groups, row.practitioner_id) for row in await rows_of(gateway, t.Change)]
    assert changes == [
        ("SOMEONE_BECAME_INVOLVED", ["SERVICES", "LEAD"], id_of("practitioner", "tess")),
        ("SOMEONE_BECAME_INVOLVED", ["SERVICES"], id_of("practitioner", "olaf")),
    ]
    counted = {str(row.group): row.changes for row in await rows_of(gateway, t.ChangeCounter)}
    assert counted == {"SERVICES": 2, "LEAD": 1, "AGENCIES": 1}  # a school is no agency, social care is


async def test_a_body_that_is_an_agency_already_makes_no_other_list(serve: Serve) -> None:
    """A second worker of the same body changes who works with the child, and not whom to ring."""
    gateway = await serve(homes())
    await recorded(gateway, by="helper", service="YOUTH_SERVICE")
    assert {str(row.group) for row in await rows_of(gateway, t.ChangeCounter)} == {"SERVICES"}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"from": TOMORROW}, "INVALID"),
        ({"from": LONG_AGO}, "INVALID"),
        ({"service": "SEXUAL_HEALTH"}, "NEEDS_BASIS"),
        ({"childId": "nobody"}, "NOT_FOUND"),
    ],
)
async def test_what_cannot_be_is_refused(serve: Serve, given: dict[str, Any], code: str) -> None:
    """Days ahead and before birth, sensitive work without a basis, and no record; nothing is left of it."""
    gateway = await serve(homes())
    assert codes(await recorded(gateway, **given)) == [code]
    assert await rows_of(gateway, t.Change) == []


async def test_the_same_work_is_recorded_once(serve: Serve) -> None:
    """It is the viewer's own row, so the problem may say so; another kind of work is another row."""
    gateway = await serve(homes())
    await recorded(gateway)
    assert codes(await recorded(gateway)) == ["INVALID"]
    assert codes(await recorded(gateway, service="YOUTH_SERVICE")) == []


async def test_an_account_of_no_practitioner_records_nothing(serve: Serve) -> None:
    """It is told to have one entered."""
    world = homes()
    world.account("clerk", world.rows[t.Account][0]["role"], "school")
    gateway = await serve(world)
    assert codes(
        await written(
            gateway, "clerk", "recordInvolvement", {"childId": child_id("anna"), "service": "EDUCATION", "from": TODAY}
        )
    ) == ["INVALID"]


@pytest.mark.parametrize("kind", ["SEXUAL_HEALTH", "HEALTH_VISITING"])
async def test_r11_sensitive_work_is_seen_by_its_worker_alone(serve: Serve, kind: str) -> None:
    """By its kind, or by a body whose name tells of it, it needs a basis, and puts the child on one caseload alone."""
    world = homes()
    world.rows[t.Involvement] = [row for row in world.rows[t.Involvement] if not row["sensitive"]]
    gateway = await serve(world)
    others = ("teacher", "officer", "helper", "rival")
    before = [await read(gateway, by, "anna") for by in others]
    assert codes(await recorded(gateway, by="nurse", service=kind)) == ["NEEDS_BASIS"]
    payload = await recorded(gateway, by="nurse", service=kind, basis="CONSENT", lead=True, assessment=True)
    (mine,) = own(payload["child"])
    assert [row["service"] for row in payload["child"]["sensitiveInvolvements"]] == [kind]
    assert "Anna" in str(await gateway.ask("nurse", caseload("nora")))
    assert [await read(gateway, by, "anna") for by in others] == before
    (change,) = await rows_of(gateway, t.Change)
    assert (change.groups, change.practitioner_id) == (["SENSITIVE_SERVICES"], id_of("practitioner", "nora"))
    assert len((await read(gateway, "team", "anna"))["sensitiveInvolvements"]) == 1

    taken = await written(gateway, "nurse", "withdrawConsent", {"involvementId": mine})
    assert (taken["problems"], taken["child"]["sensitiveInvolvements"]) == ([], [])
    assert "Anna" not in str(await gateway.ask("nurse", caseload("nora")))
    assert (await read(gateway, "team", "anna"))["sensitiveInvolvements"] == []
    assert [row for row in await rows_of(gateway, t.Involvement) if row.id == mine] == []


async def test_r11_ordinary_work_with_a_basis_is_marked_sensitive(serve: Serve) -> None:
    """Whoever gives a basis for work that needs none has it hidden as sensitive work is."""
    gateway = await serve(homes())
    payload = await recorded(gateway, service="VOLUNTARY", basis="CONSENT")
    assert len(own(payload["child"])) == 1
    assert "VOLUNTARY" not in services(payload["child"]) or "VOLUNTARY" in [
        row["service"] for row in payload["child"]["sensitiveInvolvements"]
    ]
    assert not any(row["own"] for row in (await read(gateway, "officer", "anna"))["sensitiveInvolvements"])


async def test_r11_only_consent_is_withdrawn(serve: Serve) -> None:
    """Work at a risk of harm, and ordinary work, is ended instead."""
    gateway = await serve(homes())
    risk = await recorded(gateway, by="nurse", service="MENTAL_HEALTH", basis="RISK_OF_SIGNIFICANT_HARM")
    plain = await recorded(gateway)
    for by, payload in (("nurse", risk), ("teacher", plain)):
        for mine in own(payload["child"]):
            if "MENTAL_HEALTH" in str(payload) or by == "teacher":
                answer = await written(gateway, by, "withdrawConsent", {"involvementId": mine})
                assert codes(answer) == ["INVALID"]


async def test_r32_work_of_others_is_not_found(serve: Serve) -> None:
    """A colleague's row, one below a record that does not exist, one that has ended, and no row at all end alike."""
    world = homes()
    world.involve("anna", "tess", "school", ServiceKind.EDUCATION, ended_on=ago(days=1))
    world.child("own", authority="leeds")
    world.involve("own", "tess", "school", ServiceKind.EDUCATION)
    world.conflict("teacher", "own")
    gateway = await serve(world)
    rows = ("anna/carl/charity/VOLUNTARY", "bea/carl/charity/VOLUNTARY", "anna/tess/school/EDUCATION")
    rows += ("own/tess/school/EDUCATION", "bea/nora/clinic/SEXUAL_HEALTH", "nothing")
    targets = [wire(Kind.INVOLVEMENT, row) for row in rows] + ["", child_id("anna")]
    answers = []
    for target in targets:
        for deed, more in (("endInvolvement", {"to": TODAY}), ("withdrawConsent", {})):
            answer = await gateway.deed("teacher", deed, {"involvementId": target, **more}, "child { id }")
            answers.append(answer.text.replace(deed, "deed"))
    assert len(set(answers)) == 1
    assert "NOT_FOUND" in answers[0]
    assert await rows_of(gateway, t.Change) == []


async def test_r32_no_version_moves_for_who_does_not_see_the_work(serve: Serve) -> None:
    """Under a shield a colleague's work moves the version of the responsible team alone."""
    gateway = await serve(homes())
    before = {by: (await read(gateway, by, "bea"))["version"] for by in ("officer", "helper", "team")}
    await recorded(gateway, name="bea")
    after = {by: (await read(gateway, by, "bea"))["version"] for by in before}
    assert [by for by in before if before[by] != after[by]] == ["team"]


async def test_an_end_must_be_possible(serve: Serve) -> None:
    """Neither before the work began nor ahead."""
    gateway = await serve(homes())
    (mine,) = own((await recorded(gateway))["child"])
    for day in (TOMORROW, "2026-06-13"):
        answer = await written(gateway, "teacher", "endInvolvement", {"involvementId": mine, "to": day})
        assert (codes(answer), answer["problems"][0]["field"]) == (["INVALID"], "to")


async def test_r11_all_work_of_a_probation_service_needs_a_basis(serve: Serve) -> None:
    """Its very name tells of a sensitive service, by hand as in a feed: nobody else sees whose work it is."""
    world = homes()
    world.organisation("probation", OrganisationKind.PROBATION, authority="leeds")
    world.practitioner("pia", "probation")
    world.account("pia", Role.PRACTITIONER, "probation", practitioner="pia")
    gateway = await serve(world)
    assert codes(await recorded(gateway, by="pia", service="VOLUNTARY")) == ["NEEDS_BASIS"]
    assert codes(await recorded(gateway, by="pia", service="VOLUNTARY", basis="CONSENT")) == []
    assert services(await read(gateway, "helper", "anna")) == ["VOLUNTARY"]
