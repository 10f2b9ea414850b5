"""A replay on a terminal: calm, aligned, and never by colour alone.

Each row begins with its time and a sign with its word. Under a hold stand its reasons:
the sentence, what is missing, whose rule it is, and the next step. Everything that
cleared takes one line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from rich.console import Group as Stack
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from showclear.app.choosing import from_elsewhere
from showclear.app.replay import Replayed
from showclear.app.telling import told, told_of_all
from showclear.app.timeline import Group, Row, Timeline, timeline
from showclear.cli.streams import Page
from showclear.cli.wording import WORDS
from showclear.rules.grammar import Pack

SIDE_BY_SIDE_MIN: Final = 150
WIDTH_MAX: Final = 120
INDENT: Final = 8

SIGNS: Final[Mapping[str, tuple[str, str]]] = {
    "hold": ("■", "bold red"),
    "clear": ("○", "green"),
    "said": ("·", "dim"),
    "warning": ("≈", "yellow"),
    "alert": ("≈", "bold yellow"),
    "harm": ("†", "bold magenta"),
    "truth": ("?", "cyan"),
}


def show_replays(
    page: Page,
    done: Sequence[Replayed],
    packs: Mapping[str, tuple[Pack, ...]],
    *,
    language: str,
    side_by_side: bool,
    everything: bool,
) -> None:
    """Show every case, its variants and twins below it, and what they add up to."""
    cases = [
        Stack(*(_whole(one, packs, language, everything=everything) for one in family))
        for family in families(done)
    ]
    if side_by_side and page.width >= SIDE_BY_SIDE_MIN:
        for place in range(0, len(cases), 2):
            page.show(_two_columns(cases[place : place + 2], page.width))
    else:
        for case in cases:
            page.show(_narrow(case, page.width))
    page.show(_narrow(_closing(done, language), page.width))


def families(done: Sequence[Replayed]) -> list[list[Replayed]]:
    """Each case with its variants and twins."""
    found: list[list[Replayed]] = []
    for one in done:
        if one.case.kind in ("variant", "twin") and found:
            found[-1].append(one)
        else:
            found.append([one])
    return found


def _two_columns(cases: Sequence[RenderableType], width: int) -> Table:
    half = (width - 4) // 2
    columns = Table.grid(padding=(0, 4, 0, 0))
    for _ in cases:
        columns.add_column(width=half, vertical="top")
    columns.add_row(*cases)
    return columns


def _narrow(part: RenderableType, width: int) -> RenderableType:
    """Lines longer than this are hard to follow with the eye."""
    columns = Table.grid()
    columns.add_column(width=min(width, WIDTH_MAX))
    columns.add_row(part)
    return columns


def _closing(done: Sequence[Replayed], language: str) -> Stack:
    lines = told_of_all(done, language)
    return Stack(*(Text(line) for line in lines[:-1]), Text(lines[-1], style="dim"), Text(""))


# --- one case ----------------------------------------------------------------------


def _whole(
    one: Replayed,
    packs: Mapping[str, tuple[Pack, ...]],
    language: str,
    *,
    everything: bool,
) -> Stack:
    words = WORDS[language]
    line = timeline(one)
    brief = one.case.kind in ("variant", "twin") and not everything
    base = one.case.id.partition("--")[0]
    parts: list[RenderableType] = [_head(one, packs.get(base, ()), words, brief=brief)]
    parts += _rows(line, words, brief=brief, everything=everything)
    if line.unasked and not brief:
        parts.append(_aside(words["unasked"].format(n=line.unasked)))
    parts.append(_summary(one, language))
    parts.append(Text(""))
    return Stack(*parts)


def _head(
    one: Replayed, packs: Sequence[Pack], words: Mapping[str, str], *, brief: bool
) -> RenderableType:
    case = one.case
    kind = words[case.kind]
    top = Text()
    top.append(case.id, style="bold")
    top.append(f"  {kind}", style="dim")
    if brief:
        return top
    top.append(" · " + " · ".join((case.where or words["nowhere"], words[one.mode])), style="dim")
    parts: list[RenderableType] = [
        Text("─" * 24, style="dim"),
        top,
        Text(case.title),
        Text(
            words["packs-on-the-day" if case.on_the_day else "packs"].format(
                packs=", ".join(pack.id for pack in packs) or words["no-pack"],
                day=case.judged_as_of.isoformat(),
            ),
            style="dim",
        ),
    ]
    for pack in from_elsewhere(case, packs):
        text = words["what-if"].format(
            pack=pack.id, of=pack.jurisdiction, where=case.where or words["nowhere"]
        )
        parts.append(Text(text, style="yellow"))
    return Stack(*parts, Text(""))


def _summary(one: Replayed, language: str) -> RenderableType:
    style = "bold red" if one.expect_met is False else "bold"
    lines = told(one, language)
    if one.case.kind in ("variant", "twin"):
        text = Text(" ".join(lines), style=style if one.expect_met is False else "")
        return Padding(text, (0, 0, 0, INDENT))
    return Padding(Stack(*(Text(line, style=style) for line in lines)), (1, 0, 0, 0))


def _aside(text: str) -> RenderableType:
    return Padding(Text(text, style="dim"), (0, 0, 0, INDENT))


# --- rows --------------------------------------------------------------------------


def _rows(
    line: Timeline, words: Mapping[str, str], *, brief: bool, everything: bool
) -> Iterator[RenderableType]:
    day: tuple[object, timedelta | None] | None = None
    for row in line.rows:
        if row.kind == "said" and not everything:
            continue
        if brief and row.kind != "hold":
            continue
        if row.at is not None and not brief:
            today = (row.at.date(), row.at.utcoffset())
            if today != day:
                day = today
                yield Text(_day(row.at), style="dim")
        yield _row(row, words)
        if row.kind == "hold" and (row.news or not brief):
            for group in row.reasons:
                yield _reason(group, words)
        for group in row.warned:
            yield _reason(group, words, warned=True)


def _day(at: datetime) -> str:
    return f"{at.date().isoformat()}  {at.tzname() or 'UTC'}"


def _row(row: Row, words: Mapping[str, str]) -> RenderableType:
    sign, style = SIGNS[row.kind]
    table = Table.grid(padding=(0, 1, 0, 0), expand=True)
    table.add_column(width=INDENT - 1, no_wrap=True)
    table.add_column(width=9, no_wrap=True)
    table.add_column(ratio=1)
    table.add_row(
        Text(_time(row), style="dim"),
        Text(f"{sign} {words[row.kind]}", style=style),
        _what(row, words),
    )
    if not row.entered:
        return table
    shown = "; ".join(row.entered[:3])
    if len(row.entered) > 3:
        shown += f"; + {len(row.entered) - 3}"
    note = Text(words["entered"].format(n=len(row.entered), what=shown), style="dim")
    return Stack(table, Padding(note, (0, 0, 0, INDENT)))


def _time(row: Row) -> str:
    if row.at is None:
        return ""
    clock = f"{row.at:%H:%M}"
    if row.at_is == "about":
        return f"~{clock}"
    # In brackets: the file knows the order and not the time.
    return f"({clock})" if row.at_is == "order-only" else f" {clock}"


def _what(row: Row, words: Mapping[str, str]) -> Text:
    text = Text()
    if row.kind == "truth":
        return Text(row.what, style="cyan italic")
    strong = {"hold": "bold", "harm": "bold magenta"}.get(row.kind, "")
    dim = "dim" if row.kind == "said" else ""
    text.append(words["asks"] + " " if row.asked else "", style="dim")
    text.append(row.act, style=strong or dim)
    if row.what:
        text.append(f"  {row.what}", style=dim)
    if row.people is not None:
        text.append("  " + words["person" if row.people == 1 else "people"].format(n=row.people))
    if row.who:
        text.append(f"  {words['by']} {row.who}", style="dim")
    text.append(f"  {row.id}", style="dim")
    if row.fatal:
        text.append(f"  {words['fatal']}", style="bold reverse")
    return text


def _reason(group: Group, words: Mapping[str, str], *, warned: bool = False) -> RenderableType:
    table = Table.grid(padding=(0, 1, 0, 0), expand=True)
    table.add_column(width=1)
    table.add_column(ratio=1)
    mark = Text("≈" if warned else "•", style="yellow" if warned else "red")
    body = Text("\n".join(group.says), style="bold" if group.wanted else "")
    table.add_row(mark, body)
    missing = Text()
    missing.append(", ".join(group.missing), style="bold yellow" if group.wanted else "yellow")
    if group.told_at:
        missing.append(f" · {words['as-at']} {group.told_at}", style="dim")
        table.add_row("", missing)
        return Padding(table, (0, 0, 0, INDENT))
    whose = f" · {group.pack}/{group.rule} · {group.cite} · {words[group.force]}"
    table.add_row("", missing.append(whose, style="dim"))
    table.add_row("", Text(f"→ {group.next}"))
    return Padding(table, (0, 0, 0, INDENT))
