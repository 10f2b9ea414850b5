"""How quickly is a gate judged, and does it stay so as the day fills up?

One state: 20 weapons, 300 rounds, 60 people, 400 checks; 12 rules of the baseline; 80
decisions, clear and held. In one run, in turns:

* ours: `judge`, with every reason, its sentence and its next step;
* the same 12 rules and the core's holds written by hand in Python, on the same state,
  giving the list of reasons without sentences;
* Cedar through cedarpy: twelve policies over attributes that were taken out of the
  state beforehand, outside the time measured.

All three must agree on every decision before anything is measured. Then ours again with
40,000 checks instead of 400: the slowest hundredth must not grow.
"""

from __future__ import annotations

import gc
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

import cedarpy

from showclear.adapters.yaml_file import PACK_LIMITS, read_yaml
from showclear.core.gates import Hold, Question, question_of
from showclear.core.parse import read_fields
from showclear.core.record import Record
from showclear.core.state import State
from showclear.core.statement import Statement
from showclear.rules.judge import Book, book_of, judge
from showclear.rules.read import parse_pack

RULES = (
    "handled-by-a-handler",
    "handed-over-by-a-handler",
    "handler-qualified",
    "handler-has-one-job",
    "searched-for-live-rounds",
    "opened-before-loading",
    "bore-clear-before-blanks",
    "blanks-verified",
    "loaded-as-planned",
    "load-shown-to-receiver",
    "receiver-briefed",
    "safety-meeting-today",
)
DAY = date(2026, 6, 9)
HANDLERS = frozenset(
    {"armorer", "assistant-armorer", "property-master", "assistant-property-master"}
)
PERMITS = frozenset(
    {"firearms-handler", "entertainment-firearms-permit", "dangerous-weapons-permit"}
)
WEAPONS, PEOPLE, SCENES = 20, 60, 10
ROUNDS = 9


def said(number: int, minute: int, **fields: Any) -> Statement:
    """One statement of the day, at a minute after six."""
    at = f"2026-06-09T{6 + minute // 60:02}:{minute % 60:02}:00Z"
    read = read_fields({"id": f"s{number}", "at": at, "by": "lead", **fields})
    assert isinstance(read, Statement), read
    return read


