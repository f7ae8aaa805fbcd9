"""The issuers whose tokens are taken, as the settings name them, each with the place of its public keys."""

from collections.abc import Sequence

from gateway.demo import ISSUER as DEMO
from gateway.jwks import UnusableKeys
from gateway.keysource import KeySource, Pace
from gateway.places import File, place_of
from gateway.settings import IssuerSetting
from gateway.tokens import Issuer


def read_issuers(settings: Sequence[IssuerSetting]) -> list[Issuer]:
    """Return the issuers that `settings` name; keys in files are read, those at addresses are not got yet.

    Raises ValueError with a sentence where there is no issuer, where one is the demo's or stands twice, where a file
    of keys cannot be used, and for an address that is none or not safe.
    """
    if not settings:
        raise ValueError("no issuer of tokens is set: name one in `GATEWAY_ISSUERS` (docs/settings.md shows how)")
    names = [setting.issuer for setting in settings]
    if DEMO in names:
        raise ValueError("the demo's issuer opens everything and belongs to `gateway demo`: take it out")
    if len(set(names)) < len(names):
        raise ValueError("an issuer stands twice in `GATEWAY_ISSUERS`: put its keys into one set")
    return [
        Issuer(
            setting.issuer,
            _source(setting),
            audience=setting.audience,
            algorithms=setting.algorithms,
            skew=setting.skew,
        )
        for setting in settings
    ]


def _source(setting: IssuerSetting) -> KeySource:
    """Return the source of an issuer's keys, with what is in a file. Raises ValueError with a sentence."""
    try:
        place = place_of(setting.jwks)
    except ValueError as error:
        raise ValueError(f"the address of the keys of `{setting.issuer}` {error}") from None
    source = KeySource(setting.issuer, place, setting.algorithms, Pace(period=setting.refresh))
    if isinstance(place, File):
        try:
            source.take(place.read())
        except UnusableKeys as error:
            raise ValueError(f"`{place}` {error}") from None
    return source
