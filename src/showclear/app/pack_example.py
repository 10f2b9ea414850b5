"""What stands in a new pack: one rule that loads, its case, and in comments what else there is.

* It passes `packs check` and `packs test` as it is, so that an author changes something that
  works, one word at a time, and hears at once which word it was.
* It claims no source: the author's own handbook, to be named by them.
"""

from __future__ import annotations

from typing import Final

PACK: Final = """\
# A pack of rules of your own. Nothing in it is carried out; it only says what has to be recorded
# before an act. It is asked beside every other pack that is adopted, and weakens none of them.
#
#   showclear packs check {name}/pack.yaml    is every word known, every threshold tried?
#   showclear packs test {name}/pack.yaml     do its cases come to what they should?
#   showclear packs show {name}/pack.yaml     hear what will be asked
#
# Editors that know YAML complete the words: `showclear packs schema > pack.schema.json`, then
# at the top of this file the line
#   # yaml-language-server: $schema=pack.schema.json
pack: {name}
title:
  en: "What our production asks"          # a sentence in English is required,
  es: "Lo que pide nuestra producción"    # one in Spanish is asked for by `packs check`
version: "1"
vocabulary: 0
jurisdiction: any        # where it applies: any, or such as US-CA, CA-ON, GB
force: studio            # law, agreement, guidance, practice, studio; yours: one of the last two

# Names for people, to be used as `is: one of our medics` and `by: one of our medics`.
define:
  one of our medics: {{role: medic}}

# What lifts a rule, by name, for `unless: [NAME]`. What lifted it is listed in the answer.
# exceptions:
#   nobody performs it:
#     activity: {{phase: prep}}

rules:
  # Every X in a set needs something. Read it aloud: `showclear packs show {name}/medic-looked`.
  - id: medic-looked
    # Where it comes from, so that whoever is held can look it up.
    cite: {{instrument: Our safety handbook, provision: "1", how: direct}}
    # The gates at which it is asked: take-out, load, hand-over, enter, arm, test, rehearse,
    # start, roll, resume, close-day.
    before: roll
    # When it is asked; what is not known is asked for as well.
    when: {{hazards: any of fall, fire, vehicle}}
    every: activity in the activity
    needs:
      a check:
        check: medic-present
        on: this activity
        by: one of our medics
        at: within 60 minutes
    # What is missing defaults to the check; `missing: WORD` says something else.
    say:
      en: "No medic has said within the hour that they are here for {{activity}}"
      es: "En la última hora nadie de asistencia médica ha dicho estar aquí para {{activity}}"
    next:
      en: "Have the medic say that they are here"
      es: "Que asistencia médica diga que está aquí"

  # `within 60 minutes` is a threshold: a case in cases/ tries it under, on and over.
  #
  # The other shapes, each to be completed with id, cite, say and next like the rule above:
  #
  #   at least: 2 different independent eyes in checks       # two who each say so themselves
  #   where: {{check: rigging-double-checked, on: the thing, since: the activity last changed}}
  #
  #   at most: 4 different person in people in the zone      # never more than
  #
  #   no: weapon in all weapons                              # none
  #   where: {{custody: unattended}}
  #
  #   # A wait, or with `within: 8 hours` and `needs` a duty. Its gates stand in `then`:
  #   after: {{activity.finished: {{activity: {{hazards: fire}}}}}}
  #   at least: 30 minutes
  #   then: hold at close-day
  #
  #   # As long as an activity is on; without `before` and `when`:
  #   while: {{hazards: water}}
  #   at most: 5 times as many others in people really in the zone as medic in people on set
  #   else: alert, hold
"""

CASE_NAME: Final = "medic-looked.within-60-minutes.yaml"
CASE: Final = """\
# A case of the rule medic-looked: on its threshold, and as variants one minute under and over it.
# At the other gates this pack alone may have no rule: `may_hold_at` names them.
format: showclear-case/1
id: medic-looked.within-60-minutes
kind: compliant-day
title: The medic said so 60 minutes before the take, 59, 61
packs: [{name}]
people:
  ad: {{roles: [first-ad]}}
  medic: {{roles: [medic]}}
  double: {{roles: [stunt-performer]}}
activities:
  leap:
    title: A leap onto an airbag
    phase: shoot
    hazards: [fall]
    people: {{double: leaps}}
    zone: [double]
statements:
  - id: here
    at: 2026-06-09T09:00Z
    by: medic
    what: check.made
    checks: medic-present
    on: leap
    passed: true
  - {{id: roll, at: 2026-06-09T10:00Z, by: ad, what: activity.rolled, activity: leap}}
expect: {{clear_at: [roll]}}
variants:
  - id: under
    drop: [roll]
    insert:
      - {{id: roll-1, at: 2026-06-09T09:59Z, by: ad, what: activity.rolled, activity: leap}}
    expect: {{clear_at: [roll-1]}}
  - id: over
    drop: [roll]
    insert:
      - {{id: roll-2, at: 2026-06-09T10:01Z, by: ad, what: activity.rolled, activity: leap}}
    expect: {{hold_at: [roll-2], because: {{roll-2: [medic-present]}}}}
"""


def pack_text(name: str) -> str:
    """The pack file of a new pack of this name."""
    return PACK.format(name=name)


def case_text(name: str) -> str:
    """The case that comes with it."""
    return CASE.format(name=name)