def the_day(checks: int) -> Iterator[dict[str, Any]]:
    """A day up to the loading of its scenes, with about this many checks."""
    yield {"what": "person.joined", "person": "lead", "roles": "armorer"}
    yield {"what": "qualification.shown", "person": "lead", "kind": "firearms-handler"}
    yield {"what": "person.joined", "person": "props", "roles": "property-master"}
    yield {"what": "duty.assigned", "people": "props", "duty": "furniture"}
    yield {"what": "person.joined", "person": "ad", "roles": "first-ad"}
    for i in range(PEOPLE - 3):
        yield {"what": "person.joined", "person": f"p{i}", "roles": "performer"}
    for lot in ("a", "b", "c"):
        yield {
            "what": "rounds.received",
            "lot": f"blanks-{lot}",
            "kind": "blank",
            "count": 100,
            "from": "x",
        }
    for i in range(WEAPONS):
        yield {"what": "weapon.received", "weapon": f"w{i}", "kind": "firearm", "from": "x"}
    for i in range(SCENES):
        pair = (2 * i, 2 * i + 1)
        plan = {
            f"w{w}": {
                "performer": f"p{w}",
                "load": "blank",
                "lot": f"blanks-{'abc'[w % 3]}",
                "count": 2,
            }
            for w in pair
        }
        yield {
            "what": "activity.planned", "activity": f"scene-{i}", "hazards": "blank-fire",
            "people": {f"p{w}": "fires" for w in pair}, "weapons": plan, "line": "nobody",
            "zone": [f"p{w}" for w in pair], "phase": "shoot",
        }  # fmt: skip
    yield {"what": "weapon.taken-out", "weapons": [f"w{i}" for i in range(WEAPONS)]}
    yield {
        "what": "search.made",
        "where": "set",
        "looking_for": "live-rounds",
        "how": "looked",
        "found": "nothing",
    }
    for lot in ("a", "b", "c"):
        yield {
            "what": "check.made",
            "checks": "blanks-verified",
            "on": f"blanks-{lot}",
            "passed": True,
            "count": 100,
        }
    covered = [f"scene-{i}" for i in range(SCENES) if i != 7]
    heard = [f"p{i}" for i in range(PEOPLE - 3) if i % 5]
    yield {
        "what": "meeting.held",
        "meeting": "m",
        "kind": "safety",
        "activities": covered,
        "present": ["lead", "ad", *heard],
    }
    made = 3
    kinds = ("mechanism-works", "chamber-empty", "line-walked", "cleaned", "magazine-empty")
    while made < checks - 40:
        for i in range(WEAPONS):
            yield {"what": "check.made", "checks": kinds[made % 5], "on": f"w{i}", "passed": True}
            made += 1
    for i in range(WEAPONS):
        both = ["chamber-empty", "barrel-clear"] if i % 4 else ["chamber-empty"]
        yield {"what": "check.made", "checks": both, "on": f"w{i}", "passed": True, "with": "ad"}
    for i in range(0, WEAPONS, 2):
        lot = f"blanks-{'abc'[i % 3]}"
        yield {
            "what": "weapon.loaded",
            "weapon": f"w{i}",
            "lot": lot,
            "count": 2,
            "for": f"scene-{i // 2}",
        }
        if i % 6:
            yield {
                "what": "check.made",
                "checks": "load-shown",
                "on": f"w{i}",
                "passed": True,
                "count": 2,
                "of": 2,
                "shown_to": f"p{i}",
            }


