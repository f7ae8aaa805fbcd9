"""The explorer as it is served: to browsers alone, from its own origin alone, and the personas in the demo alone."""

import gzip
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
import pytest_asyncio
from joserfc.jwk import ECKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route

from authz.explain import reasons_of
from authz.policy import POLICY
from authz.rules import Facts
from authz.sentences import sentence
from authz.table import TABLE, matrix
from authz.words import Role, Shield, Standing, Status
from gateway.demo import DemoKeys
from gateway.law import law
from gateway.site import Site
from gateway.tour import personas_of
from resolvers.store.seed import PERSONAS
from tests.cast import cast
from tests.client import Gateway
from tests.conftest import Serve

HTML = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def folder(root: Path) -> Path:
    """Return a folder as the build leaves it, with a file beside it that is none of the site's."""
    site = root / "site"
    (site / "assets").mkdir(parents=True)
    (site / "index.html").write_text("<!doctype html><title>built</title>")
    (site / "assets" / "main-1a2b.js").write_text("export {};" * 200)
    (site / "assets" / "main-1a2b.js.gz").write_bytes(gzip.compress(b"export {};" * 200))
    (site / "assets" / "letters-3c.woff2").write_bytes(b"wOF2")
    (root / "secret").write_text("not yours")
    return site


def app_of(site: Site) -> Starlette:
    async def page(request: Request) -> Any:
        return site.page(request)

    async def file(request: Request) -> Any:
        return site.file(request)

    return Starlette(routes=[Route("/graphql", page), Route("/explorer/{name:path}", file)])


def client_of(site: Site) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app_of(site)), base_url="http://gateway")


@pytest_asyncio.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(Site(folder(tmp_path))) as client:
        yield client


async def test_no_page_loads_anything_from_elsewhere(client: httpx.AsyncClient) -> None:
    """The policy of the page and of each file allows its own origin, and nothing inline: no exception stands in it."""
    for path in ("/graphql", "/explorer/assets/main-1a2b.js"):
        said = dict(
            part.split(" ", 1) for part in (await client.get(path)).headers["content-security-policy"].split("; ")
        )
        assert said.pop("default-src") == "'none'"
        assert {name: said.pop(name) for name in ("base-uri", "form-action", "frame-ancestors")} == dict.fromkeys(
            ("base-uri", "form-action", "frame-ancestors"), "'none'"
        )
        assert said == {f"{kind}-src": "'self'" for kind in ("script", "style", "img", "font", "connect", "worker")}


async def test_hashed_names_are_kept_and_the_page_is_not(client: httpx.AsyncClient) -> None:
    """A file may be kept for ever, since its name changes with it; the page is asked for again each time."""
    file = await client.get("/explorer/assets/main-1a2b.js")
    assert file.headers["cache-control"] == "public, max-age=31536000, immutable"
    page = await client.get("/graphql")
    assert page.headers["cache-control"] == "no-cache"
    again = await client.get("/graphql", headers={"if-none-match": page.headers["etag"]})
    assert (304, b"") == (again.status_code, again.content)


async def test_whoever_takes_gzip_is_answered_compressed(client: httpx.AsyncClient) -> None:
    """What was built compressed is sent so, and caches are told that it depends on what is taken."""
    path = "/explorer/assets/main-1a2b.js"
    for taken, packed in (("gzip, br", True), ("br", False), ("gzip;q=0", False)):
        answer = await client.get(path, headers={"accept-encoding": taken})
        assert ("gzip" if packed else None) == answer.headers.get("content-encoding")
        assert answer.content == b"export {};" * 200
        assert "Accept-Encoding" in answer.headers["vary"]
    assert (await client.get(path)).headers["content-type"].startswith("text/javascript")
    assert (await client.get("/explorer/assets/letters-3c.woff2")).headers["content-type"] == "font/woff2"


@pytest.mark.parametrize(
    "name",
    [
        "../secret", "..%2fsecret", "%2e%2e/secret", "assets/../../secret", "assets//main-1a2b.js", "/etc/passwd",
        "index.html", "assets/main-1a2b.js.gz", "assets", "", "nothing.js", "assets/main-1a2b.js%00",
    ],
)  # fmt: skip
async def test_only_files_of_the_site_are_served(client: httpx.AsyncClient, tmp_path: Path, name: str) -> None:
    """Nothing but the very names that were there at the start: no path leads anywhere else, decoded or not."""
    assert (await client.get(f"/explorer/{name}")).status_code == 404
    decoded = Request({"type": "http", "headers": [], "path_params": {"name": unquote(name)}})
    assert Site(tmp_path / "site").file(decoded).status_code == 404


async def test_without_a_build_the_page_says_how_to_get_it(tmp_path: Path) -> None:
    """Where Node was not there to build it, a sentence says what to install and what to run."""
    site = Site(tmp_path / "nowhere")
    async with client_of(site) as client:
        answer = await client.get("/graphql")
    assert (site.built, answer.status_code) == (False, 200)
    assert "install Node 20.19 or newer with npm, then run <code>make explorer</code>" in answer.text
    assert "<script" not in answer.text
    assert "style=" not in answer.text


async def served(serve: Serve, **settings: Any) -> Gateway:
    return await serve(cast(), **settings)


