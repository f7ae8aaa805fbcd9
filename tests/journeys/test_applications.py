"""R24, R25: access is applied for, decided by two from two bodies, and ends."""

import asyncio
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from resolvers.ids import Kind, write_id
from resolvers.store import tables as t
from tests.applying import (
    FIELDS,
    LIST,
    PURPOSES,
    SHOWN,
    WHY,
    applied,
    bench,
    codes,
    decided,
    key_of,
    listed,
    no_application,
)
from tests.cast import full_child
from tests.client import gateway_on, statements
from tests.conftest import Serve
from tests.queries import CHILD
from tests.world import NOW, World, id_of, number_of

APPROVERS = ("officer", "team")


async def opens(gateway: Any, *names: str) -> list[str]:
    """Return which of these children a police applicant opens."""
    found = []
    for name in names:
        answer = await gateway.ask("police", CHILD, purpose="POLICE_APPLICATION", number=number_of(name))
        found += [name] if answer["child"] is not None else []
    return found


async def test_r24_r25_from_request_to_expiry(serve: Serve, tmp_path: Path) -> None:
    """An application opens its children, open and shielded, from the second approval until it expires; and is told."""
    gateway = await serve(bench())
    application = await applied(gateway, "anna", "bea")
    assert (application["state"], application["children"], application["expiresAt"]) == ("PENDING", [], None)
    assert await opens(gateway, "anna", "bea", "cleo") == []
    first = (await decided(gateway, "officer", application["id"], days=9))["application"]
    assert (first["state"], first["expiresAt"]) == ("PARTLY_APPROVED", None)
    assert [child["givenNames"] for child in first["children"]] == ["Anna", "Bea"]
    assert await opens(gateway, "anna", "bea", "cleo") == []
    second = (await decided(gateway, "team", application["id"]))["application"]
    assert (second["state"], second["expiresAt"]) == ("APPROVED", (NOW + timedelta(days=9)).isoformat())
    assert await opens(gateway, "anna", "bea", "cleo") == ["anna", "bea"]
    (own,) = await listed(gateway, "police")
    assert [child["givenNames"] for child in own["children"]] == ["Anna", "Bea"]
    async with gateway_on(gateway.url, tmp_path, now=NOW + timedelta(days=9)) as later:
        assert await opens(later, "anna", "bea", "cleo") == []
        (own,) = await listed(later, "police", state="EXPIRED")
        assert (own["state"], own["children"], await listed(later, "police", state="APPROVED")) == ("EXPIRED", [], [])
    deeds = [(event.deed, event.account_id) for event in (await gateway.journal())[0] if event.deed]
    wanted = [("applyForAccess", "police"), ("decideApplication", "officer"), ("decideApplication", "team")]
    assert sorted(deeds) == sorted((deed, id_of("account", name)) for deed, name in wanted)


@pytest.mark.parametrize("approvers", [[], ["officer"]])
@pytest.mark.parametrize("refuser", ["team", "colleague", "officer"])
async def test_r25_the_first_refusal_refuses(serve: Serve, approvers: list[str], refuser: str) -> None:
    """A refusal ends the application, before or after an approval, by whoever may decide; nothing is open."""
    gateway = await serve(bench())
    application = await applied(gateway, "anna")
    for by in approvers:
        await decided(gateway, by, application["id"])
    assert codes(await decided(gateway, refuser, application["id"], approve=False)) == []
    assert codes(await decided(gateway, "rival", application["id"])) == ["INVALID"]
    assert (await listed(gateway, "police"))[0]["state"] == "REFUSED"
    assert await opens(gateway, "anna") == []


@pytest.mark.parametrize("again", ["officer", "colleague"])
async def test_r25_the_second_approver_is_of_another_body(serve: Serve, again: str) -> None:
    """Neither the same account nor a colleague of the same body gives the second approval; nothing is written."""
    gateway = await serve(bench())
    application = await applied(gateway, "anna")
    await decided(gateway, "officer", application["id"])
    payload = await decided(gateway, again, application["id"])
    assert (codes(payload), payload["application"]) == (["NEEDS_SECOND_PERSON"], None)
    (seen,) = await listed(gateway, again)
    assert (seen["state"], len(seen["decisions"])) == ("PARTLY_APPROVED", 1)
    assert await opens(gateway, "anna") == []


