/* Enter a sheet: line by line, everything picked but what only the sheet knows.

   - The sheet, its writer and who enters it stay from line to line; the line counts on by itself.
   - The time is on the sheet alone: it is never filled in here, and asked for on every line.
   - Pressed twice it is entered once; a line that is on record already says so. */
import {askMe, html, hm, me, now, nothing, redraw, screen, say, stamp} from "./shell.js";
import {asked, nothingYet, ways} from "./paper_parts.js";

const SAYS = {
  sheet: "Sheet",
  line: "Line",
  date: "Date",
  time: "Time on the sheet",
  wrote: "Written by",
  enters: "Entered by",
  what: "What",
  choose: "choose",
  enter: "Enter this line",
  missing: (what) => `Still to pick: ${what}`,
  note: (sheet, line) => `sheet ${sheet} line ${line}`,
  entered: (line, at) => `Line ${line} is on record, entered ${at}.`,
  held: "On record. The gate, asked as of then and as of now, says Hold:",
  waits: "Not on record yet: it is sent again by itself.",
  already: (line, at) => `Line ${line} of this sheet was entered at ${at}. Entered again, it is on record twice.`,
  entering: "Being entered",
};
const KINDS = {C: ["C"], R: ["R"], P: ["P"]};

let found = {};
const kept = {sheet: "", line: 1, date: "", time: "", wrote: "", enters: "", form: ""};
let values = {};
let told = null;
let entering = false;

const formOf = () => found.view.forms.find((one) => one.key === kept.form);

function keep(name, value) {
  kept[name] = value;
  told = null;
  redraw();
}

function put(name, value) {
  values = {...values, [name]: value};
  redraw();
}

// --- fields -------------------------------------------------------------------------------------

const label = (says, field, key) => html`<label class="field"><span>${says}</span>${field}</label>`;

const typed = (name, says, type = "text", more = {}) => label(says, html`<input type=${type} data-key=${name} .value=${String(kept[name])}
  inputmode=${more.inputmode ?? nothing} min=${more.min ?? nothing} autocapitalize="characters" autocomplete="off" @input=${(event) => keep(name, event.target.value)}>`);

function picked(name, list, now, choose) {
  return html`<select data-key=${name} @change=${(event) => choose(event.target.value)}>
    <option value="" ?selected=${!now}>${SAYS.choose}</option>
    ${list.map((one) => html`<option value=${one.id} ?selected=${one.id === now}>${one.label}</option>`)}</select>`;
}

