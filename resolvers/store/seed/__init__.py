"""The demo data: a directory of invented people, the same for the same seed, with every example in it."""

from resolvers.store.seed.bulk.city import City
from resolvers.store.seed.bulk.hard import HARD, Hard, hard_child
from resolvers.store.seed.making import LEAST, make_rows
from resolvers.store.seed.personas import PERSONAS, Persona
from resolvers.store.seed.rows import Rows
from resolvers.store.seed.seeding import BULK_FROM, seed, write_city
from resolvers.store.seed.writing import Told, is_seeded, write_rows

__all__ = [
    "BULK_FROM",
    "HARD",
    "LEAST",
    "PERSONAS",
    "City",
    "Hard",
    "Persona",
    "Rows",
    "Told",
    "hard_child",
    "is_seeded",
    "make_rows",
    "seed",
    "write_city",
    "write_rows",
]