async def test_r25_an_approver_who_has_moved_counts_for_the_body_of_that_time(serve: Serve) -> None:
    """The body is that of the approval: a colleague left behind cannot approve as the second."""
    gateway = await serve(bench())
    application = await applied(gateway, "anna")
    await decided(gateway, "officer", application["id"])
    async with gateway.database() as connection:
        moved = update(t.Account).where(t.Account.subject == "officer")
        await connection.execute(moved.values(organisation_id=id_of("organisation", "charity")))
    for by in ("colleague", "officer"):
        assert codes(await decided(gateway, by, application["id"])) == ["NEEDS_SECOND_PERSON"]
    assert (await decided(gateway, "team", application["id"]))["application"]["state"] == "APPROVED"


async def test_r25_an_approval_of_a_suspended_account_does_not_count(serve: Serve) -> None:
    """Who approved and is suspended since has approved nothing: two others must (R41)."""
    gateway = await serve(bench())
    application = await applied(gateway, "anna")
    await decided(gateway, "officer", application["id"])
    async with gateway.database() as connection:
        await connection.execute(update(t.Account).where(t.Account.subject == "officer").values(suspended_at=NOW))
    assert (await decided(gateway, "team", application["id"]))["application"]["state"] == "PARTLY_APPROVED"
    assert await opens(gateway, "anna") == []
    assert (await decided(gateway, "rival", application["id"]))["application"]["state"] == "APPROVED"


async def test_r25_what_is_not_theirs_to_decide_is_not_found(serve: Serve) -> None:
    """An application of the decider's own body, one that is none, and no id at all are refused in the same words."""
    gateway = await serve(bench())
    application = await applied(gateway, "anna")
    other = write_id(Kind.CHILD, id_of("child", "anna"))
    answers = [
        await decided(gateway, "inside", target) for target in (application["id"], no_application(), other, "x", "")
    ]
    assert codes(answers[0]) == ["NOT_FOUND"]
    assert answers == [answers[0]] * 5
    assert await listed(gateway, "inside") == []
    subjects = [row for row in (await gateway.journal())[1] if row.kind == "SOUGHT"]
    assert len(subjects) == 5


async def test_r25_the_applicant_cannot_decide_and_only_deciders_can(serve_small: Serve) -> None:
    """Deciding takes the act: applicants, practitioners and auditors are refused before anything is read."""
    gateway = await serve_small(bench())
    application = await applied(gateway, "anna")
    asked = {"applicationId": application["id"], "approve": True, "note": "x"}
    for account in ("police", "teacher", "auditor", "manager", "feed"):
        answer = (await gateway.deed(account, "decideApplication", asked, purpose=PURPOSES[account])).json()
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]
    for account in ("teacher", "officer", "team", "auditor"):
        given = {"legalBasis": "COURT_ORDER", "justification": "x", "directoryNumbers": ["1"]}
        answer = (await gateway.deed(account, "applyForAccess", given, purpose=PURPOSES[account])).json()
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]


async def test_r25_deciders_who_come_at_once_are_counted_in_turn(serve: Serve) -> None:
    """Two of one body at once give one approval; two of two bodies at once give the approval, and cover once."""
    gateway = await serve(bench())
    one, other = [await applied(gateway, "anna"), await applied(gateway, "bea")]
    same = await asyncio.gather(*(decided(gateway, by, one["id"]) for by in ("officer", "colleague")))
    assert sorted(code for payload in same for code in codes(payload)) == ["NEEDS_SECOND_PERSON"]
    both = await asyncio.gather(*(decided(gateway, by, other["id"]) for by in ("officer", "team")))
    assert {payload["application"]["state"] for payload in both} >= {"APPROVED"}
    assert await opens(gateway, "anna", "bea") == ["bea"]


def numbered() -> Any:
    numbers = count(1)
    return lambda: UUID(int=next(numbers) << 64 | 1 << 63)


def with_child(how: str) -> World:
    world = bench()
    if how != "none":
        full_child(world, "dora", **({"concealed": True} if how == "concealed" else {}))
    if how == "shielded":
        world.shield("dora")
    if how == "conflicted":
        world.conflict("police", "dora")
    return world


