"""Traces: why an answer is as it is, told to whoever may know, and to nobody else (decision 34, D18)."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import func, select

from authz.policy import POLICY
from authz.sentences import sentence
from authz.words import FieldGroup
from gateway.explain import BESIDE
from gateway.telemetry import JsonLines
from resolvers.ids import Kind, write_id
from resolvers.store import tables as t
from resolvers.store.words import ShieldReason
from tests.cast import PURPOSE, cast, full_child
from tests.client import REASON, Gateway
from tests.conftest import Serve
from tests.queries import CASELOAD, CHILD
from tests.streaming import change, happen, request, socket
from tests.world import World, id_of, number_of

SENTENCES = {rule.id: sentence(rule) for rule in POLICY} | BESIDE


def town() -> World:
    """Return a world with a shielded child of the teacher's, an open one, and a sibling of a shielded one."""
    world = cast()
    for name in ("anna", "bea"):
        full_child(world, name, authority="leeds")
        world.involve(name, "tess", "school")
    world.shield("bea")
    world.child("cleo", family="Quill", authority="leeds")
    world.contact("cleo", "mum-bea")
    return world


async def traced(gateway: Gateway, viewer: str, query: str = CHILD, **variables: Any) -> httpx.Response:
    """Ask as `viewer` and ask for a trace."""
    access = {"purpose": PURPOSE.get(viewer, "COORDINATE_CARE"), "reason": REASON}
    body = {"query": query, "variables": variables, "extensions": {"access": access, "trace": True}}
    return await gateway.post(viewer, body)


async def trace_of(gateway: Gateway, viewer: str, child: str) -> str:
    answer = (await traced(gateway, viewer, number=number_of(child))).json()
    return str(answer["extensions"]["trace"])


async def why(gateway: Gateway, reader: str, trace: str, purpose: str | None = None) -> httpx.Response:
    """Ask for a trace as `reader`, in the body."""
    access = {"purpose": purpose or PURPOSE[reader], "reason": REASON}
    headers = {"authorization": f"Bearer {gateway.token(reader)}"}
    body = {"trace": trace, "extensions": {"access": access}}
    return await gateway.http.post("/explorer/why", json=body, headers=headers)


def groups(record: Any) -> dict[str, Any]:
    return {each["group"]: each for each in record["groups"]}


async def test_an_auditor_is_told_by_which_sentences_a_group_was_withheld(serve: Serve) -> None:
    """Role, standing, and for each group what became of it, with the sentence of each rule that decided."""
    gateway = await serve(town(), explorer=True)
    told = (await why(gateway, "auditor", await trace_of(gateway, "teacher", "bea"))).json()
    (record,) = told["records"]
    assert ("PRACTITIONER", "SHIELDED", ["INVOLVED"]) == (told["role"], record["shield"], record["standing"])
    by = groups(record)
    assert (by["WHEREABOUTS"]["outcome"], by["WHEREABOUTS"]["gave"], by["WHEREABOUTS"]["took"]) == ("WITHHELD", [], [])
    assert (by["SERVICES"]["outcome"], by["SERVICES"]["gave"]) == ("OWN_ROWS", ["shielded-to-practitioners"])
    assert by["CONTACT_NAMES"]["outcome"] == "SEEN"
    assert told["rules"] == {"shielded-to-practitioners": SENTENCES["shielded-to-practitioners"]}


async def test_a_trace_tells_what_was_asked_for(serve: Serve) -> None:
    """Groups of which no field was selected are marked as not asked for."""
    gateway = await serve(town(), explorer=True)
    query = "query($n: String!) { child(directoryNumber: $n) { givenNames phone } }"
    trace = (await traced(gateway, "teacher", query, n=number_of("bea"))).json()["extensions"]["trace"]
    (record,) = (await why(gateway, "auditor", trace)).json()["records"]
    assert {group for group, each in groups(record).items() if each["asked"]} == {"WHEREABOUTS"}


