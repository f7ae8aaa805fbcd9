"""The pages that are made of code and tests: `python -m tests.pages`, run by `make golden`, writes them anew."""

from collections.abc import Callable, Mapping

from gateway.policy_page import PARTS, table
from gateway.settings_text import markdown as settings_table
from tests.mutants.law import columns_page
from tests.rules import ROOT, RULES, carriers_of, states, stories_of

BEGIN, END = "<!-- made by make golden: {} -->", "<!-- made: end -->"

RULES_HEAD = """\
# The rules, and the tests that carry them

This page is made: `make golden` writes it anew from `tests/rules.py`, from the names of the tests, from the scenarios
and from [the law](policy.md#the-rules), which says more of each rule and of how far it stands. A test fails where it is
not as it would be made, where a rule has neither a test nor the issue that it comes with, and where a test is named
after a rule that does not exist.

A test carries a rule by its name (`test_r8_...`), a scenario by its line `rules`."""


def law_page() -> str:
    """Return docs/policy.md with each part that follows from the code made anew between its marks."""
    return _with_parts("docs/policy.md", PARTS)


def settings_page() -> str:
    """Return docs/settings.md with the table of the settings made anew from their declarations."""
    return _with_parts("docs/settings.md", {"settings": settings_table})


def _with_parts(name: str, parts: Mapping[str, Callable[[], str]]) -> str:
    text = (ROOT / name).read_text(encoding="utf-8")
    for heading, part in parts.items():
        begin = BEGIN.format(heading)
        before, found, rest = text.partition(f"{begin}\n")
        _, ended, after = rest.partition(f"\n{END}\n")
        if not (found and ended):
            raise ValueError(f"{name} has no part between `{begin}` and `{END}`")
        text = f"{before}{found}\n{part()}\n{ended}{after}"
    return text


def rules_page() -> str:
    """Return docs/rules.md: a table of all rules, and below it the tests of each."""
    stand = states((ROOT / "docs" / "policy.md").read_text(encoding="utf-8"))
    rows = [[_linked(rule), said, _files(where), stand[rule], _count(rule)] for rule, (said, where) in RULES.items()]
    head = ["rule", "what it says", "where it is upheld", "how far", "tests"]
    lists = [_list(rule) for rule in RULES if carriers_of(rule) or stories_of(rule)]
    return "\n\n".join([RULES_HEAD, table(head, rows), *lists]) + "\n"


def _linked(rule: str) -> str:
    return f"[{rule}](#{rule.lower()})" if carriers_of(rule) or stories_of(rule) else rule


def _files(paths: tuple[str, ...]) -> str:
    return ", ".join(f"[`{path}`](../{path})" for path in paths)


def _count(rule: str) -> str:
    counted = ((len(carriers_of(rule)), "test"), (sum(map(len, stories_of(rule).values())), "scenario"))
    return ", ".join(f"{count} {word}{'s' if count > 1 else ''}" for count, word in counted if count)


def _list(rule: str) -> str:
    """Return the tests of `rule` by their files, under a heading of its own."""
    found: dict[str, list[str]] = {}
    for test in carriers_of(rule):
        found.setdefault(test.file, []).append(f"`{test.name}`")
    found |= stories_of(rule)
    lines = [line for file, names in found.items() for line in (f"- [{file}](../{file})", *(f"  - {n}" for n in names))]
    return "\n".join([f"## {rule}", "", *lines])


PAGES: dict[str, Callable[[], str]] = {
    "docs/policy.md": law_page,
    "docs/rules.md": rules_page,
    "docs/settings.md": settings_page,
    "tests/golden/columns.txt": columns_page,
}
"""Each page that is made, wholly or in parts, with what makes it."""


def main() -> None:
    """Write every page anew."""
    for name, make in PAGES.items():
        (ROOT / name).write_text(make(), encoding="utf-8")


if __name__ == "__main__":
    main()
