/* The sheet beside the cards: what can be written of what is chosen.

   - It draws what the view made; which act is filled, what it says and writes comes from there.
   - An act that needs a person shows the people at its own place in the sheet: no dialog.
   - A counter is tapped by one or by six; nothing is ever typed. */
import {actButton, html, icon, me, nothing, reason, relied, repeat, write} from "./shell.js";
import {answerIn} from "./cart_answer.js";
import {ask, asking, choose, chooseBefore, count, countedAnew, countOf, filledIn, isCorrect, isOpen, setOpen} from "./cart_chosen.js";
import {scanChoice} from "./cart_scan.js";

const SAYS = {
  more: "More",
  why: (number) => (number === 1 ? "Why: 1 rule" : `Why: ${number} rules`),
  warned: "To know",
  whom: "Who has it?",
  notYet: "Nobody yet",
  one: "One of them",
  back: "Back to what was chosen",
  nothing: "Nothing chosen. Tap a weapon.",
  nothingYet: "No weapon is on record yet. They come from a file before the start, or as Unknown weapon on the floor.",
};

// --- acts -----------------------------------------------------------------------------------

/** Whoever speaks says a next step, where they are as good as the one it names. */
function spoken(act) {
  const speaker = me()?.speaker?.person;
  if (!speaker || !act.by_any_of?.includes(speaker)) return act;
  return {...act, write: act.write.map((one) => (one.by ? {...one, by: speaker} : one))};
}

/** One act of a sheet: 64 px, and 88 px for the one it waits for. */
function sheetAct(act, {cls = ""} = {}) {
  const whole = withSpeaker(spoken(act));
  return actButton(whole, {cls: `${whole.look === "main" ? "large" : ""} ${cls}`, tap: whole.needs ? ask : undefined});
}

function withSpeaker(act) {
  const speaker = me()?.speaker?.person;
  return speaker ? filledIn(act, {$me: speaker}) : act;
}

const acts = (list, cls = "") => html`<div class="acts ${cls || grid(list)}">${repeat(list, (one) => one.key, (one) => sheetAct(one))}</div>`;

/** One act takes the width, two share it, more stand in two columns; long words take a row. */
function grid(list) {
  if (list.length === 1) return "one";
  return list.some((one) => one.says.length > 22) && list.length === 2 ? "one" : "two";
}

// --- blocks ---------------------------------------------------------------------------------

const heading = (block) => (block.head ? html`<h3>${block.head}</h3>` : nothing);

function stepBlock(block) {
  return html`${heading(block)}${acts(block.acts)}${whoSaw(block)}`;
}

/** Under a tick: whose eyes it was, and who was only named. */
function whoSaw(block) {
  const seen = block.acts.filter((one) => one.done && one.note);
  return seen.map((one) => html`<p class="note">${block.acts.length > 1 ? `${one.says}: ${one.note}` : one.note}</p>`);
}

function eyesBlock(block) {
  return html`${heading(block)}<p class="note">${block.note}</p>${scanChoice(block)}${acts(block.acts)}`;
}

function oneReason(one) {
  const draw = (act) => sheetAct(act);
  if (!one.acts) return reason(one, {act: draw});
  return html`<li class="reason"><p>${one.says}</p>
    <p class="note">${[one.who, one.force, one.cite].filter(Boolean).join(", ")}</p>${acts(one.acts, one.acts.length > 2 ? "two" : "one")}</li>`;
}

function reasonsBlock(block) {
  return html`<ol class="reasons">${repeat(block.reasons, (one, n) => `${one.rule ?? one.says}/${one.on ?? n}`, oneReason)}</ol>`;
}

function reliedBlock(block) {
  return html`${relied(block.lines)}${block.note ? html`<p class="note">${block.note}</p>` : nothing}`;
}

const signed = (number) => (number < 0 ? `− ${-number}` : `+ ${number}`);

