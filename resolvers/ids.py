"""Ids on the wire: opaque, random, typed, and read by one function that gives a key or nothing (R12)."""

from base64 import urlsafe_b64decode
from binascii import Error, b2a_base64
from enum import IntEnum
from typing import NamedTuple
from uuid import UUID


class Kind(IntEnum):
    """What an id names. A number once given is never given again."""

    CHILD = 1
    CONTACT = 2
    ORGANISATION = 3
    PRACTITIONER = 4
    INVOLVEMENT = 5
    ACCOUNT = 6
    APPLICATION = 7
    TASK = 8
    ALERT = 9
    EVENT = 10
    SHIELD = 11
    ACCESS = 16


_FIRST = {kind: bytes([kind]) for kind in Kind}
_URL_SAFE = bytes.maketrans(b"+/", b"-_")


class Key(NamedTuple):
    """A typed key: what an id names, and which."""

    kind: Kind
    key: UUID


def write_id(kind: Kind, key: UUID) -> str:
    """Return the wire id of one thing: 23 characters, URL-safe base64 of its kind and random key."""
    return b2a_base64(_FIRST[kind] + key.bytes, newline=False).translate(_URL_SAFE, b"=").decode()


def read_id(text: str) -> Key | None:
    """Return the typed key that `text` is the id of, or None.

    None stands for everything that is no id of ours, whatever is wrong with it; only the one spelling that
    `write_id` gives is an id.
    """
    try:
        raw = urlsafe_b64decode(f"{text}=".encode("ascii"))
        key = Key(Kind(raw[0]), UUID(bytes=raw[1:]))
    except (Error, ValueError, IndexError):
        return None
    return key if write_id(*key) == text else None


def read_key(text: str, kind: Kind) -> UUID | None:
    """Return the key of `kind` that `text` is the id of, or None."""
    key = read_id(text)
    return key.key if key is not None and key.kind is kind else None
