"""R36, R41: one account of the team closes a record, two open it; nothing opens by itself. What follows a shield (R9)."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, update

from resolvers.ids import Kind, write_id
from resolvers.store import tables as t
from resolvers.store.words import ShieldReason, ShieldState
from tests.client import Gateway, gateway_on
from tests.conftest import Serve
from tests.shielding import (
    LEEDS,
    case_of,
    cases,
    changes,
    child_id,
    codes,
    decided,
    key_of,
    lifted,
    record,
    requested,
    resolved,
    rows_of,
    shielded,
    street,
    task_of,
    work,
)
from tests.world import NOW, TODAY, World, id_of

HOUSEHOLD = ("anna", "ben", "cleo", "dora")


def at_home(world: World | None = None) -> World:
    """Return the street with all its records Leeds's, so that one team has the whole household."""
    world = world or street()
    for row in world.rows[t.ChildAuthority]:
        row["authority_id"] = id_of("organisation", "leeds")
    return world


async def begun(serve: Serve, world: World | None = None, by: str = "teacher") -> tuple[Gateway, Any]:
    """Serve a world in which a shield is requested on Anna; return it and the case."""
    gateway = await serve(world or at_home())
    await requested(gateway, by=by)
    return gateway, await case_of(gateway, "anna", state="REQUESTED")


async def test_r36_one_account_approves(serve: Serve) -> None:
    """An approved shield is ACTIVE, decided by who approved, and reviewed on the day that was given."""
    gateway, case = await begun(serve)
    review = str(TODAY + timedelta(days=90))
    shown = (await decided(gateway, "team", case["id"], reviewBy=review))["shield"]
    assert (shown["state"], shown["decidedBy"], shown["reviewBy"]) == ("ACTIVE", "Team", review)
    assert await shielded(gateway, *HOUSEHOLD) == list(HOUSEHOLD)
    assert await changes(gateway, "decideShield") == {id_of("child", "anna"): ["SHIELD_CASE"]}
    again = await decided(gateway, "partner", case["id"])
    assert [(one["code"], one["field"]) for one in again["problems"]] == [("INVALID", "shieldId")]


async def test_r36_a_review_is_due_in_half_a_year_where_nobody_says_when(serve: Serve) -> None:
    """Without a day it is 182 days; no day that has come, and none beyond a year, is taken."""
    gateway, case = await begun(serve)
    for days in (-1, 0, 367):
        refused = await decided(gateway, "team", case["id"], reviewBy=str(TODAY + timedelta(days=days)))
        assert [(one["code"], one["field"]) for one in refused["problems"]] == [("INVALID", "reviewBy")]
    shown = (await decided(gateway, "team", case["id"]))["shield"]
    assert shown["reviewBy"] == str(TODAY + timedelta(days=182))


async def test_r36_a_request_is_refused_by_two(serve: Serve) -> None:
    """The first refusal leaves it REQUESTED and everybody shielded; the second, of another account, opens all."""
    gateway, case = await begun(serve)
    first = await decided(gateway, "team", case["id"], approve=False)
    assert (first["problems"], first["shield"]["state"]) == ([], "REQUESTED")
    assert await shielded(gateway, *HOUSEHOLD) == list(HOUSEHOLD)
    assert codes(await decided(gateway, "team", case["id"], approve=False)) == ["NEEDS_SECOND_PERSON"]
    assert await shielded(gateway, *HOUSEHOLD) == list(HOUSEHOLD)
    second = await decided(gateway, "partner", case["id"], approve=False)
    assert (second["problems"], second["shield"]["state"], second["shield"]["decidedBy"]) == ([], "REFUSED", "Partner")
    assert await shielded(gateway, *HOUSEHOLD) == []
    assert await work(gateway) == []
    both = ["IDENTITY", "SHIELD_CASE"]
    assert await changes(gateway, "decideShield") == {id_of("child", name): both for name in HOUSEHOLD}
    assert codes(await decided(gateway, "third", case["id"], approve=False)) == ["INVALID"]


