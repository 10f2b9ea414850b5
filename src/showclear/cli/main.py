"""`showclear`: which command is meant, and with which exit code does it end?

0 good, 1 what was asked for was found wanting, 2 something could not be read or
understood. Nobody sees a traceback for what they wrote.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from cyclopts import App, CycloptsError

from showclear.cli import (
    attach,
    bundle,
    cases_page,
    fsck,
    init,
    log,
    packs_check,
    packs_compile,
    packs_coverage,
    packs_diff,
    packs_docs,
    packs_new,
    packs_schema,
    packs_show,
    packs_try,
    rehearse,
    replay,
    say,
    serve,
    verify,
)
from showclear.cli.streams import complain, drop_output, open_closed_streams, unwritten
from showclear.core.errors import ReadError

INTERRUPTED = 130
UNWRITTEN = 3


def app_of() -> App:
    """Put the commands together."""
    app = App(
        name="showclear",
        help="Holds what nobody has recorded as checked, and says what is missing.",
        version=_version,
        help_format="plaintext",
        # Interrupted, it ends by its own code below, and by no exception.
        suppress_keyboard_interrupt=False,
    )
    app.command(init.init_production, name="init")
    app.command(say.say_statements, name="say")
    app.command(log.show_log, name="log")
    app.command(log.show_receipt, name="receipt")
    app.command(attach.attach_file, name="attach")
    app.command(bundle.bundle_production, name="bundle")
    app.command(verify.verify_log, name="verify")
    app.command(fsck.check_production, name="fsck")
    app.command(serve.serve_production, name="serve")
    app.command(replay.replay_cases, name="replay")
    app.command(rehearse.rehearse_day, name="rehearse")
    packs = App(name="packs", help="Write, check, read aloud, test and compare rule packs.")
    packs.command(packs_new.new_pack, name="new")
    packs.command(packs_check.check_packs, name="check")
    packs.command(packs_coverage.show_coverage, name="coverage")
    packs.command(packs_show.show_packs, name="show")
    packs.command(packs_try.try_packs, name="test")
    packs.command(packs_diff.compare_packs, name="diff")
    packs.command(packs_docs.print_pack_pages, name="docs")
    packs.command(packs_schema.print_schema, name="schema")
    packs.command(packs_compile.compile_packs, name="compile")
    app.command(packs)
    app.command(cases_page.print_cases_page, name="cases-page")
    return app


def _version() -> str:
    try:
        return version("showclear")
    except PackageNotFoundError:
        return "not installed; running from its sources"


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out one command line and return its exit code."""
    open_closed_streams()
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        done = app_of()(
            arguments,
            print_error=False,
            exit_on_error=False,
            result_action="return_value",
        )
        sys.stdout.flush()
    except CycloptsError as error:
        complain([f"{error}".strip(), "'showclear --help' lists what there is."])
        return 2
    except ReadError as error:
        complain(error.problems)
        return 2
    except BrokenPipeError:
        # Whoever read along has seen enough. What is still buffered has no reader.
        drop_output()
        return 0
    except OSError as error:
        # Every command turns what it reads and writes into words of its own; this is output.
        complain([unwritten(error)])
        drop_output()
        return UNWRITTEN
    except KeyboardInterrupt:
        return INTERRUPTED
    return done if isinstance(done, int) else 0


if __name__ == "__main__":
    sys.exit(main())
