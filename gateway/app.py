"""The composition root: everything that the gateway is made of is put together here and nowhere else."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from starlette.applications import Starlette
from starlette.middleware import Middleware

from gateway.endpoint import Endpoint
from gateway.explorer import explorer_of, explores
from gateway.feeds import feeder_of, frame_of
from gateway.health import Health
from gateway.keys import derive
from gateway.metrics import Metrics
from gateway.operations import Operations
from gateway.origins import ACCESS, SENT, Browsers
from gateway.parts import Parts
from gateway.personas import Personas
from gateway.replicas import replica_of
from gateway.room import Room
from gateway.routes import served
from gateway.sampling import Sampler, Sources
from gateway.scales import Scales
from gateway.seal import read_seal
from gateway.settings import Settings
from gateway.shedding import Load
from gateway.sockets import Sockets
from gateway.streams import Streams
from gateway.subscriptions import Subscriptions
from gateway.telemetry import RequestLog
from gateway.tokens import Issuer
from gateway.trusted import Profile, TrustedDocuments, documents_of
from gateway.visit import Observers
from resolvers.budget import Budget
from resolvers.clock import system_clock
from resolvers.counting import Counting
from resolvers.deeds import Deeds
from resolvers.feeding import Feeding
from resolvers.hub import Hub
from resolvers.idempotency import Keys
from resolvers.secret_keys import SecretKeys
from resolvers.store.checkpoints import Checkpoints
from resolvers.store.engine import database_url, make_engine
from resolvers.store.journal import Journal
from resolvers.store.outbox import Bell, outbox_of
from resolvers.store.pruning import Pruning
from resolvers.store.rounds import unheard
from resolvers.store.snapshot import Reader
from resolvers.traces import Traces
from schema.build import build_schema
from schema.proof import certificate

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter

log = logging.getLogger("gateway")

RESTING = 8
"""How many reading connections a process keeps at hand."""


def create_app(
    settings: Settings,
    issuers: Sequence[Issuer],
    secret: bytes | SecretKeys,
    clock: Callable[[], datetime] = system_clock,
    new_id: Callable[[], UUID] = uuid4,
    *,
    feed_id: Callable[[], UUID] = uuid4,
    profile: Profile | None = None,
    personas: Personas | None = None,
    spans: "SpanExporter | None" = None,
) -> Starlette:
    """Return the gateway as an ASGI application.

    From `secret` come the keys of cursors and of all hashes (`gateway/keys.py`), from `new_id` the ids of what deeds
    make, from `feed_id` those of what feeds make, from `profile` the rules of the door: without one every client is
    free. Whoever gives `personas` gives their tokens away and has the explorer served: that is for the demo alone.
    Traces of telemetry go to `spans`, else where the settings say, else nowhere. Raises ValueError, before anything is
    served, for what cannot be proven (`schema/proof.py`), for documents that cannot be trusted, for a database that is
    neither SQLite nor PostgreSQL, a replica that can be none, and a key of the journal that is none.
    """
    certificate()
    profile = profile or Profile()
    keys = derive(secret)
    url = database_url(settings.database)
    reader = Reader(make_engine(url, reading=True, patience=settings.patience), RESTING)
    writing = make_engine(url, patience=settings.patience)
    replica = replica_of(settings, RESTING)
    schema = build_schema()
    if schema.steps_aside is not None:
        log.warning("queries are answered the slow way", extra={"why": schema.steps_aside})
    metrics = None if settings.metrics_port is None else Metrics()
    tracing = _tracing(settings, spans)
    checkpoints = Checkpoints(read_seal(settings, secret).sign, clock)
    counting = Counting(settings.alert_refusals, settings.alert_records)
    heard = unheard if metrics is None else metrics.wrote
    journal = Journal(writing, keys.journal.current, checkpoints, resting=1, counting=counting, heard=heard)
    kept = timedelta(hours=settings.changes_kept_hours)
    bell, hub = Bell(), Hub(outbox_of(reader, writing), reader, clock, kept)
    bell.heard_by(hub.ring)
    budget = Budget(writing, keys.budget, settings.budgets, settings.shield_requests_per_day)
    feeder = feeder_of(Feeding(writing, reader, journal, frame_of(keys, budget), clock, feed_id, bell))
    deeds = Deeds(
        writing,
        journal,
        Keys(keys.deeds),
        new_id,
        timedelta(minutes=settings.override_minutes),
        bell,
        most_waiting=settings.feed_waiting,
        fed=feeder.notice,
    )
    explored = explores(settings, personas)
    traces = Traces(writing, clock, new_id)
    operations = Operations(
        schema=schema,
        reader=reader,
        journal=journal,
        deeds=deeds,
        budget=budget,
        clock=clock,
        cursors=keys.cursors,
        versions=keys.versions,
        new_id=new_id,
        deadline=settings.deadline_seconds,
        replica=replica,
        hub=hub,
        traces=traces if explored else None,
    )
    documents = documents_of(settings)
    observers = Observers(*(each for each in (tracing, metrics, RequestLog()) if each is not None))
    streams = Streams(hub, clock, settings.streams_limit, settings.streams_per_account, metrics)
    room = Room(
        scales=Scales(TrustedDocuments(documents, profile), settings.limits, traces=explored),
        operations=operations,
        subscriptions=Subscriptions(operations, observers),
        streams=streams,
        load=Load(settings.concurrency_limit, settings.concurrency_per_account),
        observers=observers,
        most=settings.operations_per_socket,
    )
    endpoint = Endpoint(
        issuers=issuers,
        room=room,
        clock=clock,
        body_limit=settings.body_limit,
        feed_body_limit=settings.feed_body_limit,
        body_seconds=settings.body_seconds,
        beat=settings.keepalive_seconds,
        access_headers=profile.access_headers,
    )
    sockets = Sockets(
        issuers=issuers,
        clock=clock,
        room=room,
        origins=frozenset(settings.origins),
        init_seconds=settings.socket_init_seconds,
        message_limit=settings.body_limit,
    )
    sources = Sources(
        documents=documents,
        plans=schema.plans,
        reader=reader,
        writing=writing,
        journal=journal,
        feeder=feeder,
        replica=replica,
    )
    sampler = None if metrics is None else Sampler(metrics, sources)
    parts = Parts(
        issuers=issuers,
        reader=reader,
        writing=writing,
        replica=replica,
        journal=journal,
        feeder=feeder,
        checkpoint_seconds=settings.checkpoint_seconds,
        tracing=tracing,
        sampler=sampler,
        streams=streams,
        pruning=Pruning(writing, clock, kept),
        traces=traces,
    )
    explorer = explorer_of(settings, issuers, room, personas, access_headers=profile.access_headers)
    health = Health(reader.engine, writing, journal.watch, issuers)
    headers = SENT + ACCESS if profile.access_headers else SENT
    browsers = Middleware(Browsers, origins=settings.origins, headers=headers)
    app = served(endpoint, sockets, health, parts, explorer=explorer, browsers=browsers)
    app.state.journal, app.state.sampler = journal, sampler
    app.state.feeder, app.state.streams, app.state.traces = feeder, streams, traces
    app.state.metrics = None if metrics is None else metrics.registry
    return app


def _tracing(settings: Settings, spans: "SpanExporter | None") -> Any:
    """Return what makes traces, imported only where they are asked for; None where they are not."""
    if spans is None and settings.traces_endpoint is None:
        return None
    traces = import_module("gateway.tracing")
    return traces.Tracing(spans or traces.to_collector(settings.traces_endpoint))
