"""The explorer as it was built, kept in memory: files whose hashed names never mean others, and the page naming them.

INVARIANT (own-origin): a page loads nothing but what this module serves. No rule of the policy below names another
origin, and none lets a script or a style stand within a page.
"""

import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

BUILT = Path(__file__).parent / "site"
"""Where `make explorer` puts what it builds."""

PAGE = "index.html"

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)
"""What a page may load (Content-Security-Policy 3); it holds for the workers too, which are told the same."""

HEADERS = {"Content-Security-Policy": POLICY, "Cross-Origin-Opener-Policy": "same-origin", "Vary": "Accept-Encoding"}
LASTING, CHECKED = "public, max-age=31536000, immutable", "no-cache"

NOT_BUILT = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>The children's directory</title>
<h1>The children's directory</h1>
<p>The explorer is not built here: install Node 20.19 or newer with npm, then run <code>make explorer</code>
(or <code>make run</code>, which builds it too).</p>
<p>The gateway itself answers: send <code>POST /graphql</code>, and read the contract at
<a href="/schema.graphql">/schema.graphql</a>.</p>
</html>
"""


@dataclass(frozen=True, slots=True)
class File:
    """One file: its bytes, the same compressed where the build has done so, its type and its tag."""

    body: bytes
    packed: bytes | None
    kind: str
    tag: str

    def answer(self, request: Request, cache: str) -> Response:
        """Answer the file, compressed to whoever takes that; 304 to whoever has it already (RFC 9110 13.1.2)."""
        headers = {**HEADERS, "Cache-Control": cache, "ETag": self.tag}
        named = {each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")}
        if named & {self.tag, "*"}:
            return Response(status_code=304, headers=headers)
        if self.packed is not None and _takes_gzip(request):
            return Response(self.packed, headers={**headers, "Content-Encoding": "gzip"}, media_type=self.kind)
        return Response(self.body, headers=headers, media_type=self.kind)


class Site:
    """All files of the explorer, read once. Only names that were there then are ever served."""

    def __init__(self, folder: Path = BUILT) -> None:
        paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".gz"]
        self._files = {path.relative_to(folder).as_posix(): _read(path) for path in paths}

    @property
    def built(self) -> bool:
        """Whether there is a page to serve."""
        return PAGE in self._files

    def page(self, request: Request) -> Response:
        """Answer the page, or one that says in a sentence how to get it."""
        page = self._files.get(PAGE)
        if page is None:
            return Response(NOT_BUILT, headers={"Cache-Control": "no-store"}, media_type="text/html; charset=utf-8")
        return page.answer(request, CHECKED)

    def file(self, request: Request) -> Response:
        """Answer the file that the address names; 404 for whatever is none of the site's."""
        name: str = request.path_params["name"]
        file = self._files.get(name)
        if file is None or name == PAGE:
            return Response("there is no such file: load the page anew", 404, media_type="text/plain")
        return file.answer(request, LASTING)


def _read(path: Path) -> File:
    body, packed = path.read_bytes(), path.with_name(f"{path.name}.gz")
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return File(
        body,
        packed.read_bytes() if packed.exists() else None,
        f"{kind}; charset=utf-8" if kind.startswith("text/") else kind,
        f'"{hashlib.sha256(body).hexdigest()[:32]}"',
    )


def _takes_gzip(request: Request) -> bool:
    given = [part.strip().replace(" ", "") for part in request.headers.get("accept-encoding", "").lower().split(",")]
    return any(part == "gzip" or (part.startswith("gzip;") and not part.endswith("q=0")) for part in given)
