"""The proof at start: what is served is proven, and each kind of fault is refused with a sentence of its own."""

import json
import subprocess
import sys
from typing import Any

import pytest
import strawberry
from sqlalchemy import Column, MetaData, Table, Text, and_, or_, select
from sqlalchemy.orm import aliased
from strawberry.permission import BasePermission
from typer.testing import CliRunner

from authz.guard import SeesPermission, may, sees
from authz.words import Act, FieldGroup, NarrowGroup, Role
from gateway.cli import cli
from resolvers.child import child_columns
from resolvers.loaders import Loaders
from resolvers.proof import Prover
from resolvers.reading import READINGS, Keys, Reading
from resolvers.records import ChildRecord, FormerNameRecord
from resolvers.scope import known, sees_where
from resolvers.store import tables as t
from resolvers.store.keys import among
from schema.build import build_schema, object_types
from schema.canaries import guard_faults
from schema.connection import Connection
from schema.cost import FREE
from schema.fields import (
    DEFINITION,
    Info,
    directory_root,
    guarded,
    loading,
    object_type,
    open_field,
    part,
    related,
    root,
)
from schema.proof import certificate, examine, statement_faults
from schema.relations import ARGUMENTS, CRITERIA, argument_faults, relation_faults
from schema.routes import edge_faults, existence_faults, implies, loads_of, purpose_faults, route_faults

REACH = {"keys": (FieldGroup.WHEREABOUTS,)}


def reading_of(statement: Any, *gives: type[Any], keys: Keys | None = None) -> Reading[Any]:
    """Return a reading of one statement, which stands in no list."""
    return Reading("planted", lambda: statement, gives, keys or {}, {})


def faults_of(statement: Any, keys: Keys | None = None) -> tuple[str, ...]:
    return Prover(keys or {}).examine(statement)[0]


def test_what_is_served_is_proven() -> None:
    """Every statement for every role, every route, relation, argument and guard passes; the counts say of how many."""
    told = certificate()
    assert (told.readings, told.decisions) == (len(READINGS), 10_752)
    assert told.statements > 200
    assert told.guards > 20
    assert len(told.schema) == len(told.policy) == 64


def test_the_command_prints_the_certificate() -> None:
    """`gateway prove` prints the certificate as JSON that a machine reads."""
    result = CliRunner().invoke(cli, ["prove"])
    assert result.exit_code == 0
    assert json.loads(result.stdout)["schema"] == certificate().schema


PLANTED = """
from sqlalchemy import select
from resolvers.reading import READINGS, reading
from resolvers.store import tables as t
from schema import proof

READINGS.clear()  # the others are proven elsewhere, and that takes its time

@reading()
def planted():
    return select(t.ChildReach.phone)

"""
FAULT = "`__main__.planted` () selects `child_reach.phone` [WHEREABOUTS] without a condition"


