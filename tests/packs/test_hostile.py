"""A pack from a hostile stranger is refused in under a second, with a sentence that says why.

Whoever opens a file that somebody sent them loses neither the machine nor the eyes: nothing
in it is carried out, nothing in it looks like something else, and no file takes long.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from showclear.adapters.packs import read_pack
from showclear.core.errors import ReadError

HEAD = """\
pack: theirs
title: {en: From elsewhere}
version: "1"
vocabulary: 0
jurisdiction: any
force: studio
"""
RULE = (
    "  - {id: r%s, cite: {instrument: a, provision: b}, before: roll, no: weapon in all weapons,"
    " where: {custody: unattended}, missing: unattended, say: {en: a}, next: {en: a}}\n"
)
RULES = "rules:\n"
ONE = HEAD + RULES + RULE % 1

LONG = {
    "ten megabytes": (HEAD + "rules: [" + "a, " * 3_500_000 + "]", "more than 512,000 bytes"),
    "100,000 rules": (
        HEAD + RULES + "".join(RULE % n for n in range(100_000)),
        "more than 512,000 bytes",
    ),
    "100,000 tiny rules": (HEAD + RULES + "- a\n" * 100_000, "line ends, commas"),
    "100,000 tiny rules in a line": (HEAD + "rules: [" + "a," * 100_000 + "]", "commas"),
    "2,001 rules": (HEAD + RULES + "- a\n" * 2_001, "2001 rules; allowed: at most 2000"),
    "2,000 rules that say nothing": (HEAD + RULES + "- {}\n" * 2_000, "'id' is missing"),
    "deep brackets": (HEAD + "rules: " + "[" * 9_000, "inside one another"),
    "deep lists": (HEAD + RULES + "".join(" " * n + "- a:\n" for n in range(1, 600)), "line 8"),
    "deep braces": (HEAD + "define: " + "{a: " * 300 + "b" + "}" * 300, "inside one another"),
    "one long word": (HEAD + "rules: " + "a" * 500_000, "a list of rules"),
    "definitions one after the other": (
        HEAD
        + "define:\n"
        + "".join(f"  d{n}: {{is: d{n + 1}}}\n" for n in range(2_300))
        + "rules: []",
        "at most 2 levels",
    ),
    "two sides that could be parted in many ways": (
        HEAD + RULES + (RULE % 1).replace("no: weapon", "at most: as many " + "a in " * 20_000),
        "such as `7 different person",
    ),
    "a misspelling in every rule": (
        HEAD + RULES + "".join((RULE % n).replace("all weapons", "all wepons") for n in range(400)),
        "did you mean 'all weapons'?",
    ),
}
TRAPS = {
    "an alias of itself": (HEAD + "rules: &a [*a]", "an anchor '&a'"),
    "aliases that multiply": ("a: &a [x, x]\nb: &b [*a, *a]\n" + HEAD, "an anchor '&a'"),
    "a merge key": (HEAD + "<<: {force: law}\nrules: []", "a merge key"),
    "a tag that calls": (HEAD + "rules: !!python/object/apply:os.system ['true']", "a tag"),
    "a key said twice": (ONE.replace("force: studio", "force: law\nforce: studio"), "said twice"),
    "a second document": (ONE + "---\n" + ONE, "second document"),
    "a directive": ("%YAML 1.1\n---\n" + ONE, "a directive"),
    "an explicit key": (HEAD + "? rules\n: []", "an explicit key"),
    "a nul": (ONE + "\0", "U+0000"),
    "another encoding": (ONE.encode("utf-16"), "UTF-16"),
    "half a character": (ONE.encode() + b"\xc3", "not UTF-8"),
    "a format that runs": (ONE.replace("say: {en: a}", 'say: {en: "{person.__class__}"}'), "brac"),
    "a width that fills the disk": (
        ONE.replace("say: {en: a}", 'say: {en: "{person:>999999999}"}'),
        "more than a name in braces",
    ),
}
LETTERS = {
    "a Cyrillic letter in a gate": (ONE.replace("roll", "r\u043ell"), "CYRILLIC SMALL LETTER O"),
    "a Greek letter in a word": (ONE.replace("unattended", "un\u03b1ttended"), "GREEK"),
    "a wide letter": (ONE.replace("instrument: a", "instrument: L\uff41w"), "FULLWIDTH"),
    "a styled letter": (ONE.replace("instrument: a", "instrument: L\U0001d41aw"), "MATHEMATICAL"),
    "a name that looks like another": (
        HEAD
        + "define:\n  a medic: {role: medic}\n  \u0430 medic: {role: crew}\n"
        + RULES
        + RULE % 1,
        "CYRILLIC SMALL LETTER A",
    ),
    "a name all of other letters": (
        HEAD + "define:\n  \u0430\u0441\u0435: {role: crew}\n" + RULES + RULE % 1,
        "CYRILLIC",
    ),
    "a right-to-left override": (ONE.replace("en: a", 'en: "a\u202eb"'), "RIGHT-TO-LEFT OVERRIDE"),
    "a right-to-left mark": (ONE.replace("en: a", 'en: "a\u200fb"'), "RIGHT-TO-LEFT MARK"),
    "a mark spelt out": (ONE.replace("en: a", 'en: "a\\u200fb"'), "RIGHT-TO-LEFT MARK"),
    "a space of no width": (ONE.replace("en: a", 'en: "a\u200bb"'), "ZERO WIDTH SPACE"),
    "a joiner of no width": (ONE.replace("en: a", 'en: "a\u200db"'), "ZERO WIDTH JOINER"),
    "a hyphen that is not seen": (ONE.replace("en: a", 'en: "a\u00adb"'), "SOFT HYPHEN"),
}
ALL = {**LONG, **TRAPS, **LETTERS}


@pytest.mark.parametrize("name", ALL)
def test_a_hostile_pack_is_refused_in_under_a_second_with_a_sentence(
    name: str, tmp_path: Path
) -> None:
    text, said = ALL[name]
    path = tmp_path / "theirs.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())

    # Processor time: what others do meanwhile on this machine is not the pack's doing.
    start = time.process_time()
    with pytest.raises(ReadError) as refused:
        read_pack(path)
    took = time.process_time() - start

    assert took < 1.0
    assert any(said in str(problem) for problem in refused.value.problems), refused.value
    assert len(refused.value.problems) <= 100
    assert all(len(str(problem)) < 1_000 for problem in refused.value.problems)


def test_the_same_pack_without_a_trap_loads(tmp_path: Path) -> None:
    path = tmp_path / "theirs.yaml"
    path.write_text(ONE, encoding="utf-8")

    assert ["r1"] == [rule.id for rule in read_pack(path).rules]


@pytest.mark.parametrize("said", ["Armería, 2.ª edición", "Ñandú", "Überprüfung", "L'été", "安全"])
def test_words_of_other_languages_are_no_trap(said: str, tmp_path: Path) -> None:
    path = tmp_path / "theirs.yaml"
    path.write_text(ONE.replace("en: a}, next", f'en: a, es: "{said}"}}, next'), encoding="utf-8")

    assert said == read_pack(path).rules[0].say["es"]
