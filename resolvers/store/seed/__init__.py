"""The demo data: a directory of invented people, the same for the same seed, with every example in it."""

from resolvers.store.seed.making import LEAST, make_rows
from resolvers.store.seed.personas import PERSONAS, Persona
from resolvers.store.seed.rows import Rows
from resolvers.store.seed.writing import is_seeded, write_rows

__all__ = ["LEAST", "PERSONAS", "Persona", "Rows", "is_seeded", "make_rows", "write_rows"]
