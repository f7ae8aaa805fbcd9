"""Leaks to plant, one at a time: those by which the field has given away what it meant to hide.

Each says what it is, and which published weakness it stands for, by its number in the Common Weakness Enumeration.
A patch is a small, distinctive piece of code; one that no longer applies is a failure that says so.
"""

from tests.leaks.guardians import Journeys, Law, Proof, Scenarios, Worlds
from tests.leaks.leak import Leak
from tests.leaks.shields import SHIELDS
from tests.leaks.streams import STREAMS
from tests.leaks.traces import TRACES
from tests.leaks.tree import Patch


def _journey(file: str, name: str) -> Journeys:
    return Journeys((f"tests/journeys/test_{file}.py::test_{name}",))


_TEAMS_WORLDS = Worlds(viewers=("team",))
"""The worlds as a team sees them, which reads trails."""

BESIDE_THE_FIELD = (
    Leak(
        "guard removed",
        "A child's telephone loses its guard and becomes a part of the record.",
        "CWE-862, missing authorization",
        (
            Patch(
                "schema/child.py",
                """    phone: str | None = guarded(
        G.WHEREABOUTS,
        description="The child's own telephone",""",
                """    phone: str | None = part(
        description="The child's own telephone [WHEREABOUTS]",""",
            ),
        ),
        (Proof(),),
    ),
    Leak(
        "guard of a wider group",
        "The addresses of carers are guarded by a group that more viewers hold.",
        "CWE-863, incorrect authorization",
        (
            Patch(
                "schema/contact.py",
                "    address: Address | None = guarded(_WHEREABOUTS, ",
                "    address: Address | None = guarded(FieldGroup.CONTACT_NAMES, ",
            ),
        ),
        (Proof(),),
    ),
    Leak(
        "level let through",
        "The guards, asked for a whole level at once, let every row through.",
        "CWE-863, incorrect authorization: two paths, one of them unchecked",
        (
            Patch(
                "authz/guard.py",
                "        return [0 if sight is None else sight.bits for sight in sights]",
                "        return [0 if sight is None else -1 for sight in sights]",
            ),
        ),
        (Proof(),),
    ),
    Leak(
        "verdict that is no Sight",
        "Whatever has the methods of a verdict is taken for one, so that a mistake in its place opens the field.",
        "CWE-636, not failing securely",
        (
            Patch(
                "authz/guard.py",
                "    return sight if type(sight) is Sight else None",
                "    return sight if sight is None or type(sight) is Sight else Sight(-1, ())",
            ),
        ),
        (Proof(),),
    ),
    Leak(
        "keys not by verdict",
        "A loader reads for all parents of a level, whatever the verdict on each says.",
        "CWE-862, missing authorization: the check stands at the field, the data is there already",
        (
            Patch(
                "resolvers/loading.py",
                "    return [parent for parent in parents if parent.sight.bits & bits and not parent.sight.bits & whole]",
                "    return [parent for parent in parents if not (bits and parent.sight.bits & whole)]",
            ),
        ),
        (_journey("sensitive", "r10_a_viewer_sees_the_own_sensitive_row_and_no_other"), Worlds()),
    ),
)

