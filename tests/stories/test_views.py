"""Protects: a view makes a start quick and changes nothing of what follows from the log."""

from __future__ import annotations

import shutil
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from showclear.adapters.production_folder import with_keys
from showclear.app.reading_log import read_into
from showclear.app.snapshotting import differences, snapshot_of, spine_of
from showclear.app.spine import Spine, TooShortError
from showclear.ledger.journal import Snapshot
from showclear.ledger.recover import tree_of
from tests.stories.production import (
    FEW,
    Production,
    ad_asks,
    answer,
    answered,
    armorer_checks,
    crew_and_guns,
    people_arrive,
    production,
    props_hands_over,
    props_takes_out,
    saying,
    shelf,
    told,
)
from tests.strategies import often


@pytest.fixture(scope="module")
def recorded() -> Iterator[Callable[[Path], Production]]:
    """Every case, said once into a sample in groups of seven, and closed."""
    folder = Path(mkdtemp())

    @cache
    def made(path: Path) -> Production:
        sample = production(folder / f"{path.parent.name}-{path.stem}", sample=True, packs=())
        sample.tell(told(path), at_once=7)
        sample.close()
        return sample

    yield made
    shutil.rmtree(folder)


def read_up_to(made: Production, size: int, spine: Spine) -> Spine:
    """Go on reading from where a spine stands, up to so many entries."""
    journal = with_keys(made.path).journal()
    try:
        return read_into(journal, spine, size=size, shown=None)
    finally:
        journal.close()


def root_of(made: Production, size: int) -> bytes:
    journal = with_keys(made.path).journal()
    try:
        return tree_of(journal, size).root()
    finally:
        journal.close()


def is_said_late(made: Production, cut: int, since: datetime | None) -> bool:
    """Whether something of the rest of the log is dated before what a view still has."""
    times = (one.payload.get("at") for one in made.log if one.index >= cut)
    return since is not None and any(datetime.fromisoformat(at) < since for at in times if at)


@often(12)
@given(st.sampled_from(FEW), st.data())
def test_a_start_from_a_view_is_a_start_from_nothing(
    recorded: Callable[[Path], Production], path: Path, data: st.DataObject
) -> None:
    made = recorded(path)
    log = made.log
    cut = data.draw(
        st.sampled_from([one.index + 1 for one in log if one.payload["what"] == "received"])
    )

    view = snapshot_of(read_up_to(made, cut, Spine(shelf())), root=root_of(made, cut))
    if view is None:
        # Something waits for what may still come: then there is none.
        return
    kept = spine_of(view, shelf(), root_at=lambda size: root_of(made, size))
    assert cut == kept.size

    whole, since = read_up_to(made, len(log), Spine(shelf())), kept.record.since
    try:
        found = read_up_to(made, len(log), kept)
    except TooShortError:
        # It says that it does not have enough, and a start reads the whole log.
        assert is_said_late(made, cut, since)
        return
    assert [] == differences(whole, found)


# --- what is no view of this log -----------------------------------------------------------


@pytest.fixture
def set_(tmp_path: Path) -> Production:
    """A set with a view of its morning."""
    made = production(tmp_path / "western", every=1)
    made.take(*crew_and_guns())
    made.take(props_takes_out("out", made.clock()), armorer_checks("check", made.clock()))
    return made


def view_of(made: Production) -> Snapshot:
    made.close()
    journal = with_keys(made.path).journal()
    try:
        view = journal.snapshot()
        assert view is not None
        return view
    finally:
        journal.close()


def put_view(made: Production, view: Snapshot) -> None:
    made.close()
    journal = with_keys(made.path).journal()
    journal.put_snapshot(view)
    journal.close()