async def test_r25_a_number_that_does_not_exist_answers_as_one_that_does(serve: Serve) -> None:
    """To the applicant an application tells nothing of the child, byte for byte, until it is approved."""
    told = []
    for how in ("open", "shielded", "concealed", "conflicted", "none"):
        gateway = await serve(with_child(how), new_id=numbered())
        given = {"legalBasis": "COURT_ORDER", "justification": WHY, "directoryNumbers": [number_of("dora"), "nonsense"]}
        answer = await gateway.deed("police", "applyForAccess", given, SHOWN, purpose="POLICE_APPLICATION")
        application = answer.json()["data"]["applyForAccess"]["application"]
        partly = await decided(gateway, "officer", application["id"])
        seen = await gateway.raw("police", LIST, purpose="POLICE_APPLICATION")
        told.append((answer.content, answer.headers.raw, codes(partly), seen.content, seen.headers.raw))
    assert told == [told[0]] * 5


async def test_r25_an_approval_covers_whom_it_finds_when_it_is_decided(serve: Serve) -> None:
    """Who gets a requested number later is not covered, nor who is concealed; a child in conflict is not opened."""
    world = with_child("conflicted")
    full_child(world, "old", concealed=True)
    gateway = await serve(world)
    application = await applied(gateway, "anna", "dora", "late", "old")
    for by in APPROVERS:
        await decided(gateway, by, application["id"])
    later = World()
    full_child(later, "late")
    async with gateway.database() as connection:
        await connection.execute(t.Child.__table__.insert(), later.rows[t.Child])
        covered = (await connection.execute(select(t.ApplicationChild.child_id))).scalars().all()
    assert {id_of("child", "anna"), id_of("child", "dora")} == set(covered)
    assert await opens(gateway, "anna", "dora", "late") == ["anna"]
    (own,) = await listed(gateway, "police")
    assert [child["givenNames"] for child in own["children"]] == ["Anna"]


@pytest.mark.parametrize(
    ("days", "until"), [((9, 3), 3), ((3, 9), 3), ((None, 5), 5), ((None, None), 28), ((60, None), 28), ((90, 60), 28)]
)
async def test_r24_access_ends_at_the_earlier_date(serve_small: Serve, days: Any, until: int) -> None:
    """The earlier of the deciders' dates counts, and 28 days at most and where no date is given."""
    gateway = await serve_small(bench())
    application = await applied(gateway, "anna")
    for by, wanted in zip(APPROVERS, days, strict=True):
        payload = await decided(gateway, by, application["id"], days=wanted)
    assert payload["application"]["expiresAt"] == (NOW + timedelta(days=until)).isoformat()


async def test_r24_an_approval_whose_date_has_passed_opens_nothing(serve: Serve, tmp_path: Path) -> None:
    """Where the first approver's date has passed when the second approves, access has ended before it began."""
    gateway = await serve(bench())
    application = await applied(gateway, "anna")
    await decided(gateway, "officer", application["id"], days=1)
    async with gateway_on(gateway.url, tmp_path, now=NOW + timedelta(days=2)) as later:
        payload = await decided(later, "team", application["id"])
        assert (payload["problems"], payload["application"]["state"]) == ([], "EXPIRED")
        assert await opens(later, "anna") == []


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("note", {"note": "  "}),
        ("note", {"note": "x" * 2_001}),
        ("expiresAt", {"days": 0}),
        ("expiresAt", {"days": -1}),
    ],
)
async def test_a_decision_that_cannot_be_meant_is_invalid(serve_small: Serve, field: str, given: Any) -> None:
    """A decision without a note, or until a date that has passed, is refused; the application stays as it is."""
    gateway = await serve_small(bench())
    application = await applied(gateway, "anna")
    payload = await decided(gateway, "officer", application["id"], **given)
    assert [(problem["code"], problem["field"]) for problem in payload["problems"]] == [("INVALID", field)]
    assert (await listed(gateway, "police"))[0]["decisions"] == []


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("justification", {"justification": ""}),
        ("directoryNumbers", {"directoryNumbers": []}),
        ("directoryNumbers", {"directoryNumbers": ["1"] * 51}),
        ("directoryNumbers", {"directoryNumbers": [" "]}),
        ("directoryNumbers", {"directoryNumbers": ["1" * 41]}),
    ],
)
async def test_an_application_that_cannot_be_meant_is_invalid(serve_small: Serve, field: str, given: Any) -> None:
    """What is wrong whatever is stored is told; nothing is written."""
    gateway = await serve_small(bench())
    asked = {"legalBasis": "COURT_ORDER", "justification": WHY, "directoryNumbers": [number_of("anna")]} | given
    payload = await gateway.do("police", "applyForAccess", asked, SHOWN, purpose="COURT_ORDER")
    assert [(problem["code"], problem["field"]) for problem in payload["problems"]] == [("INVALID", field)]
    assert await listed(gateway, "police") == []