LISTS = (
    Leak(
        "filter not blinded",
        "A search by telephone, e-mail or postcode finds a record whose whereabouts are withheld.",
        "CWE-202, exposure through data queries: filters on hidden columns",
        (
            Patch(
                "resolvers/search.py",
                "    return and_(sees_where(role, (FieldGroup.WHEREABOUTS,), child), now.exists())",
                "    return now.exists()",
            ),
        ),
        (Proof(),),
    ),
    Leak(
        "sort on a hidden value",
        "A caseload is ordered by the postcodes of its children.",
        "CWE-202, exposure through data queries: sorting by hidden columns",
        (
            Patch(
                "resolvers/child.py",
                "    return statement.order_by(*in_order(t.Child)).limit(LIMIT)",
                "    postcode = select(t.ChildReach.postcode).where(t.ChildReach.child_id == t.Child.id).limit(1)\n"
                "    return statement.order_by(postcode.scalar_subquery(), *in_order(t.Child)).limit(LIMIT)",
            ),
        ),
        (Proof(), Worlds()),
    ),
    Leak(
        "cursor with a value",
        "The cursors of a caseload carry the telephone of the child, as a keyset would the column that it sorts by.",
        "CWE-201, sensitive information in sent data: cursors that hold keyset values",
        (
            Patch(
                "resolvers/child.py",
                "    statement = visible_children(role, t.Child).where(on_own_caseload(t.Child))\n",
                "    statement = visible_children(role, t.Child).where(on_own_caseload(t.Child))\n"
                "    mark = select(t.ChildReach.phone).where(t.ChildReach.child_id == t.Child.id).limit(1)\n"
                '    statement = statement.add_columns(mark.scalar_subquery().label("mark"))\n',
            ),
            Patch(
                "resolvers/child.py",
                "    page = cut(read_children(rows, operation.viewer), first, scope, has_previous=mark is not None)\n",
                "    page = cut(read_children(rows, operation.viewer), first, scope, has_previous=mark is not None)\n"
                '    edges = [e._replace(cursor=f"{e.cursor}.{row.mark}") for e, row in zip(page.edges, rows)]\n'
                "    page = Page(edges, page.has_next, page.has_previous)\n",
            ),
        ),
        (Proof(), Worlds()),
    ),
    Leak(
        "old cursor marks a place",
        "A cursor of a child who is hidden by now still tells where that child would stand in the list.",
        "CWE-1230, exposure through metadata",
        (
            Patch(
                "resolvers/child.py",
                "        statement = statement.join(mark, and_(mark.id == AFTER, sees_where(role, IDENTITY, mark)))",
                "        statement = statement.join(mark, and_(mark.id == AFTER))",
            ),
        ),
        (Proof(), _journey("ended_records", "r42_who_comes_of_age_is_gone_the_next_day")),
    ),
    Leak(
        "count before filter",
        "A search counts what matches before it leaves out the children that do not exist for the viewer.",
        "CWE-202, exposure through data queries: totals over rows that are filtered later",
        (
            Patch(
                "resolvers/search.py",
                "    return visible_children(role, t.Child).where(*_asked(_CONDITIONS, role, shape).values()).limit(LIMIT)",
                "    found = select(*child_columns(role, t.Child))\n"
                "    return found.where(*_asked(_CONDITIONS, role, shape).values()).limit(LIMIT)",
            ),
            Patch(
                "resolvers/search.py",
                "from resolvers.child import read_children, visible_children",
                "from resolvers.child import child_columns, read_children",
            ),
            Patch(
                "resolvers/search.py",
                '    page = listed(operation, "children", criteria, rank_children(found, criteria), first)\n',
                "    many = len(rows) > MOST\n"
                '    page = listed(operation, "children", criteria, rank_children(found, criteria), first)\n'
                "    page = Page([], too_many=True) if many else page\n",
            ),
        ),
        (Proof(), Worlds()),
    ),
    Leak(
        "tooMany by a hidden match",
        "A telephone that is withheld does not list the child, but counts towards `tooMany`.",
        "CWE-203, observable discrepancy",
        (
            Patch(
                "resolvers/search.py",
                "    return and_(sees_where(role, (FieldGroup.WHEREABOUTS,), child), now.exists())",
                "    return now.exists()",
            ),
            Patch(
                "resolvers/search.py",
                '    page = listed(operation, "children", criteria, rank_children(found, criteria), first)\n',
                '    by_reach = {"phone", "email", "postcode"} & {*criteria.names()}\n'
                "    many, bit = len(found) > MOST, FieldGroup.WHEREABOUTS.bit\n"
                "    found = [child for child in found if not by_reach or child.sight.sees(bit)]\n"
                '    page = listed(operation, "children", criteria, rank_children(found, criteria), first)\n'
                "    page = Page([], too_many=True) if many else page\n",
            ),
        ),
        (Proof(),),
    ),
    Leak(
        "back edge unfiltered",
        "A colleague's caseload lists children whose services are withheld.",
        "CWE-639, a way round by another edge",
        (
            Patch(
                "resolvers/caseload.py",
                "    seen = _allowed(worker, sees_where(role, IDENTITY, row), sees_where(role, SERVICES, row))",
                "    seen = _allowed(worker, sees_where(role, IDENTITY, row), sees_where(role, IDENTITY, row))",
            ),
        ),
        (Proof(), _journey("caseloads", "r7_a_colleagues_caseload_follows_services")),
    ),
)

