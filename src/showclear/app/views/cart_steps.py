"""What is left before these weapons are in their performers' hands, as acts in their places?

* Any step is taken at any time, in any order; the first open one that a gate asks for is the
  main one. What was done stays where it was, with its time.
* A show is one person and one tap, for every weapon that person is shown. Nobody is shown
  anything by somebody else's tap.
* What is in the way and no step here answers is told below as the gate's own reasons.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from showclear.app.views import cart_acts as write
from showclear.app.views.acts import act
from showclear.app.views.answers import answer_to
from showclear.app.views.cart_activity import Job, fires
from showclear.app.views.cart_hand import Hand, hand_of
from showclear.app.views.cart_magazines import loads_out_of
from showclear.app.views.cart_stands import all_standing, last_time, seen_by, standing
from showclear.app.views.cart_words import load_says, rounds_of, short_list, weapons_text
from showclear.app.views.look import Look
from showclear.app.views.reasons import worded
from showclear.app.views.wording import day_and_clock, listed, person
from showclear.core.nouns import CheckRecord

Plain = dict[str, Any]

OPENS: Final = frozenset(
    {"chamber-empty", "barrel-clear", "magazine-empty", "is-replica", "edge-blunt"}
)
NAMED_MAX: Final = 4
"""How many people are named on an act; more are a number, and its whole sentence names them."""

_EARLY_NOT: Final = OPENS | {"shown-clear", "load-shown", "same-eyes"}
"""Words of a handover's hold that a load in between answers anyway: not told before it."""


def ready(
    look: Look, job: Job, names: Sequence[str], *, key: str
) -> tuple[Hand, Plain, list[Plain]]:
    """What these weapons are to become, what their gates say, and the steps: asked once."""
    place = f"ready/{job.id}/{key}"
    if place not in look.memo:
        hand = hand_of(look, job, names, key=key)
        gates = gates_of(look, hand)
        look.memo[place] = (hand, gates, steps_of(look, hand, gates))
    found: tuple[Hand, Plain, list[Plain]] = look.memo[place]
    return found


# --- what the gates say ----------------------------------------------------------------


def gates_of(look: Look, hand: Hand) -> Plain:
    """The next gate's answer for these weapons, with what a handover lacks already now."""
    acts = write.loaded(hand.loads, hand.job.id)
    over = write.handed_over(look, hand.to, hand.job.id) if hand.to else []
    first = [_asked(look, hand, one, place) for place, one in enumerate(acts or over)]
    early = [_asked(look, hand, one, place + 50) for place, one in enumerate(over) if acts]
    for answer in early:
        kept = [one for one in answer.get("reasons", ()) if _EARLY_NOT.isdisjoint(one["missing"])]
        answer["reasons"] = kept
    found = _merged([*first, *early])
    found["gate"] = "load" if acts else "hand-over"
    clear = bool(first) and all(one["answer"] == "clear" for one in first)
    found["clear"] = clear and not acts and len(hand.to) == len(hand.names)
    if found["clear"]:
        found["relied"] = _relied(first)
    return found


def _asked(look: Look, hand: Hand, said: Mapping[str, Any], place: int) -> Plain:
    holders = [look.state.weapons[name].holder for name in hand.names]
    by = next((one for one in holders if one), "server")
    return worded(look, answer_to(look, {**said, "by": by}, key=f"{hand.key}/why-{place}"))


def _merged(answers: Iterable[Plain]) -> Plain:
    reasons: dict[str, Plain] = {}
    warned: dict[str, Plain] = {}
    since, caused = "", False
    for answer in answers:
        caused = caused or (bool(answer.get("reasons")) and bool(answer.get("caused")))
        since = since or str(answer.get("since") or "")
        for one in answer.get("reasons", ()):
            reasons.setdefault(f"{one['pack']}/{one['rule']}/{one['on']}", one)
        for one in answer.get("warned", ()):
            warned.setdefault(one["says"], one)
    return {
        "reasons": list(reasons.values()),
        "warned": list(warned.values()),
        "caused": caused,
        "since": since,
    }


def _relied(answers: Sequence[Plain]) -> list[Plain]:
    told = {one["index"]: one for answer in answers for one in answer.get("relied", ())}
    return [told[index] for index in sorted(told)]


_SHOWN: Final = {
    "shown-clear": "shown clear",
    "load-shown": "load shown",
    "edge-blunt": "edge felt, blunt, and shown",
}
"""What was shown to somebody, in words."""


# --- steps -------------------------------------------------------------------------------


def steps_of(look: Look, hand: Hand, gates: Plain) -> list[Plain]:
    """The steps in their order; each says whether it is `open`, and whether a gate `asks`."""
    missing = {word for one in gates["reasons"] for word in one["missing"]}
    edge = _edge_shown(look, hand, missing)
    # A blade is felt and shown in one: nobody is asked to look at it once more.
    steps = [edge, _open(look, hand, missing - {"edge-blunt"} if edge["acts"] else missing)]
    if any(fires(look.state.weapons[name]) for name in hand.names):
        steps.append(_shown_clear(look, hand, missing))
        steps.append(_load(look, hand))
        steps.append(_load_shown(look, hand, missing))
    return [one for one in steps if one["acts"]]


