"""How a device comes in, and whose word counts on it.

What is protected: a key is made in the browser and cannot be taken out of it; a code works once;
what a tapped name says is told apart from what a badge or PIN shows.
"""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.chromium import PHONE, TABLET
from tests.browser.conftest import Stage
from tests.browser.people.actor import Actor

_KEPT = """
async () => {
  const found = [];
  const look = (value, deep) => {
    if (value instanceof CryptoKey) found.push([value.type, value.algorithm.name, value.extractable]);
    else if (value && typeof value === 'object' && deep < 5) {
      for (const each of Object.values(value)) look(each, deep + 1);
    }
  };
  const asked = (request) => new Promise((done, no) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => no(request.error);
  });
  for (const {name} of await indexedDB.databases()) {
    const open = await asked(indexedDB.open(name));
    for (const store of open.objectStoreNames) {
      look(await asked(open.transaction(store).objectStore(store).getAll()), 0);
    }
    open.close();
  }
  return found;
}
"""
"""Every key that this page's storage holds: what it is, and whether it can be taken out."""


def test_a_key_is_made_in_the_browser_and_never_leaves_it(stage: Stage) -> None:
    film = stage.set("11:02")
    phone = stage.comes(Actor, "ad", film, device=PHONE)

    phone.is_let_in("phone", person="ad")

    (enrolled,) = [one for one in film.said("device.enrolled") if one["device"] == "set-server"][
        -1:
    ]
    assert "ad" == enrolled["person"]
    kept = phone.page.evaluate(_KEPT)
    assert [["private", "Ed25519", False]] == [one for one in kept if one[0] == "private"]
    phone.page.reload()
    assert kept == phone.page.evaluate(_KEPT)


def test_a_code_works_once(stage: Stage) -> None:
    film = stage.set("11:02")
    path = film.invites("tablet")
    first = stage.comes(Actor, "cart", film, device=TABLET)
    second = stage.comes(Actor, "somebody else", film, device=PHONE)
    second.complaints.expected.append(r"status of 403")
    first.page.goto(film.tls + path)
    first.at_key("enrol").click()
    first.page.wait_for_url("**/cart")

    second.page.goto(film.tls + path)
    second.at_key("enrol").click()

    expect(second.page.get_by_text("used already")).to_be_visible()
    assert 1 == len([one for one in film.said("device.enrolled") if one["kind"] == "tablet"])
