/* The board: what everybody has to see, from five metres on a wall or in the hand on a phone.

   - The wall names every weapon while there is room, puts what one handler has alike into one row
     where there is not, and counts the rest; nothing is made smaller, nothing scrolls there.
   - A clock that runs says that the screen is current. A stale screen has none: it says since
     when it is not, and shows what was in a dashed frame.
   - The space bar of a wall is Stop: one press, and twice within ten seconds is one stop. */
import {
  callStop, clockText, html, icon, isAudible, nothing, redraw, render, repeat, screen, soundNote,
  stopButton, themeButton,
} from "./shell.js";

const SAYS = {
  notCurrent: "NOT CURRENT",
  heard: (time, minutes) => (minutes ? `Last heard ${time}, ${minutes} min` : `Last heard ${time}`),
  never: "Nothing heard yet",
  ask: "Ask the armorer",
  near: (time) => `No connection since ${time}. This screen keeps trying. What is in the frame may be wrong.`,
  asking: "Asking the server. This screen keeps trying.",
  stopping: "STOPPING",
  unheard: "STOP NOT HEARD",
  shout: "Shout. It is being sent again.",
  space: "Space bar: Stop",
  // Not "any key": the largest one is Stop.
  sound: "No sound yet: press a letter",
  checkpoint: (size, at) => `Checkpoint ${size}, ${at}`,
  photograph: "Photograph it: it shows later what was on record by then.",
  readOnly: "Read-only, and Stop",
  why: "Anybody may read this and stop the work. Anything else is written on a device that is enrolled, so that the record can say who it was.",
  ring: "A stop shows here at once, while this page is open and hears the server.",
  // In the place of the space bar, which has done what it does: at night each letter is light.
  aloud: "No locked phone rings",
};

const WALL = matchMedia("(min-width: 1000px)");
const PICTURE_AGAIN = 10_000;
const ONE_STOP = 10_000;
// At night letters are light: ninety of this size are what a wall may give (2 % of white, on average).
const LETTERS_AT_NIGHT = 90;
const ICONS = {hold: "hold", stopped: "stopped", paused: "paused", hot: "hot", cold: "cold", "gun-on-set": "gun-on-set"};

let picture = null;
let asked = 0;
let stoppedAt = 0;

// --- parts ------------------------------------------------------------------------------------

const shape = (state) => (ICONS[state] ? icon(ICONS[state]) : nothing);

function chip(state, word) {
  return word ? html`<span class="state ${state}">${shape(state)}${word}</span>` : nothing;
}

function row(one) {
  return html`<li class=${one.name ? "" : "all"}>
    ${one.name ? html`<b class="name">${one.name}</b>` : nothing}
    <div class="what"><span class="who">${one.who}</span>${chip(one.state, one.word)}</div>
    ${one.named ? html`<span class="named ${one.near ? "near" : ""}">${one.named}</span>` : nothing}
    ${one.note ? html`<span class="detail">${one.note}</span>` : nothing}
  </li>`;
}

function line(one) {
  return html`<li class="all alert"><span class="who" title=${one.title}>${icon(one.icon)} ${one.says}</span></li>`;
}

const plain = (says) => html`<li class="all"><span class="who">${says}</span></li>`;

function band(view, {stopping}) {
  const {phase} = stopping;
  if (phase === "unheard") return head("stopped", SAYS.unheard, SAYS.shout);
  if (phase === "sending" && view.set.state !== "stopped") return head("stopped", SAYS.stopping, "");
  return head(view.set.state, view.set.word, view.set.since, view.set.note);
}

function head(state, word, since, note = "") {
  return html`<div class="band ${state}" role="status"><h1>${shape(state)}<span>${word}</span></h1>
    <p><time class="clock">${clockText()}</time>${[since, note].map((says) => (says ? html`<span class="near">${says}</span>` : nothing))}</p></div>`;
}

function code() {
  if (!picture) return nothing;
  return html`<svg class="qr" role="img" aria-label="${SAYS.checkpoint(picture.size, picture.at)}. ${SAYS.photograph}" viewBox="0 0 ${picture.side} ${picture.side}"><path d=${picture.path}></path></svg>`;
}

