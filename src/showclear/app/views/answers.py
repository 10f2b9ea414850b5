"""What would a gate say now? Asked beforehand, in words, with the next step beside each reason.

* Nothing is recorded by asking.
* A hold gives every reason: what is missing, who can clear it, whose rule it is, the step.
* A hold that something caused (a misfire, a stop, an incident) is told from one where only
  steps are left: the same word, another weight.
* A clear says what it relied on. It is never empty, and it promises nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from showclear.app.spine import Judged
from showclear.app.verdicts import not_judged
from showclear.app.views.acts import next_act
from showclear.app.views.ends import ends_text, local
from showclear.app.views.look import Look
from showclear.app.views.sentences import sentence_of
from showclear.app.views.wording import day_and_clock, instant, person
from showclear.core import words
from showclear.core.gates import Clear, Hold, Question, Reason, Verdict, question_of
from showclear.core.parse import read_statement
from showclear.core.statement import Kept
from showclear.rules.judge import judge

Plain = dict[str, Any]

CAUSED: Final = frozenset(
    {
        *("stopped", "paused", "incident-open", "remedy-open", "walk-out-open", "concern-open"),
        *("weapon-held", "thing-held", "lot-held", "contradiction", "unattended", "refused"),
        *("unknown-rounds", "live-rounds", "rounds-differ", "machine-live", "not-judged"),
    }
)
"""Words of a hold that says: something happened. With any other, only steps are left."""

SPEAKING_UP: Final = frozenset({"concern-open"})
"""Words of a hold whose next step is for whoever spoke up, and so would name them."""

RELIED_CHARACTERS: Final = 140
"""How long a line of what a clear relied on may be."""

FORCE: Final = {
    "law": "Law",
    "agreement": "Agreement",
    "guidance": "Guidance",
    "practice": "Practice",
    "studio": "Studio",
}

ACTS: Final = {
    "take-out": "take it out",
    "load": "load",
    "hand-over": "hand over",
    "start": "start",
    "rehearse": "rehearse",
    "test": "test",
    "roll": "roll",
    "enter": "enter",
    "arm": "arm",
    "resume": "go on",
    "close-day": "close the day",
}
"""Each gate as the act it stands before: "2 missing to roll"."""


def judged(look: Look, asked: Mapping[str, Any], *, steps: bool = True) -> Judged | None:
    """Judge a gate beforehand.

    Args:
        asked: `gate`, `on`, and what else `gate.asked` takes (`for`, `to`, `lot`, `count`,
            `people`, `by`); or a whole gated act, to be judged as if it were said now.
        steps: Whether the next steps are worked out as statements.

    Returns:
        None where no gate is asked. What cannot be read holds.
    """
    plain = {"id": "asked", "at": look.now.isoformat(), "by": "server", "what": "gate.asked"}
    said = read_statement({**plain, **asked, "attested": "badge"}, fallback_id="asked")
    if isinstance(said, Kept):
        return _unread(said)
    states = look.spine.record.asked_now(said)
    question = question_of(said, states[0])
    if question is None:
        return None
    verdict: Verdict
    try:
        verdict = judge(
            states,
            question,
            look.spine.book,
            as_of=look.spine.as_of(said, look.now),
            steps=steps,
        )
    except Exception:  # noqa: BLE001 - whatever fails here, the gate holds
        verdict = not_judged(question)
    return Judged(question=question, verdict=verdict)


def _unread(said: Kept) -> Judged:
    question = Question(gate="", act=said, at=said.at, on=(said.id,))
    return Judged(question=question, verdict=not_judged(question))


def answer_to(look: Look, asked: Mapping[str, Any], *, key: str, steps: bool = True) -> Plain:
    """Say what a gate would answer now.

    Args:
        key: Put before the keys of its acts, so that they stay apart on a screen.
    """
    found = judged(look, asked, steps=steps)
    if found is None:
        return {"gate": "", "answer": "none", "caused": False, "says": "No gate is asked"}
    return answer_of(look, found, key=key)


def answer_of(look: Look, found: Judged, *, key: str) -> Plain:
    """Put an answer into words."""
    gate = found.question.gate
    match found.verdict:
        case Hold() as hold:
            reasons = reasons_of(look, hold.reasons, question=found.question, key=key)
            return {
                "gate": gate,
                "answer": "hold",
                "caused": caused(hold),
                "says": _missing(len(reasons), gate),
                "since": _since(look, hold.reasons),
                "reasons": reasons,
                "warned": [_warning(look, one, found.question) for one in hold.warned],
            }
        case Clear() as clear:
            return {
                "gate": gate,
                "answer": "clear",
                "caused": False,
                "says": "these are recorded",
                "relied": relied(look, clear.relied_on),
                "warned": [_warning(look, one, found.question) for one in clear.warned],
            }


def _missing(count: int, gate: str) -> str:
    """How much is left before which act; a question that cannot be read names none."""
    return f"{count} missing to {ACTS.get(gate, gate)}" if gate else f"{count} missing"


def caused(hold: Hold) -> bool:
    """Whether something happened, rather than steps being left."""
    return any(word in CAUSED for reason in hold.reasons for word in reason.missing)


def _since(look: Look, reasons: Iterable[Reason]) -> str:
    """Since when the oldest thing that happened holds; empty where only steps are left."""
    marks = [
        told.said.at
        for reason in reasons
        if reason.since and (told := look.memory.find(reason.since)) and told.said.at
    ]
    return day_and_clock(look, min(marks)) if marks else ""


def reasons_of(
    look: Look, reasons: Iterable[Reason], *, question: Question, key: str
) -> list[Plain]:
    """Every reason of a hold. What one and the same step clears is told in one place.

    Three revolvers that nobody called hot are one thing to do; each is still named.
    """
    told: list[Plain] = []
    same: dict[tuple[str, str], Plain] = {}
    for reason in reasons:
        # By what it is about, never by its place: when one is done the others move up, and a
        # finger on its way must not press another.
        own = f"{key}/{reason.rule}/{reason.on}/{'+'.join(reason.missing)}"
        one = reason_of(look, reason, question=question, key=own)
        step = one["next"].get("act")
        if step is None:
            told.append(one)
            continue
        first = same.setdefault((reason.rule, json.dumps(step["write"], sort_keys=True)), one)
        if first is one:
            told.append(one)
        else:
            first.setdefault("also", []).append(one["says"])
    return told


def reason_of(look: Look, reason: Reason, *, question: Question, key: str) -> Plain:
    """One reason: what is missing, who can clear it, whose rule it is, and the step."""
    step = reason.next.statement
    named = _people_in(look, reason, question)
    told: Plain = {
        "says": _says(look, reason, named),
        "who": _who(look, step),
        "force": FORCE.get(reason.force, reason.force),
        "cite": reason.cite or reason.pack,
        "pack": reason.pack,
        "rule": reason.rule,
        "missing": list(reason.missing),
        "on": reason.on,
        "next": {"say": in_words(look, local(look, reason.next.say, reason.until), named=named)},
    }
    if SPEAKING_UP & set(reason.missing):
        # Whose concern it is, and who said no, stands on no screen: neither in words nor in
        # what a step would write.
        told["who"] = "Whoever raised it, on their own device or badge"
    elif step is not None:
        told["next"]["act"] = {
            **next_act(f"{key}/next", told["next"]["say"], step),
            "by_any_of": _as_good_as(look, step.get("by")),
        }
        told["next"]["replaces"] = reason.next.replaces
    return told


def _warning(look: Look, reason: Reason, question: Question) -> Plain:
    named = _people_in(look, reason, question)
    return {
        "says": _says(look, reason, named),
        "force": FORCE.get(reason.force, reason.force),
        "cite": reason.cite or reason.pack,
        "next": {"say": in_words(look, local(look, reason.next.say, reason.until), named=named)},
    }


def _says(look: Look, reason: Reason, named: frozenset[str]) -> str:
    """What is missing; of a duty or a wait also until when, in the production's own time."""
    told = in_words(look, local(look, reason.says, reason.until), named=named)
    ends = ends_text(look, f"{reason.pack}/{reason.rule}", reason.until)
    return f"{told.rstrip('.')}. {ends}" if ends else told


