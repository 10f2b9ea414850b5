"""Which rule asks for each clause that the packs were written from, and if none, why not?

* A clause stands there in our words, with where it was read and how; never its text.
* It names the rules that ask for it, or one reason why no rule does, and not both.
* A rule that no installed pack has is a finding: a rule was renamed, and its clause is
  asked by nobody without anybody noticing.
* What of a clause its rules do not ask may stand beside them, as a sentence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from showclear.core.errors import Problem, ReadError, nearest
from showclear.core.fields import show
from showclear.core.located import Located, Path
from showclear.rules.grammar import Pack

FILE: Final = "clauses.yaml"
REASONS: Final = {
    "definition-only": "it defines a word and asks nothing",
    "kept-by-program": "the program itself keeps it, whatever packs are adopted",
    "not-an-obligation": "it asks nothing of anybody on a set",
    "not-checkable": "no record of a set can show it",
    "other-place": "no pack for that place is shipped",
    "unread": "nobody of this project has read it",
}
"""Why a clause may have no rule, and what the word stands for."""

HOW: Final = ("direct", "secondary", "low")
_TEXT: Final = ("id", "instrument", "provision", "jurisdiction", "force", "obligation")
_MAY: Final = (
    *("version", "topics", "who", "when", "figures", "url", "how", "read", "basis", "note"),
    *("rules", "left", "reason", "because"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One clause, in our words.

    Attributes:
        how: `direct`, `secondary` or `low`: how surely it was read.
        rules: The rules that ask for it, each as PACK/RULE.
        left: What of it those rules do not ask; may be empty.
        reason: Why no rule asks for it, one of `REASONS`; empty where rules do.
        because: The reason in one sentence.
        line: Where it stands in its file, from 1.
    """

    id: str
    instrument: str
    provision: str
    jurisdiction: str
    force: str
    obligation: str
    how: str
    url: str = ""
    rules: tuple[str, ...] = ()
    left: str = ""
    reason: str = ""
    because: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Coverage:
    """Every clause, and what is found about them.

    Attributes:
        findings: A sentence for each thing to put right, in the order of the file.
    """

    clauses: tuple[Clause, ...]
    findings: tuple[str, ...]

    @property
    def with_rules(self) -> int:
        """How many clauses name a rule."""
        return sum(bool(clause.rules) for clause in self.clauses)

    @property
    def by_reason(self) -> Mapping[str, int]:
        """How many clauses have each reason, the most frequent first."""
        return dict(Counter(c.reason for c in self.clauses if c.reason).most_common())


def coverage(clauses: Iterable[Clause], packs: Iterable[Pack]) -> Coverage:
    """Compare the clauses with the rules that there are."""
    listed = tuple(clauses)
    known = {f"{pack.id}/{rule.id}" for pack in packs for rule in pack.rules}
    return Coverage(listed, tuple(_findings(listed, known)))


def _findings(clauses: Iterable[Clause], known: Iterable[str]) -> Iterator[str]:
    names = sorted(known)
    for clause in clauses:
        if not clause.rules and not clause.reason:
            yield f"{clause.id}: neither a rule nor a reason why there is none"
        for rule in clause.rules:
            if rule not in names:
                close = nearest(rule, names)
                meant = f"; did you mean {close!r}?" if close else ""
                yield f"{clause.id}: no installed pack has the rule {rule!r}{meant}"


def coverage_json(found: Coverage) -> Mapping[str, Any]:
    """Return it for `--json`: every clause, the counts and the findings."""
    return {
        "clauses": [
            {
                "id": clause.id,
                "instrument": clause.instrument,
                "provision": clause.provision,
                "jurisdiction": clause.jurisdiction,
                "force": clause.force,
                "how": clause.how,
                "url": clause.url,
                "obligation": clause.obligation,
                "rules": list(clause.rules),
                "left": clause.left,
                "reason": clause.reason,
                "because": clause.because,
            }
            for clause in found.clauses
        ],
        "with_rules": found.with_rules,
        "by_reason": dict(found.by_reason),
        "findings": list(found.findings),
    }


# --- reading the file --------------------------------------------------------------


def parse_clauses(located: Located) -> tuple[Clause, ...]:
    """Read the list of clauses.

    Raises:
        ReadError: It is no such list; with every problem found.
    """
    reading = _Reading(located)
    clauses = tuple(reading.clauses())
    if reading.problems:
        raise ReadError(reading.problems)
    return clauses


class _Reading:
    """The file being read, and its problems so far."""

    def __init__(self, located: Located) -> None:
        self.located = located
        self.problems: list[Problem] = []

    def fault(self, path: Path, found: str, allowed: str = "", close: str = "") -> None:
        """Note a problem at a path of the document."""
        line = self.located.line(path)
        self.problems.append(
            Problem(file=self.located.file, line=line, found=found, allowed=allowed, nearest=close)
        )

    def clauses(self) -> Iterator[Clause]:
        document = self.located.document
        listed = document.get("clauses") if isinstance(document, dict) else None
        if not isinstance(listed, list) or not listed:
            self.fault((), "no list of clauses", "`clauses:` and one entry for each")
            return
        seen: set[str] = set()
        for place, given in enumerate(listed):
            path: Path = ("clauses", place)
            if not isinstance(given, dict):
                self.fault(path, show(given), "a clause")
                continue
            clause = self._clause(path, given)
            if clause.id and clause.id in seen:
                self.fault(path, f"the clause {clause.id!r} is there twice")
            seen.add(clause.id)
            yield clause

    def _clause(self, path: Path, given: Mapping[str, Any]) -> Clause:
        for key in given:
            if key not in (*_TEXT, *_MAY):
                close = nearest(key, (*_TEXT, *_MAY))
                self.fault((*path, key), f"unknown word {key!r}", ", ".join((*_TEXT, *_MAY)), close)
        text = {key: self._text(path, given, key) for key in _TEXT}
        rules = self._rules(path, given)
        reason = self._word(path, given, "reason", tuple(REASONS))
        because = self._text(path, given, "because") if "because" in given else ""
        if rules and reason:
            self.fault((*path, "reason"), "rules and a reason why there are none", "one of them")
        if reason and not because:
            self.fault((*path, "reason"), "'because' is missing", "the reason in one sentence")
        return Clause(
            **text,
            how=self._word(path, given, "how", HOW) or "low",
            url=self._text(path, given, "url") if "url" in given else "",
            rules=rules,
            left=self._text(path, given, "left") if "left" in given else "",
            reason=reason,
            because=because,
            line=self.located.line(path),
        )

    def _text(self, path: Path, given: Mapping[str, Any], key: str) -> str:
        value = given.get(key)
        if isinstance(value, str) and value.strip():
            return value
        self.fault((*path, key), f"{key!r} is {show(value) if key in given else 'missing'}", "text")
        return ""

    def _word(
        self, path: Path, given: Mapping[str, Any], key: str, allowed: tuple[str, ...]
    ) -> str:
        value = given.get(key)
        if value is None and key not in given:
            return ""
        if isinstance(value, str) and value in allowed:
            return value
        close = nearest(value, allowed) if isinstance(value, str) else ""
        self.fault((*path, key), f"{key} {show(value)}", ", ".join(allowed), close)
        return ""

    def _rules(self, path: Path, given: Mapping[str, Any]) -> tuple[str, ...]:
        value = given.get("rules", [])
        if isinstance(value, list) and all(
            isinstance(item, str) and item.count("/") == 1 for item in value
        ):
            return tuple(str(item) for item in value)
        self.fault((*path, "rules"), show(value), "a list of PACK/RULE")
        return ()
