/* Below the activity: the calls to the set, its takes, the day, who is here, what is open, the
   meeting, checks, the plan, the close. */
import {actButton, html, icon, nothing, stateWord} from "./shell.js";
import {answered, inIds, speaker} from "./floor_card.js";
import {actWithPeople, actWithWords, pickers, wordsField} from "./floor_happened.js";
import {chosen, set, state, toggle} from "./floor_state.js";

const SAYS = {
  set: "The set is",
  takes: "Takes",
  take: "Take",
  today: "Today",
  now: "On the floor",
  look: (title) => `Look at: ${title}`,
  people: "On set",
  arrived: "Came",
  meeting: "Safety meeting",
  covers: "It covers",
  there: "Tick whoever is there",
  checks: "Checks on the floor",
  plan: "Plan changes",
  spare: "A spare comes in",
  repeat: "A missing shot again",
  day: "The day",
  opened: (time) => `Opened ${time}`,
  closed: (time) => `Closed ${time}`,
  differs: "Does not add up",
  unexplained: "Not explained, if it were closed now",
  gaps: (count) => `${count} ${count === 1 ? "time" : "times"} custody was not as recorded: on the wrap list`,
  open: "Still open",
  why: "Pause, because of",
  none: "Nobody has held a safety meeting today.",
  roll: "Call the roll",
  away: (count, of) => (count ? `${of - count} of ${of} there. Not there:` : `All ${of} there.`),
  another: "Something else to be done first",
  verifier: "Somebody else verifies it: not whoever did it.",
  own: "You raised it: it is yours to close, on top under “Wanted from you”.",
  earlier: "Earlier days",
};

function section(key, title, body, {note = "", always = false, cls = ""} = {}) {
  const open = always || state.sections.has(key);
  return html`<section class="part ${cls}" data-part=${key} id="at-${key}">
    ${always
      ? html`<h3>${title}${note ? html` <span class="note">${note}</span>` : nothing}</h3>`
      : html`<h3><button type="button" class="fold" data-key="part/${key}" aria-expanded=${open} @click=${() => toggle(key)}><span>${title}</span><span class="note">${note}</span></button></h3>`}
    ${open ? body() : nothing}</section>`;
}

/** Gun on set, hot, cold. */
export function calls(view) {
  const shapes = {"gun-on-set": "gun", hot: "hot", cold: "cold"};
  return html`<section id="at-set"><h3>${SAYS.set}</h3><div class="set-acts">${view.calls.map((act) => actButton(act, {mark: shapes[act.state]}))}</div></section>`;
}

/** The takes of the activity that is shown. */
export function takes(one) {
  if (!one?.takes.length) return nothing;
  return section("takes", SAYS.takes, () => html`<table class="takes"><caption class="unseen">${one.title}</caption>
    <tbody>${one.takes.map((take) => html`<tr class=${take.differs ? "differs" : ""}><th scope="row"><span class="unseen">${SAYS.take} </span>${take.take}</th>
      <td>${take.at ?? ""}</td><td>${take.differs ? icon("differs") : nothing} ${take.says}${take.note ? html`<br><span class="note">${take.note}</span>` : nothing}</td></tr>`)}</tbody></table>`, {always: true});
}

/** The activities of the day in their order. */
export function today(view, me) {
  return section("today", SAYS.today, () => html`<ol class="day">${view.activities.filter((one) => !one.earlier).map((one) => dayRow(one, view, me))}</ol>
    ${view.activities.some((one) => one.earlier) ? html`<details><summary class="act small">${SAYS.earlier}</summary><ol class="day">${view.activities.filter((one) => one.earlier).map((one) => dayRow(one, view, me))}</ol></details>` : nothing}`, {always: true});
}

function dayRow(one, view, me) {
  const now = one.id === view.floor;
  const held = one.answer?.answer === "hold" && !now;
  return html`<li class=${now ? "now" : one.begun ? "past" : ""}>
    <button type="button" class="look" data-key="today/${one.id}" aria-label=${SAYS.look(one.title)} @click=${() => (set({chosen: now ? null : one.id}), scrollTo({top: 0}))}>
      <span>${one.scene ? `Sc ${one.scene}, ` : nothing}${one.title}</span>
      <span class="note">${[now ? SAYS.now : "", one.status].filter(Boolean).join(". ")}</span></button>
    ${one.answer && !now ? short(one.answer) : nothing}
    ${held ? firstReason(one.answer, me) : nothing}</li>`;
}

