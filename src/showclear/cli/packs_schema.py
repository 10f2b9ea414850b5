"""`showclear packs schema`: a JSON Schema of packs, from which editors complete the words."""

from __future__ import annotations

from showclear.app.pack_schema import schema
from showclear.cli.streams import write_json


def print_schema() -> int:
    """Print the JSON Schema of a pack, made from the vocabulary.

    It is also at src/showclear/packs/pack.schema.json. In an editor that knows YAML, the line
    `# yaml-language-server: $schema=pack.schema.json` at the top of a pack names it.
    """
    write_json(schema())
    return 0
