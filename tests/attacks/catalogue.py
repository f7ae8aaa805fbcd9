"""The attacks: documents that are small to send and large to answer, bodies that are none, heads and sockets."""

import json

from tests.attacks.attack import CLOSED, Answer, Attack, Target, document, raw

LIMIT, INVALID, UNPARSED = (
    Answer(400, code) for code in ("LIMIT_EXCEEDED", "GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED")
)
BAD, INPUT, LARGE = Answer(400, "BAD_REQUEST"), Answer(400, "BAD_USER_INPUT"), Answer(413, "LIMIT_EXCEEDED")
SLOW, HEAD, NO_HTTP = Answer(408, "TIMEOUT"), Answer(431), Answer(400)
DATA = Answer(200, "data")


def chain(length: int, spreads: str) -> str:
    """Return a document whose fragments spread the next one, in the way that `spreads` says."""
    parts = " ".join(f"fragment f{n} on Viewer {{ {spreads.replace('#', f'f{n + 1}')} }}" for n in range(length))
    return "{ viewer { ...f0 } } " + parts + f" fragment f{length} on Viewer {{ id }}"


def nested(opening: str, inner: str, depth: int) -> str:
    return opening * depth + inner + " }" * depth


FRAGMENTS = [
    document("fragments that double, 25 times over", chain(25, "...# ...#"), LIMIT),
    document("fragments that double, 80 times over", chain(80, "...# ...#"), LIMIT),
    document("fragments that double below fields", chain(25, "organisation { id } ...# ...#"), LIMIT),
    document("a fragment that spreads itself", "{ viewer { ...f } } fragment f on Viewer { ...f id }", INVALID),
    document("a cycle of 29 fragments", chain(28, "...# ...#").replace("{ id }", "{ ...f0 }"), INVALID, LIMIT),
    document("200 fragments that are not there", "{ viewer {" + " ...gone" * 200 + " } }", INVALID),
    document("fragments that each meet all others", "{ viewer {" + "".join(f" ...f{n}" for n in range(30)) + " } }"
             + "".join(f" fragment f{n} on Viewer {{ id name role ...f{(n + 1) % 30} }}" for n in range(30)),
             INVALID, LIMIT),
]  # fmt: skip
WIDTH = [
    document("990 times the same field", "{ viewer {" + " id" * 985 + " } }", LIMIT),
    document("245 times the same object", "{" + " viewer { id }" * 245 + " }", LIMIT),
    document("fields in conflict", "{ viewer {" + " a: id a: name" * 160 + " } }", LIMIT),
    document("400 aliases", "{" + "".join(f" a{n}: __typename" for n in range(400)) + " }", LIMIT),
    document("11 root fields", "{" + "".join(f" a{n}: viewer {{ id }}" for n in range(11)) + " }", LIMIT),
    document("ten wide pages at once", "{" + "".join(
        f" a{n}: caseload(first: 500) {{ edges {{ node {{ contacts {{ child {{ childId }} }} }} }} }}" for n in range(10)) + " }", LIMIT),
    document("pages within pages", "{ organisations(first: 100) { edges { node { practitioners(first: 100) "
             "{ edges { node { caseload(first: 100) { edges { cursor } } } } } } } } }", LIMIT),
    document("the same by variables", "query($n: Int) { organisations(first: $n) { edges { node { practitioners("
             "first: $n) { edges { node { caseload(first: $n) { edges { cursor } } } } } } } } }", LIMIT,
             variables={"n": 100}),
    document("150 directives", "{ viewer { id" + " @skip(if: true)" * 150 + " } }", LIMIT),
    document("150 directives that are not there", "{ viewer { id" + " @gone" * 150 + " } }", LIMIT),
    document("110 operations", "".join(f"query q{n} {{ viewer {{ ...f }} }} " for n in range(110))
             + "fragment f on Viewer { id }", DATA, BAD, operationName="q1"),
    document("190 variables", "query(" + "".join(f"$v{n}: Int " for n in range(190)) + ") { viewer { id } }", INVALID),
    document("300 arguments", "{ caseload(" + "first: 1 " * 300 + ") { edges { cursor } } }", INVALID),
]  # fmt: skip
DEPTH = [
    document("selections 200 deep", "{" + nested(" viewer {", " id", 200) + " }", LIMIT),
    document("inline fragments 230 deep", "{" + nested(" ... {", " viewer { id }", 230) + " }", LIMIT),
    document("lists 450 deep", "{ nodes(ids: " + "[" * 450 + "]" * 450 + ") { id } }", LIMIT),
    document("bodies within bodies", "{ viewer {" + nested(
        " organisation { practitioners(first: 1) { edges { node {", "", 5).replace(" }", " } } } }") + " } }",
        LIMIT, UNPARSED),
    document("introspection 25 deep", "{ __schema { types {" + nested(" ofType {", " name", 25) + " } } }", LIMIT),
    document("introspection twice", "{ __schema { description } ... { __schema { description } } }", LIMIT),
    document("introspection under 20 names", "{" + "".join(
        f' a{n}: __type(name: "Child") {{ name }}' for n in range(20)) + " }", LIMIT),
]  # fmt: skip
VALUES = [
    document("an integer of 5,000 digits", "{ caseload(first: " + "9" * 5_000 + ") { edges { cursor } } }", LIMIT),
    document("a float that is none", "{ caseload(first: 1e999999999) { edges { cursor } } }", INVALID),
    document("a name of 60,000 characters", "query " + "A" * 60_000 + " { viewer { id } }", LIMIT),
    document("60,000 characters of comment", "#" * 60_000 + "\n{ viewer { id } }", DATA, LIMIT),
    document("20,000 comments", "#\n" * 20_000 + "{ viewer { id } }", LIMIT),
    document("a block string of 21,000 quotes", '{ child(directoryNumber: """' + '\\"""' * 7_000 + '""") { id } }', DATA),
    document("a search for 10,000 letters", "query($s: ChildSearch!) { children(search: $s) { tooMany } }", INPUT,
             Answer(200, "BAD_USER_INPUT"), variables={"s": {"familyName": "a" * 10_000, "dateOfBirth": "2016-01-01"}}),
    document("10,000 ids", "query($i: [ID!]!) { nodes(ids: $i) { id } }", Answer(200, "BAD_USER_INPUT"),
             variables={"i": ["a"] * 10_000}),
    document("10,000 nulls for ids", "query($i: [ID!]!) { nodes(ids: $i) { id } }", INPUT, variables={"i": [None] * 9_000}),
    document("variables 400 deep", "query($s: ChildSearch!) { children(search: $s) { tooMany } }", INPUT, BAD,
             variables={"s": json.loads('{"familyName":' * 400 + "1" + "}" * 400)}),
    document("3,000 variables that nobody asks for", "{ viewer { id } }", DATA,
             variables={f"v{n}": n for n in range(3_000)}),
    document("a number beyond all numbers", "query($n: Int) { caseload(first: $n) { edges { cursor } } }", INPUT,
             variables={"n": 10**15}),
]  # fmt: skip
BODIES = [
    raw("a document of a megabyte", lambda at: at.body(b'{"query": "' + b" " * 1_000_000 + b'"}'), LARGE, CLOSED),
    raw("JSON 30,000 deep", lambda at: at.body(b"[" * 30_000 + b"]" * 30_000), BAD),
    raw("a number of 60,000 digits", lambda at: at.body(b'{"query": ' + b"9" * 60_000 + b"}"), BAD),
    raw("a batch of 2,000", lambda at: at.body(b"[" + b",".join([b'{"query":"{viewer{id}}"}'] * 2_000) + b"]"), BAD),
    raw("JSON that is no object", lambda at: at.body(b'"{ viewer { id } }"'), BAD),
    raw("bytes that are no UTF-8", lambda at: at.body(b'{"query": "\xff\xfe"}'), BAD),
    raw("half a surrogate", lambda at: at.body(b'{"query": "{ viewer { id } }", "operationName": "\\ud800"}'), BAD),
    raw("the same key 2,501 times", lambda at: at.body(b"{" + b'"query":"{viewer{id}}",' * 2_500 + b'"query":"{viewer{id}}"}'), DATA),
    raw("a bomb in gzip", lambda at: at.body(b"\x1f\x8b\x08" + b"\0" * 500, "Content-Encoding: gzip"), BAD),
    raw("multipart", lambda at: at.body(b"--x--", "Content-Type: multipart/form-data; boundary=x"), Answer(415, "BAD_REQUEST")),
]  # fmt: skip


