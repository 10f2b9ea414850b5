/* What the floor remembers while it is open: what is unfolded, chosen, typed. Nothing is stored.

   `filled(act, more)` puts what the page asked for into an act: $picked, $text, $holds, $me. */
import {mint, redraw} from "./shell.js";

export const state = {
  chosen: null,
  open: null,
  sections: new Set(),
  picked: new Map(),
  typed: new Map(),
  holds: false,
  mine: null,
  told: new Map(),
  found: null,
  finds: new Map(),
  second: {person: null, pin: "", refused: null, busy: false, of: null},
};

/** Change something and draw again. */
export function set(changes) {
  Object.assign(state, changes);
  redraw();
}

/** Unfold one of the sections of which only one is open, or fold it. */
export function unfold(key) {
  set({open: state.open === key ? null : key});
}

/** Unfold or fold a section of its own. */
export function toggle(key) {
  if (!state.sections.delete(key)) state.sections.add(key);
  redraw();
}

/** Who is chosen in a list; the first time, those who were chosen beforehand. */
export function chosen(key, before = []) {
  if (!state.picked.has(key)) state.picked.set(key, new Set(before));
  return state.picked.get(key);
}

/** Choose somebody in a list, or not any more. */
export function pick(key, id) {
  const found = chosen(key);
  if (!found.delete(id)) found.add(id);
  redraw();
}

/** Forget what was chosen and typed for something that is written now. */
export function forget(key) {
  state.picked.delete(key);
  state.typed.delete(key);
  state.holds = false;
}

function put(value, names) {
  if (typeof value === "string") return Object.hasOwn(names, value) ? names[value] : value;
  if (Array.isArray(value)) return value.map((item) => put(item, names));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, put(item, names)]));
}

/** An act with its blanks filled in. A blank that nobody filled leaves its field out. */
export function filled(act, names = {}) {
  const write = act.write.map((one) => {
    const said = put(one, names);
    return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  });
  return {...act, write};
}

/** An act with a fresh noun of our own, where the page has to know its id afterwards. */
export function withNoun(act, prefix, length) {
  const noun = mint(prefix, length);
  return {noun, act: filled(act, {$new: noun})};
}
