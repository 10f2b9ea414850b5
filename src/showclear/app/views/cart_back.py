"""What may be written of a weapon that is out: back, misfire, a shot nobody meant, seen.

* Back comes in one act with what was found: it was opened, so many were fired. What it
  writes says no more than its words: nobody is shown anything by it, and no bore is clear.
* Whether rounds were fired is guessed from whether there was a take since it went out; both
  are offered, and the guess is only which of them is filled.
* A misfire stands away from Back, because no correction lifts its hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from showclear.app.views import cart_acts as write
from showclear.app.views.acts import act
from showclear.app.views.cart_activity import fires
from showclear.app.views.cart_steps import rounds_text, somebody_else
from showclear.app.views.cart_words import weapons_text
from showclear.app.views.look import Look
from showclear.app.views.wording import listed, person
from showclear.core.nouns import Weapon

Plain = dict[str, Any]

PARTS_MAX: Final = 12
"""Most rounds for which a part of them can be said as fired, one act for each number."""


def back_acts(look: Look, names: Sequence[str], *, key: str) -> list[Plain]:
    """Back, not opened; back, opened, with what was in it. The main one last."""
    weapons = [look.state.weapons[name] for name in names]
    plain = _not_opened(look, names, key=key)
    firing = [one.id for one in weapons if fires(one)]
    if not firing:
        return [{**plain, "look": "main"}]
    if any(one.misfire is not None for one in weapons):
        # What opens it stands with the reason that holds it.
        return [plain]
    if any(not one.load_known for one in weapons):
        return [{**plain, "look": "main"}]
    counts = write.all_rounds(look, firing)
    if not counts:
        return [plain, _empty(look, names, firing, key=key)]
    if any(look.state.load_of(look.state.weapons[name]) == "dummy" for name in counts):
        return [_out(look, names, firing, counts, key=key), {**plain, "look": "main"}]
    shot = {**_fired(look, names, firing, counts, key=key)}
    out = _out(look, names, firing, counts, key=key)
    if all(_took_since(look, look.state.weapons[name]) for name in counts):
        return [plain, out, {**shot, "look": "main"}]
    return [plain, {**out, "look": "main"}, shot]


def _took_since(look: Look, weapon: Weapon) -> bool:
    """Whether there was a take since it went into these hands."""
    if weapon.since is None:
        return False
    since = weapon.since.seq
    return any(
        one.last_take is not None and one.last_take.seq > since
        for one in look.state.activities.values()
    )


def _all(names: Sequence[str], says: str) -> str:
    return f"All back, {says}" if len(names) > 1 else f"Back, {says}"


def _not_opened(look: Look, names: Sequence[str], *, key: str) -> Plain:
    quiet = not any(fires(look.state.weapons[name]) for name in names)
    says = ("All back" if len(names) > 1 else "Back") if quiet else _all(names, "not opened")
    return act(f"{key}/back", says, [write.handed_back(look, names)], title=_from(look, names))


def _from(look: Look, names: Sequence[str]) -> str:
    who = dict.fromkeys(look.state.weapons[name].holder or "" for name in names)
    people = listed([person(look, one) for one in who if one])
    return f"{weapons_text(names)} back from {people or 'whoever had it'}"


def _empty(look: Look, names: Sequence[str], firing: Sequence[str], *, key: str) -> Plain:
    said = [write.handed_back(look, names), write.checked(firing, "chamber-empty")]
    return act(f"{key}/back-empty", _all(names, "opened, empty"), said, main=True)


def _each(look: Look, counts: Mapping[str, int], what: str) -> str:
    several = len(counts) > 1
    if len(set(counts.values())) == 1:
        return f"{next(iter(counts.values()))}{' each' if several else ''} {what}"
    return f"{', '.join(f'{name} {count}' for name, count in counts.items())} {what}"


def _fired(
    look: Look, names: Sequence[str], firing: Sequence[str], counts: Mapping[str, int], *, key: str
) -> Plain:
    said = [
        *write.fired(look, counts),
        write.handed_back(look, names),
        write.checked(firing, "chamber-empty"),
    ]
    return act(f"{key}/back-fired", _all(names, f"opened, {_each(look, counts, 'fired')}"), said)


def _out(
    look: Look, names: Sequence[str], firing: Sequence[str], counts: Mapping[str, int], *, key: str
) -> Plain:
    said = [
        write.handed_back(look, names),
        *write.unloaded(look, counts),
        write.checked(firing, "chamber-empty"),
    ]
    says = _all(names, f"opened, {_each(look, counts, 'out')}")
    return act(f"{key}/back-out", says, said, title=f"{says}: {rounds_text(look, counts)}")


def part_fired(look: Look, name: str, *, key: str) -> Plain | None:
    """Back with only some of its rounds fired: a counter with an act for each number."""
    weapon = look.state.weapons[name]
    most = weapon.rounds
    kinds = look.state.load_of(weapon)
    if not 2 <= most <= PARTS_MAX or len(weapon.loads) != 1 or kinds == "dummy" or weapon.misfire:
        return None
    acts = [_part(look, name, count, most, key=key) for count in range(most + 1)]
    return {
        "key": "part",
        "kind": "counter",
        "head": "Not all of them fired",
        "start": most - 1,
        "least": 0,
        "most": most,
        "steps": [1],
        "acts": acts,
    }


def _part(look: Look, name: str, count: int, most: int, *, key: str) -> Plain:
    said: list[Plain] = []
    if count:
        said += write.fired(look, {name: count})
    said.append(write.handed_back(look, [name]))
    if most - count:
        lot = look.state.weapons[name].loads[0].lot
        said.append(write.of_weapons("weapon.unloaded", [name], lot=lot, count=most - count))
    said.append(write.checked([name], "chamber-empty"))
    return act(f"{key}/part", f"Back, opened, {count} fired, {most - count} out", said)


def away_from_back(look: Look, name: str, *, key: str, lot: str | None) -> list[Plain]:
    """Misfire and a shot nobody meant; nothing where it fires nothing."""
    weapon = look.state.weapons[name]
    if not fires(weapon):
        return []
    found = weapon.loads[0].lot if weapon.loads else lot
    acts = []
    if found is not None and weapon.misfire is None:
        said = write.of_weapons("weapon.misfired", [name], lot=found, count=1)
        acts.append(act(f"{key}/misfire", "Misfire", [said], title=f"{name}: 1 round misfired"))
    shot = write.of_weapons("weapon.discharged", [name], count=1)
    if found is not None:
        shot["lot"] = found
    title = f"{name}: a shot that nobody meant. All weapon work holds."
    acts.append(act(f"{key}/discharge", "Unintended shot", [shot], title=title))
    return acts


def elsewhere(look: Look, names: Sequence[str], *, key: str, for_: str | None) -> list[Plain]:
    """Seen where it is, or with somebody else."""
    holders = {look.state.weapons[name].holder for name in names}
    acts = []
    if len(holders) == 1 and (holder := holders.pop()):
        said = write.of_weapons("weapon.seen", names, **{"with": [holder]})
        title = f"Seen with {person(look, holder)}"
        acts.append(act(f"{key}/seen", "Seen", [said], title=title))
    other = write.of_weapons("weapon.seen", names, **{"with": ["$person"]})
    acts.append(act(f"{key}/elsewhere", "Somebody else has it", [other], needs="person"))
    return acts


__all__ = ["away_from_back", "back_acts", "elsewhere", "part_fired", "somebody_else"]
