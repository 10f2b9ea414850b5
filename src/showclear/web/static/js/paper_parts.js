/* What the pages for paper share: their view, asked for once, and what stands on top of each. */
import {html, nothing} from "./shell.js";

export const SAYS = {
  print: "Print",
  today: "Today",
  sheets: "Blank sheets",
  entry: "Enter a sheet",
  sample: "SAMPLE. Nothing on it is real.",
  practice: "PRACTICE. Nothing on it is on the production's record.",
  asking: "Asking the server.",
  failed: "The server did not answer. This page has nothing to show yet.",
  printed: (at, size) => `As it was on ${at}. Entry ${size} of the record was the last. Whatever came later is not on this paper.`,
};

/** Ask for one paper's view: {view} or {refused: {sentence, next}}. */
export async function asked(name, query = "") {
  try {
    const answer = await fetch(`/api/paper/${name}${query}`, {credentials: "same-origin"});
    const said = await answer.json();
    return answer.ok ? {view: said} : {refused: said};
  } catch {
    return {refused: {sentence: SAYS.failed, next: ""}};
  }
}

/** What stands while there is nothing: that it is asked for, or why it is not given. */
export function nothingYet({refused}) {
  return html`<p class="nothing" role="status">${refused ? `${refused.sentence} ${refused.next ?? ""}` : SAYS.asking}</p>`;
}

/** The way between the three pages; on no paper. */
export function ways(here, more = nothing) {
  return html`<nav class="ways">${["today", "sheets", "entry"].map((name) =>
    name === here ? (here === "entry" ? html`<h1>${SAYS[name]}</h1>` : html`<b>${SAYS[name]}</b>`) : html`<a class="act small" href="/paper/${name}">${SAYS[name]}</a>`)}${more}</nav>`;
}

export const printButton = () =>
  html`<button type="button" class="act main" data-key="print" @click=${() => print()}>${SAYS.print}</button>`;

/** That it is not real, on every sheet of paper too. */
export const unreal = (view) => (SAYS[view.kind] ? html`<p class="unreal">${SAYS[view.kind]}</p>` : nothing);