async def test_sealed_former_names_and_siblings_have_their_sentences(serve: Serve) -> None:
    """A group that another rule took names that rule; what a carer's shielded child took is told below the record."""
    world = town()
    full_child(world, "dora", authority="leeds")
    world.shield("dora", reason=ShieldReason.ADOPTION)
    gateway = await serve(world, explorer=True)
    (sealed,) = (await why(gateway, "auditor", await trace_of(gateway, "teacher", "dora"))).json()["records"]
    assert groups(sealed)["FORMER_NAMES"]["took"] == ["sealed-former-names"]
    told = (await why(gateway, "auditor", await trace_of(gateway, "teacher", "cleo"))).json()
    assert told["records"][0]["belowCarers"] == ["shielded-sibling"]
    assert told["rules"]["shielded-sibling"] == SENTENCES["shielded-sibling"]


async def test_an_auditor_learns_no_childs_data(serve: Serve) -> None:
    """Records are told by the reference that the journal has, and by no id, number, name or date."""
    gateway = await serve(town(), explorer=True)
    answer = await why(gateway, "auditor", await trace_of(gateway, "teacher", "bea"))
    for hidden in ("Bea", "Ashworth", number_of("bea"), write_id(Kind.CHILD, id_of("child", "bea")), "2016"):
        assert hidden not in answer.text
    (record,) = answer.json()["records"]
    query = "query($r: String!) { accessEvents(record: $r, first: 5) { edges { node { record } } } }"
    seen = await gateway.ask("auditor", query, purpose="CASE_REVIEW", r=record["record"])
    assert {edge["node"]["record"] for edge in seen["accessEvents"]["edges"]} == {record["record"]}


@pytest.mark.parametrize("reader", ["teacher", "officer", "team", "police", "manager", "feed"])
async def test_elsewhere_than_in_the_demo_only_auditors_are_told(serve_small: Serve, reader: str) -> None:
    """Everybody else is refused in the same words, whatever the id, the account that asked included."""
    gateway = await serve_small(town(), explorer=True)
    trace = await trace_of(gateway, "teacher", "bea")
    answers = [await why(gateway, reader, each) for each in (trace, str(uuid4()), "no id")]
    assert {answer.status_code for answer in answers} == {403}
    assert len({answer.content for answer in answers}) == 1


async def test_unknown_and_foreign_and_expired_traces_are_one(serve: Serve) -> None:
    """A trace that never was, one that is over, one's own, and what is no id at all are answered alike."""
    gateway = await serve(town(), explorer=True)
    own = (await traced(gateway, "auditor", "{ accessEvents(first: 1) { edges { cursor } } }")).json()
    trace = await trace_of(gateway, "teacher", "bea")
    assert (await why(gateway, "auditor", trace)).status_code == 200
    asked = (own["extensions"]["trace"], str(uuid4()), "x", trace.upper(), f"{{{trace}}}")
    answers = [await why(gateway, "auditor", each) for each in asked]
    gateway.clock.now += timedelta(minutes=10)
    answers.append(await why(gateway, "auditor", trace))
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


async def test_a_trace_is_kept_for_ten_minutes_and_then_deleted(serve: Serve) -> None:
    """What is over is taken out of the database, and nothing else."""
    gateway = await serve(town(), explorer=True)
    first = await trace_of(gateway, "teacher", "bea")
    gateway.clock.now += timedelta(minutes=6)
    second = await trace_of(gateway, "teacher", "bea")
    gateway.clock.now += timedelta(minutes=5)
    assert await gateway.app.state.traces.forget() == 1
    async with gateway.database() as connection:
        assert [UUID(second)] == list((await connection.execute(select(t.Trace.id))).scalars())
    assert [404, 200] == [(await why(gateway, "auditor", trace)).status_code for trace in (first, second)]


