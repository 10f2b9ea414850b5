/* Who speaks on this device: a line that always says it, and a sheet to change it.

   whoLine(me, {key})   -> the line: who, and how that is known; a tap opens the sheet
   whoSheet(me)         -> the sheet, or nothing while it is closed; it lies beside, never over
   openWho(open)        -> open or close it
   isWhoOpen()          -> whether it is open
   onScan(callback)     -> be told what a scanner types, anywhere on the page; returns how to stop.
                           The last one asked first; whoever returns true has taken it
   speakByBadge(code)   -> let a badge's owner speak; resolves to true if it was one
   pinPad(state, done)  -> keys for a PIN, for other sheets

   - Named is what a tap on a name gives: nothing is proven by it, and it says so.
   - A badge is scanned, or a PIN typed, where a person's own word is wanted.
   - A PIN is sent and forgotten: it is in no list of what waits, and in no storage. */
import {askMe, html, icon, nothing, now, post, redraw, Refused, repeat} from "./shell.js";

const SAYS = {
  speaks: "Speaks here",
  nobody: "Nobody is named",
  nobodyNote: "Tap who you are before you write.",
  change: "Somebody else",
  choose: "Say who",
  who: "Who speaks here?",
  named: "A name alone proves nothing; the record will say so. Scan a badge, or use a PIN, where your own word is wanted.",
  scan: "Scan a badge now, or tap a name.",
  pin: "PIN",
  pinOf: (name) => `PIN of ${name}`,
  asNamed: (name) => `${name}, named only`,
  speak: "It is me",
  erase: "Erase one",
  back: "Other names",
  close: "Close",
  done: "Nobody speaks here any more",
  own: "Own device: its owner speaks on it.",
  noAnswer: "The server did not answer, so nothing has changed. A PIN is not kept here.",
  digits: (count) => (count === 1 ? "1 digit" : `${count} digits`),
};

const state = {open: false, person: null, pin: "", refused: null, busy: false};

/** Whether the sheet is open. */
export const isWhoOpen = () => state.open;

/** Open or close the sheet. `why`: whether it goes on saying why a badge was not taken. */
export function openWho(open = true, {why = false} = {}) {
  Object.assign(state, {open, person: null, pin: "", refused: why ? state.refused : null, busy: false});
  redraw();
  if (open) queueMicrotask(() => document.getElementById("who-sheet")?.scrollIntoView({block: "nearest"}));
}

// --- scanners ---------------------------------------------------------------------------------

const FAST = 60;
const FASTER = 35;
const LONG = 6;
const SHORTEST = 3;
const PAUSE = 150;
const scanning = [];
let typed = "";
let took = 0;
let last = 0;

/** Whether a scanner typed this. Nobody types six keys and Enter at sixty milliseconds each, nor
    three at thirty-five; into a field a practised hand might, so there it takes six. On the
    whole, not at every key: a tablet that is busy hears one of them late. */
function isScan(code, gap, field) {
  if (code.length >= LONG) return gap < FAST;
  return code.length >= SHORTEST && gap < FASTER && !field;
}

/** A scanner types faster than anybody, and ends with Enter. */
export function onScan(callback) {
  if (!scanning.length) addEventListener("keydown", key, {capture: true});
  scanning.unshift(callback);
  return () => {
    const place = scanning.indexOf(callback);
    if (place >= 0) scanning.splice(place, 1);
    if (!scanning.length) removeEventListener("keydown", key, {capture: true});
  };
}

function key(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  const gap = event.timeStamp - last;
  const quick = gap < PAUSE;
  last = event.timeStamp;
  if (event.key === "Enter" || event.key === "Tab") {
    const code = quick ? typed : "";
    const each = (took + gap) / (code.length || 1);
    const found = isScan(code, each, event.target.closest?.("input, textarea"));
    typed = "";
    if (!found) return;
    // Else Enter would press whatever has the focus.
    event.preventDefault();
    event.stopPropagation();
    for (const one of [...scanning]) if (one(code)) return;
    return;
  }
  if (event.key.length !== 1) return;
  took = quick && typed ? took + gap : 0;
  typed = quick ? typed + event.key : event.key;
}

// --- saying it --------------------------------------------------------------------------------

async function speak(said) {
  Object.assign(state, {busy: true, refused: null});
  redraw();
  try {
    await post("/api/speaker", said);
    Object.assign(state, {open: false, person: null});
    return true;
  } catch (error) {
    state.refused = error instanceof Refused ? error : {sentence: SAYS.noAnswer};
    return false;
  } finally {
    Object.assign(state, {busy: false, pin: ""});
    await askMe();
    redraw();
  }
}

/** Let the owner of a badge speak. */
export const speakByBadge = (badge) => speak({badge});

async function nobody() {
  try {
    await post("/api/speaker", undefined, {method: "DELETE"});
    state.open = false;
  } catch (error) {
    state.refused = error instanceof Refused ? error : {sentence: SAYS.noAnswer};
  }
  await askMe();
  redraw();
}

onScan((code) => {
  if (!state.open) return false;
  speakByBadge(code);
  return true;
});

