"""What do the shipped packs say, without reading their YAML again?

Reading strict YAML takes far longer than reading JSON, and the packs that come with the
program are the same on every start. So their canonical JSON is kept beside them, in one file.

* An entry stands for one YAML file only, by the SHA-256 of its bytes: whoever changes the
  YAML is read from it, whatever the compiled form says.
* It is read by the same reader as the YAML, every word checked again. What no longer reads,
  or has not the digest that was noted with it, is left out, and the YAML is read.
* It is data like the packs, and nobody edits it: `showclear packs compile` writes it.

Source: docs/formats/rules.md, Tools.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from showclear.core.errors import ReadError
from showclear.core.located import Located
from showclear.rules.canonical import canonical, with_digest
from showclear.rules.grammar import Pack
from showclear.rules.read import parse_pack

FILE: Final = "compiled.json"
FORMAT: Final = "showclear-packs-compiled/1"


def compiled_form(read: Iterable[tuple[bytes, Pack]]) -> bytes:
    """Put the compiled form together, each pack on a line of its own.

    Args:
        read: The bytes of each YAML file, and the pack that was read from it.
    """
    entries = sorted(
        json.dumps({"yaml": _digest(text), "sha256": pack.sha256})[:-1]
        + ', "pack": '
        + canonical(pack).decode()
        + "}"
        for text, pack in read
    )
    lines = ",\n".join(entries)
    return f'{{"format": "{FORMAT}", "packs": [\n{lines}\n]}}\n'.encode()


def entries_of(compiled: bytes) -> Mapping[str, Mapping[str, Any]]:
    """Return its entries by the digest of the YAML; none of what is no compiled form."""
    try:
        document = json.loads(compiled)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        return {}
    listed = document.get("packs")
    entries = listed if isinstance(listed, list) else []
    return {str(one["yaml"]): one for one in entries if isinstance(one, dict) and "yaml" in one}


def pack_of(entries: Mapping[str, Mapping[str, Any]], text: bytes, *, file: str) -> Pack | None:
    """Return the pack that this YAML says; None if the YAML itself has to be read.

    Args:
        text: The YAML, byte by byte.
    """
    entry = entries.get(_digest(text))
    if entry is None:
        return None
    try:
        pack = with_digest(parse_pack(Located(file, entry.get("pack"), {(): 1})))
    except ReadError:
        return None
    return pack if pack.sha256 == entry.get("sha256") else None


def _digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()
