"""What a resolver may refuse, with a message that says what to do."""


class BadInput(Exception):  # noqa: N818  # named as its code, BAD_USER_INPUT
    """The arguments are wrong, whatever is stored. The message goes to the client as it is."""


class AccountChanged(Exception):  # noqa: N818  # it says what has happened, and nobody is told
    """The account is not what this process believed it to be: the operation is to be begun anew."""


class BudgetExceeded(Exception):  # noqa: N818  # named as its code, BUDGET_EXCEEDED
    """The account has asked for as many records as it may in an hour (R14); the whole operation is refused."""


class Forbidden(Exception):  # noqa: N818  # named as its code, FORBIDDEN
    """The account may not ask for this, as a deed found when it looked again; the whole operation is refused."""