const mark = (context) => (context.mark ? html`<p class="mark"><span>${context.mark}</span></p>` : nothing);

// --- the wall ---------------------------------------------------------------------------------

/** What to try, most first: how many rows, how many of the groups among them one by one, how the
    others are named (far, near, or not at all), whether the other alerts, whether the rest. */
function* layouts(view) {
  const all = view.rows.length;
  const groups = view.rows.filter((one) => one.each).length;
  for (let each = groups; each >= 0; each -= 1) {
    for (const named of each === groups ? [""] : ["far", "near"]) {
      yield {rows: all, each, named, alerts: true, rest: true};
      yield {rows: all, each, named, alerts: true, rest: false};
    }
  }
  const grouped = {each: 0, named: "", rest: false};
  // Under a stop, who has what comes before the code and before what lies on the cart.
  if (view.restart) yield {rows: all, ...grouped, alerts: true, slim: true};
  for (let rows = all; rows > 1; rows -= 1) yield {rows, ...grouped, alerts: true};
  for (let rows = all; rows >= 0; rows -= 1) yield {rows, ...grouped, alerts: false};
}

/** The rows of a layout. What hurts most is first, so it is told one by one longest. */
function shownRows(view, {rows, each, named}) {
  let left = each;
  return view.rows.slice(0, rows).flatMap((one) => {
    if (!one.each) return [one];
    if (left-- > 0) return one.each;
    return [{...one, named: named ? one.named : "", near: named === "near"}];
  });
}

function wall(view, context, fit) {
  const [first, ...others] = view.alerts;
  const left = view.more[fit.rows];
  const foot = first ? html`${icon(first.icon)}${first.says}` : fit.slim ? "" : view.rest.says;
  const near = [(first && !fit.rest) || fit.slim ? view.rest.whole : "", ...(fit.alerts ? [] : others.map((one) => one.says))];
  return html`${mark(context)}${band(view, context)}
    <ul class="rows">
      ${view.restart ? row({...view.restart, name: "", who: view.restart.says}) : nothing}
      ${view.nothing ? plain(view.nothing) : nothing}
      ${repeat(shownRows(view, fit), (one, n) => `${one.name}/${n}`, row)}
      ${left ? plain(left) : nothing}
      ${fit.alerts ? others.map(line) : nothing}
      ${fit.rest && first && view.rest.says ? plain(view.rest.says) : nothing}
    </ul>
    ${feet(foot ? html`<p class="last">${foot}</p>` : nothing, near.filter(Boolean), fit.slim ? nothing : code(), view.set.state === "stopped" ? SAYS.aloud : SAYS.space)}`;
}

/** What stands below: the last line, the picture, and what is for whoever walks up. */
function feet(last, near, shown, here = SAYS.space) {
  const photographed = shown === nothing ? [] : [SAYS.checkpoint(picture.size, picture.at)];
  const lines = [...near, ...photographed, here, ...(isAudible() ? [] : [SAYS.sound])];
  return html`<footer>${last}<p class="near">${lines.join(" · ")}</p>
    <p class="buttons">${themeButton()}${stopButton()}</p>${shown}</footer>`;
}

function staleWall(view, context) {
  const {since, minutes} = context.stale ?? {};
  const unheard = context.stopping.phase === "unheard" || context.stopping.phase === "sending";
  return html`${mark(context)}
    <div class="band stale" role="status"><h1>${icon("stale")}<span>${SAYS.notCurrent}</span></h1></div>
    <ul class="rows">
      ${unheard ? row({name: "", who: SAYS.shout, state: "stopped", word: SAYS.unheard}) : nothing}
      ${plain(since ? SAYS.heard(since, minutes) : SAYS.never)}
      ${plain(SAYS.ask)}
      ${view ? html`<li class="all was"><span class="who">${view.was}</span></li>` : nothing}
    </ul>
    ${feet(nothing, [since ? SAYS.near(since) : SAYS.asking], nothing)}`;
}

/** Draw the wall with as much as fits: measured, because names are as long as they are. */
function drawWall(view, context, root) {
  for (const fit of layouts(view)) {
    render(wall(view, context, fit), root);
    const rows = root.querySelector(".rows");
    if (rows.scrollHeight <= rows.clientHeight + 1 && !isTooBright(root, context)) return;
  }
}

