"""Settings: one typed object, read from `GATEWAY_*` and overridden by the command line."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from authz.words import Role

Algorithm = Literal["ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512"]
"""How tokens may be signed (RFC 7518 3.1): by a key that the gateway does not know, never by a shared secret."""


class IssuerSetting(BaseModel, frozen=True, extra="forbid"):
    """One issuer of tokens: its name as in `iss`, the audience that names this gateway, and the file of its keys."""

    issuer: Annotated[str, Field(min_length=1)]
    audience: Annotated[str, Field(min_length=1)]
    jwks: Path
    algorithms: Annotated[tuple[Algorithm, ...], Field(min_length=1)] = ("ES256",)


class Settings(BaseSettings):
    """What an operator may set; each is documented in `docs/settings.md`."""

    model_config = SettingsConfigDict(env_prefix="GATEWAY_", env_parse_none_str="null", frozen=True)

    database_url: str | None = Field(None, description="Where the directory is; by default the demo's SQLite file")
    data: Path = Field(Path(".demo"), description="The folder of the demo's database and key")
    host: str = Field("127.0.0.1", description="The address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="The port to listen on; 0 takes any that is free")
    workers: int = Field(1, ge=1, le=64, description="How many processes serve; above 1 on PostgreSQL alone")
    issuers: list[IssuerSetting] = Field([], description="Whose tokens `serve` takes, as a JSON list")
    secret: SecretStr | None = Field(None, description="The secret of `serve`; better given by a file")
    secret_file: Path | None = Field(None, description="The file that holds the secret of `serve`")
    audit_key_file: Path | None = Field(None, description="The file of the key that signs the journal's checkpoints")
    checkpoint_seconds: int = Field(60, ge=1, description="How often the journal's checkpoints are signed")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="What the log tells")
    metrics_port: int | None = Field(None, ge=0, le=65535, description="The port of the metrics; none is off")
    metrics_host: str = Field("127.0.0.1", description="The address that the metrics are served on")
    traces_endpoint: str | None = Field(
        None, pattern=r"^https?://\S+$", description="Where spans are sent, by OTLP over HTTP; none is off"
    )
    body_limit: int = Field(65_536, ge=1_024, description="The most bytes that a request's body may have")
    token_limit: int = Field(1_000, ge=100, description="The most lexical tokens that a document may have")

    alias_limit: int = Field(30, ge=0, description="The most aliases that a document may have")
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
    def database(self) -> str:
        """The database's URL: the one given, or the demo's file."""
        return self.database_url or f"sqlite:///{self.data / 'directory.db'}"


def unknown_settings(environment: dict[str, str]) -> list[str]:
    """Return the names in `environment` that look like settings and are none."""
    known = {f"GATEWAY_{name.upper()}" for name in Settings.model_fields}
    return sorted(name for name in environment if name.startswith("GATEWAY_") and name not in known)
