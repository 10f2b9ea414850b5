"""The same careful day told otherwise: what may differ without anybody having cut a corner.

* From plain data to plain data: a case is read again from it by the strict reader.
* Everything follows from the seed. A change that finds nothing to change leaves the day
  as it is and is not named.
* Nothing is left out. Where a change asks for more, such as looking into a spare, that
  is said too.

Source: docs/formats/case.md, "legitimate perturbations".
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from random import Random
from typing import Any, Final

from showclear.core import vocabulary, words

Raw = dict[str, Any]
Change = Callable[[Raw, Random], bool]
"""Changes a day in place; False where there was nothing to change."""

_EYES: Final = frozenset({"id", "at", "by", "said_by", "with", "witnesses", "shown_to", "note"})
_SECTIONS: Final = ("people", "weapons", "lots", "things", "activities")


@dataclass(frozen=True, slots=True)
class Perturbed:
    """A day told otherwise: what was changed, and its plain data."""

    how: tuple[str, ...]
    raw: Raw


def perturbed(raw: Mapping[str, Any], seed: int) -> Perturbed:
    """Tell a day otherwise: one change by turns, and now and then others with it."""
    chance = Random(seed)
    names = list(CHANGES)
    first = names[seed % len(names)]
    also = {name for name in names if chance.random() < 0.2}
    day = copy.deepcopy(dict(raw))
    # In the order of the table: names are changed last, when nobody is looked for by role.
    told = [name for name in names if name in {first, *also} and CHANGES[name](day, chance)]
    return Perturbed(tuple(told), day)


def statements_of(day: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The statements of a day as mappings that can be changed; an `ask` is opened."""
    listed = (item.get("ask", item) for item in day["statements"])
    return [item for item in listed if "at" in item]


def _what(said: Mapping[str, Any]) -> str:
    return str(said.get("what", "gate.asked"))


def named_in(value: Any) -> Iterator[str]:
    """Every text in a value, the keys of mappings too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from named_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from named_in(item)


def _subjects(day: Mapping[str, Any], said: Mapping[str, Any]) -> set[str]:
    """What a statement is about: every noun in it, but for who said, saw or was shown it."""
    nouns = {name for section in _SECTIONS for name in day.get(section) or {}}
    own = {key: value for key, value in said.items() if key not in _EYES}
    return nouns & set(named_in(own))


def with_role(day: Mapping[str, Any], role: str) -> str:
    """The first person of a role."""
    people: Mapping[str, Mapping[str, Any]] = day["people"]
    return next(name for name, person in people.items() if role in person["roles"])


# --- order -------------------------------------------------------------------------

_EITHER_FIRST: Final = frozenset(
    {
        "check.made",
        "search.made",
        "weapon.counted",
        "weapon.locked-up",
        "rounds.counted",
        "rounds.issued",
        "rounds.returned",
        "thing.handed-over",
    }
)
"""Where one is about other things than its neighbour, either may come first."""


def _trade_places(listed: list[Any], place: int) -> None:
    """Two neighbours change places, and each takes the other's time."""
    one, two = listed[place], listed[place + 1]
    one["at"], two["at"] = two["at"], one["at"]
    listed[place], listed[place + 1] = two, one


def _independent(day: Raw, one: Mapping[str, Any], two: Mapping[str, Any]) -> bool:
    if "at" not in one or "at" not in two or not {_what(one), _what(two)} <= _EITHER_FIRST:
        return False
    checks = [set(_listed(said.get("checks"))) for said in (one, two)]
    # Looking at another side of the same thing waits for nothing either.
    if all(checks):
        return not checks[0] & checks[1] or not _subjects(day, one) & _subjects(day, two)
    return not _subjects(day, one) & _subjects(day, two)


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value] if isinstance(value, str) else []


def swap_checks(day: Raw, chance: Random) -> bool:
    """Some neighbouring checks, counts and searches are made the other way round."""
    listed = day["statements"]
    pairs = [
        place
        for place in range(len(listed) - 1)
        if _independent(day, listed[place], listed[place + 1])
    ]
    chosen = chance.sample(pairs, min(len(pairs), chance.randint(1, 6)))
    for place in sorted(chosen):
        # An earlier trade may have brought another neighbour.
        if _independent(day, listed[place], listed[place + 1]):
            _trade_places(listed, place)
    return bool(chosen)


