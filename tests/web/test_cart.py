"""Protects: the cart's page and its view reach the tablet through the real server, and a stranger
learns nothing from them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from showclear.web.pages import STATIC
from tests.stories.production import Device
from tests.web.serving import Served, served


@pytest.fixture(scope="module")
def on_set(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("cart")) as found:
        yield found


def test_the_tablet_gets_every_weapon_and_a_sheet_for_each(on_set: Served) -> None:
    tablet = on_set.enrol(Device(name="tablet-1"))

    view = tablet.client.get("/api/view/cart").json()

    assert {"revolver", "rubber"} == {one["key"] for one in view["cards"]}
    assert {"revolver", "rubber"} <= set(view["sheets"])
    assert ("Not opened", True) == next(
        (one["in"]["says"], one["in"]["solid"]) for one in view["cards"] if one["key"] == "revolver"
    )


def test_what_is_tapped_on_the_cart_stands_on_it_with_the_next_view(on_set: Served) -> None:
    tablet = on_set.enrol(Device(name="tablet-2"))
    sheet = tablet.client.get("/api/view/cart").json()["sheets"]["rubber"]
    act = next(one for one in sheet["foot"] if one["look"] == "main")
    at, who = on_set.story.clock(), {"by": "props", "attested": "shared-tablet"}
    said = [{"id": f"tap-{n}", "at": at, **who, **one} for n, one in enumerate(act["write"])]

    answers = tablet.say(*said)

    assert [None] == [one["aside"] for one in answers]
    cards = tablet.client.get("/api/view/cart").json()["cards"]
    assert "on the cart" == next(one["where"] for one in cards if one["key"] == "rubber")


def test_the_page_has_no_script_and_no_style_of_its_own_in_it(on_set: Served) -> None:
    page = on_set.client().get("/cart")

    assert 200 == page.status_code
    assert "style=" not in page.text
    assert page.text.count("<script") == page.text.count("<script src=") + page.text.count(
        '<script type="module" src='
    )


@pytest.mark.parametrize("name", ["cart.js", "cart_sheet.js", "cart_chosen.js"])
def test_no_script_of_the_cart_knows_a_name_of_any_day(name: str) -> None:
    text = (Path(STATIC) / "js" / name).read_text(encoding="utf-8")

    assert not [word for word in ("rev-", "sheriff", "outlaw", "western") if word in text]
