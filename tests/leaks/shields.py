"""Leaks to plant in what is done about shields: records left open, opened by one, or told of by a hold."""

from tests.leaks.guardians import Journeys, Proof
from tests.leaks.leak import Leak
from tests.leaks.tree import Patch


def _journey(file: str, name: str) -> Journeys:
    return Journeys((f"tests/journeys/test_{file}.py::test_{name}",))


SHIELDS = (
    Leak(
        "siblings by address forgotten",
        "A shield puts on hold who shares a carer, and leaves open who lives at the same address.",
        "CWE-285, improper authorization",
        (
            Patch(
                "resolvers/household.py",
                "return union(select(child), sharing_carer(child), *by_address)",
                "return union(select(child), sharing_carer(child), *([] and by_address))",
            ),
        ),
        (_journey("shield_requests", "r9_the_household_is_put_on_hold"),),
    ),
    Leak(
        "hidden address told by holds",
        "A request on a record that is shielded already puts its household on hold, and so tells where the child lives.",
        "CWE-203, observable discrepancy",
        (Patch("resolvers/shielding.py", "    if child.shielded:\n", "    if not key:\n"),),
        (_journey("shield_requests", "r9_a_request_on_a_shielded_record_adds_a_case_alone"),),
    ),
    Leak(
        "address of one who has left",
        "A hold tells the address that is still stored of a child who has left England, which no record shows.",
        "CWE-203, observable discrepancy",
        (Patch("resolvers/household.py", ", ~condition(child, Status.LEFT))", ")"),),
        (_journey("shield_requests", "r9_the_household_is_put_on_hold"),),
    ),
    Leak(
        "refused by one",
        "The first refusal of a request opens the record and its household.",
        "CWE-654, reliance on a single factor in a security decision",
        (
            Patch(
                "resolvers/shielding.py",
                "    if second:\n        await deed.write(_ONE.values(state=ShieldState.REFUSED",
                "    if True:\n        await deed.write(_ONE.values(state=ShieldState.REFUSED",
            ),
        ),
        (_journey("shield_decisions", "r36_a_request_is_refused_by_two"),),
    ),
    Leak(
        "lifted by the requester",
        "Who has requested a shield is one of the two who lift it.",
        "CWE-862, missing authorization",
        (
            Patch(
                "resolvers/shielding.py",
                '        if shield.requester == deed.viewer.account:\n            raise needs_second_person("who has requested a shield does not lift',
                '        if False:\n            raise needs_second_person("who has requested a shield does not lift',
            ),
        ),
        (_journey("shield_decisions", "r36_the_requester_neither_refuses_nor_lifts"),),
    ),
    Leak(
        "proposal of somebody suspended",
        "A proposal to lift counts whose account has been suspended since.",
        "CWE-613, insufficient session expiration",
        (
            Patch(
                "resolvers/team.py",
                "    return *of_the_team, *in_force(_ACCOUNT, _BODY), ~conflict",
                "    return *of_the_team, _BODY.id == _ACCOUNT.organisation_id, ~conflict",
            ),
        ),
        (_journey("shield_decisions", "r41_who_speaks_for_the_team_no_more_does_not_count"),),
    ),
    Leak(
        "holds end while another shield stands",
        "The end of one request opens a household of which another shield stands.",
        "CWE-285, improper authorization",
        (
            Patch(
                "resolvers/following.py",
                "    return func.coalesce(own.scalar_subquery(), found.scalar_subquery())",
                "    return func.coalesce(own.scalar_subquery(), null() if found is not None else None)",
            ),
        ),
        (_journey("shield_decisions", "r9_a_hold_stays_while_another_shield_of_its_record_stands"),),
    ),
    Leak(
        "record opened beside its sibling",
        "A record whose shield has ended is opened though a sibling of the same address is shielded yet.",
        "CWE-285, improper authorization",
        (
            Patch(
                "resolvers/following.py",
                '    await deed.write(_HOLD_UNDER_HEIR, of_shield=shield, seed=deed.seed_of("hold"))\n',
                "",
            ),
        ),
        (_journey("shield_decisions", "r9_a_record_goes_on_hold_while_a_sibling_is_shielded_yet"),),
    ),
    Leak(
        "parted by one",
        "One account says that a child does not live with a shielded one, and its record is open.",
        "CWE-654, reliance on a single factor in a security decision",
        (
            Patch(
                "resolvers/resolving.py",
                "elif await _is_second(deed, task):\n        await resolved(deed, task, resolution, note)\n        await _part(",
                "elif await _is_second(deed, task) or True:\n        await resolved(deed, task, resolution, note)\n"
                "        await _part(",
            ),
        ),
        (_journey("resolving", "r36_that_a_child_does_not_live_there_takes_two"),),
    ),
    Leak(
        "shared address left behind",
        "A child is parted from a shielded one, and its open record goes on showing the address of both.",
        "CWE-200, exposure of sensitive information",
        (Patch("resolvers/resolving.py", "    await deed.write(_PART_ADDRESS, **bound)\n", ""),),
        (_journey("resolving", "r9_an_address_in_common_ends_with_its_hold"),),
    ),
    Leak(
        "reason passed on",
        "A team learns the reason of another team's case from a shield that was a hold.",
        "CWE-200, exposure of sensitive information",
        (
            Patch(
                "resolvers/shield.py",
                "    found = _cases().join(_CHILD, _CHILD.id == _ROW.child_id).add_columns(*child_columns(role, _CHILD))\n    return found.where(sees_where(role, CASE, _CHILD))",
                "    found = _cases().join(_CHILD, _CHILD.id == _ROW.child_id).add_columns(*child_columns(role, _CHILD))\n    return found.where(sees_where(role, (FieldGroup.IDENTITY,), _CHILD))",
            ),
        ),
        (Proof(), _journey("resolving", "r23_the_reason_of_another_teams_case_is_not_copied")),
    ),
    Leak(
        "household counted by its statements",
        "Who is put on hold is told by what a request runs: nothing more where nobody is.",
        "CWE-208, observable timing discrepancy",
        (
            Patch(
                "resolvers/shielding.py",
                '    await deed.write(ASK_THE_TEAM, of_shield=shield, seed=deed.seed_of("task"))\n',
                '    held = await deed.connection.scalar(select(t.Shield.id).where(t.Shield.raised_by_id == shield).limit(1))\n    if held is not None:\n        await deed.write(ASK_THE_TEAM, of_shield=shield, seed=deed.seed_of("task"))\n',
            ),
            Patch(
                "resolvers/shielding.py", "from sqlalchemy import update\n", "from sqlalchemy import select, update\n"
            ),
        ),
        (_journey("shield_races", "r0_a_request_runs_the_same_statements_whatever_household_there_is"),),
    ),
    Leak(
        "proposal of somebody in conflict",
        "Who is in conflict with a record has a part in opening it.",
        "CWE-285, improper authorization",
        (Patch("resolvers/team.py", "*in_force(_ACCOUNT, _BODY), ~conflict", "*in_force(_ACCOUNT, _BODY)"),),
        (_journey("shield_decisions", "r41_a_proposal_of_somebody_who_may_not_speak_any_more_does_not_count"),),
    ),
    Leak(
        "household told by a refusal",
        "A record stays closed after its request is refused, since a child who was shielded before lives there too.",
        "CWE-203, observable discrepancy",
        (
            Patch(
                "resolvers/following.py",
                "and_(heir.child_id.in_(members), or_(heir.since >= since, heir.raised_by_id == SHIELD))",
                "heir.child_id.in_(members)",
            ),
        ),
        (_journey("shield_decisions", "r9_a_refused_request_does_not_tell_where_a_shielded_child_lives"),),
    ),
    Leak(
        "word of another household",
        "That a child does not live with one shielded child counts for another one, who stands in for it.",
        "CWE-654, reliance on a single factor in a security decision",
        (
            Patch(
                "resolvers/following.py", "or_(_GOING.id == SHIELD, _HELD)", "or_(_GOING.id == SHIELD, _to_end(_GOING))"
            ),
        ),
        (_journey("shield_decisions", "r36_a_hold_that_is_handed_on_is_asked_about_anew"),),
    ),
    Leak(
        "reason of one deed",
        "Why two deeds were asked for is told on the open record, though the other is shielded.",
        "CWE-200, exposure of sensitive information",
        (
            Patch(
                "resolvers/telling.py",
                "beside.account_id == event.account_id, beside.at == event.at, in_days(beside.at)",
                "beside.id == event.id, beside.at == event.at, in_days(beside.at)",
            ),
        ),
        (_journey("trail", "r30_a_reason_is_of_all_deeds_of_its_operation"),),
    ),
    Leak(
        "minute of an override",
        "The task of an override tells its instant, by which another record's trail names who did it.",
        "CWE-203, observable discrepancy",
        (Patch("resolvers/override.py", '"since": deed.moment.hour', '"since": now'),),
        (_journey("trail", "r30_no_instant_tells_whose_deed_a_task_comes_of"),),
    ),
    Leak(
        "tasks without a trace",
        "What is asked about shielded children is read by lists of tasks, and no record of the journal says so.",
        "CWE-778, insufficient logging",
        (Patch("resolvers/task.py", "    await operation.name(*read_children(rows[:first], operation.viewer))\n", ""),),
        (_journey("tasks", "r29_a_list_of_tasks_leaves_a_trace_of_each_record"),),
    ),
)
