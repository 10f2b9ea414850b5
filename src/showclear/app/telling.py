"""What came of a replay, in honest words.

* "Would have been held, had it been used honestly": never that anything was prevented,
  for nobody knows what those people would have done with a hold.
* Held for another reason than the case names is said as that, and is no success.
* What a mode shows of the limits is said as plainly as what was held.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from showclear.app.expecting import answers
from showclear.app.replay import Replayed, summary_json
from showclear.app.replaying import Judged
from showclear.core.gates import Hold

PHRASES: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "would": "Would have been held, had it been used honestly, at {at} ({gate}) for "
        "{words}{lead}.",
        "lead": ": {n} before the harm",
        "statements": "{n} statements",
        "statement": "{n} statement",
        "and": " and ",
        "fatal-held": "The fatal gate, {at}, holds for {words}.",
        "fatal-other": "The fatal gate, {at}, does not hold for {wanted}; still for {words}.",
        "fatal-clear": "The fatal gate, {at}, would have cleared.",
        "not-before": "Would not have been held before the harm for a reason the case names.",
        "no-fatal": "No gate is named as the fatal one: nothing is claimed.",
        "control": "A control. No gate can see what happened here, and nothing is claimed.",
        "ticked": "Had each missing thing been entered by one person alone, without its being so:",
        "colluded": "Had two people together entered whatever was asked for:",
        "colluded-clear": "Two people who lie together get a clear. That is a limit of the system.",
        "unused": "Had nobody opened it, nothing would have been held, for nobody would have "
        "looked. Above stands what the acts alone would have met.",
        "day": "{clear} of {gates} gates clear.",
        "held-as-expected": "Held, as it had to be: {list}.",
        "held": "Held: {list}.",
        "no-unexpected": "Nothing else was held.",
        "unexpected": "Held, and should not have been: {list}.",
        "warnings": "Warnings: {n}.",
        "repaired": "With the plan put right and every next step taken, no gate holds.",
        "repaired-not": "With the plan put right and every step taken, these still hold: {list}.",
        "only-that": "With all else put right, {at} holds, for {words} alone.",
        "unmet": "Not as the case expects: {text}.",
        "sum-incidents": "{held} of {n} incidents would have been held before the harm, "
        "had it been used honestly.",
        "sum-days": "Compliant days: {n}; held and should not have been: {unexpected}.",
        "limit": "A clear says that these checks are recorded. Whether anybody looked, the record "
        "cannot know.",
    },
    "es": {
        "would": "Se habría detenido, usado con honradez, en {at} ({gate}) por {words}{lead}.",
        "lead": ": {n} antes del daño",
        "statements": "{n} anotaciones",
        "statement": "{n} anotación",
        "and": " y ",
        "fatal-held": "La puerta fatal, {at}, se detiene por {words}.",
        "fatal-other": "La puerta fatal, {at}, no se detiene por {wanted}; aún por {words}.",
        "fatal-clear": "La puerta fatal, {at}, habría quedado libre.",
        "not-before": "No se habría detenido antes del daño por ningún motivo que el caso nombre.",
        "no-fatal": "Ninguna puerta se nombra como fatal: no se afirma nada.",
        "control": "Un control. Ninguna puerta puede ver lo que pasó aquí; no se afirma nada.",
        "ticked": "Si una persona sola hubiera anotado cada cosa que faltaba, sin que fuera así:",
        "colluded": "Si dos personas juntas hubieran anotado todo lo que se pedía:",
        "colluded-clear": "Dos personas que mienten juntas pasan. Es un límite del sistema.",
        "unused": "Si nadie lo hubiera abierto, nada se habría detenido, pues nadie habría mirado. "
        "Arriba está lo que habrían encontrado los actos solos.",
        "day": "{clear} de {gates} puertas libres.",
        "held-as-expected": "Detenido, como debía ser: {list}.",
        "held": "Detenido: {list}.",
        "no-unexpected": "Nada más se detuvo.",
        "unexpected": "Detenido sin deber serlo: {list}.",
        "warnings": "Avisos: {n}.",
        "repaired": "Corregido el plan y dado cada paso, ninguna puerta se detiene.",
        "repaired-not": "Corregido el plan y dado cada paso, aún se detienen: {list}.",
        "only-that": "Corregido todo lo demás, {at} se detiene solo por {words}.",
        "unmet": "No es lo que el caso espera: {text}.",
        "sum-incidents": "{held} de {n} incidentes se habrían detenido antes del daño, "
        "usado con honradez.",
        "sum-days": "Días cumplidores: {n}; detenido sin deber serlo: {unexpected}.",
        "limit": "Una puerta libre dice que estas comprobaciones constan. Si alguien miró, el "
        "registro no lo sabe.",
    },
}


def lead_time(seconds: int) -> str:
    """Say how long it is, in the two largest units.

    >>> lead_time(2820), lead_time(7500), lead_time(45), lead_time(90000)
    ('47 min', '2 h 5 min', '45 s', '1 d 1 h')
    """
    sizes = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))
    parts: list[str] = []
    for unit, size in sizes:
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2]) or "0 s"


def words_held(one: Judged | None) -> tuple[str, ...]:
    """Every word a gate holds for, in the order of its reasons."""
    if one is None or not isinstance(one.verdict, Hold):
        return ()
    return tuple(dict.fromkeys(word for reason in one.verdict.reasons for word in reason.missing))


def words_named(done: Replayed, one: Judged) -> tuple[str, ...]:
    """The words a gate holds for that the case names as its reason."""
    if not isinstance(one.verdict, Hold):
        return ()
    wanted = done.expect.because.get(one.statement.id, ())
    return tuple(
        dict.fromkeys(
            want.missing
            for want in wanted
            if any(answers(reason, want) for reason in one.verdict.reasons)
        )
    )


def gate_at(done: Replayed, name: str | None) -> Judged | None:
    """The judged gate of a statement."""
    return next((one for one in done.walk.judged if one.statement.id == name), None)


def told(done: Replayed, language: str = "en") -> tuple[str, ...]:
    """Say what came of one replay, a sentence or two at a time."""
    say = PHRASES.get(language, PHRASES["en"])
    if done.case.kind == "twin":
        return _twin(done, say)
    lines: list[str] = []
    if done.mode == "unused":
        lines.append(say["unused"])
    elif done.case.kind == "control":
        lines.append(say["control"])
    elif done.case.kind == "incident":
        lines += _incident(done, say)
    else:
        lines += _day(done, say)
    return (*lines, *_unmet(done, say))


def _unmet(done: Replayed, say: Mapping[str, str]) -> list[str]:
    if done.mode != "honest":
        return []
    return [say["unmet"].format(text=text) for text in done.found.unmet]


def _incident(done: Replayed, say: Mapping[str, str]) -> list[str]:
    lines: list[str] = []
    found = done.found
    first = gate_at(done, found.first_hold)
    if done.mode in ("ticked", "colluded"):
        lines.append(say[done.mode])
    elif found.held_before_harm and first is not None:
        words = ", ".join(words_named(done, first))
        gate = first.question.gate
        at = first.statement.id
        lines.append(say["would"].format(at=at, gate=gate, words=words, lead=_lead(done, say)))
    elif found.held_before_harm is False:
        lines.append(say["not-before"])
    lines += [_fatal(done, name, say) for name in done.expect.fatal]
    if not done.expect.fatal:
        lines.append(say["no-fatal"])
    if done.mode == "colluded" and not done.walk.held:
        lines.append(say["colluded-clear"])
    return lines


def _lead(done: Replayed, say: Mapping[str, str]) -> str:
    found = done.found
    if found.lead_statements is None:
        return ""
    count = found.lead_statements
    text = say["statement" if count == 1 else "statements"].format(n=count)
    if found.lead_seconds is not None:
        text += say["and"] + lead_time(found.lead_seconds)
    return say["lead"].format(n=text)


def _fatal(done: Replayed, name: str, say: Mapping[str, str]) -> str:
    one = gate_at(done, name)
    named = () if one is None else words_named(done, one)
    held = words_held(one)
    if named:
        return say["fatal-held"].format(at=name, words=", ".join(named))
    if held:
        wanted = ", ".join(want.missing for want in done.expect.because.get(name, ()))
        return say["fatal-other"].format(at=name, wanted=wanted, words=", ".join(held))
    return say["fatal-clear"].format(at=name)


def _day(done: Replayed, say: Mapping[str, str]) -> list[str]:
    gates, held = len(done.walk.judged), done.walk.held
    lines = [say["day"].format(clear=gates - len(held), gates=gates)]
    expected = [one for one in held if one.statement.id not in done.found.unexpected]
    if expected and done.mode == "honest":
        # Nobody expected anything of a record: it tells what was, and no more.
        phrase = "held" if done.case.kind == "record" else "held-as-expected"
        lines.append(say[phrase].format(list=_list(done, expected)))
    if not done.found.unexpected:
        lines.append(say["no-unexpected"])
    else:
        others = [one for one in held if one.statement.id in done.found.unexpected]
        lines.append(say["unexpected"].format(list=_list(done, others)))
    if done.found.warnings:
        lines.append(say["warnings"].format(n=done.found.warnings))
    return lines


def _list(done: Replayed, held: Iterable[Judged]) -> str:
    parts = []
    for one in held:
        words = words_named(done, one) or words_held(one)
        parts.append(f"{one.statement.id} ({', '.join(words)})")
    return ", ".join(parts)


def _twin(done: Replayed, say: Mapping[str, str]) -> tuple[str, ...]:
    held = done.walk.held
    if done.case.id.endswith("--repaired"):
        if not held:
            return (say["repaired"],)
        return (say["repaired-not"].format(list=_list(done, held)),)
    if done.found.unmet:
        return tuple(_unmet(done, say))
    at = ", ".join(one.statement.id for one in held)
    words = dict.fromkeys(word for one in held for word in words_held(one))
    return (say["only-that"].format(at=at, words=", ".join(words)),)


def told_of_all(done: Iterable[Replayed], language: str = "en") -> tuple[str, ...]:
    """Say what several cases add up to, and the limit of it all."""
    say = PHRASES.get(language, PHRASES["en"])
    listed = list(done)
    total = summary_json(listed)
    lines: list[str] = []
    honest = all(one.mode == "honest" for one in listed)
    if total["incidents"] > 1 and honest:
        held, count = total["held_before_harm"], total["incidents"]
        lines.append(say["sum-incidents"].format(held=held, n=count))
    if total["compliant_days"] and len(listed) > 1 and honest:
        unexpected = total["unexpected_holds"]
        lines.append(say["sum-days"].format(n=total["compliant_days"], unexpected=unexpected))
    return (*lines, say["limit"])
