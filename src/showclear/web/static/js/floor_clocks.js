/* What is noticed while it runs, and the times that run: until when, how long, what ends it.

   - Soon, and over, stand above the activity; what runs quietly stands below it.
   - Stronger by shape and word. Nothing blinks. */
import {html, icon, nothing, repeat, stateWord} from "./shell.js";
import {inIds, nextStep} from "./floor_card.js";

const SAYS = {
  noticed: "Noticed",
  clocks: "Clocks",
};

/** What is not as it should be now, for as long as it is so. */
export function noticed(view, me) {
  if (!view.noticed?.length) return nothing;
  return html`<section class="card noticed" data-part="noticed" role="status"><h2>${icon("hold")}${SAYS.noticed}</h2>
    <ol class="reasons">${repeat(view.noticed, (one) => one.id, (one) => html`<li class="reason caused">
      <p>${inIds(one.says)}</p><p><span class="note">${line(one.in, one.force, one.cite)}</span></p>${nextStep(one.next, me)}</li>`)}</ol></section>`;
}

/** The times that run. `first`: those that are soon or over; else the others. */
export function clocks(view, me, {first = false} = {}) {
  const rows = (view.clocks ?? []).filter((one) => first === (one.state !== "running"));
  if (!rows.length) return nothing;
  const list = html`<ol class="clocks">${repeat(rows, (one) => one.id, (one) => row(one, me))}</ol>`;
  const title = html`${icon("clock")}${SAYS.clocks}`;
  return first
    ? html`<section class="card now" data-part="clocks-first"><h2 class="with">${title}</h2>${list}</section>`
    : html`<section class="part" data-part="clocks"><h3 class="with">${title}</h3>${list}</section>`;
}

function row(one, me) {
  const word = one.word ? stateWord(one.word === "Soon" ? "todo" : "hold", one.word) : nothing;
  return html`<li class="reason ${one.state}" data-clock=${one.state}>
    <p class="answer">${word}<b>${one.short}</b> <span>${one.left}</span></p>
    <p>${inIds(one.says)}</p>
    <p><span class="note">${line(one.holds, one.force, one.cite)}</span></p>
    ${nextStep(one.next, me)}</li>`;
}

const line = (said, ...source) => [said, source.filter(Boolean).join(", ")].filter(Boolean).join(". ");
