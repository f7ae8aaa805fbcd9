"""The room behind the doors: what operations are weighed and answered with, by whichever door they have come."""

from dataclasses import dataclass

from gateway.operations import Operations
from gateway.scales import Scales
from gateway.shedding import Load
from gateway.streams import Streams
from gateway.subscriptions import Subscriptions
from gateway.visit import Observers


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What all doors share. `most` is how many operations one socket may have under way."""

    scales: Scales
    operations: Operations
    subscriptions: Subscriptions
    streams: Streams
    load: Load
    observers: Observers
    most: int
