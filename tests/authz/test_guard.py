from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
import strawberry
from hypothesis import given
from hypothesis import strategies as st

from authz.guard import Exists, MayPermission, Public, SeesPermission, exists, in_force, may, public, sees
from authz.rules import Facts
from authz.sight import Sight
from authz.trail import AccessKind, Trail
from authz.words import NARROWER, Act, FieldGroup, Lapse, NarrowGroup, Role, mask
from tests.authz.people import GROUPS, viewer_of

ANN = UUID(int=1)
SECRET = "12 Hidden Lane"
EVERYTHING = Sight(mask(*GROUPS), ())
WHERE = sees(FieldGroup.WHEREABOUTS)
SERVICES = sees(FieldGroup.SERVICES, NarrowGroup.OWN_SERVICES)


class Wider(Sight):
    """A verdict of somebody's own making, which claims to be one."""

    def sees(self, bits: int) -> bool:  # noqa: ARG002  # it does not ask
        return True


class Agreeable:
    """Answers every question with yes, as a mock would."""

    bits = mask(*GROUPS)

    def sees(self, *_: Any) -> bool:
        return True

    def __getattr__(self, _: str) -> "Agreeable":
        return self

    def __call__(self, *_: Any, **__: Any) -> bool:
        return True


async def decide_later() -> bool:
    """Say yes, once somebody awaits."""
    return True


IMPOSTORS: dict[str, Any] = {
    "one": 1,
    "true": True,
    "all bits": EVERYTHING.bits,
    "the word no": "no",
    "none": None,
    "an exception": PermissionError("denied"),
    "an exception's class": PermissionError,
    "a subclass": Wider(EVERYTHING.bits, ()),
    "the class itself": Sight,
    "a mock": Agreeable(),
    "a look-alike": SimpleNamespace(bits=EVERYTHING.bits, rules=(), sees=lambda _: True),
    "a tuple of one": (EVERYTHING,),
    "a dictionary": {"bits": EVERYTHING.bits},
    "a function": decide_later,
}


