"""The planned executor: queries compiled once to steps, each run for all rows of a level at once.

It knows graphql-core and Strawberry and nothing of what a schema is about. `docs/execution.md` tells how it works.
"""

from schema.plan.compat import unsupported
from schema.plan.executor import PlannedExecutor, planned_executor
from schema.plan.plans import Plans
from schema.plan.relation import RELATION, Ask, Relation
from schema.plan.selected import Selected

__all__ = ["RELATION", "Ask", "PlannedExecutor", "Plans", "Relation", "Selected", "planned_executor", "unsupported"]
