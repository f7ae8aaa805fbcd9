"""What an operation needs: a purpose and a reason, an act, and an account without a lapse (2.4, R15, R28)."""

from datetime import timedelta

import pytest

from tests.cast import cast, full_child
from tests.client import REASON, statements
from tests.conftest import Serve
from tests.queries import CASELOAD, CHILD
from tests.world import NOW, TODAY, number_of

VIEWER = "{ viewer { name role organisation { name } purposes lapses } }"
DIRECTORY = (" child", " involvement", " contact", " person")


def reads_directory(texts: list[str]) -> bool:
    return any(f"FROM{table}" in text or f"JOIN{table}" in text for text in texts for table in DIRECTORY)


@pytest.mark.parametrize(
    ("purpose", "reason"),
    [
        (None, None),
        ("COORDINATE_CARE", None),
        ("COORDINATE_CARE", ""),
        ("COORDINATE_CARE", "short one"),
        ("COORDINATE_CARE", "work work" * 60),
        ("COORDINATE_CARE", "Lorem ipsum."),
        ("COORDINATE_CARE", "coordinate care"),
        ("COORDINATE_CARE", "wordwordword"),
        ("COORDINATE_CARE", "a reason with\x00 a control character"),
        ("POLICE_APPLICATION", REASON),
        ("coordinate_care", REASON),
        ("NO_SUCH_PURPOSE", REASON),
        ("", REASON),
    ],
)
@pytest.mark.parametrize("query", [CHILD, CASELOAD, '{ node(id: "x") { id } }', "{ nodes(ids: []) { id } }"])
async def test_r15_without_a_good_purpose_and_reason_nothing_is_read(
    serve_small: Serve, query: str, purpose: str | None, reason: str | None
) -> None:
    """The whole operation is refused, PURPOSE_REQUIRED, before any read of the directory."""
    gateway = await serve_small(cast())
    access = {"purpose": purpose, "reason": reason}
    with statements() as texts:
        body = {"query": query, "extensions": {"access": access}}
        token = gateway.keys.token("teacher", "PRACTITIONER", NOW)
        response = await gateway.post(
            "teacher", body, accept="application/graphql-response+json", authorization=f"Bearer {token}"
        )
    if purpose is None and reason is None:
        assert response.status_code == 200, "a demo token falls back on its own purpose where nothing is stated"
        return
    answer = response.json()
    assert (response.status_code, set(answer)) == (400, {"errors"})
    assert [(e["extensions"]["code"], "path" in e) for e in answer["errors"]] == [("PURPOSE_REQUIRED", False)]
    assert not reads_directory(texts)


async def test_r15_headers_serve_as_well_as_the_body(serve_small: Serve) -> None:
    """A tool may state purpose and reason in headers, percent-encoded; stated twice, differently, is refused."""
    gateway = await serve_small(cast())
    headers = {"access-purpose": "COORDINATE_CARE", "access-reason": "Zo%C3%AB%20needs%20a%20meeting"}
    body = {"query": CASELOAD}
    assert "data" in (await gateway.post("teacher", body, **headers)).json()
    events, _ = await gateway.journal()
    assert [(event.purpose, event.reason) for event in events] == [("COORDINATE_CARE", "Zoë needs a meeting")]
    both = body | {"extensions": {"access": {"purpose": "CHILD_PROTECTION", "reason": REASON}}}
    for sent, code in ((both, "BAD_REQUEST"), (body, "BAD_REQUEST")):
        bad = headers if sent is both else {"access-reason": "%FF%FE"}
        answer = (await gateway.post("teacher", sent, **bad)).json()
        assert [error["extensions"]["code"] for error in answer["errors"]] == [code]


async def test_r15_a_purpose_without_a_reason_is_not_completed_by_the_token(serve_small: Serve) -> None:
    """Who states one half states it all: the demo token's own reason is not borrowed."""
    gateway = await serve_small(cast())
    body = {"query": CASELOAD, "extensions": {"access": {"purpose": "COORDINATE_CARE"}}}
    answer = (await gateway.post("teacher", body)).json()
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["PURPOSE_REQUIRED"]