def same_minute(day: Raw, chance: Random) -> bool:
    """What was said in one minute, about different things, comes in another order."""
    listed = day["statements"]
    pairs = [
        place
        for place in range(len(listed) - 1)
        if listed[place].get("at", "") == listed[place + 1].get("at")
        and not _subjects(day, listed[place]) & _subjects(day, listed[place + 1])
        and not {_what(listed[place]), _what(listed[place + 1])} & set(vocabulary.GATE_OF_TAG)
    ]
    chosen = [place for place in pairs if chance.random() < 0.7] or pairs[:1]
    for place in chosen:
        listed[place], listed[place + 1] = listed[place + 1], listed[place]
    return bool(chosen)


# --- a spare -----------------------------------------------------------------------


def _spares(day: Raw, name: str) -> list[str]:
    """Registered weapons of the same kind and calibre."""
    weapons = day["weapons"]
    return [other for other in weapons if other != name and weapons[other] == weapons[name]]


def another_weapon(day: Raw, chance: Random) -> bool:
    """Two weapons of one kind and calibre trade their parts in the whole day."""
    able = [name for name in day["weapons"] if _spares(day, name)]
    if not able:
        return False
    one = chance.choice(able)
    other = chance.choice(_spares(day, one))
    day.update(renamed(day, {one: other, other: one}))
    return True


def spare_between_takes(day: Raw, chance: Random) -> bool:
    """Before a later take a spare replaces a weapon: the plan says so, and it is looked into.

    From that load on it has the other's part, until that is over (`_part_ends`). What is in
    somebody's hands at that time is taken back first, and the spare shown and handed over.
    """
    listed = day["statements"]
    takes = [
        (start, activity, gone, end, free)
        for start, activity, weapons in _later_loads(day)
        for gone in weapons
        if (end := _part_ends(listed, start, activity, gone))
        and (free := sorted(set(_spares(day, gone)) - set(named_in(listed[start:end]))))
    ]
    if not takes:
        return False
    start, activity, gone, end, free = chance.choice(takes)
    spare = chance.choice(free)
    swap = list(_swapped_in(day, start, activity=activity, gone=gone, spare=spare))
    listed[start:end] = [renamed(item, {gone: spare}) for item in listed[start:end]]
    listed[start:start] = swap
    return True


def _part_ends(listed: list[Any], start: int, activity: str, gone: str) -> int | None:
    """Where a weapon's part in an activity is over: counted, put away or loaded for another.

    None if it is loaded for the same one again after that.
    """

    def loads(said: Mapping[str, Any]) -> bool:
        return _what(said) == "weapon.loaded" and gone in set(named_in(said))

    end = next(
        place
        for place, said in enumerate(listed)
        if place > start
        and (
            _what(said) in ("rounds.counted", "weapon.counted", "weapon.locked-up")
            or (loads(said) and said["for"] != activity)
        )
    )
    again = any(loads(said) and said["for"] == activity for said in listed[end:])
    return None if again else end


def _swapped_in(day: Raw, start: int, *, activity: str, gone: str, spare: str) -> Iterator[Raw]:
    """What is said where a spare comes in before a load."""
    load, before = day["statements"][start], day["statements"][:start]
    said = {key: load[key] for key in ("at", "entered_at") if key in load}
    yield {
        "at": load["at"],
        "id": "p-spare",
        "by": with_role(day, "first-ad"),
        "what": "activity.changed",
        "activity": activity,
        "replaces": {spare: gone},
    }
    holder = _last_with(before, gone)
    handlers = [name for name, person in day["people"].items() if _handles(person)]
    in_hands = holder not in handlers
    said["by"] = load["by"]
    if in_hands:
        back = {"id": "p-gone-back", "what": "weapon.handed-back", "weapon": gone}
        yield {**said, **back, "from": holder, "to": load["by"]}
    yield {
        **said,
        "id": "p-spare-seen",
        "what": "check.made",
        "checks": ["shown-clear" if in_hands else "chamber-empty", "barrel-clear"],
        "on": spare,
        "passed": True,
        "with": next(name for name in handlers if name != load["by"]),
        **({"shown_to": holder} if in_hands else {}),
    }
    if in_hands:
        giver = _last_with(before, spare)
        hand = {"id": "p-spare-hand", "by": giver, "what": "weapon.handed-over", "weapon": spare}
        yield {**said, **hand, "from": giver, "to": holder, "for": activity}
        # Loaded where it is, down the line, like the others there.
        opened = {"id": "p-spare-opened", "what": "check.made", "checks": "chamber-empty"}
        yield {**said, **opened, "on": spare, "passed": True}


