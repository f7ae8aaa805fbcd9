"""The law for a page: the parts in Markdown that follow from the code, as `docs/policy.md` holds them."""

from collections.abc import Callable, Iterable, Mapping
from textwrap import fill

from authz.disclosures import DISCLOSURES
from authz.policy import POLICY
from authz.sentences import sentence
from authz.table import BEYOND, COLUMNS, beyond, matrix
from authz.words import Role, Shield
from gateway.policy_text import HELD, NARROWED

WIDTH = 120

SIGNS = (
    "`Y` seen · `Y*` seen unless former names are sealed · `own` only the viewer's own rows · `iss` only what the "
    "viewer's organisation issued · `-` withheld · blank: the record does not exist for this viewer. Where a standing "
    "is not named, it changes nothing."
)


def page() -> str:
    """Return all parts as one page."""
    return "\n\n".join(["# The law", *(f"## {heading}\n\n{part()}" for heading, part in PARTS.items())])


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a Markdown table."""
    cells = list(head)
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([f"| {' | '.join(cells)} |", "|---" * len(cells) + "|", *lines])


def wrapped(text: str) -> str:
    """Return `text` in lines of at most 120 characters."""
    return fill(text, WIDTH, break_on_hyphens=False, break_long_words=False)


def _matrices() -> str:
    parts = [wrapped(SIGNS)]
    for shield, heading in ((Shield.OPEN, "An open record, LIVE"), (Shield.SHIELDED, "A shielded record, LIVE")):
        parts += [f"### {heading}", table(["role (standing)", *COLUMNS], matrix(shield))]
    parts += [
        "### Other records",
        "`as live`: as the matrices say · blank: no record.",
        table(["role", *BEYOND], beyond()),
    ]
    return "\n\n".join(parts)


def _sentences() -> str:
    return table(["rule", "in full"], ([f"`{rule.id}`", sentence(rule)] for rule in POLICY))


def _held() -> str:
    rows = ([role, *(" ".join(held[role]) for held in HELD.values())] for role in Role)
    return "\n\n".join([table(["role", *HELD], rows), *NARROWED])


def _disclosures() -> str:
    parts = [(f"**{each.id}.** {each.tells}", f"*Why:* {each.why}", f"*Limit:* {each.limit}") for each in DISCLOSURES]
    return "\n\n".join(wrapped(line) for part in parts for line in part)


PARTS: Mapping[str, Callable[[], str]] = {
    "Matrices": _matrices,
    "Sentences in full": _sentences,
    "Acts and purposes": _held,
    "Declared disclosures": _disclosures,
}
"""Each part by its heading; the page of the law holds it between markers of this name."""
