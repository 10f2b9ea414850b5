/* What is chosen on the cart, what is being asked, and what the counters show: kept here, on
   this screen, through every push. Nothing of it is on record. */
import {redraw} from "./shell.js";

const state = {chosen: null, before: null, asking: null, counts: new Map(), open: new Set(), picked: null, pairs: new Map()};

/** The sheet that is shown: the one chosen. What the view suggests is taken once, at the start:
    a sheet that changed by itself would change under a finger. */
export function sheetOf(view) {
  if (!view.sheets[state.chosen]) state.chosen = instead(view, state.chosen);
  return view.sheets[state.chosen] ?? null;
}

/** Weapons that stood alike and no longer do: the card that their first one stands on now. */
function instead(view, key) {
  const first = key?.startsWith("fold/") ? key.slice(5) : null;
  const fold = first && view.cards.find((one) => one.weapons?.includes(first));
  if (fold) return fold.key;
  return first && view.sheets[first] ? first : view.suggest;
}

/** Choose a card, a group or a box. Correct goes back to where one was. */
export function choose(key) {
  if (isCorrect(key) && !isCorrect(state.chosen)) state.before = state.chosen;
  state.chosen = key;
  state.asking = null;
  state.picked = null;
  redraw();
  // Where there is no room for two columns the sheet lies below: a tap brings it into view.
  if (matchMedia("(max-width: 1000px)").matches) {
    setTimeout(() => document.querySelector(".sheet")?.scrollIntoView({block: "start"}));
  }
}

/** Whether a sheet is that of Correct. */
export const isCorrect = (key) => key === "correct" || Boolean(key?.startsWith("correct/"));

// --- picking several --------------------------------------------------------------------------

/** The weapons picked together, in the order of the cards; null while none are being picked. */
export const picked = () => state.picked;

/** Begin to pick: the weapons of what was chosen, then each card tapped joins or leaves. */
export function pick(names) {
  Object.assign(state, {picked: [...names], asking: null, pairs: new Map()});
  redraw();
}

/** One more, or one less; of a card of several, all of them. */
export function pickMore(names, {only = false} = {}) {
  const all = names.every((name) => state.picked.includes(name));
  if (all && !only) state.picked = state.picked.filter((name) => !names.includes(name));
  else state.picked = [...new Set([...state.picked, ...names])];
  for (const name of state.pairs.keys()) if (!state.picked.includes(name)) state.pairs.delete(name);
  redraw();
}

/** Who each of the picked weapons goes to, as tapped one after the other. */
export const pairs = () => state.pairs;

export function pair(name, person) {
  if (person) state.pairs.set(name, person);
  else state.pairs.delete(name);
  redraw();
}

/** No more picking: the sheet of what was chosen before. */
export function pickNone() {
  Object.assign(state, {picked: null, asking: null, pairs: new Map()});
  redraw();
}

/** Back to what was chosen before Correct was opened. */
export function chooseBefore() {
  choose(state.before);
}

/** The act for which somebody is to be tapped, or null. */
export const asking = () => state.asking;

export function ask(act) {
  state.asking = act;
  redraw();
}

/** Where a counter stands; it begins anew when what should be there has changed. */
export function countOf(block) {
  const found = state.counts.get(block.key);
  return found && found.start === block.start ? found.count : block.start;
}

export function count(block, by) {
  const most = block.most ?? 99_999;
  const next = Math.min(most, Math.max(block.least ?? 0, countOf(block) + by));
  state.counts.set(block.key, {start: block.start, count: next});
  redraw();
}

/** After it was written, a counter stands where it began. */
export const countedAnew = (block) => state.counts.delete(block.key);

export const isOpen = (key) => state.open.has(key);

export function setOpen(key, open) {
  if (open) state.open.add(key);
  else state.open.delete(key);
}

/** An act with what was tapped or counted filled in; it stays where it was. */
export function filledIn(act, values, {key = act.key} = {}) {
  const into = (value) => {
    if (typeof value === "string") return Object.hasOwn(values, value) ? values[value] : value;
    if (Array.isArray(value)) return value.map(into);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, into(one)]));
  };
  const says = act.says.replace("{count}", values.$count ?? "");
  return {...act, key, says, write: into(act.write)};
}
