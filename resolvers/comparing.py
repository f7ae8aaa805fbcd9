"""How numbers, addresses and identifiers are compared: without the marks that people write them with."""

import re

_NOT_DIALLED = re.compile("[^+0-9]+")
_NO_LETTERS_OR_DIGITS = re.compile(r"[\W_]+")


def postcode_key(text: str | None) -> str | None:
    """Return the form in which postcodes are found, None where there is nothing to find."""
    return _plain(text) or None


def phone_key(text: str | None) -> str | None:
    """Return the form in which telephone numbers are found: digits alone, British ones with their leading nought."""
    dialled = _NOT_DIALLED.sub("", text or "")
    digits = dialled.replace("+", "")
    if dialled.startswith(("+", "00")):
        digits = digits.removeprefix("00")
        if digits.startswith("44"):
            digits = "0" + digits.removeprefix("44").removeprefix("0")
    return digits or None


def email_key(text: str | None) -> str | None:
    """Return the form in which e-mail addresses are found: without case and blanks; None for what is no text."""
    plain = (text or "").strip().casefold()
    return plain if plain and plain.isprintable() else None


def uprn_key(uprn: str | None, postcode: str | None) -> str | None:
    """Return the form in which property references are compared, None where the address is none that is shown."""
    return None if postcode is None else _plain(uprn).lstrip("0") or None


def address_key(lines: str | None, postcode: str | None) -> str | None:
    """Return the form in which whole addresses are compared: lines and postcode; None where either is missing.

    The town is no part of it, since the postcode says as much.
    """
    parts = _plain(lines), _plain(postcode)
    return ":".join(parts) if all(parts) else None


def identifier_key(scheme: str, value: str) -> str | None:
    """Return the form in which an identifier of another body is found, None where one of its parts is empty."""
    parts = _plain(scheme), _plain(value)
    return ":".join(parts) if all(parts) else None


def _plain(text: str | None) -> str:
    """Return letters and digits alone, in capitals."""
    return _NO_LETTERS_OR_DIGITS.sub("", (text or "").upper())
