"""R10: sensitive services show nowhere outside SENSITIVE_SERVICES, by no path."""

from datetime import date

from resolvers.store import tables as t
from resolvers.store.words import OrganisationKind, ServiceKind
from tests.cast import PURPOSE, cast
from tests.client import statements
from tests.conftest import Serve
from tests.queries import CASELOAD, CHILD, SEARCH
from tests.world import World, ago, number_of

SECRET = ("SEXUAL_HEALTH", "Clinic", "Nora", "2024-02-29")


def sensitive_family() -> World:
    """Return a world in which Anna's lead and assessment holder are sensitive, and one ordinary row is marked so."""
    world = cast()
    world.child("anna", authority="leeds")
    world.involve(
        "anna", "nora", "clinic", ServiceKind.SEXUAL_HEALTH, lead=True, assessment=True, started_on=date(2024, 2, 29)
    )
    world.involve("anna", "carl", "charity", ServiceKind.YOUTH_SERVICE, sensitive=True)
    return world


async def test_r10_no_path_shows_a_sensitive_service(serve: Serve) -> None:
    """Kind, body, worker and date are absent for every viewer without the group, in lists, lead and agencies too."""
    world = sensitive_family()
    world.application("police", "anna")
    gateway = await serve(world)
    for viewer in ("teacher", "officer", "manager", "police"):
        response = await gateway.raw(viewer, CHILD, purpose=PURPOSE[viewer], number=number_of("anna"))
        child = response.json()["data"]["child"]
        assert not [word for word in (*SECRET, "Charity", "Carl") if word in response.text], viewer
        assert child["leadProfessional"] is None
        assert child["assessment"] is None
        assert "SENSITIVE_SERVICES" in {row["group"] for row in child["withheld"]}
        assert child["involvements"] in (None, {"edges": [], "pageInfo": {"hasNextPage": False, "endCursor": None}})


async def test_r10_the_responsible_team_sees_them(serve: Serve) -> None:
    """With SENSITIVE_SERVICES in sight the rows, the lead and the holder are there."""
    gateway = await serve(sensitive_family())
    child = (await gateway.ask("team", CHILD, number=number_of("anna")))["child"]
    assert {row["service"] for row in child["sensitiveInvolvements"]} == {"SEXUAL_HEALTH", "YOUTH_SERVICE"}
    assert child["leadProfessional"]["service"] == "SEXUAL_HEALTH"
    assert child["assessment"]["holder"]["service"] == "SEXUAL_HEALTH"
    assert child["involvements"]["edges"] == []


async def test_r10_a_viewer_sees_the_own_sensitive_row_and_no_other(serve: Serve) -> None:
    """Who records a sensitive service sees that row on open and shielded records; the lead field stays null."""
    for shielded in (False, True):
        world = sensitive_family()
        world.involve("anna", "tess", "school", ServiceKind.MENTAL_HEALTH, lead=True, started_on=ago(days=3))
        if shielded:
            world.shield("anna")
        gateway = await serve(world)
        child = (await gateway.ask("teacher", CHILD, number=number_of("anna")))["child"]
        assert [(row["service"], row["own"]) for row in child["sensitiveInvolvements"]] == [("MENTAL_HEALTH", True)]
        assert child["leadProfessional"] is None
        assert "SENSITIVE_SERVICES" in {row["group"] for row in child["withheld"]}


async def test_r10_r11_a_sensitive_row_puts_the_child_on_its_own_caseload_alone(serve: Serve) -> None:
    """The worker of a sensitive service has the child in the caseload; nobody sees from outside that she does."""
    world = sensitive_family()
    world.involve("anna", "tess", "school", ServiceKind.MENTAL_HEALTH)
    gateway = await serve(world)
    mine = (await gateway.ask("teacher", CASELOAD))["caseload"]["edges"]
    assert [edge["node"]["givenNames"] for edge in mine] == ["Anna"]
    search = {"familyName": "Ashworth", "dateOfBirth": "2016-03-04"}
    for viewer, involved in (("teacher", True), ("officer", False)):
        rows = (await gateway.ask(viewer, SEARCH, purpose=PURPOSE[viewer], search=search))["children"]["edges"]
        assert [row["node"]["involved"] for row in rows] == [involved]


async def test_r10_a_sensitive_service_that_has_ended_is_shown_to_nobody(serve: Serve) -> None:
    """Past sensitive work is listed neither for its own worker nor for the responsible team."""
    world = cast()
    world.child("anna", authority="leeds")
    world.involve("anna", "tess", "school", ServiceKind.MENTAL_HEALTH, ended_on=ago(days=1))
    gateway = await serve(world)
    for viewer in ("teacher", "team"):
        child = (await gateway.ask(viewer, CHILD, number=number_of("anna")))["child"]
        assert child["sensitiveInvolvements"] == []


