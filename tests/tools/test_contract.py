"""What tools read first: the contract over HTTP, and by introspection."""

import httpx
from graphql import build_client_schema, build_schema, get_introspection_query, lexicographic_sort_schema, print_schema

from schema.build import sdl
from tests.cast import cast
from tests.conftest import Serve
from tests.tools.breaking import SCHEMA


async def test_the_served_contract_is_the_golden_one(serve_small: Serve) -> None:
    """`GET /schema.graphql` answers the golden file to the byte, without a token, with a tag and for any cache."""
    gateway = await serve_small(cast())
    answer = await gateway.http.get("/schema.graphql")
    assert (answer.status_code, answer.content) == (200, (SCHEMA / "schema.graphql").read_bytes())
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["cache-control"] == "public, no-cache"
    head = await gateway.http.head("/schema.graphql")
    assert (head.content, head.headers["etag"]) == (b"", answer.headers["etag"])


async def test_a_contract_that_is_kept_is_not_sent_again(serve_small: Serve) -> None:
    """Whoever names the tag gets 304 and nothing else; any other tag gets the contract."""
    gateway = await serve_small(cast())
    tag = (await gateway.http.get("/schema.graphql")).headers["etag"]

    async def again(named: str) -> httpx.Response:
        return await gateway.http.get("/schema.graphql", headers={"if-none-match": named})

    for named in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        answer = await again(named)
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
    for named in ('"other"', "", tag.strip('"')):
        assert (await again(named)).text == sdl()


async def test_introspection_tells_the_contract(serve_small: Serve) -> None:
    """What the introspection query of the reference implementation gives is the SDL, but for the labels."""
    gateway = await serve_small(cast())
    asked = get_introspection_query(specified_by_url=True, input_value_deprecation=True)
    answer = (await gateway.post("feed", {"query": asked})).json()["data"]
    told = print_schema(lexicographic_sort_schema(build_client_schema(answer)))
    assert print_schema(lexicographic_sort_schema(build_schema(sdl()))) == told