def state_with(checks: int) -> State:
    """The state of that day."""
    record = Record()
    days = list(the_day(checks))
    for number, fields in enumerate(days):
        record.add(said(number, number * 240 // len(days), **fields))
    return record.state


def questions(state: State) -> list[Question]:
    """Eighty: each weapon loaded by two people, and handed over by two."""
    acts = []
    for i in range(WEAPONS):
        lot, scene = f"blanks-{'abc'[i % 3]}", f"scene-{i // 2}"
        for by in ("lead", "props"):
            acts.append(
                {
                    "what": "weapon.loaded",
                    "weapon": f"w{i}",
                    "lot": lot,
                    "count": 2,
                    "for": scene,
                    "by": by,
                }
            )
        for giver in ("lead", "ad"):
            acts.append(
                {
                    "what": "weapon.handed-over",
                    "weapon": f"w{i}",
                    "from": giver,
                    "to": f"p{i}",
                    "for": scene,
                    "by": giver,
                }
            )
    found = [question_of(said(900_000 + n, 250, **act), state) for n, act in enumerate(acts)]
    return [question for question in found if question is not None]


# --- by hand -----------------------------------------------------------------------


def by_hand(state: State, question: Question) -> list[tuple[str, str]]:
    """The same rules as somebody would write them down in Python, once and for all."""
    found: list[tuple[str, str]] = []
    for table in (state.stops, state.pauses, state.incidents, state.contradictions):
        found += [("open", name) for name in table]
    found += [("concern", name) for name, one in state.concerns.items() if one.holds]
    found += [
        ("lot", lot.id)
        for lot in state.lots.values()
        if lot.kind in ("live", "unknown") and lot.present
    ]
    found += [("ghost", weapon.id) for weapon in state.weapons.values() if not weapon.known]
    today = state.day.first.seq if state.day is not None else 1 << 60
    doer = state.person(question.doer)
    handles = bool(doer.roles & HANDLERS)
    for name in question.weapons:
        weapon = state.weapons[name]
        if (
            weapon.held
            or weapon.misfire
            or weapon.place in ("unattended", "away")
            or weapon.missing
        ):
            found.append(("weapon", name))
    if question.gate == "load" and not handles:
        found.append(("handled-by-a-handler", question.doer))
    if question.gate == "hand-over" and not handles:
        found.append(("handed-over-by-a-handler", question.doer))
    if handles and not any(q.kind in PERMITS for q in doer.qualifications):
        found.append(("handler-qualified", question.doer))
    if handles and doer.duties:
        found.append(("handler-has-one-job", question.doer))
    if question.gate == "load":
        found += _load_by_hand(state, question, today)
    else:
        found += _hand_over_by_hand(state, question, today)
    return found


def _stands(state: State, on: str, check: str, floor: int, *, shown_to: str = "") -> bool:
    fallen = state.fallen.get((on, check), -1)
    for record in state.checks.get((on, check)) or ():
        if record.mark.seq < floor or record.mark.seq <= fallen:
            return False
        shown = not shown_to or (record.whole and shown_to in record.shown_to | record.eyes)
        if record.passed and shown and state.person(record.by).roles & HANDLERS:
            return True
    return False


def _load_by_hand(state: State, question: Question, today: int) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    searched = any(
        fact.mark.seq >= today
        and "live-rounds" in fact.words["looking_for"]
        and "nothing" in fact.words["found"]
        for fact in state.facts.get("search.made") or ()
    )
    lot = state.lots[question.lot or ""]
    if not searched:
        found.append(("searched-for-live-rounds", lot.id))
    out = lot.out_of_custody.seq if lot.out_of_custody else 0
    if not _stands(state, lot.id, "blanks-verified", out):
        found.append(("blanks-verified", lot.id))
    for name in question.weapons:
        weapon = state.weapons[name]
        sight = weapon.left_sight.seq if weapon.left_sight else 0
        loaded = weapon.loaded.seq if weapon.loaded else 0
        bullet = weapon.dummies.seq if weapon.dummies else 0
        empty = state.load_of(weapon) in ("none", "unknown")
        if empty and not _stands(state, name, "chamber-empty", max(sight, loaded)):
            found.append(("opened-before-loading", name))
        if not _stands(state, name, "barrel-clear", max(today, bullet)):
            found.append(("bore-clear-before-blanks", name))
        plan = state.planned(question.activity or "", name)
        if (
            plan is None
            or plan.lot != lot.id
            or plan.load != lot.kind
            or weapon.rounds + (question.count or 0) > (plan.count or 0)
        ):
            found.append(("loaded-as-planned", name))
    return found


def _hand_over_by_hand(state: State, question: Question, today: int) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    activity = question.activity or ""
    for name, receiver in question.pairs:
        weapon = state.weapons[name]
        if state.load_of(weapon) != "none":
            since = weapon.with_handler.seq if weapon.with_handler else 1 << 60
            loaded = weapon.loaded.seq if weapon.loaded else 1 << 60
            if not _stands(state, name, "load-shown", max(since, loaded), shown_to=receiver):
                found.append(("load-shown-to-receiver", name))
        heard = state.briefed.get((activity, receiver))
        if heard is None or heard.mark.seq < today:
            found.append(("receiver-briefed", receiver))
    met = any(m.kind == "safety" and m.mark.seq >= today for m in state.met.get(activity) or ())
    if not met:
        found.append(("safety-meeting-today", activity))
    return found


# --- Cedar -------------------------------------------------------------------------

POLICIES = """
permit(principal, action, resource);
forbid(principal, action, resource) unless { context.handler };
forbid(principal, action, resource) when { context.handler && !context.permit };
forbid(principal, action, resource) when { context.handler && context.duties > 0 };
forbid(principal, action == Action::"load", resource) unless { context.searched };
forbid(principal, action == Action::"load", resource) when { context.empty && context.opened < context.seen };
forbid(principal, action == Action::"load", resource) unless { context.bore >= context.bullet };
forbid(principal, action == Action::"load", resource) unless { context.verified >= context.open };
forbid(principal, action == Action::"load", resource) unless { context.lot == context.planned && context.rounds <= context.most };
forbid(principal, action == Action::"handover", resource) when { context.loaded && context.shown < context.since };
forbid(principal, action == Action::"handover", resource) unless { context.briefed >= context.today };
forbid(principal, action == Action::"handover", resource) unless { context.met >= context.today };
forbid(principal, action, resource) when { context.stopped > 0 };
"""


def requests_for(state: State, asked: list[Question]) -> list[dict[str, Any]]:
    """What Cedar is asked: the attributes its policies need, taken out beforehand."""
    return [_request(state, question) for question in asked]


def _last(state: State, on: str, check: str, *, shown_to: str = "") -> int:
    for record in state.checks.get((on, check)) or ():
        if not shown_to or shown_to in record.shown_to:
            return record.mark.seq
    return -1


def _request(state: State, question: Question) -> dict[str, Any]:
    name = question.weapons[0]
    weapon, doer = state.weapons[name], state.person(question.doer)
    lot = question.lot or ""
    today = state.day.first.seq if state.day is not None else 1 << 60
    plan = state.planned(question.activity or "", name)
    receiver = question.receivers[0] if question.receivers else ""
    heard = state.briefed.get((question.activity or "", receiver))
    met = next(iter(state.met.get(question.activity or "") or ()), None)
    loaded = weapon.loaded.seq if weapon.loaded else 0
    sight = weapon.left_sight.seq if weapon.left_sight else 0
    context = {
        "handler": bool(doer.roles & HANDLERS),
        "permit": any(q.kind in PERMITS for q in doer.qualifications),
        "duties": len(doer.duties),
        "searched": bool(state.facts.get("search.made")),
        "empty": state.load_of(weapon) == "none",
        "opened": _last(state, name, "chamber-empty"),
        "seen": max(sight, loaded),
        "bore": _last(state, name, "barrel-clear"),
        "bullet": max(today, weapon.dummies.seq if weapon.dummies else 0),
        "verified": _last(state, lot, "blanks-verified"),
        "open": 0,
        "lot": lot,
        "planned": str(plan.lot) if plan is not None else "",
        "rounds": weapon.rounds + (question.count or 0),
        "most": (plan.count or 0) if plan is not None else 0,
        "loaded": state.load_of(weapon) != "none",
        "shown": _last(state, name, "load-shown", shown_to=receiver),
        "since": max(loaded, weapon.with_handler.seq if weapon.with_handler else 1 << 60),
        "briefed": heard.mark.seq if heard is not None else -1,
        "met": met.mark.seq if met is not None else -1,
        "today": today,
        "stopped": len(state.stops) + len(state.incidents) + len(state.contradictions),
    }
    return {
        "principal": f'Person::"{question.doer}"',
        "action": f'Action::"{question.gate.replace("-", "")}"',
        "resource": f'Weapon::"{name}"',
        "context": context,
    }


# --- measuring ---------------------------------------------------------------------


def book() -> Book:
    """The twelve rules, as a pack of their own."""
    path = ROOT / "src/showclear/packs/showclear/baseline/pack.yaml"
    pack = parse_pack(read_yaml(path, limits=PACK_LIMITS))
    chosen = tuple(rule for rule in pack.rules if rule.id in RULES)
    assert len(chosen) == len(RULES), sorted(set(RULES) - {rule.id for rule in chosen})
    return book_of([replace(pack, rules=chosen)])


def agree(state: State, asked: list[Question], rules: Book) -> tuple[int, int]:
    """Assert that all three give the same answers; returns how many held and cleared."""
    held = 0
    for question, request in zip(asked, requests_for(state, asked), strict=True):
        verdict = judge((state,), question, rules, as_of=DAY)
        ours = {(r.rule, r.on) for r in verdict.reasons} if isinstance(verdict, Hold) else set()
        assert ours == set(by_hand(state, question)), (
            question.act.id,
            ours,
            by_hand(state, question),
        )
        cedar = cedarpy.is_authorized(request, POLICIES, "[]")
        assert cedar.allowed is (not ours), (question, ours, cedar.diagnostics.errors)
        held += bool(ours)
    return held, len(asked) - held


def each(asked: list[Any], decide: Callable[[Any], object]) -> list[float]:
    """Seconds of every decision."""
    out = []
    for one in asked:
        start = time.perf_counter()
        decide(one)
        out.append(time.perf_counter() - start)
    return out


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def slowest_hundredth(state: State, asked: list[Question], rules: Book) -> tuple[float, float]:
    """Median and slowest hundredth of ours, in microseconds, over many rounds."""
    times: list[float] = []
    for _ in range(5):
        each(asked, lambda q: judge((state,), q, rules, as_of=DAY))
    for _ in range(40):
        times += each(asked, lambda q: judge((state,), q, rules, as_of=DAY))
    return percentile(times, 0.5) * 1e6, percentile(times, 0.99) * 1e6


def main() -> int:
    rules = book()
    state = state_with(400)
    asked = questions(state)
    held, clear = agree(state, asked, rules)
    print(f"80 decisions, {held} held and {clear} clear; all three agree on each.")
    requests = requests_for(state, asked)
    ours, hand, cedar = [], [], []
    for turn in range(ROUNDS):
        ours.append(
            len(asked)
            * 3
            / sum(
                sum(each(asked, lambda q: judge((state,), q, rules, as_of=DAY))) for _ in range(3)
            )
        )
        hand.append(
            len(asked) * 3 / sum(sum(each(asked, lambda q: by_hand(state, q))) for _ in range(3))
        )
        cedar.append(
            len(asked) / sum(each(requests, lambda r: cedarpy.is_authorized(r, POLICIES, "[]")))
        )
        print(
            f"round {turn + 1} of {ROUNDS}: {ours[-1]:,.0f} ours, {hand[-1]:,.0f} by hand, {cedar[-1]:,.0f} Cedar a second"
        )
    print("Now with 40,000 checks.")
    full = state_with(40_000)
    same = questions(full)
    agree(full, same, rules)
    gc.collect()
    few = slowest_hundredth(state, asked, rules)
    many = slowest_hundredth(full, same, rules)
    few = min(few, slowest_hundredth(state, asked, rules), key=lambda pair: pair[1])
    many = min(many, slowest_hundredth(full, same, rules), key=lambda pair: pair[1])
    figures = {
        "ours_per_s": round(statistics.median(ours)),
        "by_hand_per_s": round(statistics.median(hand)),
        "cedar_per_s": round(statistics.median(cedar)),
        "p50_us_400": round(few[0], 1),
        "p99_us_400": round(few[1], 1),
        "p50_us_40000": round(many[0], 1),
        "p99_us_40000": round(many[1], 1),
    }
    ratios = {
        "ours_to_by_hand": round(statistics.median(ours) / statistics.median(hand), 3),
        "ours_to_cedar": round(statistics.median(ours) / statistics.median(cedar), 2),
        "p99_40000_to_400": round(many[1] / few[1], 3),
    }
    targets = {"ours_to_by_hand": ">= 0.5", "ours_to_cedar": ">= 10", "p99_40000_to_400": "<= 1.5"}
    met = (
        ratios["ours_to_by_hand"] >= 0.5
        and ratios["ours_to_cedar"] >= 10
        and ratios["p99_40000_to_400"] <= 1.5
    )
    line = {"bench": "gates", "figures": figures, "ratios": ratios, "targets": targets, "met": met}
    print(json.dumps(line))
    return 0


if __name__ == "__main__":
    sys.exit(main())