async def test_r10_sensitive_rows_are_not_counted(serve: Serve) -> None:
    """A page of ordinary services is as long, and says of more, as if no sensitive row existed."""
    query = "query($n: String, $first: Int) { child(directoryNumber: $n) { involvements(first: $first) { edges { node { service } } pageInfo { hasNextPage } } } }"
    answers = []
    for sensitive in (0, 5):
        world = cast()
        world.child("anna")
        world.involve("anna", "carl", "charity", ServiceKind.VOLUNTARY)
        world.involve("anna", "olaf", "social", ServiceKind.SOCIAL_CARE)
        for kind in list(ServiceKind)[8 : 8 + sensitive]:
            world.involve("anna", "nora", "clinic", kind, started_on=ago(days=1))
        gateway = await serve(world)
        with statements() as texts:
            answers.append((await gateway.ask("teacher", query, n=number_of("anna"), first=2), texts))
    assert answers[0] == answers[1]
    assert answers[0][0]["child"]["involvements"]["pageInfo"] == {"hasNextPage": False}


async def test_an_ended_involvement_is_past_and_no_caseload(serve: Serve) -> None:
    """A row whose end has come is listed among past ones alone and puts nobody on a caseload."""
    world = cast()
    world.child("anna")
    world.involve("anna", "tess", "school", ServiceKind.EDUCATION, ended_on=ago(days=0))
    gateway = await serve(world)
    assert (await gateway.ask("teacher", CASELOAD))["caseload"]["edges"] == []
    for current, listed in ((True, 0), (False, 1)):
        query = "query($n: String, $c: Boolean) { child(directoryNumber: $n) { involvements(current: $c) { edges { node { to } } } } }"
        data = await gateway.ask("teacher", query, n=number_of("anna"), c=current)
        assert len(data["child"]["involvements"]["edges"]) == listed


async def test_r10_agencies_are_never_schools_practices_or_sensitive_providers(serve: Serve) -> None:
    """Of many bodies with ordinary rows, those to ring are neither school, practice, probation nor a clinic."""
    world = cast()
    world.child("anna")
    world.organisation("probation-office", OrganisationKind.PROBATION)
    world.organisation("silent", OrganisationKind.CHARITY, phone=None)
    for body in ("school", "practice", "clinic", "probation-office", "refuge", "silent", "charity", "social"):
        world.involve("anna", None, body, ServiceKind.VOLUNTARY)
    world.involve("anna", "carl", "charity", ServiceKind.YOUTH_SERVICE)
    world.involve("anna", None, "office", ServiceKind.VOLUNTARY, ended_on=ago(days=1))
    gateway = await serve(world)
    child = (await gateway.ask("teacher", CHILD, number=number_of("anna")))["child"]
    assert [agency["name"] for agency in child["agencies"]] == ["Charity", "Social"]


NUMBERS = {"charity": "OPEN-1", "clinic": "SERVICE-1", "parole": "SERVICE-2", "office": "OWN-1"}
"""Numbers by their issuers; `office` is the data manager's own body, made a provider of sensitive services too."""


def numbered_family() -> World:
    world = cast()
    world.organisation("parole", OrganisationKind.PROBATION)
    next(row for row in world.rows[t.Organisation] if row["name"] == "Office")["sensitive_provider"] = True
    world.child("anna", authority="leeds")
    for issuer, value in NUMBERS.items():
        world.identifier("anna", issuer, value)
    return world


async def test_r10_a_number_of_a_sensitive_service_shows_with_such_services_alone(serve: Serve) -> None:
    """Who reads all identifiers reads those of clinics and probation only under SENSITIVE_SERVICES; the own always."""
    world = numbered_family()
    shown = {"manager": ["OPEN-1", "OWN-1"], "team": sorted(NUMBERS.values()), "teacher": []}
    gateway = await serve(world)
    for viewer, values in shown.items():
        child = (await gateway.ask(viewer, CHILD, purpose=PURPOSE[viewer], number=number_of("anna")))["child"]
        assert [row["value"] for row in child["externalIdentifiers"]] == values, viewer
    world.task("manager", "anna")
    gateway = await serve(world)
    child = (await gateway.ask("manager", CHILD, purpose=PURPOSE["manager"], number=number_of("anna")))["child"]
    assert [row["value"] for row in child["externalIdentifiers"]] == sorted(NUMBERS.values())


async def test_r4_r10_a_number_of_a_sensitive_service_finds_nobody_without_them(serve: Serve) -> None:
    """A search by such a number finds whom it shows the number, and answers others as one that nobody has."""
    gateway = await serve(numbered_family())
    for viewer, found in {"manager": {"OPEN-1", "OWN-1"}, "team": set(NUMBERS.values()), "teacher": set()}.items():
        for value in (*NUMBERS.values(), "NOBODY-1"):
            search = {"externalIdentifier": {"scheme": "CASE", "value": value}}
            rows = (await gateway.ask(viewer, SEARCH, purpose=PURPOSE[viewer], search=search))["children"]["edges"]
            assert bool(rows) is (value in found), (viewer, value)
