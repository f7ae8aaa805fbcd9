"""R40: every guard, label, sentence and type is needed: each is weakened in turn, and something turns red."""

from collections import Counter
from types import SimpleNamespace
from typing import Any

from authz.rules import Facts, all_facts
from authz.sight import sight_of, would_locate
from authz.words import Role, Shield, Status
from schema.build import GatewaySchema, build_schema, object_types
from schema.mutation import Mutation
from schema.query import Query
from schema.subscription import Subscription
from tests.mutants import law, predicates
from tests.mutants.denial import CONFIG, canaries, guarded_fields, open_fields, open_roots, root_acts, shown
from tests.mutants.fields import field_mutants, killer, planted, type_mutants
from tests.mutants.run import GOLDEN, of_labels
from tests.mutants.sites import called, declared

FIELDS = field_mutants()
GUARDS = [mutant for mutant in FIELDS if mutant.place.helper in {"guarded", "root", "directory_root"}]


def test_every_field_of_the_contract_is_found() -> None:
    """What is found by reading the files is what the schema has: no field is declared where nobody looks."""
    found = {(each.kind, each.name) for each in declared()}
    fields = {
        ((field.origin or definition.origin).__name__, field.python_name)
        for definition in object_types(build_schema()).values()
        for field in definition.fields
    }
    kinds = {kind for kind, _ in found}
    assert {(kind, name) for kind, name in fields if kind in kinds} >= found - {("Node", "id")}
    assert not {name for kind, name in fields if (kind, name) not in found} - {"id"}, "ids come from the interface"
    assert Counter(each.helper for each in declared())["guarded"] == len(guarded_fields())


async def test_r40_no_mutant_of_a_field_or_type_survives() -> None:
    """Whatever declaration loses its label, guard, act or bit, or gets a weaker one: start, proof or a denial stops it."""
    mutants = [*FIELDS, *type_mutants()]
    assert len(mutants) > 250
    assert [] == [str(mutant) for mutant in mutants if await killer(mutant) is None]


async def test_r40_a_denial_alone_kills_every_mutant_of_a_guard() -> None:
    """Even without start and proof each guard that is taken away or weakened shows something to whoever lacks it."""
    survivors = []
    for mutant in GUARDS:
        with planted(mutant):
            if not await open_fields(canaries()) and not open_roots(
                GatewaySchema(Query, Mutation, Subscription, config=CONFIG).core
            ):
                survivors.append(str(mutant))
    assert len(GUARDS) > 60
    assert survivors == []


async def test_denials_hold_and_are_able_to_fail() -> None:
    """As declared no guarded field shows anything without its group, and each shows something to whoever holds all."""
    schema = canaries()
    assert await open_fields(schema) == open_roots(build_schema().core) == []
    assert [] == [where for where in guarded_fields() if not await shown(schema, *where, bits=-1)]
    core = build_schema().core
    assert core.query_type is not None
    assert core.mutation_type is not None
    assert core.subscription_type is not None
    assert root_acts().keys() == {*core.query_type.fields, *core.mutation_type.fields, *core.subscription_type.fields}


def test_r40_no_mutant_of_a_sentence_survives() -> None:
    """Every sentence of the law, left out or weakened, changes the golden table; those few that do not are argued."""
    same = [str(sentence) for sentence in law.sentences() if law.changes_nothing(sentence)]
    assert list(law.EQUIVALENT) == same


def test_every_label_is_golden() -> None:
    """The label of every column stands in a golden file; a weaker one is a difference that somebody reads."""
    assert GOLDEN.read_text(encoding="utf-8") == law.columns_page(), "`make golden`, and read the difference"
    assert None not in of_labels().values()


def test_predicates_are_found_and_can_be_taken_out() -> None:
    """The blind predicates of the stacks are found by reading; each mutant is a file that can be compiled."""
    mutants = predicates.mutants()
    assert len(mutants) > 30
    for mutant in mutants:
        compile(mutant.text(), mutant.call.file, "exec")
        assert mutant.text().count(predicates.TRUE) == 1
    assert set().union(*map(predicates.names_of, called())) >= predicates.EQUIVALENT.keys()


def test_r8_every_reader_would_locate_an_open_sibling() -> None:
    """Why a mutant that asks for open siblings too is none: whoever reads records at all sees where open ones are."""
    reading = {role for role in Role if any(_bits(role, facts) for facts in all_facts())}
    open_ones = [facts for facts in all_facts() if facts.shield is Shield.OPEN and facts.status is not Status.ARCHIVED]
    located = {role for role in Role if all(would_locate(_of(role), facts) for facts in open_ones)}
    assert located == reading


def _bits(role: Role, facts: Facts) -> int:
    return sight_of(_of(role), facts).bits


def _of(role: Role) -> Any:
    return SimpleNamespace(role=role, lapses=())