ERRORS = (
    Leak(
        "error naming an id",
        "A record that is hidden from the viewer is refused by an error with its id, one that does not exist is null.",
        "CWE-209, error message with sensitive information",
        (
            Patch(
                "resolvers/child.py",
                '    return visible_children(role, t.Child).where(among(t.Child.id, "keys"))',
                '    return select(*child_columns(role, t.Child)).where(among(t.Child.id, "keys"))',
            ),
            Patch(
                "resolvers/child.py",
                "    if not sight.exists:\n        return None\n",
                '    if not sight.exists:\n        raise BadInput(f"the record `{row.id}` is not for you")\n',
            ),
            Patch(
                "resolvers/child.py",
                "from resolvers.cursor import CursorScope\n",
                "from resolvers.cursor import CursorScope\nfrom resolvers.errors import BadInput\n",
            ),
        ),
        (Proof(), Worlds()),
    ),
    Leak(
        "node tells unknown from forbidden",
        "A contact's id is told apart by an error: one of a hidden child from one that nobody has.",
        "CWE-204, observable response discrepancy",
        (
            Patch(
                "resolvers/contact.py",
                """            current(link),
            sees_where(role, (FieldGroup.CONTACT_NAMES,), t.Child),
        )
    )


class OwnerLoader""",
                """            current(link),
        )
    )


class OwnerLoader""",
            ),
            Patch(
                "resolvers/contact.py",
                "        return row.contact_id, read_child(row, self.operation.viewer)",
                "        child = read_child(row, self.operation.viewer)\n"
                "        if child is None:\n"
                '            raise BadInput("this record is not for you")\n'
                "        return row.contact_id, child",
            ),
            Patch(
                "resolvers/contact.py",
                "from resolvers.facts import read_codes\n",
                "from resolvers.errors import BadInput\nfrom resolvers.facts import read_codes\n",
            ),
        ),
        (Proof(), Worlds()),
    ),
    Leak(
        "suggestions",
        "An unknown field is answered with the names of those that there are.",
        "CWE-209: `Did you mean` rebuilds a schema that introspection does not give",
        (
            Patch(
                "gateway/documents.py",
                "        if errors := validate(self._schema, node, max_errors=MOST_ERRORS, hide_suggestions=True):",
                "        if errors := validate(self._schema, node, max_errors=MOST_ERRORS):",
            ),
        ),
        (_journey("errors", "r27_no_error_suggests_a_field_or_an_argument"),),
    ),
    Leak(
        "log line with a value",
        "The log of each request has the name and the telephone that were read.",
        "CWE-532, sensitive information in a log file",
        (
            Patch(
                "resolvers/child.py",
                "    return ChildRecord(\n        key=row.id,\n",
                '    logging.getLogger("gateway").info("read %s", row.family_name)\n'
                "    return ChildRecord(\n        key=row.id,\n",
            ),
            Patch(
                "resolvers/child.py",
                "from collections.abc import Sequence\n",
                "import logging\nfrom collections.abc import Sequence\n",
            ),
        ),
        (_journey("logs", "r31_no_log_line_holds_anything_of_a_child"),),
    ),
)

SHARED = (
    Leak(
        "loader shared between viewers",
        "What one operation has loaded of a child's whereabouts is kept, and given to the next one that asks.",
        "CWE-488, exposure of data to the wrong session",
        (
            Patch(
                "resolvers/loading.py",
                """        super().__init__(get_cache_key=attrgetter("key.int"))
        self.operation = operation
""",
                """        super().__init__(get_cache_key=attrgetter("key.int"))
        self.operation = operation
        if "kept" not in vars(type(self)):
            type(self).kept = {}
        self._slots = type(self).kept
""",
            ),
        ),
        (_journey("isolation", "r37_two_operations_share_no_loader"),),
    ),
    Leak(
        "record kept between viewers",
        "A child that was opened once is kept with the verdict of that viewer, for all who ask for it later.",
        "CWE-524, a cache that holds sensitive information",
        (
            Patch(
                "resolvers/child.py",
                """    def statement(self) -> Statement:
        return _by_number(self.operation.viewer.role)
""",
                """    kept: Any = {}

    async def batch_load_fn(self, keys: list[str]) -> list[ChildRecord | None]:
        for key, found in zip(keys, await super().batch_load_fn(keys), strict=True):
            self.kept.setdefault(key, found)
        return [self.kept[key] for key in keys]

    def statement(self) -> Statement:
        return _by_number(self.operation.viewer.role)
""",
            ),
        ),
        (_journey("isolation", "r37_interleaved_viewers_each_get_their_own_answer"),),
    ),
    Leak(
        "plan with a viewer's data",
        "A plan, which all viewers share, keeps which rows the guards let through for the first of them.",
        "CWE-488, exposure of data to the wrong session",
        (
            Patch(
                "schema/plan/level.py",
                "            self._passed = admitted(plan.guards, self.rows, self.run.context)",
                "            kept = vars(plan).setdefault('kept', {})\n"
                "            if len(self.rows) not in kept:\n"
                "                kept[len(self.rows)] = admitted(plan.guards, self.rows, self.run.context)\n"
                "            self._passed = kept[len(self.rows)]",
            ),
        ),
        (_journey("isolation", "r37_interleaved_viewers_each_get_their_own_answer"),),
    ),
)

