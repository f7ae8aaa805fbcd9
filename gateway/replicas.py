"""The replica that settings name, and what they may not mean by it."""

from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from gateway.settings import Settings
from resolvers.store.engine import Patience, database_url, make_engine
from resolvers.store.replica import Replica
from resolvers.store.snapshot import Reader

SHARE = 0.1
"""Which part of an answer's time a replica is waited for: the primary is then still asked in time."""


def replica_fault(settings: Settings) -> str | None:
    """Return a sentence for a replica that can be none, with what to do; None where it can be one, or is not set."""
    if settings.replica_url is None:
        return None
    url = _url(settings.replica_url)
    if url is None or url.get_backend_name() != "postgresql":
        return "`GATEWAY_REPLICA_URL` names no PostgreSQL server: give a standby's URL, or leave it out"
    primary = _url(settings.database)
    if primary is None or primary.get_backend_name() != "postgresql":
        return "`GATEWAY_REPLICA_URL` needs a directory on PostgreSQL: name one with `--database`, or leave it out"
    if (url.host, url.port, url.database) == (primary.host, primary.port, primary.database):
        return "`GATEWAY_REPLICA_URL` is the directory itself: give the URL of a standby of it, or leave it out"
    return None


def replica_of(settings: Settings, resting: int) -> Replica | None:
    """Return the replica that `settings` name, None for none. Raises ValueError for one that can be none."""
    if (fault := replica_fault(settings)) is not None:
        raise ValueError(fault)
    if settings.replica_url is None:
        return None
    patience = settings.deadline_seconds * SHARE
    url = database_url(settings.replica_url)
    engine = make_engine(url, reading=True, patience=Patience(patience, patience))
    return Replica(Reader(engine, resting, grace=patience), lag=settings.replica_lag_seconds, patience=patience)


def _url(text: str) -> URL | None:
    try:
        return database_url(text)
    except (ArgumentError, ValueError):
        return None
