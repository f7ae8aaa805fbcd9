"""Settings: one typed object, read from `GATEWAY_*` and overridden by the command line."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from authz.words import Role
from gateway.limits import Limits
from gateway.origins import exact_origin
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

    database_url: str | None = Field(None, description="Where the directory is; by default the demo's SQLite file")
    data: Path = Field(Path(".demo"), description="The folder of the demo's database and key")
    host: str = Field("127.0.0.1", description="The address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="The port to listen on; 0 takes any that is free")
    workers: int = Field(1, ge=1, le=64, description="How many processes serve; above 1 on PostgreSQL alone")
    issuers: list[IssuerSetting] = Field([], description="Whose tokens `serve` takes, as a JSON list")
    documents: Path | None = Field(None, description="The trusted documents: a manifest, or a folder of documents")
    free_clients: list[Annotated[str, Field(min_length=1)]] = Field(
        [], description="The clients that may ask `serve` other documents too, as a JSON list; `*` is every client"
    )
    access_headers: bool | None = Field(
        None, description="Whether headers may state purpose and reason; by default in the demo alone"
    )
    origins: list[Annotated[str, AfterValidator(exact_origin)]] = Field(
        [], description="The origins whose pages may ask, as a JSON list"
    )
    secret: SecretStr | None = Field(None, description="The secret of `serve`; better given by a file")
    secret_file: Path | None = Field(None, description="The file that holds the secret of `serve`")
    audit_key_file: Path | None = Field(None, description="The file of the key that signs the journal's checkpoints")
    checkpoint_seconds: int = Field(60, ge=1, description="How often the journal's checkpoints are signed")
    body_limit: int = Field(65_536, ge=1_024, description="The most bytes that a request's body may have")
    body_seconds: float = Field(10, gt=0, description="For how many seconds a request's body is waited for")
    deadline_seconds: float = Field(10, gt=0, description="After how many seconds an answer is given up")
    concurrency_limit: int | None = Field(
        256, ge=1, description="How many requests a process answers at once; null for no limit"
    )
    concurrency_per_account: int | None = Field(
        32, ge=1, description="How many of them may be of one account; null for no limit"
    )
    token_limit: int = Field(1_000, ge=100, description="The most lexical tokens that a document may have")
    depth_limit: int = Field(12, ge=3, description="How deep fields may be selected in a document")
    alias_limit: int = Field(30, ge=0, description="The most aliases that a document may have")
    root_field_limit: int = Field(10, ge=1, description="The most root fields that an operation may have")
    cost_limit: int = Field(20_000, ge=100, description="The most records that an operation may touch, by its weights")
    records_per_hour: int | None = Field(
        300, ge=1, description="How many records an account may ask for in an hour; null for no limit"
    )
    records_per_hour_by_role: dict[Role, int | None] = Field(
        {}, description="The same for single roles, as a JSON object"
    )
    override_minutes: int = Field(15, ge=1, le=15, description="How many minutes an override opens a record for")
    shield_requests_per_day: int | None = Field(
        20, ge=1, description="How many shields an account may request in a day; null for no limit"
    )

    alert_refusals: int | None = Field(
        100, ge=1, description="How often an account may be refused in an hour before an alert; null for no alert"
    )
    alert_records: int | None = Field(
        200, ge=1, description="How many records an account may touch in an hour before an alert; null for no alert"
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
    """Return the names in `environment` that look like settings and are none."""
    known = {f"GATEWAY_{name.upper()}" for name in Settings.model_fields}
    return sorted(name for name in environment if name.startswith("GATEWAY_") and name not in known)
