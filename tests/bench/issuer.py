"""The benchmark's own issuer of tokens, and the settings by which `gateway serve` takes them."""

import json
import secrets
from pathlib import Path
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from gateway.tokens import AUDIENCE
from resolvers.clock import system_clock

_NAME = "urn:contactpoint-gateway:bench"
_LIFETIME = 12 * 3600


class Issuer:
    """Signs a token for each account, once. `folder` takes the file of its public keys, and the servers' logs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, private=True)
        self._key.ensure_kid()
        self._kept: dict[str, str] = {}
        self._secret = secrets.token_hex(32)
        (folder / "jwks.json").write_text(json.dumps(KeySet([self._key]).as_dict(private=False)))

    @property
    def settings(self) -> dict[str, str]:
        """What `gateway serve` is told by its environment: no trusted documents, and no budget for the accounts."""
        issuer = {"issuer": _NAME, "audience": AUDIENCE, "jwks": str(self.folder / "jwks.json")}
        return {
            "GATEWAY_ISSUERS": json.dumps([issuer]),
            "GATEWAY_SECRET": self._secret,
            "GATEWAY_FREE_CLIENTS": '["*"]',
            "GATEWAY_RECORDS_PER_HOUR_BY_ROLE": '{"PRACTITIONER": null}',
            "GATEWAY_CONCURRENCY_PER_ACCOUNT": "null",
        }

    def token(self, subject: str) -> str:
        """Return the token of the account `subject`, the same each time."""
        if subject not in self._kept:
            issued = int(system_clock().timestamp())
            claims = {
                "iss": _NAME, "aud": AUDIENCE, "sub": subject, "client_id": "bench", "jti": uuid4().hex,
                "iat": issued, "exp": issued + _LIFETIME,
            }  # fmt: skip
            header = {"alg": "ES256", "typ": "at+jwt", "kid": self._key.kid}
            self._kept[subject] = jwt.encode(header, claims, self._key, algorithms=["ES256"])
        return self._kept[subject]