HIDDEN_PATHS = (
    Leak(
        "statement skipped when empty",
        "Where no body at all has issued an identifier, the statement on the viewer's own ones is not sent.",
        "CWE-205, observable behavioral discrepancy",
        (
            Patch(
                "resolvers/identifier.py",
                """class IdentifierLoader(ByChild[IdentifierRecord]):
""",
                """@reading(keys={"keys": (FieldGroup.IDENTIFIERS, NarrowGroup.ISSUED_IDENTIFIERS)})
def _any() -> Select[*tuple[Any, ...]]:
    return select(_ROW.child_id).where(among(_ROW.child_id, "keys")).limit(1)


class IdentifierLoader(ByChild[IdentifierRecord]):
""",
            ),
            Patch(
                "resolvers/identifier.py",
                "    def make(self,",
                """    async def batch_load_fn(self, parents: list[ChildRecord]) -> list[list[IdentifierRecord]]:
        if not await self.operation.rows(_any(), keys=[parent.key for parent in parents]):
            return [[] for _ in parents]
        return await super().batch_load_fn(parents)

    def make(self,""",
            ),
        ),
        (_journey("own_rows", "r2_r35_rows_of_others_change_no_statement"),),
    ),
    Leak(
        "shared carer bridges to a shielded child",
        "The carer of an open child is shown with telephone and address, though a shielded sibling lives there too.",
        "CWE-200: what is hidden at one record is shown at another that leads to the same fact",
        (
            Patch(
                "authz/sight.py",
                "    if facts.shield is Shield.OPEN and not all(would_locate(viewer, sibling) for sibling in siblings):",
                "    if facts.shield is Shield.OPEN and siblings and not parent.exists:",
            ),
        ),
        (_journey("siblings", "r8_a_shielded_sibling_hides_the_shared_carers_details"), Scenarios(), Worlds()),
    ),
    Leak(
        "search by a shared carer",
        "Carers are found by a telephone that a shielded sibling's record withholds.",
        "CWE-202, exposure through data queries",
        (
            Patch(
                "resolvers/contact.py",
                "    return and_(own, or_(condition(child, Shield.SHIELDED), ~withheld))",
                "    return and_(own, or_(condition(child, Shield.SHIELDED), ~withheld, own))",
            ),
        ),
        (_journey("contact_search", "r4_r8_a_contacts_details_find_it_only_in_sight"), Worlds()),
    ),
    Leak(
        "lead of a sensitive service",
        "The lead professional is shown where that is a sensitive service, which its own list withholds.",
        "CWE-200: one fact behind two fields, one of them guarded for less",
        (
            Patch(
                "resolvers/leading.py",
                '        or_(~ROW.sensitive, among(ROW.child_id, "sensitive")),\n',
                "",
            ),
        ),
        (_journey("sensitive", "r10_no_path_shows_a_sensitive_service"),),
    ),
    Leak(
        "conflict computed from an address",
        "An account has a conflict with whoever lives at its holder's own postcode, which makes the verdict an oracle.",
        "CWE-203, observable discrepancy: a decision that depends on what it hides",
        (
            Patch(
                "resolvers/scope.py",
                "    return exists().where(*conflicted(aliased(t.AccountConflict), ACCOUNT, child.id))\n",
                """    account, home, lives = aliased(t.Account), aliased(t.OrganisationPlace), aliased(t.ChildReach)
    near = exists().where(
        account.id == ACCOUNT,
        home.organisation_id == account.organisation_id,
        lives.child_id == child.id,
        lives.postcode == home.postcode,
    )
    return or_(exists().where(*conflicted(aliased(t.AccountConflict), ACCOUNT, child.id)), near)
""",
            ),
        ),
        (_journey("nearness", "r16_where_an_account_lives_makes_no_conflict"),),
    ),
    Leak(
        "version moved by a hidden change",
        "The version of a record counts the changes of all groups, in sight or not.",
        "CWE-1230, exposure through metadata",
        (
            Patch(
                "resolvers/version.py",
                "        held = (group for group in COUNTED if child.sight.sees(group.bit))",
                "        held = COUNTED",
            ),
            Patch(
                "resolvers/version.py",
                "        rows = await self.operation.rows(counters(), **key_lists(counters.keys, parents))",
                "        every = [parent.key for parent in parents]\n"
                "        rows = await self.operation.rows(counters(), **dict.fromkeys(counters.keys, every))",
            ),
        ),
        (_journey("versions", "r32_a_counter_moves_the_version_of_those_who_see_its_group_in_full"), Worlds()),
    ),
    Leak(
        "confidential body in full",
        "A refuge that works with a child in sight is shown with its telephone and address.",
        "CWE-200: what is hidden in the directory is shown by the edge that leads there",
        (
            Patch(
                "resolvers/organisation.py",
                "        return and_(self.place.organisation_id == self.table.id, self.known)",
                "        return and_(self.place.organisation_id == self.table.id)",
            ),
            Patch(
                "authz/sight.py",
                "    if known:\n        return",
                "    if known is not None:\n        return",
            ),
        ),
        (Proof(), Worlds()),
    ),
)

