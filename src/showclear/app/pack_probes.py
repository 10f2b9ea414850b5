"""What is supposed of a rule: every condition of it met, not met and unknown, in turn.

* Of an attribute: each word that the rule names, and the words that it does not name, all
  of them where they are few; and that nobody knows.
* Of what was said: that it was not said; each of its words alone; by somebody else, of
  something else, in part, unseen, too early.
* Every gate; every set empty and unknown; every moment after everything, and never.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from showclear.app.pack_said_otherwise import words_text
from showclear.app.pack_supposing import (
    SOMEBODY,
    UNKNOWN,
    SupposingMaker,
    Supposition,
)
from showclear.core import words
from showclear.rules.grammar import (
    After,
    Among,
    AsMany,
    AtMost,
    Every,
    FactTest,
    No,
    Rule,
)
from showclear.rules.lexicon import ATTRIBUTES

FEW: Final = 12
"""Of an attribute with no more words than this each is supposed."""
LONG_AGO: Final = "14400"
PLAIN: Final[Supposition] = ("as it is",)


def suppositions(rule: Rule, maker: SupposingMaker) -> tuple[Supposition, ...]:
    """Everything that is supposed of a rule, each once."""
    found = [PLAIN, *(("gate", gate) for gate in sorted(words.GATES))]
    found += _of_words(rule, maker)
    found += (
        ("set", name, how)
        for name in _sets(rule)
        for how in ("empty", "unknown", "one more", "one such")
    )
    for test in maker.said:
        found += _of_said(test)
    checks = {word for test in maker.said for word in test.words.get("check", ())}
    if len(checks) > 1:
        # The alternative that no case met is met by what was made of another.
        every_check = ("said", "check.made", words_text({"check": frozenset(checks)}))
        found += ((*every_check, "only as", word) for word in sorted(checks))
    found += _of_subjects(maker)
    if isinstance(rule.shape, After):
        found += _of_event(rule.shape)
    events = {w.event for test in maker.said for w in test.windows if w.kind == "since"}
    found += (("event", event, how) for event in sorted(events) for how in ("last", "never"))
    found += [("day", "new")]
    return tuple(dict.fromkeys(found))


def _sets(rule: Rule) -> tuple[str, ...]:
    match rule.shape:
        case Every() | Among() | AtMost() | No() as shape:
            return (shape.set,)
        case AsMany() as shape:
            return tuple(dict.fromkeys((shape.left_set, shape.right_set)))
        case _:
            return ()


def _of_words(rule: Rule, maker: SupposingMaker) -> Iterator[Supposition]:
    named: dict[tuple[str, str], set[str]] = {}
    places: dict[tuple[str, str], int] = {}
    for element, test in maker.words:
        key = (element, test.attribute)
        named.setdefault(key, set()).update(test.words)
        places[key] = places.get(key, 0) + 1
    for (element, attribute), said in named.items():
        tried = [*_tried(element, attribute, said), UNKNOWN]
        yield from (("word", element, attribute, word) for word in tried)
        for set_ in _sets(rule):
            for how in ("one", "such"):
                yield from ((how, element, attribute, word, set_) for word in tried)


def _tried(element: str, attribute: str, named: set[str]) -> list[str]:
    known = ATTRIBUTES[element][attribute].words or frozenset()
    if len(known) <= FEW:
        return sorted(known | named)
    return [*sorted(named), *sorted(known - named)[:1]]


def _of_said(test: FactTest) -> Iterator[Supposition]:
    at = ("said", test.what, words_text(test.words))
    yield (*at, "never")
    for key, asked in sorted(test.words.items()):
        as_word = "" if test.what == "check.made" else f"{key} "
        yield from ((*at, "only as", f"{as_word}{word}") for word in sorted(asked))
        yield (*at, "only as", f"{as_word}another")
    for how, is_asked in (
        ("of another", True),
        ("shown to nobody", bool(test.shown_to) or test.what == "check.made"),
        ("about nothing", bool(test.about)),
        ("in part", test.covers),
        ("not measured", bool(test.measured)),
        ("naming nobody", bool(test.people or test.with_)),
        ("run out", test.until),
        ("long ago", True),
        ("as the last", test.after is not None or test.before is not None),
    ):
        if is_asked:
            yield (*at, how)
    yield (*at, "by", SOMEBODY)
    if test.not_by:
        yield (*at, "by", test.not_by)
    if test.topics or test.covers:
        yield from ((*at, "count", str(n)) for n in (0, max(test.topics - 1, 0), test.topics))
    for window in test.windows:
        if window.kind == "today":
            # Long ago, and on the same day.
            yield ("at", LONG_AGO, test.what, words_text(test.words))
        if window.minutes:
            for minutes in (window.minutes, window.most or window.minutes):
                yield from _times(minutes * 60, test.what, words_text(test.words))
    for inner in (test.after, test.before):
        if inner is not None:
            at_inner = ("said", inner.what, words_text(inner.words))
            yield from ((*at_inner, how) for how in ("never", "long ago", "as the last"))


def _of_subjects(maker: SupposingMaker) -> Iterator[Supposition]:
    """Where alternatives ask the same of different things: what was said was of each of them."""
    about: dict[tuple[str, str], set[str]] = {}
    for test in maker.said:
        about.setdefault((test.what, words_text(test.words)), set()).add(test.on or "")
    for (tag, words_), subjects in about.items():
        if len(subjects) > 1:
            yield from (("said", tag, words_, "of", on) for on in sorted(subjects) if on)


def _of_event(shape: After) -> Iterator[Supposition]:
    event = shape.event
    at = ("said", event.tag, words_text(event.words))
    yield (*at, "never")
    yield from _times(shape.seconds, event.tag, words_text(event.words))
    for key, asked in sorted(event.words.items()):
        yield from ((*at, "only as", f"{key} {word}") for word in (*sorted(asked), "another"))


def _times(seconds: int, tag: str, words_: str) -> Iterator[Supposition]:
    """Under, on and over, to the second."""
    yield from (
        ("at", str(seconds + more), tag, words_) for more in (-1, 0, 1) if seconds + more >= 0
    )