async def test_r24_withdrawing_ends_access_at_once(serve: Serve) -> None:
    """The applicant withdraws an application in any state that is not an end; what it opened is closed."""
    gateway = await serve(bench())
    application = await applied(gateway, "anna")
    for by in APPROVERS:
        await decided(gateway, by, application["id"])
    assert await opens(gateway, "anna") == ["anna"]
    asked = {"applicationId": application["id"]}
    payload = await gateway.do("police", "withdrawApplication", asked, SHOWN, purpose="POLICE_APPLICATION")
    assert (payload["application"]["state"], payload["application"]["children"]) == ("WITHDRAWN", [])
    assert await opens(gateway, "anna") == []
    again = await gateway.do("police", "withdrawApplication", asked, purpose="POLICE_APPLICATION")
    assert codes(again) == ["INVALID"]
    assert codes(await decided(gateway, "team", application["id"])) == ["INVALID"]


async def test_r25_anothers_application_is_not_found(serve: Serve) -> None:
    """A colleague of the same force neither reads nor withdraws it, and learns nothing of it."""
    gateway = await serve(bench())
    application = await applied(gateway, "anna")
    assert await listed(gateway, "constable") == []
    asked = [{"applicationId": target} for target in (application["id"], no_application(), "x")]
    answers = [
        await gateway.do("constable", "withdrawApplication", given, purpose="POLICE_APPLICATION") for given in asked
    ]
    assert codes(answers[0]) == ["NOT_FOUND"]
    assert answers == [answers[0]] * 3
    assert (await listed(gateway, "police"))[0]["state"] == "PENDING"


async def test_r25_who_reads_which_applications(serve: Serve) -> None:
    """Applicants read their own, deciders those of other bodies, auditors all; nobody else may ask."""
    gateway = await serve(bench())
    await applied(gateway, "anna")
    await applied(gateway, "bea", account="constable")
    found = {
        account: sorted(one["applicant"] for one in await listed(gateway, account))
        for account in ("police", "constable", "officer", "team", "inside", "auditor")
    }
    both = ["Constable", "Police"]
    assert found == {
        "police": ["Police"], "constable": ["Constable"], "officer": both, "team": both, "inside": [], "auditor": both,
    }  # fmt: skip
    for account in ("teacher", "manager", "feed"):
        assert (403, ["FORBIDDEN"]) == await gateway.codes(account, LIST, purpose=PURPOSES[account])


async def test_r25_who_decided_and_why_is_not_the_applicants_to_know(serve: Serve) -> None:
    """`by` and `note` are for deciders and auditors; the applicant reads role, decision and time."""
    gateway = await serve(bench())
    application = await applied(gateway, "anna")
    await decided(gateway, "officer", application["id"])
    told = {
        account: [(one["role"], one["approve"], one["by"], one["note"]) for one in seen["decisions"]]
        for account in ("police", "team", "auditor")
        for seen in await listed(gateway, account)
    }
    whole = [("PROTECTION_OFFICER", True, "Officer", "looked at by officer")]
    assert told == {"police": [("PROTECTION_OFFICER", True, None, None)], "team": whole, "auditor": whole}