THE_LAW = (
    Leak(
        "shield that waits for its decision",
        "A record counts as shielded only once the shield has been decided on.",
        "CWE-636, not failing securely: doubt falls on the open side",
        (
            Patch(
                "resolvers/store/words.py",
                "STANDING_STATES = (ShieldState.REQUESTED, ShieldState.HOLD, ",
                "STANDING_STATES = (",
            ),
        ),
        (Scenarios(chosen="gateway_tells and shield-states and not postgresql"),),
    ),
    Leak(
        "sealed names",
        "The former names of an adopted child are shown to whoever recognises the child.",
        "CWE-863, incorrect authorization: a sentence lost from the policy",
        (
            Patch(
                "authz/policy.py",
                "        record(Shield.SHIELDED, sealed=True),",
                "        record(Shield.CONCEALED, sealed=True),",
            ),
        ),
        (Law(), Scenarios()),
    ),
    Leak(
        "budget only for what exists",
        "An id or number is charged once it is found, so that what is left of the budget tells whether it was.",
        "CWE-203, observable discrepancy: limits that count what was found",
        (
            Patch(
                "resolvers/child.py",
                """    await operation.charge(number or text)
    child = None if number is None else await operation.loaders.number.load(number)
""",
                """    child = None if number is None else await operation.loaders.number.load(number)
    if child is not None:
        await operation.charge(number or text)
""",
            ),
        ),
        (_journey("budget", "r14_each_thing_asked_for_costs_one_found_or_not"),),
    ),
    Leak(
        "purpose dodged by a root",
        "Only roots that need an act ask for a purpose, so that a worker's caseload gives children without one.",
        "CWE-862, missing authorization: a check at the root, and another root",
        (
            Patch(
                "schema/needs.py",
                "        self._note_type(parent)\n",
                "",
            ),
        ),
        (_journey("caseloads", "r15_a_caseload_is_refused_without_a_purpose"),),
    ),
    Leak(
        "account remembered",
        "An account is read once and kept, so that what has ended since goes on.",
        "CWE-613, insufficient session expiration",
        (
            Patch(
                "resolvers/account.py",
                '    rows = await session.rows(_by_subject(), {"subject": subject})\n',
                "    if subject in _KEPT:\n        return _KEPT[subject]\n"
                '    rows = await session.rows(_by_subject(), {"subject": subject})\n',
            ),
            Patch(
                "resolvers/account.py",
                "    return Viewer(\n        account=row.id,",
                "    _KEPT[subject] = viewer = Viewer(\n        account=row.id,",
            ),
            Patch(
                "resolvers/account.py",
                "        lapses=_lapses(row, moment),\n    )\n",
                "        lapses=_lapses(row, moment),\n    )\n    return viewer\n",
            ),
            Patch(
                "resolvers/account.py",
                "def _has_run_out(",
                "_KEPT: dict[str, Viewer] = {}\n\n\ndef _has_run_out(",
            ),
        ),
        (_journey("revocation", "r28_an_account_that_is_suspended_reads_nothing_from_then_on"),),
    ),
)

