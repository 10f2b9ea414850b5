"""Protects: no statement, however made, stops a set, hides words in the log or spoils its evidence.

Each of these was once taken, or broke the group it came in. They come signed by a device that
stands; beside each comes an honest statement, which has to be on record afterwards.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from showclear.app.incoming import Signed
from showclear.cli.main import main
from showclear.ledger.jws import sign_statement
from tests.stories.production import (
    Device,
    Production,
    crew_and_guns,
    people_arrive,
    production,
)

TABLET = Device(name="tablet")
AT = "2026-06-09T08:00:00Z"
DIGEST = "A" * 43


@pytest.fixture
def made(tmp_path: Path) -> Production:
    made = production(tmp_path / "western")
    made.take(*crew_and_guns(), TABLET.enrolled())
    return made


def raw(text: str, texts: dict[str, tuple[bytes, str]] | None = None) -> Signed:
    return Signed(jws=sign_statement(text.encode(), TABLET.key), texts=texts or {})


def poison(**more: Any) -> str:
    own = {"id": "poison", "what": "people.arrived", "at": AT, "by": "first-ad"}
    return json.dumps({**own, "attested": "badge", "people": ["dp"], **more})


POISONS = {
    "words-where-a-seal-should-be": raw(poison(note={"sealed": "she came drunk"})),
    "words-in-what-cannot-be-read": raw(poison(unread={"sealed": "she came drunk"})),
    "a-list-in-a-seal": raw(poison(unread={"sealed": ["she", "came", "drunk"]})),
    "a-text-for-nothing": raw(poison(), {"zzz": (bytes(16), "hello")}),
    "a-text-of-half-a-character": raw(
        poison(note={"sealed": DIGEST}), {"note": (bytes(16), "\ud800")}
    ),
    "nested": raw(poison(unit=0)[:-1] + ',"x":' + '{"a":' * 400 + "1" + "}" * 400 + "}"),
    "a-number-without-end": raw(poison()[:-1] + ',"count":1e999999999}'),
    "a-number-of-many-digits": raw(poison()[:-1] + ',"count":' + "7" * 300 + "}"),
    "a-pack-withdrawn": raw(
        json.dumps(
            {
                "id": "poison",
                "what": "pack.withdrawn",
                "at": AT,
                "by": "armorer",
                "attested": "badge",
                "pack": "showclear-baseline",
            }
        )
    ),
    "named-as-the-server": raw(poison(id="server")),
}


@pytest.mark.parametrize("name", POISONS)
def test_poison_is_kept_aside_and_what_came_beside_it_is_recorded(
    made: Production, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    honest = [TABLET.sign(people_arrive(f"honest-{number}", AT, "dp")) for number in range(2)]

    first, refused, last = made.record(honest[0], POISONS[name], honest[1])

    assert refused.aside is not None
    assert refused.index is None
    assert None not in (first.index, last.index)
    assert "showclear-baseline" in made.recorder.spine.adopted
    assert not any("drunk" in json.dumps(payload) for payload in made.payloads.values())
    made.recorder.publish()
    made.close()
    assert 0 == main(["verify", str(made.path)])
    assert 0 == main(["fsck", str(made.path)])
    assert 0 == main(["bundle", str(made.path), "-o", str(made.path.with_name("all.zip"))])
    capsys.readouterr()


def test_fault_of_ours_takes_only_the_statement_that_it_meets(
    made: Production, monkeypatch: pytest.MonkeyPatch
) -> None:
    from showclear.app import draft

    real = draft.seal

    def failing(fields: Any, salt: Any) -> Any:
        if fields.get("id") == "s2":
            raise ZeroDivisionError
        return real(fields, salt)

    monkeypatch.setattr(draft, "seal", failing)

    answers = made.take(*(people_arrive(f"s{number}", AT, "dp") for number in range(4)))

    assert [None, None, "not-taken", None] == [
        one.aside.reason if one.aside else None for one in answers
    ]
    assert ["s0", "s1", "s3"] == [one.id for one in answers if one.index is not None]
    assert "s2" in [aside.id for aside in made.asides]


def test_erasure_that_cannot_be_read_is_no_erasure_and_says_so(made: Production) -> None:
    made.take(people_arrive("noted", AT, "dp", note="a private word"))

    (refused,) = made.take(
        {"id": "gone", "what": "text.erased", "at": AT, "by": "upm", "of": "noted"}
    )

    assert refused.aside is not None
    assert "not-erased" == refused.aside.reason
    assert "nothing was erased" in refused.aside.sentence
