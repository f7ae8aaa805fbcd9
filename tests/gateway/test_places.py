"""Where an issuer's keys may be: files, and addresses that nobody on the way can change."""

from pathlib import Path

import pytest

from gateway.places import Address, File, place_of


@pytest.mark.parametrize(
    "text",
    [
        "https://login.example/keys", "https://login.example:8443/keys?tenant=directory", "https://10.0.0.7/keys",
        "http://127.0.0.1:8080/keys", "http://[::1]/keys", "http://localhost/keys", "HTTPS://login.example/keys",
    ],
)  # fmt: skip
def test_addresses_that_are_safe_are_taken(text: str) -> None:
    """`https://` is taken for any host, `http://` for this machine alone."""
    assert isinstance(place_of(text), Address)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("http://login.example/keys", "must begin with `https://`"), ("http://10.0.0.7/keys", "must begin with `https://`"),
        ("http://localhost.evil.example/keys", "must begin with `https://`"),
        ("http://127.0.0.1@evil.example/keys", "must begin with `https://`"), ("http://0.0.0.0/keys", "must begin with"),
        ("ftp://login.example/keys", "is no address"), ("file:///etc/keys", "is no address"), ("https://", "is no address"),
        ("https:///keys", "is no address"), ("https://login.example:port/keys", "is no address"),
        ("://login.example", "is no address"), ("https://a:b@login.example/keys", "holds a login"),
        ("https://login.example/keys#one", "a fragment"),
    ],
)  # fmt: skip
def test_addresses_that_are_not_safe_are_refused(text: str, says: str) -> None:
    """Other schemes and hosts, logins and fragments are refused with what is wrong, and nothing of the address."""
    with pytest.raises(ValueError, match=says) as refused:
        place_of(text)
    assert "example" not in str(refused.value)


def test_all_else_is_a_file() -> None:
    """What is no address is the name of a file."""
    assert place_of("/etc/gateway/login.jwks.json") == File(Path("/etc/gateway/login.jwks.json"))
    assert place_of("keys.json") == File(Path("keys.json"))


def test_an_address_is_named_without_its_query() -> None:
    """In the log an address stands without its query, in which something may be that is not for everybody."""
    assert str(place_of("https://login.example/keys?code=77")) == "https://login.example/keys"
