"""`showclear packs show`: a pack or one of its rules, read aloud from its structure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated

from cyclopts import Parameter
from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from showclear.cli.pack_names import Named, is_file, packs_named
from showclear.cli.streams import Page, complain
from showclear.core.errors import Problem, nearest
from showclear.rules.aloud import aloud, missing_aloud
from showclear.rules.grammar import Pack, Rule

HOW = {
    "direct": "read in its source",
    "secondary": "read second-hand: it warns until somebody has read the source",
    "low": "not read in its source: it warns until somebody has",
}


def show_packs(*names: Annotated[str, Parameter(name="RULE-OR-PACK")]) -> int:
    """Read a rule or a whole pack aloud: what is asked, when, by whom it was written.

    Parameters
    ----------
    names
        A rule (`RULE` or `PACK/RULE`), a pack, or a pack file; every installed pack if
        nothing is named.
    """
    files = [name for name in names if is_file(name)]
    packs, problems = packs_named(())
    more, faulty = packs_named(files) if files else ([], [])
    problems += faulty
    page = Page()
    for name in names or [one.pack.id for one in packs]:
        parts = list(_named(name, [*packs, *more], files))
        if not parts and name not in files:
            problems.append(_unknown(name, packs))
        page.show(*parts)
    complain(problems)
    return 2 if problems else 0


def _named(name: str, packs: Iterable[Named], files: list[str]) -> Iterator[RenderableType]:
    if name in files:
        for one in packs_named([name])[0]:
            yield from _pack(one.pack)
        return
    for one in packs:
        if name == one.pack.id:
            yield from _pack(one.pack)
        for rule in one.pack.rules:
            if name in (rule.id, f"{one.pack.id}/{rule.id}"):
                yield from _rule(one.pack, rule)


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
        f"{pack.jurisdiction} · {pack.force} · in force {_dates(*pack.in_force)}", style="dim"
    )
    yield Text(f"sha256 {pack.sha256}", style="dim")
    yield Text("")
    for rule in pack.rules:
        yield from _rule(pack, rule)


def _rule(pack: Pack, rule: Rule) -> Iterator[RenderableType]:
    yield Text(f"{pack.id}/{rule.id}", style="bold")
    yield _in(Text(aloud(pack, rule)))
    missing = Text("If not, it holds: ", style="dim")
    missing.append(missing_aloud(rule), style="bold yellow")
    yield _in(missing)
    yield _in(Text(f"{rule.cite} · {pack.force} · {_read(rule)}", style="dim"))
    if any(rule.in_force):
        yield _in(Text(f"in force {_dates(*rule.in_force)}", style="dim"))
    if rule.cite.url:
        yield _in(Text(rule.cite.url, style="dim"))
    for language, says in rule.say.items():
        follow = rule.next.get(language, "")
        yield _in(Text(f"{language}  {says} → {follow}", style="dim"))
    yield Text("")


def _in(text: Text) -> Padding:
    return Padding(text, (0, 0, 0, 2))


def _read(rule: Rule) -> str:
    how = HOW[rule.cite.how]
    return how if rule.cite.read is None else f"{how} on {rule.cite.read.isoformat()}"


def _dates(start: date | None, end: date | None) -> str:
    if start is None and end is None:
        return "without dates"
    first = "" if start is None else f"from {start.isoformat()}"
    last = "" if end is None else f"until {end.isoformat()}, exclusive"
    return " ".join(part for part in (first, last) if part)
