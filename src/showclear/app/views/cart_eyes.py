"""Where do the rules want a second pair of eyes, and whose could they be?

1. A tap on the shared tablet names a person: that is written, and is no pair of eyes.
2. Their own badge or phone confirms: the very same statement, by their own hand.
3. Whoever made the check is not offered, and nobody is counted twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from showclear.app.views import cart_acts as write
from showclear.app.views.acts import act
from showclear.app.views.answers import handlers
from showclear.app.views.cart_stands import named_later, newest
from showclear.app.views.cart_words import CHECKS, weapons_text
from showclear.app.views.look import Look
from showclear.app.views.wording import person
from showclear.core.nouns import CheckRecord
from showclear.core.steps import who_runs

Plain = dict[str, Any]


def eyes_wanted(look: Look, reasons: Iterable[Plain], *, key: str) -> list[Plain]:
    """A block for each check that rules want seen by somebody else as well."""
    wanted: dict[str, dict[str, CheckRecord]] = {}
    for reason in reasons:
        check = _check_of(reason)
        record = None if check is None else newest(look, str(reason["on"]), check)
        if check is not None and record is not None:
            wanted.setdefault(check, {})[str(reason["on"])] = record
    return [_block(look, check, found, key=key) for check, found in wanted.items()]


def eyes_on(look: Look, check: str, names: Iterable[str], *, key: str) -> list[Plain]:
    """A block for a check that was made by one pair of eyes; nothing where two saw it."""
    made = {name: newest(look, name, check) for name in names}
    alone = {name: one for name, one in made.items() if one is not None and len(one.eyes) < 2}
    return [_block(look, check, alone, key=key)] if alone else []


def _check_of(reason: Plain) -> str | None:
    if "same-eyes" not in reason["missing"]:
        return None
    step = reason["next"].get("act")
    said = step["write"][0] if step else {}
    checks = said.get("checks") or ()
    return str(checks[0]) if checks else None


def _block(look: Look, check: str, found: dict[str, CheckRecord], *, key: str) -> Plain:
    of = list(dict.fromkeys(record.mark.said for record in found.values()))
    named = {name for record in found.values() for name in named_later(look, record)}
    named |= {name for record in found.values() for name in record.named}
    makers = {record.by for record in found.values()}
    what = CHECKS.get(check, check.replace("-", " "))
    on = weapons_text(list(found))
    acts = [
        act(
            f"{key}/eyes/{check}/{one}",
            person(look, one),
            write.confirmed(of, one),
            title=f"{person(look, one)} saw it too: {on}, {what}",
            note="named, did not confirm" if one in named else "",
        )
        for one in candidates(look)
        if one not in makers
    ]
    return {
        "key": f"eyes-{check}",
        "kind": "eyes",
        "head": f"Second eyes on {on}: {what}",
        "note": "Their badge or own phone confirms. A tap here only names them.",
        "acts": acts[:4],
        "own": write.confirmed(of, "$person"),
        "open": True,
        "asks": True,
        "answers": ["same-eyes"],
    }


def candidates(look: Look) -> list[str]:
    """Who could look as well: other handlers on set, and whoever runs it."""
    runs = who_runs(look.state)
    found = [*handlers(look), *([runs] if runs is not None else [])]
    return list(dict.fromkeys(found))
