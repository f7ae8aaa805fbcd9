"""Files that hold secrets: replaced whole or not at all, and read by their owner alone."""

import os
from contextlib import suppress
from pathlib import Path
from typing import IO


class BeingReplaced(OSError):  # noqa: N818  # nothing need be wrong
    """Somebody else replaces the file, or was cut off while doing so; `part` is what they write to."""

    def __init__(self, part: Path) -> None:
        super().__init__()
        self.part = part


def replace_file(file: Path, text: bytes) -> None:
    """Put `text` in the place of `file`, with mode 0600 and the owner that it had. Raises OSError, and BeingReplaced.

    Whoever reads it meanwhile finds the old text or the new one, whole. A link stays what it is.
    """
    file = file.resolve()
    part = file.with_name(f".{file.name}.part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BeingReplaced(part) from None
    try:
        with os.fdopen(descriptor, "wb") as stream:
            with suppress(FileNotFoundError, PermissionError):  # a new file, or one of somebody else's
                held = file.stat()
                os.fchown(descriptor, held.st_uid, held.st_gid)
            stream.write(text)
            stream.flush()
            os.fsync(descriptor)
        part.replace(file)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _settle(file.parent)


def new_file(file: Path) -> IO[bytes]:
    """Open a new file that nobody but its owner can read. Raises OSError where there is one."""
    return os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")


def name_file(part: Path, file: Path) -> None:
    """Give a file that is written its name, which must not be taken. Raises OSError."""
    os.link(part, file)  # fails where somebody has put a file there meanwhile
    _settle(file.parent)


def keep(file: Path) -> None:
    """Have a file that is written be kept on the disk."""
    with file.open("rb") as stream:
        os.fsync(stream.fileno())


def _settle(folder: Path) -> None:
    """Have the folder's names kept on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