async def test_r36_the_requester_neither_refuses_nor_lifts(serve: Serve) -> None:
    """A team's account that has requested a shield is not one of the two who refuse it, nor of those who lift it."""
    gateway, case = await begun(serve, by="team")
    assert codes(await decided(gateway, "team", case["id"], approve=False)) == ["NEEDS_SECOND_PERSON"]
    await decided(gateway, "partner", case["id"], approve=False)
    assert codes(await decided(gateway, "team", case["id"], approve=False)) == ["NEEDS_SECOND_PERSON"]
    assert (await case_of(gateway, "anna"))["state"] == "REQUESTED"
    await decided(gateway, "partner", case["id"])
    assert codes(await lifted(gateway, "team", case["id"])) == ["NEEDS_SECOND_PERSON"]
    await lifted(gateway, "partner", case["id"])
    assert codes(await lifted(gateway, "team", case["id"])) == ["NEEDS_SECOND_PERSON"]
    assert (await case_of(gateway, "anna", state="LIFT_PROPOSED"))["liftProposedBy"] == "Partner"
    assert (await lifted(gateway, "third", case["id"]))["shield"]["state"] == "LIFTED"


async def test_r36_lifting_takes_two(serve: Serve) -> None:
    """One account proposes, and all stays shielded; it cannot lift by itself; another one lifts, and all is open."""
    gateway, case = await begun(serve)
    assert codes(await lifted(gateway, "team", case["id"])) == ["INVALID"]
    await decided(gateway, "team", case["id"])
    proposed = (await lifted(gateway, "team", case["id"]))["shield"]
    assert (proposed["state"], proposed["liftProposedBy"]) == ("LIFT_PROPOSED", "Team")
    assert codes(await lifted(gateway, "team", case["id"])) == ["NEEDS_SECOND_PERSON"]
    assert await shielded(gateway, *HOUSEHOLD) == list(HOUSEHOLD)
    done = (await lifted(gateway, "partner", case["id"]))["shield"]
    assert (done["state"], done["child"]["shielded"]) == ("LIFTED", False)
    assert await shielded(gateway, *HOUSEHOLD) == []
    assert (await record(gateway, "anna"))["phone"] == "07700 900111"
    both = ["IDENTITY", "SHIELD_CASE"]
    assert await changes(gateway, "liftShield") == {id_of("child", name): both for name in HOUSEHOLD}
    assert await work(gateway) == []
    assert codes(await lifted(gateway, "third", case["id"])) == ["INVALID"]


async def test_r36_a_proposal_is_ended_by_approving_anew(serve: Serve) -> None:
    """Approving a shield whose lifting is proposed keeps it; the proposal counts no more."""
    gateway, case = await begun(serve)
    await decided(gateway, "team", case["id"])
    await lifted(gateway, "team", case["id"])
    kept = (await decided(gateway, "partner", case["id"]))["shield"]
    assert (kept["state"], kept["liftProposedBy"]) == ("ACTIVE", None)
    assert (await lifted(gateway, "third", case["id"]))["shield"]["state"] == "LIFT_PROPOSED"
    assert codes(await decided(gateway, "team", case["id"], approve=False)) == ["INVALID"]


@pytest.mark.parametrize("how", ["suspended", "moved", "another role"])
async def test_r41_who_speaks_for_the_team_no_more_does_not_count(serve: Serve, how: str) -> None:
    """A first refusal, or a proposal, of an account that is suspended or elsewhere since is none: two are needed yet."""
    gateway, case = await begun(serve)
    await requested(gateway, "eve")
    other = await case_of(gateway, "eve")
    await decided(gateway, "team", other["id"])
    await lifted(gateway, "team", other["id"])
    await decided(gateway, "team", case["id"], approve=False)
    change: dict[str, Any] = {
        "suspended": {"suspended_at": NOW},
        "moved": {"organisation_id": id_of("organisation", "york")},
        "another role": {"role": "PROTECTION_OFFICER"},
    }[how]
    async with gateway.database() as connection:
        await connection.execute(update(t.Account).where(t.Account.subject == "team").values(**change))
    assert (await decided(gateway, "partner", case["id"], approve=False))["shield"]["state"] == "REQUESTED"
    assert (await lifted(gateway, "partner", other["id"]))["shield"]["liftProposedBy"] == "Partner"
    assert await shielded(gateway, "anna", "eve") == ["anna", "eve"]
    assert (await decided(gateway, "third", case["id"], approve=False))["shield"]["state"] == "REFUSED"
    assert (await lifted(gateway, "third", other["id"]))["shield"]["state"] == "LIFTED"


