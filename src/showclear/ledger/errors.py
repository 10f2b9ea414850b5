"""What can go wrong with a log, by who must act.

* `EvidenceError`: bytes are not what the format, a hash or a signature says. Never
  retried, always shown. Every parser of untrusted bytes raises this and nothing else.
* `StorageError`: the machine could not write or read (full disk, gone folder). What was
  not acknowledged may be said again.
* `UnknownOutcomeError`: nobody knows whether a write is on disk. The writer stops; the
  next start reads the truth.
* `WriterRefusedError`: this log must not be signed from here now; the sentence says how
  to go on without two histories.
* `MisuseError`: our caller broke the contract.
"""

from __future__ import annotations


class LedgerError(Exception):
    """Anything that this package refuses."""


class EvidenceError(LedgerError):
    """Bytes that do not show what they claim.

    Attributes:
        code: Stable word for programs, lower case with hyphens, such as `bad-signature`.
        sentence: What is wrong and what it means, for a person.
        where: The place: a file's path in the log, an entry's index, a line; or None.
    """

    def __init__(self, code: str, sentence: str, *, where: str | None = None) -> None:
        super().__init__(f"{where}: {sentence}" if where else sentence)
        self.code = code
        self.sentence = sentence
        self.where = where

    def at(self, where: str) -> EvidenceError:
        """Return the same finding, placed: the outermost place is put first."""
        inner = f"{where}: {self.where}" if self.where else where
        return EvidenceError(self.code, self.sentence, where=inner)


class StorageError(LedgerError):
    """The machine could not keep or give bytes. Nothing acknowledged is lost by it."""


class UnknownOutcomeError(StorageError):
    """A write may or may not be on disk: stop, and let recovery read what is there."""


class WriterRefusedError(LedgerError):
    """This log must not be signed from here now.

    Attributes:
        code: Stable word, such as `already-open`, `copied-folder`, `store-behind`.
        sentence: What was found and what to do next.
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


class MisuseError(LedgerError):
    """Our caller asked for what the contract excludes."""