async def test_in_the_demo_every_persona_is_told_but_the_one_that_asked(serve: Serve) -> None:
    """A developer reads why by another persona, with the ids that answers have; the viewer asked about never does."""
    gateway = await serve(town(), demo=True)
    trace = await trace_of(gateway, "teacher", "bea")
    (record,) = (await why(gateway, "team", trace)).json()["records"]
    assert record["id"] == write_id(Kind.CHILD, id_of("child", "bea"))
    own, unknown = await why(gateway, "teacher", trace), await why(gateway, "teacher", str(uuid4()))
    assert (404, own.content) == (own.status_code, unknown.content)
    headers = {"authorization": f"Bearer {gateway.token('team')}"}
    assert (await gateway.http.get("/explorer/why", params={"trace": trace}, headers=headers)).status_code == 200


async def test_what_does_not_exist_for_the_viewer_is_in_no_trace(serve: Serve) -> None:
    """R12: a conflict, an archived record and a number of nobody leave the same trace: none of any record."""
    world = town()
    world.conflict("teacher", "bea")
    world.child("grown", born=world.rows[t.Child][0]["date_of_birth"].replace(year=2000))
    gateway = await serve(world, demo=True)
    for number in (number_of("bea"), number_of("grown"), number_of("nobody")):
        trace = (await traced(gateway, "teacher", number=number)).json()["extensions"]["trace"]
        assert (await why(gateway, "team", trace)).json() == {"role": "PRACTITIONER", "records": [], "rules": {}}


async def test_lists_are_traced_row_by_row(serve: Serve) -> None:
    """Each record of a caseload is in the trace, in an order that tells nothing of their names."""
    gateway = await serve(town(), explorer=True)
    trace = (await traced(gateway, "teacher", CASELOAD)).json()["extensions"]["trace"]
    records = (await why(gateway, "auditor", trace)).json()["records"]
    assert [record["record"] for record in records] == sorted(record["record"] for record in records)
    assert {record["shield"] for record in records} == {"OPEN", "SHIELDED"}


async def test_only_who_asks_for_a_trace_leaves_one(serve: Serve) -> None:
    """Without `extensions.trace` an answer has no extensions, and nothing is kept; so it is without an explorer."""
    gateway = await serve(town(), explorer=True)
    plain = await gateway.raw("teacher", CHILD, purpose="COORDINATE_CARE", number=number_of("bea"))
    assert set(plain.json()) == {"data"}
    for asked in (1, "true", {}, None, False):
        body = {"query": CHILD, "variables": {"number": number_of("bea")}, "extensions": {"trace": asked}}
        assert set((await gateway.post("teacher", body)).json()) == {"data"}
    async with gateway.database() as connection:
        assert (await connection.execute(select(func.count()).select_from(t.Trace))).scalar_one() == 0
    without = await serve(town())
    assert set((await traced(without, "teacher", number=number_of("bea"))).json()) == {"data"}
    assert (await why(without, "auditor", str(uuid4()))).status_code == 404


async def test_but_for_the_id_an_answer_is_the_same(serve: Serve) -> None:
    """Data and errors are byte for byte those of the same operation without a trace."""
    gateway = await serve(town(), explorer=True)
    query = CHILD.replace(" version", "")
    plain = (await gateway.raw("teacher", query, purpose="COORDINATE_CARE", number=number_of("bea"))).content
    with_one = await traced(gateway, "teacher", query, number=number_of("bea"))
    trace = with_one.json()["extensions"]["trace"]
    assert with_one.content.decode().replace(f',"extensions":{{"trace":"{trace}"}}', "").encode() == plain
    assert UUID(trace).version == 4


async def test_r29_who_reads_why_is_in_the_journal(serve: Serve) -> None:
    """R29: reading a trace leaves an event of its own, which names each record of it; so does asking in vain."""
    gateway = await serve(town(), explorer=True)
    trace = await trace_of(gateway, "teacher", "bea")
    await why(gateway, "auditor", trace)
    await why(gateway, "auditor", str(uuid4()))
    await why(gateway, "team", trace)
    events, subjects = await gateway.journal()
    told = [(event.role, event.outcome, event.id) for event in events if event.route == "why"]
    assert [each[:2] for each in told] == [
        ("AUDITOR", "OK"),
        ("AUDITOR", "BAD_USER_INPUT"),
        ("DIRECTORY_TEAM", "FORBIDDEN"),
    ]
    of = {
        event: [(row.child_id, row.kind, row.disclosed) for row in subjects if row.event_id == event]
        for *_, event in told
    }
    read, in_vain, refused = of.values()
    assert read == [(id_of("child", "bea"), "SUMMARY", [FieldGroup.TRAIL])]
    assert [(child, kind) for child, kind, _ in in_vain] == [(None, "SOUGHT")]
    assert refused == []


