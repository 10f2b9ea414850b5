"""A statement: one timed sentence by a person, the only way anything enters the record.

Each tag of the vocabulary is a frozen class below `Statement`; the class is the row
of the vocabulary table. Its annotated fields say what may be said, its default
says whether a field may be left out, and `gated_by` says which question comes before.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from typing import Any, ClassVar, Final, TypeVar

from showclear.core.errors import MisuseError
from showclear.core.fields import Kind, PersonId, StatementId
from showclear.core.kinds import Witness


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What every statement carries.

    Attributes:
        id: Minted where it was said; unique in the record.
        at: When it was so, UTC. None only for what a case file gives without a time.
        at_is: `exact`, `about` or `order-only`; the last is unknown to rules that
            count minutes.
        by: Who said it, or `anonymous`, or `server`.
        said_by: Whose words these are when somebody else entered them.
        for_: The activity, or what `for` means for this tag.
        entered_at: When it became known, if later than `at`.
        corrects: The statement it stands beside.
        witnesses: Who else says they saw it, each with how that is known.
        attested: How it is known who said it.
    """

    what: ClassVar[str] = ""
    gated_by: ClassVar[str] = ""
    means: ClassVar[str] = ""
    opens_day: ClassVar[bool] = True
    either: ClassVar[tuple[tuple[str, ...], ...]] = ()

    id: StatementId
    at: datetime | None = None
    at_is: str = "exact"
    by: PersonId
    said_by: PersonId | None = None
    for_: str | None = None
    note: str | None = None
    because: str | None = None
    unit: str | None = None
    entered_at: datetime | None = None
    corrects: StatementId | None = None
    witnesses: tuple[Witness, ...] = ()
    attested: str = "badge"

    @property
    def speaker(self) -> PersonId:
        """Whose words these are."""
        return self.said_by or self.by

    @property
    def known_at(self) -> datetime | None:
        """When the record came to hold it."""
        return self.entered_at or self.at


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept(Statement):
    """A live statement that could not be read as its tag asks. Kept, and it holds.

    Attributes:
        tag: The tag as it was said, known or not; empty if there was none.
        names: Every id-like word in it, so that it holds what it speaks of.
        faults: What was wrong with it, one sentence each.
        anything: Whether it may be about anything: its tag, or what it is about, is among
            what could not be read.
    """

    tag: str = ""
    names: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    anything: bool = False


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field of a tag: its key in the file, its attribute, kind and whether required."""

    key: str
    attr: str
    kind: Kind
    required: bool


TAGS: Final[dict[str, type[Statement]]] = {}
"""The vocabulary table: every tag and its class."""

SPECS: Final[dict[str, Mapping[str, FieldSpec]]] = {}
"""Every tag and its own fields by key, singular spellings included."""

SINGULAR: Final[dict[str, str]] = {
    "people": "person",
    "weapons": "weapon",
    "lots": "lot",
    "things": "thing",
    "activities": "activity",
    "checks": "check",
    "roles": "role",
    "topics": "topic",
    "posts": "post",
    "witnesses": "witness",
    "permits": "permit",
}
_KEYS: Final = {
    "for_": "for",
    "from_": "from",
    "except_": "except",
    "as_": "as",
    "with_": "with",
}

S = TypeVar("S", bound=Statement)


def kind_of(hint: object) -> Kind | None:
    """Find the `Kind` in an annotation such as `Annotated[X, Kind] | None`."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        for part in typing.get_args(hint):
            if (found := kind_of(part)) is not None:
                return found
        return None
    for meta in getattr(hint, "__metadata__", ()):
        if isinstance(meta, Kind):
            return meta
    return None


def specs_of(cls: type[Any], *, skip: frozenset[str] = frozenset()) -> dict[str, FieldSpec]:
    """Return the fields of a class by the key they have in a file, in order."""
    hints = typing.get_type_hints(cls, include_extras=True)
    out: dict[str, FieldSpec] = {}
    for item in fields(cls):
        if item.name in skip:
            continue
        kind = kind_of(hints[item.name])
        if kind is None:
            raise MisuseError(f"{cls.__name__}.{item.name} has no kind")
        required = item.default is MISSING and item.default_factory is MISSING
        key = _KEYS.get(item.name, item.name)
        spec = FieldSpec(key, item.name, kind, required)
        out[key] = spec
        if key in SINGULAR:
            out[SINGULAR[key]] = FieldSpec(SINGULAR[key], item.name, kind, required)
    return out


COMMON: Final[frozenset[str]] = frozenset(item.name for item in fields(Statement))


@typing.dataclass_transform(frozen_default=True, kw_only_default=True)
def tag(
    name: str,
    *,
    gate: str = "",
    means: str,
    opens_day: bool = True,
    either: tuple[tuple[str, ...], ...] = (),
) -> Callable[[type[S]], type[S]]:
    """Make a frozen statement class and enter it into the vocabulary table.

    Args:
        name: The tag as it is said.
        gate: The gate asked before it, for gated acts.
        means: Its effect on the state, in one sentence for the documentation.
        opens_day: Whether it may open a ShootDay by being its first timed statement.
        either: Alternatives, at least one of which must be given whole.
    """

    def enter(cls: type[S]) -> type[S]:
        if name in TAGS:
            raise MisuseError(f"{name} is in the vocabulary already")
        # A tag may ask for a common field (`for`, `because`) by annotating it anew.
        common = COMMON - set(cls.__annotations__)
        made = dataclass(frozen=True, slots=True, kw_only=True)(cls)
        made.what, made.gated_by, made.means, made.opens_day = (
            name,
            gate,
            means,
            opens_day,
        )
        made.either = either
        TAGS[name] = made
        SPECS[name] = specs_of(made, skip=common)
        return made

    return enter


def word_of_key(attr: str) -> str:
    """Return the key in a file of an attribute: `for_` is `for`."""
    return _KEYS.get(attr, attr)
