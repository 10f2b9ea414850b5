"""Protects: what a production is judged by stands on its own record."""

from __future__ import annotations

from pathlib import Path

import pytest

from showclear.cli.main import main
from tests.stories.production import (
    BASELINE,
    Plain,
    Production,
    answer,
    crew_and_guns,
    people_arrive,
    production,
    props_takes_out,
    shelf,
)


def adopting(name: str, what: str = "pack.adopted", **more: str) -> Plain:
    own = {"at_is": "order-only", "by": "server", "attested": "server", "pack": name}
    return {"id": f"{what}/{name}", "what": what, **own, **more}


@pytest.fixture
def bare(tmp_path: Path) -> Production:
    """A production that adopted nothing."""
    made = production(tmp_path / "western", packs=())
    made.take(*crew_and_guns())
    return made


def test_the_founding_names_each_pack_with_its_version_and_digest(tmp_path: Path) -> None:
    made = production(tmp_path / "western")

    first = made.payloads[f"founding/packs/{BASELINE}"]
    pack = shelf()[BASELINE]
    assert (pack.version, pack.sha256) == (first["version"], first["sha256"])


def test_a_verdict_names_the_packs_it_was_given_by(tmp_path: Path) -> None:
    made = production(tmp_path / "western")
    (out,) = made.take(props_takes_out("out", made.clock()))

    assert out.verdict is not None
    assert {BASELINE: shelf()[BASELINE].sha256} == out.verdict["packs"]


def test_without_a_pack_every_gate_holds(bare: Production) -> None:
    (out,) = bare.take(props_takes_out("out", bare.clock()))

    assert "hold" == answer(out)


def test_a_pack_counts_from_its_adoption_on_and_until_it_is_withdrawn(bare: Production) -> None:
    heard = []
    for name, said in (
        ("before", people_arrive("arrive", bare.clock(), "dp")),
        ("while", adopting(BASELINE)),
        ("after", adopting(BASELINE, "pack.withdrawn")),
    ):
        _, out = bare.take(said, props_takes_out(f"out-{name}", bare.clock()))
        heard.append(answer(out))
        bare.restart()

    assert ["hold", "clear", "hold"] == heard


def test_a_pack_that_is_not_installed_is_adopted_by_name_and_judges_nothing(
    tmp_path: Path,
) -> None:
    made = production(tmp_path / "western")

    (adopted,) = made.take(adopting("mars-labor", version="2026.1"))
    (out,) = made.take(props_takes_out("out", made.clock()))

    assert adopted.index is not None
    assert ("mars-labor",) == made.recorder.spine.not_installed
    assert out.verdict is not None
    assert [BASELINE] == list(out.verdict["packs"])
    made.restart()
    assert ("mars-labor",) == made.recorder.spine.not_installed


def test_saying_a_case_with_such_a_pack_warns_and_records_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = production(tmp_path / "western")
    made.close()
    case = tmp_path / "case.yaml"
    case.write_text(
        "format: showclear-case/1\nid: small\nkind: compliant-day\ntitle: Small\nwhere: US-NM\n"
        "packs: [mars-labor]\npeople: {ad: {roles: [first-ad]}}\nstatements:\n"
        "  - {id: a, at: 2026-06-09T07:00Z, by: ad, what: people.arrived, people: [ad]}\n",
        encoding="utf-8",
    )

    assert 0 == main(["say", str(made.path), str(case)])

    assert "mars-labor" in capsys.readouterr().err
    assert "mars-labor" == made.payloads["small/packs/mars-labor"]["pack"]
    assert "sha256" not in made.payloads["small/packs/mars-labor"]