CHANGED: dict[str, Callable[[Snapshot], Snapshot]] = {
    "of another root": lambda view: replace(view, root=bytes(32)),
    "of another program": lambda view: replace(view, maker="0" * 64),
    "of more than there is": lambda view: replace(view, size=view.size + 100),
    "of another size": lambda view: replace(view, size=view.size - 1),
    "of nothing": lambda view: replace(view, size=0, body=b""),
    "cut off": lambda view: replace(view, body=view.body[: len(view.body) // 2]),
    "no bytes": lambda view: replace(view, body=b""),
    "of something else": lambda view: replace(view, body=zlib.compress(b"\x80\x05]q\x00.")),
    "not a view": lambda view: replace(view, body=zlib.compress(b"hello")),
}


@pytest.mark.parametrize("how", CHANGED)
def test_a_view_that_is_none_of_this_log_is_thrown_away(set_: Production, how: str) -> None:
    put_view(set_, CHANGED[how](view_of(set_)))

    (handed,) = set_.take(props_hands_over("hand", set_.clock()))

    assert "clear" == answer(handed)
    assert set_.said.keys() >= {"out", "check"}


@pytest.mark.parametrize(
    "call",
    [
        b"cos\nsystem\n(S'touch {mark}'\ntR.",
        b'cbuiltins\nexec\n(S\'open("{mark}", "w").close()\'\ntR.',
        b'c__builtin__\neval\n(S\'open("{mark}", "w").close()\'\ntR.',
        b"csubprocess\nPopen\n((lS'touch'\naS'{mark}'\natR.",
        b"cshowclear.app.snapshotting\nzlib.compress\n(S'x'\ntR.",
        b"cpathlib\nPath.touch\n(cpathlib\nPath\n(S'{mark}'\ntRtR.",
    ],
)
def test_a_view_that_names_anything_else_runs_nothing(
    set_: Production, call: bytes, tmp_path: Path
) -> None:
    mark = tmp_path / "was-here"
    body = zlib.compress(call.replace(b"{mark}", str(mark).encode()))
    put_view(set_, replace(view_of(set_), body=body))

    (handed,) = set_.take(props_hands_over("hand", set_.clock()))

    assert "clear" == answer(handed)
    assert not mark.exists()


# --- what reaches back ---------------------------------------------------------------------


def both(tmp_path: Path) -> tuple[Production, Production]:
    """The same morning, to go on from a view and from nothing."""
    made = tuple(production(tmp_path / str(every), every=every) for every in (1, 0))
    for one in made:
        one.take(*crew_and_guns())
        one.take(props_takes_out("out", one.clock()), armorer_checks("check", one.clock()))
        one.later(10)
        one.take(props_hands_over("hand", one.clock()))
        one.later(10)
        one.restart()
    return made[0], made[1]


def test_a_late_statement_after_a_start_from_a_view_is_judged_as_without_one(
    tmp_path: Path,
) -> None:
    late = "2026-06-09T07:59:00Z"
    heard = []
    for one in both(tmp_path):
        failed = armorer_checks("failed", late) | {"passed": False, "found": "a real one"}
        answers = one.take(failed, ad_asks("ask-then", late), ad_asks("ask-now", one.clock()))
        heard.append([answer(said) for said in answers])

    assert heard[0] == heard[1]


def test_a_correction_after_a_start_from_a_view_is_judged_as_without_one(tmp_path: Path) -> None:
    heard = []
    for one in both(tmp_path):
        (before,) = one.take(ad_asks("ask-before", one.clock()))
        withdrawn = saying(
            "withdrawn", "statement.withdrawn", at=one.clock(), by="armorer", of="check"
        )
        _, after = one.take(withdrawn, ad_asks("ask-after", one.clock()))
        heard.append((answer(before), answer(after)))

    assert heard[0] == heard[1]
    assert ("clear", "hold") == heard[0]


def test_a_repeat_after_a_start_from_a_view_is_a_repeat(tmp_path: Path) -> None:
    viewed, _ = both(tmp_path)

    (again,) = viewed.take(props_takes_out("out", "2026-06-09T08:00:00+00:00"))
    assert again.repeat
    assert "clear" == answer(again)


def test_a_group_that_reaches_back_is_answered_whole(tmp_path: Path) -> None:
    viewed, plain = both(tmp_path)
    group = [
        people_arrive("arrive", viewed.clock(), "dp"),
        armorer_checks("late", "2026-06-09T07:00:00Z"),
        people_arrive("arrive", viewed.clock(), "dp"),
        people_arrive("no id", viewed.clock(), "dp"),
    ]

    one, other = viewed.take(*group), plain.take(*group)

    assert [answered(said)["index"] for said in one] == [answered(said)["index"] for said in other]
    assert 1 == len(viewed.asides)
