/* One shape for each state, out of icons.svg. An icon never stands without its word. */
import {html, nothing} from "./lit.js";

export const NAMES = [
  "clear", "hold", "todo", "hot", "cold", "gun", "stopped", "pause", "stale", "misfire", "differs",
  "unanswered", "clock", "day", "night", "person", "photo", "paper", "history", "sound",
];

/* Taken into the page once: a shape that is first drawn when the server is gone, such as the
   broken ring of "Not current", must not be asked of the server then. */
const FILE = "/static/icons.svg";
let within = false;
fetch(FILE)
  .then((answer) => (answer.ok ? answer.text() : Promise.reject(new Error(answer.statusText))))
  .then((text) => {
    const shapes = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    for (const shape of shapes.querySelectorAll("[id]")) shape.id = `icon-${shape.id}`;
    shapes.setAttribute("hidden", "");
    shapes.setAttribute("aria-hidden", "true");
    document.body.append(document.importNode(shapes, true));
    within = true;
  })
  .catch(() => {});  // Then each shape goes on coming out of the file, as long as it can be had.

const OTHER = {"gun-on-set": "gun", paused: "pause", done: "clear"};

/** A shape by the name of what it stands for; nothing for a name without one. */
export function icon(name) {
  const shape = OTHER[name] ?? name;
  if (!NAMES.includes(shape)) return nothing;
  const href = within ? `#icon-${shape}` : `${FILE}#${shape}`;
  return html`<svg class="icon" aria-hidden="true" focusable="false"><use href=${href}></use></svg>`;
}
