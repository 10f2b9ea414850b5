"""`showclear attach`: keep a picture, a sound or a PDF beside what it is about.

The file goes into the production's folder under its SHA-256, once; the statement that names
it goes onto the record. Where it was made is taken out unless somebody asks for it to stay.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from showclear.adapters.attachment_folder import AttachmentFolder, Kept
from showclear.adapters.production_folder import ATTACHMENTS
from showclear.app.incoming import Taken
from showclear.cli.production import NOT_STORED, UNREADABLE, now, read_bytes, recording, refusing
from showclear.cli.streams import complain, write_text
from showclear.ledger.attachments import look, without_location
from showclear.ledger.errors import EvidenceError


def attach_file(
    folder: Annotated[Path, Parameter(name="DIR")],
    file: Annotated[Path, Parameter(name="FILE")],
    /,
    *about: Annotated[str, Parameter(name="ABOUT")],
    by: str = "anonymous",
    keep_location: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Keep a picture, a sound or a PDF beside what it is about, and say so on the record.

    Parameters
    ----------
    folder
        A production.
    file
        A JPEG, PNG, WebP, HEIC, PDF, M4A, MP3, Ogg or WAV file.
    about
        Ids of what it is about: a weapon, a lot, an activity, an incident.
    by
        Who took it. From a command line that is taken as paper: nothing proves it.
    keep_location
        Leave in it where it was made. Ask whoever took it first.
    """
    if not about:
        complain(["Say what it is about: one or more ids after the file."])
        return UNREADABLE
    raw = read_bytes(file)
    try:
        # Looked at before anything is kept: what cannot be taken leaves nothing.
        look(raw) if keep_location else without_location(raw)
    except EvidenceError as error:
        complain([f"{file}: {error}"])
        return UNREADABLE
    return refusing(lambda: _attach(folder, raw, about, by, keep_location=keep_location))


def _attach(
    folder: Path, raw: bytes, about: tuple[str, ...], by: str, *, keep_location: bool
) -> int:
    with recording(folder) as recorder:
        kept = AttachmentFolder(folder / ATTACHMENTS).put(raw, keep_location=keep_location)
        # A crash here leaves a file that nothing speaks of; the same command again names it.
        name = hashlib.sha256("\n".join((kept.sha256, *sorted(about))).encode()).hexdigest()
        fields = {
            "id": f"attachment/{name[:24]}",
            "what": "attachment.added",
            "at": now().replace(microsecond=0).isoformat(),
            "by": by,
            "attested": "paper",
            "sha256": kept.sha256,
            "about": list(about),
        }
        found = recorder.answer_to(str(fields["id"]))
        answer = found or recorder.record([Taken(fields=fields)])[0]
        recorder.publish()
    if answer.aside is not None:
        complain([f"Kept, but not on the record: {answer.aside.sentence}"])
        return NOT_STORED
    write_text(_told(kept, answer.id))
    return 0


def _told(kept: Kept, name: str) -> str:
    removed = f"Left out: {', '.join(kept.removed)}." if kept.removed else "Nothing was left out."
    return f"{kept.sha256}  {kept.kind.value}, {kept.length:,} bytes  [{name}]\n{removed}\n"
