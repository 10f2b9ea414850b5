"""Tests of `showclear.rules.judge`: which rules are asked on a day, and what the answer says.

Every rule in force is asked, whatever came before it; what only warns is told and
holds nothing; what an exception lifted is listed; and the sentences are in the
language asked for.
"""

from datetime import date
from typing import Any

import pytest

from showclear.adapters.yaml_file import PACK_LIMITS, parse_yaml
from showclear.core.gates import Clear, Hold, Verdict, question_of
from showclear.core.parse import read_fields
from showclear.core.record import Record
from showclear.core.statement import Statement
from showclear.rules.grammar import Pack
from showclear.rules.judge import book_of, in_force, judge, only_warns
from showclear.rules.read import parse_pack

DAY = date(2026, 6, 9)
SET: list[dict[str, Any]] = [
    {"what": "person.joined", "person": "armorer", "roles": "armorer"},
    {"what": "person.joined", "person": "ad", "roles": "first-ad"},
    {"what": "person.joined", "person": "second", "roles": "second-ad"},
    {"what": "weapon.received", "weapon": "revolver", "kind": "firearm", "from": "supplier"},
    {"what": "weapon.taken-out", "weapon": "revolver"},
]
TAKE_OUT = {"what": "weapon.taken-out", "weapon": "revolver", "by": "armorer"}
RULE = """
  - id: {id}
    cite: {{instrument: Ours, provision: "1", how: {how}}}
    before: take-out
    every: person in the handler
    needs: {{role: {role}}}
    missing: not-a-handler
    say: {{en: "no", es: "nada"}}
    next: {{en: "go", es: "ir"}}
    {more}
"""


def pack(*rules: str, name: str = "ours", force: str = "law", more: str = "") -> Pack:
    text = (
        f"pack: {name}\ntitle: {{en: Ours}}\nversion: '1'\nvocabulary: 0\njurisdiction: any\n"
        f"force: {force}\n{more}\nrules:\n" + "".join(rules)
    )
    return parse_pack(parse_yaml(text.encode(), file="pack.yaml", limits=PACK_LIMITS))


def rule(id_: str = "one", *, role: str = "armorer", how: str = "direct", more: str = "") -> str:
    return RULE.format(id=id_, role=role, how=how, more=more)


def read(number: int, **fields: Any) -> Statement:
    given = {"id": f"s{number}", "by": "armorer", "at": f"2026-06-09T08:{number:02}Z", **fields}
    said = read_fields(given)
    assert isinstance(said, Statement), said
    return said


def ask(
    packs: list[Pack],
    act: dict[str, Any] | None = None,
    *said: dict[str, Any],
    as_of: date = DAY,
    language: str = "en",
) -> Verdict:
    record = Record()
    for number, fields in enumerate((*SET, *said)):
        record.add(read(number, **fields))
    asked = read(59, **(act or TAKE_OUT))
    states = record.before(asked)
    question = question_of(asked, states[0])
    assert question is not None
    return judge(states, question, book_of(packs), as_of=as_of, language=language)


def told(verdict: Verdict) -> list[str]:
    assert isinstance(verdict, Hold)
    return [reason.rule for reason in verdict.reasons]


@pytest.mark.parametrize(
    ("day", "asked"),
    [
        (date(2025, 12, 31), False),
        (date(2026, 1, 1), True),
        (date(2026, 6, 30), True),
        (date(2026, 7, 1), False),
    ],
    ids=["the-day-before", "first-day", "last-day", "the-day-it-ends"],
)
@pytest.mark.parametrize("where", ["pack", "rule"])
def test_a_rule_is_asked_from_its_first_day_until_its_end(
    day: date, asked: bool, where: str
) -> None:
    dates = "in_force: {from: 2026-01-01, until: 2026-07-01}"
    dated = (
        pack(rule(role="medic"), more=dates)
        if where == "pack"
        else pack(rule(role="medic", more=dates))
    )

    assert asked is in_force(dated, dated.rules[0], day)
    assert (["one"] if asked else ["nothing"]) == told(ask([dated], as_of=day))


