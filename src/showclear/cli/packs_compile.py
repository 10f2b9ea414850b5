"""`showclear packs compile`: the installed packs in the form that is quick to read.

Exit code: 0 when it was written, 2 when a pack cannot be read.
"""

from __future__ import annotations

import sys

from showclear.adapters.packs import compile_installed
from showclear.cli.streams import complain


def compile_packs() -> int:
    """Print the canonical JSON of every installed pack, read from its YAML.

    For whoever changes a pack that ships with the program:
    `showclear packs compile > src/showclear/packs/compiled.json`.
    """
    compiled, problems = compile_installed()
    complain(problems)
    if problems:
        return 2
    # Bytes: their digest is named elsewhere, and no terminal's encoding may change them.
    sys.stdout.flush()
    sys.stdout.buffer.write(compiled)
    sys.stdout.buffer.flush()
    return 0
