"""Does everything that lies in a production's folder follow from its entries?

A second reader: it shares formats with the writer and nothing else. Everything is computed
anew from the entries, in its own words, and compared with whatever else says it too.

1. The database: whole to SQLite, with the tables it has to have. Entries go on from 0.
2. Every entry: its stored leaf, JWS, strict JSON, its id in the row and in no other row, a
   signature by a key that stood then.
3. The tree: root and frontier of the writer's row, and every stored checkpoint: signed by
   this log's key, growing, with the root of its size. Policy, keys and secret keys agree.
4. Verdicts: a row for each `verdict.given`, from the gated act that it is for. `received`
   names every entry of its group but the server's own, once.
5. Texts: each belongs to an entry and fits the seal at its path. Empty seals are counted.
6. What is published is what the entries make, byte for byte, and nothing beside it.
7. Attachments: each file is what its name says, and the entries speak of it.
8. The snapshot is of these entries. Whether its state is theirs is for the caller, who can
   fold them.
9. What was kept aside is counted. It is not part of the record.

* Whatever the bytes are, the answer is a report; only the machine's faults are raised.
* What is wrong does not end it. What can no longer be told because of it is said.
* The place in the writer's row is not compared: a copy of a folder may be checked too.
* Shown is that the folder agrees with itself and with its key. Whoever has that key can
  make another folder that does: compare receipts (`showclear verify --receipt`).

`fsck_entries` and `fsck_record` read the rows of the database (1 to 5, 8, 9), `fsck_files`
what lies beside it.

Source: docs/formats/ledger.md; RFC 6962 section 2.1; C2SP tlog-tiles, tlog-checkpoint.
"""

from __future__ import annotations

from showclear.ledger.encoding import encode_base64
from showclear.ledger.errors import EvidenceError
from showclear.ledger.fsck_files import Attachments, Beside, Published
from showclear.ledger.fsck_record import Record
from showclear.ledger.fsck_report import Asked, Findings, Production, Shown, Step
from showclear.ledger.policy import POLICY_BYTES_MAX, Policy, parse_policy
from showclear.ledger.verify_report import Verified


def check(
    production: Production, asked: Asked, *, published: bytes | None, shown: Shown | None = None
) -> tuple[Record, Findings]:
    """Check everything; return what was read, and the findings, to which a caller can add.

    Args:
        published: The published checkpoint, read before the database was: so that every
            checkpoint a writer can have published by then is in it.

    Raises:
        StorageError: The machine could not read what is there.
    """
    report = Findings()
    for fault in production.faults():
        report.add(Step.DATABASE, fault)
    beside = Beside(production, report)
    record = Record(production, report, asked)
    policy = _policy(production, report)
    record.read(lambda origin: beside.key_of(policy, origin), published=published, shown=shown)
    beside.compare(policy, record)
    Published(production, record, report).check(published)
    Attachments(production, record, report).check()
    return record, report


def _policy(production: Production, report: Findings) -> Policy | None:
    try:
        raw = production.read("policy", limit=POLICY_BYTES_MAX)
        if raw is not None:
            return parse_policy(raw)
        sentence = "is missing: nobody who is given this record can tell whose it is"
        report.wrong(Step.TREE, "no-policy", where="policy", sentence=sentence)
    except EvidenceError as error:
        report.caught(Step.TREE, error, where="policy")
    return None


def verified(record: Record, report: Findings) -> Verified:
    """Return the report as it stands."""
    entries = record.entries
    root = entries.tower.roots.get(entries.tower.size)
    return Verified(
        origin=record.origin,
        entries=len(entries.order) if entries.was_read else None,
        root=None if root is None or entries.holes else encode_base64(root),
        findings=report.findings(),
        count=report.count,
        shown=tuple(report.shown),
        gone=tuple(report.gone),
        unchecked=tuple(report.unchecked),
    )
