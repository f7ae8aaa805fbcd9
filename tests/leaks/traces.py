"""Leaks to plant in what is told of why an answer is as it is."""

from tests.leaks.guardians import Journeys
from tests.leaks.leak import Leak
from tests.leaks.tree import Patch


def _journey(name: str) -> Journeys:
    return Journeys((f"tests/journeys/test_why.py::test_{name}",))


def _attack(name: str) -> Journeys:
    return Journeys((f"tests/journeys/test_why_attacked.py::test_{name}",))


TRACES = (
    Leak(
        "why told to who asked",
        "The account from which something was withheld reads why, and with it the kind of reason behind a shield.",
        "CWE-863, incorrect authorization",
        (
            Patch(
                "resolvers/traces.py",
                ".where(wanted, lasting, ~own)",
                ".where(wanted, lasting)",
            ),
        ),
        (_journey("unknown_and_foreign_and_expired_traces_are_one"),),
    ),
    Leak(
        "why told to the other account of who asked",
        "A practitioner who is an auditor too reads why something was withheld from them.",
        "CWE-863, incorrect authorization",
        (Patch("resolvers/traces.py", "        asker.practitioner_id == mine.practitioner_id,\n", ""),),
        (_attack("another_account_of_the_person_who_asked_is_not_told"),),
    ),
    Leak(
        "why told of the own family",
        "An auditor is told by which rules a record was withheld with which they are in conflict.",
        "CWE-285, improper authorization",
        (
            Patch(
                "gateway/why.py",
                "for key, kept in trace.verdicts.items() if key not in hidden",
                "for key, kept in trace.verdicts.items()",
            ),
        ),
        (_attack("r16_an_auditor_is_told_nothing_of_records_in_conflict"),),
    ),
    Leak(
        "why told for ever",
        "A trace is told as long as it has not been deleted, whenever that is.",
        "CWE-613, insufficient expiration",
        (Patch("resolvers/traces.py", ".where(wanted, lasting, ", ".where(wanted, "),),
        (_journey("unknown_and_foreign_and_expired_traces_are_one"),),
    ),
    Leak(
        "why told to every reader of trails",
        "A directory team reads why anything was withheld from anybody, of records of other authorities too.",
        "CWE-285, improper authorization",
        (
            Patch(
                "gateway/why.py",
                "if not self.demo and oversight_of(viewer.role) is not Oversight.WHOLE:",
                "if not self.demo and oversight_of(viewer.role) is Oversight.NONE:",
            ),
        ),
        (_journey("elsewhere_than_in_the_demo_only_auditors_are_told"),),
    ),
    Leak(
        "ids in traces",
        "An auditor is told the ids of records, by which others open them, and not their references alone.",
        "CWE-200, exposure of sensitive information",
        (Patch("gateway/why.py", "told(operation, trace, by_id=self.demo)", "told(operation, trace, by_id=True)"),),
        (_journey("an_auditor_learns_no_childs_data"),),
    ),
    Leak(
        "why read unseen",
        "Who reads why leaves no event that names the records.",
        "CWE-778, insufficient logging",
        (
            Patch(
                "gateway/why.py",
                "        operation.trail.traced(key, Standing.NONE, shielded=kept.facts.shield is not Shield.OPEN)\n",
                "        write_id(Kind.CHILD, key)\n",
            ),
        ),
        (_journey("r29_who_reads_why_is_in_the_journal"),),
    ),
    Leak(
        "a trace only where something is",
        "An operation that found a record is given a trace, one that found none is not.",
        "CWE-203, observable discrepancy",
        (
            Patch(
                "gateway/operations.py",
                "if self.traces is None or verdicts is None:",
                "if self.traces is None or verdicts is None or not verdicts.of:",
            ),
        ),
        (_journey("what_does_not_exist_for_the_viewer_is_in_no_trace"),),
    ),
)
