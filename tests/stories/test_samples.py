"""Protects: nobody mints independent eyes with an editor, and a sample stays one for ever."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stories.production import (
    Device,
    Plain,
    Production,
    answer,
    armorer_checks,
    crew_and_guns,
    missing,
    people_arrive,
    production,
    props_takes_out,
    saying,
)

AT = "2026-06-09T08:00:00Z"


def opened(*, sample: bool) -> Plain:
    own = {"title": "Another", "jurisdiction": "US-NM", "sample": sample}
    return saying("opened-again", "production.opened", at=AT, by="first-ad", **own)


def test_from_a_file_everything_in_a_real_production_is_paper_or_proxy(tmp_path: Path) -> None:
    made = production(tmp_path / "real")
    words = ("own-device", "badge", "shared-tablet", "server", "unsigned", "paper", "nonsense")
    said = [people_arrive(f"as-{word}", AT, "dp") | {"attested": word} for word in words]
    made.file(*said, people_arrive("by-proxy", AT, "dp") | {"attested": "proxy"})

    assert {"paper"} == {made.said[f"as-{word}"].attested for word in words}
    assert "proxy" == made.said["by-proxy"].attested
    assert "paper" == made.payloads["as-badge"]["attested"]


@pytest.mark.parametrize(
    "given",
    [
        {"with": "props"},
        {"with": ["props"]},
        {"with": None, "witnesses": [{"person": "props", "how": "own-device"}]},
        {"with": None, "witnesses": {"person": "props", "how": "badge"}},
        {"with": None, "witnesses": [{"person": "props"}]},
    ],
)
def test_also_whoever_is_said_to_have_seen_it(tmp_path: Path, given: Plain) -> None:
    made = production(tmp_path / "real")
    said = {
        key: one for key, one in (armorer_checks("check", AT) | given).items() if one is not None
    }

    made.file(said)

    read = made.said["check"]
    assert [("props", "paper")] == [(one.person, one.how) for one in read.witnesses]


def test_in_a_sample_it_counts_as_written(tmp_path: Path) -> None:
    made = production(tmp_path / "sample", sample=True)
    words = ("own-device", "badge", "shared-tablet", "proxy", "paper", "unsigned")
    made.file(*(people_arrive(word, AT, "dp") | {"attested": word} for word in words))
    without = {key: one for key, one in people_arrive("x", AT, "dp").items() if key != "attested"}
    made.file(without, armorer_checks("check", AT))

    assert {word: word for word in words} == {word: made.said[word].attested for word in words}
    assert "badge" == made.said["x"].attested
    assert ["badge"] == [one.how for one in made.said["check"].witnesses]


@pytest.mark.parametrize(("sample", "heard"), [(True, set()), (False, {"same-eyes"})])
def test_an_independent_check_from_a_file_clears_a_gate_only_in_a_sample(
    tmp_path: Path, sample: bool, heard: set[str]
) -> None:
    """Dummies are looked at one by one by two people before they go into a revolver."""
    made = production(tmp_path / "western", sample=sample)
    plan = crew_and_guns()[-1] | {
        "id": "plan/closeup",
        "activity": "closeup",
        "hazards": ["firearm-display", "dummy-load"],
        "weapons": {
            "revolver": {"performer": "outlaw", "load": "dummy", "lot": "dummies", "count": 6}
        },
    }
    search = {"where": "the cart", "looking_for": "live-rounds", "how": "searched"}
    made.file(*crew_and_guns(), plan)
    box = {"lot": "dummies", "kind": "dummy", "count": 6, "from": "a supplier"}
    looked = armorer_checks("each", AT, check="dummies-each-verified", on="dummies")
    loaded = {"weapon": "revolver", "lot": "dummies", "count": 6, "for_": "closeup"}

    answers = made.file(
        saying("search", "search.made", at=AT, by="armorer", found="nothing", **search),
        saying("box", "rounds.received", at=AT, by="armorer", **box),
        saying("box-open", "rounds.opened", at=AT, by="armorer", lots="dummies"),
        props_takes_out("out", AT, weapon="revolver") | {"by": "armorer"},
        armorer_checks("empty", AT, check="chamber-empty", on="revolver"),
        looked | {"count": 6, "of": 6},
        saying("load", "weapon.loaded", at=AT, by="armorer", **loaded),
    )

    assert heard == missing(answers[-1])
    assert ("hold" if heard else "clear") == answer(answers[-1])


def test_a_sample_cannot_be_unsaid(tmp_path: Path) -> None:
    made = production(tmp_path / "sample", sample=True)

    made.file(opened(sample=False))
    made.restart()

    assert made.sample


def test_a_file_makes_no_sample_of_a_real_production(tmp_path: Path) -> None:
    made = production(tmp_path / "real")

    made.file(opened(sample=True))

    assert not made.sample
    made.restart()
    assert not made.sample
    made.file(people_arrive("arrive", AT, "dp") | {"attested": "own-device"})
    assert "paper" == made.said["arrive"].attested


def test_nor_does_a_device(tmp_path: Path) -> None:
    made = production(tmp_path / "real")
    tablet = Device(name="tablet")
    made.take(tablet.enrolled())

    made.sign(tablet, opened(sample=True))

    assert not made.sample


def test_a_sample_may_be_told_ahead_of_the_clock(tmp_path: Path) -> None:
    """Its days never happened: no clock says when."""
    made = production(tmp_path / "sample", sample=True)

    made.file(people_arrive("arrive", "2031-01-01T08:00:00Z", "dp"))

    assert 2031 == made.said["arrive"].at.year


def test_the_title_stands_sealed(tmp_path: Path) -> None:
    made = production(tmp_path / "real")

    first = made.payloads["founding/production"]
    assert {"sealed"} == first["title"].keys()
    assert "A western" == made.recorder.spine.title


def test_the_same_is_true_of_a_production_read_again(tmp_path: Path) -> None:
    made: Production = production(tmp_path / "sample", sample=True)
    made.restart()

    assert made.sample
    assert "A western" == made.recorder.spine.title
