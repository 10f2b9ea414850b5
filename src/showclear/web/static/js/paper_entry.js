/* Enter a sheet: line by line, everything picked but what only the sheet knows.

   - The sheet, its writer and who enters it stay from line to line; the line counts on by itself.
   - The time is on the sheet alone: it is never filled in here, and asked for on every line.
   - Pressed twice it is entered once; a line that is on record already says so. */
import {askMe, followed, html, hm, isOnRecord, me, now, nothing, redraw, screen, say, stamp} from "./shell.js";
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
  ahead: (day, time) => `another date, for ${day}, ${time} is still to come`,
  after: (day, time) => `${time} is of the day after: ${day}`,
  note: (sheet, line) => `sheet ${sheet} line ${line}`,
  entered: (line, at) => `Line ${line} is on record, entered ${at}.`,
  held: "On record. The gate, asked as of then and as of now, says Hold:",
  waits: (line) => `Line ${line} is not on record yet: it is sent again by itself.`,
  waiting: (line) => `Line ${line} of this sheet waits here: it is not on record yet, and is sent again by itself. Entered again, it is on record twice.`,
  aside: (line) => `Line ${line} is not on record: it was kept aside.`,
  elsewhere: (line) => `Line ${line} was seen to by another page of this device: look there whether it is on record.`,
  already: (line, at) => `Line ${line} of this sheet was entered at ${at}. Entered again, it is on record twice.`,
  entering: "Being entered",
};
const AHEAD_MS = 120_000;
const DAY_MS = 86_400_000;
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
  // A night's sheet is entered in the morning: what it says was not said tonight.
  else if (Date.parse(moment()) > now().getTime() + AHEAD_MS) heads.push(["date", SAYS.ahead(dayOf(timeOf(kept.time)), timeOf(kept.time))]);
  const fields = form ? form.fields.filter((one) => !one.optional && isEmpty(valueOf(one))).map((one) => one.says) : [SAYS.what];
  return [...heads.map(([, says]) => says), ...fields];
}

/** A time as a pencil writes it: 11:31, 1131, 9:05, 9.05. Null for what is none. */
function timeOf(text) {
  const found = /^([01]?\d|2[0-3])[:.h ]?([0-5]\d)$/.exec(text.trim());
  return found ? `${found[1].padStart(2, "0")}:${found[2]}` : null;
}

const dayAfter = (date) => new Date(Date.parse(`${date}T12:00:00Z`) + DAY_MS).toISOString().slice(0, 10);

/** The day of the time on the sheet: a ShootDay goes on past midnight. */
const dayOf = (time) => (time < found.view.turns ? dayAfter(kept.date) : kept.date);

/** The moment on the sheet, with the offset from UTC that the production's clocks had then. */
function moment() {
  const time = timeOf(kept.time);
  const wall = `${dayOf(time)}T${time}`;
  const [, offset] = found.view.offsets.findLast(([from]) => from <= wall) ?? found.view.offsets[0];
  return `${wall}:00${offset}`;
}

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
    followed(result, (found) => tell(found, sheetOf(sheet), line));
    if (isOnRecord(result) || result.kept) {
      Object.assign(kept, {line: Number(line) + 1, time: ""});
      values = {};
    }
  } finally {
    entering = false;
    redraw();
  }
}

/** What became of a line, now or after it has waited; a later line's words stay its own. */
function tell(result, sheet, line) {
  const key = `${sheet}/${line}`;
  if (entering || told?.key === key) told = {...toldOf(result, line), key};
  if (result.kept) waits.add(key);
  else if (result.answers || result.elsewhere) waits.delete(key);
  if (isOnRecord(result)) entered(sheet)[line] ??= hm(now());
}

const waits = new Set();
const sheetOf = (name) => name.trim().toUpperCase();

/** The lines of a sheet that are on record, each with when it was entered. */
function entered(sheet = sheetOf(kept.sheet)) {
  return (found.view.entered[sheet] ??= {});
}

/** That a time is of another day than the one above it, where it is. */
function dayAfterSays() {
  const time = timeOf(kept.time);
  return time && dayOf(time) !== kept.date ? html`<br>${SAYS.after(dayOf(time), time)}` : nothing;
}

function saysBeside(lacking) {
  const already = entered()[kept.line];
  const missing = html`${lacking.length ? SAYS.missing(lacking.join(", ")) : nothing}${dayAfterSays()}`;
  if (entering) return SAYS.entering;
  if (waits.has(`${sheetOf(kept.sheet)}/${kept.line}`)) return html`<span class="told todo">${SAYS.waiting(kept.line)}<br>${missing}</span>`;
  if (already) return html`<span class="told todo">${SAYS.already(kept.line, already)}<br>${missing}</span>`;
  return missing;
}

function toldOf(result, line) {
  if (result.refused) return {state: "todo", lines: [result.refused.sentence, result.refused.next].filter(Boolean)};
  if (result.elsewhere) return {state: "todo", lines: [SAYS.elsewhere(line)]};
  if (!result.answers) return {state: "todo", lines: [SAYS.waits(line)]};
  const aside = result.answers.filter((one) => one.aside);
  if (aside.length) return {state: "todo", lines: [SAYS.aside(line), ...aside.flatMap((one) => (one.says?.length ? one.says : [one.aside.sentence]))]};
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
if (found.view) Object.assign(kept, {date: found.view.day});
await askMe();
kept.enters ||= me()?.speaker?.person ?? me()?.device?.person ?? "";
redraw();