def _people_in(look: Look, reason: Reason, question: Question) -> frozenset[str]:
    """Whom a sentence of this reason may name: a rule fills in nobody else.

    Somebody's id may be a word that the rule itself uses.
    """
    asked = (question.doer, question.giver or "", *question.receivers, *(question.people or ()))
    holders = (one.holder or "" for one in map(look.state.weapons.get, question.weapons) if one)
    found = {reason.on, *reason.witnesses, *asked, *holders}
    return frozenset(found & look.state.people.keys())


def _who(look: Look, step: Mapping[str, Any] | None) -> str:
    if step is None:
        return ""
    by = step.get("by")
    return person(look, by) if isinstance(by, str) else ""


def _as_good_as(look: Look, by: object) -> list[str]:
    """Everybody in the same position as the one a step names: any of them may say it."""
    state = look.state
    named = state.people.get(by) if isinstance(by, str) else None
    if named is None:
        return []
    return sorted(
        one.id
        for one in state.people.values()
        if not one.left
        and (one.id == by or (one.handles if named.handles else one.roles & named.roles))
    )


def in_words(look: Look, sentence: str, *, named: frozenset[str]) -> str:
    """A rule's sentence with people called as they are called, and a capital before it."""
    told = []
    for part in sentence.split(" "):
        bare = part.strip(".,:;()")
        told.append(part.replace(bare, person(look, bare)) if bare in named else part)
    # An id at the beginning stays as it is: that is what stands on the weapon's label.
    if told and sentence.split(" ")[0].strip(".,:;()") not in look.state.weapons:
        told[0] = told[0][:1].upper() + told[0][1:]
    return " ".join(told)


