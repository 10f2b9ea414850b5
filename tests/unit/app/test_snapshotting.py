"""Protects: a view is made of the nouns of the record and of nothing that could run.

How it goes on from there is told in `tests/stories/test_views.py`.
"""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from showclear.app import snapshotting
from showclear.app.snapshotting import chain_of, differences, maker, snapshot_of, spine_of
from showclear.app.spine import Spine
from showclear.core.nouns import Chain
from showclear.ledger.journal import Snapshot
from tests.stories.production import (
    Device,
    armorer_checks,
    crew_and_guns,
    people_arrive,
    production,
    props_hands_over,
    props_takes_out,
    saying,
    shelf,
)

ROOT = bytes(range(32))
AT = "2026-06-09T08:00:00Z"


@pytest.fixture(scope="module")
def spine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spine]:
    """What follows from a morning with a correction, a device and an incident."""
    made = production(tmp_path_factory.mktemp("views") / "western")
    made.take(*crew_and_guns(), Device(name="tablet").enrolled())
    made.take(
        props_takes_out("out", AT),
        armorer_checks("check", AT),
        props_hands_over("hand", AT),
        saying("better", "check.made", at=AT, by="armorer", checks="is-replica", on="rubber",
               passed=False, corrects="check"),
        saying("oops", "incident.reported", at=AT, by="dp", incident="fall", kind="near-miss"),
    )  # fmt: skip
    yield made.recorder.spine
    made.close()


def view_of(spine: Spine) -> Snapshot:
    view = snapshot_of(spine, root=ROOT)
    assert view is not None
    return view


def read(view: Snapshot | None, *, root: bytes = ROOT) -> Spine:
    return spine_of(view, shelf(), root_at=lambda size: root)


def is_empty(spine: Spine) -> bool:
    return spine.size == 0 and not spine.keyring.keys and not spine.adopted


def test_a_view_read_again_is_what_it_was_made_of(spine: Spine) -> None:
    kept = read(view_of(spine))

    assert [] == differences(spine, kept)
    assert spine.size == kept.size
    assert spine.keyring.server == kept.keyring.server
    assert len(spine.record.worlds) == len(kept.record.worlds) > 1


def test_it_names_the_entries_it_was_made_from_and_its_maker(spine: Spine) -> None:
    view = view_of(spine)

    assert (spine.size, ROOT, maker()) == (view.size, view.root, view.maker)


def test_another_root_is_another_log(spine: Spine) -> None:
    assert is_empty(read(view_of(spine), root=bytes(32)))


def test_another_program_makes_another_view(spine: Spine) -> None:
    assert is_empty(read(replace(view_of(spine), maker="another")))


def test_no_view_is_an_empty_spine() -> None:
    assert is_empty(read(None))


def test_a_change_in_any_code_that_makes_it_makes_another_maker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The keys that stand are part of a view, so the code that says which stand counts too."""
    asked: list[str] = []
    files = snapshotting.resources.files

    def asked_for(name: str) -> object:
        asked.append(name)
        return files(name)

    monkeypatch.setattr(snapshotting.resources, "files", asked_for)
    maker()

    assert {"showclear.core", "showclear.app", "showclear.ledger"} <= set(asked)


@pytest.mark.parametrize("cut", range(0, 40, 3))
def test_a_body_that_was_cut_or_bent_is_thrown_away(spine: Spine, cut: int) -> None:
    view = view_of(spine)
    raw = zlib.decompress(view.body)
    place = len(raw) * cut // 40

    for body in (
        view.body[: len(view.body) * cut // 40],
        zlib.compress(raw[:place]),
        zlib.compress(raw[:place] + b"\xff" + raw[place + 1 :]),
    ):
        kept = read(replace(view, body=body))
        assert is_empty(kept) or kept.size == view.size


class Calls:
    """Something that would run when it is read."""

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (Path("/tmp/never-here"),)


@pytest.mark.parametrize(
    "thing",
    [Calls(), print, Path("/"), datetime.fromtimestamp, object(), Spine, [1], (1, 2), None],
    ids=["call", "builtin", "path", "method", "object", "spine", "list", "tuple", "none"],
)
def test_a_view_of_anything_else_is_thrown_away(spine: Spine, thing: object) -> None:
    body = zlib.compress(pickle.dumps(thing))

    assert is_empty(read(replace(view_of(spine), body=body)))


def test_what_may_be_in_it_makes_nothing_but_values() -> None:
    """Whoever adds to the list is asked: does calling this with any arguments do anything?"""
    made_of = {module for module, _ in snapshotting._ALLOWED}

    assert made_of <= {
        "builtins",
        "datetime",
        "decimal",
        "showclear.app.snapshotting",
        "showclear.core.fields",
        "showclear.core.kinds",
        "showclear.core.nouns",
        "showclear.core.planning",
        "showclear.core.record",
        "showclear.core.state",
        "showclear.ledger.keyring",
    }
    assert {"frozenset"} == {name for module, name in snapshotting._ALLOWED if module == "builtins"}


def test_a_long_history_goes_in_and_out(spine: Spine) -> None:
    items = tuple(range(50_000))

    chain = chain_of(items)

    assert isinstance(chain, Chain)
    assert items == tuple(chain)
    assert chain_of(()) is None


def test_while_something_waits_for_what_may_come_there_is_no_view(tmp_path: Path) -> None:
    made = production(tmp_path / "western", every=1)
    made.take(*crew_and_guns())
    before = made.recorder.spine.size
    gone = saying("gone", "statement.withdrawn", at=AT, by="armorer", of="not-yet")

    made.take(gone)

    assert snapshot_of(made.recorder.spine, root=ROOT) is None
    made.restart()
    made.take(people_arrive("arrive", AT, "dp"))
    assert made.recorder.spine.size > before


def test_differences_are_named_by_their_table(spine: Spine) -> None:
    kept = read(view_of(spine))
    kept.record.as_said.state.weapons.clear()
    kept.title = "Another"
    kept.clock = datetime(2026, 1, 1, tzinfo=UTC)
    kept.adopted.clear()

    assert {"weapons", "title", "clock", "adopted"} <= set(differences(spine, kept))
