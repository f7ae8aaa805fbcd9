"""Settings: one typed object, read from `GATEWAY_*` and overridden by the command line."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from authz.words import Role
from gateway.limits import Limits
from gateway.origins import exact_origin
from resolvers.deeds import MOST_WAITING
from resolvers.store.engine import Patience

Algorithm = Literal["ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512"]
"""How tokens may be signed (RFC 7518 3.1): by a key that the gateway does not know, never by a shared secret."""


class IssuerSetting(BaseModel, frozen=True, extra="forbid"):
    """One issuer of tokens: its name as in `iss`, the audience that names this gateway, and where its keys are.

    `jwks` is a file or an `https://` address, looked at again each `refresh` seconds; `skew` is by how many seconds the
    clocks may differ.
    """

    issuer: Annotated[str, Field(min_length=1)]
    audience: Annotated[str, Field(min_length=1)]
    jwks: Annotated[str, Field(min_length=1)]
    algorithms: Annotated[tuple[Algorithm, ...], Field(min_length=1)] = ("ES256",)
    refresh: Annotated[int, Field(ge=30, le=3_600)] = 300
    skew: Annotated[int, Field(ge=0, le=300)] = 30


class Settings(BaseSettings):
    """What an operator may set; each is documented in `docs/settings.md`."""

    model_config = SettingsConfigDict(env_prefix="GATEWAY_", env_parse_none_str="null", frozen=True)

    database_url: str | None = Field(
        None, description="Where the directory is; by default SQLite, `directory.db` in `GATEWAY_DATA`"
    )
    replica_url: str | None = Field(
        None,
        description="Where a streaming [replica](operations.md#replicas) of the directory is, PostgreSQL alone; by "
        "default everything is read from the directory itself",
    )
    replica_lag_seconds: float = Field(
        5, gt=0, description="By how many seconds a replica may lag and still be read; one that lags more is left alone"
    )
    data: Path = Field(Path(".demo"), description="The folder of the demo's database and key")
    host: str = Field("127.0.0.1", description="The address to listen on; the demo warns of others than loopback")
    port: int = Field(8000, ge=0, le=65535, description="The port to listen on; 0 takes any that is free")
    workers: int = Field(1, ge=1, le=64, description="How many processes `serve` makes; above 1 on PostgreSQL alone")
    issuers: list[IssuerSetting] = Field([], description="Whose tokens `serve` takes, [as JSON](#issuers)")
    documents: Path | None = Field(
        None,
        description="The [trusted documents](operations.md#trusted-documents): a manifest, or a folder of documents "
        "and manifests; read at the start",
    )
    free_clients: list[Annotated[str, Field(min_length=1)]] = Field(
        [],
        description="The clients (`client_id` of the token) that may ask `serve` other documents too, as a JSON list; "
        '`["*"]` is every client. In the demo everybody is free',
    )
    access_headers: bool | None = Field(
        None,
        description="Whether the headers `Access-Purpose` and `Access-Reason` may state [purpose and reason]"
        "(integrate.md#purpose-and-reason): `true` or `false`; by default in the demo alone",
    )
    explorer: bool | None = Field(
        None,
        description="Whether [the explorer](explorer.md) is served to browsers, and traces are kept for those who ask "
        "for them: `true` or `false`; by default in the demo alone",
    )
    origins: list[Annotated[str, AfterValidator(exact_origin)]] = Field(
        [], description="The origins whose pages may ask, [as a JSON list](#origins)"
    )
    secret: SecretStr | None = Field(None, description="The secret itself; a file is better")
    secret_file: Path | None = Field(
        None, description="The file that holds [the secret](#the-secret) of `serve`, and others that are understood"
    )
    audit_key_file: Path | None = Field(
        None,
        description="The file of [the key](audit.md#the-key) that signs the journal's checkpoints; by default it is "
        "made from the secret",
    )
    checkpoint_seconds: int = Field(
        60, ge=1, description="How often, in seconds, a process signs for the events that it has written"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info",
        description="From which level on the log tells: `debug`, `info`, `warning` or `error` ([the log]"
        "(telemetry.md#the-log))",
    )
    metrics_port: int | None = Field(
        None,
        ge=0,
        le=65535,
        description="The port that [metrics](telemetry.md#metrics) are served on, none by default; 0 takes any that is "
        "free",
    )
    metrics_host: str = Field(
        "127.0.0.1", description="The address that they are served on; let nobody but Prometheus reach it"
    )
    traces_endpoint: str | None = Field(
        None,
        pattern=r"^https?://\S+$",
        description="Where spans are sent, by OTLP over HTTP, nowhere by default; takes the extra `[otel]` "
        "([traces](telemetry.md#traces))",
    )
    body_limit: int = Field(65_536, ge=1_024, description="The most bytes that a request's body may have")
    feed_body_limit: int = Field(
        2_000_000, ge=1_024, description="The same for an account that may feed; such a body says its length"
    )
    body_seconds: float = Field(
        10, gt=0, description="For how many seconds a request's body is waited for (408, `TIMEOUT`)"
    )
    deadline_seconds: float = Field(
        10,
        gt=0,
        description="After how many seconds an answer is given up and its statements are ended (504, `TIMEOUT`); the "
        "database is waited for half as long for a statement, and three tenths for a connection",
    )
    concurrency_limit: int | None = Field(
        256, ge=1, description="How many requests a process answers at once; more are shed (503)"
    )
    concurrency_per_account: int | None = Field(
        32,
        ge=1,
        description="How many requests of one account may be under way in a process, those that are still being "
        "received too",
    )
    streams_limit: int | None = Field(
        2_000,
        ge=1,
        description="How many [sockets and event streams](streams.md) a process keeps open at once; more are refused "
        "(503)",
    )
    streams_per_account: int | None = Field(
        32, ge=1, description="How many subscriptions of one account a process keeps open at once"
    )
    operations_per_socket: int = Field(
        16, ge=1, description="How many operations of one WebSocket may be under way, its subscriptions too"
    )
    socket_init_seconds: float = Field(
        5, gt=0, description="For how many seconds `connection_init` is waited for on a new WebSocket (4408)"
    )
    keepalive_seconds: float = Field(
        15,
        gt=0,
        description="How often, in seconds, a comment is sent on an event stream, so that proxies keep it open",
    )
    changes_kept_hours: float = Field(
        24,
        gt=0,
        description="For how many hours changes are kept, so that a stream can [go on](streams.md#going-on) where it "
        "was broken off",
    )
    token_limit: int = Field(1_000, ge=100, description="The most lexical tokens that a document may have")
    depth_limit: int = Field(
        12, ge=3, description="How deep a document may select fields below fields; introspection has 20"
    )
    alias_limit: int = Field(
        30, ge=0, description="The most aliases that a document may have; introspection takes none"
    )
    root_field_limit: int = Field(10, ge=1, description="The most root fields that an operation may have")
    cost_limit: int = Field(
        20_000,
        ge=100,
        description="The most records that an operation may touch, by [the weights in the contract]"
        "(integrate.md#limits)",
    )
    records_per_hour: int | None = Field(
        300, ge=1, description="How many records an account may ask for in an hour (R14)"
    )
    records_per_hour_by_role: dict[Role, int | None] = Field(
        {}, description='The same for single roles, as JSON: `{"POLICE_APPLICANT": 50}`; `null` is no limit'
    )
    override_minutes: int = Field(15, ge=1, le=15, description="For how many minutes an override opens a record (R17)")
    shield_requests_per_day: int | None = Field(
        20, ge=1, description="How many shields an account may request in a day of England"
    )

    feed_waiting: int = Field(
        MOST_WAITING,
        ge=1,
        description="How many entries of [feeds](feeds.md#load) may wait before further ones are answered `QUEUED`",
    )
    alert_refusals: int | None = Field(
        100,
        ge=1,
        description="How often an account may be refused, or seek in vain, in an hour before an alert is raised",
    )
    alert_records: int | None = Field(
        200, ge=1, description="How many records an account may touch in an hour before an alert is raised"
    )

    @property
    def budgets(self) -> dict[Role, int | None]:
        """The records an hour of each role."""
        return {role: self.records_per_hour_by_role.get(role, self.records_per_hour) for role in Role}

    @property
    def limits(self) -> Limits:
        """The most that a document may have."""
        return Limits(
            tokens=self.token_limit,
            depth=self.depth_limit,
            aliases=self.alias_limit,
            root_fields=self.root_field_limit,
            cost=self.cost_limit,
        )

    @property
    def patience(self) -> Patience:
        """For how long the database is waited for: half of an answer's time, so that there is time to say so."""
        return Patience(self.deadline_seconds * 0.3, self.deadline_seconds * 0.5)

    @property
    def database(self) -> str:
        """The database's URL: the one given, or the demo's file."""
        return self.database_url or f"sqlite:///{self.data / 'directory.db'}"


def unknown_settings(environment: dict[str, str]) -> list[str]:
    """Return a sentence for each name in `environment` that looks like a setting and is none."""
    known = {f"GATEWAY_{name.upper()}" for name in Settings.model_fields}
    unknown = sorted(name for name in environment if name.startswith("GATEWAY_") and name not in known)
    return [f"`{name}` is no setting of the gateway: see docs/settings.md" for name in unknown]
