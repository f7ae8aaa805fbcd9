"""The proof at start: what is served is proven, and each kind of fault is refused with a sentence of its own."""

import json
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
from schema.fields import guarded, object_type, part, related
from schema.proof import (
    ARGUMENTS,
    argument_faults,
    certificate,
    examine,
    guard_faults,
    relation_faults,
    route_faults,
    statement_faults,
)

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


def planted_field(group: FieldGroup, load: Any) -> Any:
    @object_type(description="planted")
    class Planted:
        value: str | None = guarded(group, description="planted", resolver=related(load))

    return Planted.__strawberry_definition__.fields[0]  # type: ignore[attr-defined]


def test_a_relation_is_guarded_by_what_its_loader_asks() -> None:
    """A field that is guarded by PLACES and loads whereabouts is refused; guarded by WHEREABOUTS it is not."""
    (fault,) = relation_faults("Child.phone", planted_field(FieldGroup.PLACES, lambda of: of.reach))
    assert fault.startswith("`Child.phone` is guarded by PLACES and loads `reach.reaches`")
    assert not list(relation_faults("Child.phone", planted_field(FieldGroup.WHEREABOUTS, lambda of: of.reach)))


def test_every_relation_of_the_schema_has_its_loader_looked_at() -> None:
    """The relations of a child are found by the proof: it does not pass because it sees none."""
    seen = {
        field.python_name
        for field in object_types(build_schema())["Child"].fields
        if getattr(getattr(field.base_resolver, "wrapped_func", None), "loads", None)
    }
    assert {"contacts", "phone", "education", "agencies", "lead_professional", "external_identifiers"} <= seen
    assert hasattr(Loaders, "reach")


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
    ],
)
def test_a_guard_must_stop_its_canary(guard: type[BasePermission], said: str) -> None:
    """A guard that opens to all, says something, or lets an account with a lapse in, is refused."""
    (fault,) = guard_faults("Planted.field", guard)
    assert said in fault


@pytest.mark.parametrize("guard", [sees(FieldGroup.WHEREABOUTS), may(Act.OPEN)])
def test_the_guards_of_the_house_stop_theirs(guard: type[BasePermission]) -> None:
    """What fields wear passes its canary."""
    assert not list(guard_faults("Planted.field", guard))