def _slow(piece: bytes, times: int) -> tuple[bytes, ...]:
    return (piece,) * times


SOCKETS = [
    raw("a body that never comes", lambda at: at.raw(at.head(100)), SLOW),
    raw("a body that comes a byte at a time", lambda at: at.raw(at.head(5_000), *_slow(b" ", 400), pause=0.02), SLOW),
    raw("a body of ten gigabytes, by its own account", lambda at: at.raw(at.head(10**10), b" " * 1_000), LARGE),
    raw("chunks without end", lambda at: at.raw(
        at.head(None, "Transfer-Encoding: chunked"), *_slow(b"1000\r\n" + b" " * 4_096 + b"\r\n", 200)), LARGE, CLOSED),
    raw("a head of a megabyte", lambda at: at.raw(at.head(0, "X: " + "a" * 1_000_000)), HEAD, CLOSED),
    raw("10,000 headers", lambda at: at.raw(at.head(0, *(f"X{n}: y" for n in range(10_000)))), HEAD, CLOSED),
    raw("a head without an end", lambda at: at.raw(b"POST /graphql HTTP/1.1\r\n", *_slow(b"X: y\r\n", 20_000)), HEAD, CLOSED),
    raw("a token of 20,000 characters", lambda at: Target(at.url, "a" * 20_000).ask("{ viewer { id } }"),
        Answer(401, "UNAUTHENTICATED")),
    raw("two lengths of one body", lambda at: at.raw(at.head(5, "Content-Length: 6") + b"      "), NO_HTTP, CLOSED),
    raw("a length and chunks", lambda at: at.raw(at.head(5, "Transfer-Encoding: chunked") + b"0\r\n\r\n"), NO_HTTP, BAD, CLOSED),
    raw("no HTTP at all", lambda at: at.raw(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 50), NO_HTTP, CLOSED),
    raw("a question in the address", lambda at: at.raw(at.head(None, method="GET", path="/graphql?query={viewer{id}}")),
        Answer(405)),
    raw("an address of 20,000 characters", lambda at: at.raw(at.head(0, path="/" + "a" * 20_000)), Answer(404)),
    raw("50 requests in one burst", lambda at: at.raw(
        (at.head(27) + b'{"query": "{ viewer { id }}"}'[:27]) * 50, answers=50), DATA, BAD),
]  # fmt: skip
ATTACKS: list[Attack] = [*FRAGMENTS, *WIDTH, *DEPTH, *VALUES, *BODIES, *SOCKETS]
