"""A record in which statements of one kind were never made, or were made otherwise.

* Of checks and of every other statement alike: by somebody else, of something else, seen
  by nobody, of a part, too early, with another of their words.
* The order of what was said stays as it was, but for what is said long ago or last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final, TypeVar

from showclear.core.nouns import Chain, CheckRecord, Fact, Mark
from showclear.core.state import State

Words = Mapping[str, frozenset[str]]
SOMETHING: Final = "something-else"

Said = TypeVar("Said", CheckRecord, Fact)


def words_text(words: Words) -> str:
    """The closed words that a condition asks for, as they stand in a supposition."""
    return "; ".join(f"{key} {'|'.join(sorted(asked))}" for key, asked in sorted(words.items()))


def words_of(text: str) -> Words:
    """What `words_text` wrote."""
    parts = [part.partition(" ") for part in text.split("; ") if part]
    return {key: frozenset(asked.split("|")) for key, _, asked in parts}


def change_checks(state: State, checks: frozenset[str], how: str, arg: str) -> None:
    """Alter every check of these words, in a copy of a state."""
    meant = {key: chain for key, chain in state.checks.items() if key[1] in checks}
    for key in meant:
        del state.checks[key]
    if how == "never":
        return
    for (on, check), chain in meant.items():
        records = [_otherwise(record, how, arg, state.seq) for record in chain]
        if how == "only as":
            state.checks[on, arg] = _merged(records, state.checks.get((on, arg)))
        elif how in ("of", "of another"):
            for other in arg.split() or (SOMETHING,):
                of_it = [replace(record, on=other) for record in records]
                state.checks[other, check] = _merged(of_it, state.checks.get((other, check)))
        else:
            state.checks[on, check] = _merged(records, None)


def _merged(records: list[CheckRecord], beside: Chain[CheckRecord] | None) -> Chain[CheckRecord]:
    listed = sorted([*records, *(beside or ())], key=lambda record: record.mark.seq)
    return _chain(listed)


def _chain(oldest_first: list[Said]) -> Chain[Said]:
    chain: Chain[Said] | None = None
    for one in oldest_first:
        chain = Chain(one, chain)
    assert chain is not None
    return chain


def change_facts(state: State, tag: str, words: Words, how: str, arg: str) -> None:
    """Alter every statement of a tag that says these words, in a copy of a state."""
    kept: list[Fact] = []
    for fact in state.facts.get(tag) or ():
        if _speaks_of_else(fact, words):
            kept.append(fact)
        elif how != "never":
            kept.append(_otherwise(fact, how, arg, state.seq))
    if kept:
        state.facts[tag] = _chain(sorted(kept, key=lambda fact: fact.mark.seq))
    else:
        state.facts.pop(tag, None)


def _speaks_of_else(fact: Fact, words: Words) -> bool:
    return any(fact.words.get(key, asked).isdisjoint(asked) for key, asked in words.items())


def _otherwise(said: Said, how: str, arg: str, last: int) -> Said:
    """One statement, made otherwise."""
    if how in ("long ago", "as the last"):
        return replace(said, mark=replace(said.mark, seq=last + 1 if how == "as the last" else 0))
    if isinstance(said, CheckRecord):
        return _other_check(said, how, arg)
    return _other_fact(said, how, arg)


def _other_check(said: CheckRecord, how: str, arg: str) -> CheckRecord:
    match how:
        case "by":
            return replace(said, by=arg, mark=replace(said.mark, by=arg), eyes=frozenset({arg}))
        case "shown to nobody":
            return replace(said, shown_to=frozenset(), named=frozenset(), eyes=frozenset({said.by}))
        case "about nothing":
            return replace(said, about=())
        case "in part":
            return replace(said, whole=False)
        case "not measured":
            return replace(said, measured=())
        case "only as":
            return replace(said, check=arg)
        case _:
            return said


def _other_fact(said: Fact, how: str, arg: str) -> Fact:
    match how:
        case "by":
            return replace(said, mark=replace(said.mark, by=arg))
        case "of" | "of another":
            return replace(said, on=frozenset(arg.split() or (SOMETHING,)), noun="")
        case "naming nobody":
            return replace(said, people=frozenset())
        case "count":
            return replace(said, count=int(arg))
        case "run out":
            long_ago = said.mark.at.date() - timedelta(days=1) if said.mark.at else None
            return replace(said, until=long_ago)
        case "only as":
            key, _, word = arg.partition(" ")
            return replace(said, words={**said.words, key: frozenset({word})})
        case _:
            return said


def marks_of(state: State, tag: str, words: Words) -> Iterator[Mark]:
    """When statements of a kind were made; of checks the newest on each thing."""
    if tag == "check.made":
        for (_, check), chain in state.checks.items():
            if check in words["check"]:
                yield chain.item.mark
    for fact in state.facts.get(tag) or ():
        if not _speaks_of_else(fact, words):
            yield fact.mark