def _handles(person: Mapping[str, Any]) -> bool:
    return not words.HANDLER_ROLES.isdisjoint(person["roles"])


def _last_with(before: list[Any], weapon: str) -> str:
    """Who was the last to get a weapon."""
    who = ""
    for said in before:
        if weapon not in set(named_in(said)):
            continue
        if _what(said) == "weapon.taken-out":
            who = said["by"]
        elif _what(said) == "weapon.handed-back":
            who = said["to"]
        elif _what(said) == "weapon.handed-over":
            issued = [one["to"] for one in said.get("issues", ()) if one["weapon"] == weapon]
            who = issued[0] if issued else _listed(said["to"])[0]
    return who


def _later_loads(day: Raw) -> Iterator[tuple[int, str, list[str]]]:
    """Every load of blanks for an activity that had a take, with the weapons in it."""
    rolled: set[str] = set()
    for place, said in enumerate(day["statements"]):
        if _what(said) == "activity.rolled":
            rolled.add(said["activity"])
        blank = day["lots"].get(said.get("lot"), {}).get("kind") == "blank"
        if _what(said) == "weapon.loaded" and blank and said["for"] in rolled:
            yield place, said["for"], _listed(said.get("weapons") or said.get("weapon"))


# --- a late arrival ----------------------------------------------------------------


def late_arrival(day: Raw, chance: Random) -> bool:
    """One more person misses the meeting, and is briefed before anything needs them."""
    listed = day["statements"]
    meeting = next(place for place, said in enumerate(listed) if _what(said) == "meeting.held")
    able = {name: _first_needed(day, name, meeting) for name in listed[meeting]["present"]}
    whole = {name for name, person in day["people"].items() if person.get("many")}
    leads = {listed[meeting]["by"], *_listed(listed[meeting].get("with")), *whole}
    chosen = sorted(name for name, place in able.items() if place and name not in leads)
    if not chosen:
        return False
    late = chance.choice(chosen)
    needed = able[late] or meeting
    for said in listed[: meeting + 1]:
        for field in ("people", "present"):
            if isinstance(said.get(field), list) and late in said[field]:
                said[field] = [name for name in said[field] if name != late]
    place = chance.randint(meeting + 1, needed)
    common = {"at": listed[place - 1]["at"], "by": listed[meeting]["by"]}
    listed[place:place] = [
        {**common, "id": "p-late", "what": "people.arrived", "people": [late]},
        {
            **common,
            "id": "p-briefed",
            "what": "meeting.joined",
            "of": listed[meeting]["meeting"],
            "people": [late],
            "with": listed[meeting]["with"],
        },
    ]
    return True


def _first_needed(day: Raw, name: str, after: int) -> int | None:
    """The first statement after the meeting that they are in, or an act of theirs."""
    activities = {key for key, plan in day["activities"].items() if name in set(named_in(plan))}
    for place, said in enumerate(day["statements"]):
        if place > after and "at" in said and {name, *activities} & set(named_in(said)):
            # What the meeting prepared for all is not about them yet.
            if _what(said) == "check.made" and name not in set(named_in(said)):
                continue
            return place
    return None


# --- times -------------------------------------------------------------------------

_CLOCK_CHANGES: Final = (
    (datetime(2026, 11, 1, 7, 0, tzinfo=UTC), -5, -6),
    (datetime(2026, 3, 8, 8, 0, tzinfo=UTC), -6, -5),
)
"""When clocks in Manitoba change by an hour, and what they differ from UTC before and after."""


