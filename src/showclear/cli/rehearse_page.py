"""A rehearsed day on one page: for whoever prints it the evening before and passes it round.

* The worst first: the activity with the most missing stands on top, and in it the law.
* Every missing thing is a row: what, whose rule and which gates hold for it, who can give
  it, and the next step in words.
* What remains for the day is short: who, what, on what.
* That nothing is missing today is said as that, and as nothing more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from rich import box
from rich.console import Group as Stack
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from showclear.app.rehearsed import Missing, Rehearsed, Sheet, Task, Unable, worst_first
from showclear.app.timeline import several
from showclear.cli.streams import Page
from showclear.cli.wording import WORDS as COMMON
from showclear.core.statement import TAGS
from showclear.core.words import CHECKS

WIDTH_MAX: Final = 100

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "head": "The day before {day}",
        "packs": "Judged by {packs}, as in force on {day}. Counted: what was said before {opens}. "
        "In a rule's own sentence, today is that day.",
        "empty": "No activity is planned in this file: nothing was asked.",
        "also": "asked for too by {n} more",
        "none": "Nothing is missing that can be done today.",
        "missing": "Missing today: {n}, in {sheets} of {all} activities.",
        "of-one": "missing today: {n}",
        "of-none": "nothing missing that can be done today",
        "what": "Missing today",
        "who": "Who can give it",
        "next": "Next",
        "holds": "holds {gates}",
        "nobody": "nobody in this file",
        "at-end": "Stands in the morning, and runs out before the day ends.",
        "meetings": "No meeting is named for the day either. Name one: who calls it, when, "
        "and who comes.",
        "open": "The plan of {on} does not say: {set}",
        "write": "Write it into the plan, or that there is none",
        "could": "Handlers of whom nothing is missing today",
        "could-not": "{person} could not ({gates}): {says}",
        "on-the-day": "On the day",
        "anybody": "not said who",
        "foreseen": "Named in the file for the day, and taken as done",
        "by": "by",
        "close": "Close of the day, had nothing been taken out",
        "or": " or ",
        "on": "on",
        "not-briefed": "briefing",
        "same-eyes": "a second pair of eyes",
        "limit": "A check counts when it is made: none was taken from this file. What these "
        "packs do not ask is not on this page.",
    },
    "es": {
        "head": "La víspera del {day}",
        "packs": "Juzgado por {packs}, según lo vigente el {day}. Cuenta lo dicho antes de "
        "{opens}. En la frase de una regla, hoy es ese día.",
        "empty": "En este archivo no hay ninguna actividad prevista: nada se preguntó.",
        "also": "lo piden también otras {n}",
        "none": "No falta nada que se pueda hacer hoy.",
        "missing": "Falta hoy: {n}, en {sheets} de {all} actividades.",
        "of-one": "falta hoy: {n}",
        "of-none": "no falta nada que se pueda hacer hoy",
        "what": "Falta hoy",
        "who": "Quién puede darlo",
        "next": "Lo siguiente",
        "holds": "detiene {gates}",
        "nobody": "nadie en este archivo",
        "at-end": "Vale por la mañana y caduca antes de que acabe el día.",
        "meetings": "Tampoco hay ninguna reunión prevista. Nombrar una: quién la convoca, cuándo "
        "y quién viene.",
        "open": "El plan de {on} no lo dice: {set}",
        "write": "Escribirlo en el plan, o que no hay",
        "could": "De quienes manejan armas, sin nada que falte hoy",
        "could-not": "{person} no podría ({gates}): {says}",
        "on-the-day": "En el día",
        "anybody": "no se dice quién",
        "foreseen": "Previsto en el archivo para el día, y dado por hecho",
        "by": "por",
        "close": "Cierre del día, si nada hubiera salido",
        "or": " o ",
        "on": "en",
        "not-briefed": "informar",
        "same-eyes": "otro par de ojos",
        "limit": "Una comprobación cuenta cuando se hace: ninguna se tomó de este archivo. Lo que "
        "estos paquetes no piden no está en esta página.",
    },
}


def show_rehearsed(page: Page, done: Rehearsed, *, language: str) -> None:
    """Show a rehearsed day."""
    words = {**COMMON[language], **WORDS[language]}
    parts = [*_head(done, words)]
    parts += [_sheet(sheet, words) for sheet in worst_first(done.sheets) if sheet.id]
    parts += [
        _sheet(sheet, words)
        for sheet in done.sheets
        if not sheet.id and (sheet.missing or sheet.tasks)
    ]
    parts += _foreseen(done, words)
    parts.append(Text(words["limit"], style="dim"))
    for part in parts:
        page.show(_narrow(part, page.width))


def _narrow(part: RenderableType, width: int) -> RenderableType:
    columns = Table.grid()
    columns.add_column(width=min(width, WIDTH_MAX))
    columns.add_row(part)
    return columns


def _head(done: Rehearsed, words: Mapping[str, str]) -> Iterator[RenderableType]:
    yield Text(f"{words['head'].format(day=done.day)} · {done.case.id}", style="bold")
    yield Text(done.case.title)
    packs = ", ".join(pack.id for pack in done.book.packs) or words["no-pack"]
    opens = f"{done.opens:%Y-%m-%d %H:%M} {done.opens.tzname() or 'UTC'}"
    yield Text(words["packs"].format(packs=packs, day=done.as_of, opens=opens), style="dim")
    yield Text("")
    if done.empty:
        yield Text(words["empty"], style="bold red")
    elif not done.missing:
        yield Text(words["none"], style="bold")
    else:
        listed = [sheet for sheet in done.sheets if sheet.id]
        some = sum(1 for sheet in done.sheets if sheet.missing)
        text = words["missing"].format(n=done.missing, sheets=some, all=len(listed))
        yield Text(text, style="bold red")
    yield Text("")


def _sheet(sheet: Sheet, words: Mapping[str, str]) -> RenderableType:
    count = len(sheet.missing)
    title = Text()
    title.append("■ " if count else "· ", style="bold red" if count else "")
    title.append(sheet.id or words["close"], style="bold")
    told = words["of-one"].format(n=count) if count else words["of-none"]
    title.append(f" · {told}", style="bold red" if count else "")
    parts: list[RenderableType] = [title]
    if sheet.title:
        parts.append(_in(Text(sheet.title, style="dim")))
    if count:
        parts.append(_table(sheet.missing, words))
    if sheet.could:
        parts.append(_line(words["could"], ", ".join(sheet.could)))
    parts += [_in(_could_not(one, words)) for one in sheet.unable]
    parts += _tasks(sheet.tasks, words)
    return Stack(*parts, Text(""))


def _table(missing: tuple[Missing, ...], words: Mapping[str, str]) -> RenderableType:
    table = Table(box=box.SIMPLE_HEAD, expand=True, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(words["what"], ratio=5, overflow="fold")
    table.add_column(words["who"], ratio=2, overflow="fold")
    table.add_column(words["next"], ratio=3, overflow="fold")
    for number, one in enumerate(missing):
        if number:
            table.add_row("", "", "")
        what = Text("\n".join(_says(one, words)), style="bold")
        if one.at_end:
            what.append(f"\n{words['at-end']}", style="bold")
        what.append(f"\n{_whose(one, words)}", style="not bold dim")
        what.append(
            f"\n{words['holds'].format(gates=', '.join(one.gates))}", style="not bold yellow"
        )
        table.add_row(what, _givers(one, words), Text(_next(one, words)))
    return _in(table)


def _whose(one: Missing, words: Mapping[str, str]) -> str:
    """Whose rule it is. Our own cite the cases they come from: those are in the JSON."""
    parts = [f"{one.pack}/{one.rule}", words[one.force]]
    if one.force not in ("practice", "studio"):
        parts.insert(0, one.cite)
    if one.also:
        parts.append(words["also"].format(n=len(one.also)))
    return " · ".join(parts)


def _says(one: Missing, words: Mapping[str, str]) -> tuple[str, ...]:
    """What is missing; of a list that nobody gave there is nothing else to say."""
    if one.open in ("", "meetings"):
        return one.says
    return tuple(words["open"].format(on=on, set=one.open) for on in one.on)


def _givers(one: Missing, words: Mapping[str, str]) -> Text:
    text = Text(words["or"].join(one.give))
    text.append(f"\n({', '.join(one.people) or words['nobody']})", style="dim")
    return text


def _next(one: Missing, words: Mapping[str, str]) -> str:
    if not one.open:
        return one.next
    if one.open == "meetings":
        return f"{one.next}. {words['meetings']}"
    return words["write"]


def _could_not(one: Unable, words: Mapping[str, str]) -> Text:
    says = "; ".join(one.says)
    return Text(
        words["could-not"].format(person=one.person, gates=", ".join(one.gates), says=says),
        style="yellow",
    )


def _tasks(tasks: tuple[Task, ...], words: Mapping[str, str]) -> Iterator[RenderableType]:
    """A line for each person: what they will be asked for, and on what."""
    by_who: dict[str, list[str]] = {}
    for one in tasks:
        # Of what would put it right and what would be wrong, the page names the first.
        done = [word for word in one.what if word in CHECKS or word in TAGS]
        what = words["or"].join(words.get(word, word) for word in done or one.what)
        text = f"{what} {words['on']} {several(one.on)}"
        by_who.setdefault(one.who or words["anybody"], []).append(text)
    if by_who:
        yield _in(Text(words["on-the-day"], style="dim"))
    for who, asked in by_who.items():
        yield _in(_line(who, "; ".join(asked)))


def _foreseen(done: Rehearsed, words: Mapping[str, str]) -> Iterator[RenderableType]:
    if not done.foreseen:
        return
    yield Text(words["foreseen"], style="dim")
    for said in done.foreseen:
        at = "" if said.at is None else f"{said.at.astimezone(done.opens.tzinfo):%H:%M} "
        yield _in(Text(f"{at}{said.what} {words['by']} {said.by} · {said.id}"))
    yield Text("")


def _line(name: str, text: str) -> RenderableType:
    line = Text(f"{name}: ", style="bold")
    return _in(line.append(text, style="not bold"))


def _in(part: RenderableType) -> Padding:
    return Padding(part, (0, 0, 0, 2))
