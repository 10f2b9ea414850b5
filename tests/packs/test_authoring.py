"""What whoever writes a pack is given: a beginning, warnings, a comparison, a page, a schema.

An adviser is no programmer. What the tools say of a pack has to be so: a warning that is
wrong costs a rule, a page that leaves out a condition costs more.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from showclear.adapters.packs import installed, read_pack
from showclear.adapters.yaml_file import PACK_LIMITS, read_yaml
from showclear.app.pack_checking import warnings
from showclear.app.pack_pages import HTML, MARKDOWN, page_of
from showclear.app.pack_schema import FILE, schema
from showclear.rules.aloud import aloud
from tests.unit.cli.program import ROOT, showclear

jsonschema_rs = pytest.importorskip("jsonschema_rs")
PACKS = ROOT / "src" / "showclear" / "packs"
SHELF = {name: one.pack for name, one in installed().packs.items()}
HEAD = """\
pack: ours
title: {en: Ours, es: Lo nuestro}
version: "1"
vocabulary: 0
jurisdiction: any
force: studio
"""
REST = (
    "    cite: {instrument: Handbook, provision: '1'}\n"
    "    missing: unattended\n    say: {en: a, es: a}\n    next: {en: b, es: b}\n"
)


def written(folder: Path, *rules: str, head: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "pack.yaml"
    path.write_text(
        HEAD
        + head
        + "rules:\n"
        + "".join(
            f"  - id: rule-{place}\n" + "".join(f"    {line}\n" for line in text.split("; ")) + REST
            for place, text in enumerate(rules, start=1)
        ),
        encoding="utf-8",
    )
    return path


def warned(folder: Path, *rules: str, head: str = "") -> list[str]:
    return [str(one) for one in warnings(read_pack(written(folder, *rules, head=head)))]


# --- new ---------------------------------------------------------------------------


def test_a_new_pack_passes_check_and_test_as_it_is(tmp_path: Path) -> None:
    made = showclear("packs", "new", tmp_path / "our-rules")
    file = tmp_path / "our-rules" / "pack.yaml"

    checked = showclear("packs", "check", file)
    tried = showclear("packs", "test", file)

    assert (0, "") == (made.code, made.err)
    assert (0, "") == (checked.code, checked.err)
    assert "our-rules 1: 1 rules, findings: 0, warnings: 0" in checked.out
    assert "3 cases, 3 as they should be." in tried.out


def test_what_stands_there_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "pack.yaml").write_text("what I wrote")

    ran = showclear("packs", "new", tmp_path / "mine")

    assert 2 == ran.code
    assert "what I wrote" == (tmp_path / "mine" / "pack.yaml").read_text()
    assert ["pack.yaml"] == [path.name for path in (tmp_path / "mine").iterdir()]


@pytest.mark.parametrize("name", ["us-ca-labor", "Our Rules", "a--b"])
def test_a_name_that_is_taken_or_is_none_is_refused(name: str, tmp_path: Path) -> None:
    ran = showclear("packs", "new", tmp_path / name)

    assert 2 == ran.code
    assert [] == list(tmp_path.iterdir())


# --- check -------------------------------------------------------------------------

NO = "before: roll; no: weapon in all weapons; where: {kind: firearm}"
EVERY = "before: roll; every: weapon in the weapons; where: {kind: firearm}"
ACT = "before: roll; every: activity in the activity"


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (f"{EVERY}; needs: {{kind: replica}}", "can never clear: `kind: firearm` and `kind: rep"),
        (f"{EVERY}; needs: {{kind: any of firearm, bow}}", "only where something is not known"),
        (f"{EVERY}; needs: {{kind: unknown}}", "can never clear: what is not known is never a"),
        (
            "before: roll; when: {phase: shoot}; every: activity in the activity;"
            " needs: {phase: rehearsal}",
            "can never clear: `phase: shoot` and `phase: rehearsal` exclude each other",
        ),
        (
            f"{ACT}; needs: {{a check: {{check: distance-measured, on: this activity,"
            " measured: {distance_ft: [at least 20, at most 10]}}}",
            "can never clear: distance_ft at least 20 and at most 10 at once",
        ),
        (
            f"{ACT}; needs: {{a check: {{check: dry-run, on: this activity,"
            " at: [within 10 minutes, at least 30 minutes before]}}",
            "can never clear: `dry-run` within 10 minutes and at least 30 minutes before",
        ),
        (
            "before: roll; at least: 3 different department in each of [armorer, first-ad]",
            "can never clear: each of armorer, first-ad has at most 2, and 3 are asked for",
        ),
        (
            "before: roll; at most: 2 different department in each of [armorer, first-ad]",
            "can never hold: each of armorer, first-ad has at most 2, and 2 are allowed",
        ),
        (
            "before: roll; at most: as many medic in people on set as medic in people on set",
            "the same people are counted on both sides",
        ),
        (
            f"{NO}; in_force: {{until: 2020-01-01}}",
            "can never hold: it ends before the pack comes into force, on 2025-01-01",
        ),
        (
            "before: roll; when: {phase: any of prep, rehearsal, test, shoot, wrap};"
            " no: weapon in all weapons; where: {kind: firearm}",
            "leaves nothing out",
        ),
    ],
)
def test_a_rule_that_can_never_hold_or_clear_is_warned_of(
    rule: str, said: str, tmp_path: Path
) -> None:
    found = warned(tmp_path, rule, head="in_force: {from: 2025-01-01}\n")

    assert any(said in text for text in found), found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (NO, NO.replace("before: roll", "before: roll, load")),
        (NO.replace("firearm", "any of firearm, bow"), NO + "; when: {phase: shoot}"),
        (f"{EVERY}; needs: {{load: none}}", f"{EVERY}; needs: {{load: any of none, dummy}}"),
    ],
)
def test_a_rule_that_another_covers_is_warned_of_and_not_the_other(
    one: str, other: str, tmp_path: Path
) -> None:
    wide, narrow = (1, 2) if "load" not in other.partition(";")[0] else (2, 1)

    found = warned(tmp_path, one, other)

    assert [f"rule-{narrow}: whatever holds it holds 'rule-{wide}' as well"] == found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (NO, NO.replace("firearm", "bow")),
        (NO + "; when: {phase: shoot}", NO + "; when: {phase: test}"),
        (NO + "; in_force: {until: 2026-01-01}", NO + "; in_force: {from: 2026-01-01}"),
        (f"{EVERY}; needs: {{load: none}}", f"{EVERY}; needs: {{custody: with a handler}}"),
        (f"{ACT}; needs: {{supervisor: given}}", f"{ACT}; needs: {{abort: given}}"),
    ],
)
def test_rules_that_ask_for_different_things_are_not_warned_of(
    one: str, other: str, tmp_path: Path
) -> None:
    assert [] == warned(tmp_path, one, other)


def test_check_names_the_file_and_the_line_and_a_warning_changes_no_exit_code(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, NO, NO)

    ran = showclear("packs", "check", path)

    assert (0, "") == (ran.code, ran.err)
    assert f"{path}:16: warning: rule-2: whatever holds it holds 'rule-1' as well" in ran.out


def test_the_shipped_packs_give_no_cause_for_a_warning() -> None:
    assert {} == {name: found for name, pack in SHELF.items() if (found := warnings(pack))}


# --- show --------------------------------------------------------------------------


def test_a_rule_of_a_file_is_read_aloud_by_itself(tmp_path: Path) -> None:
    written(tmp_path / "ours", NO, EVERY + "; needs: {load: none}")

    ran = showclear("packs", "show", tmp_path / "ours" / "rule-2")
    other = showclear("packs", "show", tmp_path / "ours" / "rule-7")

    assert (0, "") == (ran.code, ran.err)
    assert "ours/rule-2" in ran.out
    assert "rule-1" not in ran.out
    assert 2 == other.code
    assert "did you mean 'rule-" in other.err


# --- diff --------------------------------------------------------------------------


def test_a_stricter_rule_is_compared_with_what_it_changes_and_on_which_day(tmp_path: Path) -> None:
    text = (PACKS / "studio" / "example" / "pack.yaml").read_text(encoding="utf-8")
    stricter = tmp_path / "pack.yaml"
    stricter.write_text(text.replace("at: within 30 minutes}", "at: within 20 minutes}"))

    empty = tmp_path / "cases"
    empty.mkdir()
    (empty / "one.yaml").write_bytes((ROOT / "cases" / "RUSTPRE-2021" / "case.yaml").read_bytes())
    ran = showclear("packs", "diff", "studio-example", stricter, "--cases", empty, COLUMNS="400")

    assert (1, "") == (ran.code, ran.err)
    assert "Rules: 0 added, 0 removed, 1 changed\nloaded-late: needs\n" in ran.out
    assert re.search(r"roll: clears -> holds; for loaded-late \(load-shown\)", ran.out)


def test_a_pack_compared_with_itself_says_the_same() -> None:
    ran = showclear("packs", "diff", "ca-mb", "ca-mb")

    assert (0, "") == (ran.code, ran.err)


# --- docs --------------------------------------------------------------------------


@pytest.mark.parametrize("name", SHELF)
def test_every_rule_stands_on_the_page_aloud_and_with_its_source(name: str) -> None:
    pack = SHELF[name]

    page = page_of(pack, MARKDOWN)
    plain = re.sub(r"\\(.)", r"\1", page)

    for rule in pack.rules:
        assert " ".join(aloud(pack, rule).split()) in plain
        assert str(rule.cite) in plain


def test_a_stranger_s_words_are_text_on_a_page_and_their_address_no_script(tmp_path: Path) -> None:
    path = written(tmp_path, NO)
    text = path.read_text().replace("{en: Ours", '{en: "<script>x</script> **loud** [a](b)"')
    path.write_text(text.replace("provision: '1'", "provision: '1', url: 'javascript:x()'"))
    pack = read_pack(path)

    assert "<script>" not in page_of(pack, HTML)
    assert "href" not in page_of(pack, HTML)
    assert r"\*\*loud\*\* \[a\](b)" in page_of(pack, MARKDOWN)


def test_pages_are_written_into_a_folder(tmp_path: Path) -> None:
    ran = showclear("packs", "docs", "ca-mb", "uk-hse", "--html", "--out", tmp_path)

    assert (0, "") == (ran.code, ran.err)
    assert ["ca-mb.html", "uk-hse.html"] == sorted(path.name for path in tmp_path.iterdir())


# --- schema ------------------------------------------------------------------------

SCHEMA = jsonschema_rs.validator_for(schema())


def _plain(path: Path) -> Any:
    return json.loads(json.dumps(read_yaml(path, limits=PACK_LIMITS).document, default=float))


def test_the_schema_that_ships_is_that_of_the_vocabulary() -> None:
    again = "run: showclear packs schema > src/showclear/packs/pack.schema.json"

    assert schema() == json.loads((PACKS / FILE).read_text(encoding="utf-8")), again


@pytest.mark.parametrize("path", sorted(PACKS.rglob("pack.yaml")), ids=lambda p: str(p.parent.name))
def test_every_shipped_pack_is_as_the_schema_has_it(path: Path) -> None:
    assert [] == [str(error) for error in SCHEMA.iter_errors(_plain(path))]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("force: studio", "force: lore"),
        ("before: roll", "before: rol"),
        ("weapon in all weapons", "weapon in all wepons"),
        ("kind: firearm", "kind: fierarm"),
        ("kind: firearm", "knid: firearm"),
        ("kind: firearm", "kind: any of firearm, fierarm"),
        ("missing: unattended", "missing: unatended"),
    ],
)
def test_a_misspelt_word_is_seen_in_the_editor(old: str, new: str, tmp_path: Path) -> None:
    path = written(tmp_path, NO)
    assert SCHEMA.is_valid(_plain(path))

    text = path.read_text().replace("where: {kind: firearm}", "where:\n      kind: firearm")
    path.write_text(text.replace(old, new))

    assert not SCHEMA.is_valid(_plain(path))
