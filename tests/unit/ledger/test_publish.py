"""Protects: whoever finds a checkpoint finds everything under it, and it never goes back."""

from __future__ import annotations

import pytest

from showclear.ledger.checkpoint import open_checkpoint
from showclear.ledger.errors import EvidenceError, StorageError, WriterRefusedError
from showclear.ledger.note import NoteSigner
from showclear.ledger.publish import publish, published_size, refuse_ahead
from showclear.ledger.tiles import TileId, tiles_of
from showclear.ledger.writer import NewEntry, Writer
from showclear.testing.failing_files import FailingFiles, Failure
from showclear.testing.memory_journal import MemoryJournal, Store
from tests.unit.ledger import naive

SIGNER = NoteSigner("set.example/log", bytes(range(32)))
OTHER = NoteSigner("other.example/log", bytes(32))


class Log:
    """A log that is appended to and published."""

    def __init__(self) -> None:
        self.files, self.journal = FailingFiles(), MemoryJournal(Store())
        self.writer = Writer.found(self.journal, SIGNER, place="here")

    def grow(self, size: int) -> None:
        while (count := size - self.writer.head.size) > 0:
            start = self.writer.head.size
            self.writer.append(
                [
                    NewEntry(id=f"s-{n}", entry=f"entry {n}".encode())
                    for n in range(start, start + min(count, 500))
                ]
            )

    def publish(self) -> list[tuple[int, int]]:
        shown: list[tuple[int, int]] = []
        publish(
            self.journal,
            self.files,
            tree=self.writer.tree,
            head=self.writer.head,
            key=SIGNER.key,
            shown=lambda done, of: shown.append((done, of)),
        )
        return shown

    def entries(self) -> list[bytes]:
        return list(self.journal.entries(0, self.writer.head.size))


@pytest.mark.parametrize("sizes", [[1], [1, 2], [255, 256, 257], [256, 600], [300, 300, 1_030]])
def test_after_publishing_exactly_the_files_of_that_size_are_there(sizes: list[int]) -> None:
    log = Log()
    for size in sizes:
        log.grow(size)
        log.publish()

    wanted = {tile.path() for tile in tiles_of(sizes[-1])} | {"checkpoint"}
    assert wanted == set(log.files.names())
    raw = log.files.read("checkpoint")
    assert raw is not None
    point = open_checkpoint(raw, SIGNER.key).checkpoint
    assert (sizes[-1], naive.mth(log.entries())) == (point.size, point.root)


def test_what_is_published_is_what_stands_in_the_journal() -> None:
    log = Log()
    log.grow(300)
    log.publish()

    bundles = b"".join(
        log.files.read(tile.path()) or b"" for tile in tiles_of(300) if not isinstance(tile, TileId)
    )
    assert bundles == b"".join(len(raw).to_bytes(2, "big") + raw for raw in log.entries())


def test_published_again_nothing_is_written() -> None:
    log = Log()
    log.grow(10)
    assert log.publish()

    assert [] == log.publish()


def test_it_is_told_how_far_the_work_is() -> None:
    log = Log()
    log.grow(600)

    shown = log.publish()

    assert [(number, len(shown)) for number in range(1, len(shown) + 1)] == shown


@pytest.mark.parametrize("skip", range(8))
@pytest.mark.parametrize("how", [Failure.LOST, Failure.KEPT])
def test_when_a_file_fails_a_reader_finds_a_whole_tree_and_the_next_call_goes_on(
    skip: int, how: Failure
) -> None:
    log = Log()
    log.grow(200)
    log.publish()
    log.grow(520)
    log.files.fail(how, skip=skip)

    try:
        log.publish()
    except StorageError:
        point = open_checkpoint(log.files.look("checkpoint") or b"", SIGNER.key).checkpoint
        here = set(log.files.look_around())
        assert {tile.path() for tile in tiles_of(point.size)} <= here
    log.files = log.files.again()
    log.publish()

    point = open_checkpoint(log.files.look("checkpoint") or b"", SIGNER.key).checkpoint
    assert 520 == point.size


def test_nothing_published_is_no_size() -> None:
    assert published_size(FailingFiles(), SIGNER.key) is None


@pytest.mark.parametrize("raw", [b"", b"hello", b"\xff" * 100])
def test_a_checkpoint_that_is_none_is_named_by_its_place(raw: bytes) -> None:
    files = FailingFiles()
    files.put("checkpoint", raw)

    with pytest.raises(EvidenceError) as refused:
        published_size(files, SIGNER.key)

    assert refused.value.where is not None
    assert refused.value.where.startswith("log/checkpoint")


def test_a_checkpoint_of_another_log_is_not_published_over() -> None:
    log, other = Log(), Log()
    other.writer = Writer.found(MemoryJournal(Store()), OTHER, place="there")
    log.files.put("checkpoint", other.writer.head.checkpoint)
    log.grow(3)

    with pytest.raises(EvidenceError):
        log.publish()

    assert other.writer.head.checkpoint == log.files.read("checkpoint")


def test_a_checkpoint_ahead_of_the_store_is_refused() -> None:
    log, ahead = Log(), Log()
    log.grow(3)
    ahead.grow(5)

    with pytest.raises(WriterRefusedError) as refused:
        refuse_ahead(
            ahead.writer.head.checkpoint, SIGNER.key, log.writer.tree, what="the receipt of a"
        )

    assert "store-behind" == refused.value.code
    assert "the receipt of a" in refused.value.sentence
    assert "--continue" in refused.value.sentence


def test_a_checkpoint_of_another_history_is_refused() -> None:
    log, other = Log(), Log()
    log.grow(5)
    other.writer.append([NewEntry(id="x", entry=b"another first entry")])

    with pytest.raises(WriterRefusedError) as refused:
        refuse_ahead(other.writer.head.checkpoint, SIGNER.key, log.writer.tree, what="it")

    assert "store-differs" == refused.value.code


def test_a_checkpoint_of_before_is_no_reason_to_stop() -> None:
    log, older = Log(), Log()
    log.grow(9)
    older.grow(4)

    refuse_ahead(older.writer.head.checkpoint, SIGNER.key, log.writer.tree, what="it")
    refuse_ahead(None, SIGNER.key, log.writer.tree, what="it")
