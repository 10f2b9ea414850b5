"""Which checks of a weapon still stand, who saw them, and who was only named?

What stands here is only what a tick on the cart shows; whether it is enough is said by the
gates. A tick is never kept longer than the weapon was in its handler's sight.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from showclear.app.views.look import Look
from showclear.app.views.wording import day_and_clock, person
from showclear.core import words
from showclear.core.fold import today_from
from showclear.core.nouns import CheckRecord, Mark, Weapon
from showclear.core.said_plan import Confirmed

_BORE: Final = frozenset({"barrel-clear"})
_SHOWS: Final = frozenset({"shown-clear", "load-shown"})


def newest(
    look: Look, on: str, check: str, *, to: str | None = None, floor: int = -1
) -> CheckRecord | None:
    """The newest passed check after `floor` that has not fallen, shown to somebody if asked."""
    start = max(floor, look.state.fallen.get((on, check), -1))
    for record in look.state.checks.get((on, check)) or ():
        if record.mark.seq <= start:
            return None
        if record.passed and (to is None or to in record.shown_to):
            return record
    return None


def standing(look: Look, name: str, check: str, *, to: str | None = None) -> CheckRecord | None:
    """The check of a weapon that a tick may stand for now."""
    weapon = look.state.weapons.get(name)
    if weapon is None:
        return None
    found = newest(look, name, check, to=to, floor=_floor(look, weapon, check))
    if found is not None and check == "load-shown" and not found.whole:
        return None
    return found


def _floor(look: Look, weapon: Weapon, check: str) -> int:
    today = today_from(look.state, look.now)
    start = (today if today is not None else look.state.seq) - 1
    if check in _BORE:
        return max(start, _seq(weapon.dummies), _seq(weapon.fired))
    if check in _SHOWS:
        since = max(_seq(weapon.with_handler), _seq(weapon.loaded), _seq(weapon.misfire))
        # What was shown of a load is over once the load is out.
        return max(since, _seq(weapon.emptied)) if check == "load-shown" else since
    if check == "chamber-empty":
        return max(_seq(weapon.left_sight), _seq(weapon.loaded), _seq(weapon.misfire))
    return start


def _seq(mark: Mark | None) -> int:
    return -1 if mark is None else mark.seq


def all_standing(look: Look, names: Sequence[str], checks: Iterable[str]) -> list[CheckRecord]:
    """Every one of these checks on every weapon, oldest first; empty if one is lacking."""
    found: list[CheckRecord] = []
    for name in names:
        for check in checks:
            record = standing(look, name, check)
            if record is None:
                return []
            found.append(record)
    return sorted(found, key=lambda record: record.mark.seq)


def last_time(look: Look, records: Sequence[CheckRecord]) -> str:
    """When the last of them was made."""
    return day_and_clock(look, records[-1].mark) or "done" if records else ""


def seen_by(look: Look, records: Sequence[CheckRecord]) -> str:
    """Who saw these checks with their own eyes, and who was named and did not confirm."""
    if not records:
        return ""
    eyes = dict.fromkeys(name for record in records for name in _makers_first(record))
    named = dict.fromkeys(name for record in records for name in sorted(record.named))
    named |= dict.fromkeys(name for record in records for name in named_later(look, record))
    only = [name for name in named if name not in eyes]
    told = ", ".join(person(look, name) for name in eyes) or _typed(look, records)
    if only:
        told += f"; {', '.join(person(look, name) for name in only)} did not confirm"
    return told


def _makers_first(record: CheckRecord) -> list[str]:
    return sorted(record.eyes, key=lambda name: (name != record.by, name))


def _typed(look: Look, records: Sequence[CheckRecord]) -> str:
    makers = dict.fromkeys(record.by for record in records)
    return ", ".join(f"{person(look, name)}, named" for name in makers)


def named_later(look: Look, record: CheckRecord) -> list[str]:
    """Who was named as having seen it afterwards, on a screen that proves nothing."""
    return [
        str(told.said.speaker)
        for told in look.memory.about(record.mark.said)
        if isinstance(told.said, Confirmed)
        and told.said.of == record.mark.said
        and told.said.attested not in words.INDEPENDENT
    ]