// --- drawing ----------------------------------------------------------------------------------

let askedAt = 0;

/** A badge lapses without anybody doing anything: the line may not go on saying that it stands. */
function askWhenLapsed(speaker) {
  const over = speaker?.until && now().getTime() >= Date.parse(speaker.until);
  if (!over || performance.now() - askedAt < 2_000) return;
  askedAt = performance.now();
  askMe().then(redraw);
}

/** Who speaks, how that is known, and the way to change it. */
export function whoLine(me, {key: name = "who"} = {}) {
  const speaker = me?.speaker;
  askWhenLapsed(speaker);
  const how = speaker?.how ?? "none";
  return html`<div class="who who-${how}">
    <p><span class="note">${SAYS.speaks}</span> <b>${speaker ? speaker.label : SAYS.nobody}</b>
    <span class="note who-how">${speaker ? speaker.says : SAYS.nobodyNote}</span></p>
    ${me?.device && !me.device.person
      ? html`<button type="button" class="act small" data-key=${name} aria-expanded=${state.open} @click=${() => openWho(!state.open)}>${speaker ? SAYS.change : SAYS.choose}</button>`
      : nothing}
  </div>`;
}

/** The sheet: names, a PIN, a badge. */
export function whoSheet(me) {
  askWhenLapsed(me?.speaker);
  if (!state.open || !me?.device) return nothing;
  return html`<section class="who-sheet" id="who-sheet" aria-labelledby="who-title">
    <header><h2 id="who-title">${SAYS.who}</h2>
      <button type="button" class="act small" data-key="who/close" @click=${() => openWho(false)}>${SAYS.close}</button></header>
    ${state.refused ? html`<p class="who-refused" role="alert">${icon("todo")} <b>${state.refused.sentence}</b> ${state.refused.next ?? ""}</p>` : nothing}
    ${me.device.person ? html`<p>${SAYS.own}</p>` : state.person ? onePerson(state.person) : names(me)}
  </section>`;
}

function names(me) {
  return html`<p class="note">${SAYS.scan}</p>
    <ul class="who-names">${repeat(me.people, (one) => one.id, (one) => html`<li>
      <button type="button" class="act who-name" data-key="who/${one.id}" aria-pressed=${me.speaker?.person === one.id} @click=${() => choose(one)}>
        <span>${one.label}${one.says && one.says !== one.label ? html`<br><span class="note">${one.says}</span>` : nothing}</span></button></li>`)}</ul>
    <p class="note">${SAYS.named}</p>
    ${me.speaker ? html`<button type="button" class="act small" data-key="who/nobody" @click=${nobody}>${SAYS.done}</button>` : nothing}`;
}

function choose(one) {
  // Somebody without a PIN can only be named here: that is one tap, not two.
  if (!one.pin) return speak({person: one.id});
  Object.assign(state, {person: one, pin: "", refused: null});
  redraw();
  return undefined;
}

function onePerson(one) {
  return html`<div class="who-one">
    ${pinPad(state, () => speak({person: one.id, pin: state.pin}), SAYS.pinOf(one.label))}
    <div class="who-other">
      <button type="button" class="act" data-key="who/named" @click=${() => speak({person: one.id})}>${SAYS.asNamed(one.label)}</button>
      <button type="button" class="act small" data-key="who/back" @click=${() => (Object.assign(state, {person: null, pin: "", refused: null}), redraw())}>${SAYS.back}</button>
    </div></div>`;
}

/** Big keys for a PIN. `holder.pin` is what was typed; `done()` is called when it is whole. */
export function pinPad(holder, done, label = SAYS.pin, says = SAYS.speak) {
  const press = (digit) => {
    holder.pin = (holder.pin + digit).slice(0, 12);
    redraw();
  };
  const erase = () => {
    holder.pin = holder.pin.slice(0, -1);
    redraw();
  };
  const keys = (event) => {
    if (/^[0-9]$/.test(event.key)) press(event.key);
    else if (event.key === "Backspace") erase();
    else if (event.key === "Enter" && event.target.tagName !== "BUTTON" && holder.pin) done();
    else return;
    event.preventDefault();
  };
  return html`<div class="pin" role="group" aria-label=${label} tabindex="-1" @keydown=${keys}>
    <p class="pin-shown"><b>${label}</b> <span aria-hidden="true">${"●".repeat(holder.pin.length) || "–"}</span>
      <span class="unseen" role="status">${SAYS.digits(holder.pin.length)}</span></p>
    <div class="pin-keys">${["1", "2", "3", "4", "5", "6", "7", "8", "9"].map((digit) => digitKey(digit, press))}
      <button type="button" class="act" data-key="pin/erase" aria-label=${SAYS.erase} @click=${erase}>←</button>
      ${digitKey("0", press)}
      <button type="button" class="act main" data-key="pin/done" @click=${() => holder.pin && done()}>${says}</button></div>
  </div>`;
}

function digitKey(digit, press) {
  return html`<button type="button" class="act" data-key="pin/${digit}" @click=${() => press(digit)}>${digit}</button>`;
}