@pytest.mark.parametrize("deed", ["decideShield", "liftShield"])
async def test_r23_a_case_that_is_not_the_teams_is_not_found(serve: Serve, deed: str) -> None:
    """A case of another authority, of a child in conflict, what is no case and no id: the same words."""
    world = street()
    world.shield("ben", reason=ShieldReason.OTHER)
    world.shield("eve", reason=ShieldReason.OTHER)
    world.conflict("team", "eve")
    gateway = await serve(world)
    targets = [write_id(Kind.SHIELD, id_of("shield", f"{name}/ACTIVE/OTHER")) for name in ("ben", "eve", "nobody")]
    targets += [write_id(Kind.CHILD, id_of("shield", "ben/ACTIVE/OTHER")), "x", ""]
    more = {"approve": True} if deed == "decideShield" else {}
    answers = [
        await gateway.do("team", deed, {"shieldId": target, "note": "x", **more}, "reference", purpose="CASE_REVIEW")
        for target in targets
    ]
    assert codes(answers[0]) == ["NOT_FOUND"]
    assert answers == [answers[0]] * len(targets)
    assert {str(row.state) for row in await rows_of(gateway, t.Shield) if row.evidence == "police report"} == {"ACTIVE"}


@pytest.mark.parametrize("deed", ["decideShield", "liftShield", "resolveTask"])
@pytest.mark.parametrize("account", ["teacher", "officer", "police", "auditor", "feed"])
async def test_r36_only_teams_decide(serve_small: Serve, deed: str, account: str) -> None:
    """Every other role is refused before anything is read."""
    gateway = await serve_small(street())
    asked: dict[str, Any] = {
        "decideShield": {"shieldId": "x", "approve": True, "note": "x"},
        "liftShield": {"shieldId": "x", "note": "x"},
        "resolveTask": {"taskId": "x", "resolution": "DONE", "note": "x"},
    }[deed]
    purposes = {"police": "COURT_ORDER", "auditor": "CASE_REVIEW", "feed": "DATA_QUALITY"}
    answer = (await gateway.deed(account, deed, asked, purpose=purposes.get(account, "CHILD_PROTECTION"))).json()
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]


async def test_r32_notes_are_needed_and_deeds_are_done_once(serve: Serve) -> None:
    """Without a note nothing is decided; under one key a proposal is one proposal, not a lifting."""
    gateway, case = await begun(serve)
    for payload in (
        await decided(gateway, "team", case["id"], note=" "),
        await lifted(gateway, "team", case["id"], note=""),
    ):
        assert [(one["code"], one["field"]) for one in payload["problems"]] == [("INVALID", "note")]
    await decided(gateway, "team", case["id"])
    first, again = [await lifted(gateway, "team", case["id"], clientMutationId="case 4") for _ in range(2)]
    assert first == again
    assert first["shield"]["state"] == "LIFT_PROPOSED"


async def test_r41_a_review_that_is_due_lifts_nothing(serve: Serve, tmp_path: Path) -> None:
    """On its day the review waits for the team, and not before; the record stays shielded, for as long as it takes."""
    gateway, case = await begun(serve)
    review = TODAY + timedelta(days=30)
    await decided(gateway, "team", case["id"], reviewBy=str(review))
    assert await task_of(gateway, "anna", kind="SHIELD_REVIEW") is None
    for days, waits in ((29, False), (30, True), (400, True)):
        async with gateway_on(gateway.url, tmp_path, now=NOW + timedelta(days=days)) as later:
            await _renewed(gateway)
            task = await task_of(later, "anna", kind="SHIELD_REVIEW")
            assert (task is not None) is waits
            assert (await record(later, "anna", "officer"))["shielded"] is True
            assert (await case_of(later, "anna"))["state"] == "ACTIVE"


async def test_r41_an_undecided_request_stays_in_force(serve: Serve, tmp_path: Path) -> None:
    """A request that nobody decides on, and holds whose tasks nobody ends, hide the records years later."""
    gateway, _ = await begun(serve)
    async with gateway_on(gateway.url, tmp_path, now=NOW + timedelta(days=700)) as later:
        await _renewed(gateway)
        assert await shielded(later, *HOUSEHOLD) == list(HOUSEHOLD)


async def _renewed(gateway: Gateway) -> None:
    """Renew vetting and training of all accounts, so that time alone passes."""
    async with gateway.database() as connection:
        until = date(2099, 1, 1)
        await connection.execute(update(t.Account).values(vetted_until=until, trained_until=until))