function isTooBright(root, {theme}) {
  if (theme !== "night") return false;
  const letters = [...root.querySelectorAll(".rows, .last")].map((one) => one.innerText.replace(/\s/g, "").length);
  return letters.reduce((sum, one) => sum + one, 0) > LETTERS_AT_NIGHT;
}

// --- the phone --------------------------------------------------------------------------------

function phone(view, context) {
  const stale = !view || context.stale;
  return html`${mark(context)}${stale ? stalePhone(view, context) : html`${band(view, context)}${phoneRows(view)}`}
    <section class="about"><h2>${SAYS.readOnly}</h2><p>${SAYS.why}</p><p>${SAYS.ring}</p>${soundNote()}${themeButton()}
    ${stale ? nothing : html`<figure>${code()}<figcaption class="note">${picture ? `${SAYS.checkpoint(picture.size, picture.at)}. ${SAYS.photograph}` : ""}</figcaption></figure>`}</section>
    <nav class="bar">${stopButton({cls: "big"})}</nav>`;
}

function phoneRows(view) {
  return html`<ul class="rows">
    ${view.restart ? row({...view.restart, name: "", who: view.restart.says}) : nothing}
    ${repeat(view.rows, (one, n) => `${one.name}/${n}`, row)}
    ${view.nothing ? plain(view.nothing) : nothing}
    ${view.alerts.map(phoneAlert)}
    ${view.rest.whole ? plain(view.rest.whole) : nothing}
  </ul>`;
}

const phoneAlert = (one) =>
  html`<li class="all alert"><span class="who">${icon(one.icon)}${one.title}</span></li>`;

function stalePhone(view, context) {
  const {since, minutes} = context.stale ?? {};
  const unheard = context.stopping.phase === "unheard" || context.stopping.phase === "sending";
  return html`<div class="band stale" role="status"><h1>${icon("stale")}<span>${SAYS.notCurrent}</span></h1></div>
    <ul class="rows">
      ${unheard ? row({name: "", who: SAYS.shout, state: "stopped", word: SAYS.unheard}) : nothing}
      ${plain(since ? SAYS.heard(since, minutes) : SAYS.never)}${plain(SAYS.ask)}
      ${view ? html`<li class="all was"><span class="who">${view.was}</span></li>` : nothing}
      <li class="all"><span class="note">${since ? SAYS.near(since) : SAYS.asking}</span></li>
    </ul>`;
}

// --- drawing ----------------------------------------------------------------------------------

async function fetchPicture(view) {
  if (picture?.size === view.size || Date.now() - asked < PICTURE_AGAIN) return;
  asked = Date.now();
  try {
    const answer = await fetch("/api/checkpoint", {credentials: "same-origin"});
    if (answer.ok) picture = await answer.json();
    redraw();
  } catch {
    /* The one before stays: it is a checkpoint too, and says of when. */
  }
}

function draw(view, context) {
  const root = document.getElementById("screen");
  const onWall = WALL.matches;
  document.body.classList.toggle("wall", onWall);
  const stale = !view || context.stale;
  if (view && !context.stale) fetchPicture(view);
  if (!onWall) render(phone(view, context), root);
  else if (stale) render(staleWall(view, context), root);
  else drawWall(view, context, root);
}

function stop() {
  if (Date.now() - stoppedAt < ONE_STOP) return;
  stoppedAt = Date.now();
  callStop();
}

addEventListener("keydown", (event) => {
  if (event.code !== "Space" || !WALL.matches) return;
  event.preventDefault();
  if (!event.repeat) stop();
}, {capture: true});
addEventListener("keyup", (event) => {
  // A button that has the focus would be pressed by the key's release: on a wall it is Stop alone.
  if (event.code === "Space" && WALL.matches) event.preventDefault();
}, {capture: true});

// What fits depends on the width, the theme and the face: all may come later than the first view.
addEventListener("resize", redraw);
new MutationObserver(redraw).observe(document.documentElement, {attributeFilter: ["data-theme"]});
document.fonts?.ready.then(redraw);
screen("board", draw, {frame: false});