function short(answer) {
  if (answer.answer === "hold") return html`<p>${stateWord(answer.caused ? "hold" : "todo", "Hold")} ${answer.says}</p>`;
  return html`<p>${stateWord("clear", "Clear")} ${answer.says}</p>`;
}

/** Of what is to come the reasons are told where it is looked at; here is the first. */
function firstReason(answer) {
  const [first] = answer.reasons ?? [];
  return first ? html`<p class="first">${inIds(first.says)} <span class="note">${[first.force, first.cite].filter(Boolean).join(", ")}</span></p>` : nothing;
}

/** Concerns, incidents, walk-outs, people who said no. */
export function open(view, me) {
  const {concerns, incidents, refusals, walk_outs: gone} = view;
  if (!concerns.rows.length && !incidents.length && !refusals.length && !gone.length) return nothing;
  return section("open", SAYS.open, () => html`
    ${incidents.map((one) => incident(one, me))}
    ${gone.map((one) => html`<div class="card"><p class="strong">${one.says}, ${one.since}</p><p>${one.next}</p></div>`)}
    ${concerns.rows.map(concern)}
    ${refusals.map((says) => html`<p>${says}</p>`)}`, {always: true, note: concerns.says ? `${concerns.says}, oldest ${concerns.oldest}` : ""});
}

function concern(one) {
  const key = `concern/${one.id}/closed`;
  const own = state.mine?.concerns.some((other) => other.id === one.id);
  return html`<div class="card concern"><p>${icon("unanswered")} <q>${one.words}</q></p>
    <p class="note">${[one.about, `${one.since}, ${one.age}`, one.holds ? "It holds" : "", one.status].filter(Boolean).join(". ")}</p>
    ${own
      ? html`<p>${SAYS.own}</p>`
      : html`<div class="pair">${one.acts.filter((act) => !act.needs).map((act) => actButton(act, {cls: "small"}))}</div>
    <details><summary class="act small">${one.acts.at(-1).says}</summary>${wordsField(key)}${actWithWords(key, one.acts.at(-1))}</details>`}</div>`;
}

function incident(one, me) {
  const key = `incident/${one.id}`;
  const form = html`${wordsField(key, one.act.note)}${actWithWords(key, one.act)}`;
  return html`<div class="card incident"><p class="strong">${icon("hold")} ${one.says}, ${one.since}${one.about ? html`: ${inIds(one.about)}` : nothing}</p><p>${one.note}</p>
    ${one.remedies.map((remedy) => remedied(remedy, me))}
    ${one.remedies.length ? html`<details><summary class="act small">${SAYS.another}</summary>${form}</details>` : form}</div>`;
}

/** One thing to be done. Whoever did it is not offered to verify it. */
function remedied(one, me) {
  const other = !one.not?.includes(speaker(me));
  return html`<div class="ask"><p>${one.words || one.id}<br><span class="note">${one.status}${other ? "" : `. ${SAYS.verifier}`}</span></p>${one.act && other ? actButton(one.act, {cls: "small"}) : nothing}</div>`;
}

/** Who is on set, and one tap for whoever comes. */
export function people(view) {
  const {here, away, arrived, count} = view.people;
  return section("people", SAYS.people, () => html`<ul class="here">${here.map((one) => html`<li>${one.label}${one.roles ? html` <span class="note">${one.roles}</span>` : nothing}</li>`)}</ul>
    ${away.length ? html`<h4>${SAYS.arrived}</h4>${pickers("arrived", away)}${actWithPeople("arrived", arrived, away)}` : nothing}`, {note: count});
}

/** A safety meeting with its roll: everybody on set ticked, the late one unticked. Before the
    first of the day it stands on top. */
