"""`showclear packs show`: a pack or one of its rules, read aloud from its structure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated

from cyclopts import Parameter
from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from showclear.app.pack_pages import dates_aloud, follows, how_read
from showclear.cli.pack_names import Named, is_file, packs_named
from showclear.cli.streams import Page, complain
from showclear.core.errors import Problem, nearest
from showclear.rules.aloud import aloud, missing_aloud
from showclear.rules.grammar import Pack, Rule


def show_packs(*names: Annotated[str, Parameter(name="RULE-OR-PACK")]) -> int:
    """Read a rule or a whole pack aloud: what is asked, when, by whom it was written.

    Parameters
    ----------
    names
        A rule (`RULE` or `PACK/RULE`), a pack, or a pack file; `FILE/RULE` for a rule of a
        file or of the folder it stands in. Every installed pack if nothing is named.
    """
    packs, problems = packs_named(())
    page = Page()
    for name in names or [one.pack.id for one in packs]:
        found, faulty = _meant(name, packs)
        problems += faulty
        for one, rules in found:
            page.show(*(_pack(one.pack) if rules is None else _rules(one.pack, rules)))
    complain(problems)
    return 2 if problems else 0


Meant = list[tuple[Named, list[Rule] | None]]
"""Packs, each with the rules of it that are meant; None for all of it."""


def _meant(name: str, packs: list[Named]) -> tuple[Meant, list[Problem]]:
    """What a person means: an installed pack or rule first, then a file."""
    found: Meant = [(one, None) for one in packs if name == one.pack.id]
    for one in packs:
        rules = [rule for rule in one.pack.rules if name in (rule.id, f"{one.pack.id}/{rule.id}")]
        found += [(one, rules)] if rules else []
    if found:
        return found, []
    if is_file(name):
        read, problems = packs_named([name])
        return [(one, None) for one in read], problems
    file, _, rule_id = name.rpartition("/")
    if not file or not is_file(file):
        return [], [_unknown(name, packs)]
    read, problems = packs_named([file])
    for one in read:
        rules = [rule for rule in one.pack.rules if rule.id == rule_id]
        found += [(one, rules)] if rules else []
    if not found and not problems:
        problems = [_unknown(rule_id, read)]
    return found, problems


def _unknown(name: str, packs: Iterable[Named]) -> Problem:
    listed = list(packs)
    rules = [rule.id for one in listed for rule in one.pack.rules]
    names = [one.pack.id for one in listed]
    full = [f"{one.pack.id}/{rule.id}" for one in listed for rule in one.pack.rules]
    return Problem(
        file=name,
        line=0,
        found="neither a rule nor a pack",
        allowed=f"a rule of {', '.join(names)}, or one of these packs",
        nearest=nearest(name, [*rules, *names, *full]),
    )


def _pack(pack: Pack) -> Iterator[RenderableType]:
    yield Text(f"{pack.id} {pack.version}", style="bold")
    yield Text(pack.title["en"])
    yield Text(
        f"{pack.jurisdiction} · {pack.force} · in force {dates_aloud(*pack.in_force)}", style="dim"
    )
    yield Text(f"sha256 {pack.sha256}", style="dim")
    yield Text("")
    yield from _rules(pack, pack.rules)


def _rules(pack: Pack, rules: Iterable[Rule]) -> Iterator[RenderableType]:
    for rule in rules:
        yield from _rule(pack, rule)


def _rule(pack: Pack, rule: Rule) -> Iterator[RenderableType]:
    yield Text(f"{pack.id}/{rule.id}", style="bold")
    yield _in(Text(aloud(pack, rule)))
    missing = Text(f"{follows(pack, rule)}: ", style="dim")
    missing.append(missing_aloud(rule), style="bold yellow")
    yield _in(missing)
    yield _in(Text(f"{rule.cite} · {pack.force} · {how_read(rule)}", style="dim"))
    if any(rule.in_force):
        yield _in(Text(f"in force {dates_aloud(*rule.in_force)}", style="dim"))
    if rule.cite.url:
        yield _in(Text(rule.cite.url, style="dim"))
    for language, says in rule.say.items():
        follow = rule.next.get(language, "")
        yield _in(Text(f"{language}  {says} → {follow}", style="dim"))
    yield Text("")


def _in(text: Text) -> Padding:
    return Padding(text, (0, 0, 0, 2))
