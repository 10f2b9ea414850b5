"""A stop on every open screen at once, and heard where a screen can sound.

What is protected: whatever somebody looks at (board, cart, floor, history, devices, paper) says
STOPPED after one press elsewhere, and a stop can be pressed there too; where a
screen was touched it really makes a tone, and where it was not, it says in words that it is
silent. A locked phone does not ring: the screens say that.

The sound is measured: all that a page sends to its loudspeaker is listened to beside it.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import looking
from tests.browser.chromium import LAPTOP, PHONE, TABLET, WALL, Device
from tests.browser.conftest import Stage
from tests.browser.people import scenes
from tests.browser.people.actor import Actor
from tests.browser.people.anybody import Anybody
from tests.browser.set import FilmSet

NO_RING = re.compile("locked phone (does not|will not) ring|No locked phone rings")
"""What no page can do. The wall says it shortest: at night each letter is light."""

LOUD = 0.2
"""The least that the loudest moment has to be; 1 is all that a loudspeaker gives."""

READING = ("/history", "/history?subject=rev-2", "/enrol", "/paper/today", "/paper/sheets")
"""Screens that are read or printed, and have no stream of their own."""

_LISTENS = """
(() => {
  const heard = {peak: 0, hertz: []};
  globalThis.heard = heard;
  const connect = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (to, ...more) {
    const done = connect.call(this, to, ...more);
    if (!(to instanceof AudioDestinationNode)) return done;
    const ear = this.context.createAnalyser();
    ear.fftSize = 4096;
    connect.call(this, ear);
    const [wave, notes] = [new Float32Array(4096), new Float32Array(ear.frequencyBinCount)];
    const listen = setInterval(() => {
      ear.getFloatTimeDomainData(wave);
      const peak = Math.max(...wave.map(Math.abs));
      heard.peak = Math.max(heard.peak, peak);
      if (peak < 0.2) return;
      ear.getFloatFrequencyData(notes);
      const most = notes.reduce((best, one, n) => (one > notes[best] ? n : best), 0);
      heard.hertz.push(Math.round((most * this.context.sampleRate) / ear.fftSize));
    }, 50);
    setTimeout(() => clearInterval(listen), 6_000);
    return done;
  };
})()
"""
"""Hear all that a page sends to its loudspeaker: how loud, and which note."""


def listened(who: Actor) -> Actor:
    """Listen to this one's device from now on."""
    who.context.add_init_script(_LISTENS)
    return who


def heard(page: Page) -> dict[str, Any]:
    """What came out of this page's loudspeaker so far."""
    found: dict[str, Any] = page.evaluate("() => ({...heard})")
    return found


def looks_at(stage: Stage, film: FilmSet, path: str, *, device: Device = LAPTOP) -> Anybody:
    """Somebody has this screen open on this machine, and has not touched it."""
    one = stage.comes(Anybody, path, film, device=device)
    listened(one)
    one.opens(path, at=film.here)
    return one


def says_stopped(page: Page) -> None:
    """Wait until the screen says in its largest words that the work is stopped."""
    said = page.locator("h1, .strip b").filter(has_text="STOPPED").filter(visible=True)
    expect(said.first).to_be_visible()


def stops(stage: Stage, film: FilmSet) -> None:
    """Somebody stops the work, elsewhere."""
    phone = stage.comes(Anybody, "a phone", film, device=PHONE)
    phone.opens("/stop", at=film.here)
    phone.presses_stop()


@pytest.mark.parametrize("path", ["/floor", "/board"])
def test_a_laptop_that_somebody_touched_sounds_two_notes(stage: Stage, path: str) -> None:
    film = stage.set("11:02")
    laptop = looks_at(stage, film, path)
    laptop.page.locator("main, .rows").first.click(position={"x": 4, "y": 4})
    before = heard(laptop.page)

    stops(stage, film)

    says_stopped(laptop.page)
    laptop.page.wait_for_function("() => heard.hertz.length > 20")
    after = heard(laptop.page)
    assert (0, []) == (before["peak"], before["hertz"]), "it sounded before anything was stopped"
    assert after["peak"] >= LOUD
    high = [one for one in after["hertz"] if 840 <= one <= 920]
    low = [one for one in after["hertz"] if 550 <= one <= 625]
    assert high
    assert low
    laptop.sees(NO_RING)


@pytest.mark.parametrize(
    ("path", "device", "yet"),
    [
        ("/board", WALL, "No sound yet: press a letter"),
        ("/floor", LAPTOP, "No sound here yet"),
        ("/cart", TABLET, "No sound here yet"),
        ("/history", LAPTOP, "No sound here yet"),
    ],
    ids=["board", "floor", "cart", "history"],
)
def test_a_screen_that_nobody_touched_is_silent_and_says_so(
    stage: Stage, path: str, device: Device, yet: str
) -> None:
    film = stage.set("11:02")
    screen = looks_at(stage, film, path, device=device)
    screen.sees(yet)

    stops(stage, film)

    says_stopped(screen.page)
    assert 0 == heard(screen.page)["peak"]
    screen.sees(yet if path == "/board" else "This screen made no sound")
    screen.sees(NO_RING)
    # Two people restart it, each for themselves: no screen offers it as one tap for both.
    screen.does_not_see("Work goes on, agreed by")
    screen.keeps_picture(f"silent{path.replace('/', '-')}")


def test_whoever_reads_or_prints_learns_of_a_stop_and_may_press_one(stage: Stage) -> None:
    film = stage.set("11:02")
    open_ = [looks_at(stage, film, path) for path in READING]
    for one in open_:
        expect(one.page.locator(".strip b")).to_contain_text("NOT CALLED")

    # Pressed on one of them, by a click, and so heard there as well.
    open_[0].presses_stop()

    for one in open_:
        says_stopped(one.page)
        one.sees(NO_RING)
    open_[0].page.wait_for_function("(loud) => heard.peak >= loud", arg=LOUD)
    (stop,) = film.said("stop.called")
    assert "anonymous" == stop["by"]
    open_[0].keeps_picture("history-stopped")


def test_the_strip_is_on_no_paper_and_can_be_read_on_a_small_phone(stage: Stage) -> None:
    film = stage.set("11:02")
    phone = looks_at(stage, film, "/paper/today", device=PHONE)
    phone.turns_to(360, 740)
    expect(phone.page.locator(".strip b")).to_contain_text("NOT CALLED")

    assert [] == looking.too_small(phone.page)
    assert [] == phone.axe_finds()
    phone.keeps_picture("paper-strip")
    phone.page.emulate_media(media="print")
    expect(phone.page.locator(".strip")).to_be_hidden()


def test_a_page_whose_server_is_gone_does_not_look_as_if_work_went_on(stage: Stage) -> None:
    film = stage.set("11:02")
    reader = stage.comes(Anybody, "reader", film)
    reader.complaints.expected.append("ERR_FAILED")
    reader.page.clock.install()
    reader.page.route(re.compile("/api/(stream|view)/board"), lambda route: route.abort())
    reader.opens("/history", at=film.here)
    strip = reader.page.locator(".strip")
    scenes.says(strip, "Not heard from the set yet")

    reader.page.clock.fast_forward(6_000)

    scenes.says(strip, "Not current", "Whether the work is stopped is not known here: ask aloud.")
    expect(strip.locator('[data-key="stop"]')).to_be_visible()
