"""The rules of the law, R0 to R42: what each says and where it is upheld stands here, its tests are found.

How far a rule stands is said in docs/policy.md, and read from there.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.scenarios.reading import stories

ROOT = Path(__file__).resolve().parent.parent

COMING = ("access has a life", "feeds", "hardened edge", "subscriptions", "writes")
"""What the rules that do not stand yet come with."""

RULES: dict[str, tuple[str, tuple[str, ...]]] = {
    "R0": (
        "An answer depends on what is in the viewer's view and on nothing else.",
        ("authz/sight.py", "resolvers/scope.py", "authz/disclosures.py"),
    ),
    "R1": ("A withheld field is null, and its group is named.", ("authz/guard.py", "schema/withheld.py")),
    "R2": ("Withheld looks the same whether or not there is data.", ("authz/sight.py", "authz/notices.py")),
    "R3": (
        "There is one national desk, and nothing names a place.",
        ("authz/notices.py", "resolvers/broker.py", "resolvers/placeless.py"),
    ),
    "R4": ("Nobody is found by what is hidden.", ("resolvers/criteria.py", "resolvers/search.py")),
    "R5": ("No order and no cursor depends on what is hidden.", ("resolvers/cursor.py", "resolvers/child.py")),
    "R6": ("Counts and pages agree with what can be reached.", ("resolvers/page.py", "resolvers/search.py")),
    "R7": ("A caseload answers for one's own worker or team.", ("authz/caseload.py", "resolvers/caseload.py")),
    "R8": (
        "A shielded sibling hides how to reach the carer they share.",
        ("authz/sight.py", "resolvers/contact.py"),
    ),
    "R9": ("A shield covers the household.", ("resolvers/household.py", "resolvers/following.py")),
    "R10": (
        "A sensitive service shows by no path to those who may not see it.",
        ("resolvers/involvement.py", "resolvers/agency.py", "resolvers/leading.py"),
    ),
    "R11": ("A sensitive involvement needs a basis, and consent can end it.", ("resolvers/caseload.py",)),
    "R12": ("Whatever gives nothing gives the same nothing.", ("resolvers/ids.py", "resolvers/nodes.py")),
    "R13": ("A search needs enough to name one child, and never lists a crowd.", ("resolvers/criteria.py",)),
    "R14": ("An account may ask for so many records an hour.", ("resolvers/budget.py",)),
    "R15": ("Without a purpose and a reason nothing is read.", ("authz/purpose.py", "gateway/access.py")),
    "R16": (
        "A conflict of interest hides the record and is noticed.",
        ("authz/policy.py", "resolvers/attempt.py", "resolvers/kinship.py", "resolvers/counting.py"),
    ),
    "R17": (
        "An override opens one record, for minutes, and is looked into.",
        ("authz/policy.py", "resolvers/override.py", "resolvers/scope.py"),
    ),
    "R18": ("Sealed former names are neither shown nor searched.", ("authz/policy.py", "resolvers/former_name.py")),
    "R19": (
        "A feed never unshields, and its answer tells nothing.",
        ("authz/policy.py", "resolvers/submitting.py", "resolvers/likeness.py", "resolvers/landing.py"),
    ),
    "R20": ("A merge never unshields.", ("resolvers/merging.py", "resolvers/matching.py")),
    "R21": (
        "A shield is in force from its commit on.",
        ("resolvers/scope.py", "resolvers/session.py", "resolvers/details.py"),
    ),
    "R22": (
        "Concealment ends the old record, and leads nowhere.",
        ("authz/policy.py", "resolvers/concealment.py", "resolvers/registering.py", "resolvers/scope.py"),
    ),
    "R23": ("The case behind a shield is for those who decide on it.", ("authz/policy.py", "resolvers/shield.py")),
    "R24": (
        "Police see the children of an approved, unexpired application.",
        ("authz/policy.py", "resolvers/scope.py", "resolvers/applying.py"),
    ),
    "R25": (
        "An application takes two approvers from two bodies.",
        ("resolvers/application.py", "resolvers/applying.py"),
    ),
    "R26": ("Nothing lists the children of a service.", ("resolvers/caseload.py",)),
    "R27": ("Errors tell nothing of what is stored.", ("gateway/errors.py", "gateway/documents.py")),
    "R28": (
        "An account with a lapse reads nothing.",
        ("resolvers/account.py", "authz/sight.py", "resolvers/suspension.py", "resolvers/hub.py"),
    ),
    "R29": (
        "Every read leaves a trace before its answer.",
        ("authz/trail.py", "resolvers/store/journal.py", "resolvers/store/rounds.py", "resolvers/store/chain.py"),
    ),
    "R30": (
        "Who may read the trace sees no more of a shielded record by it.",
        ("authz/policy.py", "resolvers/telling.py", "resolvers/audit/recipient.py"),
    ),
    "R31": (
        "Logs hold references, and nothing about a child.",
        ("gateway/visit.py", "gateway/telemetry.py", "gateway/metrics.py", "gateway/tracing.py", "gateway/errors.py"),
    ),
    "R32": (
        "Writes do not leak.",
        ("resolvers/deed.py", "resolvers/deeds.py", "resolvers/idempotency.py", "resolvers/version.py"),
    ),
    "R33": ("Nothing beyond the contract is named.", ("schema/fields.py", "gateway/errors.py")),
    "R34": (
        "There is no event for a hidden change.",
        ("authz/change.py", "resolvers/changes.py", "resolvers/caseload_event.py", "resolvers/hub.py"),
    ),
    "R35": ("Time does not tell what is hidden.", ("resolvers/loading.py", "resolvers/store/keys.py")),
    "R36": (
        "Whatever opens a record takes two.",
        ("resolvers/shielding.py", "resolvers/resolving.py", "resolvers/team.py"),
    ),
    "R37": ("Operations share nothing.", ("resolvers/context.py", "resolvers/loaders.py")),
    "R38": ("Only a verdict is a verdict.", ("authz/guard.py", "authz/sight.py")),
    "R39": ("What a client claims gains nothing.", ("gateway/tokens.py", "resolvers/account.py")),
    "R40": ("Every guard is needed.", ("authz/policy.py",)),
    "R41": ("Doubt closes.", ("resolvers/account.py", "resolvers/store/words.py")),
    "R42": ("Ended records leave no trace.", ("authz/policy.py", "resolvers/scope.py")),
}
"""Each rule by its number: a sentence, and the files in which to look for what upholds it today."""


@dataclass(frozen=True)
class Carrier:
    """One test that carries rules: the file that it is in, below the project, and its name."""

    file: str
    name: str
    rules: frozenset[str]


@cache
def carriers() -> tuple[Carrier, ...]:
    """Return every test whose name carries the number of a rule, as `test_r8_...` and `test_r4_r8_...` do, in order."""
    return tuple(
        Carrier(path.relative_to(ROOT).as_posix(), name, frozenset(carried.upper().strip("_").split("_")))
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for name, carried in re.findall(
            r"^(?:async )?def (test_((?:r\d+_)+)\w+)", path.read_text(encoding="utf-8"), re.MULTILINE
        )
    )


def carriers_of(rule: str) -> list[Carrier]:
    """Return the tests that carry the number of `rule`."""
    return [test for test in carriers() if rule in test.rules]


def stories_of(rule: str) -> dict[str, list[str]]:
    """Return the scenarios that name `rule`, by their file: the story of each."""
    found: dict[str, list[str]] = {}
    for told in stories():
        if rule in told.rules:
            found.setdefault(f"tests/scenarios/{told.file}.yaml", []).append(told.story)
    return found


def states(law: str) -> dict[str, str]:
    """Return how far each rule stands by `law`, the text of docs/policy.md: `Held`, `In part`, or what it comes with.

    Raises ValueError for a rule that says none of them, several, or an issue that is none of `COMING`.
    """
    parts = re.split(r"^### (R\d+): .*$", law.partition("\n## The rules\n")[2], flags=re.MULTILINE)
    return {rule: _state(rule, text) for rule, text in zip(parts[1::2], parts[2::2], strict=True)}


def _state(rule: str, text: str) -> str:
    found = re.findall(r"^\*\*(Held|In part|Comes with ([a-z ]+))\b\.?\*\*", text, re.MULTILINE)
    if len(found) != 1:
        raise ValueError(f"say of {rule} either Held, In part, or Comes with")
    ((state, issue),) = found
    if issue and issue not in COMING:
        raise ValueError(f"`{issue}`, with which {rule} comes, is none of {COMING}")
    return str(state)
