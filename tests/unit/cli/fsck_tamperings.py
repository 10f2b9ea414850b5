"""What somebody can change in a production's folder, and the place that `fsck` has to name."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from showclear.ledger.ed25519 import SigningKey
from showclear.ledger.jws import sign_statement
from tests.unit.cli.fsck_production import DIGEST

Spoil = Callable[[Path], object]


def sql(*statements: str) -> Spoil:
    """Change the journal as somebody with another program would."""

    def spoil(folder: Path) -> None:
        link = sqlite3.connect(folder / "journal.sqlite")
        for one in statements:
            link.execute(one)
        link.commit()
        link.close()

    return spoil


def said_anew(index: int, payload: bytes) -> Spoil:
    """Let an entry say something else, signed by the server's real key, with its own leaf."""

    def spoil(folder: Path) -> None:
        seed = bytes.fromhex((folder / "private" / "server.key").read_text(encoding="ascii"))
        entry = sign_statement(payload, SigningKey(seed))
        link = sqlite3.connect(folder / "journal.sqlite")
        link.execute(
            "UPDATE entries SET entry = ?, leaf = ? WHERE idx = ?",
            (entry, sha256(b"\0" + entry).digest(), index),
        )
        link.commit()
        link.close()

    return spoil


def flipped(name: str, at: int = -3) -> Spoil:
    def spoil(folder: Path) -> None:
        raw = bytearray((folder / name).read_bytes())
        raw[at] ^= 1
        (folder / name).write_bytes(raw)

    return spoil


def written(name: str, raw: bytes) -> Spoil:
    def spoil(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(raw)

    return spoil


def more(name: str) -> Spoil:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes() + b"x")


def gone(name: str) -> Spoil:
    return lambda folder: (folder / name).unlink()


def cut(name: str) -> Spoil:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:-1])


def exchanged(one: str, other: str) -> Spoil:
    def spoil(folder: Path) -> None:
        first, second = (folder / one).read_bytes(), (folder / other).read_bytes()
        (folder / one).write_bytes(second)
        (folder / other).write_bytes(first)

    return spoil


def link_of(name: str) -> Spoil:
    def spoil(folder: Path) -> None:
        (folder / name).rename(folder / "elsewhere")
        (folder / name).symlink_to(folder / "elsewhere")

    return spoil


def other_key(name: str) -> Spoil:
    return written(name, b"11" * 32 + b"\n")


FIRST = "SELECT size FROM checkpoints ORDER BY size LIMIT 1 OFFSET 2"
LAST = "SELECT max(size) FROM checkpoints"
ENTRY = "UPDATE entries SET entry = %s WHERE idx = 17"
DEEP = b'{"id":"x","note":' + b"[" * 20_000 + b"]" * 20_000 + b"}"

