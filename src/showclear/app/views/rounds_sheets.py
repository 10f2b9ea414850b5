"""What can be written of a box of rounds: open, count, look at each one, issue, return, lock.

* Nothing is typed: a counter stands at what should be there, and goes by one or by six.
* Looking at dummies one by one is counted from nothing up: the counter says how many of how
  many, and the last one makes it whole.
* One kind open at a time. If another is, the sheet says so, with the act that locks it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from showclear.app.views import cart_acts as write
from showclear.app.views.acts import act
from showclear.app.views.cart_eyes import candidates
from showclear.app.views.cart_stands import newest, seen_by
from showclear.app.views.cart_words import lot_name, rounds_of, short_list
from showclear.app.views.look import Look
from showclear.app.views.rounds import custody_says, in_weapons, out_with, sum_of, takes_of
from showclear.app.views.wording import day_and_clock, person
from showclear.core.nouns import Lot

Plain = dict[str, Any]

VERIFIES: Final = {"dummy": "dummies-each-verified", "blank": "blanks-verified"}
EACH_FROM: Final = 3
"""From how many empty magazines or belts on they may be filled with one act."""

STEPS: Final = [1, 6]
"""A cylinder holds six."""


def lot_sheet(look: Look, lot: Lot) -> Plain:
    """The sheet of one lot."""
    key = f"lot/{lot.id}"
    blocks: list[Plain] = [{"key": "sum", "kind": "sum", "sum": sum_of(look, lot)}]
    blocks += _by_name(look, lot)
    blocks += _unknown(lot, key)
    blocks += _other_kind_open(look, lot, key)
    blocks += _back(look, lot, key)
    blocks += _verify(look, lot, key)
    blocks += _issue(look, lot, key)
    blocks += _takes(look, lot)
    foot = [_custody(lot, key)]
    if lot.custody != "away":
        blocks.append(_counted(lot, key))
    return {
        "key": key,
        "title": lot_name(lot),
        "weapons": [],
        "answer": _answer(look, lot),
        "blocks": blocks,
        "foot": foot,
        "more": [
            *_part_back(look, lot, key),
            {"key": "more", "kind": "acts", "acts": list(_more(lot, key))},
        ],
    }


def _by_name(look: Look, lot: Lot) -> list[Plain]:
    """How many are in each weapon and with each person or thing, where there are several."""
    inside = in_weapons(look, lot.id)
    out = {where: count for _, where, count in _out(look, lot)}
    told = [f"{name} {count}" for name, count in {**inside, **out}.items()]
    return [{"key": "by-name", "kind": "note", "says": ", ".join(told)}] if len(told) > 1 else []


def _answer(look: Look, lot: Lot) -> Plain:
    difference = sum_of(look, lot)["says"]
    if difference:
        return {"look": "hold", "word": "Hold", "says": difference}
    if lot.kind in ("live", "unknown"):
        return {"look": "hold", "word": "Hold", "says": "nobody has shown what it is"}
    counted = f", counted {day_and_clock(look, lot.counted)}" if lot.counted is not None else ""
    return {"look": "none", "says": f"{custody_says(look, lot)}{counted}"}


def _custody(lot: Lot, key: str) -> Plain:
    if lot.custody == "open":
        return act(
            f"{key}/lock", "Locked up", [write.of_lots("rounds.locked-up", [lot.id])], main=True
        )
    said = [write.of_lots("rounds.opened", [lot.id])]
    # What nobody has shown is not to be opened next, though it may be.
    return act(f"{key}/open", "Box opened", said, main=lot.kind in VERIFIES)


def _unknown(lot: Lot, key: str) -> list[Plain]:
    """Live rounds, or nobody has shown what they are: away from here, or kept apart."""
    if lot.kind not in ("live", "unknown") or not lot.present:
        return []
    acts = [
        act(f"{key}/off", "Taken off the premises", [_placed(lot, "off-premises")], main=True),
        act(f"{key}/apart", "Locked away by itself", [_placed(lot, "quarantined")]),
    ]
    return [{"key": "unknown", "kind": "acts", "acts": acts}]


def _placed(lot: Lot, place: str) -> Plain:
    return write.of_lots("rounds.placed", [lot.id], place=place)


def _other_kind_open(look: Look, lot: Lot, key: str) -> list[Plain]:
    others = [
        one for one in look.state.lots.values() if one.custody == "open" and one.kind != lot.kind
    ]
    if not others:
        return []
    return [
        {
            "key": "one-kind",
            "kind": "reasons",
            "reasons": [
                {
                    "says": f"{lot_name(one)} is open. One kind open at a time",
                    "who": "",
                    "force": "Practice",
                    "cite": "",
                    "acts": [_lock_other(one, key)],
                }
                for one in others
            ],
        }
    ]


def _lock_other(other: Lot, key: str) -> Plain:
    said = write.of_lots("rounds.locked-up", [other.id])
    return act(f"{key}/lock-{other.id}", f"{lot_name(other)} locked up", [said])


def _counted(lot: Lot, key: str) -> Plain:
    """Counted in the box, from what should be there; from nothing up where nobody knows that."""
    start = max(0, lot.in_store or 0)
    known = f", {start} should be there" if lot.in_store is not None else ", for the first time"
    said = write.of_lots("rounds.counted", [lot.id], count="$count")
    locked = write.of_lots("rounds.locked-up", [lot.id])
    acts = [act(f"{key}/count", "{count} counted", [said])]
    if lot.custody != "locked":
        acts.append(act(f"{key}/count-lock", "{count} counted, locked up", [said, locked]))
    return {
        "key": "count",
        "kind": "counter",
        "head": f"Counted in the box{known}",
        "start": start,
        "least": 0,
        "most": None,
        "steps": STEPS,
        "targets": acts,
    }


def _verify(look: Look, lot: Lot, key: str) -> list[Plain]:
    check = VERIFIES.get(lot.kind)
    if check is None or lot.in_store is None or lot.in_store <= 0:
        return []
    of = lot.in_store
    floor = -1 if lot.out_of_custody is None else lot.out_of_custody.seq
    found = newest(look, lot.id, check, floor=floor)
    said = {
        "what": "check.made",
        "checks": [check, "label-matches"],
        "on": [lot.id],
        "passed": True,
        "count": "$count",
        "of": of,
    }
    counter: Plain = {
        "key": "verify",
        "kind": "counter",
        "head": "Looked at one by one" if lot.kind == "dummy" else "Looked at",
        # Dummies are told from live rounds one by one, so they are counted up from nothing.
        "start": 0 if lot.kind == "dummy" else of,
        "least": 0,
        "most": of,
        "of": of,
        "steps": STEPS,
        "act": act(f"{key}/verify", f"{{count}} of {of} looked at", [said]),
    }
    if found is None:
        return [counter]
    counted = "" if found.count is None else f" {found.count} of {found.of or found.count}"
    counter["done"] = (
        f"Looked at{counted}, {day_and_clock(look, found.mark)}: {seen_by(look, [found])}"
    )
    return [counter, *_eyes(look, lot, check, found.mark.said, found.eyes, found.by, key)]


def _eyes(
    look: Look, lot: Lot, check: str, of: str, eyes: frozenset[str], by: str, key: str
) -> list[Plain]:
    if len(eyes) >= 2:
        return []
    acts = [
        act(f"{key}/eyes/{one}", person(look, one), write.confirmed([of], one))
        for one in candidates(look)
        if one != by and one not in eyes
    ]
    return [
        {
            "key": f"eyes-{check}",
            "kind": "eyes",
            "head": "Second eyes",
            "note": "Their badge or own phone confirms. A tap here only names them.",
            "acts": acts[:4],
            "own": write.confirmed([of], "$person"),
        }
    ]


def _back(look: Look, lot: Lot, key: str) -> list[Plain]:
    """What is out comes back: one tap for each, if all of it does."""
    acts = [
        act(f"{key}/back/{holder}", f"{count} back from {where}", [_returned(lot, holder, count)])
        for holder, where, count in _out(look, lot)
    ]
    return [{"key": "back", "kind": "acts", "head": "Out of the box", "acts": acts}] if acts else []


def _part_back(look: Look, lot: Lot, key: str) -> list[Plain]:
    """Not all of what is out comes back."""
    return [
        {
            "key": f"part-{holder}",
            "kind": "counter",
            "head": f"{rounds_of(look.state, lot.id, count)} out with {where}, another number back",
            "start": max(0, count - 1),
            "least": 0,
            "most": None,
            "steps": [1],
            "act": act(
                f"{key}/part/{holder}",
                f"{{count}} back from {where}",
                [_returned(lot, holder, "$count")],
            ),
        }
        for holder, where, count in _out(look, lot)
    ]


def _out(look: Look, lot: Lot) -> list[tuple[str, str, int]]:
    return [
        (holder, holder if holder in look.state.things else person(look, holder), count)
        for holder, count in out_with(look, lot.id).items()
    ]


def _returned(lot: Lot, holder: str, count: int | str) -> Plain:
    return write.of_lots("rounds.returned", [lot.id], count=count, **{"from": holder})


def _issue(look: Look, lot: Lot, key: str) -> list[Plain]:
    """Rounds go into a belt, a magazine or a box of its own."""
    containers = [
        one.id
        for one in look.state.things.values()
        if one.kind == "container" and not one.away and not look.state.issued.get((lot.id, one.id))
    ]
    if not containers or not lot.in_store:
        return []
    acts = [_issued(lot, name, key) for name in containers]
    if len(containers) >= EACH_FROM:
        acts = [_each_issued(lot, containers, key), *acts]
    return [
        {
            "key": "issue",
            "kind": "counter",
            "head": "Put into",
            "start": min(_usual(look, lot), lot.in_store),
            "least": 1,
            "most": lot.in_store,
            "steps": STEPS,
            "targets": acts,
        }
    ]


def _usual(look: Look, lot: Lot) -> int:
    """How many went into the last one: the next gets as many."""
    said = [told.said for told in look.memory.about(lot.id) if told.said.what == "rounds.issued"]
    return int(getattr(said[-1], "count", 6)) if said else 6


def _issued(lot: Lot, name: str, key: str) -> Plain:
    said = write.of_lots("rounds.issued", [lot.id], count="$count", to=name)
    return act(f"{key}/issue/{name}", f"{{count}} into {name}", [said])


def _each_issued(lot: Lot, names: Sequence[str], key: str) -> Plain:
    """As many into each of them: a line for each."""
    said = [write.of_lots("rounds.issued", [lot.id], count="$count", to=name) for name in names]
    says = f"{{count}} into each of {len(names)}"
    return act(f"{key}/issue-each", says, said, title=f"{says}: {short_list(names)}")


def _takes(look: Look, lot: Lot) -> list[Plain]:
    rows = takes_of(look, lot.id)
    return [{"key": "takes", "kind": "sums", "head": "By take today", "rows": rows}] if rows else []


def _more(lot: Lot, key: str) -> Sequence[Plain]:
    giver = {"from": lot.holder or "$me"}
    over = write.of_lots("rounds.handed-over", [lot.id], to="$person", **giver)
    alone = write.of_lots("rounds.unattended", [lot.id])
    return [
        act(f"{key}/over", "Somebody else has it", [over], needs="handler"),
        act(f"{key}/unattended", "Was left with nobody", [alone]),
    ]


__all__ = ["lot_sheet"]
