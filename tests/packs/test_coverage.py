"""Of everything that was read, each clause has a rule or an honest reason why it has none.

A safety adviser asks: this section of the law, who asks for it on the set? The answer is a
rule, or a sentence that says why no rule can. Nothing that was read is passed over in silence.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from showclear.adapters.packs import installed
from showclear.adapters.yaml_file import PACK_LIMITS, read_yaml
from showclear.app.pack_cases import rule_of
from showclear.app.pack_coverage import FILE, REASONS, Clause, coverage, parse_clauses
from showclear.core.errors import ReadError
from showclear.rules.grammar import Pack, Rule
from tests.packs.test_every_rule import own_told
from tests.unit.cli.program import showclear

CLAUSES = parse_clauses(
    read_yaml(
        Path(__file__).resolve().parents[2] / "src" / "showclear" / "packs" / FILE,
        limits=PACK_LIMITS,
    )
)
OURS = ("practice", "studio")
"""The forces of packs that are their author's own words."""
ONE = """\
clauses:
- id: one
  instrument: A law
  provision: "1"
  jurisdiction: US-CA
  force: law
  obligation: Somebody with a permit takes it out.
  how: direct
  rules: [us-ca-labor/9153-b1-permit]
- id: two
  instrument: A law
  provision: "2"
  jurisdiction: US-CA
  force: law
  obligation: A firearm is a firearm.
  how: direct
  reason: definition-only
  because: It says what a word means.
"""


def read_rules() -> Iterator[tuple[Pack, Rule]]:
    """Every rule that came from something read, and not from its author alone."""
    for shelved in installed().packs.values():
        if shelved.pack.force not in OURS:
            yield from ((shelved.pack, rule) for rule in shelved.pack.rules)


def told(folder: Path, text: str) -> Path:
    path = folder / "clauses.yaml"
    path.write_text(text, encoding="utf-8")
    return path


# --- what ships --------------------------------------------------------------------


def test_every_clause_that_was_read_has_a_rule_or_a_reason() -> None:
    ran = showclear("packs", "coverage")

    assert (0, "") == (ran.code, ran.err)
    assert "FOUND" not in ran.out
    assert all(f"{clause.id} " in ran.out for clause in CLAUSES)
    assert "130 clauses" in ran.out


def test_every_rule_of_a_law_or_a_guidance_comes_from_a_clause_that_is_listed() -> None:
    named = {rule for clause in CLAUSES for rule in clause.rules}

    assert [] == [
        f"{pack.id}/{rule.id}" for pack, rule in read_rules() if f"{pack.id}/{rule.id}" not in named
    ]


def test_no_rule_says_that_its_clause_was_read_where_nobody_read_it() -> None:
    direct = {rule for clause in CLAUSES if clause.how == "direct" for rule in clause.rules}

    assert [] == [
        f"{pack.id}/{rule.id}"
        for pack, rule in read_rules()
        if rule.cite.how == "direct" and f"{pack.id}/{rule.id}" not in direct
    ]


def test_what_was_read_on_no_day_is_not_said_to_have_been_read_directly() -> None:
    assert [] == [
        f"{pack.id}/{rule.id}"
        for pack, rule in read_rules()
        if rule.cite.how == "direct" and (rule.cite.read is None or not rule.cite.url)
    ]


@pytest.mark.parametrize("pack", ["us-contract-services", "au-nsw-firearms"])
def test_a_pack_that_nobody_read_in_its_source_only_warns(pack: str) -> None:
    rules = installed().packs[pack].pack.rules

    assert rules
    assert {"direct"}.isdisjoint(rule.cite.how for rule in rules)


def test_every_rule_from_something_read_is_tried_by_a_case_of_its_pack() -> None:
    tried = {(name, rule_of(case.id)) for name in installed().packs for case in own_told(name)}

    assert [] == [
        f"{pack.id}/{rule.id}" for pack, rule in read_rules() if (pack.id, rule.id) not in tried
    ]


