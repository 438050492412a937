"""Write a file whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from facewright.engine.errors import InputError

_REASONS = {
    errno.ENOSPC: "the disk is full: free some space and try again",
    errno.EDQUOT: "your share of the disk is full: free some space and try again",
    errno.EACCES: "you may not write there: choose another folder",
    errno.EPERM: "you may not write there: choose another folder",
    errno.EROFS: "that disk cannot be written: choose another folder",
    errno.ENOENT: "the folder does not exist: choose another folder",
    errno.ENOTDIR: "the folder does not exist: choose another folder",
    errno.EISDIR: "that is a folder: choose another name",
    errno.ENAMETOOLONG: "the name is too long: choose another name",
}


@contextmanager
def written(path: Path) -> Iterator[Path]:
    """Yield a temporary path of the same suffix; rename it to `path` when the block ends well.

    Raises
    ------
    InputError
        In one sentence that names the file, when it cannot be written; nothing is left behind
        and what was at `path` stays as it was.
    """
    temporary: Path | None = None
    try:
        target = path.resolve()  # a link stays one
        mode = target.stat().st_mode & 0o777 if target.exists() else None
        name = f".{target.stem[:40]}-{secrets.token_hex(4)}{target.suffix}"
        target.with_name(name).touch(0o666 if mode is None else 0o600, exist_ok=False)
        temporary = target.with_name(name)
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        if mode is not None:
            temporary.chmod(mode)
        os.replace(temporary, target)
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, "it cannot be written: choose another folder")
        raise InputError(f"{path.name} was not written because {reason}.") from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
