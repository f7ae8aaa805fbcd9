"""The seal by which journals of tests are signed, and the keys to check it with."""

from gateway.seal import Keyring, Seal
from resolvers.store.checkpoints import Checkpoints
from tests.world import NOW

SEAL = Seal.of_bytes(b"seal" * 8)
KEYRING = Keyring(SEAL.public)
CHECKPOINTS = Checkpoints(SEAL.sign, lambda: NOW)