export function meeting(view, {first = false} = {}) {
  const {held, roll, act, covers, awaited} = view.meeting;
  if (first !== Boolean(awaited)) return nothing;
  const note = held.length ? `${held[0].at}, ${held[0].says}` : "";
  const body = () => html`
    ${held.map((one) => html`<p>${one.at}: ${one.says}</p>`)}
    ${rolled(roll, act)}
    <p><span class="note">${SAYS.covers}:</span></p><ul class="lines">${covers.map((one) => html`<li>${one}</li>`)}</ul>`;
  if (!first) return section("meeting", SAYS.meeting, body, {note});
  const open = state.sections.has("meeting");
  return html`<section class="card meeting" data-part="meeting"><h2>${SAYS.meeting}</h2><p>${SAYS.none}</p>
    <button type="button" class="act ${open ? "" : "main"}" data-key="part/meeting" aria-expanded=${open} @click=${() => toggle("meeting")}>${SAYS.roll}</button>
    ${open ? body() : nothing}</section>`;
}

/** The roll, and in one line who is not there. */
function rolled(roll, act) {
  const before = roll.map((one) => one.id);
  const there = chosen("roll", before);
  const away = roll.filter((one) => !there.has(one.id));
  return html`<h3>${SAYS.there}</h3>
    <p role="status">${SAYS.away(away.length, roll.length)} <b>${away.map((one) => one.label).join(", ")}</b></p>
    ${actWithPeople("roll", act, roll, {cls: "main"})}${pickers("roll", roll, before)}`;
}

/** Checks that whoever runs the set makes, one tap each. */
export function checks(one) {
  if (!one?.checks?.length) return nothing;
  const done = one.checks.filter((act) => act.done).length;
  return section("checks", SAYS.checks, () => html`<div class="pair">${one.checks.map((act) => actButton(act, {cls: "small"}))}</div>`, {note: `${done} of ${one.checks.length}`});
}

/** A spare, a repeat, an activity dropped. */
export function plan(one) {
  if (!one?.plan) return nothing;
  const {spares, repeats, drop} = one.plan;
  const urgent = spares.filter((spare) => spare.trouble);
  const rest = spares.filter((spare) => !spare.trouble);
  const rows = (list) => list.map((spare) => html`<h4>${spare.says}</h4><div class="pair">${spare.acts.map((act) => actButton(act, {cls: "small"}))}</div>`);
  return section("plan", SAYS.plan, () => html`${rows(urgent)}
    ${repeats.length ? html`<h4>${SAYS.repeat}</h4><div class="pair">${repeats.map((act) => actButton(act, {cls: "small"}))}</div>` : nothing}
    ${rest.length ? html`<details><summary class="act small">${SAYS.spare}</summary>${rows(rest)}</details>` : nothing}
    ${actButton(drop, {cls: "small"})}`, {note: urgent.length ? urgent.map((spare) => spare.weapon).join(", ") : ""});
}

/** Open or close the day, with what does not add up. */
export function day(view, me) {
  const one = view.day;
  const note = one.closed ? SAYS.closed(one.closed) : one.opened ? SAYS.opened(one.opened) : "";
  const differs = one.differences.length ? html`<h4>${icon("differs")} ${SAYS.differs}</h4><ul class="lines">${one.differences.map((each) => html`<li>${each.says} <span class="note">${each.since}</span></li>`)}</ul>` : nothing;
  return section("day", SAYS.day, () => html`${one.answer ? answered(one.answer, me) : nothing}${differs}
    ${one.unexplained.length ? html`<h4>${SAYS.unexplained}</h4><ul class="lines">${one.unexplained.map((each) => html`<li>${each}</li>`)}</ul>` : nothing}
    ${one.gaps ? html`<p class="note">${SAYS.gaps(one.gaps)}</p>` : nothing}${actButton(one.act)}`, {note: one.differences.length ? `≠ ${one.differences.length}` : note});
}

/** Pauses with what work waits for. */
export function pausing(view) {
  return section("pausing", SAYS.why, () => html`<div class="pair">${view.pausing.because.map((act) => actButton(act, {cls: "small"}))}</div>`);
}