async def test_r41_a_review_that_is_done_asks_for_the_next_one(serve: Serve, tmp_path: Path) -> None:
    """A shield that goes on is reviewed again in half a year; the one that was due is gone."""
    gateway, case = await begun(serve)
    await decided(gateway, "team", case["id"], reviewBy=str(TODAY + timedelta(days=1)))
    async with gateway_on(gateway.url, tmp_path, now=NOW + timedelta(days=2)) as later:
        task = await task_of(later, "anna", kind="SHIELD_REVIEW")
        payload = await resolved(later, "partner", task["id"], "DONE")
        assert (payload["problems"], payload["task"]) == ([], None)
        assert await task_of(later, "anna", kind="SHIELD_REVIEW") is None
        assert (await case_of(later, "anna"))["reviewBy"] == str(TODAY + timedelta(days=184))
        assert codes(await resolved(later, "partner", task["id"], "DONE")) == ["NOT_FOUND"]
    waiting = [row for row in await rows_of(gateway, t.Task) if row.kind == "SHIELD_REVIEW" and not row.resolved_at]
    assert [row.shield_id for row in waiting] == [key_of(case)]


async def test_r9_a_hold_stays_while_another_shield_of_its_record_stands(serve: Serve) -> None:
    """A second request on the same record keeps the household closed when the first is refused, and until it is too."""
    gateway, first = await begun(serve)
    await requested(gateway, by="officer", reason="OTHER")
    second = next(one for one in await cases(gateway, state="REQUESTED") if one["reason"] == "OTHER")
    for by in ("team", "partner"):
        await decided(gateway, by, first["id"], approve=False)
    assert await shielded(gateway, *HOUSEHOLD) == list(HOUSEHOLD)
    assert len(await work(gateway, kind="HOUSEHOLD_SHIELD")) == 3
    for by in ("team", "partner"):
        await decided(gateway, by, second["id"], approve=False)
    assert await shielded(gateway, *HOUSEHOLD) == []
    assert await work(gateway) == []


async def test_r9_a_record_goes_on_hold_while_a_sibling_is_shielded_yet(serve: Serve) -> None:
    """A refused request leaves its record on HOLD under the shield of a sibling: it would tell where that one is."""
    gateway, first = await begun(serve)
    await requested(gateway, "cleo", by="officer", reason="OTHER")
    for by in ("team", "partner"):
        await decided(gateway, by, first["id"], approve=False)
    assert await shielded(gateway, *HOUSEHOLD) == list(HOUSEHOLD)
    assert (await record(gateway, "anna", "team"))["shield"]["state"] == "HOLD"
    assert await task_of(gateway, "anna") is not None
    assert [row.state for row in await rows_of(gateway, t.Shield) if row.child_id == id_of("child", "cleo")].count(
        ShieldState.HOLD
    ) == 0
    second = await case_of(gateway, "cleo", state="REQUESTED")
    for by in ("team", "partner"):
        await decided(gateway, by, second["id"], approve=False)
    assert await shielded(gateway, *HOUSEHOLD) == []
    assert await work(gateway) == []


async def test_r9_of_two_shields_that_raised_a_hold_the_last_one_ends_it(serve: Serve) -> None:
    """Anna is on hold for Ben and for Cleo: she is open when both shields have ended, and not before."""
    gateway = await serve(at_home())
    for child in ("ben", "cleo"):
        await requested(gateway, child, by="officer")
    for child, after in (("ben", ["anna", "cleo"]), ("cleo", [])):
        case = await case_of(gateway, child, state="REQUESTED")
        for by in LEEDS[:2]:
            await decided(gateway, by, case["id"], approve=False)
        assert await shielded(gateway, *HOUSEHOLD) == after


async def test_r9_holds_of_another_authority_end_too(serve: Serve) -> None:
    """Whoever is responsible for a sibling, the hold ends with the shield; the deciders are told nothing of it."""
    gateway, case = await begun(serve, street())
    assert await task_of(gateway, "ben", "rival") is not None
    for by in ("team", "partner"):
        payload = await decided(gateway, by, case["id"], approve=False)
    assert "Ben" not in str(payload)
    assert (await shielded(gateway, *HOUSEHOLD), await work(gateway, "rival")) == ([], [])


async def test_r9_a_shield_of_a_record_that_is_gone_keeps_nobody_closed(serve: Serve) -> None:
    """Cleo's shield does not stand in for Anna's once Cleo's record is concealed: nobody could ever end it."""
    gateway, case = await begun(serve)
    await requested(gateway, "cleo", by="officer")
    concealed = {"childId": child_id("cleo"), "note": "a new identity"}
    payload = await gateway.do("manager", "concealChild", concealed, purpose="DATA_QUALITY")
    assert codes(payload) == []
    for by in ("team", "partner"):
        await decided(gateway, by, case["id"], approve=False)
    assert await shielded(gateway, "anna", "ben", "dora") == []