function counterBlock(block) {
  const now = countOf(block);
  const steps = [...block.steps].sort((one, other) => one - other);
  const button = (by) => html`<button type="button" class="act" data-key="count/${block.key}/${by}"
    aria-label="${by < 0 ? "fewer" : "more"} by ${Math.abs(by)}" @click=${() => count(block, by)}>${signed(by)}</button>`;
  return html`${heading(block)}
    ${block.done ? html`<p class="was">${icon("clear")} ${block.done}</p>` : nothing}
    <div class="counter steps-${steps.length}">${[...steps].reverse().map((by) => button(-by))}
      <output aria-live="polite"><b>${now}</b>${block.of ? html`<small>of ${block.of}</small>` : nothing}</output>
      ${steps.map((by) => button(by))}</div>
    ${counterActs(block, now)}`;
}

function counterActs(block, now) {
  const all = block.acts ? [block.acts[now - (block.least ?? 0)]] : block.targets ?? [block.act];
  const made = all.filter(Boolean).map((one) => ({...filledIn(one, {$count: now}), look: block.of && now === block.of ? "main" : one.look}));
  return html`<div class="acts ${made.length > 2 ? "two" : made.length === 2 ? "two" : "one"}">${made.map((one) => actButton(withSpeaker(one), {tap: one.needs ? ask : (act) => written(block, act)}))}</div>`;
}

async function written(block, act) {
  const result = await write(act);
  if (result.answers) countedAnew(block);
}

function sumBlock(block) {
  return sumOf(block.sum);
}

function sumsBlock(block) {
  return html`${heading(block)}${block.rows.map((row) => html`<div class="by-take"><p class="note">${row.says}</p>${sumOf(row.sum)}</div>`)}`;
}

/** A sum: one whole, every part named. Where nobody knows the whole it is no sum, only its parts.
    Drawn with spans, so that it may stand in a button. */
export function sumOf(one) {
  const parts = one.parts.map((part) => ({n: part.n ?? "?", label: part.label}));
  const all = one.whole ? [one.whole, ...parts] : parts;
  const said = parts.map((part) => `${part.n} ${part.label}`).join(" + ");
  const spoken = one.whole ? `${one.whole.n} ${one.whole.label} ${one.differs ? "≠" : "="} ${said}` : said;
  return html`<span class="sum ${one.differs ? "differs" : ""} ${one.whole ? "" : "parts"}" role="img" aria-label=${spoken}>
    ${all.map((part) => html`<span>${part.n}<small>${part.label}</small></span>`)}</span>
    ${one.differs && one.says ? html`<span class="state hold">${icon("differs")}${one.says}</span>` : nothing}`;
}

const KINDS = {
  step: stepBlock,
  acts: stepBlock,
  eyes: eyesBlock,
  reasons: reasonsBlock,
  relied: reliedBlock,
  counter: counterBlock,
  sum: sumBlock,
  sums: sumsBlock,
  note: (block) => html`<p>${block.says}</p>`,
  rows: (block) => html`${heading(block)}<ul class="rows">${block.rows.map((row) => html`<li>
    <button type="button" class="act" data-key="row/${row.key}/${row.says}" @click=${() => choose(row.key)}><span>${row.says}</span></button></li>`)}</ul>`,
};

const blockOf = (block) => html`<section class="block of-${block.kind} ${block.kind === "eyes" ? "eyes" : ""}" data-block=${block.key ?? nothing}>${(KINDS[block.kind] ?? (() => nothing))(block)}</section>`;

function folded(key, word, inside) {
  return html`<details .open=${isOpen(key)} @toggle=${(event) => setOpen(key, event.target.open)}>
    <summary class="act small">${word}</summary>${inside}</details>`;
}

// --- the sheet ------------------------------------------------------------------------------

/** People, for an act that needs one: performers first, handlers only where it asks for one. */
function people(view, act) {
  const able = view.people.filter((one) => act.needs !== "handler" || one.handler);
  return html`<h3>${SAYS.whom}</h3>
    <div class="acts two">${repeat(able, (one) => one.id, (one) => personOf(act, one))}</div>
    <button type="button" class="act" data-key="whom/none" @click=${() => ask(null)}>${SAYS.notYet}</button>`;
}

