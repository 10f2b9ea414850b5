"""What is written in a pack means what it says, or is refused with the line to mend.

The shapes are those of the design, with the sentences that its examples leave out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from showclear.core.errors import ReadError
from showclear.core.located import Located
from showclear.rules.grammar import AtLeast, AtMost, Every, FactTest, No, WordTest
from showclear.rules.read import RULES_MAX, parse_pack
from tests.unit.rules.quiet_set import HANDLER, HEAD, pack, pack_text, read_text

THE_PAGE = """\
pack: us-ca-labor
title: {en: "California Labor Code, Division 5, Part 13 (firearms in motion picture production)", es: "..."}
version: 2026.1
vocabulary: 0
jurisdiction: US-CA
force: law                    # law | agreement | guidance | practice | studio
in_force: {from: 2025-01-01}
define:
  a qualified handler: {role: any of armorer, property-master, assistant-property-master}
exceptions:
  an exception in 9155 applies: {activity: {purpose: any of range-training, documentary, sound}}
rules:
  - id: handover-by-handler                         # 1  every X in SET [where ...] needs ...
    cite: {instrument: Cal. Lab. Code, provision: "9153(a)(2)", url: "...", read: 2026-11-21, how: direct}
    before: hand-over
    when: {weapon: {kind: firearm}, receiver: {role: any of performer, stand-in}}
    every: person in the giver
    needs: {is: a qualified handler}
    missing: not-a-handler
    say: {en: "{person} may not hand a firearm to a performer", es: "..."}
    next: {en: "Have the armorer hand it over", es: "..."}
    barrier: {against: wrong-hands}                 # optional: how the margin engine reads it
  - id: dummies-verified
    before: load, hand-over, roll
    when: {load: dummy}
    every: lot in lots loaded
    needs any of:                                   # alternatives: named conditions, one level
      - {a check: {check: dummies-each-verified, on: this lot, covers: the whole count, since: the lot was last out of custody, by: a qualified handler}}
      - {a check: {check: load-shown, on: the weapon, covers: every round loaded, since: the weapon was loaded, by: a qualified handler}}
    OTHERS
  - id: two-looked                                  # 2  at least N different FIELD in SET where ...
    before: hand-over
    at least: 2 different independent eyes in checks
    where: {check: chamber-empty, on: the weapon, at: within 15 minutes}
    missing: same-eyes
    OTHERS
  - id: seven-aboard                                # 3  at most N different X in SET where ...
    before: roll
    when: {hazards: any of process-trailer}
    at most: 7 different person in people on the thing
    missing: over-limit
    OTHERS
  - id: no-live-rounds                              # 4  no X in SET where ...
    before: take-out, load, hand-over, roll
    no: lot in all lots
    where: {kind: any of live, unknown, place: not off-premises}
    unless: [an exception in 9155 applies]
    missing: live-rounds
    OTHERS