DEEDS = (
    Leak(
        "override without a clock",
        "An override opens its record until somebody closes it.",
        "CWE-613, insufficient session expiration",
        (Patch("resolvers/scope.py", "        row.until > NOW,\n", ""),),
        (_journey("overrides", "r17_it_ends_by_the_clock"), Scenarios()),
    ),
    Leak(
        "override of the account",
        "An override opens to its account whatever record is asked for, siblings too.",
        "CWE-639, authorization bypass through user-controlled key",
        (
            Patch(
                "resolvers/scope.py",
                "        row.child_id == child.id,\n        row.account_id == ACCOUNT,\n        row.opened_at",
                "        row.account_id == ACCOUNT,\n        row.opened_at",
            ),
        ),
        (_journey("overrides", "r17_an_override_opens_one_record_to_one_account"), Scenarios()),
    ),
    Leak(
        "override first, investigation later",
        "An override is committed before its investigation, alert and event are written.",
        "CWE-778, insufficient logging",
        (
            Patch(
                "resolvers/override.py",
                "        deed.alert(AlertKind.OVERRIDE, child.key)\n",
                "        await deed.connection.commit()\n        deed.alert(AlertKind.OVERRIDE, child.key)\n",
            ),
        ),
        (_journey("overrides", "r17_where_a_part_of_it_cannot_be_written_nothing_is_shown"),),
    ),
    Leak(
        "override for any purpose",
        "An override is opened under whatever purpose the account holds.",
        "CWE-863, incorrect authorization",
        (
            Patch(
                "gateway/access.py", "        if not stating.may_for_this(*acts):", "        if not stating.may(*acts):"
            ),
        ),
        (_journey("overrides", "r17_an_override_is_for_two_purposes"),),
    ),
    Leak(
        "override of an archived record",
        "A record that is gone for an officer is told from one that never was by the problem of its override.",
        "CWE-204, observable response discrepancy",
        (
            Patch(
                "resolvers/deed.py",
                "        if key is None or await self.glance(self.operation.loaders.child, key) is None:\n            raise self.missing(name, text)",
                '        if key is None or await self.glance(self.operation.loaders.child, key) is None:\n            stored = (await self.connection.execute(_LOCKED, {"locked": key})).first() if key else None\n            raise NotDone() if stored else self.missing(name, text)',
            ),
        ),
        (_journey("overrides", "r17_targets_that_do_not_exist_are_not_found"),),
    ),
    Leak(
        "answer with an address",
        "The answer to whoever asked to be put in touch may hold any place that stands on the record.",
        "CWE-201, insertion of sensitive information into sent data",
        (
            Patch(
                "resolvers/answering.py",
                "        if names_one_of(said, await places_of(deed.operation, child)):",
                "        if names_one_of(said, []):",
            ),
        ),
        (_journey("broker", "r3_an_answer_holds_no_place"),),
    ),
    Leak(
        "answer held against what is hidden",
        "An answer is compared with where a carer is although R8 withholds that from the team.",
        "CWE-203, observable discrepancy: a check that tells what it compares with",
        (
            Patch(
                "resolvers/placeless.py",
                "    if not contact.sight.sees(FieldGroup.WHEREABOUTS.bit):\n        return []\n    reach = await operation",
                "    contact = replace(contact, sight=contact.child.sight)\n    reach = await operation",
            ),
            Patch("resolvers/placeless.py", "import re\n", "import re\nfrom dataclasses import replace\n"),
        ),
        (_journey("broker", "r8_an_answer_is_not_held_against_what_the_team_does_not_see"),),
    ),
    Leak(
        "request that tells the team",
        "A request to be put in touch is refused where no team is responsible for the record.",
        "CWE-204, observable response discrepancy",
        (
            Patch(
                "resolvers/broker.py",
                '        key, task, at = deed.new_id("request")',
                "        if not (await deed.connection.execute(select(t.ChildAuthority.child_id).where(\n"
                "            t.ChildAuthority.child_id == child.key))).first():\n"
                '            raise deed.missing("childId", target)\n'
                '        key, task, at = deed.new_id("request")',
            ),
        ),
        (_journey("broker", "r3_a_request_tells_no_team"),),
    ),
    Leak(
        "request about a child who is gone",
        "Own requests are listed although their child does not exist for the viewer any more.",
        "CWE-862, missing authorization: the row is the viewer's, what it tells is not",
        (
            Patch(
                "resolvers/broker.py",
                "    found = visible_children(role, _CHILD).add_columns(*shown)",
                "    found = select(*child_columns(role, _CHILD), *shown)",
            ),
            Patch(
                "resolvers/broker.py",
                "from resolvers.child import IDENTITY, read_child",
                "from resolvers.child import IDENTITY, child_columns, read_child",
            ),
        ),
        (Proof(),),
    ),
    Leak(
        "transfer by whoever sees",
        "A team hands on a record for which another one is responsible.",
        "CWE-863, incorrect authorization",
        (
            Patch(
                "resolvers/transfer.py",
                "        if Standing.RESPONSIBLE not in child.facts.standing:",
                "        if not child.sight.exists:",
            ),
        ),
        (_journey("transfers", "r32_a_record_of_others_is_not_found"),),
    ),
    Leak(
        "concealed and still cared for",
        "A concealed record's care goes on, and with it what ties it to the child's carers and siblings.",
        "CWE-212, improper removal of sensitive information before storage",
        (
            Patch(
                "resolvers/concealment.py",
                "    *map(_end, (t.Contact, t.Involvement, t.Placement, t.Registration)),",
                "    *map(_end, (t.Involvement, t.Placement, t.Registration)),",
            ),
        ),
        (_journey("concealment", "r22_its_links_end"),),
    ),
    Leak(
        "concealment that leads on",
        "The note of a concealment may name the record that comes after.",
        "CWE-359, exposure of private information: two identities of one person joined",
        (
            Patch(
                "resolvers/concealment.py",
                "        if any(read_number(found) for found in _DIGITS.findall(why)):",
                "        if not why:",
            ),
        ),
        (_journey("concealment", "r22_nothing_stored_refers_to_both"),),
    ),
    Leak(
        "suspended and still overriding",
        "An override outlives the suspension of its account, and is in force again when that is taken back.",
        "CWE-613, insufficient session expiration",
        (Patch("resolvers/suspension.py", "    await deed.write(END_OF_ACCOUNT, overrider=account)\n", ""),),
        (_journey("overrides", "r17_a_suspension_ends_it_at_once"),),
    ),
)