function personOf(act, one) {
  const whole = filledIn(act, {$person: one.id, $me: me()?.speaker?.person ?? "$me"}, {key: `${act.key}/${one.id}`});
  const tap = async (made) => {
    const result = await write(made);
    if (!result.refused) ask(null);
  };
  return actButton({...whole, needs: undefined, look: "plain", says: one.says, title: `${act.title ?? act.says}: ${one.says}`}, {tap});
}

function oneOfThem(sheet) {
  if (sheet.weapons.length < 2) return nothing;
  return folded(`${sheet.key}/one`, SAYS.one, html`<div class="acts two">${sheet.weapons.map(
    (name) => html`<button type="button" class="act" data-key="one/${name}" @click=${() => choose(name)}>${name}</button>`,
  )}</div>`);
}

function why(sheet) {
  const all = [...(sheet.why ?? [])];
  const known = sheet.warned ?? [];
  if (!all.length && !known.length) return nothing;
  return folded(`${sheet.key}/why`, SAYS.why(all.length + known.length), html`
    ${all.length ? reasonsBlock({reasons: all}) : nothing}
    ${known.length ? html`<div class="warned"><h3>${SAYS.warned}</h3><ul>${known.map((one) => html`<li>${one.says}</li>`)}</ul></div>` : nothing}`);
}

/** The whole sheet, or a word where nothing is chosen. `told` (what the record answered) lies
    between what may scroll and what stays, so that it is seen and nothing moves for it. */
export function sheet(view, one, told = nothing) {
  if (!one) return html`<section class="sheet"><p>${view?.cards?.length === 0 ? SAYS.nothingYet : SAYS.nothing}</p>${told}</section>`;
  const act = asking();
  const mine = act && act.key.startsWith(`${one.key}/`) ? act : null;
  return html`<section class="sheet" aria-labelledby="sheet-title" data-sheet=${one.key}>
    <header><h2 id="sheet-title" class=${one.title.length > 12 ? "long" : ""}>${labels(one.title)}</h2>
      <p class="answer">${answerIn(one.answer)}</p>
      ${one.for ? html`<p class="note for">${one.for.title}${one.for.on ? `, take ${one.for.take} on` : ""}</p>` : nothing}</header>
    <div class="body" tabindex="-1">${mine
      ? people(view, mine)
      : html`${repeat(one.blocks, (block) => block.key, blockOf)}${why(one)}${oneOfThem(one)}
        ${one.more.length ? folded(`${one.key}/more`, SAYS.more, repeat(one.more, (block) => block.key, blockOf)) : nothing}`}</div>
    ${told}
    ${foot(one)}
  </section>`;
}

/** Labels of weapons, none of them broken at its hyphen. */
export const labels = (text) => text.split(" ").map((word, n) => html`${n ? " " : ""}<span class="word">${word}</span>`);

function foot(one) {
  if (isCorrect(one.key)) {
    return html`<footer><button type="button" class="act" data-key="correct/back" @click=${chooseBefore}>${SAYS.back}</button></footer>`;
  }
  if (!one.foot.length) return nothing;
  // Each stays at its place; which of them is waited for is told by its fill alone.
  const plain = one.foot.slice(0, -1);
  const last = one.foot.slice(-1);
  const pair = plain.length === 1 && plain[0].says.length < 18;
  const large = last.map((act) => sheetAct(act, {cls: `large ${act.says.length > (pair ? 20 : 30) ? "long" : ""}`}));
  return html`<footer>
    ${one.from ? html`<p class="note">${one.from}</p>` : nothing}
    ${pair ? html`<div class="pair">${sheetAct(plain[0])}${large}</div>` : html`${plain.length ? acts(plain) : nothing}${large}`}</footer>`;
}
