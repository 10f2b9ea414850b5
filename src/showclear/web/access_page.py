"""The tables of docs/design/access.md, made from the tables that the program goes by."""

from __future__ import annotations

from collections.abc import Iterator

from showclear.app.enrolling import ENROLLING_ROLES
from showclear.app.offering import NOT_OFFERED, OFFERED
from showclear.app.own_words import OWN_WORDS
from showclear.core import vocabulary
from showclear.web.access import ROUTES, Guard


def routes_table() -> str:
    """Who may use which address."""
    rows = ["| address | who may |", "| --- | --- |"]
    order = list(Guard)
    by_guard = sorted(ROUTES.items(), key=lambda row: (order.index(row[1]), row[0][1], row[0][0]))
    rows += [f"| `{method} {path}` | {guard.value} |" for (method, path), guard in by_guard]
    return _page(rows)


def offers_table() -> str:
    """Which acts are offered to which roles."""
    groups: dict[frozenset[str], list[str]] = {}
    for tag, roles in OFFERED.items():
        groups.setdefault(roles, []).append(tag)
    rows = ["| offered to | acts |", "| --- | --- |"]
    rows += [f"| {_words(roles)} | {_words(tags)} |" for roles, tags in _in_order(groups)]
    rest = set(vocabulary.table()) - set(OFFERED) - NOT_OFFERED
    rows.append(f"| everybody on an enrolled device | {_words(rest)} |")
    rows.append(f"| nobody on a screen | {_words(NOT_OFFERED)} |")
    return _page(rows)


def own_words_line() -> str:
    """What somebody may say for themselves on a shared screen."""
    return _words(OWN_WORDS) + "\n"


def enrolling_line() -> str:
    """Who lets devices in and gives badges."""
    return _words(ENROLLING_ROLES) + "\n"


def _in_order(
    groups: dict[frozenset[str], list[str]],
) -> Iterator[tuple[frozenset[str], list[str]]]:
    yield from sorted(groups.items(), key=lambda group: (len(group[0]), sorted(group[0])))


def _words(words: object) -> str:
    assert isinstance(words, frozenset | set | list)
    return " ".join(f"`{word}`" for word in sorted(words))


def _page(rows: list[str]) -> str:
    return "\n".join(rows) + "\n"


PARTS = {
    "routes": routes_table,
    "offers": offers_table,
    "own-words": own_words_line,
    "enrolling": enrolling_line,
}


def filled(page: str) -> str:
    """Return the page with each part between `<!-- NAME -->` and `<!-- end -->` made anew."""
    for name, made in PARTS.items():
        head, begin, rest = page.partition(f"<!-- {name} -->\n")
        _, end, tail = rest.partition("<!-- end -->\n")
        if begin and end:
            page = f"{head}{begin}{made()}{end}{tail}"
    return page
