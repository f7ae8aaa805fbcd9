"""Origins: each is written as a browser writes it, and whatever no browser sends, or anybody could, is refused."""

import pytest

from gateway.command import Stop, settings_of
from gateway.origins import exact_origin

TAKEN = [
    "https://app.example", "https://a-b.c.example:8443", "https://xn--caf-dma.example", "https://[2001:db8::1]:444",
    "http://localhost:5173", "http://127.0.0.1:3000", "http://[::1]:8080", "http://localhost", "https://192.0.2.7",
]  # fmt: skip
REFUSED = [
    "*", "null", "", "https://", "app.example", "https://app.example/", "https://app.example/page", "https://*.example",
    "https://App.example", "HTTPS://app.example", "https://app.example:443", "http://localhost:80", "http://app.example",
    "https://app.example?x", "https://user@app.example", "https://app.example https://b.example", "https://app.example\n",
    "https://café.example", "http://localhost.evil.example", "https://-app.example", "file://", "https://app.example:",
]  # fmt: skip


@pytest.mark.parametrize("origin", TAKEN)
def test_an_origin_is_taken_as_a_browser_writes_it(origin: str) -> None:
    """An origin is a scheme, a host and a port that is not implied; `http` on this machine alone."""
    assert exact_origin(origin) == origin


@pytest.mark.parametrize("origin", REFUSED)
def test_what_is_no_exact_origin_is_refused(origin: str) -> None:
    """Everybody, nobody in particular, patterns, paths and what no browser would send are refused in a sentence."""
    with pytest.raises(ValueError, match="origin"):
        exact_origin(origin)


@pytest.mark.parametrize("given", ['["*"]', '["null"]', '["https://app.example", "https://app.example/"]'])
def test_an_origin_that_is_refused_ends_every_command(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    """The sentence names the setting and what is wrong with it."""
    monkeypatch.setenv("GATEWAY_ORIGINS", given)
    with pytest.raises(Stop, match=r"`GATEWAY_ORIGINS` cannot be used \(`.*see docs/settings.md"):
        settings_of()
