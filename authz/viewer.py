"""The viewer: who is asking, frozen at the door; nothing later adds to it."""

from dataclasses import dataclass
from uuid import UUID

from authz.policy import ACTS, PURPOSES_OF
from authz.words import Act, Lapse, Purpose, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """One account for the length of one operation, as the directory's account table describes it.

    `purposes` are those that both the role and the account hold, in the role's order. `authority` is the
    authority that the viewer's directory team serves, None for every other role: no other verdict may turn
    on who is responsible for a record. `purpose` and `reason` are what this operation states.
    """

    account: UUID
    name: str
    role: Role
    organisation: UUID
    practitioner: UUID | None = None
    authority: UUID | None = None
    purposes: tuple[Purpose, ...] = ()
    lapses: tuple[Lapse, ...] = ()
    purpose: Purpose | None = None
    reason: str | None = None
    on_behalf_of: str | None = None

    def may(self, *acts: Act) -> bool:
        """Tell whether this viewer holds any of `acts`; an account with a lapse holds none."""
        return not self.lapses and not ACTS[self.role].isdisjoint(acts)

    def may_for_this(self, *acts: Act) -> bool:
        """Tell whether this viewer holds any of `acts` for the purpose that is stated (R17)."""
        return any(self.may(act) and self.purpose in PURPOSES_OF.get(act, self.purposes) for act in acts)