@pytest.mark.parametrize("access", ["x", [], 1, {"purpose": 1, "reason": REASON}, {"purpose": "A", "reason": ["b"]}])
async def test_r15_a_malformed_access_is_a_bad_request(serve_small: Serve, access: object) -> None:
    """`extensions.access` of another shape is BAD_REQUEST, never a fault."""
    gateway = await serve_small(cast())
    response = await gateway.post("teacher", {"query": CASELOAD, "extensions": {"access": access}})
    assert [error["extensions"]["code"] for error in response.json()["errors"]] == ["BAD_REQUEST"]


async def test_what_an_operation_needs_is_decided_by_all_that_it_selects(serve_small: Serve) -> None:
    """One forbidden root, in a fragment, skipped or aliased, refuses the whole operation: no data, no path."""
    gateway = await serve_small(cast())
    for query in (
        "query { viewer { name } mine: caseload { edges { cursor } } }",
        "query { viewer { name } ... on Query { caseload @skip(if: true) { edges { cursor } } } }",
        "query { viewer { name } ...More } fragment More on Query { caseload { pageInfo { hasNextPage } } }",
    ):
        assert (403, ["FORBIDDEN"]) == await gateway.codes("police", query, purpose="POLICE_APPLICATION")


async def test_a_viewer_and_introspection_need_a_token_only(serve_small: Serve) -> None:
    """`viewer`, `__typename` and introspection run without a purpose, and leave no event."""
    gateway = await serve_small(cast())
    for query in (VIEWER, "{ __typename }", "{ __schema { queryType { name } } }"):
        body = {"query": query, "extensions": {"access": {"purpose": "NONE", "reason": "x"}}}
        assert "errors" not in (await gateway.post("feed", body)).json()
    assert await gateway.journal() == ([], [])


LAPSES = {
    "VETTING": {"vetted_until": TODAY - timedelta(days=1)},
    "TRAINING": {"trained_until": None},
    "AGREEMENT": {"agreement_version": "2019-1"},
    "SUSPENDED": {"suspended_at": NOW},
    "ORGANISATION": {},
}


@pytest.mark.parametrize("lapse", LAPSES)
async def test_r28_an_account_with_a_lapse_reads_nothing(serve: Serve, lapse: str) -> None:
    """Each lapse refuses every record and hides the organisation; the account still reads what is to be mended."""
    world = cast()
    full_child(world, "anna")
    world.organisation("unfit", accredited=False)
    body = "unfit" if lapse == "ORGANISATION" else "school"
    world.account("lapsed", "PRACTITIONER", body, practitioner="tess", **LAPSES[lapse])  # type: ignore[arg-type]
    world.involve("anna", "tess", "school")
    gateway = await serve(world)
    with statements() as texts:
        for query in (CHILD, CASELOAD):
            assert (403, ["FORBIDDEN"]) == await gateway.codes("lapsed", query, number=number_of("anna"))
        viewer = (await gateway.ask("lapsed", VIEWER))["viewer"]
    assert (viewer["lapses"], viewer["organisation"]) == ([lapse], None)
    assert not reads_directory(texts)


async def test_r28_vetting_that_ends_today_still_holds(serve_small: Serve) -> None:
    """The last day of vetting and training is a day of both."""
    world = cast()
    world.account("ending", "PRACTITIONER", "school", vetted_until=TODAY, trained_until=TODAY)  # type: ignore[arg-type]
    gateway = await serve_small(world)
    assert (await gateway.ask("ending", VIEWER))["viewer"]["lapses"] == []


async def test_a_purpose_that_the_account_lacks_is_not_held_though_the_role_has_it(serve_small: Serve) -> None:
    """Purposes are those of both role and account."""
    world = cast()
    world.account("narrow", "PRACTITIONER", "school", purposes=["CHILD_PROTECTION", "COURT_ORDER"])  # type: ignore[arg-type]
    gateway = await serve_small(world)
    assert (await gateway.ask("narrow", VIEWER))["viewer"]["purposes"] == ["CHILD_PROTECTION"]
    assert (400, ["PURPOSE_REQUIRED"]) == await gateway.codes("narrow", CASELOAD)
    assert (400, ["PURPOSE_REQUIRED"]) == await gateway.codes("narrow", CASELOAD, purpose="COURT_ORDER")
