"""Manifests and `gateway documents`: what is taken from a front-end's build, what is refused, and in which words."""

import hashlib
import json
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gateway.cli import main
from gateway.manifest import APOLLO, Faulty, id_of, read_entries
from gateway.request import GraphQLRequest
from gateway.settings import Settings
from gateway.trusted import TrustedDocuments, demo_profile, documents_of, production_profile
from tests.trusting import ROUND, SEVERAL, trusting

ALIASES = "{ viewer { " + " ".join(f"a{n}: id" for n in range(31)) + " } }"

Run = Callable[..., tuple[int, list[str], list[str]]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command and return its status, what it printed, and the sentences with which it ended."""

    def run(*arguments: object, **settings: str) -> tuple[int, list[str], list[str]]:
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["gateway", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out.splitlines(), told.err.splitlines()

    return run


def front_end(folder: Path) -> Path:
    """Return a folder as a front-end keeps it: documents in folders, a manifest, and what is none of ours."""
    (folder / "pages").mkdir(parents=True)
    (folder / ".cache").mkdir()
    (folder / "pages" / "round.graphql").write_bytes(ROUND.encode())
    (folder / "several.gql").write_bytes(SEVERAL.encode())
    (folder / "again.json").write_text(json.dumps({id_of(ROUND): ROUND}))
    (folder / ".cache" / "old.graphql").write_text("{ gone }")
    (folder / "README.md").write_text("# Ours")
    return folder


def test_documents_are_found_in_folders_and_manifests(tmp_path: Path) -> None:
    """A folder gives its `.graphql` files and manifests, each document once, and passes over everything else."""
    entries, faults = read_entries(front_end(tmp_path))
    assert ({entry.id: entry.text for entry in entries}, faults) == ({id_of(t): t for t in (ROUND, SEVERAL)}, [])


def test_an_id_is_the_hash_of_the_bytes_of_a_file(tmp_path: Path) -> None:
    """Neither line ends, nor a mark at the beginning, nor a last line are mended: `sha256sum` prints the same."""
    for n, kept in enumerate(
        (b"{ __typename }", b"{ __typename }\n", b"{\r\n __typename\r\n}\r\n", b"\xef\xbb\xbf{ __typename }")
    ):
        file = tmp_path / f"{n}.graphql"
        file.write_bytes(kept)
        ((entry,), faults) = read_entries(file)
        assert (entry.id, faults) == (f"sha256:{hashlib.sha256(kept).hexdigest()}", [])
    # the example of GraphQL over HTTP, appendix A
    example = "query ($id: ID!) {\n  user(id: $id) {\n    name\n  }\n}"
    assert id_of(example) == "sha256:7dba4bd717b41f10434822356a93c32b1fb4907b983e854300ad839f84cdcd6e"


BARE = {id_of(text).removeprefix("sha256:"): text for text in (ROUND, SEVERAL)}
MANIFESTS: dict[str, Any] = {
    "with prefixes": {f"sha256:{bare}": text for bare, text in BARE.items()},
    "without": BARE,
    "as Apollo writes it": {
        "format": APOLLO,
        "version": 1,
        "operations": [{"id": bare, "name": "N", "type": "query", "body": text} for bare, text in BARE.items()],
    },
}


@pytest.mark.parametrize("name", MANIFESTS)
def test_manifests_are_taken_as_builds_write_them(tmp_path: Path, name: str) -> None:
    """A JSON object of hash and text, with the prefix or without, or Apollo's manifest: the same documents."""
    file = tmp_path / "manifest.json"
    file.write_text(json.dumps(MANIFESTS[name]))
    entries, faults = read_entries(file)
    assert ({entry.id: entry.text for entry in entries}, faults) == ({id_of(t): t for t in (ROUND, SEVERAL)}, [])


BUILDS = {"codegen": ["Round", "Who"], "relay": ["aQuery"], "apollo": ["Round", "Who"]}
"""What GraphQL Code Generator's client preset 6.2, Relay's compiler 21 and Apollo's generator 1.4 made of documents."""


@pytest.mark.parametrize("build", BUILDS)
def test_what_three_builds_write_is_trusted_as_it_is(run: Run, build: str) -> None:
    """The file of each build, untouched, passes the check, with the operations that went into it."""
    status, lines, faults = run("documents", "check", Path(__file__).parent / "manifests" / f"{build}.json")
    assert (status, faults) == (0, [])
    assert sorted(line.split("  ")[1].split(" ")[0] for line in lines) == BUILDS[build]


FAULTY: dict[str, tuple[str, bytes, str]] = {
    "not GraphQL": ("x.graphql", b"{ child(", "`{file}` is not GraphQL (line 1, column 9): Syntax Error"),
    "no such field": (
        "x.graphql",
        b"{\n  chidl\n}",
        "`{file}` does not fit the schema (line 2, column 3): Cannot query field 'chidl' on type 'Query'",
    ),
    "over a limit": ("x.graphql", ALIASES.encode(), "`{file}` is over a limit: the document is over the limit of `aliases`: 31, where 30"),
    "a schema": ("x.graphql", b"type Query { a: Int }", "`{file}` does not fit the schema"),
    "fragments alone": ("x.graphql", b"fragment F on Query { __typename }", "`{file}` does not fit the schema"),
    "no UTF-8": ("x.graphql", b"{ \xff }", "`{file}` is not UTF-8"),
    "no JSON": ("x.json", b"{", "`{file}` is not JSON in UTF-8"),
    "no manifest": ("x.json", b'{"name": "app", "version": "1"}', "`name` is no SHA-256"),
    "a list": ("x.json", b"[]", "`{file}` is no manifest of documents"),
    "no texts": ("x.json", b'{"sha256:0": 1}', "`{file}` is no manifest of documents"),
    "another manifest": ("x.json", b'{"format": "apollo-persisted-query-manifest", "version": 2}', "is no manifest"),
    "MD5": ("x.json", json.dumps({"0" * 32: ROUND}).encode(), "is no SHA-256 in lower case: have the build hash"),
    "a wrong hash": ("x.json", json.dumps({id_of(SEVERAL): ROUND}).encode(), f"is not the hash of its text, {id_of(ROUND)}"),
    "a faulty text": ("x.json", json.dumps({id_of("{ chidl }"): "{ chidl }"}).encode(), f"`{{file}}`, {id_of('{ chidl }')}, does not fit"),
    "nothing": ("x.json", b"{}", "`{path}` holds no document"),
    "an empty folder": ("README.md", b"", "`{path}` holds no document"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTY)
def test_a_faulty_document_is_told_and_never_trusted(tmp_path: Path, run: Run, name: str) -> None:
    """Each fault is a sentence with its file: for `check`, for `add`, which writes nothing, and for every start."""
    file = tmp_path / "documents" / FAULTY[name][0]
    file.parent.mkdir()
    file.write_bytes(FAULTY[name][1])
    path = file if name == "nothing" else file.parent
    sentence = FAULTY[name][2].format(file=file, path=path)
    manifest = tmp_path / "manifest.json"
    ends = [run("documents", "check", path), run("documents", "add", path, "--manifest", manifest)]
    assert [(status, out, [sentence in line for line in err]) for status, out, err in ends] == [(1, [], [True])] * 2
    assert not manifest.exists()
    for start in (demo_profile, production_profile):
        with pytest.raises(Faulty) as faulty:
            start(Settings(documents=path))
        assert sentence in faulty.value.faults[0]


def test_the_demo_does_not_start_with_a_faulty_document(tmp_path: Path, run: Run) -> None:
    """It ends with the sentence before it has made a database."""
    file = tmp_path / "faulty.graphql"
    file.write_text("{ chidl }")
    status, out, (sentence,) = run("demo", "--port", "0", "--data", tmp_path / "data", GATEWAY_DOCUMENTS=str(file))
    assert (status, out, f"`{file}` does not fit the schema" in sentence) == (1, [], True)
    assert not (tmp_path / "data").exists()


def test_a_path_that_is_not_there_is_told(tmp_path: Path, run: Run) -> None:
    """A wrong name is a sentence, not an empty set of documents."""
    _, _, (sentence,) = run("documents", "check", tmp_path / "none")
    assert (
        sentence
        == f"gateway: `{tmp_path / 'none'}` cannot be read (No such file or directory): look at its name and rights"
    )


def test_check_prints_a_line_for_each_document(tmp_path: Path, run: Run) -> None:
    """A line has the id, the operations, and for each whether it needs a purpose; faults of others follow, status 1."""
    folder = front_end(tmp_path)
    lines = {
        f"{id_of(ROUND)}  Round (purpose: yes)",
        f"{id_of(SEVERAL)}  Who (purpose: no), Nobody (purpose: yes), Me (purpose: no)",
    }
    status, out, err = run("documents", "check", folder)
    assert (status, set(out), len(out), err) == (0, lines, 2, [])
    (folder / "faulty.graphql").write_text("{ chidl hcild }")
    (folder / "package.json").write_text("[]")
    status, out, err = run("documents", "check", folder)
    assert (status, set(out), len(err)) == (1, lines, 3)
    assert not [line for line in err if not line.startswith("gateway: `")]
    unnamed = tmp_path / "unnamed.graphql"
    unnamed.write_text("{ __typename }")
    assert run("documents", "check", unnamed)[1] == [f"{id_of('{ __typename }')}  (unnamed) (purpose: no)"]


def test_documents_are_held_to_the_limits_that_are_set(tmp_path: Path, run: Run) -> None:
    """A document that is over the limits of one gateway may be within those of another."""
    file = tmp_path / "aliases.graphql"
    file.write_text(ALIASES)
    assert run("documents", "check", file)[0] == 1
    assert run("documents", "check", file, GATEWAY_ALIAS_LIMIT="31")[0] == 0


def test_add_writes_the_same_manifest_in_whatever_order(tmp_path: Path, run: Run) -> None:
    """Documents added one by one, in any order, twice or all at once give the same bytes; what was there stays."""
    folder = front_end(tmp_path / "front-end")
    one, other, whole = (tmp_path / f"{name}.json" for name in ("one", "other", "whole"))
    for manifest, files in ((one, ("pages", "several.gql", "pages")), (other, ("several.gql", "pages"))):
        for file in files:
            assert run("documents", "add", folder / file, "--manifest", manifest)[0] == 0
    status, out, _ = run("documents", "add", folder, "--manifest", whole)
    assert (status, out[:-1]) == (0, sorted((id_of(ROUND), id_of(SEVERAL))))
    assert out[-1] == f"2 documents added, 2 in `{whole}`"
    assert run("documents", "add", folder, "--manifest", whole)[1] == [f"0 documents added, 2 in `{whole}`"]
    assert one.read_bytes() == other.read_bytes() == whole.read_bytes()
    assert json.loads(whole.read_bytes()) == dict(sorted((id_of(text), text) for text in (ROUND, SEVERAL)))
    assert list(json.loads(whole.read_bytes())) == sorted(map(id_of, (ROUND, SEVERAL)))


def test_add_replaces_a_manifest_whole_and_lets_it_be_read(tmp_path: Path, run: Run) -> None:
    """What reads the old file goes on reading it, nothing is left beside the new one, and others may read that."""
    manifest = tmp_path / "folder" / "manifest.json"
    manifest.parent.mkdir()
    assert run("documents", "add", front_end(tmp_path / "a") / "pages", "--manifest", manifest)[0] == 0
    with manifest.open("rb") as reading:
        assert run("documents", "add", tmp_path / "a", "--manifest", manifest)[0] == 0
        assert len(json.loads(reading.read())) == 1
    assert list(manifest.parent.iterdir()) == [manifest]
    assert stat.S_IMODE(manifest.stat().st_mode) & stat.S_IRUSR
    assert len(read_entries(manifest)[0]) == 2


def test_add_refuses_a_manifest_that_is_faulty_or_would_not_be_read(tmp_path: Path, run: Run) -> None:
    """A manifest whose documents no longer fit stays as it is, and a file of another kind is not made one."""
    manifest, folder = tmp_path / "manifest.json", front_end(tmp_path / "front-end")
    manifest.write_text(json.dumps({id_of("{ chidl }"): "{ chidl }"}))
    before = manifest.read_bytes()
    status, _, (sentence,) = run("documents", "add", folder, "--manifest", manifest)
    assert (status, "does not fit the schema" in sentence, manifest.read_bytes()) == (1, True, before)
    status, _, (sentence,) = run("documents", "add", folder, "--manifest", tmp_path / "manifest.graphql")
    assert (status, "ends in `.json`" in sentence) == (2, True)
    status, _, (sentence,) = run("documents", "add", folder, "--manifest", tmp_path / "none" / "manifest.json")
    assert (status, "cannot be written (No such file or directory)" in sentence) == (1, True)


def test_r37_trusted_documents_are_read_once_and_nobody_drives_them_out(tmp_path: Path) -> None:
    """Through 600 documents of a free client each trusted one, with strings or not, stays the one of the start."""
    trusted = TrustedDocuments(documents_of(Settings(data=tmp_path)), trusting(ROUND, SEVERAL, free=None))
    asked = [GraphQLRequest(None, id_of(text), None, None, None) for text in (ROUND, SEVERAL)]
    before = [trusted.find(request, None) for request in asked]
    for n in range(600):
        trusted.find(GraphQLRequest(f"query N{n} {{ __typename }}", None, None, None, None), None)
    assert [after is kept for after, kept in zip(map(trusted.find, asked, [None] * 2), before, strict=True)] == [
        True
    ] * 2
    assert [set(document._selections) for document in before] == [{"Round"}, {"Who", "Nobody", "Me"}]


def test_the_demo_is_free_and_takes_headers_and_a_service_does_not(tmp_path: Path) -> None:
    """The same settings make two doors: only `serve` holds clients to documents, and refuses headers unless told."""
    documents = front_end(tmp_path)
    demo, service = (of(Settings(documents=documents)) for of in (demo_profile, production_profile))
    assert (demo.free, demo.access_headers, len(demo.documents)) == (None, True, 2)
    assert (service.free, service.access_headers, len(service.documents)) == (frozenset(), False, 2)
    told = {"access_headers": True, "free_clients": ["tool"]}
    assert production_profile(Settings(**told)).access_headers
    assert not demo_profile(Settings(access_headers=False)).access_headers
    assert [production_profile(Settings(**told)).is_free(client) for client in ("tool", "page", None)] == [
        True,
        False,
        False,
    ]
    assert all(production_profile(Settings(free_clients=["*"])).is_free(client) for client in ("tool", "page", None))
