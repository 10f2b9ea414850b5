"""The page in a bundle: what would a lawyer ask who has never seen such a thing?

* What it shows and what it does not, in that order, before anything technical.
* Under 90 lines of 78 columns, for a printer.
* Nothing on it claims that something said is true, and nothing is advice.
* A sample says so before anything else.
* Counts and times are those of the log in the bundle, not of the day it was made.

Source: docs/formats/ledger.md, "Bundle for a stranger".
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from showclear.app.bundling import Sort, Survey, Texts, given, given_out, left_out
from showclear.ledger.encoding import encode_base64

COLUMNS: Final = 78
_TITLE_MAX: Final = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What is told on the page besides what the log holds.

    Attributes:
        texts: What was asked for.
        attached: Attachments that are in the bundle.
        attachments_left: How many are not, by the reason.
        receipts: Receipts in it.
        aside: What came and could not become an entry.
    """

    texts: Texts
    attached: int
    attachments_left: Mapping[str, int]
    receipts: int
    aside: int


def readme(found: Survey, beside: Beside) -> str:
    """Write the page."""
    out = given_out(found, beside.texts)
    told = {
        "title": _title(found, beside.texts),
        "before": _if(found.before, "It goes on from the log {}, which is not in here."),
        "size": f"{found.size:,}",
        "server": f"{found.server:,}",
        "clocks": f"from {found.clocks[0]} to {found.clocks[-1]}" if found.clocks else "no time",
        "aside": _if(beside.aside, "{:,} more came and could not become entries of this log."),
        "origin": found.head.origin,
        "root": encode_base64(found.head.root),
        "given": f"{out:,}",
        "typed": _if(out, "They stand as they were typed: so do names in them."),
        "left": _listed((n, sort.value) for n, sort in left_out(found, beside.texts)),
        "attached": f"{beside.attached:,}",
        "files": _listed((n, why) for why, n in sorted(beside.attachments_left.items())),
        "receipts": f"{beside.receipts:,}",
    }
    page = "".join(_wrapped(line.format(**told)) for line in PAGE.splitlines())
    return (SAMPLE if found.sample else "") + page


def _if(told: object, sentence: str) -> str:
    return sentence.format(told) if told else ""


def _title(found: Survey, texts: Texts) -> str:
    if not given(Sort.WORK, texts):
        return ""
    shown = "".join(sign for sign in " ".join(found.title.split()) if sign.isprintable())
    return _if(shown[:_TITLE_MAX], 'Its title is "{}".')


def _listed(counts: Iterable[tuple[int, str]]) -> str:
    return "; ".join(f"{count:,} {what}" for count, what in counts) or "none"


def _wrapped(line: str) -> str:
    """Fold a line, its beginning hanging out; one that is set with spaces stays as it is."""
    if not line.strip() or line.startswith("  "):
        return f"{line}\n"
    start = re.match(r"(?:- |\d\. )?", line)
    hang = " " * len(start[0] if start else "")
    text = " ".join(line.split())
    folded = textwrap.wrap(text, COLUMNS, subsequent_indent=hang, break_on_hyphens=False)
    return "".join(f"{part}\n" for part in folded)


SAMPLE: Final = "SAMPLE: nothing in it was recorded on a set.\n\n"

PAGE: Final = """\
THE RECORD OF ONE PRODUCTION

People and devices on a set said what they did, saw and checked, and a server on the set \
kept it as a log: {size} entries, received {clocks} by the server's clock. {server} of them \
are only the server's own: when it had something, and what its rules answered. {title} {before}

WHAT THIS SHOWS
- That these statements were in this order, each signed by the key that it names.
- That nothing in the log was changed, taken out or put in between since the server signed \
its checkpoint: a few lines that stand for all of it.

WHAT THIS DOES NOT SHOW
- That what was said is true. It was said; that is all.
- Who held a tablet that several people share, or typed for somebody else. In each statement \
"attested" tells how it was known who spoke.
- That nothing was left unsaid. {aside}
- That a clock was right. "received" tells what the server's clock showed, "at" what people \
and devices gave; nothing here says more about time than that.
- That this is the newest state, or the only one. More may have been said since, and whoever \
has the server's keys can sign a second history. What others hold shows it: see below.

HOW TO CHECK IT, on any computer with Python 3.9 or newer, without a network
1. Unpack the zip into a new folder, and open a command line in that folder.
2. Type: python3 verify.py .   (on Windows: py verify.py .)
3. It says WHOLE, or NOT WHOLE with the first thing wrong and its place. Where Python has \
neither PyNaCl nor cryptography, signatures take about a second for each hundred entries; \
"--hashes" leaves them out.
verify.py came with the rest. Whoever does not trust it takes another: one from the project, \
or one written anew from the public formats below.

HOW TO CHECK THAT THE KEY IS THE RIGHT ONE
Anybody can make a log with a key of their own. The key of this one is in keys/log.vkey. Its \
name, the number of entries and the root that the checkpoint names:
  {origin}
  {size} entries
  {root}
Compare them with what others hold: the wrap sheets of each day, photos of the QR code on the \
board, and receipts (.tlog-proof) of people who said something. Older ones serve too, for all \
that was said until then. One of this log that does not fit tells of a second history:
  python3 verify.py . --receipt FILE
Receipts in here: {receipts}.

WHAT IS LEFT OUT, AND WHY
Entries hold ids, times, numbers and words of fixed lists. Any other text is sealed: in the \
entry stands only a salted SHA-256 of it; text and salt lie apart. So a text can be given out, \
kept or erased, and the log can be checked as before. A text in here is compared with its seal.
- Texts given out: {given}. {typed}
- Texts left out: {left}. What is about a person is not for strangers unless it was asked for.
- Erased means: text and salt were deleted, and nobody can read them again. That something was \
said there, and when it was erased, stays in the log.
- Attachments (pictures, sound, PDF): {attached}. Left out: {files}.

FILES AND THEIR FORMATS
  log/checkpoint     C2SP tlog-checkpoint, signed-note (Ed25519)
  log/tile/          C2SP tlog-tiles, the hash tree of RFC 6962; in entries/
                     each entry is a statement signed as in RFC 7515 (JWS)
  policy             C2SP tlog-policy: whose signature counts
  receipts/          C2SP tlog-proof, where there are any
  keys/              public keys (RFC 7517), for information: what counts is
                     what the log itself says of them ("device.enrolled")
  texts/texts.jsonl  a line for each text: id, index, path, salt, text
  attachments/       files named by their SHA-256
  verify.py          checks all of this
"""