def test_rules_after_one_that_is_not_in_force_are_asked() -> None:
    late = rule("late", role="medic", more="in_force: {from: 2027-01-01}")

    assert ["two"] == told(ask([pack(late, rule("two", role="medic"))]))


def test_rules_after_one_that_does_not_concern_the_act_are_asked() -> None:
    other = rule("other", role="medic", more="when: {weapon: {kind: bow}}")

    assert ["two"] == told(ask([pack(other, rule("two", role="medic"))]))


@pytest.mark.parametrize(
    ("force", "how", "warns"),
    [
        ("law", "direct", False),
        ("law", "secondary", True),
        ("guidance", "low", True),
        ("agreement", "secondary", True),
        ("practice", "secondary", False),
        ("studio", "low", False),
        ("practice", "direct", False),
    ],
)
def test_what_nobody_read_in_its_source_only_warns(force: str, how: str, warns: bool) -> None:
    unread = pack(rule(role="medic", how=how), rule("two"), force=force)

    verdict = ask([unread])

    assert (["one"] if warns else []) == [reason.rule for reason in verdict.warned]
    assert isinstance(verdict, Clear) is warns


def test_every_unread_rule_that_is_not_met_is_told() -> None:
    first = rule("first", role="medic", how="low")
    second = rule("second", role="pilot", how="low")

    verdict = ask([pack(first, second, rule("third"))])

    assert ["first", "second"] == [reason.rule for reason in verdict.warned]
    held = ask([pack(first, second, rule("third", role="diver"))])
    assert ["first", "second"] == [reason.rule for reason in held.warned]


def test_once_a_named_person_has_read_it_it_holds() -> None:
    unread = pack(rule(role="medic", how="low"), rule("two"))
    heard = {"what": "rule.read", "pack": "ours", "rule": "one", "by": "ad"}
    other = {"what": "rule.read", "pack": "ours", "rule": "two", "by": "ad"}

    assert isinstance(ask([unread], None, other), Clear)
    assert ["one"] == told(ask([unread], None, heard))


def test_reading_is_of_this_rule_of_this_pack() -> None:
    unread = pack(rule(how="low"))
    state = Record().state

    assert only_warns(state, unread, unread.rules[0])


def test_packs_never_weaken_each_other_and_come_in_the_order_of_their_names() -> None:
    b, a = pack(rule("b1", role="medic"), name="b"), pack(rule("a1", role="pilot"), name="a")

    assert ["a1", "b1"] == told(ask([b, a]))
    assert ("a", "b") == tuple(one.id for one in book_of([b, a]).packs)


def test_a_clear_names_the_rules_met_and_the_statements_it_rests_on() -> None:
    verdict = ask([pack(rule("one"), rule("two", role="any of armorer, medic"))])

    assert isinstance(verdict, Clear)
    assert ("ours/one", "ours/two") == verdict.rules
    assert ("s0",) == verdict.relied_on


def test_a_clear_rests_on_what_each_of_its_rules_rests_on() -> None:
    weapon = """
  - id: kind
    cite: {instrument: Ours, provision: "2", how: direct}
    before: take-out
    every: weapon in the weapons
    needs: {kind: firearm}
    missing: not-judged
    say: {en: "no"}
    next: {en: "go"}
"""
    verdict = ask([pack(weapon, rule("one"))])

    assert isinstance(verdict, Clear)
    assert ("s0", "s4") == verdict.relied_on


LIFTED = "exceptions:\n  an armorer: {handler: {role: armorer}}\n"


def test_what_an_exception_lifted_is_listed_in_either_answer() -> None:
    lifted = rule("one", role="medic", more="unless: [an armorer]")

    clear = ask([pack(lifted, rule("two"), more=LIFTED)])
    hold = ask([pack(lifted, rule("two", role="pilot"), more=LIFTED)])

    assert isinstance(clear, Clear)
    assert ["two"] == told(hold)
    for verdict in (clear, hold):
        assert [("ours/one", "an armorer", "armorer")] == [
            (one.rule, one.exception, one.on) for one in verdict.lifted
        ]


