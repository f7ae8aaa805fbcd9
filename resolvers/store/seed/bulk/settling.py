"""Settling a family: everything that its children have beyond their names and births."""

from resolvers.store.seed.bulk.care import add_care
from resolvers.store.seed.bulk.district import District
from resolvers.store.seed.bulk.folk import Family
from resolvers.store.seed.bulk.places import add_places
from resolvers.store.seed.bulk.records import add_identifiers, add_reach, add_record
from resolvers.store.seed.bulk.services import add_services


def settle(district: District, family: Family) -> None:
    """Add the rows of a family: its carers, and the record, whereabouts, places and services of each child."""
    add_care(district, family)
    add_places(district, family)
    for kid in family.kids:
        add_record(district, family, kid)
        add_reach(district, family, kid)
        social_care = add_services(district, family, kid)
        add_identifiers(district, family, kid, social_care=social_care)
