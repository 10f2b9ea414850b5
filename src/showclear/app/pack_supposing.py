"""What would a rule answer if one thing were otherwise? Suppositions, and judging under them.

A supposition is plain data, so that it can stand on an answer sheet and be supposed again
of another version of the rule. It is one of

* `gate G`: the same is asked at another gate.
* `word ELEMENT ATTRIBUTE WORD`: whatever the rule asks this of, it is so; `?` is unknown.
* `one ELEMENT ATTRIBUTE WORD SET`: the same of the first in a set alone; `such`: of one
  more in it, of whom everything else that the rule asks is so.
* `set SET empty|unknown|one more|one such`: who or what belongs to it.
* `said TAG WORDS HOW [ARG]`: statements of this kind were not made, or otherwise.
* `event EVENT last|never`: a moment that a check may have to come after.
* `day new`: nothing was said today. `at SECONDS TAG WORDS`: it is asked so long after the
  last such statement.

What is supposed is what conditions ask for, and not what a day would look like: no person
can be everything, but a rule that forgot to ask whom it means says so at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from showclear.app.pack_said_otherwise import (
    SOMETHING,
    change_checks,
    change_facts,
    marks_of,
    words_of,
)
from showclear.core.gates import Question
from showclear.core.nouns import Mark
from showclear.core.own_asked import Asked
from showclear.core.state import State
from showclear.rules import facts
from showclear.rules.compile import compile_rule
from showclear.rules.context import OF_PEOPLE, SETS, Context, Names
from showclear.rules.grammar import FactTest, Pack, Rule, Test, WordTest
from showclear.rules.maker import Maker, Predicate
from showclear.rules.outcome import Compiled

Supposition = tuple[str, ...]
UNKNOWN: Final = "?"
SOMEBODY: Final = "somebody-else"


class Supposed(Context):
    """A question being judged while something is supposed.

    Attributes:
        words: Words that are so of an element and attribute, whoever or whatever it is.
        one: The same, of one element.
        anybody: Of whom or what everything that is asked is so, but for `one`.
        sets: Sets that are other than the record has them.
    """

    __slots__ = ("anybody", "one", "sets", "words")

    def __init__(self, asked: Asked) -> None:
        super().__init__(asked)
        self.words: dict[tuple[str, str], frozenset[str] | None] = {}
        self.one: dict[tuple[str, str, str], frozenset[str] | None] = {}
        self.anybody: frozenset[str] = frozenset()
        self.sets: dict[str, Names] = {}

    def names(self, name: str) -> Names:
        """The elements of a set, as supposed."""
        return self.sets[name] if name in self.sets else super().names(name)


class SupposingMaker(Maker):
    """Compiles conditions so that what is supposed counts, and notes what they ask for.

    Attributes:
        words: Every condition on an attribute, with the type of its element.
        said: Every condition on what was said.
    """

    def __init__(self, pack: Pack) -> None:
        super().__init__(pack)
        self.words: list[tuple[str, WordTest]] = []
        self.said: list[FactTest] = []

    def test(self, element: str, test: Test, *, unknown: bool) -> Predicate:
        """One condition."""
        made = super().test(element, test, unknown=unknown)
        if not isinstance(test, WordTest):
            return made
        self.words.append((element, test))
        key, words = (element, test.attribute), test.words

        def met(context: Context, name: str, grounds: list[str] | None) -> bool:
            assert isinstance(context, Supposed)
            single = (*key, name)
            if single in context.one:
                found = context.one[single]
            elif name in context.anybody:
                return True
            elif key in context.words:
                found = context.words[key]
            else:
                return made(context, name, grounds)
            return unknown if found is None else not words.isdisjoint(found)

        return met

    def asking(self, test: FactTest) -> facts.Asking:
        """A condition on what was said."""
        self.said.append(test)
        return super().asking(test)


def supposing(pack: Pack, rule: Rule) -> tuple[Compiled, SupposingMaker]:
    """A rule ready to be judged under suppositions, and what it asks for."""
    maker = SupposingMaker(pack)
    return compile_rule(maker, rule), maker


@dataclass(frozen=True, slots=True)
class Base:
    """A question of a written case or day, which something is supposed of.

    Attributes:
        at: The case and the statement.
        case: The case or day as written, without its variant.
    """

    at: str
    case: str
    state: State = field(repr=False)
    question: Question = field(repr=False)

    @property
    def context(self) -> Supposed:
        return _context(self.state, self.question)


def _context(state: State, question: Question) -> Supposed:
    return Supposed(Asked(state, question, steps=False))


def supposed(base: Base, supposition: Supposition) -> Supposed:
    """The question, with this supposed."""
    kind, *rest = supposition
    return _KINDS[kind](base, *rest)


def gate_of(base: Base, supposition: Supposition) -> str:
    """The gate it is asked at."""
    return supposition[1] if supposition[0] == "gate" else base.question.gate


# --- words, sets, gates ------------------------------------------------------------


def _gate(base: Base, gate: str) -> Supposed:
    return _context(base.state, replace(base.question, gate=gate, memo={}))


def _word(base: Base, element: str, attribute: str, word: str) -> Supposed:
    context = base.context
    context.words[element, attribute] = _found(word)
    return context


def _one(base: Base, element: str, attribute: str, word: str, set_: str) -> Supposed:
    """Of the first alone: there has to be another one, who or which is as the record says."""
    context = base.context
    names = context.names(set_) or ()
    if len(names) < 2:
        context.sets[set_] = names = (*names, SOMETHING)
    context.one[element, attribute, names[0]] = _found(word)
    return context


def _such(base: Base, element: str, attribute: str, word: str, set_: str) -> Supposed:
    """Of one more, of whom everything else is so that is asked for."""
    context = base.context
    context.sets[set_] = (*(context.names(set_) or ()), SOMETHING)
    context.anybody = frozenset({SOMETHING})
    context.one[element, attribute, SOMETHING] = _found(word)
    return context


def _found(word: str) -> frozenset[str] | None:
    return None if word == UNKNOWN else frozenset({word})


def _set(base: Base, set_: str, how: str) -> Supposed:
    context = base.context
    names = context.names(set_)
    if how in ("one more", "one such"):
        context.sets[set_] = (*(names or ()), SOMETHING)
        context.anybody = frozenset({SOMETHING} if how == "one such" else ())
    else:
        context.sets[set_] = () if how == "empty" else None
    return context


# --- when --------------------------------------------------------------------------


def _last(state: State) -> Mark:
    return Mark(state.seq + 1, state.now, True, SOMEBODY, "supposed")


_MOMENTS: Final[Mapping[str, tuple[str, str]]] = {
    "the weapon left its handler's sight": ("weapons", "left_sight"),
    "the weapon was taken out": ("weapons", "taken_out"),
    "the weapon was loaded": ("weapons", "loaded"),
    "the weapon was last loaded": ("weapons", "loaded"),
    "the weapon was last fired": ("weapons", "fired"),
    "the weapon last held a bullet": ("weapons", "dummies"),
    "a qualified handler last had it": ("weapons", "with_handler"),
    "the lot was last out of custody": ("lots", "out_of_custody"),
    "the weapon came": ("weapons", "received"),
    "the thing came": ("things", "received"),
    "the activity last changed": ("activities", "changed"),
    "the last take": ("activities", "last_take"),
}


def _event(base: Base, event: str, how: str) -> Supposed:
    table, attribute = _MOMENTS[event]
    mark = _last(base.state) if how == "last" else None
    state = base.state.copy()
    nouns = getattr(state, table)
    setattr(state, table, {n: replace(one, **{attribute: mark}) for n, one in nouns.items()})
    return _context(state, base.question)


def _day(base: Base, _: str) -> Supposed:
    state = base.state.copy()
    if state.day is not None:
        state.day = replace(state.day, first=replace(state.day.first, seq=state.seq + 1))
    return _context(state, base.question)


def _at(base: Base, seconds: str, tag: str, words: str) -> Supposed:
    marks = list(marks_of(base.state, tag, words_of(words)))
    newest = max(marks, key=lambda mark: mark.seq, default=None)
    if newest is None or newest.at is None:
        return base.context
    moved = newest.at + timedelta(seconds=int(seconds))
    return _context(base.state, replace(base.question, at=moved, memo={}))


# --- what was said -----------------------------------------------------------------


def _said(base: Base, tag: str, words: str, how: str, arg: str = "") -> Supposed:
    """Statements of a kind were not made, or otherwise."""
    state = base.state.copy()
    asked = words_of(words)
    anybody: frozenset[str] = frozenset()
    if how == "by":
        # One of those meant here, of whom everything is so that is asked of a person.
        named = base.context.refer(arg) or (SOMEBODY,)
        arg, anybody = named[0], frozenset(named[:1])
    if how == "of":
        arg = " ".join(base.context.refer(f"the {arg.partition(' ')[2]}") or ())
    if tag == "check.made":
        change_checks(state, asked["check"], how, arg)
    else:
        change_facts(state, tag, asked, how, arg)
    context = _context(state, base.question)
    context.anybody = anybody
    return context


_KINDS: Final[Mapping[str, Callable[..., Supposed]]] = {
    "as it is": lambda base: base.context,
    "gate": _gate,
    "word": _word,
    "one": _one,
    "such": _such,
    "set": _set,
    "said": _said,
    "event": _event,
    "day": _day,
    "at": _at,
}


# --- what a sheet may suppose ------------------------------------------------------

_PARTS: Final[Mapping[str, tuple[int, int]]] = {
    "as it is": (0, 0),
    "gate": (1, 1),
    "word": (3, 3),
    "one": (4, 4),
    "such": (4, 4),
    "set": (2, 2),
    "said": (3, 4),
    "event": (2, 2),
    "day": (1, 1),
    "at": (3, 3),
}
"""How many parts each kind has after its name, at least and at most."""
SECONDS_MOST: Final = 10 * 366 * 86400


def can_be_supposed(supposition: Supposition) -> bool:
    """Whether a supposition that was read from a file is one of those above."""
    kind, *rest = supposition or ("",)
    least, most = _PARTS.get(kind, (1, 0))
    if not least <= len(rest) <= most:
        return False
    match kind:
        case "one" | "such":
            return _is_set(rest[3])
        case "set":
            return _is_set(rest[0])
        case "event":
            return rest[0] in _MOMENTS
        case "at":
            return _is_number(rest[0]) and _has_words(rest[1], rest[2])
        case "said":
            counted = rest[2] != "count" or _is_number(rest[-1])
            return counted and _has_words(rest[0], rest[1])
        case _:
            return True


def _is_set(name: str) -> bool:
    of, _, people = name.partition(" of ")
    return name in SETS or of == "each" or (of in OF_PEOPLE and people in SETS)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10 and int(text) <= SECONDS_MOST


def _has_words(tag: str, words: str) -> bool:
    return tag != "check.made" or "check" in words_of(words)