TAMPERINGS: dict[str, tuple[Spoil, str]] = {
    # The database as such.
    "an-entry-gone": (sql("DELETE FROM entries WHERE idx = 17"), "entry 17"),
    "entries-gone-from-the-start": (sql("DELETE FROM entries WHERE idx < 9"), "entry 0"),
    "the-last-entry-gone": (
        sql("DELETE FROM entries WHERE idx = (SELECT max(idx) FROM entries)"),
        "checkpoint of",
    ),
    "every-entry-gone": (sql("DELETE FROM entries"), "journal.sqlite"),
    "a-number-below-nothing": (sql("UPDATE entries SET idx = -1 WHERE idx = 17"), "entry -1"),
    "a-number-far-beyond": (
        sql("UPDATE entries SET idx = 9000000000000000000 WHERE idx = 17"),
        "entry 17",
    ),
    "a-table-gone": (sql("DROP TABLE texts"), "journal.sqlite, texts"),
    "the-entries-table-gone": (sql("DROP TABLE entries"), "journal.sqlite, entries"),
    "a-table-more": (sql("CREATE TABLE more (a)"), "more"),
    "a-view-in-the-place-of-a-table": (
        sql("ALTER TABLE asides RENAME TO other", "CREATE VIEW asides AS SELECT * FROM other"),
        "asides",
    ),
    "a-view-without-an-end": (
        sql(
            "DROP TABLE asides",
            "CREATE VIEW asides AS WITH RECURSIVE n(number) AS (SELECT 1 UNION ALL SELECT number "
            "+ 1 FROM n) SELECT * FROM n",
        ),
        "asides",
    ),
    "a-trigger": (
        sql("CREATE TRIGGER t AFTER INSERT ON entries BEGIN DELETE FROM texts; END"),
        "trigger t",
    ),
    "a-column-more": (sql("ALTER TABLE entries ADD COLUMN more TEXT"), "journal.sqlite, entries"),
    "a-later-version": (sql("UPDATE alembic_version SET version_num = '9'"), "alembic_version"),
    "no-version": (sql("DELETE FROM alembic_version"), "alembic_version"),
    "a-head-that-forbids-writing": (flipped("journal.sqlite", 18), "journal.sqlite"),
    "an-unfinished-write": (written("journal.sqlite-journal", b"x"), "journal.sqlite-journal"),
    # Entries.
    "an-entry-of-other-bytes": (sql(ENTRY % "x'00ff'"), "entry 17"),
    "an-entry-emptied": (sql(ENTRY % "x''"), "entry 17"),
    "an-entry-that-is-text": (sql(ENTRY % "'text'"), "entries, idx 17"),
    "an-entry-that-is-a-number": (sql(ENTRY % "5"), "entries, idx 17"),
    "an-entry-too-large": (sql(ENTRY % "zeroblob(70000)"), "entry 17"),
    "two-entries-exchanged": (
        sql(
            "CREATE TEMP TABLE t AS SELECT idx, entry FROM entries WHERE idx IN (20, 21)",
            "UPDATE entries SET entry = (SELECT entry FROM t WHERE t.idx = 41 - entries.idx) "
            "WHERE idx IN (20, 21)",
        ),
        "entry 20",
    ),
    "a-leaf": (sql("UPDATE entries SET leaf = zeroblob(32) WHERE idx = 17"), "entry 17"),
    "a-short-leaf": (sql("UPDATE entries SET leaf = x'00' WHERE idx = 17"), "entry 17"),
    "a-leaf-that-is-text": (sql("UPDATE entries SET leaf = 'x' WHERE idx = 17"), "idx 17"),
    "an-id": (sql("UPDATE entries SET id = 'other' WHERE idx = 17"), "entry 17"),
    "an-id-that-is-no-text": (
        sql("UPDATE entries SET id = CAST(x'ff00fe' AS TEXT) WHERE idx = 17"),
        "idx 17",
    ),
    "an-entry-said-anew": (said_anew(17, b'{"id":"x","what":"note"}'), "entry 17"),
    "an-entry-of-deep-json": (said_anew(17, DEEP), "entry 17"),
    "a-key-twice": (said_anew(17, b'{"id":"x","id":"y"}'), "entry 17"),
    "no-number": (said_anew(17, b'{"id":"x","n":NaN}'), "entry 17"),
    "a-number-without-end": (said_anew(17, b'{"id":"x","n":' + b"9" * 9_000 + b"}"), "entry 17"),
    "no-object": (said_anew(17, b"[]"), "entry 17"),
    "half-a-character": (said_anew(17, b'{"id":"\\ud800"}'), "entry 17"),
    "no-id": (said_anew(17, b'{"id":7}'), "entry 17"),
    "the-servers-key-replaced": (
        said_anew(0, b'{"id":"founding/server","what":"device.enrolled","kind":"server"}'),
        "entry 0",
    ),
    # The tree.
    "the-writers-size": (sql("UPDATE writer SET size = size - 1"), "journal.sqlite, writer"),
    "the-writers-size-below-nothing": (sql("UPDATE writer SET size = -1"), "writer"),
    "the-writers-size-a-text": (sql("UPDATE writer SET size = 'many'"), "writer"),
    "the-writers-root": (sql("UPDATE writer SET root = zeroblob(32)"), "writer"),
    "the-writers-frontier": (sql("UPDATE writer SET frontier = x''"), "writer"),
    "the-writers-checkpoint": (
        sql("UPDATE writer SET checkpoint = (SELECT note FROM checkpoints LIMIT 1)"),
        "writer",
    ),
    "the-writers-name": (sql("UPDATE writer SET origin = 'other'"), "writer"),
    "the-writers-row-gone": (sql("DELETE FROM writer"), "writer"),
    "a-checkpoint-changed": (
        sql(f"UPDATE checkpoints SET note = zeroblob(200) WHERE size = ({FIRST})"),
        "checkpoint of",
    ),
    "a-checkpoint-under-another-size": (
        sql(f"UPDATE checkpoints SET size = size + 1 WHERE size = ({FIRST})"),
        "checkpoint of",
    ),
    "a-checkpoint-gone": (sql(f"DELETE FROM checkpoints WHERE size = ({FIRST})"), "entry"),
    "the-first-checkpoint-gone": (
        sql("DELETE FROM checkpoints WHERE size = 0"),
        "checkpoint of 0",
    ),
    "the-last-checkpoint-gone": (sql(f"DELETE FROM checkpoints WHERE size = ({LAST})"), "writer"),
    "every-checkpoint-gone": (sql("DELETE FROM checkpoints"), "checkpoint of 0"),
    "no-policy": (gone("policy"), "policy"),
    "a-policy-of-another": (flipped("policy", 12), "policy"),
    "a-policy-with-one-more": (
        lambda folder: (folder / "policy").write_bytes(
            b"log example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n"
            + (folder / "policy").read_bytes()
        ),
        "policy",
    ),
    "a-public-key": (flipped("keys/log.vkey"), "keys/log.vkey"),
    "the-public-key-of-another": (
        written(
            "keys/log.vkey",
            b"example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n",
        ),
        "keys/log.vkey",
    ),
    "no-public-key": (gone("keys/log.vkey"), "keys/log.vkey"),
    "the-servers-public-key": (flipped("keys/server.jwk", 40), "keys/server.jwk"),
    "a-deep-public-key": (written("keys/server.jwk", b"[" * 90_000), "keys/server.jwk"),
    "a-key-of-nobody": (written("keys/more.jwk", b"{}"), "keys/more.jwk"),
    "another-secret-key": (other_key("private/log.key"), "private/log.key"),
    "another-servers-secret-key": (other_key("private/server.key"), "private/server.key"),
    "a-secret-key-that-is-none": (written("private/log.key", b"words"), "private/log.key"),
    # Verdicts.
    "a-verdict-gone": (
        sql("DELETE FROM verdicts WHERE act = (SELECT max(act) FROM verdicts)"),
        "entry",
    ),
    "a-verdict-on-another": (
        sql("UPDATE verdicts SET act = act - 1 WHERE act = (SELECT max(act) FROM verdicts)"),
        "verdict on entry",
    ),
    "a-verdict-that-is-none": (
        sql("UPDATE verdicts SET verdict = 5 WHERE act = (SELECT max(act) FROM verdicts)"),
        "verdict on entry",
    ),
    "a-verdict-of-nothing": (sql("INSERT INTO verdicts VALUES (9999, 9)"), "verdict on entry 9999"),
    "two-verdicts-exchanged": (
        sql(
            "CREATE TEMP TABLE t AS SELECT act, verdict FROM verdicts ORDER BY act LIMIT 2",
            "UPDATE verdicts SET verdict = (SELECT verdict FROM t WHERE t.act <> verdicts.act) "
            "WHERE act IN (SELECT act FROM t)",
        ),
        "verdict on entry",
    ),
    # Texts.
    "a-text": (sql("UPDATE texts SET text = 'other' WHERE rowid = 7"), "text of"),
    "a-salt": (sql("UPDATE texts SET salt = zeroblob(16) WHERE rowid = 7"), "text of"),
    "a-letter-moved-into-the-salt": (
        sql(
            "UPDATE texts SET salt = CAST(salt || substr(text, 1, 1) AS BLOB), "
            "text = substr(text, 2) WHERE rowid = 7"
        ),
        "text of",
    ),
    "a-path": (sql("UPDATE texts SET path = 'nowhere' WHERE rowid = 7"), "at nowhere"),
    "a-text-of-nobody": (
        sql("INSERT INTO texts VALUES ('no', 'note', zeroblob(16), 'x')"),
        "text of no at note",
    ),
    "a-text-that-is-bytes": (sql("UPDATE texts SET text = x'ff' WHERE rowid = 7"), "texts"),
    # What is published.
    "a-published-entry": (flipped("log/tile/entries/000", 900), "log/tile/entries/000, entry"),
    "a-published-hash": (flipped("log/tile/0/000", 33), "log/tile/0/000, hash 1"),
    "a-published-hash-above": (flipped("log/tile/1/000.p/1", 3), "log/tile/1/000.p/1, hash 0"),
    "a-published-bundle-cut": (cut("log/tile/entries/000"), "log/tile/entries/000, entry 255"),
    "a-published-bundle-with-more": (
        more("log/tile/entries/000"),
        "log/tile/entries/000, bytes after entry 255",
    ),
    "a-published-bundle-gone": (gone("log/tile/entries/000"), "log/tile/entries/000"),
    "a-published-tile-gone": (gone("log/tile/0/000"), "log/tile/0/000"),
    "a-published-tile-emptied": (written("log/tile/0/000", b""), "log/tile/0/000"),
    "published-files-exchanged": (
        exchanged("log/tile/0/000", "log/tile/entries/000"),
        "log/tile/0/000",
    ),
    "a-published-file-more": (written("log/tile/0/009", b"x" * 8192), "log/tile/0/009"),
    "a-narrow-tile-that-is-none": (written("log/tile/0/000.p/3", b"x" * 96), "log/tile/0/000.p/3"),
    "a-file-of-no-log": (written("log/tile/0/0001", b""), "log/tile/0/0001"),
    "a-file-with-an-odd-name": (written("log/\x1b[2J", b""), "log/"),
    "a-link-in-the-place-of-a-tile": (link_of("log/tile/0/000"), "log/tile/0/000"),
    "the-published-checkpoint": (flipped("log/checkpoint", 40), "log/checkpoint"),
    "the-published-checkpoint-emptied": (written("log/checkpoint", b""), "log/checkpoint"),
    "the-published-checkpoint-a-link": (link_of("log/checkpoint"), "log/checkpoint"),
    "no-published-checkpoint": (gone("log/checkpoint"), "log/checkpoint"),
    "an-older-journal": (
        sql(
            f"DELETE FROM entries WHERE idx >= ({FIRST})",
            f"DELETE FROM checkpoints WHERE size > ({FIRST})",
        ),
        "journal.sqlite",
    ),
    # Attachments, the snapshot, what was kept aside.
    "a-picture": (flipped(f"attachments/{DIGEST}"), f"attachments/{DIGEST}"),
    "a-file-under-a-name": (written("attachments/picture.jpg", b"x"), "attachments/picture.jpg"),
    "a-picture-that-is-a-link": (link_of(f"attachments/{DIGEST}"), f"attachments/{DIGEST}"),
    "a-snapshot-of-others": (
        sql("INSERT OR REPLACE INTO snapshots VALUES (1, 9, zeroblob(32), 'x', x'00')"),
        "snapshot",
    ),
    "a-snapshot-that-is-text": (
        sql("INSERT OR REPLACE INTO snapshots VALUES (1, 9, 'x', 'x', 'x')"),
        "snapshots, one 1",
    ),
    "what-was-kept-aside": (sql("UPDATE asides SET raw = x'00'"), "kept aside 1"),
    "a-length-kept-aside": (sql("UPDATE asides SET length = length + 1"), "kept aside 1"),
    "a-hash-kept-aside": (sql("UPDATE asides SET sha256 = x''"), "kept aside 1"),
}