def relied(look: Look, names: Iterable[str]) -> list[Plain]:
    """What a clear relied on: when, what, who. In order of time."""
    found = [told for name in names if (told := look.memory.find(name)) is not None]
    found.sort(key=lambda told: (told.said.at is not None, told.said.at or look.now, told.index))
    # Many gates rely on the same few statements: each is put into words once a look.
    lines: dict[str, Plain] = look.memo.setdefault("relied", {})
    for told in found:
        if told.said.id not in lines:
            lines[told.said.id] = {
                "at": day_and_clock(look, told.said.at),
                "instant": instant(told.said.at),
                "says": _cut(sentence_of(told.said, look)),
                "who": person(look, told.said.speaker),
                "index": told.index,
            }
    return [lines[told.said.id] for told in found]


def _cut(sentence: str) -> str:
    """A sentence as it fits beside a time; the whole of it stands in the history."""
    if len(sentence) <= RELIED_CHARACTERS:
        return sentence
    return sentence[:RELIED_CHARACTERS].rsplit(" ", 1)[0].rstrip(",;:") + " …"


def handlers(look: Look) -> list[str]:
    """People on set who handle weapons and rounds, armorers first."""
    able = [
        one
        for one in look.state.people.values()
        if one.handles and one.on_set is not False and not words.HANDLER_ROLES.isdisjoint(one.roles)
    ]
    return [one.id for one in sorted(able, key=lambda one: (_rank(one.roles), one.id))]


_ORDER: Final = ("armorer", "assistant-armorer", "property-master", "assistant-property-master")


def _rank(roles: Iterable[str]) -> int:
    return min((_ORDER.index(role) for role in roles if role in _ORDER), default=len(_ORDER))
