"""What a resolver may refuse, with a message that says what to do."""

from datetime import timedelta


class BadInput(Exception):  # noqa: N818  # named as its code, BAD_USER_INPUT
    """The arguments are wrong, whatever is stored. The message goes to the client as it is."""


class AccountChanged(Exception):  # noqa: N818  # it says what has happened, and nobody is told
    """The account is not what this process believed it to be: the operation is to be begun anew."""


class BudgetExceeded(Exception):  # noqa: N818  # named as its code, BUDGET_EXCEEDED
    """The account has asked for as much as it may in an hour or a day (R14); the whole operation is refused.

    `wait` is how long it takes until it may ask again.
    """

    def __init__(self, message: str, wait: timedelta) -> None:
        super().__init__(message)
        self.wait = wait


class Forbidden(Exception):  # noqa: N818  # named as its code, FORBIDDEN
    """The account may not ask for this, as a deed found when it looked again; the whole operation is refused."""
