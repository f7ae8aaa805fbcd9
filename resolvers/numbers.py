"""The directory number: eleven random digits and a check digit (ISO/IEC 7064, MOD 11,10). No place is in it."""

from uuid import UUID


def check_digit(digits: str) -> int:
    """Return the ISO/IEC 7064 MOD 11,10 check digit of a string of digits."""
    product = 10
    for digit in digits:
        product = (product + int(digit)) % 10 or 10
        product = product * 2 % 11
    return (11 - product) % 10


def make_number(eleven: int) -> str:
    """Return the directory number whose first eleven digits are `eleven`."""
    digits = f"{eleven:011d}"
    return digits + str(check_digit(digits))


def drawn_number(key: UUID) -> str:
    """Return the directory number that follows from a random `key`."""
    return make_number(key.int % 10**11)


def read_number(text: str) -> str | None:
    """Return `text` as a directory number, blanks of any kind and hyphens removed, or None where it is none.

    Only a well-formed number with the right check digit is one; all else is simply not found (R12).
    """
    digits = "".join(text.split()).replace("-", "")
    if len(digits) != 12 or not (digits.isascii() and digits.isdigit()):
        return None
    return digits if check_digit(digits[:11]) == int(digits[11]) else None