async def test_get_executes_nothing_and_shows_browsers_a_page(serve_small: Serve) -> None:
    """`GET /graphql` is a page for whoever looks for HTML; a query in the address is answered 405 like none."""
    gateway = await served(serve_small, demo=True)
    page = await gateway.http.get("/graphql", headers=HTML)
    assert (200, "text/html; charset=utf-8") == (page.status_code, page.headers["content-type"])
    for accept in ("application/json", "*/*", "application/graphql-response+json"):
        answer = await gateway.http.get("/graphql?query={__typename}", headers={"accept": accept})
        assert (405, "POST") == (answer.status_code, answer.headers["allow"])
        assert "__typename" not in answer.text


async def test_elsewhere_than_in_the_demo_there_is_no_explorer_unless_asked_for(serve_small: Serve) -> None:
    """By default production has none of its addresses; where it is asked for, the personas are none of them."""
    without = await served(serve_small)
    for path in ("/explorer/law", "/explorer/profile", "/explorer/why", "/explorer/personas", "/explorer/x.js"):
        assert (await without.http.get(path)).status_code == 404
    assert (await without.http.get("/graphql", headers=HTML)).status_code == 405
    asked = await served(serve_small, explorer=True)
    assert (await asked.http.get("/explorer/profile")).json() == {"demo": False}
    answer = await asked.http.get("/explorer/personas")
    assert (404, "token" in answer.text) == (answer.status_code, False)
    refused = await served(serve_small, demo=True, explorer=False)
    assert (await refused.http.get("/explorer/personas")).status_code == 404


async def test_tokens_of_personas_are_for_the_demos_own_page(serve_small: Serve) -> None:
    """A page of another site, and one of a name that resolves to this machine, are refused; nothing is ever kept."""
    gateway = await served(serve_small, demo=True)
    for host, site, status in [
        ("127.0.0.1:8000", "same-origin", 200),
        ("localhost:8000", "none", 200),
        ("[::1]:8000", None, 200),
        ("127.0.0.1:8000", "cross-site", 403),
        ("127.0.0.1:8000", "same-site", 403),
        ("evil.example", "same-origin", 403),
        ("evil.example:8000", None, 403),
        ("127.0.0.1.evil.example", None, 403),
        ("[::1", None, 403),
        ("[evil]:8000", None, 403),
        ("", None, 403),
    ]:
        headers = {"host": host} | ({"sec-fetch-site": site} if site else {})
        answer = await gateway.http.get("/explorer/personas", headers=headers)
        assert (status, status == 200) == (answer.status_code, "token" in answer.text), (host, site)
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert "access-control-allow-origin" not in answer.headers


async def test_a_personas_token_is_that_of_its_account(serve_small: Serve) -> None:
    """The token that the page is given asks as the persona, with its purposes and acts beside."""
    gateway = await served(serve_small, demo=True)
    told = (await gateway.http.get("/explorer/personas", headers={"host": "localhost"})).json()
    (teacher,) = told["personas"]
    assert (teacher["name"], teacher["role"]) == ("teacher", "PRACTITIONER")
    body = {"query": "{ viewer { name role } }"}
    answer = await gateway.post(None, body, authorization=f"Bearer {teacher['token']}")
    assert answer.json()["data"]["viewer"] == {"name": "Teacher", "role": "PRACTITIONER"}


def test_the_policy_page_says_what_the_law_says() -> None:
    """Each row of the matrices stands in it, cell by cell, and each rule that a cell names has its sentence."""
    told = json.loads(law())
    rows = {
        (row["role"], row["shield"], row["standing"]): [cell["mark"] for cell in row["cells"]]
        for row in told["rows"]
        if row["status"] == "LIVE"
    }
    for shield in (Shield.OPEN, Shield.SHIELDED):
        for label, *marks in matrix(shield):
            role, _, standing = label.partition(", ")
            assert rows[role, shield, standing or None] == marks
    assert {rule.id: sentence(rule) for rule in POLICY}.items() <= told["rules"].items()
    cells = [cell for row in told["rows"] for cell in row["cells"]]
    assert {rule for cell in cells for rule in (*cell["gave"], *cell["took"])} <= told["rules"].keys()


def test_every_cell_that_shows_something_names_who_gave_it() -> None:
    """No cell is without its reason: what is seen was given, and where a rule took something it is named."""
    for row in json.loads(law())["rows"]:
        facts = Facts(Shield(row["shield"]), Status(row["status"]), Standing[row["standing"] or "NONE"])
        why = {
            reason.group: reason
            for reason in reasons_of(Role(row["role"]), facts, TABLE[Role(row["role"]), facts].bits)
        }
        for cell, group in zip(row["cells"], json.loads(law())["groups"], strict=True):
            assert bool(cell["gave"]) or cell["mark"] in {"", "-"}
            assert cell["gave"] == list(why[group].gave)
            assert cell["took"] or cell["mark"] != "Y*"


def test_the_demos_personas_are_all_there() -> None:
    """Whoever opens the page can be every persona that the demo prints a token for."""
    keys = DemoKeys(ECKey.generate_key("P-256", {"kid": "x"}, private=True), b"s" * 32)
    assert list(personas_of(keys, [], "127.0.0.1").shown) == list(PERSONAS)