THE_TRAIL = (
    Leak(
        "who looked at a shielded child",
        "A look that was written before the shield began is told with name, body and reason to the team.",
        "CWE-359, exposure of private information by another record of it",
        (
            Patch(
                "resolvers/telling.py",
                "    return of_the_law(func.coalesce(or_(subject.child_id.is_(None), subject.shielded, _shut(child)), True))",
                "    return of_the_law(func.coalesce(or_(subject.child_id.is_(None), subject.shielded), True))",
            ),
        ),
        (_journey("trail", "r30_r41_shielded_now_or_shielded_then_is_shielded"), _TEAMS_WORLDS),
    ),
    Leak(
        "who looked while it was shielded",
        "Once a shield is lifted, the team reads who looked while it stood, a refuge's worker for one.",
        "CWE-226, what was sensitive is not cleared with its reason",
        (
            Patch(
                "resolvers/telling.py",
                "    return of_the_law(func.coalesce(or_(subject.child_id.is_(None), subject.shielded, _shut(child)), True))",
                "    return of_the_law(func.coalesce(or_(subject.child_id.is_(None), _shut(child)), True))",
            ),
        ),
        (_journey("trail", "r30_r41_shielded_now_or_shielded_then_is_shielded"),),
    ),
    Leak(
        "looks found by their viewer",
        "A row that does not tell who looked is found by who it was.",
        "CWE-203, an observable discrepancy: a filter over a hidden value",
        (
            Patch(
                "resolvers/access.py",
                "        return (EVENT.account_id == _OF_VIEWER) & telling.open",
                "        return EVENT.account_id == _OF_VIEWER",
            ),
        ),
        (_journey("trail", "r30_one_operation_on_an_open_and_a_shielded_record_is_not_joined"),),
    ),
    Leak(
        "the minute of a look",
        "A row that does not tell who looked tells the instant, which an open record's row of the same operation names.",
        "CWE-203, an observable discrepancy: two answers are joined by what they share",
        (
            Patch(
                "resolvers/telling.py",
                "        return at if self.whole else case((self.open, at), else_=whole_hour(at))",
                "        return at if self.whole else case((self.open, at), else_=at)",
            ),
        ),
        (_journey("trail", "r30_of_a_shielded_record_the_team_reads_role_and_kind_of_body_alone"), _TEAMS_WORLDS),
    ),
    Leak(
        "bounds by the hidden minute",
        "`from` and `to` compare the instant of a row that tells the hour: halving the window finds it.",
        "CWE-203, an observable discrepancy: a filter over a hidden value",
        (
            Patch("resolvers/window.py", "import SINCE, Telling", "import EVENT, SINCE, Telling"),
            Patch(
                "resolvers/window.py",
                "    told = and_(telling.at >= SINCE, telling.at < _UNTIL)",
                "    told = and_(EVENT.at >= SINCE, EVENT.at < _UNTIL)",
            ),
        ),
        (_journey("trail", "r30_one_operation_on_an_open_and_a_shielded_record_is_not_joined"),),
    ),
    Leak(
        "another authority's trail",
        "A team reads the events of every record that exists for it, not of those for which it is responsible.",
        "CWE-639, authorization bypass through a user-controlled key",
        (
            Patch(
                "resolvers/telling.py",
                "sees_where(self.role, (FieldGroup.TRAIL,), CHILD)",
                "sees_where(self.role, (FieldGroup.IDENTITY,), CHILD)",
            ),
        ),
        (Proof(), _journey("trail", "r30_a_team_reads_events_of_its_own_records_alone")),
    ),
    Leak(
        "a reason that speaks of others",
        "The free text of a look at several records is told on an open one of them.",
        "CWE-200, exposure of information to who may see a part of it",
        (
            Patch(
                "resolvers/telling.py",
                "        return of_the_law(and_(self.open, ~any_of(others.where(another))))",
                "        return of_the_law(and_(self.open, or_(true(), another)))",
            ),
        ),
        (
            _journey("trail", "r30_a_reason_is_told_where_the_operation_touched_this_record_alone"),
            _TEAMS_WORLDS,
        ),
    ),
    Leak(
        "free text to auditors",
        "An auditor reads the free text of whatever touched something open, of a shielded record beside it too.",
        "CWE-359, exposure of private information",
        (
            Patch(
                "resolvers/telling.py",
                "            shut = others.outerjoin(child, child.id == other.child_id).where(_closed(other, child))\n            return of_the_law(and_(SUBJECT.id.is_not(None), ~any_of(shut)))",
                "            open_ = others.outerjoin(child, child.id == other.child_id).where(~_closed(other, child))\n            return of_the_law(any_of(open_))",
            ),
        ),
        (_journey("auditors", "r30_free_text_of_what_was_shielded_is_told_to_nobody_here"),),
    ),
    Leak(
        "a cursor of any trail",
        "The cursors of the journal are good for every viewer, list and record.",
        "CWE-345, insufficient verification of authenticity",
        (
            Patch(
                "resolvers/cursor.py",
                '        return Sealer(b"places", tuple(part.encode() for part in bound))',
                '        return Sealer(b"places", ())',
            ),
        ),
        (_journey("trail", "r5_r6_trails_are_paged_by_cursors_that_hold_nothing"),),
    ),
)