def test_the_command_refuses_what_is_not_proven() -> None:
    """With a reading out of sight in it, `gateway prove` prints the sentence and no certificate, and fails."""
    code = PLANTED + "from gateway.cli import main\nmain()"
    done = subprocess.run([sys.executable, "-c", code, "prove"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"gateway: {FAULT}")


def test_nothing_is_served_that_is_not_proven() -> None:
    """The same reading stops the application before there is one."""
    made = "create_app(Settings(database_url='sqlite:///nowhere.db'), [], bytes(32))"
    code = f"{PLANTED}from gateway.app import create_app\nfrom gateway.settings import Settings\n{made}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"Unproven: {FAULT}" in done.stderr


# --- statements -----------------------------------------------------------------------------------------


def test_a_column_out_of_sight_is_no_selection() -> None:
    """A telephone without any condition is refused; a list of keys that demands its group lets it pass."""
    bare = select(t.ChildReach.child_id, t.ChildReach.phone)
    (fault,) = faults_of(bare)
    assert fault.startswith("selects `child_reach.phone` [WHEREABOUTS] without a condition")
    kept = bare.where(among(t.ChildReach.child_id, "keys"))
    assert faults_of(kept, REACH) == ()
    assert faults_of(kept, {"keys": (FieldGroup.PLACES,)}) != ()
    assert faults_of(kept) != ()


def test_a_filter_is_read_like_a_selection() -> None:
    """Who may be found by a telephone must have it in sight: the twin of the law says so, another group does not."""
    child, reach = t.Child, aliased(t.ChildReach)
    by_phone = select(reach.id).where(reach.child_id == child.id, reach.phone_key == "1").exists()
    found = select(*child_columns(Role.PRACTITIONER, child)).where(by_phone)
    exists = sees_where(Role.PRACTITIONER, (FieldGroup.IDENTITY,), child)
    (fault,) = faults_of(found.where(exists))
    assert "compares `child_reach.phone_key`" in fault
    in_sight = sees_where(Role.PRACTITIONER, (FieldGroup.WHEREABOUTS,), child)
    assert faults_of(found.where(and_(exists, in_sight))) == ()
    assert faults_of(found.where(exists, or_(in_sight, child.id.is_not(None)))) != ()


def test_an_order_is_read_like_a_selection() -> None:
    """A list sorted by a postcode is refused, though none is selected."""
    reach = t.ChildReach
    (fault,) = faults_of(select(reach.child_id).order_by(reach.postcode))
    assert fault.startswith("compares `child_reach.postcode`")


def test_a_subquery_hides_nothing() -> None:
    """A column that a subquery selects is judged where it stands, by what every row around it has passed."""
    inner = select(t.ChildReach.child_id, t.ChildReach.town).subquery()
    outer = select(t.Child.id).join(inner, inner.c.child_id == t.Child.id)
    assert faults_of(outer) != ()
    assert faults_of(outer.where(sees_where(Role.PRACTITIONER, (FieldGroup.WHEREABOUTS,), t.Child))) == ()


def test_a_place_is_joined_where_its_body_is_known() -> None:
    """An outer join opens its own table by its own condition, and no other."""
    body, place = aliased(t.Organisation), aliased(t.OrganisationPlace)
    joined = select(body.name, place.phone).select_from(body)
    same = place.organisation_id == body.id
    assert faults_of(joined.outerjoin(place, and_(same, known(body)))) == ()
    assert faults_of(joined.outerjoin(place, same)) != ()


def test_each_side_of_or_is_judged() -> None:
    """Of two lists of keys both must open a column: the weaker one decides."""
    row = t.Involvement
    rows = select(row.service).where(or_(among(row.child_id, "full"), among(row.child_id, "own")))
    full: Keys = {"full": (FieldGroup.SERVICES,)}
    assert faults_of(rows, {**full, "own": (NarrowGroup.OWN_SERVICES,)}) == ()
    assert faults_of(rows, {**full, "own": (FieldGroup.PLACES,)}) != ()


def test_a_column_without_a_label_is_refused() -> None:
    """A column that nobody has labelled cannot be proven."""
    bare = Table("planted", MetaData(), Column("secret", Text))
    assert faults_of(select(bare.c.secret)) == (
        "selects `planted.secret`, which has no label: give it one in its table",
    )


def test_faults_are_told_once_for_each_reading() -> None:
    """A sentence names the reading, the arguments and the column."""
    planted = reading_of(select(t.ChildReach.phone))
    (fault,) = statement_faults(examine([planted]))
    assert fault.startswith("`planted` () selects `child_reach.phone` [WHEREABOUTS]")


# --- routes, relations, arguments, guards ---------------------------------------------------------------


def test_every_way_to_a_type_demands_the_bit_by_which_it_exists() -> None:
    """A reading that gives children without asking for IDENTITY is refused for the type that stands on them."""
    child = object_types(build_schema())["Child"]
    bare = select(*child_columns(Role.PRACTITIONER, t.Child)).where(among(t.Child.id, "keys"))
    (fault,) = route_faults("Child", child, examine([reading_of(bare, ChildRecord)]))
    assert fault == "`planted` () gives `Child` without demanding IDENTITY"
    judged = bare.where(sees_where(Role.PRACTITIONER, (FieldGroup.CONTACT_NAMES,), t.Child))
    assert not list(route_faults("Child", child, examine([reading_of(judged, ChildRecord)])))


def test_a_weaker_bit_is_not_enough() -> None:
    """Former names exist by FORMER_NAMES: a reading that asks for IDENTITY alone is refused for them."""
    name = object_types(build_schema())["PersonName"]
    rows = select(t.FormerName.id).where(among(t.FormerName.child_id, "keys"))
    planted = reading_of(rows, FormerNameRecord, keys={"keys": (FieldGroup.IDENTITY,)})
    (fault,) = route_faults("PersonName", name, examine([planted]))
    assert "without demanding FORMER_NAMES" in fault


def test_a_type_says_by_what_it_exists_and_by_no_less() -> None:
    """A type that would exist by a group for which no reading asks is refused: routes to it would be held to too little."""
    schema = build_schema()
    names = schema.core.type_map["PersonName"].extensions[DEFINITION]
    rows = select(t.FormerName.id).where(among(t.FormerName.child_id, "keys"))
    planted = reading_of(rows, FormerNameRecord, keys={"keys": (FieldGroup.PLACES,)})
    (fault,) = existence_faults(schema.core, "PersonName", names, examine([planted]))
    assert fault == "`PersonName` exists by FORMER_NAMES, which no reading that gives it demands: say by what it exists"
    assert not list(existence_faults(schema.core, "PersonName", names, examine(READINGS)))


def test_what_stands_on_a_childs_record_has_no_open_field() -> None:
    """A field that is open to all, on a type that is made of a child's record, is refused."""

    @object_type(of=FormerNameRecord, exists_by=(FieldGroup.FORMER_NAMES,), description="planted")
    class Planted:
        given_names: str = open_field(why="planted", description="planted")

    definition = Planted.__strawberry_definition__  # type: ignore[attr-defined]
    (fault,) = existence_faults(build_schema().core, "Planted", definition, examine(READINGS))
    assert fault == "`Planted.given_names` stands on a child's record and is open: make it a part, or guard it"


def test_a_list_exists_by_what_its_rows_do() -> None:
    """A list that says it exists by another group than its rows is refused."""

    @object_type(exists_by=(FieldGroup.IDENTITY,), description="planted")
    class Planted:
        name: str = part(description="planted")

    definition = Planted.__strawberry_definition__  # type: ignore[attr-defined]
    (fault,) = existence_faults(build_schema().core, "ContactConnection", definition, [])
    assert fault.startswith("`ContactConnection` exists by IDENTITY and its rows, `Contact`, by something else")


def test_a_type_needs_a_record_and_a_reading_that_gives_it() -> None:
    """A type about a child that names no record, or one that no reading gives, is refused."""
    contact = object_types(build_schema())["Contact"]
    (fault,) = route_faults("Contact", contact, [])
    assert fault.startswith("no reading gives `ContactRecord`")

    @object_type(exists_by=(FieldGroup.PLACES,), description="planted")
    class Planted:
        name: str = part(description="planted")

    (fault,) = route_faults("Planted", Planted.__strawberry_definition__, [])  # type: ignore[attr-defined]
    assert fault == "`Planted` exists by PLACES and names no record: say `of=`"


def planted(made: Any, kind: Any = str | None, **declared: Any) -> tuple[Any, Any]:
    """Return the definition of a type `Planted` with the field `made`, and the field."""
    cls = type("Planted", (), {"__annotations__": {"value": kind}, "value": made})
    definition = object_type(description="planted", **declared)(cls).__strawberry_definition__
    return definition, definition.fields[0]


def loaded(group: FieldGroup, load: Any) -> tuple[Any, Any]:
    return planted(guarded(group, description="planted", resolver=related(load)))


def test_a_relation_is_guarded_by_what_its_loader_asks() -> None:
    """A field that is guarded by PLACES and loads whereabouts is refused; guarded by WHEREABOUTS it is not."""
    (fault,) = relation_faults(*loaded(FieldGroup.PLACES, lambda of: of.reach))
    assert fault.startswith("`Planted.value` is guarded by PLACES and loads `reach.reaches`")
    assert not list(relation_faults(*loaded(FieldGroup.WHEREABOUTS, lambda of: of.reach)))


def test_a_carers_relation_is_guarded_by_what_its_loader_asks() -> None:
    """The same holds below a carer, whose lists of keys follow from the carer's own sight."""
    (fault,) = relation_faults(*loaded(FieldGroup.CONTACT_NAMES, lambda of: of.person_reach))
    assert "loads `contact.person_reaches`, which asks for other groups" in fault
    assert not list(relation_faults(*loaded(FieldGroup.WHEREABOUTS, lambda of: of.person_reach)))


def test_both_bits_of_a_guard_are_asked_by_its_loader() -> None:
    """A guard with a narrower group beside it needs a list of keys for each: one that is not asked shows nothing."""
    both = guarded(
        FieldGroup.SERVICES,
        NarrowGroup.OWN_SERVICES,
        description="planted",
        resolver=related(lambda of: of.placements),
    )
    (fault,) = relation_faults(*planted(both))
    assert "is guarded by SERVICES, OWN_SERVICES and loads `stay.placements`" in fault


def test_a_part_of_a_record_loads_nothing_that_may_be_withheld() -> None:
    """A field without a guard that loads whereabouts is refused, though its loader would leave hidden rows out."""
    bare = part(description="planted", resolver=related(lambda of: of.reach))
    (fault,) = relation_faults(*planted(bare, exists_by=(FieldGroup.IDENTITY,)))
    assert fault == "`Planted.value` is a part of its record and loads `reach.reaches`, judged by WHEREABOUTS: guard it"
    assert not list(relation_faults(*planted(bare, exists_by=(FieldGroup.WHEREABOUTS,))))
    hashed = part(description="planted", resolver=related(lambda of: of.child_version))
    assert not list(relation_faults(*planted(hashed, exists_by=(FieldGroup.IDENTITY,))))


def test_a_resolver_that_reads_says_what_it_loads() -> None:
    """One that is given the operation, or an argument, could read anything: it names its loaders, or none."""

    def reads(info: Info) -> str:
        return str(info)

    def takes(first: int) -> str:
        return str(first)

    for resolver in (reads, takes):
        (fault,) = relation_faults(*planted(part(description="planted", resolver=resolver)))
        assert "does not say what it loads" in fault
    assert not list(relation_faults(*planted(part(description="planted", resolver=loading()(reads)))))


def test_a_loader_names_its_reading() -> None:
    """What a loader without a reading selects, nobody has proven."""
    (fault,) = relation_faults(*loaded(FieldGroup.WHEREABOUTS, lambda of: of.charge))
    assert fault == "`Planted.value` loads by `ChargeLoader`, which names no reading: give it one"


def test_a_field_reads_what_its_record_has() -> None:
    """A field without a resolver reads an attribute of the record; one that is not there would fail every request."""
    (fault,) = relation_faults(*planted(part(description="planted"), of=ChildRecord))
    assert fault == "`Planted.value` has no resolver, and `ChildRecord` no such attribute"


def test_every_relation_of_the_schema_has_its_loader_looked_at() -> None:
    """The relations of a child are found by the proof: it does not pass because it sees none."""
    seen = {
        field.python_name: bool(loads_of(field))
        for field in object_types(build_schema())["Child"].fields
        if field.base_resolver is not None
    }
    assert {"id", "withheld"} >= {name for name, loads in seen.items() if not loads}
    assert {"contacts", "phone", "education", "agencies", "lead_professional", "involvements"} <= seen.keys()
    assert hasattr(Loaders, "reach")


def edges_of(schema: strawberry.Schema, name: str) -> list[str]:
    kind: Any = schema._schema.type_map[name]
    return [fault for field in kind.fields.values() for fault in edge_faults(schema._schema, kind, field)]


@object_type(exists_by=(FieldGroup.WHEREABOUTS,), description="planted")
class Hidden:
    town: str = part(description="planted")


def schema_of(kind: Any) -> strawberry.Schema:
    """Return a schema in which `kind` is reached by a root with an act."""
    made = root(Act.OPEN, description="x", resolver=lambda: None)
    made.type_annotation = None
    query = type("Query", (), {"__annotations__": {"planted": kind | None}, "planted": made})
    return strawberry.Schema(strawberry.type(query))


def test_an_edge_demands_the_bit_of_the_type_that_it_leads_to() -> None:
    """From a carer, who exists by CONTACT_NAMES, a bare edge to whereabouts is refused; a guarded one is not."""

    @object_type(exists_by=(FieldGroup.CONTACT_NAMES,), description="planted")
    class Planted:
        bare: Hidden = part(description="planted")
        back: Connection[Hidden] = part(description="planted")
        weak: Hidden | None = guarded(FieldGroup.FORMER_NAMES, description="planted")
        kept: Hidden | None = guarded(FieldGroup.WHEREABOUTS, description="planted")

    assert edges_of(schema_of(Planted), "Planted") == [
        "`Planted.bare` demands CONTACT_NAMES and leads to `Hidden`, which exists by WHEREABOUTS",
        "`Planted.back` demands CONTACT_NAMES and leads to `HiddenConnection`, which exists by WHEREABOUTS",
        "`Planted.weak` demands FORMER_NAMES and leads to `Hidden`, which exists by WHEREABOUTS",
    ]


def test_a_back_edge_from_the_public_directory_loads_what_is_judged() -> None:
    """From a body, which is about no child, an edge to a record names the loader that asks for the verdict."""

    @object_type(description="planted")
    class Planted:
        bare: Hidden | None = open_field(why="x", description="planted")
        told: Hidden | None = open_field(why="x", description="planted", resolver=related(lambda of: of.child))
        place: Hidden | None = guarded(FieldGroup.PLACE, description="planted")

    assert edges_of(schema_of(Planted), "Planted") == [
        "`Planted.bare` leads to `Hidden` from what is about no record: say what it loads",
        "`Planted.place` demands PLACE and leads to `Hidden`, which exists by WHEREABOUTS",
    ]


def test_a_group_of_bodies_implies_nothing_of_a_record() -> None:
    """PLACE stands in no decision on a record, so it opens none; every group of a record implies IDENTITY."""
    assert not implies(FieldGroup.PLACE, FieldGroup.IDENTITY.bit)
    assert all(implies(group, FieldGroup.IDENTITY.bit) for group in FieldGroup if group is not FieldGroup.PLACE)


def test_no_way_to_a_child_goes_without_a_purpose() -> None:
    """A union that may be about a child, behind a root without an act, is refused: nobody would ask for a purpose."""

    @object_type(description="planted")
    class Plain:
        word: str = open_field(why="x", description="planted")

    either = open_field(why="x", description="planted")
    cls = type("Query", (), {"__annotations__": {"either": Plain | Hidden | None}, "either": either})
    (fault,) = purpose_faults(strawberry.Schema(strawberry.type(cls))._schema)
    assert fault == "`Query.either` may be `Hidden` and needs no purpose: name the type, or an act"


def test_a_type_on_a_childs_record_says_so() -> None:
    """A second type on the record of a child that does not say by what it exists would need no purpose."""

    @object_type(of=ChildRecord, exists_by=(FieldGroup.IDENTITY,), description="planted")
    class Told:
        given_names: str = part(description="planted")

    @object_type(of=ChildRecord, description="planted")
    class Untold:
        given_names: str = open_field(why="x", description="planted")

    @strawberry.type
    class Query:
        told: Told = directory_root(description="x", resolver=lambda: None, cost=FREE)
        untold: Untold = directory_root(description="x", resolver=lambda: None, cost=FREE)

    (fault,) = purpose_faults(strawberry.Schema(Query)._schema)
    assert fault == "`Untold` stands on a child's record and needs no purpose: say `exists_by=`"


def test_the_certificate_lists_what_needs_a_purpose() -> None:
    """All that is about a child is listed, rows and lists of rows; bodies, workers and the account are not."""
    listed = certificate().about_children
    assert {"Child", "ChildSummaryConnection", "Contact", "Involvement", "CurrentAddress"} <= set(listed)
    assert set(listed).isdisjoint({"Viewer", "Organisation", "Practitioner", "Address", "Query"})


def test_an_argument_that_no_proof_knows_is_refused() -> None:
    """A new argument needs a sentence on what is read by it."""

    @strawberry.type
    class Planted:
        @strawberry.field
        def rows(self, sorted_by: str) -> str:
            return sorted_by

    (field,) = Planted.__strawberry_definition__.fields  # type: ignore[attr-defined]
    (fault,) = argument_faults("Planted.rows", field)
    assert fault.startswith("`Planted.rows` takes `sortedBy`, which no proof knows")
    assert "sortedBy" not in ARGUMENTS


def test_a_criterion_stands_in_a_proven_statement() -> None:
    """A criterion that is in no shape of the search would be asked by a statement that nobody has proven."""

    @strawberry.input
    class ChildSearch:
        postcode: str
        school_name: str

    @strawberry.type
    class Planted:
        @strawberry.field
        def rows(self, search: ChildSearch) -> str:
            return search.postcode

    (field,) = Planted.__strawberry_definition__.fields  # type: ignore[attr-defined]
    (fault,) = argument_faults("Planted.rows", field)
    assert fault.startswith("`Planted.rows` takes `search.schoolName`, which stands in no proven statement")
    assert CRITERIA["ContactSearch"] == {"familyName", "givenNames", "postcode", "phone", "email"}


class Open(SeesPermission):
    """A guard that opens to everybody."""

    groups = (FieldGroup.WHEREABOUTS,)
    bits = FieldGroup.WHEREABOUTS.bit

    def has_permission(self, source: Any, info: Any, **_: Any) -> bool:  # noqa: ARG002  # Strawberry's signature
        return True


class Chatty(SeesPermission):
    """A guard that says something instead of null."""

    groups = (FieldGroup.WHEREABOUTS,)
    bits = FieldGroup.WHEREABOUTS.bit

    def on_unauthorized(self) -> Any:
        return "hidden"


class Lax(SeesPermission):
    """A guard that stops each one, and lets all of them through together."""

    groups = (FieldGroup.WHEREABOUTS,)
    bits = FieldGroup.WHEREABOUTS.bit

    @staticmethod
    def ask_all(sources: Any, bits: int, context: Any) -> list[int]:  # noqa: ARG004  # the guards' signature
        return [bits] * len(sources)


class Another(may(Act.OPEN)):  # type: ignore[misc]  # a class made by a function
    """A root that opens to whoever holds another act."""

    def _opens_to(self, viewer: Any) -> bool:
        return bool(viewer.may(Act.READ_TRAIL))


class Anybody(may(Act.OPEN)):  # type: ignore[misc]  # a class made by a function
    """A root that opens to anybody."""

    def has_permission(self, source: Any, info: Any, **_: Any) -> bool:  # noqa: ARG002  # Strawberry's signature
        return True


@pytest.mark.parametrize(
    ("guard", "said"),
    [
        (Open, "must open to WHEREABOUTS alone"),
        (Lax, "asked for many records at once"),
        (Chatty, "answers something"),
        (Anybody, "opens to nobody"),
        (Another, "does not do what it says to `PRACTITIONER`: it must open to OPEN"),
    ],
)
def test_a_guard_must_stop_its_canary(guard: type[BasePermission], said: str) -> None:
    """A guard that opens to all, says something, lets in a lapse or whoever lacks the act, is refused."""
    fault, *_ = guard_faults("Planted.field", guard)
    assert said in fault


@pytest.mark.parametrize("guard", [sees(FieldGroup.WHEREABOUTS), may(Act.OPEN)])
def test_the_guards_of_the_house_stop_theirs(guard: type[BasePermission]) -> None:
    """What fields wear passes its canary."""
    assert not list(guard_faults("Planted.field", guard))
