"""Arguments that several fields take, each with the sentence that clients read."""

from typing import Annotated

from strawberry import argument

First = Annotated[int | None, argument(description="How many rows at the most")]
After = Annotated[str | None, argument(description="Go on after this cursor, one of the same list")]
