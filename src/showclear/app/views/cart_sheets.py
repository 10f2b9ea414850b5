"""What can be written of a chosen weapon, or of several together?

* Acts stand at the same place in every sheet: what happened on top, the steps in their order,
  the one that ends it at the bottom.
* A sheet offers what fits where the weapon is. Everything else stays one tap further down,
  under "More": whatever happens on a set can be written.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from showclear.app.views import cart_acts as write
from showclear.app.views import cart_steps as steps
from showclear.app.views.acts import act
from showclear.app.views.answers import answer_to, handlers
from showclear.app.views.cart_activity import Job, job_of, planned_for
from showclear.app.views.cart_back import away_from_back, back_acts, elsewhere, part_fired
from showclear.app.views.cart_cards import summary_of, troubles, uncovered
from showclear.app.views.cart_eyes import eyes_wanted
from showclear.app.views.cart_given import given, given_blocks, given_summary
from showclear.app.views.cart_misfire import misfire_acts, waits_for, was_opened
from showclear.app.views.cart_more import lock_up, more
from showclear.app.views.cart_store import by_reason, store_sheet
from showclear.app.views.cart_words import (
    PLACES,
    fact_text,
    load_says,
    short_list,
    where_of,
)
from showclear.app.views.holding import held_by, lines, stopped_whole
from showclear.app.views.look import Look
from showclear.app.views.reasons import worded
from showclear.app.views.wording import day_and_clock, listed, number, person
from showclear.core.nouns import Activity, Weapon

Plain = dict[str, Any]


def weapon_sheet(look: Look, job: Job | None, weapon: Weapon, *, asked: bool = True) -> Plain:
    """The sheet of one weapon.

    Args:
        asked: Whether its gates are asked beforehand. Of many that stand alike they are asked
            once, for all of them: what one of them may write does not depend on it.
    """
    place = where_of(look.state, weapon)
    if place in ("store", "locked"):
        return _put_away(look, [weapon.id], key=weapon.id, asked=asked)
    if place == "out":
        return _out(look, job, [weapon.id], key=weapon.id)
    if place == "cart":
        return _on_cart(look, job, weapon, asked=asked)
    return _lost(look, weapon, place)


def fold_sheet(look: Look, job: Job | None, names: Sequence[str], *, key: str) -> Plain:
    """The sheet of weapons that stand alike: in the scene, out of it, out, or put away."""
    place = where_of(look.state, look.state.weapons[names[0]])
    if place == "out":
        return _out(look, job, names, key=key)
    if place in ("store", "locked"):
        return _put_away(look, names, key=key)
    if place == "cart" and job is not None and names[0] in job.planned:
        return _ready(look, job, names, key=key)
    return store_sheet(look, names, key=key, title=_title(names))


def group_sheet(look: Look, job: Job, names: Sequence[str], *, key: str) -> Plain:
    """The sheet of the weapons of an activity, together."""
    at = {name: where_of(look.state, look.state.weapons[name]) for name in names}
    out = [name for name in names if at[name] == "out" and not troubles(look.state.weapons[name])]
    here = [name for name in names if at[name] == "cart" and not troubles(look.state.weapons[name])]
    away = [name for name in names if at[name] in ("store", "locked")]
    if out:
        sheet = _out(look, job, out, key=key)
    elif here:
        sheet = _ready(look, job, here, key=key)
    else:
        sheet = _put_away(look, away, key=key)
    rest = [name for name in names if name not in sheet["weapons"]]
    if rest:
        told = by_reason({name: _why_not(look, name, at[name]) for name in rest})
        sheet["blocks"].append({"key": "not", "kind": "note", "says": f"Not with them: {told}"})
    if away and here and not out:
        sheet["blocks"].insert(0, _acts("take-out", [_take_out(away, key=key)]))
    return sheet


def _why_not(look: Look, name: str, place: str) -> str:
    happened = troubles(look.state.weapons[name])
    return happened[0][:1].lower() + happened[0][1:] if happened else PLACES[place]


def _sheet(key: str, title: str, names: Sequence[str], answer: Plain, **parts: Any) -> Plain:
    return {
        "key": key,
        "title": title,
        "weapons": list(names),
        "answer": answer,
        "blocks": [one for one in parts.get("blocks", ()) if one],
        "foot": list(parts.get("foot", ())),
        "more": list(parts.get("more", ())),
    }


def _acts(key: str, acts: Sequence[Plain], *, head: str = "") -> Plain:
    return {"key": key, "kind": "acts", "acts": list(acts), **({"head": head} if head else {})}


# --- put away ----------------------------------------------------------------------------


def _put_away(look: Look, names: Sequence[str], *, key: str, asked: bool = True) -> Plain:
    by = next(iter(handlers(look)), "server")
    found: Plain = {"answer": "none"}
    if names and asked:
        question = {"gate": "take-out", "on": list(names), "by": by}
        found = worded(look, answer_to(look, question, key=f"{key}/why"))
    summary = {"look": "none", "says": "Put away"}
    if found["answer"] == "hold":
        kind = "hold" if found["caused"] else "todo"
        summary = {"look": kind, "word": "Hold", "says": f"{len(found['reasons'])} in the way"}
    elif found["answer"] == "clear":
        summary = {"look": "clear", "word": "Clear", "says": "to take out"}
    return _sheet(
        key,
        _title(names),
        names,
        summary,
        blocks=[*_reasons(found.get("reasons", ())), *_relied(found)],
        foot=[{**_take_out(names, key=key), "look": "main"}],
        more=more(look, names, key=key),
    )


def _take_out(names: Sequence[str], *, key: str) -> Plain:
    says = "Taken out" if len(names) == 1 else f"{len(names)} taken out"
    said = write.of_weapons("weapon.taken-out", names)
    return act(f"{key}/take-out", says, [said], title=f"{_title(names)} taken out")


def _title(names: Sequence[str]) -> str:
    return " ".join(names) if len(names) <= 4 else f"{len(names)}: {short_list(names, most=2)}"


# --- on the cart -------------------------------------------------------------------------


def _on_cart(look: Look, job: Job | None, weapon: Weapon, *, asked: bool) -> Plain:
    if weapon.misfire is not None:
        return _misfired(look, weapon)
    mine = _job_for(look, job, weapon.id)
    if mine is None or not asked:
        return _unplanned(look, weapon, mine)
    return _ready(look, mine, [weapon.id], key=weapon.id)


def _job_for(look: Look, job: Job | None, name: str) -> Job | None:
    """The current activity if it plans this weapon, else the next that does."""
    if job is not None and name in job.planned:
        return job
    planned = [look.state.activities[one] for one in planned_for(look, name)]
    ahead = [one for one in planned if one.last_take is None]
    # What lies ahead first; of what was done, what was done last may go on.
    able = ahead or sorted(planned, key=lambda one: -_last_take(one))
    return job_of(look, able[0].id) if able else None


def _last_take(activity: Activity) -> int:
    return -1 if activity.last_take is None else activity.last_take.seq


def _ready(look: Look, job: Job, names: Sequence[str], *, key: str) -> Plain:
    hand, gates, blocks = steps.ready(look, job, names, key=key)
    people = list(dict.fromkeys(hand.to.values()))
    performer = people[0] if len(people) == 1 else None
    eyes = eyes_wanted(look, gates["reasons"], key=key)
    summary = summary_of(look, gates, [*blocks, *eyes], performer=performer)
    if summary["look"] == "todo":
        summary["says"] += f", take {job.take}"
    left = uncovered(gates, [*blocks, *eyes])
    caused = [one for one in left if gates["caused"]]
    foot = steps.hand_over_acts(look, hand, clear=bool(gates["clear"]))
    others = steps.others_shown(look, hand)
    body = [
        *_reasons(caused),
        *_with_eyes(blocks, eyes),
        *_reasons([r for r in left if r not in caused]),
    ]
    if gates["clear"]:
        # The steps keep their places: whoever has not been shown it yet may still be.
        body.append(_relied_block(gates["relied"]))
    elif not gates["caused"]:
        _mark_main(body, foot)
    why = [one for one in gates["reasons"] if one not in left]
    sheet = _sheet(
        key,
        f"{_title(names)} → {person(look, performer)}" if performer else _title(names),
        names,
        summary,
        blocks=body,
        foot=list(reversed(foot)),
        more=[*([others] if others else []), *more(look, names, key=key)],
    )
    sheet["for"] = {"activity": job.id, "title": job.title, "take": job.take, "on": job.on}
    sheet["from"] = _from(look, names)
    sheet["why"] = why
    sheet["warned"] = gates["warned"]
    return sheet


def _with_eyes(blocks: list[Plain], eyes: list[Plain]) -> list[Plain]:
    """The steps, with second eyes after the check they are wanted for."""
    told: list[Plain] = [{"kind": "step", **one} for one in blocks]
    for one in eyes:
        check = one["key"].removeprefix("eyes-")
        after = "open" if check in steps.OPENS else check
        place = next((n for n, step in enumerate(told) if step["key"] == after), -1)
        told.insert(place + 1, one)
    return told


def _mark_main(body: list[Plain], foot: list[Plain]) -> None:
    """Fill the first open act that a gate asks for; where none is left, the last act."""
    for block in body:
        if not block.get("asks"):
            continue
        for place, one in enumerate(block["acts"]):
            if "done" not in one and not one.get("note", "").startswith("named"):
                block["acts"][place] = {**one, "look": "main"}
                return


def _from(look: Look, names: Sequence[str]) -> str:
    holders = dict.fromkeys(look.state.weapons[name].holder or "" for name in names)
    return f"From {listed([person(look, one) for one in holders if one])}"


def _unplanned(look: Look, weapon: Weapon, job: Job | None = None) -> Plain:
    """One that is in no plan, or one of many alike for which the gates were asked together."""
    names = [weapon.id]
    says, solid = load_says(look.state, weapon)
    look_at = write.look_text(look, names, bore=True)
    acts = [act(f"{weapon.id}/open", look_at, write.looked(look, names, bore=True), main=solid)]
    happened = [{"look": "hold", "word": "Hold", "says": one} for one in troubles(weapon)]
    plan = "In no plan" if job is None else f"For {job.title}"
    summary = happened[0] if happened else {"look": "none", "says": f"{says}. {plan}"}
    blocks = [_acts("open", acts)]
    if weapon.held is not None:
        blocks.insert(0, _release(look, weapon))
    return _sheet(
        weapon.id,
        weapon.id,
        names,
        summary,
        blocks=blocks,
        foot=[
            steps.somebody_else(look, names, key=weapon.id, for_=job.id if job else None),
            _has_or_locked(look, job, weapon),
        ],
        more=more(look, names, key=weapon.id),
    )


def _has_or_locked(look: Look, job: Job | None, weapon: Weapon) -> Plain:
    """Whoever is planned has it; where nobody is, it is locked up."""
    performer = next(iter(job.performers(weapon.id)), None) if job is not None else None
    if performer is None or job is None:
        return lock_up([weapon.id], key=weapon.id)
    said = write.handed_over(look, {weapon.id: performer}, job.id)
    return act(f"{weapon.id}/has", f"{person(look, performer)} has it", said)


def _release(look: Look, weapon: Weapon) -> Plain:
    said = write.of_weapons("weapon.released", [weapon.id], because="looked at, nothing found")
    return _acts("release", [act(f"{weapon.id}/release", "Looked at, released", [said], main=True)])


def _misfired(look: Look, weapon: Weapon) -> Plain:
    name = weapon.id
    own = _misfire_reasons(look, weapon)
    since = day_and_clock(look, weapon.misfire)
    summary = {"look": "hold", "word": "Hold", "says": f"{troubles(weapon)[0]}, since {since}"}
    return _sheet(
        name,
        name,
        [name],
        summary,
        blocks=[
            *_reasons(own),
            {"key": "only", "kind": "note", "says": f"This holds {name} only."},
        ],
        foot=[{**lock_up([name], key=name), "says": f"{name} locked up for today"}],
        more=more(look, [name], key=name),
    )


def _misfire_reasons(look: Look, weapon: Weapon) -> list[Plain]:
    """Why a weapon that misfired is held, with the acts of the step it has come to."""
    name = weapon.id
    by = next((one for one in handlers(look) if one == weapon.holder), None)
    asked = {"gate": "hand-over", "on": [name], "by": by or next(iter(handlers(look)), "server")}
    found = worded(look, answer_to(look, asked, key=f"{name}/why"))
    own = [one for one in found.get("reasons", ()) if (one["on"], one["rule"]) == (name, "misfire")]
    for reason in own:
        if waiting := waits_for(look, weapon):
            reason["says"] = waiting
        elif not was_opened(weapon):
            reason["says"] = "Not opened since it misfired, so it counts as loaded"
        else:
            reason["says"] = "Cause of the misfire not noted"
        reason["acts"] = misfire_acts(look, weapon, key=name)
    return own


# --- out ---------------------------------------------------------------------------------


def _out(look: Look, job: Job | None, names: Sequence[str], *, key: str) -> Plain:
    state = look.state
    first = state.weapons[names[0]]
    title = _title(names)
    blocks: list[Plain] = []
    if len(names) == 1:
        title = f"{names[0]}, {person(look, first.holder) if first.holder else 'nobody known'}"
        plan = None if job is None else job.planned.get(names[0])
        lot = None if plan is None or plan.lot is None else str(plan.lot)
        if first.misfire is not None:
            blocks += _reasons(_misfire_reasons(look, first))
        happened = away_from_back(look, names[0], key=key, lot=lot)
        blocks.append(_acts("happened", happened) if happened else {})
    for_ = None if job is None else job.id
    blocks.append(_acts("elsewhere", elsewhere(look, names, key=key, for_=for_)))
    if len(names) == 1 and (part := part_fired(look, names[0], key=key)) is not None:
        blocks.append(part)
    handed = given(look, names)
    blocks = [*given_blocks(look, handed, key=key), *blocks]
    troubled = [one for name in names for one in troubles(state.weapons[name])]
    says, solid = load_says(state, first)
    summary: Plain = {"look": "loaded" if solid else "none", "says": says}
    if len(names) > 1:
        loads = [load_says(state, state.weapons[name]) for name in names]
        told = dict.fromkeys(text for text, _ in loads)
        summary = {
            "look": "loaded" if any(s for _, s in loads) else "none",
            "says": ", ".join(told),
        }
    summary["since"] = day_and_clock(look, first.since)
    if handed:
        summary = given_summary(look, handed)
    why = next(filter(None, (held_by(look, job, state.weapons[name]) for name in names)), "")
    if why:
        summary = {"look": "hold", "word": "Hold", "says": f"{why}. {summary['says']}"}
    if troubled:
        summary = {"look": "hold", "word": "Hold", "says": troubled[0]}
    if why and (held := lines(look)):
        blocks.insert(0, {"key": "holding", "kind": "note", "says": ". ".join(held)})
    if stopped_whole(look):
        says = "Nothing is clear while the set is stopped. What happens can still be written."
        blocks.append({"key": "stopped", "kind": "note", "says": says})
    back = back_acts(look, names, key=key)
    return _sheet(
        key,
        title,
        names,
        summary,
        blocks=blocks,
        foot=_without_a_guess(back) if why else back,
        more=more(look, names, key=key),
    )


def _without_a_guess(acts: Sequence[Plain]) -> list[Plain]:
    """While something holds, the filled act says least: back, and nobody looked inside."""
    return [{**one, "look": "main" if one["key"].endswith("/back") else "plain"} for one in acts]


def _lost(look: Look, weapon: Weapon, place: str) -> Plain:
    names = [weapon.id]
    key = weapon.id
    acts = [
        act(
            f"{key}/found",
            "Here, opened",
            [
                write.of_weapons("weapon.seen", names, where="the cart"),
                write.checked(names, "chamber-empty"),
            ],
            main=True,
        ),
        act(
            f"{key}/elsewhere",
            "Somebody has it",
            [write.of_weapons("weapon.seen", names, **{"with": ["$person"]})],
            needs="person",
        ),
    ]
    told = troubles(weapon)
    summary = {"look": "none", "says": PLACES[place]}
    if told:
        summary = {"look": "hold", "word": "Hold", "says": told[0]}
    return _sheet(
        key, key, names, summary, blocks=[_acts("found", acts)], more=more(look, names, key=key)
    )


# --- reasons -----------------------------------------------------------------------------


def _reasons(reasons: Sequence[Plain]) -> list[Plain]:
    if not reasons:
        return []
    for one in reasons:
        step = one.get("next", {}).get("act")
        if step is not None and (fact := fact_text(step["write"][0])):
            # An act is worded as the fact it writes; the rule's own words stand above it.
            step["title"], step["says"] = f"{step['says']}: {fact}", fact
    return [{"key": "reasons", "kind": "reasons", "reasons": list(reasons)}]


def _relied_block(relied: Sequence[Plain]) -> Plain:
    """What a clear rests on: what was seen and done today by time, the register as a number."""
    timed = [one for one in relied if one["at"]]
    rest = len(relied) - len(timed)
    note = f"and {number(rest, 'entry', 'entries')} from the register and the plan" if rest else ""
    return {"key": "relied", "kind": "relied", "lines": timed, "note": note}


def _relied(found: Plain) -> list[Plain]:
    return [_relied_block(found["relied"])] if found.get("relied") else []
