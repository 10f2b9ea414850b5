/* A gate's answer in one line: a word by its shape, then how much is left. */
import {isStale} from "./clock.js";
import {html, icon, nothing} from "./shell.js";

/** A gate's answer in one line, on a card or on top of a sheet. */
export function answerIn(one) {
  const since = one.since ? html` <span>since <time>${one.since}</time></span>` : nothing;
  if (one.look === "loaded") return html`<span class="state loaded">${one.says}</span>${since}`;
  // What is not current clears nothing, whatever it said when it was.
  if (one.look === "clear" && isStale()) return html`<span class="state stale">${icon("stale")}Not current</span> <span>ask aloud</span>`;
  const chip = one.word ? html`<span class="state ${one.look}">${icon(one.look)}${one.word}</span> ` : nothing;
  return html`${chip}<span>${one.says}</span>${since}`;
}
