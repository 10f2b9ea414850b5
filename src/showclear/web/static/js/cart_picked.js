/* Several weapons together, picked card by card: what can be written of all of them at once.

   - Which weapons each act is true of, and what it writes, comes with the view. Here only those
     that are picked are put in, and it is said which are left out.
   - Each act is one tap and one statement for all that it is equally true of. */
import {answerIn} from "./cart_answer.js";
import {ask, asking, filledIn, pair, pairs, pickMore, picked} from "./cart_chosen.js";
import {actButton, html, me, nothing, repeat, write} from "./shell.js";

const SAYS = {
  title: (count) => (count === 1 ? "1 picked" : `${count} picked`),
  none: "Tap or scan weapons. Tap one again to take it away.",
  how: "Tap a card, or scan it: it joins, or leaves.",
  not: (names) => (names.length > 3 ? `not the other ${names.length}` : `not ${names.join(", ")}`),
  whom: "Who has it?",
  next: (name) => `Who has ${name}?`,
  all: (count) => `${count} handed over`,
  back: "Nobody yet",
  away: "Take away",
};

const inOrder = (view, names) => view.weapons.filter((name) => names.includes(name));

/** An act for what is picked; null where it is true of none of them. */
function offered(act, names) {
  const parts = act.parts.map((part) => ({...part, on: part.on.filter((name) => names.includes(name))})).filter((part) => part.on.length);
  const on = parts.flatMap((part) => part.on);
  if (!on.length) return null;
  const left = names.filter((name) => !on.includes(name));
  const whole = parts.flatMap((part) => part.write.map((one) => filledIn({says: "", write: [one]}, {$each: part.on}).write[0]));
  return {
    ...act,
    kind: act.key,
    // What became of an act stands on it for these weapons, and for no others.
    key: `${act.key}/${on.join("+")}`,
    parts,
    on,
    says: act.says.replace("{n}", on.length),
    note: left.length ? SAYS.not(left) : "",
    title: `${act.says.replace("{n}", on.length)}: ${on.join(", ")}`,
    write: once(whole),
  };
}

/** A box that several parts open is opened once. */
function once(statements) {
  const seen = new Set();
  return statements.filter((one) => {
    const said = JSON.stringify(one);
    if (seen.has(said)) return false;
    seen.add(said);
    return true;
  });
}

const bySpeaker = (act, more = {}) => filledIn(act, {$me: me()?.speaker?.person ?? "$me", ...more});

function button(act) {
  return actButton(bySpeaker(act), {tap: act.needs ? ask : undefined});
}

// --- people -----------------------------------------------------------------------------------

function onePerson(view, act) {
  return html`<h3>${SAYS.whom}</h3><div class="acts two">${repeat(view.people, (one) => one.id, (one) => {
    const whole = {...filledIn(bySpeaker(act), {$person: one.id}, {key: `${act.key}/${one.id}`}), needs: undefined, note: "", says: one.says, title: `${act.title}: ${one.says}`};
    const tap = async (made) => {
      const result = await write(made);
      if (!result.refused) ask(null);
    };
    return actButton(whole, {tap});
  })}</div>`;
}

/** Each to somebody: one person after the other, then one act that writes all of them. */
function squad(view, act) {
  const left = act.on.filter((name) => !pairs().has(name));
  const told = act.on.filter((name) => pairs().has(name));
  const says = (id) => view.people.find((one) => one.id === id)?.says ?? id;
  return html`<ul class="pairs">${told.map((name) => html`<li><b>${name}</b> <span>${says(pairs().get(name))}</span>
      <button type="button" class="act small" data-key="pair/${name}" aria-label="${SAYS.away}: ${name}" @click=${() => pair(name, null)}>−</button></li>`)}</ul>
    ${left.length ? html`<h3>${SAYS.next(left[0])}</h3><div class="acts two">${repeat(view.people, (one) => one.id, (one) => html`
      <button type="button" class="act" data-key="pair/${left[0]}/${one.id}" @click=${() => pair(left[0], one.id)}><span>${one.says}</span></button>`)}</div>` : nothing}
    ${told.length ? html`<div class="acts one">${actButton(issued(act, told), {cls: "large", tap: given})}</div>` : nothing}`;
}

function issued(act, names) {
  const said = act.parts.map((part) => ({part, on: part.on.filter((name) => names.includes(name))})).filter(({on}) => on.length);
  const statements = said.flatMap(({part, on}) => filledIn({says: "", write: part.write}, {$issues: on.map((weapon) => ({weapon, to: pairs().get(weapon)}))}).write);
  return {key: `${act.key}/given`, says: SAYS.all(names.length), look: "main", write: statements};
}

async function given(act) {
  const result = await write(act);
  if (!result.refused) ask(null);
}

// --- the sheet --------------------------------------------------------------------------------

/** The sheet of what is picked. `told`: what the record answered, which stays in sight. */
export function pickedSheet(view, told) {
  const names = inOrder(view, picked());
  const acts = view.each.map((act) => offered(act, names)).filter(Boolean);
  const wanted = asking() && acts.find((act) => act.kind === asking().kind);
  return html`<section class="sheet" aria-labelledby="sheet-title" data-sheet="picked">
    <header><h2 id="sheet-title">${SAYS.title(names.length)}</h2>
      <p class="note">${names.length ? SAYS.how : SAYS.none}</p></header>
    <div class="body" tabindex="-1">${wanted
      ? html`${wanted.needs === "people" ? squad(view, wanted) : onePerson(view, wanted)}
        <button type="button" class="act" data-key="whom/none" @click=${() => ask(null)}>${SAYS.back}</button>`
      : html`${names.length ? standing(view, names) : nothing}<div class="acts one">${repeat(acts, (act) => act.key, button)}</div>`}</div>
    ${told}
  </section>`;
}

/** What each picked weapon's own next gate says: nothing is said of all of them at once. */
function standing(view, names) {
  const shown = view.cards.filter((card) => (card.weapons ?? [card.key]).some((name) => names.includes(name)));
  return html`<ul class="pairs">${shown.map((card) => html`<li><b>${card.name}</b> <span class="next ${card.next.look}">${answerIn(card.next)}</span></li>`)}</ul>`;
}

/** Add or take away what a card stands for. */
export const toggle = (card, options) => pickMore(card.weapons ?? [card.key], options);
