/* Today, on paper: what somebody has to know who goes on without the server. */
import {html, nothing, screen, redraw} from "./shell.js";
import {asked, nothingYet, printButton, SAYS as COMMON, unreal, ways} from "./paper_parts.js";

const SAYS = {
  weapons: "Weapons: where, and what is in them",
  rounds: "Rounds",
  people: "People",
  lines: "Said today",
  checkpoint: "Checkpoint",
  proof: "What was on record at this moment is fixed by these lines. Whoever has this paper can show later whether anything was changed.",
  receipts: "The number before each line is its entry in the record, and of its receipt.",
  stopped: "STOPPED. Two people restart.",
  unopened: "In a frame: something is in it, or nobody opened it.",
  not: "not on set",
  weaponColumns: ["Weapon", "Kind, serial", "With, where", "Since", "In it", "Hold", "Counted"],
  lotColumns: ["Lot", "Adds up", "Box", "Counted"],
  lineColumns: ["Entry", "Time", "Said", "Who", "Gate"],
};

let found = {};

const table = (name, columns, rows, again = nothing) => html`<table class=${name}><thead>${again}<tr>${columns.map((one) => html`<th scope="col">${one}</th>`)}</tr></thead><tbody>${rows}</tbody></table>`;

const weapon = (one) => html`<tr><th scope="row">${one.id}</th><td>${[one.kind, one.serial].filter(Boolean).join(", ")}</td>
  <td>${one.who}</td><td>${one.since}</td><td><span class="in ${one.loaded ? "full" : ""}">${one.inside}</span></td>
  <td>${one.open ? html`<b>${one.open}</b>` : nothing}</td><td>${one.counted || "–"}</td></tr>`;

const lot = (one) => html`<tr><th scope="row">${one.name}</th><td>${one.sum}${one.differs ? html`<br><b>${one.says}</b>` : nothing}</td>
  <td>${one.custody}</td><td>${one.counted || "–"}</td></tr>`;

const line = (one) => html`<tr><td class="number">${one.receipt}</td><td>${one.at}</td><td>${one.says}</td><td>${one.who}</td><td>${one.answer}</td></tr>`;

const one = (person) => html`<li><b>${person.label}</b> ${person.roles}${person.here ? nothing : html` <i>(${SAYS.not})</i>`}</li>`;

/** On top of every page: a loose sheet says what it is of. */
const again = (view) => html`<tr class="again"><th colspan="5">${view.title}, ${view.printed}, entry ${view.size}${COMMON[view.kind] ? `. ${COMMON[view.kind]}` : ""}</th></tr>`;

function today(view) {
  return html`${unreal(view)}<header class="head"><h1>${view.title}</h1>
      <p><b>${view.stopped ? SAYS.stopped : view.set}</b></p>
      ${view.holds.map((says) => html`<p class="holds"><b>${says}</b></p>`)}<p>${COMMON.printed(view.printed, view.size)}</p></header>
    <h2>${SAYS.weapons}</h2>${table("weapons", SAYS.weaponColumns, view.weapons.map(weapon))}<p class="note">${SAYS.unopened}</p>
    <h2>${SAYS.rounds}</h2>${table("lots", SAYS.lotColumns, view.lots.map(lot))}
    <section class="proof"><div><h2>${SAYS.checkpoint}</h2><pre>${view.checkpoint}</pre><p class="note">${SAYS.proof}</p></div>
      <svg class="code" role="img" aria-label=${SAYS.checkpoint} viewBox="0 0 ${view.picture.side} ${view.picture.side}"><path d=${view.picture.path}></path></svg></section>
    <h2>${SAYS.people}</h2><ul class="people">${view.people.map(one)}</ul>
    <h2>${SAYS.lines}</h2><p class="note">${SAYS.receipts}</p>${table("lines", SAYS.lineColumns, view.lines.map(line), again(view))}`;
}

function draw() {
  return html`${ways("today", printButton())}${found.view ? html`<article class="sheet long" tabindex="0">${today(found.view)}</article>` : nothingYet(found)}`;
}

screen("paper", draw, {stream: false, frame: false});
found = await asked("today");
redraw();
