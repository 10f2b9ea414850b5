"""What are weapons on the cart to become: for which activity, in whose hands, with what in them?

* It follows from the plan alone. Where the plan does not say, nothing is guessed: two boxes of
  one kind and no word of which is no load.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from showclear.app.views.cart_activity import Job
from showclear.app.views.look import Look


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Weapons on the cart and what they are to become.

    Attributes:
        key: Where their sheet stands; put before the keys of its acts.
        names: The weapons, in the order of the plan.
        job: For which activity.
        to: By weapon, its first planned performer.
        loads: By weapon, the lot and count that still have to go in.
    """

    key: str
    names: tuple[str, ...]
    job: Job
    to: Mapping[str, str]
    loads: Mapping[str, tuple[str, int]]

    @property
    def several(self) -> bool:
        return len(self.names) > 1


def hand_of(look: Look, job: Job, names: Sequence[str], *, key: str) -> Hand:
    """Work out what these weapons are to become."""
    to = {name: who[0] for name in names if (who := job.performers(name))}
    loads = {name: load for name in names if (load := _to_load(look, job, name)) is not None}
    return Hand(key=key, names=tuple(names), job=job, to=to, loads=loads)


def _to_load(look: Look, job: Job, name: str) -> tuple[str, int] | None:
    """What the plan says is still to go in; None where that is nothing, or it does not say."""
    plan = job.planned.get(name)
    weapon = look.state.weapons.get(name)
    if plan is None or weapon is None or plan.load in (None, "none"):
        return None
    lot = plan.lot or _only_lot(look, str(plan.load))
    if lot is None or plan.count is None or plan.count <= weapon.rounds:
        return None
    return str(lot), plan.count - weapon.rounds


def _only_lot(look: Look, kind: str) -> str | None:
    """The lot of a kind, if there is only one on the set."""
    found = [lot.id for lot in look.state.lots.values() if lot.kind == kind and lot.present]
    return found[0] if len(found) == 1 else None