async def test_r29_the_children_of_an_application_are_noted_and_charged(serve: Serve) -> None:
    """Each child that an application names to a decider leaves a row, and costs one record; an auditor sees none."""
    gateway = await serve(bench(), records_per_hour=10)
    await applied(gateway, "anna", "bea", "nobody")
    (seen,) = await listed(gateway, "officer")
    assert [child["givenNames"] for child in seen["children"]] == ["Anna", "Bea"]
    subjects = {(row.kind, row.child_id) for row in (await gateway.journal())[1]}
    assert subjects == {("SUMMARY", id_of("child", name)) for name in ("anna", "bea")}
    assert (await gateway.ask("officer", "{ viewer { recordsLeft } }"))["viewer"]["recordsLeft"] == 8
    (audited,) = await listed(gateway, "auditor")
    assert (audited["children"], audited["requested"]) == ([], seen["requested"])


async def test_applications_are_paged(serve: Serve) -> None:
    """Pages follow one another without loss; a cursor is good for its viewer and state alone."""
    gateway = await serve(bench())
    made = {(await applied(gateway, "anna"))["id"] for _ in range(5)}
    found, after = [], None
    for _ in range(3):
        page = (await gateway.ask("police", LIST, purpose="POLICE_APPLICATION", first=2, after=after))[
            "accessApplications"
        ]
        found += [edge["node"]["id"] for edge in page["edges"]]
        after = page["edges"][-1]["cursor"]
    assert (set(found), len(found), page["pageInfo"]["hasNextPage"]) == (made, 5, False)
    for account, state in (("officer", None), ("police", "PENDING")):
        refused = await gateway.raw(account, LIST, purpose=PURPOSES[account], after=after, state=state)
        assert [error["extensions"]["code"] for error in refused.json()["errors"]] == ["BAD_USER_INPUT"]


async def test_r32_an_application_sent_twice_under_one_key_is_one(serve: Serve) -> None:
    """The answer comes again as the application is by then; another input under the key is refused."""
    gateway = await serve(bench())
    first = await applied(gateway, "anna", clientMutationId="case 17")
    await decided(gateway, "officer", first["id"])
    again = await applied(gateway, "anna", clientMutationId="case 17")
    assert (again["id"], again["state"]) == (first["id"], "PARTLY_APPROVED")
    assert len(await listed(gateway, "police")) == 1
    given = {
        "legalBasis": "COURT_ORDER",
        "justification": WHY,
        "directoryNumbers": ["1"],
        "clientMutationId": "case 17",
    }
    payload = await gateway.do("police", "applyForAccess", given, purpose="COURT_ORDER")
    assert codes(payload) == ["DUPLICATE_KEY"]


async def test_an_application_opens_by_no_id(serve_small: Serve) -> None:
    """`node` gives null for an application's id, as for any that names nothing."""
    gateway = await serve_small(bench())
    application = await applied(gateway, "anna")
    asked = await gateway.ask(
        "police", "query($id: ID!) { node(id: $id) { id } }", purpose="COURT_ORDER", id=application["id"]
    )
    assert asked == {"node": None}
    assert key_of(application)
    assert FIELDS in LIST


async def test_applications_take_as_many_statements_as_their_shape(serve: Serve) -> None:
    """One statement for the list, one each for decisions, covered children and numbers: however many there are."""
    gateway = await serve(bench())
    counts = []
    for _ in range(2):
        for names in (("anna",), ("anna", "bea"), ("cleo", "nobody")):
            application = await applied(gateway, *names)
            await decided(gateway, "officer", application["id"])
        await decided(gateway, "team", application["id"])
        with statements() as texts:
            await listed(gateway, "officer")
        counts.append(len(texts))
    assert counts[0] == counts[1] <= 5


async def test_r25_a_waiting_application_names_no_child_who_is_open_by_another(serve: Serve) -> None:
    """The applicant sees the children of an application by its own approval alone, not by that of another one."""
    gateway = await serve(bench())
    first = await applied(gateway, "anna")
    for by in APPROVERS:
        await decided(gateway, by, first["id"])
    second = await applied(gateway, "anna")
    assert await opens(gateway, "anna") == ["anna"]
    told = {one["id"]: len(one["children"]) for one in await listed(gateway, "police")}
    assert told == {first["id"]: 1, second["id"]: 0}
