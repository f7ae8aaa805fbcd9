"""Denials at work: what the printed contract says is guarded is null to whoever holds everything else.

What is expected is read from the golden contract and from the law's page, not from the declarations that are tested.
"""

import re
from datetime import date
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import strawberry
from graphql import get_named_type, is_leaf_type, parse
from strawberry.schema.config import StrawberryConfig

from authz.guard import InForcePermission, MayPermission
from authz.rules import Facts
from authz.sight import Sight
from authz.words import NARROWER, Act, FieldGroup, Lapse, NarrowGroup, mask
from resolvers.records import ChildRecord, ContactRecord, OrganisationRecord
from resolvers.secret_keys import SecretKeys
from resolvers.store.words import Gender, OrganisationKind, Relationship
from schema.build import GatewaySchema
from schema.child import Child
from schema.contact import Contact
from schema.fields import DEFINITION
from schema.needs import needs_of
from schema.organisation import Organisation
from schema.plan import planned_executor
from schema.scalars import SCALARS

ROOT = Path(__file__).resolve().parents[2]
KEY = UUID(int=1)
CONFIG = StrawberryConfig(scalar_map=SCALARS)
EVERYTHING = mask(*FieldGroup, *NarrowGroup)


@cache
def guarded_fields() -> dict[tuple[str, str], FieldGroup]:
    """Return the group that guards each field, as the golden contract prints it."""
    contract = parse((ROOT / "schema" / "schema.graphql").read_text(encoding="utf-8"))
    return {
        (kind.name.value, field.name.value): FieldGroup[directive.arguments[0].value.value]
        for kind in contract.definitions
        for field in getattr(kind, "fields", None) or ()
        for directive in getattr(field, "directives", None) or ()
        if directive.name.value == "sees"
    }


@cache
def root_acts() -> dict[str, str]:
    """Return what each root field and mutation asks of an account, as the law's page has it.

    It is the acts of which any will do, or `lapse` or `token`.
    """
    page = (ROOT / "docs" / "policy.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \|$", page.partition("| root field | act |")[2], re.MULTILINE)
    words = {"none: a valid token will do": "token", "none: an account without a lapse": "lapse"}
    acts = {*map(str, Act)}
    return {name: words.get(said, said) for name, said in rows if said in words or {*said.split()} <= acts}


class Canary:
    """What a loader that nobody filtered would bring: something for every attribute."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Canary()

    def __str__(self) -> str:
        return "canary"


class Loading:
    """Stands for every loader: brings a canary for whatever is asked, and notes that it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *_: Any, **__: Any) -> "Loading":
        return self

    async def load(self, _: Any) -> Any:
        self.asked += 1
        return Canary()

    async def load_many(self, keys: Any) -> list[Any]:
        return [await self.load(key) for key in keys]

    load_each = load_many


def records(bits: int) -> dict[str, Any]:
    """Return one record of each class, with values in all its attributes, under a sight of `bits`."""
    sight = Sight(bits, ())
    child = ChildRecord(KEY, "1", "a", "b", date(2015, 1, 1), Gender.FEMALE, Facts(), sight)
    carer = ContactRecord(KEY, KEY, child, "a", "b", Relationship.MOTHER, True, (0, 0), sight)
    body = OrganisationRecord(KEY, "a", OrganisationKind.SCHOOL, "07700 900111", "a@b.example", Canary(), sight)  # type: ignore[arg-type]  # a canary
    return {"Child": child, "Contact": carer, "Organisation": body}


def _given(kind: str) -> Any:
    def resolve(info: strawberry.Info) -> Any:
        return records(info.context.bits)[kind]

    return strawberry.field(resolver=resolve)


@strawberry.type
class Canaries:
    """Roots that give one record of each kind to whoever asks."""

    child: Child | None = _given("Child")
    contact: Contact | None = _given("Contact")
    organisation: Organisation | None = _given("Organisation")


def canaries() -> GatewaySchema:
    """Return a schema that gives canaries, by the plan, of the types as they are declared now."""
    return GatewaySchema(Canaries, execution_context_class=planned_executor(), config=CONFIG)


async def shown(schema: GatewaySchema, kind: str, field: str, bits: int) -> bool:
    """Tell whether a field shows, fails over or even loads anything to a viewer who holds `bits` of its record."""
    loaders = Loading()
    context = SimpleNamespace(bits=bits, loaders=loaders, trail=None, cursor_secret=SecretKeys(b""), viewer=_holding())
    root, declared = kind[0].lower() + kind[1:], schema.core.type_map[kind].fields[field]  # type: ignore[attr-defined]
    below = "" if is_leaf_type(get_named_type(declared.type)) else "{ __typename }"
    answer = await schema.execute(f"{{ {root} {{ {field} {below} }} }}", context_value=context)
    return bool(answer.errors) or loaders.asked > 0 or answer.data != {root: {field: None}}


async def open_fields(schema: GatewaySchema) -> list[str]:
    """Return a sentence for each guarded field that shows something to whoever holds all but its group."""
    found = []
    for (kind, field), group in guarded_fields().items():
        narrower = NARROWER.get(group)
        own = group.bit | (narrower.bit if narrower else 0)
        if await shown(schema, kind, field, EVERYTHING & ~own):
            found.append(f"`{kind}.{field}` shows something without {group}")
    return found


def _holding(*acts: Act, lapses: tuple[Lapse, ...] = ()) -> Any:
    return SimpleNamespace(lapses=lapses, may=lambda *asked: not lapses and not {*acts}.isdisjoint(asked), account=KEY)


def open_roots(core: Any) -> list[str]:
    """Return a sentence for each root that opens to an account without its act, or with a lapse."""
    return [f"`{name}` opens to more than {asked}" for name, asked in root_acts().items() if _opens(core, name, asked)]


def _opens(core: Any, name: str, asked: str) -> bool:
    roots = {"query": core.query_type, "mutation": core.mutation_type, "subscription": core.subscription_type}
    kind, root = next((kind, root) for kind, root in roots.items() if name in root.fields)
    guards = root.fields[name].extensions[DEFINITION].permission_classes
    document = parse(f"{kind} {{ {name} {{ __typename }} }}")
    needs = needs_of(core, document, document.definitions[0])  # type: ignore[arg-type]  # there is one operation
    if asked == "token":
        return False
    if asked == "lapse":
        stopped = _holding(lapses=(Lapse.VETTING,))
        guard_kind: Any = InForcePermission
    else:
        acts = {*map(Act, asked.split())}
        stopped, guard_kind = _holding(*(act for act in Act if act not in acts)), MayPermission
        if [{*each} for each in needs.acts] != [acts] or not needs.purpose:
            return True
    info = SimpleNamespace(context=SimpleNamespace(viewer=stopped))
    passes = all(guard().has_permission(None, info) for guard in guards)
    return (
        passes
        or not any(issubclass(guard, guard_kind) for guard in guards)
        or (not needs.in_force and asked == "lapse")
    )
