"""Traces under attack: whoever asked is not told by another way, none is told of the own family, no disk is filled."""

from datetime import timedelta
from uuid import uuid4

import httpx
from joserfc import jwt
from sqlalchemy import func, select

from authz.words import Role
from gateway.demo import ISSUER
from gateway.tokens import ALGORITHMS, AUDIENCE
from resolvers.store import tables as t
from resolvers.traces import MOST
from tests.client import REASON, Gateway
from tests.conftest import Serve
from tests.journeys.test_why import town, trace_of, traced, why
from tests.world import id_of


def token_of(gateway: Gateway, account: str, actor: str) -> str:
    """Return a token of the issuer's, by which `actor` acts for `account` (RFC 8693 4.1)."""
    key, now = gateway.keys._key, int(gateway.clock.now.timestamp())
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": account, "client_id": "demo", "jti": uuid4().hex, "iat": now}
    header = {"alg": ALGORITHMS[0], "typ": "at+jwt", "kid": key.kid}
    return jwt.encode(header, {**claims, "exp": now + 600, "act": {"sub": actor}}, key, algorithms=list(ALGORITHMS))


async def why_by(gateway: Gateway, token: str, trace: str) -> httpx.Response:
    body = {"trace": trace, "extensions": {"access": {"purpose": "CASE_REVIEW", "reason": REASON}}}
    return await gateway.http.post("/explorer/why", json=body, headers={"authorization": f"Bearer {token}"})


async def test_another_account_of_the_person_who_asked_is_not_told(serve: Serve) -> None:
    """A practitioner or a carer who is an auditor too is told of no operation of the other account, and of the rest."""
    world = town()
    world.account("moonlight", Role.AUDITOR, "team-office", practitioner="tess")
    world.account("parent", Role.AUDITOR, "team-office", person_id=id_of("person", "mum-bea"))
    world.account("mother", Role.PRACTITIONER, "school", practitioner="tess", person_id=id_of("person", "mum-bea"))
    gateway = await serve(world, explorer=True)
    by_teacher, by_mother = await trace_of(gateway, "teacher", "bea"), await trace_of(gateway, "mother", "bea")
    told = {
        (reader, trace): (await why_by(gateway, gateway.token(reader), trace)).status_code
        for reader in ("moonlight", "parent", "auditor")
        for trace in (by_teacher, by_mother)
    }
    assert told == {
        ("moonlight", by_teacher): 404,
        ("moonlight", by_mother): 404,
        ("parent", by_teacher): 200,
        ("parent", by_mother): 404,
        ("auditor", by_teacher): 200,
        ("auditor", by_mother): 200,
    }


async def test_who_acts_by_an_auditors_account_is_not_told_of_the_own_operations(serve: Serve) -> None:
    """A token of an auditor by which the viewer asked about acts is answered as if there were no such trace."""
    gateway = await serve(town(), explorer=True)
    trace = await trace_of(gateway, "teacher", "bea")
    own = await why_by(gateway, token_of(gateway, "auditor", "teacher"), trace)
    unknown = await why_by(gateway, token_of(gateway, "auditor", "teacher"), str(uuid4()))
    assert (404, own.content) == (own.status_code, unknown.content)
    assert (await why_by(gateway, token_of(gateway, "auditor", "clerk"), trace)).status_code == 200


async def test_r16_an_auditor_is_told_nothing_of_records_in_conflict(serve: Serve) -> None:
    """R12, R16: such a record is in no trace for its reader, and an alert tells that one was asked for."""
    world = town()
    world.conflict("auditor", "bea")
    world.conflict("auditor", "anna", ended=True)
    gateway = await serve(world, explorer=True)
    one = (await why(gateway, "auditor", await trace_of(gateway, "teacher", "bea"))).json()
    assert one == {"role": "PRACTITIONER", "records": [], "rules": {}}
    assert len((await why(gateway, "auditor", await trace_of(gateway, "teacher", "anna"))).json()["records"]) == 1
    async with gateway.database() as connection:
        alerts = (await connection.execute(select(t.Alert.kind, t.Alert.child_id))).all()
    assert [(str(alert.kind), alert.child_id) for alert in alerts] == [("CONFLICT", id_of("child", "bea"))]
    events, subjects = await gateway.journal()
    (first, _) = [event.id for event in events if event.route == "why"]
    assert [row.child_id for row in subjects if row.event_id == first] == [None]


async def test_no_account_fills_the_disk_with_traces(serve_small: Serve) -> None:
    """Who has a hundred traces is answered without one until some are over; others are given theirs all the same."""
    gateway = await serve_small(town(), explorer=True)
    answers = [(await traced(gateway, "teacher", "{ __typename }")).json() for _ in range(MOST + 2)]
    assert ["extensions" in answer for answer in answers] == [True] * MOST + [False] * 2
    assert {str(answer["data"]) for answer in answers} == {"{'__typename': 'Query'}"}
    assert "extensions" in (await traced(gateway, "officer", "{ __typename }")).json()
    async with gateway.database() as connection:
        assert (await connection.execute(select(func.count()).select_from(t.Trace))).scalar_one() == MOST + 1
    gateway.clock.now += timedelta(minutes=10)
    assert "extensions" in (await traced(gateway, "teacher", "{ __typename }")).json()


async def test_traces_of_before_are_deleted_where_there_is_no_explorer_any_more(serve: Serve) -> None:
    """Traces do not stay in the database, and in all its backups, because an operator took the explorer away."""
    gateway = await serve(town())
    async with gateway.database() as connection:
        row = {"id": uuid4(), "account_id": id_of("account", "teacher"), "role": Role.PRACTITIONER, "verdicts": []}
        await connection.execute(t.Trace.__table__.insert(), [{**row, "until": gateway.clock.now}])
    assert await gateway.app.state.traces.forget() == 1
