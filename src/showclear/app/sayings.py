"""What does a case file say, as statements for a log?

1. What stands above its statements comes first, without a time: `at_is: order-only`.
2. The packs it names are adopted by name; with version and digest where they are installed.
   Said first to a fresh sample, it brings its own: what the sample was founded with and the
   case does not name is withdrawn, so that it is judged as `replay` judges it.
3. Its statements follow in the order in which they became known.
4. `truth`, `harm.done`, `expect` and `sources` are not said: nobody on that set said them.
5. Ids get the case's id before them, and what refers to a statement follows; ids of
   people, weapons, lots, things and activities stay as they are.
6. Only a production made as a sample takes `attested` as written. Everywhere else what
   comes from a file is `paper`, or `proxy` where it says so: nobody mints independent eyes
   with an editor.

Source: docs/formats/case.md; docs/formats/ledger.md, "What comes from a file".
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from showclear.app.attesting import says_with_itself
from showclear.core import vocabulary
from showclear.core.case import Case
from showclear.core.case_items import SECTIONS
from showclear.core.statement import TAGS, Statement
from showclear.rules.grammar import Pack

Plain = dict[str, Any]

FROM_FILES: Final = frozenset({"paper", "proxy"})
"""What `attested` may say of anything that came from a file."""

_NAMING: Final = {
    tag: frozenset(
        key
        for key, spec in vocabulary.fields_of(tag).items()
        if spec.kind.refers in ("said", "any", "about")
    )
    for tag in TAGS
}
"""By tag, the fields that may name a statement."""


def of_case(
    case: Case, packs: Mapping[str, Pack], *, sample: bool, withdrawn: Iterable[str] = ()
) -> Iterator[Plain]:
    """Give everything that a case says, in the order in which a log takes it.

    Args:
        withdrawn: Packs that the case is not judged by, to be withdrawn before it.
    """
    ids = frozenset(str(item.id) for item in case.statements)
    gone = (
        {"id": f"packs/{name}/withdrawn", **_UNTIMED, "what": "pack.withdrawn", "pack": name}
        for name in withdrawn
    )
    for said in (*above(case.raw), *gone, *_adopted(case, packs), *_timed(case)):
        yield as_from_file(_under(case.id, said, ids), sample=sample)


def as_from_file(said: Mapping[str, Any], *, sample: bool) -> Plain:
    """Return a statement with no more witness to who said it than a file can give."""
    taken = dict(said)
    if sample:
        taken.setdefault("attested", "badge")
        return taken
    taken["attested"] = _worth(taken.get("attested"))
    # `with: P` is short for a witness by badge, which no file can show.
    seen = None if says_with_itself(said) else taken.pop("with", None)
    named = seen if isinstance(seen, list) else [] if seen is None else [seen]
    witnesses = taken.get("witnesses", [])
    listed = witnesses if isinstance(witnesses, list) else [witnesses]
    if listed or named:
        taken["witnesses"] = [_witness(one) for one in listed] + [
            {"person": name, "how": "paper"} for name in named
        ]
    return taken


def _worth(attested: object) -> str:
    return "proxy" if attested == "proxy" else "paper"


def _witness(given: Any) -> Any:
    if not isinstance(given, Mapping):
        # It cannot be read as a witness; the reading says so and keeps it.
        return given
    return {**given, "how": _worth(given.get("how"))}


def _under(case: str, said: Plain, ids: frozenset[str]) -> Plain:
    """Put the case's id before the statement's, and before every one it refers to.

    A discharge or a walk-out is named by the statement that told of it, so what names
    anything may name a statement. Ids are one space: it is one if a statement has it.
    """
    naming = _NAMING.get(said.get("what", ""), frozenset()) | {"corrects", "for"}
    told = {
        key: _prefixed(case, value, ids) if key in naming else value for key, value in said.items()
    }
    told["id"] = f"{case}/{said['id']}"
    return told


def _prefixed(case: str, value: Any, ids: frozenset[str]) -> Any:
    if isinstance(value, list):
        return [_prefixed(case, item, ids) for item in value]
    return f"{case}/{value}" if isinstance(value, str) and value in ids else value


def _adopted(case: Case, packs: Mapping[str, Pack]) -> Iterator[Plain]:
    for name in case.packs:
        said: Plain = {"id": f"packs/{name}", **_UNTIMED, "what": "pack.adopted", "pack": name}
        if (pack := packs.get(name)) is not None:
            said |= {"version": pack.version, "sha256": pack.sha256}
        yield said


_UNTIMED: Final = {"at_is": "order-only", "by": "server", "attested": "server"}


def above(raw: Mapping[str, Any]) -> Iterator[Plain]:
    """Give the shorthand written out; what may stand there was settled when it was read."""
    for section, (tag, noun) in SECTIONS.items():
        for name, given in (raw.get(section) or {}).items():
            fields = copy.deepcopy(dict(given))
            shown = fields.pop("qualifications", []) if section == "people" else []
            duties = fields.pop("duties", []) if section == "people" else []
            if section in ("weapons", "lots"):
                fields.setdefault("from", "not said")
            if section == "lots":
                fields.setdefault("count", "unknown")
            yield {"id": f"{section}/{name}", "what": tag, **_UNTIMED, noun: name, **fields}
            for place, one in enumerate(shown, 1):
                own = {"id": f"{section}/{name}/qualification-{place}", "person": name}
                yield {"what": "qualification.shown", **_UNTIMED, **own, **one}
            for place, duty in enumerate(duties if isinstance(duties, list) else [duties], 1):
                own = {"id": f"{section}/{name}/duty-{place}", "people": name, "duty": duty}
                yield {"what": "duty.assigned", **_UNTIMED, **own}


def _timed(case: Case) -> Iterator[Plain]:
    by_id = {said["id"]: said for said in map(_plain, case.raw.get("statements", ())) if said}
    for item in case.items:
        if isinstance(item, Statement):
            yield copy.deepcopy(by_id[item.id])


def _plain(item: Mapping[str, Any]) -> Plain | None:
    if set(item) == {"ask"}:
        return {"what": "gate.asked", **item["ask"]}
    return dict(item) if "id" in item else None
