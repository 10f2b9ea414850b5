"""A pack on paper: every rule read aloud with where it comes from, as Markdown or HTML.

* What a rule asks is read from its structure (`rules.aloud`), never from the author's sentence.
* A pack comes from a stranger: its words are text in either form, and an address is a link
  only if it is one of the web.
* The page says what a clear gate is not: an opinion on law.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from showclear.rules.aloud import aloud, missing_aloud
from showclear.rules.grammar import After, Pack, Rule

HOW: Final = {
    "direct": "read in its source",
    "secondary": "read second-hand",
    "low": "not read in its source",
}
OWN_WORDS: Final = frozenset({"practice", "studio"})
"""Forces whose rules are their author's own words and hold as written."""
NO_OPINION: Final = (
    "This page is made from the pack itself. A gate that clears says that what is listed here "
    "is recorded, by whom and when. It is no opinion on law, and no promise."
)


# --- what is said of a rule --------------------------------------------------------


def follows(pack: Pack, rule: Rule) -> str:
    """What happens where it is not so."""
    alone = isinstance(rule.shape, After) and not rule.before
    if alone or rule.otherwise == ("alert",):
        return "If not, it is told at once"
    if pack.force not in OWN_WORDS and rule.cite.how != "direct":
        return "If not, it warns, and holds once somebody has recorded reading the source"
    return "If not, it holds"


def how_read(rule: Rule) -> str:
    """How surely its source was read, and when."""
    how = HOW[rule.cite.how]
    return how if rule.cite.read is None else f"{how} on {rule.cite.read.isoformat()}"


def dates_aloud(start: date | None, end: date | None) -> str:
    """From when until when it is in force."""
    if start is None and end is None:
        return "without dates"
    first = "" if start is None else f"from {start.isoformat()}"
    last = "" if end is None else f"until {end.isoformat()}, exclusive"
    return " ".join(part for part in (first, last) if part)


# --- pages -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Form:
    """How a page is written down.

    Attributes:
        ending: Of a file.
        text: Makes text of a stranger's words.
        whole: Puts the page together from its title and its parts.
    """

    ending: str
    text: Callable[[str], str]
    heading: Callable[[int, str], str]
    paragraph: Callable[[str], str]
    items: Callable[[list[str]], str]
    code: Callable[[str], str]
    strong: Callable[[str], str]
    link: Callable[[str], str]
    whole: Callable[[str, str], str]


def page_of(pack: Pack, form: Form) -> str:
    """The printable page of a pack."""
    return form.whole(form.text(pack.title["en"]), "".join(_parts(pack, form)))


def _parts(pack: Pack, form: Form) -> Iterator[str]:
    yield form.heading(1, form.text(pack.title["en"]))
    yield form.items(
        [
            f"Pack {form.code(pack.id)}, version {form.text(pack.version)}",
            f"Applies: {form.text(pack.jurisdiction)}; force: {pack.force}; "
            f"in force {dates_aloud(*pack.in_force)}",
            f"{len(pack.rules)} rules; SHA-256 {form.code(pack.sha256)}",
        ]
    )
    yield form.paragraph(form.text(NO_OPINION))
    for rule in pack.rules:
        yield form.heading(2, form.text(rule.id))
        yield form.paragraph(form.text(aloud(pack, rule)))
        yield form.items(list(_of_rule(pack, rule, form)))


def _of_rule(pack: Pack, rule: Rule, form: Form) -> Iterator[str]:
    yield f"{follows(pack, rule)}: {form.strong(form.text(missing_aloud(rule)))}"
    yield f"Says: “{form.text(rule.say['en'])}” Next: “{form.text(rule.next['en'])}”"
    link = f", {form.link(rule.cite.url)}" if rule.cite.url else ""
    yield f"Source: {form.text(str(rule.cite))}, {how_read(rule)}{link}"
    if any(rule.in_force):
        yield f"In force {dates_aloud(*rule.in_force)}"


_WEB: Final = re.compile(r"https?://[!-~]+")
_SIGNS: Final = re.compile(r"([\\`*_{}\[\]<>#|~&!])")
_LISTS: Final = re.compile(r"^(\s*)([-+]|\d+(?=[.)]))", re.MULTILINE)


def _marked(text: str) -> str:
    """Text of which Markdown makes nothing else.

    >>> _marked("<b> and *")
    '\\\\<b\\\\> and \\\\*'
    """
    escaped = _SIGNS.sub(r"\\\1", " ".join(text.split()))
    return _LISTS.sub(r"\1\\\2", escaped)


def _marked_link(url: str) -> str:
    return f"<{url}>" if _WEB.fullmatch(url) and not set("<>") & set(url) else _marked(url)


MARKDOWN: Final = Form(
    ending="md",
    text=_marked,
    heading=lambda level, text: f"{'#' * level} {text}\n\n",
    paragraph=lambda text: f"{text}\n\n",
    items=lambda items: "".join(f"- {item}\n" for item in items) + "\n",
    code=lambda text: f"`{text}`",
    strong=lambda text: f"**{text}**",
    link=_marked_link,
    whole=lambda title, body: body.rstrip("\n") + "\n",
)

_STYLE: Final = (
    "body{font:11pt/1.4 serif;max-width:42em;margin:2em auto;padding:0 1em}"
    "h1{font-size:1.5em}h2{font-size:1.1em;margin:1.5em 0 .3em;break-after:avoid}"
    "p,ul{margin:.4em 0}code{overflow-wrap:anywhere}li{break-inside:avoid}"
    "@media print{body{margin:0;max-width:none}a{color:inherit}}"
)


def _html_link(url: str) -> str:
    shown = html.escape(url)
    return f'<a href="{shown}">{shown}</a>' if _WEB.fullmatch(url) else shown


HTML: Final = Form(
    ending="html",
    text=html.escape,
    heading=lambda level, text: f"<h{level}>{text}</h{level}>\n",
    paragraph=lambda text: f"<p>{text}</p>\n",
    items=lambda items: "<ul>" + "".join(f"<li>{item}</li>\n" for item in items) + "</ul>\n",
    code=lambda text: f"<code>{html.escape(text)}</code>",
    strong=lambda text: f"<strong>{text}</strong>",
    link=_html_link,
    whole=lambda title, body: (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"{body}</body>\n</html>\n"
    ),
)
