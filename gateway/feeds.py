"""How a process of the gateway processes feeds: how much at once, and by what operation."""

from authz.viewer import Viewer
from gateway.keys import Keys
from resolvers.budget import Budget
from resolvers.clock import Moment
from resolvers.context import Operation
from resolvers.feeder import Feeder
from resolvers.feeding import Feeding, Frame
from resolvers.session import Session

AT_ONCE, AT_ONCE_ON_SQLITE = 500, 50
"""How many entries are done in one transaction; SQLite has one writer, and others wait for it."""


def frame_of(keys: Keys, budget: Budget) -> Frame:
    """Return what makes the operations that batches read by."""

    def frame(viewer: Viewer, moment: Moment, session: Session) -> Operation:
        return Operation(viewer, moment, session, keys.cursors, budget, keys.versions)

    return frame


def feeder_of(feeding: Feeding) -> Feeder:
    """Return what has `feeding` done in this process."""
    return Feeder(feeding, AT_ONCE if feeding.engine.dialect.name == "postgresql" else AT_ONCE_ON_SQLITE)
