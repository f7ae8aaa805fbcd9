"""An authorization server, as far as client credentials go: what an agency asks for its tokens (RFC 6749 4.4)."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qs

from tests.issuer import http
from tests.serving import token

SECRET = "a secret of the client's"


class Authority:
    """Gives a token for the account that is named as the client is, to whoever knows `SECRET`; counts them.

    The first `refused` tokens are not the gateway's: a client has to come again.
    """

    def __init__(self) -> None:
        self.given = 0
        self.refused = 0
        self.url = ""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        raw = await reader.readexactly(int(head.split("content-length: ")[1].split("\r\n")[0]))
        writer.write(self._told(head, parse_qs(raw.decode())))
        await writer.drain()
        writer.close()

    def _told(self, head: str, form: dict[str, list[str]]) -> bytes:
        # the head is in lower case, the credentials are not: they are checked as a client must have written them
        clients = {
            base64.b64encode(f"{name}:{SECRET}".encode()).decode().lower(): name
            for name in ("teacher", "feed", "auditor")
        }
        client = clients.get(head.rsplit("authorization: basic ", maxsplit=1)[-1].split("\r\n", maxsplit=1)[0])
        if client is None or form != {"grant_type": ["client_credentials"]}:
            return http(b'{"error": "invalid_client"}', "401 Unauthorized")
        self.given += 1
        made = "none of ours" if self.given <= self.refused else token(sub=client, client_id=client)
        return http(json.dumps({"access_token": made, "token_type": "Bearer", "expires_in": 600}).encode())


@asynccontextmanager
async def authority() -> AsyncIterator[Authority]:
    """Give one that answers at its address."""
    made = Authority()
    server = await asyncio.start_server(made.answer, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/token"
    async with server:
        yield made