def _step(
    key: str, acts: list[Plain], *, head: str = "", asks: bool, answers: frozenset[str]
) -> Plain:
    is_open = any("done" not in one for one in acts)
    step = {"key": key, "acts": acts, "open": is_open, "asks": asks and is_open}
    return {**step, "answers": sorted(answers), **({"head": head} if head else {})}


def _open(look: Look, hand: Hand, missing: set[str]) -> Plain:
    bore = _asks_bore(hand)
    says = write.look_text(look, hand.names, bore=bore)
    key = f"{hand.key}/open"
    ways = write.by_look(look, hand.names, bore=bore)
    loaded = [name for name in hand.names if look.state.weapons[name].rounds]
    found: list[CheckRecord] = []
    for checks, names in ways.items():
        some = _looked_at(look, names, checks) if loaded else all_standing(look, names, checks)
        if not some:
            found = []
            break
        found += some
    found.sort(key=lambda record: record.mark.seq)
    made = act(
        key,
        says,
        write.looked(look, hand.names, bore=bore),
        title=f"{weapons_text(hand.names)}: {says[:1].lower()}{says[1:]}",
        note=seen_by(look, found),
        done=last_time(look, found),
    )
    # Once they are loaded, to open them again is no step on the way.
    acts = [] if loaded and not found else [made]
    return _step("open", acts, asks=not OPENS.isdisjoint(missing), answers=OPENS)


def _asks_bore(hand: Hand) -> bool:
    """Whether something is to be fired through these bores."""
    return any(plan.load == "blank" for n, plan in hand.job.planned.items() if n in hand.names)


def _looked_at(look: Look, names: Sequence[str], checks: Sequence[str]) -> list[CheckRecord]:
    """What was looked at before it was loaded, for the tick that stays."""
    found = []
    for name in names:
        weapon = look.state.weapons[name]
        for check in checks:
            left = -1 if weapon.left_sight is None else weapon.left_sight.seq
            records = look.state.checks.get((name, check)) or ()
            record = next((one for one in records if one.passed and one.mark.seq > left), None)
            if record is None:
                return []
            found.append(record)
    return sorted(found, key=lambda record: record.mark.seq)


def _edge_shown(look: Look, hand: Hand, missing: set[str]) -> Plain:
    """Whoever is given a blade feels it with the handler: that is looking at it too."""
    edged = [name for name in hand.names if look.state.weapons[name].kind == "edged"]
    given: dict[str, list[str]] = {}
    for name in edged:
        for one in hand.job.performers(name):
            given.setdefault(one, []).append(name)
    acts = []
    for person_, names in given.items():
        found = [standing(look, name, "edge-blunt", to=person_) for name in names]
        said = [write.shown(names, "edge-blunt", person_)]
        acts.append(_show_act(look, hand, "edge-blunt", person_, names, found, said))
    words = frozenset({"edge-blunt"})
    asks = not words.isdisjoint(missing)
    return _step(
        "edge-blunt", acts, head="Edge felt, blunt, and shown to", asks=asks, answers=words
    )


def _shown_clear(look: Look, hand: Hand, missing: set[str]) -> Plain:
    loaded = [name for name in hand.names if look.state.weapons[name].rounds]
    empty = [
        name
        for name in hand.names
        if name not in loaded and load_says(look.state, look.state.weapons[name])[0] != ""
    ]
    acts = []
    for person_, names in _audience(look, hand, empty):
        found = [standing(look, name, "shown-clear", to=person_) for name in names]
        acts.append(
            _show_act(
                look,
                hand,
                "shown-clear",
                person_,
                names,
                found,
                [write.shown(names, "shown-clear", person_)],
            )
        )
    asks = "shown-clear" in missing and not hand.loads
    return _step(
        "shown-clear", acts, head="Shown clear to", asks=asks, answers=frozenset({"shown-clear"})
    )


def _load(look: Look, hand: Hand) -> Plain:
    key = f"{hand.key}/load"
    answers = frozenset({"not-as-planned"})
    if not hand.loads:
        planned = [n for n in hand.names if look.state.weapons[n].rounds]
        if not planned:
            return _step("load", [], asks=False, answers=answers)
        said = {load_says(look.state, look.state.weapons[name])[0] for name in planned}
        marks = [m for name in planned if (m := look.state.weapons[name].loaded) is not None]
        last = max(marks, key=lambda mark: mark.seq) if marks else None
        text = said.pop() if len(said) == 1 else "Loaded"
        if len(planned) > 1:
            text = text.replace(" in it", " in each")
        done = act(key, text, [], done=day_and_clock(look, last) or "done")
        return _step("load", [done], asks=False, answers=answers)
    opened = write.opened_first(look, (lot for lot, _ in hand.loads.values()))
    says = load_text(look, hand.loads)
    if opened:
        says = f"Box opened, {says[:1].lower()}{says[1:]}"
    made = act(key, says, [*opened, *write.loaded(hand.loads, hand.job.id)])
    return _step("load", [made, *loads_out_of(look, hand)], asks=True, answers=answers)


