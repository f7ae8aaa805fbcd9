"""The four authorities of the demo, with what their numbers and addresses begin with."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Area:
    """One authority. Where it lacks a body, the body of its `neighbour` serves."""

    name: str
    council: str
    dialling: str
    postcode: str
    police: str
    refuge: str
    neighbour: str
    system: str


LEEDS = Area(
    name="Leeds",
    council="Leeds City Council",
    dialling="0113 496 0",
    postcode="LS",
    police="West Yorkshire Police",
    refuge="Rowan House",
    neighbour="Leeds",
    system="leeds-case-system",
)
MANCHESTER = Area(
    name="Manchester",
    council="Manchester City Council",
    dialling="0161 496 0",
    postcode="M",
    police="Greater Manchester Police",
    refuge="Hazel House",
    neighbour="Manchester",
    system="manchester-case-system",
)
BRADFORD = Area(
    name="Bradford",
    council="Bradford District Council",
    dialling="01632 960",
    postcode="BD",
    police="West Yorkshire Police",
    refuge="",
    neighbour="Leeds",
    system="school-census",
)
SALFORD = Area(
    name="Salford",
    council="Salford City Council",
    dialling="0161 496 0",
    postcode="M",
    police="Greater Manchester Police",
    refuge="",
    neighbour="Manchester",
    system="school-census",
)

AREAS = (LEEDS, MANCHESTER, BRADFORD, SALFORD)
FULL_AREAS = (LEEDS, MANCHESTER)
"""The areas with every kind of body and a directory team that holds an account; shields stand in them alone."""

NATIONAL_DIALLING = "03069 990"
