"""The code in the pages for integrations and front-ends is code that the tests run."""

import re
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PAGES = ["docs/integrate.md", "docs/frontend.md"]
BLOCK = re.compile(r"(?:<!-- (\S+) -->\n\n)?^( *)```(\w+)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
CHECKED_ELSEWHERE = {"graphql", "json", "text"}
"""Documents are validated, and so is the `query` of JSON (`test_documents_fit_the_schema`); a text is no code."""


def blocks(page: str) -> list[tuple[str, str, str]]:
    """Return file, language and text of each block of code in a page."""
    text = "\n".join(line.rstrip() for line in (ROOT / page).read_text(encoding="utf-8").splitlines())
    text = re.sub(r"^ +(?=<!-- examples/)", "", text, flags=re.MULTILINE)
    return [(file, kind, textwrap.dedent(code)) for file, _, kind, code in BLOCK.findall(text)]


@pytest.mark.parametrize("page", PAGES)
def test_code_in_a_page_is_an_excerpt_of_an_example(page: str) -> None:
    """Each block of code stands, line by line, in the file of examples/ that is named above it."""
    found = blocks(page)
    assert len(found) > 10
    for file, kind, code in found:
        if kind in CHECKED_ELSEWHERE:
            continue
        assert file.startswith("examples/"), f"{page}: a block of {kind} names no example: {code[:80]}"
        kept = (ROOT / file).read_text(encoding="utf-8")
        assert _within(code, kept), f"{page}: not in {file}: {code[:200]}"


def _within(code: str, kept: str) -> bool:
    """Tell whether an excerpt stands in a file, farther to the right than in the page."""
    lines, all_lines = code.splitlines(), kept.splitlines()
    for start in range(len(all_lines) - len(lines) + 1):
        if textwrap.dedent("\n".join(all_lines[start : start + len(lines)])).splitlines() == lines:
            return True
    return False


def test_a_page_that_differs_from_its_example_is_noticed() -> None:
    """A line that was changed is no excerpt; one that is further to the right in the file is."""
    kept = "def f():\n    if x:\n        return 1\n"
    assert _within("if x:\n    return 1", kept)
    assert not _within("if x:\n    return 2", kept)


def test_every_example_is_named_in_a_page() -> None:
    """Each folder of examples/ stands in docs/integrate.md or docs/frontend.md."""
    told = "".join((ROOT / page).read_text(encoding="utf-8") for page in PAGES)
    assert [
        each.name for each in (ROOT / "examples").iterdir() if each.is_dir() and f"examples/{each.name}" not in told
    ] == []
