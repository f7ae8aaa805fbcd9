"""Settings in words: what each is in effect and where that comes from, and the table of docs/settings.md."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from gateway.policy_page import table
from gateway.settings import Settings

HIDDEN = "(hidden)"
OPTIONS = {"database_url": "--database", "data": "--data", "host": "--host", "port": "--port", "workers": "--workers"}
"""The settings that the command line has options for."""


def effective(settings: Settings, environment: Mapping[str, str], given: Mapping[str, object]) -> list[tuple[str, ...]]:
    """Return for each setting its name, its value without any secret, and where the value comes from."""
    return [
        (_name(name), _shown(getattr(settings, name)), _source(name, settings, environment, given))
        for name in Settings.model_fields
    ]


def markdown() -> str:
    """Return the table of docs/settings.md."""
    rows = [
        [f"`{_name(name)}`", _default(field), _meaning(name, field)] for name, field in Settings.model_fields.items()
    ]
    return table(["setting", "default", "meaning"], rows)


def _name(name: str) -> str:
    return f"GATEWAY_{name.upper()}"


def _source(name: str, settings: Settings, environment: Mapping[str, str], given: Mapping[str, object]) -> str:
    if given.get(name) is not None:
        return OPTIONS[name]
    known = {key.upper() for key in environment}
    return "environment" if name in settings.model_fields_set and _name(name) in known else "default"


def _shown(value: Any) -> str:
    if isinstance(value, SecretStr):
        return HIDDEN
    return _without_password(value) if isinstance(value, str) and "://" in value else _plain(value)


def _without_password(text: str) -> str:
    """Return a URL without what may be a password, wherever it stands."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        return HIDDEN
    query = {key: "***" if key.lower() in {"password", "sslpassword"} else value for key, value in url.query.items()}
    return url.set(query=query).render_as_string(hide_password=True)


def _plain(value: Any) -> str:
    """Return a value as the environment would give it."""
    if value is None:
        return "null"
    if isinstance(value, str | Path):
        return str(value)
    return json.dumps(value, default=_as_json)


def _as_json(value: Any) -> Any:
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else str(value)


def _default(field: FieldInfo) -> str:
    return "none" if field.default is None else f"`{_plain(field.default)}`"


def _meaning(name: str, field: FieldInfo) -> str:
    said = [*_bounds(field)]
    if type(None) in get_args(field.annotation) and field.default is not None:
        said.append("`null` for none")
    bounds = f"; {', '.join(said)}" if said else ""
    option = f" Option `{OPTIONS[name]}`." if name in OPTIONS else ""
    return f"{field.description}{bounds}.{option}"


def _bounds(field: FieldInfo) -> Iterator[str]:
    bounds = {name: getattr(one, name) for one in field.metadata for name in ("ge", "le") if hasattr(one, name)}
    least, most = bounds.get("ge"), bounds.get("le")
    if least is not None and most is not None:
        yield f"{least} to {most}"
    elif least is not None and least != 0:
        yield f"at least {least}"