def _timed(day: Raw, move: Callable[[datetime], str]) -> None:
    for said in statements_of(day):
        if len(said.get("until", "")) == len("2026-06-12"):
            # A permit of that week is one of the week it is moved to.
            last = datetime.fromisoformat(f"{said['until']}T12:00+00:00")
            said["until"] = move(last)[:10]
        for key in {"at", "entered_at"} & set(said):
            said[key] = move(datetime.fromisoformat(said[key]))
    listed = statements_of(day)
    opened = next(said["at"][:10] for said in listed if _what(said) == "day.opened")
    for said in listed:
        if _what(said) in ("day.opened", "day.closed"):
            # Both name the day it began on, whatever the calendar says when it ends.
            said["date"] = opened


def at_night(day: Raw, chance: Random) -> bool:
    """The whole day some hours later, so that midnight falls into it."""
    hours = chance.choice((8, 9, 10, 11, 12, 13, 14, 16))
    _timed(day, lambda at: (at + timedelta(hours=hours)).isoformat())
    return True


def clocks_change(day: Raw, chance: Random) -> bool:
    """A night on which the clocks change while people work."""
    moment, before, after = chance.choice(_CLOCK_CHANGES)
    times = [datetime.fromisoformat(said["at"]) for said in statements_of(day)]
    shift = moment - chance.choice(times[1:])

    def move(at: datetime) -> str:
        then = at + shift
        zone = timezone(timedelta(hours=before if then < moment else after))
        return then.astimezone(zone).isoformat()

    _timed(day, move)
    return True


def delays(day: Raw, chance: Random) -> bool:
    """Everything after some moments comes later; nothing overtakes anything."""
    listed = statements_of(day)
    starts = {chance.randrange(1, len(listed)): chance.randint(1, 6) for _ in range(3)}
    delay = timedelta(0)
    late = [said for said in listed if "entered_at" in said]
    for place, said in enumerate(listed):
        delay += timedelta(minutes=starts.get(place, 0))
        at = datetime.fromisoformat(said["at"])
        # What was written down meanwhile is typed in by the same clock as the rest.
        for one in [one for one in late if datetime.fromisoformat(one["entered_at"]) <= at]:
            late.remove(one)
            one["entered_at"] = (datetime.fromisoformat(one["entered_at"]) + delay).isoformat()
        said["at"] = (at + delay).isoformat()
    return True


# --- names -------------------------------------------------------------------------

_KEYED_BY_ID: Final = frozenset({*_SECTIONS, "replaces"})
_NOT_IDS: Final = frozenset(
    {"roles", "kind", "hazards", "what", "checks", "check", "gate", "state", "phase", "id", "duty"}
    | {"title", "note", "because", "looking_for", "calibre", "load", "where"}
)


def renamed(value: Any, names: Mapping[str, str], key: str = "") -> Any:
    """A copy in which every id of `names` is another; words that only look like it stay."""
    if isinstance(value, str):
        return value if key in _NOT_IDS else names.get(value, value)
    if isinstance(value, list):
        return [renamed(item, names, key) for item in value]
    if isinstance(value, dict):
        rename = key in _KEYED_BY_ID
        return {
            names.get(k, k) if rename else k: renamed(item, names, "" if rename else k)
            for k, item in value.items()
        }
    return value


def other_names(day: Raw, chance: Random) -> bool:
    """Other people with other weapons: every id is another, and so is their order."""
    names: dict[str, str] = {}
    for section in ("people", "weapons", "lots", "things"):
        listed = list(day.get(section) or {})
        numbers = chance.sample(range(100, 1000), len(listed))
        names |= {old: f"{section[0]}{number}" for old, number in zip(listed, numbers, strict=True)}
    day.update(renamed(day, names))
    for section in ("people", "weapons"):
        entries = list(day[section].items())
        chance.shuffle(entries)
        day[section] = dict(entries)
    return True


CHANGES: Final[Mapping[str, Change]] = {
    "checks the other way round": swap_checks,
    "another order in one minute": same_minute,
    "another late arrival": late_arrival,
    "a spare between takes": spare_between_takes,
    "another weapon all day": another_weapon,
    "a night across midnight": at_night,
    "a night on which clocks change": clocks_change,
    "delays": delays,
    "other people and ids": other_names,
}
"""Every change, in the order in which several are made."""