def load_text(look: Look, loads: Mapping[str, tuple[str, int]]) -> str:
    """What goes in, in words: `2 each loaded from b-1, 6`."""
    counts = {count for _, count in loads.values()}
    lots = list(dict.fromkeys(lot for lot, _ in loads.values()))
    if len(loads) == 1:
        return f"{counts.pop()} loaded from {lots[0]}"
    if len(counts) == 1 and len(lots) == 1:
        each = counts.pop()
        return f"{each} each loaded from {lots[0]}, {each * len(loads)}"
    told = [f"{name} {count}" for name, (_, count) in loads.items()]
    return f"Loaded from {listed(lots)}: {', '.join(told)}"


def _load_shown(look: Look, hand: Hand, missing: set[str]) -> Plain:
    planned = [n for n in hand.names if n in hand.loads or look.state.weapons[n].rounds]
    acts = []
    for person_, names in _audience(look, hand, planned):
        found = [standing(look, name, "load-shown", to=person_) for name in names]
        acts.append(
            _show_act(
                look,
                hand,
                "load-shown",
                person_,
                names,
                found,
                write.load_shown(look, names, person_, loads=hand.loads),
            )
        )
    words = frozenset({"load-shown"})
    asks = bool(hand.loads) or not words.isdisjoint(missing)
    if "same-eyes" in missing and not hand.loads:
        asks = True
    return _step("load-shown", acts, head="Load shown to", asks=asks, answers=words)


def _audience(look: Look, hand: Hand, names: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Who is shown which of these weapons: each performer their own, whoever runs the set all."""
    told: dict[str, list[str]] = {}
    for name in names:
        for one in hand.job.performers(name):
            told.setdefault(one, []).append(name)
    if hand.job.runs is not None and names and hand.job.runs not in told:
        told[hand.job.runs] = list(names)
    return list(told.items())


def _show_act(
    look: Look,
    hand: Hand,
    check: str,
    person_: str,
    names: Sequence[str],
    found: Sequence[CheckRecord | None],
    writes: list[Plain],
) -> Plain:
    says = person(look, person_)
    if hand.several:
        says += ", all" if len(names) == len(hand.names) else f", {short_list(names, most=2)}"
    made = [one for one in found if one is not None]
    done = last_time(look, made) if len(made) == len(found) else ""
    own = bool(made) and all(person_ in one.eyes for one in made)
    what = _SHOWN[check]
    return act(
        f"{hand.key}/{check}/{person_}",
        says,
        writes,
        title=f"{weapons_text(names)}: {what} to {person(look, person_)}",
        done=done,
        note="confirmed" if done and own else "",
    )


def others_shown(look: Look, hand: Hand) -> Plain | None:
    """Everybody else near the line: whoever is shown it as well, one tap each."""
    loaded = [name for name in hand.names if look.state.weapons[name].rounds]
    check = "load-shown" if loaded else "shown-clear"
    names = loaded or list(hand.names)
    acts = []
    for one in hand.job.others:
        found = [standing(look, name, check, to=one) for name in names]
        writes = write.load_shown(look, names, one) if loaded else [write.shown(names, check, one)]
        acts.append(_show_act(look, hand, check, one, names, found, writes))
    if not acts:
        return None
    head = "Load shown to others" if loaded else "Shown clear to others"
    step = _step("others", acts, head=head, asks=False, answers=frozenset())
    return {"kind": "step", **step}


def hand_over_acts(look: Look, hand: Hand, *, clear: bool) -> list[Plain]:
    """The last acts: who has it, and somebody else."""
    acts = []
    if hand.to:
        says = _have(look, hand)
        writes = write.handed_over(look, hand.to, hand.job.id)
        pairs = ", ".join(f"{person(look, to)} {name}" for name, to in hand.to.items())
        title = f"{says}: {pairs}" if hand.several else ""
        acts.append(act(f"{hand.key}/has", says, writes, main=clear, title=title))
    acts.append(somebody_else(look, hand.names, key=hand.key, for_=hand.job.id))
    return acts


def _have(look: Look, hand: Hand) -> str:
    """Who has what afterwards; of many people, how many."""
    people = list(dict.fromkeys(hand.to.values()))
    if len(people) > NAMED_MAX:
        return f"{len(people)} people have {len(hand.to)}, each theirs"
    has = "has it" if len(hand.to) == 1 else "has them" if len(people) == 1 else "have them"
    return f"{listed([person(look, one) for one in people])} {has}"


def somebody_else(look: Look, names: Sequence[str], *, key: str, for_: str | None) -> Plain:
    """Handed to whoever is tapped next."""
    return act(
        f"{key}/somebody",
        "Somebody else",
        write.handed_over(look, dict.fromkeys(names, "$person"), for_),
        needs="person",
    )


def rounds_text(look: Look, counts: Mapping[str, int]) -> str:
    """How many rounds of what are in these, together."""
    lots: dict[str, int] = {}
    for name in counts:
        for load in look.state.weapons[name].loads:
            lots[load.lot] = lots.get(load.lot, 0) + load.count
    return listed([rounds_of(look.state, lot, count) for lot, count in lots.items()])
