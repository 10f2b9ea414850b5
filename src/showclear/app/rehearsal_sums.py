"""What do the answers of many gates come to? What is missing today, once; what remains, once.

* One rule that asks the same next step of several things or people is one thing missing.
* What is missing of a handler is missing today only if it is missing of each of them.
* Law comes first, then what people agreed on, then practice, then guidance.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from showclear.app.rehearsed import Answer, Missing, Need, Rehearsed, Sheet, Task, Unable
from showclear.app.replay import reason_json
from showclear.core.nouns import Activity
from showclear.core.state import State
from showclear.core.statement import Statement

Plain = dict[str, Any]

FORMAT: Final = "showclear-rehearse/1"

_OFFICE: Final = ("producer", "line-producer", "upm")
_ARMORY: Final = ("armorer", "property-master")
GIVES: Final[Mapping[str, tuple[str, ...]]] = {
    "not-a-handler": _OFFICE,
    "not-qualified": (*_OFFICE, *_ARMORY),
    "two-jobs": _OFFICE,
    "duty.assigned": _OFFICE,
    "duty.released": _OFFICE,
    "person.joined": _OFFICE,
    "no-supervisor": (*_OFFICE, "first-ad"),
    "no-replica-reason": ("director", "first-ad"),
    "meeting.held": ("first-ad", "second-ad"),
    "risk.assessed": ("safety-adviser",),
    "rule.read": ("safety-adviser",),
    "not-judged": ("safety-adviser",),
    "nothing-required": ("safety-adviser",),
    "permission.granted": ("location-manager", *_OFFICE),
    "out-of-scope": ("location-manager", *_OFFICE),
    "notice.published": ("second-ad", *_OFFICE),
    "document.shown": _OFFICE,
    "document.acknowledged": _OFFICE,
    "unregistered": _ARMORY,
    "live-rounds": _ARMORY,
    "unknown-rounds": _ARMORY,
    "lot-held": _ARMORY,
    "weapon-held": _ARMORY,
    "rounds-differ": _ARMORY,
    "unattended": _ARMORY,
    "weapon.received": _ARMORY,
    "rounds.received": _ARMORY,
}
"""By what is missing: the roles that can give it."""

GIVES_ELSE: Final = ("first-ad",)


def summed(
    activity: Activity | None,
    handled: list[list[Answer]],
    acts: list[Answer],
    *,
    state: State,
) -> Sheet:
    """Sum up what the gates of one activity answered.

    Args:
        activity: None for the close of the day.
        handled: For each act with weapons everybody's answer; first whoever misses least.
        acts: Every other gate.
    """
    planned = dict(activity.plan.checks or ()) if activity is not None else {}
    by_those = [answers[0] for answers in handled]
    unable = list(_unable(handled))
    gone = {one.person for one in unable}
    held = [pair for answers in handled for pair in _held_by_all(answers)]
    held += [(answer, need) for answer in acts for need in answer.today]
    could = {answer.by for answers in handled for answer in answers if not _own(answer)}
    return Sheet(
        id=activity.id if activity is not None else "",
        title=(activity.plan.title or "") if activity is not None else "",
        phase=(activity.plan.phase or "") if activity is not None else "",
        answers=tuple([one for answers in handled for one in answers] + acts),
        missing=tuple(_missing(held, state)),
        tasks=tuple(_tasks([*by_those, *acts], planned)),
        could=tuple(name for name in state.people if name in could - gone),
        unable=tuple(unable),
    )


def _own(answer: Answer) -> list[Need]:
    """What is missing today of the very person who was asked."""
    return [
        need
        for need in answer.today
        if answer.by == need.reason.on or answer.by in need.reason.witnesses
    ]


def _held_by_all(answers: list[Answer]) -> Iterator[tuple[Answer, Need]]:
    """What is missing today whoever does it. The first is the one who misses least."""
    first = answers[0]
    own = _own(first)
    yield from ((first, need) for need in first.today if need not in own)
    if all(_own(answer) for answer in answers):
        yield from ((answer, need) for answer in answers for need in _own(answer))


def _unable(handled: list[list[Answer]]) -> Iterator[Unable]:
    """Whoever could not do what somebody else could."""
    spared: dict[str, list[tuple[Answer, Need]]] = {}
    for answers in handled:
        if all(_own(answer) for answer in answers):
            continue
        for answer in answers:
            for need in _own(answer):
                spared.setdefault(answer.by, []).append((answer, need))
    for who, found in spared.items():
        yield Unable(
            person=who,
            gates=tuple(dict.fromkeys(answer.gate for answer, _ in found)),
            says=tuple(dict.fromkeys(need.reason.says for _, need in found)),
            cite=tuple(dict.fromkeys(need.reason.cite for _, need in found)),
        )


_FORCES: Final = ("law", "agreement", "studio", "practice", "guidance")


def _missing(held: Iterable[tuple[Answer, Need]], state: State) -> list[Missing]:
    """What is missing today, once for each rule and next step: law first.

    A list that the plan leaves open is one thing to write, however many rules ask for it.
    """
    found: dict[tuple[object, ...], list[tuple[Answer, Need]]] = {}
    for answer, need in sorted(held, key=lambda pair: _FORCES.index(pair[1].reason.force)):
        one = need.reason
        key: tuple[object, ...] = (one.pack, one.rule, one.missing, one.next.say, need.at_end)
        if need.open:
            key = (need.open, one.on)
        found.setdefault(key, []).append((answer, need))
    return [_one_missing(group, state) for group in found.values()]


def _one_missing(group: list[tuple[Answer, Need]], state: State) -> Missing:
    need = group[0][1]
    reason = need.reason
    give = _give(need)
    names = [f"{one.reason.pack}/{one.reason.rule}" for _, one in group]
    return Missing(
        pack=reason.pack,
        rule=reason.rule,
        cite=reason.cite,
        force=reason.force,
        missing=reason.missing,
        says=tuple(dict.fromkeys(one.reason.says for _, one in group)),
        on=tuple(dict.fromkeys(one.reason.on for _, one in group)),
        next=reason.next.say,
        gates=tuple(dict.fromkeys(answer.gate for answer, _ in group)),
        give=give,
        people=tuple(
            person.id
            for person in state.people.values()
            if person.roles & set(give) and not person.left
        ),
        also=tuple(dict.fromkeys(name for name in names if name != names[0])),
        open=need.open,
        at_end=need.at_end,
    )


def _give(need: Need) -> tuple[str, ...]:
    if need.open and need.open != "meetings":
        return GIVES_ELSE
    found = [role for word in need.reason.missing for role in GIVES.get(word, ())]
    return tuple(dict.fromkeys(found)) or GIVES_ELSE


def _tasks(answers: Iterable[Answer], planned: Mapping[str, str]) -> list[Task]:
    """What remains for the day, once for each who and what."""
    found: dict[tuple[str, tuple[str, ...]], list[tuple[str, str]]] = {}
    for answer in answers:
        for need in answer.needs:
            if need.today:
                continue
            reason = need.reason
            named = next((planned[word] for word in reason.missing if word in planned), "")
            who = named or str((reason.next.statement or {}).get("by", ""))
            found.setdefault((who, reason.missing), []).append((reason.on, answer.gate))
    return [
        Task(
            who=who,
            what=what,
            on=tuple(dict.fromkeys(on for on, _ in where)),
            gates=tuple(dict.fromkeys(gate for _, gate in where)),
        )
        for (who, what), where in found.items()
    ]


# --- JSON --------------------------------------------------------------------------


def rehearsed_json(done: Rehearsed) -> Plain:
    """The whole answer of `showclear rehearse --json`, as the contract has it."""
    return {
        "format": FORMAT,
        "id": done.case.id,
        "title": done.case.title,
        "day": done.day.isoformat(),
        "opens": done.opens.isoformat(),
        "ends": done.ends.isoformat(),
        "judged_as_of": done.as_of.isoformat(),
        "packs": [{"pack": pack.id, "version": pack.version} for pack in done.book.packs],
        "missing": done.missing,
        "foreseen": [_foreseen_json(said) for said in done.foreseen],
        "activities": [_sheet_json(sheet) for sheet in done.sheets if sheet.id],
        "close": next((_sheet_json(sheet) for sheet in done.sheets if not sheet.id), None),
    }


def _foreseen_json(said: Statement) -> Plain:
    at = said.at.isoformat() if said.at is not None else None
    return {"statement": said.id, "what": said.what, "at": at, "by": said.by}


def _sheet_json(sheet: Sheet) -> Plain:
    return {
        "activity": sheet.id or None,
        "title": sheet.title or None,
        "phase": sheet.phase or None,
        "missing": [_missing_json(one) for one in sheet.missing],
        "could": list(sheet.could),
        "could_not": [
            {"person": one.person, "gates": list(one.gates), "says": list(one.says)}
            for one in sheet.unable
        ],
        "on_the_day": [
            {
                "who": one.who or None,
                "what": list(one.what),
                "on": list(one.on),
                "gates": list(one.gates),
            }
            for one in sheet.tasks
        ],
        "asked": [_answer_json(one) for one in sheet.answers],
    }


def _missing_json(one: Missing) -> Plain:
    return {
        "pack": one.pack,
        "rule": one.rule,
        "cite": one.cite,
        "force": one.force,
        "missing": list(one.missing),
        "says": list(one.says),
        "on": list(one.on),
        "next": one.next,
        "gates": list(one.gates),
        "give": list(one.give),
        "people": list(one.people),
        "also": list(one.also),
        "left_open": one.open or None,
        "runs_out": one.at_end,
    }


def _answer_json(one: Answer) -> Plain:
    return {
        "gate": one.gate,
        "on": list(one.on),
        "by": one.by,
        "to": one.to or None,
        "reasons": [
            reason_json(need.reason)
            | {"today": need.today, "left_open": need.open or None, "runs_out": need.at_end}
            for need in one.needs
        ],
        "warned": [reason_json(reason) for reason in one.warned],
    }