"""
OTHERS = 'cite: {instrument: x, provision: "1"}\n    say: {en: no}\n    next: {en: do}'


def refusals(text: str) -> list[str]:
    """Everything a pack is refused for."""
    with pytest.raises(ReadError) as refused:
        read_text(text)
    return [str(problem) for problem in refused.value.problems]


def refused(rule: str, *, above: str = "") -> str:
    return "\n".join(refusals(pack_text(rule, above=above)))


# --- shapes ------------------------------------------------------------------------


def test_the_four_shapes_of_the_design_load_as_they_are_written() -> None:
    found = read_text(THE_PAGE.replace("OTHERS", OTHERS))
    by, dummies, two, seven, live = (rule.shape for rule in found.rules)

    assert isinstance(by, Every)
    assert isinstance(dummies, Every)
    assert ["1", "2"] == list(dummies.needs)
    assert isinstance(two, AtLeast)
    assert (2, "independent eyes") == (two.number, two.field)
    assert isinstance(seven, AtMost)
    assert (7, "people on the thing") == (seven.number, seven.set)
    assert isinstance(live, No)
    assert ("2026.1", "US-CA", "law") == (found.version, found.jurisdiction, found.force)
    assert ("load-shown", "dummies-each-verified") == tuple(reversed(found.rules[1].missing))


def test_words_within_braces_are_read_as_they_are_spoken() -> None:
    found = read_text(THE_PAGE.replace("OTHERS", OTHERS))

    assert (WordTest("role", frozenset({"performer", "stand-in"})),) == found.rules[0].when[
        "receiver"
    ]
    assert {"kind": {"live", "unknown"}, "place": {"in-use", "locked", "quarantined"}} == {
        test.attribute: set(test.words)
        for test in found.rules[4].shape.where  # type: ignore[union-attr]
        if isinstance(test, WordTest)
    }


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ("no: activity in takes", "'takes': not in this version; allowed: the record keeps the last take only"),
        ("no: person in departments", "'departments': not in this version; allowed: a department is a role: `department in each of [armorer, first-ad]`"),
        ("no: meeting in topics of meetings", "'topics of meetings': not in this version; allowed: the words of a topic are sealed"),
    ],
)  # fmt: skip
def test_what_the_record_does_not_hold_is_refused_and_said_why(lines: str, why: str) -> None:
    assert [f"ours.yaml:14: the set {why}"] == refusals(pack_text("before: roll\n" + lines))


@pytest.mark.parametrize(
    "rule",
    [
        "before: roll\nevery: weapon in the weapons\nneeds: {not: {kind: firearm}}",
        "before: roll\nevery: weapon in the weapons\nneeds: {kind: any of not firearm, rubber}",
        "before: roll\nevery: person in people in the zone\nneeds: {role: not performer}",
        "before: roll\nevery: person in people in the zone\nneeds: {not is: a handler}",
        "before: roll\nno: weapon in the weapons\nwhere: {kind: not not firearm}",
        "before: roll\nno: weapon in not the weapons",
        "before: not roll\nno: weapon in the weapons",
    ],
)
def test_negation_is_no_unless_and_not_by_alone(rule: str) -> None:
    assert "allowed:" in refused(rule, above=HANDLER)


def test_not_a_word_is_every_other_word_of_an_attribute_that_has_one_at_a_time() -> None:
    found = pack("before: roll\nno: weapon in the weapons\nwhere: {custody: not locked}")
    (test,) = found.rules[0].shape.where  # type: ignore[misc, union-attr]

    assert isinstance(test, WordTest)
    assert {"store", "unattended", "away", "with a handler", "in other hands"} == test.words


# --- nesting -----------------------------------------------------------------------


def definitions(*lines: str) -> str:
    rule = "before: take-out\nevery: person in the handler\nneeds: {is: a}"
    return pack_text(rule, above="define:\n" + "".join(f"  {line}\n" for line in lines))


def test_definitions_use_one_another_two_levels_deep_in_whatever_order() -> None:
    read_text(definitions("a: {is: z}", "z: {role: armorer}"))

    said = refusals(definitions("a: {is: b}", "b: {is: c}", "c: {role: armorer}"))
    assert [
        "ours.yaml:8: 'a' uses b; allowed: definitions that are there, at most 2 levels of them"
    ] == [line.split("; did")[0] for line in said if "'a' uses" in line]


@pytest.mark.parametrize(
    "lines",
    [("a: {is: b}", "b: {is: a}"), ("a: {is: a}",), ("a: {a check: {check: rested, by: a}}",)],
)
def test_definitions_that_go_in_circles_are_refused(lines: tuple[str, ...]) -> None:
    assert any("uses" in line for line in refusals(definitions(*lines)))


def test_alternatives_do_not_stand_within_alternatives() -> None:
    rule = (
        "before: roll\nevery: weapon in the weapons\nneeds any of:\n  a: {kind: rubber}\n"
        "  b: {needs any of: {c: {kind: replica}, d: {kind: bow}}}"
    )

    assert "a weapon has no 'needs any of'" in refused(rule)


# --- what is absent must not take a rule away --------------------------------------

CHECKED = "{a check: {check: chamber-empty, on: this weapon}}"


@pytest.mark.parametrize(
    "rule",
    [
        f"before: load\nwhen: {{weapon: {CHECKED}}}\nno: weapon in the weapons",
        "before: load\nwhen: {activity: {set.declared: {state: hot}}}\nno: weapon in the weapons",
        f"before: load\nevery: weapon in the weapons\nwhere: {CHECKED}\nneeds: {{kind: rubber}}",
        f"before: load\nno: weapon in the weapons\nwhere: {CHECKED}",
        f"before: load\nat most: 1 different weapon in the weapons\nwhere: {CHECKED}",
        "before: load\nno: person in the handler\nwhere: {is: a rested one}",
        "before: load\nno: person in the handler\nwhere: {other duty: drvier}",
    ],
)
def test_what_is_absent_does_not_stand_where_a_rule_applies(rule: str) -> None:
    above = "define:\n  a rested one: {a check: {check: rested, on: this person}}\n"

    assert "where a rule applies" in refused(rule, above=above)


def test_the_absence_of_another_duty_may_stand_where_a_rule_applies() -> None:
    assert 1 == len(
        pack("before: load\nno: person in the handler\nwhere: {other duty: none}").rules
    )


# --- refusals ----------------------------------------------------------------------

REFUSED = [
    ("before: lod\nno: weapon in the weapons", "gate 'lod'", "load"),
    ("before: load\nno: weapon in the wepons", "set 'the wepons'", "the weapons"),
    ("before: load\nno: lot in the weapons", "'the weapons' is a set of weapon", ""),
    ("before: load\nno: weapon in the weapons, may be empty", "'may be empty'", ""),
    ("before: load\nno: weapon in the weapons\nwhere: {kind: firarm}", "kind 'firarm'", "firearm"),
    ("before: load\nno: weapon in the weapons\nwhere: {kid: firearm}", "a weapon has no 'kid'", "kind"),
    ("before: load\nno: weapon in the weapons\nwher: {kind: firearm}", "unknown word 'wher'", "where"),
    ("before: load\nno: weapon in the weapons\nunless: [between]", "no exception 'between'", ""),
    ("before: load\nno: weapon in the weapons\nunless: {a: b}", "no exception", ""),
    ("before: load\nno: weapon in the weapons\nmissing: same-eye", "word 'same-eye'", "same-eyes"),
    ("before: load\nno: weapon in the weapons\nevery: lot in the lot", "2 shapes", ""),
    ("before: load\nwhen: {load: blank}", "0 shapes", ""),
    ("before: load\nno: weapon in the weapons\nneeds: {kind: rubber}", "'needs' with 'no'", ""),
    ("before: load\nevery: weapon in the weapons", "needs said twice or not at all", ""),
    ("before: load\nwhen: {load: blank, hazards: water, activity: {hazards: fire}}\nno: lot in the lot", "'hazards' said twice", ""),
    ("before: load\nat least: 2 different independent eyes in checks\nwhere: {check: barrel-clear}", "'on' is missing", ""),
    ("before: load\nat least: 2 different independent eyes in checks\nwhere: {on: the weapon}", "'check' is missing", ""),
    ("before: load\nat least: two different eyes in checks\nwhere: {check: barrel-clear}", "'two different eyes in checks'", ""),
    ("before: load\nevery: person in the handler\nneeds: {is: a handlr}", "nothing defines 'a handlr'", "a handler"),
    ("before: load\nevery: person in the handler\nneeds: {is: [a handler]}", "nothing defines", ""),
    ("before: load\nevery: weapon in the weapons\nneeds: {is: a handler}", "'is' of a weapon", ""),
    ("before: load\nevery: weapon in the weapons\nneeds: {a check: {check: barrel-claer}}", "check 'barrel-claer'", "barrel-clear"),
    ("before: load\nevery: weapon in the weapons\nneeds: {a check: {check: cleaned, people: the giver}}", "unknown word 'people'", ""),
    ("before: load\nevery: weapon in the weapons\nneeds: {weapon.counted: {covers: the whole count}}", "unknown word 'covers'", ""),
    ("before: load\nevery: weapon in the weapons\nneeds: {a check: {check: cleaned, at: within 15 minuets}}", "'within 15 minuets'", ""),
    ("before: load\nevery: weapon in the weapons\nneeds: {a check: {check: cleaned, since: the weapon was loded}}", "event 'the weapon was loded'", "the weapon was loaded"),
    ("before: load\nevery: weapon in the weapons\nneeds: {a check: {check: cleaned, by: the armorer}}", "nothing defines 'the armorer'", ""),
    ("before: load\nevery: activity in the activity\nneeds: {a check: {check: distance-measured, measured: {distance_ft: 20}}}", "20", ""),
    ("before: load\nevery: activity in the activity\nneeds: {a check: {check: distance-measured, measured: {distance: at least 20}}}", "quantity 'distance'", "distance_m"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "found", "near"), REFUSED)
def test_it_is_refused_with_its_line_and_the_nearest_word(rule: str, found: str, near: str) -> None:
    said = refused(rule, above=HANDLER)

    assert found in said
    assert f"did you mean {near!r}?" in said if near else True
    assert "ours.yaml:" in said


@pytest.mark.parametrize(
    "text",
    ["{person:>999999999}", "{person!r}", "{0}", "{}", "{preson}", "{person", "{person.roles}"],
)
def test_a_sentence_has_names_in_braces_and_nothing_else(text: str) -> None:
    whole = pack_text("before: load\nno: weapon in the weapons").replace("This is not so", text)

    assert refusals(whole)


HEADS = [
    ("vocabulary: 0", "vocabulary: 1"),
    ("vocabulary: 0", "vocabulary: false"),
    ("vocabulary: 0", "vocabulary: ~"),
    ("force: practice", "force: practise"),
    ("title: {en: Ours}", "title: {es: Nuestro}"),
    ("title: {en: Ours}", "title: Ours"),
    ("jurisdiction: any", "jurisdiction: [any]"),
    ("pack: our-pack", "pack: our pack"),
    ("pack: our-pack", "pac: our-pack"),
    ("force: practice", "force: practice\ndefine: [a]"),
    ("force: practice", "force: practice\nexceptions: 3"),
    ("force: practice", "force: practice\nin_force: {from: 2025-01-01, until: 2025-01-01}"),
    ("instrument: Ours, provision: one", "instrument: [a], provision: one"),
    ("instrument: Ours, provision: one", "instrument: Ours"),
    ('say: {en: "This is not so"}', 'say: {es: "No es"}'),
    ('next: {en: "Make it so"}', ""),
    ("id: rule-1", "id: the rule"),
]


@pytest.mark.parametrize(("was", "became"), HEADS, ids=[became for _, became in HEADS])
def test_a_pack_that_lacks_what_every_pack_has_is_refused(was: str, became: str) -> None:
    whole = pack_text("before: load\nno: weapon in the weapons")

    assert was in whole
    assert refusals(whole.replace(was, became))


def test_two_rules_of_one_name_are_refused_unless_one_ends_as_the_other_begins() -> None:
    rule = "before: load\nno: weapon in the weapons"

    def two(first: str, second: str) -> str:
        return pack_text(f"{rule}{first}", f"{rule}{second}").replace("rule-2", "rule-1")

    read_text(two("\nin_force: {until: 2026-01-01}", "\nin_force: {from: 2026-01-01}"))
    assert "a second time" in "".join(refusals(two("", "")))
    assert "a second time" in "".join(
        refusals(two("\nin_force: {until: 2026-01-02}", "\nin_force: {from: 2026-01-01}"))
    )


# --- limits ------------------------------------------------------------------------


def test_a_pack_larger_than_512_kilobytes_is_refused_before_it_is_read() -> None:
    whole = pack_text("before: load\nno: weapon in the weapons")
    most = 512_000 - len(whole) - 3

    assert "our-pack" == read_text(whole + "# " + "x" * most + "\n").id
    assert ["ours.yaml: more than 512,000 bytes; allowed: at most 512,000 bytes"] == refusals(
        whole + "# " + "x" * (most + 1) + "\n"
    )


def test_a_pack_deeper_than_twelve_is_refused() -> None:
    deep = "[" * 13 + "]" * 13

    assert "deep" in "".join(refusals(HEAD + f"rules: {deep}\n")) or refusals(
        HEAD + f"rules: {deep}\n"
    )


def test_a_pack_has_at_most_two_thousand_rules() -> None:
    assert 2000 == RULES_MAX

    rule: dict[str, Any] = {
        "cite": {"instrument": "x", "provision": "1"}, "before": "load", "no": "weapon in the weapons",
        "missing": "not-judged", "say": {"en": "x"}, "next": {"en": "x"},
    }  # fmt: skip
    head: dict[str, Any] = {"pack": "p", "title": {"en": "x"}, "version": "1", "vocabulary": 0,
            "jurisdiction": "any", "force": "practice"}  # fmt: skip
    rules: Any = [{**rule, "id": f"r{n}"} for n in range(2001)]
    located = Located("many.yaml", {**head, "rules": rules[:30]}, {(): 1})

    assert 30 == len(parse_pack(located).rules)
    with pytest.raises(ReadError, match="2001 rules; allowed: at most 2000"):
        parse_pack(replace(located, document={**head, "rules": rules}))


def test_a_check_asked_for_is_a_fact_and_missing_is_its_word() -> None:
    found = pack_text(
        "before: load\nevery: weapon in the weapons\nneeds: {a check: {check: cleaned}}"
    )
    read = read_text(found.replace("    missing: not-judged\n", ""))
    shape = read.rules[0].shape

    assert isinstance(shape, Every)
    assert isinstance(shape.needs[""][0], FactTest)
    assert ("cleaned",) == read.rules[0].missing