def test_each_reason_is_one_sentence_and_its_word_is_used() -> None:
    without = [clause for clause in CLAUSES if clause.reason]

    assert set(REASONS) == {clause.reason for clause in without}
    assert [] == [clause.id for clause in without if not clause.because.endswith(".")]
    assert [] == [clause.id for clause in without if ". " in clause.because]


# --- what whoever keeps the list is told -------------------------------------------


def test_a_list_of_ones_own_is_found_good(tmp_path: Path) -> None:
    ran = showclear("packs", "coverage", told(tmp_path, ONE))

    assert (0, "") == (ran.code, ran.err)
    assert "us-ca-labor/9153-b1-permit" in ran.out
    assert "no rule, definition-only: It says what a word means." in ran.out
    assert "2 clauses: 1 with a rule; without: 1 definition-only." in ran.out


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  rules: [us-ca-labor/9153-b1-permit]\n", "", "one: neither a rule nor a reason"),
        ("9153-b1-permit", "9153-b1-permits", "did you mean 'us-ca-labor/9153-b1-permit'?"),
    ],
)
def test_a_clause_that_nobody_asks_for_is_found(
    old: str, new: str, said: str, tmp_path: Path
) -> None:
    ran = showclear("packs", "coverage", told(tmp_path, ONE.replace(old, new)))

    assert 1 == ran.code
    assert said in " ".join(ran.out.split())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (ONE, "clauses: []\n", "no list of clauses"),
        (ONE, "pack: x\n", "no list of clauses"),
        (ONE, "- [\n", "clauses.yaml:"),
        ("clauses:\n", "clauses:\n- a clause\n", "clauses.yaml:2: "),
        ("definition-only", "definition-onyl", "did you mean 'definition-only'?"),
        ("  because: It says what a word means.\n", "", "'because' is missing"),
        ("  rules: [us", "  reason: unread\n  because: So.\n  rules: [us", "one of them"),
        ("rules: [us-ca-labor/9153-b1-permit]", "rules: permit", "a list of PACK/RULE"),
        ("rules: [us-ca-labor/9153-b1-permit]", "rules: [permit]", "a list of PACK/RULE"),
        ("- id: two", "- id: one", "'one' is there twice"),
        ("obligation: A firearm", "oblgation: A firearm", "did you mean 'obligation'?"),
        ('  provision: "2"\n', "", "'provision' is missing"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused_with_what_is_wrong(
    old: str, new: str, said: str, tmp_path: Path
) -> None:
    assert old in ONE

    path = told(tmp_path, ONE.replace(old, new, 1))
    with pytest.raises(ReadError) as refused:
        parse_clauses(read_yaml(path, limits=PACK_LIMITS))

    assert said in "\n".join(map(str, refused.value.problems))


def test_whoever_asks_with_such_a_list_is_told_what_is_wrong_and_nothing_else(
    tmp_path: Path,
) -> None:
    ran = showclear("packs", "coverage", told(tmp_path, ONE.replace("provision", "prevision", 1)))

    assert (2, "") == (ran.code, ran.out)
    assert "did you mean 'provision'?" in ran.err


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    ran = showclear("packs", "coverage", tmp_path / "nothing.yaml")

    assert 2 == ran.code
    assert "there is no such file" in ran.err


def test_what_a_program_reads_says_the_same(tmp_path: Path) -> None:
    path = told(tmp_path, ONE.replace("9153-b1-permit", "9153-z"))

    ran = showclear("packs", "coverage", path, "--json")

    found = json.loads(ran.out)
    assert 1 == ran.code
    assert ["one", "two"] == [clause["id"] for clause in found["clauses"]]
    assert (1, {"definition-only": 1}) == (found["with_rules"], found["by_reason"])
    assert 1 == len(found["findings"])


def test_a_clause_without_its_rules_pack_is_a_finding() -> None:
    clause = Clause(
        id="one", instrument="A law", provision="1", jurisdiction="US", force="law",
        obligation="Somebody does.", how="direct", rules=("no-pack/no-rule",),
    )  # fmt: skip

    assert ("one: no installed pack has the rule 'no-pack/no-rule'",) == coverage(
        [clause], []
    ).findings
