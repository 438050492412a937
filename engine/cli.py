"""`facewright-cli`: the engine without a window.

Every command takes `--json` for a machine-readable result and `--quiet`, and ends 0, or 1 with
one sentence on standard error. `FACEWRIGHT_DEBUG=1` shows where an error came from.
"""

from __future__ import annotations

import argparse
import io
import json
import math
import os
import sys
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from facewright.engine.errors import Cancelled, FacewrightError, InputError

if TYPE_CHECKING:
    from facewright.engine.models.store import ModelStore
    from facewright.engine.progress import Progress

DEBUG = "FACEWRIGHT_DEBUG"


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one sentence, like all others."""

    def error(self, message: str) -> NoReturn:
        """Raise what is wrong with the arguments.

        Raises
        ------
        InputError
            Always.
        """
        raise InputError(
            f"{message[0].upper()}{message[1:]}: see {self.prog.split(' IN')[0]} --help"
        )


def build_parser() -> Parser:
    """Return the parser of all commands."""
    from facewright.engine.commands import (
        batch,
        clefts,
        heads,
        measuring,
        models,
        output,
        parts,
        scans,
        visits,
    )
    from facewright.engine.commands.base import add_output

    parser = Parser(
        prog="facewright-cli",
        description="Register, edit, compare and export heads without a window. "
        "No medical device, and no proof of identity.",
        allow_abbrev=False,
    )
    add_output(parser)
    parser.add_argument("--version", action="store_true", help="show the version")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    for group in (scans, batch, heads, parts, clefts, visits, output, measuring, models):
        group.declare(commands)
    return parser


def main(argv: Sequence[str] | None = None, models: ModelStore | None = None) -> int:
    """Run one command and return its exit code.

    Parameters
    ----------
    argv : sequence of str or None
        Arguments without the program's name; None takes those of the process.
    models : ModelStore or None
        None takes the installed models.
    """
    debug = os.environ.get(DEBUG, "") not in ("", "0")
    if argv is None and isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # names that a terminal cannot show
    if argv is None and not debug:
        warnings.simplefilter("ignore")  # what other libraries tell their developers
    try:
        return _run(sys.argv[1:] if argv is None else list(argv), models)
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115  whoever read us has gone
        return 1
    except (Exception, KeyboardInterrupt) as error:
        if debug:
            raise
        print(" ".join(_sentence(error).split()), file=sys.stderr)
        return 1


def _sentence(error: BaseException) -> str:
    """Return what a user is told about an error."""
    if isinstance(error, FacewrightError):
        return str(error)
    if isinstance(error, Cancelled | KeyboardInterrupt):
        return "Stopped."
    if isinstance(error, MemoryError):
        return "There is not enough memory for this: close other programs or use a smaller file."
    return (
        f"Something went wrong inside Facewright ({type(error).__name__}): set {DEBUG}=1, "
        "run it again and report what it shows."
    )


def _run(argv: list[str], models: ModelStore | None) -> int:
    from facewright.engine.commands.base import Report, Tools

    parser = build_parser()
    arguments, more = parser.parse_known_args(argv)
    if arguments.version:
        from facewright.engine.files.project import program_version

        print(program_version())
        return 0
    if arguments.command is None:
        parser.print_help()
        return 0
    as_json, quiet = "json" in arguments, "quiet" in arguments
    if more and not getattr(arguments, "takes_more", False):
        parser.error(f"unknown arguments {' '.join(more)}")
    arguments.more = more
    if models is None:
        from facewright.engine.models.store import ModelStore

        models = ModelStore()
    report: Report = arguments.run(arguments, Tools(models, _progress(quiet or as_json)))
    if as_json:
        print(json.dumps(plain(report.data), indent=2))
    elif not quiet:
        for line in report.lines:
            print(line)
    if report.failed:
        raise InputError(report.failed)
    return 0


def plain(value: Any) -> Any:
    """Return data with numbers that JSON has no word for as null."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def _progress(hidden: bool) -> Progress:
    """Return a progress line on standard error, or none where nobody watches."""
    from facewright.engine.progress import silent

    if hidden or not sys.stderr.isatty():
        return silent

    def show(fraction: float, text: str) -> None:
        end = "\n" if fraction >= 1.0 else ""
        sys.stderr.write(f"\r\033[K{fraction:4.0%} {text}{end}")
        sys.stderr.flush()

    return show


if __name__ == "__main__":
    sys.exit(main())
