/* What is chosen on the cart, what is being asked, and what the counters show: kept here, on
   this screen, through every push. Nothing of it is on record. */
import {redraw} from "./shell.js";

const state = {chosen: null, before: null, asking: null, counts: new Map(), open: new Set()};

/** The sheet that is shown: the one chosen. What the view suggests is taken once, at the start:
    a sheet that changed by itself would change under a finger. */
export function sheetOf(view) {
  if (!view.sheets[state.chosen]) state.chosen = view.suggest;
  return view.sheets[state.chosen] ?? null;
}

/** Choose a card, a group or a box. Correct goes back to where one was. */
export function choose(key) {
  if (key === "correct" && state.chosen !== "correct") state.before = state.chosen;
  state.chosen = key;
  state.asking = null;
  redraw();
  // Where there is no room for two columns the sheet lies below: a tap brings it into view.
  if (matchMedia("(max-width: 1000px)").matches) {
    setTimeout(() => document.querySelector(".sheet")?.scrollIntoView({block: "start"}));
  }
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
