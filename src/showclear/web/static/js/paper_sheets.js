/* Blank sheets: to be written on with a pencil by a head-lamp, each with a number of its own. */
import {html, redraw, screen} from "./shell.js";
import {asked, nothingYet, printButton, unreal, ways} from "./paper_parts.js";

const SAYS = {
  copies: "Of each",
  date: "Date",
  unit: "Unit",
  by: "Kept by",
  page: "Sheet",
  enter: (number) => `Enter later under /paper/entry: sheet ${number}, the line's number, both times.`,
  made: (at) => `Printed ${at}`,
};

let found = {};
let copies = 1;

const blank = (sheet, view) => html`<article class="sheet" tabindex="0">${unreal(view)}
  <header class="head"><h1>${sheet.title}</h1><p class="number">${SAYS.page} <b>${sheet.number}</b></p>
    <p>${view.title}</p><p class="fill">${SAYS.date} <u></u> ${SAYS.unit} <u></u> ${SAYS.by} <u class="wide"></u></p></header>
  <p class="note">${sheet.note}</p><p class="note"><b>${sheet.words}</b></p>
  <table class="blank ${sheet.letter}"><thead><tr><th scope="col">#</th>${sheet.columns.map(([says, width]) => html`<th scope="col" class=${width}>${says}</th>`)}</tr></thead>
    <tbody>${Array.from({length: sheet.lines}, (_, n) => html`<tr><th scope="row">${n + 1}</th>${sheet.columns.map(() => html`<td></td>`)}</tr>`)}</tbody></table>
  <footer class="note">${SAYS.enter(sheet.number)} ${SAYS.made(view.printed)}</footer></article>`;

async function ask() {
  found = await asked("sheets", `?copies=${copies}`);
  redraw();
}

const more = () => html`<label>${SAYS.copies} <select data-key="copies" @change=${(event) => {
  copies = Number(event.target.value);
  ask();
}}>${[1, 2, 3, 5, 10].map((one) => html`<option value=${one} ?selected=${one === copies}>${one}</option>`)}</select></label>${printButton()}`;

function draw() {
  return html`${ways("sheets", more())}${found.view ? found.view.sheets.map((one) => blank(one, found.view)) : nothingYet(found)}`;
}

screen("paper", draw, {stream: false, frame: false});
ask();