async def test_r15_why_needs_a_purpose_and_a_reason(serve_small: Serve) -> None:
    """R15: a purpose that the auditor does not hold, or none, is refused before a trace is looked for."""
    gateway = await serve_small(town(), explorer=True)
    trace = await trace_of(gateway, "teacher", "bea")
    assert (await why(gateway, "auditor", trace, "COORDINATE_CARE")).json()["errors"][0]["extensions"] == {
        "code": "PURPOSE_REQUIRED"
    }


async def test_r14_each_record_of_a_trace_costs(serve: Serve) -> None:
    """R14: a trace costs one record of the hour's budget, and each record in it one, once an hour."""
    gateway = await serve(town(), explorer=True, records_per_hour_by_role={"AUDITOR": 2})
    trace = await trace_of(gateway, "teacher", "bea")
    assert (await why(gateway, "auditor", trace)).status_code == 200
    assert (await why(gateway, "auditor", trace)).status_code == 200
    refused = await why(gateway, "auditor", str(uuid4()))
    assert (429, "BUDGET_EXCEEDED") == (refused.status_code, refused.json()["errors"][0]["extensions"]["code"])
    assert "retry-after" in refused.headers


@pytest.mark.parametrize("body", [b"", b"[]", b'{"trace": 1}', b'{"trace": "x", "extensions": []}', b"{"])
async def test_what_cannot_be_read_is_refused(serve_small: Serve, body: bytes) -> None:
    """A body that names no trace is BAD_REQUEST; a token is asked for first."""
    gateway = await serve_small(town(), explorer=True)
    headers = {"authorization": f"Bearer {gateway.token('auditor')}", "content-type": "application/json"}
    refused = await gateway.http.post("/explorer/why", content=body, headers=headers)
    assert (400, "BAD_REQUEST") == (refused.status_code, refused.json()["errors"][0]["extensions"]["code"])
    nobody = await gateway.http.post("/explorer/why", content=body)
    assert (401, 'Bearer realm="directory"') == (nobody.status_code, nobody.headers["www-authenticate"])


async def test_subscriptions_leave_no_trace(serve: Serve) -> None:
    """A stream may last for hours: a trace that it asks for is not kept, at its beginning or by an event."""
    gateway = await serve(town(), explorer=True)
    async with socket(gateway) as open_one:
        await open_one.init(gateway.token("teacher"))
        asked = request("teacher")
        asked["extensions"]["trace"] = True
        open_one.subscribe("one", asked)
        await open_one.settled()
        await happen(gateway, change("bea", FieldGroup.IDENTITY))
        assert set((await open_one.next())["payload"]) == {"data"}
    async with gateway.database() as connection:
        assert (await connection.execute(select(func.count()).select_from(t.Trace))).scalar_one() == 0


async def test_a_look_at_why_is_in_the_log_by_its_outcome(serve_small: Serve, caplog: pytest.LogCaptureFixture) -> None:
    """The log has a line for it as for each request, with outcome and status and no id of the trace."""
    gateway = await serve_small(town(), explorer=True)
    trace = await trace_of(gateway, "teacher", "bea")
    caplog.clear()
    await why(gateway, "auditor", trace)
    await why(gateway, "auditor", str(uuid4()))
    lines = [json.loads(JsonLines().format(record)) for record in caplog.records if record.message == "request"]
    assert [(line["outcome"], line["status"]) for line in lines] == [("OK", 200), ("BAD_USER_INPUT", 404)]
    assert trace not in str(lines)
