"""What the core's own holds say, in each language. Sentences only; nothing decides here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LANGUAGES: Final = ("en", "es")

SENTENCES: Final[Mapping[str, Mapping[str, tuple[str, str]]]] = {
    "en": {
        "stop": (
            "Work was stopped ({on}).",
            "Two people agree to go on, one of them neither the presser nor in the act",
        ),
        "pause": ("Paused ({on}).", "Whoever called the pause, or their role, lifts it"),
        "incident": (
            "{on} is open: an unplanned discharge, near miss or injury holds weapon work.",
            "Set what must be done, have it done and verified by another, then two people agree",
        ),
        "remedy": (
            "{on} must be verified before the restart.",
            "Have it done, and verified by somebody else",
        ),
        "held": ("{on} is held.", "A handler releases it, with the reason"),
        "misfire": (
            "{on} misfired and has not been released.",
            "A handler opens it, then notes the cause and releases it",
        ),
        "thing": ("{on} is held.", "Release it; its checks are then made again"),
        "away": ("{on} is away.", "Bring it back, or change the plan"),
        "concern": (
            "A concern is open ({on}).",
            "Answer it; the one who raised it says when it is solved",
        ),
        "walk-out": (
            "People walked out ({on}) and nobody was briefed to take over.",
            "Hold a meeting with whoever takes over, then two people agree to go on",
        ),
        "contradiction": (
            "What was said about {on} cannot all be so.",
            "A handler looks at it and says what is there",
        ),
        "unreadable": (
            "Something said about {on} could not be read.",
            "Two people read it and agree to go on",
        ),
        "unattended": ("{on} was left with nobody.", "A handler takes it, opens it and says so"),
        "unknown-rounds": (
            "{on} is on the set and nobody has shown what it is.",
            "A handler who did not receive it checks every round, or it goes off the premises",
        ),
        "live-rounds": ("{on} is live and on the set.", "Take it off the premises"),
        "found": ("A search found something ({on}).", "Place what was found off the premises"),
        "lot": ("{on} may not be used.", "Use another lot"),
        "unregistered": ("{on} is not registered.", "Register it"),
        "no-activity": ("Nobody said for which activity.", "Name the planned activity"),
        "refused": ("One person is not in this.", "Go on without them, or make another proposal"),
        "unplanned-person": (
            "{on} is in the act and not in the plan.",
            "Change the plan and tell those at risk",
        ),
        "over": ("More than planned or allowed: {on}.", "Keep within the plan, or change it"),
        "dropped": ("{on} was dropped.", "Plan it again"),
        "past-end": ("It is past the time {on} had to end by.", "Change the plan"),
        "failed": ("A check of {on} did not pass.", "Put it right and make the check again"),
        "minor": ("A minor is in the zone.", "Take the minor out of the zone"),
        "restart": ("This restart lacks what it needs.", "See what is missing"),
        "different": ("Two different people must agree.", "Have a second person agree"),
        "nothing": (
            "Nothing says what this needs.",
            "Adopt a pack that says it, or change the plan",
        ),
        "missing-weapon": (
            "{on} was not there when counted.",
            "Find it; a handler says where it is",
        ),
    },
    "es": {
        "stop": (
            "Se paró el trabajo ({on}).",
            "Dos personas acuerdan seguir; una no lo paró ni está en el acto",
        ),
        "pause": ("En pausa ({on}).", "La levanta quien la pidió o su mismo puesto"),
        "incident": (
            "{on} sigue abierto: un disparo no previsto, un casi accidente o una lesión "
            "detiene el trabajo con armas.",
            "Fijar el remedio, hacerlo, que otra persona lo verifique y que dos acuerden seguir",
        ),
        "remedy": (
            "{on} debe verificarse antes de seguir.",
            "Hacerlo, y que lo verifique otra persona",
        ),
        "held": ("{on} está retenida.", "Una armera o armero la libera, con el motivo"),
        "misfire": ("{on} falló y no se ha liberado.", "Abrirla, anotar la causa y liberarla"),
        "thing": ("{on} está retenido.", "Liberarlo; sus comprobaciones se hacen de nuevo"),
        "away": ("{on} no está.", "Traerlo o cambiar el plan"),
        "concern": (
            "Hay una preocupación abierta ({on}).",
            "Responderla; quien la dijo dice cuándo está resuelta",
        ),
        "walk-out": (
            "Hubo gente que se fue ({on}) y nadie fue informado para relevarla.",
            "Reunión con quienes relevan y dos personas acuerdan seguir",
        ),
        "contradiction": (
            "Lo dicho sobre {on} no puede ser todo cierto.",
            "Una armera o armero lo mira y dice qué hay",
        ),
        "unreadable": (
            "Algo dicho sobre {on} no se pudo leer.",
            "Dos personas lo leen y acuerdan seguir",
        ),
        "unattended": ("{on} quedó sin nadie.", "Una armera o armero la toma, la abre y lo dice"),
        "unknown-rounds": (
            "{on} está en el set y nadie ha mostrado qué es.",
            "Quien no la recibió revisa cada cartucho, o sale del lugar",
        ),
        "live-rounds": ("{on} es munición real y está en el set.", "Sacarla del lugar"),
        "found": ("Una búsqueda encontró algo ({on}).", "Sacar del lugar lo encontrado"),
        "lot": ("{on} no puede usarse.", "Usar otro lote"),
        "unregistered": ("{on} no está en el registro.", "Registrarlo"),
        "no-activity": ("Nadie dijo para qué actividad.", "Nombrar la actividad prevista"),
        "refused": ("Una persona no participa.", "Seguir sin ella o proponer otra cosa"),
        "unplanned-person": (
            "{on} está en el acto y no en el plan.",
            "Cambiar el plan y avisar a quienes corren riesgo",
        ),
        "over": ("Más de lo previsto o permitido: {on}.", "Mantenerse en el plan o cambiarlo"),
        "dropped": ("{on} se descartó.", "Planearlo de nuevo"),
        "past-end": ("Ya pasó la hora límite de {on}.", "Cambiar el plan"),
        "failed": ("Una comprobación de {on} no pasó.", "Corregirlo y repetir la comprobación"),
        "minor": ("Hay un menor en la zona.", "Sacar al menor de la zona"),
        "restart": ("A este reinicio le falta algo.", "Ver qué falta"),
        "different": ("Deben estar de acuerdo dos personas distintas.", "Que otra persona acuerde"),
        "nothing": (
            "Nada dice lo que esto necesita.",
            "Adoptar un paquete que lo diga o cambiar el plan",
        ),
        "missing-weapon": (
            "{on} no estaba al contar.",
            "Encontrarla; una armera o armero dice dónde está",
        ),
    },
}


def sentence(rule: str, language: str, **names: str) -> tuple[str, str]:
    """What a hold says and what to do next, with names filled in."""
    says, follow = SENTENCES.get(language, SENTENCES["en"])[rule]
    return says.format(**names), follow