FEEDS = (
    Leak(
        "an uncertain match born open",
        "What a feed sends of a child who may be a shielded one makes an open record, as it did in 2009.",
        "CWE-636, not failing securely",
        (
            Patch(
                "resolvers/landing.py",
                "GIVE_BIRTH = (_add_children(), _add_authorities(), _add_identifiers(), _add_holds(), _ask_whether_known())",
                "GIVE_BIRTH = (_add_children(), _add_authorities(), _add_identifiers())",
            ),
        ),
        (_journey("feed_matches", "r19_the_update_that_made_an_unshielded_duplicate_is_born_shielded"),),
    ),
    Leak(
        "anybody's identifier",
        "A feed lands on whatever record has its identifier, whichever body issued that.",
        "CWE-639, authorization bypass through a key that the user controls",
        (
            Patch(
                "resolvers/likeness.py",
                "_HAVE_IDENTIFIER = and_(_IDENTIFIER.search_key == _ENTRY.search_key, _IDENTIFIER.issuer_id == _ENTRY.issuer_id)",
                "_HAVE_IDENTIFIER = and_(_IDENTIFIER.search_key == _ENTRY.search_key)",
            ),
        ),
        (_journey("feed_matches", "r19_the_update_that_made_an_unshielded_duplicate_is_born_shielded"),),
    ),
    Leak(
        "a sealed name in a task",
        "The task of a record that is born shielded names the adopted child who had its name before.",
        "CWE-200, exposure of sensitive information",
        (
            Patch(
                "resolvers/likeness.py",
                "live(_CHILD), ~condition(_CHILD, None), or_(_SAME_DAY",
                "live(_CHILD), or_(_SAME_DAY",
            ),
        ),
        (_journey("feed_matches", "r18_r19_the_names_of_an_adopted_child_are_never_linked"),),
    ),
)

LEAKS: tuple[Leak, ...] = (
    *BESIDE_THE_FIELD,
    *LISTS,
    *ERRORS,
    *SHARED,
    *HIDDEN_PATHS,
    *THE_LAW,
    *DEEDS,
    *THE_TRAIL,
    *SHIELDS,
    *FEEDS,
    *TRACES,
    *STREAMS,
)
"""All of them; `tests.leaks.run` plants each in a copy of the tree."""