@pytest.mark.parametrize("together", [True, False], ids=["one address", "another address"])
async def test_r9_a_refused_request_does_not_tell_where_a_shielded_child_lives(serve: Serve, *, together: bool) -> None:
    """Cleo is requested and refused; whether Anna, shielded long before, lives there too, changes nothing for others.

    The household of a request is put on hold, whoever was shielded in it; when it ends, all is as it was before.
    """
    world = at_home()
    world.shield("anna")
    if not together:
        (reach,) = (row for row in world.rows[t.ChildReach] if row["child_id"] == id_of("child", "anna"))
        reach.update(uprn="999", address_lines="9 Far Away", postcode="LS9 9AA")
    gateway = await serve(world)
    await requested(gateway, "cleo")
    case = await case_of(gateway, "cleo", state="REQUESTED")
    for by in ("team", "partner"):
        await decided(gateway, by, case["id"], approve=False)
    assert await shielded(gateway, *HOUSEHOLD) == ["anna"]
    holds = [row for row in await rows_of(gateway, t.Shield) if row.state is ShieldState.HOLD]
    assert (holds, await work(gateway)) == ([], [])


async def test_r36_a_hold_that_is_handed_on_is_asked_about_anew(serve: Serve) -> None:
    """What one has said of the household of one shield does not count for that of another, which stands in for it."""
    gateway, first = await begun(serve)
    await requested(gateway, "cleo", by="officer", reason="OTHER")
    before = await task_of(gateway, "ben")
    await resolved(gateway, "team", before["id"], "DOES_NOT_LIVE_THERE")
    for by in ("team", "partner"):
        await decided(gateway, by, first["id"], approve=False)
    after = await task_of(gateway, "ben")
    assert after["id"] != before["id"]
    assert codes(await resolved(gateway, "partner", before["id"], "DOES_NOT_LIVE_THERE")) == ["NOT_FOUND"]
    await resolved(gateway, "partner", after["id"], "DOES_NOT_LIVE_THERE")
    assert await shielded(gateway, "ben") == ["ben"]


LOST = {
    "vetting": update(t.Account).values(vetted_until=TODAY - timedelta(days=1)),
    "training": update(t.Account).values(trained_until=TODAY - timedelta(days=1)),
    "agreement": update(t.Account).values(agreement_version="2019-1"),
}
"""What takes from an account the right to speak for its team."""


@pytest.mark.parametrize("lost", [*LOST, "conflict"])
async def test_r41_a_proposal_of_somebody_who_may_not_speak_any_more_does_not_count(serve: Serve, lost: str) -> None:
    """Who has lapsed since, or is in conflict with the record, is not one of the two who lift its shield."""
    gateway, case = await begun(serve)
    await decided(gateway, "team", case["id"])
    await lifted(gateway, "team", case["id"])
    await _lose(gateway, "team", lost)
    assert (await lifted(gateway, "partner", case["id"]))["shield"]["state"] == "LIFT_PROPOSED"
    assert await shielded(gateway, "anna") == ["anna"]
    assert (await lifted(gateway, "third", case["id"]))["shield"]["state"] == "LIFTED"


@pytest.mark.parametrize("lost", [*LOST, "conflict"])
async def test_r41_a_refusal_of_somebody_who_may_not_speak_any_more_does_not_count(serve: Serve, lost: str) -> None:
    """Nor is it one of the two who refuse a request."""
    gateway, case = await begun(serve)
    await decided(gateway, "team", case["id"], approve=False)
    await _lose(gateway, "team", lost)
    assert (await decided(gateway, "partner", case["id"], approve=False))["shield"]["state"] == "REQUESTED"
    assert (await decided(gateway, "third", case["id"], approve=False))["shield"]["state"] == "REFUSED"


async def _lose(gateway: Gateway, account: str, lost: str) -> None:
    key, anna = id_of("account", account), id_of("child", "anna")
    conflict = {
        "id": id_of("conflict", "late"),
        "account_id": key,
        "child_id": anna,
        "source": t.ConflictSource.DECLARED,
    }
    async with gateway.database() as connection:
        if lost in LOST:
            await connection.execute(LOST[lost].where(t.Account.id == key))
        else:
            await connection.execute(insert(t.AccountConflict), [{**conflict, "since": NOW}])
