"""What a resolver may refuse: from the arguments alone, with a message that says what to do."""


class BadInput(Exception):  # noqa: N818  # named as its code, BAD_USER_INPUT
    """The arguments are wrong, whatever is stored. The message goes to the client as it is."""
