"""How hypothesis runs here: without a clock, since a slow machine is no fault of the law."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