@pytest.mark.parametrize(("language", "says"), [("en", "no"), ("es", "nada"), ("fr", "no")])
def test_sentences_come_in_the_language_asked_for(language: str, says: str) -> None:
    verdict = ask([pack(rule(role="medic"))], language=language)

    assert isinstance(verdict, Hold)
    assert [says] == [reason.says for reason in verdict.reasons]


def test_what_holds_by_itself_speaks_the_language_too() -> None:
    stop = {"what": "stop.called", "stop": "one", "scope": "all", "by": "ad"}

    english = ask([pack(rule())], None, stop)
    spanish = ask([pack(rule())], None, stop, language="es")
    nothing = ask([], language="es")

    assert isinstance(english, Hold)
    assert isinstance(spanish, Hold)
    assert isinstance(nothing, Hold)
    assert "Work was stopped (one)." == english.reasons[0].says
    assert "Se paró el trabajo (one)." == spanish.reasons[0].says
    assert "Nada dice lo que esto necesita." == nothing.reasons[0].says


def test_a_gate_for_which_no_rule_is_relevant_holds_for_the_act() -> None:
    verdict = ask([])

    assert isinstance(verdict, Hold)
    assert [(("nothing-required",), "s59")] == [(r.missing, r.on) for r in verdict.reasons]


def test_a_restart_of_a_stop_clears_when_two_who_may_agree() -> None:
    stop = {"what": "stop.called", "stop": "one", "scope": "all", "by": "armorer"}
    resume = {"what": "work.resumed", "stop": "one", "agreed_by": ["ad", "second"], "by": "ad"}

    clear = ask([], resume, stop)
    alone = ask([], {**resume, "agreed_by": ["ad", "ad"]}, stop)

    assert isinstance(clear, Clear)
    assert (("showclear-core/restart",), ("s59",)) == (clear.rules, clear.relied_on)
    assert isinstance(alone, Hold)
    assert ("same-eyes",) == alone.reasons[0].missing


def test_a_restart_of_nothing_holds() -> None:
    resume = {"what": "work.resumed", "scope": "one", "agreed_by": ["ad", "second"], "by": "ad"}

    assert ["nothing"] == told(ask([], resume))


def test_a_pack_may_ask_more_of_a_restart() -> None:
    stop = {"what": "stop.called", "stop": "one", "scope": "all", "by": "armorer"}
    resume = {"what": "work.resumed", "stop": "one", "agreed_by": ["ad", "second"], "by": "ad"}
    more = rule("one", role="first-ad").replace("before: take-out", "before: resume")

    clear = ask([pack(more)], resume, stop)

    assert isinstance(clear, Clear)
    assert ("ours/one", "showclear-core/restart") == clear.rules
    assert ("s1", "s59") == clear.relied_on


def test_a_gate_is_judged_on_at_least_one_state() -> None:
    record = Record().add_all(read(n, **fields) for n, fields in enumerate(SET))
    question = question_of(read(59, **TAKE_OUT), record.state)
    assert question is not None

    with pytest.raises(ValueError, match=r"^a gate is judged on at least one state$"):
        judge((), question, book_of([]), as_of=DAY)


def test_where_one_state_holds_its_reasons_are_told_once() -> None:
    record = Record().add_all(read(n, **fields) for n, fields in enumerate(SET))
    question = question_of(read(59, **TAKE_OUT), record.state)
    assert question is not None
    held = record.state.copy()
    held.people = {}
    book = book_of([pack(rule())])

    verdict = judge((record.state, held, held), question, book, as_of=DAY)

    assert isinstance(verdict, Hold)
    assert len({(r.rule, r.on) for r in verdict.reasons}) == len(verdict.reasons)
    assert isinstance(judge((record.state,), question, book, as_of=DAY), Clear)