@pytest.fixture(params=[*IMPOSTORS, "a coroutine"])
def impostor(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Whatever might stand where a sight belongs."""
    if request.param != "a coroutine":
        yield IMPOSTORS[request.param]
        return
    coroutine = decide_later()
    yield coroutine
    coroutine.close()


class Record:
    """A record as the stacks hand it up: with a sight, and a note of every look at what it guards."""

    def __init__(self, sight: Any) -> None:
        self.sight, self.record, self.looks = sight, ANN, 0

    def look(self) -> str:
        self.looks += 1
        return SECRET


@strawberry.type
class Page:
    """A record on a plain Strawberry schema, of the tests' own."""

    @strawberry.field(permission_classes=[WHERE])
    def address(self) -> str | None:
        return self.look()  # type: ignore[attr-defined]  # the value behind a page is a Record

    @strawberry.field(permission_classes=[WHERE])
    async def phone(self) -> str | None:
        return self.look()  # type: ignore[attr-defined]  # as above

    @strawberry.field(permission_classes=[SERVICES])
    def services(self) -> list[str] | None:
        return [self.look()]  # type: ignore[attr-defined]  # as above


@strawberry.type
class Query:
    @strawberry.field
    def page(self, info: strawberry.Info) -> Page:
        return info.root_value

    @strawberry.field(permission_classes=[may(Act.OPEN, Act.SEARCH)])
    def root(self) -> str | None:
        return SECRET

    @strawberry.field(permission_classes=[in_force()])
    def listed(self) -> str | None:
        return SECRET


PLAIN = strawberry.Schema(Query)
DOCUMENT = "{ page { address phone services } }"
NULLS = {"page": {"address": None, "phone": None, "services": None}}


async def ask(record: Record, document: str = DOCUMENT, context: Any = None) -> Any:
    """Ask a plain Strawberry schema, and expect no error."""
    result = await PLAIN.execute(document, root_value=record, context_value=context)
    assert result.errors is None
    return result.data


@pytest.mark.parametrize("guard", [WHERE, SERVICES])
def test_r38_only_a_sight_is_a_verdict(guard: type[SeesPermission], impostor: Any) -> None:
    """R38: whatever stands where a sight belongs denies, and nothing is raised."""
    assert guard().has_permission(Record(impostor), None) is False


async def test_r38_a_field_without_a_sight_is_null(impostor: Any) -> None:
    """R38: under plain Strawberry such a field is null without an error, and its value is never fetched."""
    record = Record(impostor)
    assert await ask(record) == NULLS
    assert record.looks == 0


def test_r38_a_record_without_a_sight_is_closed() -> None:
    """R38: a record on which nobody has decided shows nothing."""
    assert WHERE().has_permission(object(), None) is False
    assert WHERE().has_permission(None, None) is False


def test_r38_a_sight_that_cannot_be_read_is_closed() -> None:
    """R38: a record whose sight raises when it is read denies and does not raise."""

    class Broken:
        @property
        def sight(self) -> Sight:
            raise RuntimeError("the verdict was never taken")

    assert WHERE().has_permission(Broken(), None) is False


def test_r38_the_context_decides_nothing() -> None:
    """R38: what the context claims is no verdict: a record without a sight stays closed under any."""
    info = SimpleNamespace(context=SimpleNamespace(viewer=Agreeable(), sight=EVERYTHING, trail=Trail()))
    assert WHERE().has_permission(Record(None), info) is False
    assert Trail() == info.context.trail


@given(st.sampled_from(FieldGroup), st.booleans(), st.sets(st.sampled_from(GROUPS)))
def test_a_guard_opens_to_any_of_its_groups(
    group: FieldGroup, narrowed: bool, held: set[FieldGroup | NarrowGroup]
) -> None:
    """A field opens exactly to those who hold its group or the narrower one that it names."""
    narrow = [NARROWER[group]] if narrowed and group in NARROWER else []
    guard = sees(group, *narrow)
    assert bool({group, *narrow} & held) is guard().has_permission(Record(Sight(mask(*held), ())), None)


async def test_a_guard_works_under_plain_strawberry() -> None:
    """Without any of the gateway's own machinery a guarded field shows its value to those who hold its group."""
    assert await ask(Record(EVERYTHING)) == {"page": {"address": SECRET, "phone": SECRET, "services": [SECRET]}}
    assert await ask(Record(Sight(0, ()))) == NULLS
    own = Record(Sight(NarrowGroup.OWN_SERVICES.bit, ()))
    assert await ask(own) == {"page": {"address": None, "phone": None, "services": [SECRET]}}


def test_a_denial_says_nothing() -> None:
    """What is withheld is null; `on_unauthorized` raises nothing that could say more."""
    assert WHERE().on_unauthorized() is None  # type: ignore[func-returns-value]  # that is the promise


async def test_r29_a_guard_notes_what_was_asked() -> None:
    """R29: every guarded field asked of an opened record is on the trail, shown or withheld."""
    sight = Sight(mask(FieldGroup.IDENTITY, NarrowGroup.OWN_SERVICES), ())
    context = SimpleNamespace(trail=Trail())
    context.trail.opened(ANN, Facts(), sight)
    await ask(Record(sight), context=context)
    touched = context.trail.touched[ANN, AccessKind.OPENED]
    assert sight.bits == touched.disclosed
    assert mask(FieldGroup.WHEREABOUTS, FieldGroup.SERVICES) == touched.withheld


@pytest.mark.parametrize("info", [None, object(), SimpleNamespace(context=None), SimpleNamespace(context=object())])
def test_a_guard_needs_no_trail(info: Any) -> None:
    """Where no trail is kept the verdict is the same."""
    assert WHERE().has_permission(Record(EVERYTHING), info) is True


def test_a_guard_notes_records_alone() -> None:
    """A body has a sight and is no record: asking for its place leaves nothing on a child's trail."""
    noted: list[Any] = []
    trail = SimpleNamespace(asked=lambda *asked: noted.append(asked))
    info = SimpleNamespace(context=SimpleNamespace(trail=trail))
    sight, place = Sight(FieldGroup.PLACE.bit, ()), sees(FieldGroup.PLACE)()
    assert place.has_permission(SimpleNamespace(sight=sight), info) is True
    assert [] == noted
    assert place.has_permission(SimpleNamespace(sight=sight, record=ANN), info) is True
    assert [(ANN, FieldGroup.PLACE.bit, sight)] == noted


class Slotted:
    """A record without a place for anything else."""

    __slots__ = ("sight",)

    def __init__(self, sight: Any) -> None:
        self.sight = sight


class Named(Slotted):
    __slots__ = ("record",)

    def __init__(self, sight: Any, record: Any = ANN) -> None:
        super().__init__(sight)
        self.record = record


def test_r38_a_guard_asked_for_many_takes_only_sights_for_verdicts(impostor: Any) -> None:
    """R38: whatever stands where a sight belongs holds nothing, whoever stands beside it, and nothing is raised."""
    rows = [Record(EVERYTHING), Record(impostor), Record(Sight(0, ())), object(), None]
    assert [EVERYTHING.bits, 0, 0, 0, 0] == WHERE.ask_all(rows, WHERE.bits, None)
    assert [EVERYTHING.bits] * 2 == WHERE.ask_all([Slotted(EVERYTHING)] * 2, WHERE.bits, None)
    assert [0] == WHERE.ask_all([Slotted(impostor)], WHERE.bits, SimpleNamespace(trail=Trail()))


@given(st.sampled_from([WHERE, SERVICES]), st.lists(st.sets(st.sampled_from(GROUPS)), min_size=1))
def test_a_guard_asked_for_many_says_what_it_says_of_each(
    guard: type[SeesPermission], held: list[set[FieldGroup | NarrowGroup]]
) -> None:
    """The bits of a guard in a row's mask, and its own answer for the row, are one."""
    rows = [Record(Sight(mask(*groups), ())) for groups in held]
    masks = guard.ask_all(rows, guard.bits, None)
    assert [guard().has_permission(row, None) for row in rows] == [bits & guard.bits != 0 for bits in masks]


def test_r29_a_guard_asked_for_many_notes_each() -> None:
    """R29: the trail holds the same whether guards were asked one by one or all at once, of records and of others."""
    wide, narrow = EVERYTHING, Sight(mask(FieldGroup.IDENTITY, NarrowGroup.OWN_SERVICES), ())
    ben = UUID(int=2)
    rows: list[Any] = [Named(wide), Named(narrow), Named(narrow), Named(wide, ben), Named(None), Named(wide, None)]
    rows += [Record(wide), Slotted(wide), object()]
    one, many = Trail(), Trail()
    for trail in (one, many):
        for record in (ANN, ben):
            trail.opened(record, Facts(), Sight(0, ()))
    for row in rows:
        for guard in (WHERE, SERVICES):
            guard().has_permission(row, SimpleNamespace(context=SimpleNamespace(trail=one)))
    SERVICES.ask_all(rows, WHERE.bits | SERVICES.bits, SimpleNamespace(trail=many))
    assert one == many
    assert mask(FieldGroup.WHEREABOUTS, FieldGroup.SERVICES) & many.touched[ANN, AccessKind.OPENED].withheld


def test_a_record_that_is_named_by_the_row_alone_is_noted() -> None:
    """A row whose class knows no record, and which has one all the same, is noted like any other."""
    noted: list[Any] = []
    context = SimpleNamespace(trail=SimpleNamespace(asked=lambda *asked: noted.append(asked)))
    WHERE.ask_all([SimpleNamespace(sight=EVERYTHING, record=ANN)], WHERE.bits, context)
    assert [(ANN, WHERE.bits, EVERYTHING)] == noted
    WHERE.ask_all([Slotted(EVERYTHING)], WHERE.bits, context)
    assert len(noted) == 1


@pytest.mark.parametrize(
    "groups",
    [
        (),
        (NarrowGroup.OWN_SERVICES,),
        (NarrowGroup.OWN_SERVICES, FieldGroup.SERVICES),
        (FieldGroup.SERVICES, FieldGroup.PLACES),
        (FieldGroup.SERVICES, NarrowGroup.OWN_SERVICES, FieldGroup.SERVICES),
        ("WHEREABOUTS",),
        (FieldGroup.SERVICES, "OWN"),
        (FieldGroup.SERVICES, NarrowGroup.ISSUED_IDENTIFIERS),
        (FieldGroup.WHEREABOUTS, NarrowGroup.OWN_SERVICES),
        (Act.OPEN,),
        (None,),
        (FieldGroup.WHEREABOUTS.bit,),
    ],
)
def test_sees_refuses_wrong_groups(groups: tuple[Any, ...]) -> None:
    """A guard is made of one public group and, at the most, the narrower one that belongs to it."""
    with pytest.raises(ValueError, match="a guard"):
        sees(*groups)


def test_a_guard_is_named_after_its_groups() -> None:
    """Two fields of the same groups wear the same class, whose name tells the groups and which keeps them."""
    assert SERVICES is sees(FieldGroup.SERVICES, NarrowGroup.OWN_SERVICES)
    assert SERVICES.__name__ == "SeesServicesOwnServices"
    assert (FieldGroup.SERVICES, NarrowGroup.OWN_SERVICES) == SERVICES.groups


def test_may_refuses_no_act() -> None:
    """A root field needs an act."""
    with pytest.raises(ValueError, match="needs an act"):
        may()


def test_a_root_is_named_after_its_acts() -> None:
    """Two roots of the same acts wear the same class, whose name tells the acts."""
    assert may(Act.READ_TRAIL, Act.OPEN) is may(Act.READ_TRAIL, Act.OPEN)
    assert may(Act.READ_TRAIL, Act.OPEN).__name__ == "MayReadTrailOrOpen"


@given(st.sampled_from(Role), st.lists(st.sampled_from(Act), min_size=1))
def test_a_root_opens_to_any_of_its_acts(role: Role, acts: list[Act]) -> None:
    """A root opens exactly to viewers who hold one of its acts, and to no lapsed one."""
    permission = may(*acts)()
    viewer, lapsed = viewer_of(role), viewer_of(role, lapses=(Lapse.VETTING,))
    assert viewer.may(*acts) is permission.has_permission(None, _info(viewer))
    assert permission.has_permission(None, _info(lapsed)) is False


def _info(viewer: Any) -> Any:
    return SimpleNamespace(context=SimpleNamespace(viewer=viewer))


def test_a_root_stays_closed_without_a_viewer() -> None:
    """Where nobody asks nobody may, and whatever is not plainly True is no right."""
    permission = may(Act.OPEN)()
    for info in (None, object(), SimpleNamespace(context=None), _info(None)):
        assert permission.has_permission(None, info) is False
    assert permission.has_permission(None, _info(SimpleNamespace(may=lambda *_: 1))) is False
    assert permission.has_permission(None, _info(SimpleNamespace(may=lambda *_: "yes"))) is False


async def test_a_refused_root_says_forbidden() -> None:
    """Under plain Strawberry a root without the act is refused with the code FORBIDDEN, and an allowed one answers."""
    refused = await PLAIN.execute("{ root }", context_value=SimpleNamespace(viewer=viewer_of(Role.AUDITOR)))
    assert [{"code": "FORBIDDEN"}] == [error.extensions for error in refused.errors or ()]
    assert [MayPermission.message] == [error.message for error in refused.errors or ()]
    allowed = await PLAIN.execute("{ root }", context_value=SimpleNamespace(viewer=viewer_of(Role.DATA_MANAGER)))
    assert (None, {"root": SECRET}) == (allowed.errors, allowed.data)


@given(st.sampled_from(Role), st.sets(st.sampled_from(Lapse)))
def test_the_directory_opens_to_accounts_without_a_lapse(role: Role, lapses: set[Lapse]) -> None:
    """A root of the directory opens to every role, and to no account with any lapse."""
    viewer = viewer_of(role, lapses=tuple(lapses))
    assert in_force()().has_permission(None, _info(viewer)) is not bool(lapses)


def test_the_directory_stays_closed_without_a_viewer() -> None:
    """Where nobody asks nothing is listed, and whatever is not plainly "no lapse" keeps the root closed."""
    permission = in_force()()
    for info in (None, object(), SimpleNamespace(context=None), _info(None), _info(object())):
        assert permission.has_permission(None, info) is False
    for lapses in (None, False, 0, "", [], {}, frozenset(), ("VETTING",)):
        assert permission.has_permission(None, _info(SimpleNamespace(lapses=lapses))) is False


async def test_a_lapsed_account_is_refused_the_directory() -> None:
    """Under plain Strawberry the refusal is that of any root, FORBIDDEN, and an account in force is answered."""
    lapsed = SimpleNamespace(viewer=viewer_of(Role.AUDITOR, lapses=(Lapse.TRAINING,)))
    refused = await PLAIN.execute("{ listed }", context_value=lapsed)
    assert [{"code": "FORBIDDEN"}] == [error.extensions for error in refused.errors or ()]
    assert [MayPermission.message] == [error.message for error in refused.errors or ()]
    allowed = await PLAIN.execute("{ listed }", context_value=SimpleNamespace(viewer=viewer_of(Role.FEED_CLIENT)))
    assert (None, {"listed": SECRET}) == (allowed.errors, allowed.data)


def test_guards_print_nothing() -> None:
    """Permission classes leave no trace in the contract: no directive, no description, no name (R33)."""
    assert "@" not in PLAIN.as_str()
    assert '"""' not in PLAIN.as_str().replace('"""A record on a plain Strawberry schema, of the tests\' own."""', "")


def test_labels_are_values() -> None:
    """Two labels alike are equal, so that checks can compare them."""
    assert Exists() == exists()
    assert Public("the public directory names it") == public("the public directory names it")


@pytest.mark.parametrize("why", ["", " ", "\n\t"])
def test_public_needs_a_why(why: str) -> None:
    """A field is open to all only with a reason that a reviewer can check."""
    with pytest.raises(ValueError, match="needs a reason"):
        public(why)