const several = (field, list) => {
  const chosen = values[field.name] ?? [];
  const turn = (id) => put(field.name, chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
  return html`<fieldset class="field several"><legend>${field.says}</legend><div>${list.map((one) => html`<button type="button" class="act small" data-key="${field.name}/${one.id}"
    aria-pressed=${chosen.includes(one.id)} @click=${() => turn(one.id)}>${one.label}</button>`)}</div></fieldset>`;
};

function field(one) {
  const list = found.view.pick[one.kind];
  switch (one.kind) {
    case "weapons":
    case "people":
    case "activities":
      return several(one, list);
    case "count":
      return label(one.says, html`<input type="number" inputmode="numeric" min="0" data-key=${one.name} .value=${String(values[one.name] ?? one.start)} @input=${(event) => put(one.name, event.target.value)}>`);
    case "text":
      return label(one.says, html`<input type="text" data-key=${one.name} .value=${values[one.name] ?? ""} @input=${(event) => put(one.name, event.target.value)}>`);
    default:
      return label(one.says, picked(one.name, list, values[one.name], (value) => put(one.name, value)));
  }
}

// --- what is written --------------------------------------------------------------------------------

const valueOf = (one) => (one.kind === "count" ? Number(values[one.name] ?? one.start) : values[one.name]);
const isEmpty = (value) => value === undefined || value === "" || Number.isNaN(value) || (Array.isArray(value) && !value.length);

function stillMissing() {
  const form = formOf();
  const heads = [["sheet", SAYS.sheet], ["wrote", SAYS.wrote], ["enters", SAYS.enters]].filter(([name]) => !kept[name].trim());
  if (!timeOf(kept.time)) heads.push(["time", SAYS.time]);
  const fields = form ? form.fields.filter((one) => !one.optional && isEmpty(valueOf(one))).map((one) => one.says) : [SAYS.what];
  return [...heads.map(([, says]) => says), ...fields];
}

/** A time as a pencil writes it: 11:31, 1131, 9:05, 9.05. Null for what is none. */
function timeOf(text) {
  const found = /^([01]?\d|2[0-3])[:.h ]?([0-5]\d)$/.exec(text.trim());
  return found ? `${found[1].padStart(2, "0")}:${found[2]}` : null;
}

/** The moment on the sheet, with the production's own offset from UTC on that page. */
const moment = () => `${kept.date}T${timeOf(kept.time)}:00${/(Z|[+-]\d\d:\d\d)$/.exec(found.view.now)[0]}`;

function statement() {
  const form = formOf();
  const of = new Map(form.fields.map((one) => [`$${one.name}`, valueOf(one)]));
  const said = {};
  for (const [key, value] of Object.entries(form.write)) {
    const put = of.has(value) ? of.get(value) : value;
    if (!isEmpty(put)) said[key] = put;
  }
  return {
    ...said,
    at: moment(),
    entered_at: stamp(),
    by: kept.enters,
    ...(kept.wrote === kept.enters ? {} : {said_by: kept.wrote}),
    attested: "paper",
    note: SAYS.note(kept.sheet.trim(), kept.line),
  };
}

async function enter() {
  if (entering || stillMissing().length) return;
  entering = true;
  redraw();
  const {line, sheet} = kept;
  try {
    const result = await say([statement()], {says: `${formOf().says}, ${SAYS.note(sheet.trim(), line)}`});
    told = toldOf(result, line);
    if (!result.refused) {
      (entered()[line] ??= hm(now()));
      Object.assign(kept, {line: Number(line) + 1, time: ""});
      values = {};
    }
  } finally {
    entering = false;
    redraw();
  }
}

/** The lines of the sheet that are on record, each with when it was entered. */
function entered() {
  return (found.view.entered[kept.sheet.trim().toUpperCase()] ??= {});
}

function saysBeside(lacking) {
  const already = entered()[kept.line];
  if (entering) return SAYS.entering;
  if (already) return html`<span class="told todo">${SAYS.already(kept.line, already)}<br>${lacking.length ? SAYS.missing(lacking.join(", ")) : nothing}</span>`;
  return lacking.length ? SAYS.missing(lacking.join(", ")) : nothing;
}

function toldOf(result, line) {
  if (result.refused) return {state: "todo", lines: [result.refused.sentence, result.refused.next].filter(Boolean)};
  if (!result.answers) return {state: "todo", lines: [SAYS.waits]};
  const held = result.answers.filter((one) => one.verdict?.answer === "hold");
  const done = SAYS.entered(line, hm(now()));
  return held.length ? {state: "hold", lines: [done, SAYS.held, ...held.flatMap((one) => one.says)]} : {state: "clear", lines: [done]};
}

// --- the page ----------------------------------------------------------------------------------------

function page(view) {
  const form = formOf();
  const letter = kept.sheet.trim().charAt(0).toUpperCase();
  const forms = KINDS[letter] ? view.forms.filter((one) => one.sheet === letter) : view.forms;
  const lacking = stillMissing();
  return html`<section class="entry">
    <div class="row">${typed("sheet", SAYS.sheet)}${typed("line", SAYS.line, "number", {inputmode: "numeric", min: 1})}${typed("date", SAYS.date, "date")}${typed("time", SAYS.time, "text", {inputmode: "numeric"})}</div>
    <div class="row">${label(SAYS.wrote, picked("wrote", view.pick.person, kept.wrote, (id) => keep("wrote", id)))}
      ${label(SAYS.enters, picked("enters", view.pick.person, kept.enters, (id) => keep("enters", id)))}</div>
    <fieldset class="field several"><legend>${SAYS.what}</legend><div>${forms.map((one) => html`<button type="button" class="act small" data-key="form/${one.key}" aria-pressed=${one.key === kept.form}
      @click=${() => { values = {}; keep("form", one.key); }}>${one.says}</button>`)}</div></fieldset>
    ${form ? form.fields.map(field) : nothing}
    <div class="row end"><button type="button" class="act main" data-key="enter" @click=${enter}>${SAYS.enter}</button>
      <p role="status">${told ? html`<span class="told ${told.state}">${told.lines.map((one) => html`${one}<br>`)}</span>` : saysBeside(lacking)}</p></div>
  </section>`;
}

function draw() {
  return html`${ways("entry")}${found.view ? page(found.view) : nothingYet(found)}`;
}

screen("paper", draw, {stream: false});
found = await asked("entry");
if (found.view) Object.assign(kept, {date: found.view.date});
await askMe();
kept.enters ||= me()?.speaker?.person ?? me()?.device?.person ?? "";
redraw();
