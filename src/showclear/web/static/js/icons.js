/* One shape for each state, out of icons.svg. An icon never stands without its word. */
import {html, nothing} from "./lit.js";

export const NAMES = [
  "clear", "hold", "todo", "hot", "cold", "gun", "stopped", "pause", "stale", "misfire", "differs",
  "unanswered", "day", "night", "person", "photo", "paper", "history", "sound",
];

const OTHER = {"gun-on-set": "gun", paused: "pause", done: "clear"};

/** A shape by the name of what it stands for; nothing for a name without one. */
export function icon(name) {
  const shape = OTHER[name] ?? name;
  if (!NAMES.includes(shape)) return nothing;
  return html`<svg class="icon" aria-hidden="true" focusable="false"><use href="/static/icons.svg#${shape}"></use></svg>`;
}
