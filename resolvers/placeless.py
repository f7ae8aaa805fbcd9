"""Texts without a place: what a team answers to somebody who must not learn where anybody is (R3).

By its shape whatever reads as a postcode, a telephone number, an e-mail or a web address is a place. By what is stored
addresses, towns, bodies and workers on the record are, as far as the team itself sees them: R8 may withhold from it how
to reach a carer, and whether an answer is taken must not tell that.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from authz.words import FieldGroup
from resolvers.comparing import postcode_key
from resolvers.names import fold
from resolvers.records import AddressRecord, ChildRecord, ContactRecord, OrganisationRecord

if TYPE_CHECKING:
    from resolvers.context import Operation

SHORTEST = 3
"""The fewest characters of a stored name, once folded, that is looked for."""

MOST_SERVICES = 100
"""How many services of a record are looked through, the newest first."""

_DAY = r"(?:\d{4}-\d\d?-\d\d?|\d\d?[/.]\d\d?[/.](?:\d{4}|\d\d))"
_TIME = r"(?:[01]?\d|2[0-3]):[0-5]\d"
_WHEN = re.compile(rf"(?<![\d./:+-])(?:{_DAY}|{_TIME})(?!\d|[/:.-]\d)")
_NUMBER = re.compile(r"\d(?:[\s()./+_-]*\d){5,}")
_POSTCODE = re.compile(r"(?<![A-Z0-9])[A-Z]{1,2}\d[A-Z0-9]?[\s.-]*\d[A-Z]{2}(?![A-Z0-9])")
_WEB = re.compile(r"@|://|\bWWW\.|\b[A-Z0-9-]+\.(?:[A-Z]{2,4}\.)?(?:UK|COM|ORG|NET|INFO|EU)\b")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")  # noqa: RUF001  # the characters themselves
_HOUSE = re.compile(r"^(?:[a-z]{0,4} )?\d+[a-z]? ")


def _plain(text: str) -> str:
    """Return `text` in plain capitals and digits, without characters that nobody sees."""
    kept = (char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) != "Cf")
    digits = (str(unicodedata.decimal(char)) if char.isdecimal() else char for char in kept)
    return "".join(digits).translate(_DASHES).upper()


def reads_as_place(text: str) -> bool:
    """Tell whether something in `text` has the shape of a postcode, a number to ring, or an address on the net.

    Days and times do not; six digits in a row do, whatever stands between them.
    """
    plain = _plain(text)
    return any(shape.search(plain) for shape in (_POSTCODE, _WEB)) or bool(_NUMBER.search(_WHEN.sub(" at ", plain)))


def names_one_of(text: str, places: Iterable[str]) -> bool:
    """Tell whether one of `places` stands in `text`, word for word, without regard to case, accents and punctuation."""
    folded = f" {fold(_plain(text))} "
    return any(f" {word} " in folded for place in places for word in _forms(place))


def _forms(place: str) -> Iterator[str]:
    """Yield a place as it is looked for: in full, without the number of the house, and a postcode by its first half."""
    folded = fold(place)
    forms = {folded, _HOUSE.sub("", folded)}
    key = postcode_key(place) or ""
    if _POSTCODE.fullmatch(_plain(place).strip()):
        forms.add(key[:-3].lower())
    yield from (form for form in forms if len(form) >= SHORTEST)


async def places_of(operation: "Operation", child: ChildRecord) -> list[str]:
    """Return the places that the viewer sees on a child's record: addresses, towns, bodies, workers."""
    loaders = operation.loaders
    reach = await loaders.reach.load(child)
    found = list(_of_address(reach.whereabouts.address if reach and reach.whereabouts else None))
    bodies = [reach.responsible_authority if reach else None]
    bodies += [stay.organisation for stay in await loaders.placements.load(child)]
    registration = await loaders.registrations.load(child)
    bodies.append(registration.organisation if registration else None)
    work = [
        *await loaders.services(MOST_SERVICES, None, current_only=False).load(child),
        *await loaders.sensitive.load(child),
    ]
    bodies += [each.organisation for each in work]
    bodies.append(await loaders.organisation.load(operation.viewer.organisation))
    found += [each.practitioner.name for each in work if each.practitioner is not None]
    for body in bodies:
        found += _of_body(body)
    for contact in await loaders.contacts.load(child):
        found += await _of_carer(operation, contact)
    return found


async def _of_carer(operation: "Operation", contact: ContactRecord) -> list[str]:
    """Return where a carer is, where the contact's own sight shows it (R8)."""
    if not contact.sight.sees(FieldGroup.WHEREABOUTS.bit):
        return []
    reach = await operation.loaders.person_reach.load(contact)
    return list(_of_address(reach.address if reach else None))


def _of_body(body: OrganisationRecord | None) -> list[str]:
    return [] if body is None else [body.name, *_of_address(body.address)]


def _of_address(address: AddressRecord | None) -> list[str]:
    if address is None:
        return []
    return [*address.lines, *([address.town] if address.town else []), address.postcode]
