/* What every page uses: its stream, its acts and their answers, and what stands on every screen.

   - A page gives `draw(view, context)` and gets it called whenever anything changes. It draws;
     sentences, sums and answers come with the view.
   - On every screen stand: the mark of a sample or a practice, that it is not current, what is
     not on record yet, what the record answered that nobody may miss.
   - Nothing lies over anything, nothing goes away by itself, no act is ever disabled. */
import "./theme.js";
import {html, nothing, render, repeat} from "./lit.js";
import {clockText, hm, isStale, now, setStale, useZone} from "./clock.js";
import {icon} from "./icons.js";
import {again, askMe, isOffered, me, putAway, say, send, watchAnswers, watchMe} from "./said.js";
import {isKept, restore, watch as watchOutbox} from "./outbox.js";
import {isAudible, stopSound, unlock} from "./sound.js";
import {callStop, stopHeard, stopState, watchStop} from "./stop.js";
import {setStrip, watchSet} from "./stop_strip.js";
import {listen} from "./stream.js";

export {html, nothing, render, repeat} from "./lit.js";
export {clockText, hm, now, stamp} from "./clock.js";
export {icon} from "./icons.js";
export {stopSound, isAudible, unlock} from "./sound.js";
export {askMe, filled, me, mint, post, Refused, say, sayOwn} from "./said.js";
export {callStop, stopCalledHere} from "./stop.js";

// --- words, all in one place ----------------------------------------------------------------

const SAYS = {
  mark: {
    sample: "Sample day. Nothing on it is real.",
    practice: "Practice. Nothing here goes on the record of the production.",
  },
  kind: {sample: "Sample", practice: "Practice"},
  stale: (time, minutes) => `Last heard ${time}, ${minutes} min ago. What stands below may be wrong: ask aloud.`,
  broken: "This page cannot draw what it heard. What stands below is old and may be wrong: ask aloud, and load the page again.",
  staleNever: "Nothing heard from the server yet. It keeps trying.",
  wasClear: "Was clear. Ask aloud",
  was: "Was",
  notCurrent: "Not current",
  marks: "About this screen",
  notices: "What the record answered",
  unreadOnes: (count) => `${count} answers to read`,
  unsent: (count) => `Not on record yet: ${count}`,
  unsentWaits: "waits for the server, is sent again by itself",
  unsentSending: "being sent",
  notKept: "This browser keeps nothing: leave this page open until the list is empty.",
  again: "Send again",
  putAway: "Put away",
  read: "Read",
  writing: "writing",
  written: (time) => `written ${time}`,
  waits: "not on record yet",
  notTaken: "not taken",
  inPart: "not all of it taken",
  writtenHold: (time) => `written ${time}. Hold`,
  since: "since",
  hold: "Hold",
  clear: "Clear",
  recorded: "On record. The gate says Hold:",
  onRecord: "On record",
  unread: "Not as it was meant, perhaps:",
  noticed: "Noticed",
  noticedNow: "On record. As it is now, it is not as it should be:",
  aside: "Kept aside, because it could not become an entry:",
  next: "Next:",
  named: "Named only",
  namedLead: "It is on record as named on this screen.",
  namedWhy: ["The badge had lapsed before this was sent, so nothing proves who said it.", "Where their own word is wanted: scan the badge, and say it again."],
  warned: "To know",
  unasked: "Not asked",
  stop: "Stop",
  stopping: "Stopping",
  unheard: "Nobody has heard this stop yet. Shout. It is being sent again.",
  shout: "A locked phone does not ring: say it aloud.",
  soundOn: "Sound on here: a stop sounds on this screen, as loud as this device is set.",
  soundOff: "No sound here yet: tap once, so that a stop is heard on this screen.",
  silent: "This screen made no sound: nobody had touched it. Tap anywhere, and say the stop aloud.",
  night: "Night",
  day: "Day",
};

const TITLES = {board: "Board", cart: "Cart", floor: "Floor", history: "History", enrol: "Enrol", stop: "Stop"};

// --- what there is to draw ------------------------------------------------------------------

let page = null;
let drawPage = null;
let options = {};
let view = null;
let link = {stale: false, heard: null};
let unsent = [];
let refusedLook = null;
let drawing = false;
let broken = false;
let silent = false;
const phases = new Map();
const notices = [];

/** The view last heard, or null. */
export const viewNow = () => view;

/** Take a view that a page without a stream asked for itself: its kind and title are shown. */
export function useView(next) {
  view = next;
  useZone(next.zone);
}

function staleNow() {
  if (broken) return {since: "", minutes: 0, says: SAYS.broken, word: SAYS.notCurrent};
  if (!link.stale) return null;
  if (!link.heard) return {since: "", minutes: 0, says: SAYS.staleNever, word: SAYS.notCurrent};
  const since = hm(new Date(link.heard + (now().getTime() - Date.now())));
  const minutes = Math.floor((Date.now() - link.heard) / 60_000);
  return {since, minutes, says: SAYS.stale(since, minutes), word: SAYS.notCurrent};
}

function kindNow() {
  return view?.kind ?? me()?.kind ?? "production";
}

function contextNow() {
  return {
    me: me(),
    stale: staleNow(),
    unsent,
    mark: SAYS.mark[kindNow()] ?? "",
    theme: document.documentElement.dataset.theme,
    stopping: stopState(),
    refused: refusedLook,
  };
}

// --- drawing --------------------------------------------------------------------------------

function place(id, where) {
  let found = document.getElementById(id);
  if (!found) {
    found = document.createElement("div");
    found.id = id;
    where(found);
  }
  return found;
}

/** Draw everything again soon. Pages call it when something of their own has changed. */
export function redraw() {
  if (drawing) return;
  drawing = true;
  queueMicrotask(() => {
    drawing = false;
    drawAll();
  });
}

function drawAll() {
  const root = place("screen", (one) => document.body.append(one));
  const focused = document.activeElement?.closest?.("[data-key]")?.dataset.key;
  const wasBroken = broken;
  broken = false;
  try {
    drawOwn(root);
  } catch (error) {
    // The picture of before stands on: it may say neither that it is current nor that all is clear.
    console.error(error);
    broken = true;
  }
  const context = contextNow();
  isNotCurrent(context);
  if (options.frame !== false || broken || wasBroken) {
    const shown = options.frame !== false || broken ? marksOf(context) : nothing;
    render(shown, place("marks", (one) => root.before(one)));
  }
  if (options.frame !== false) render(noticesOf(), place("notices", (one) => root.after(one)));
  if (options.stream === false) render(setStrip(), place("strip", (one) => root.before(one)));
  // An act that became its tick takes the keyboard's place with it, not back to the top.
  if (focused && document.activeElement === document.body) {
    document.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }
}

function isNotCurrent(context) {
  document.documentElement.dataset.stale = context.stale ? "yes" : "no";
  document.documentElement.dataset.broken = broken ? "yes" : "no";
  setStale(Boolean(context.stale));
}

/** What the page itself draws. */
function drawOwn(root) {
  const context = contextNow();
  isNotCurrent(context);
  if (!drawPage) return;
  const drawn = drawPage(view, context);
  if (drawn !== undefined) render(drawn, root);
}

function titleNow() {
  const kind = SAYS.kind[kindNow()];
  return [kind, TITLES[page] ?? page, view?.title ?? me()?.title, "Showclear"].filter(Boolean).join(" · ");
}

/** Open one screen: its stream, its frame, its theme.

    `draw(view, context)` gets the view last heard (null at first) and `{me, stale, unsent, mark,
    theme, stopping, refused}`; what it returns is drawn into `#screen`.
    `options.stream`: false for a page without one. `options.frame`: false for a page that draws
    mark, stale and unsent itself, out of the context. `options.onView(view, before)`: called
    before drawing. */
export async function screen(name, draw, given = {}) {
  [page, drawPage, options] = [name, draw, given];
  watchMe((mine) => {
    useZone(mine?.zone);
    document.title = titleNow();
    redraw();
  });
  watchOutbox((list) => {
    unsent = list;
    redraw();
  });
  watchStop(redraw);
  watchAnswers(answered);
  askMe();
  restore().then(send);
  if (given.stream === false) {
    watchSet(redraw);
    redraw();
    return;
  }
  link = {stale: false, heard: null};
  listen(name, {
    view: heardView,
    beat: redraw,
    link: (found) => {
      const turned = found.stale !== link.stale;
      link = found;
      if (turned || found.stale) redraw();
      if (turned && !found.stale) {
        // A server that was started anew knows no badge: who speaks is asked again.
        askMe();
        send();
      }
    },
    refused: (why) => {
      if (why !== refusedLook) {
        refusedLook = why;
        redraw();
      }
    },
  });
  redraw();
}

function heardView(next) {
  const before = view;
  view = next;
  useZone(next.zone);
  for (const [key, phase] of phases) {
    // The screen itself tells it now; what waits or was not taken stays until it is settled.
    if (phase.settled && phase.seen) phases.delete(key);
    else phase.seen = true;
  }
  if (isStopped(next) && !(before && isStopped(before))) silent = !stopSound();
  stopHeard({size: next.size, stopped: isStopped(next)});
  document.title = titleNow();
  // It is drawn also where the page's own part of this fails.
  redraw();
  options.onView?.(next, before);
}

/** Whether a view says that the work is stopped. */
export function isStopped(one) {
  return one?.set?.state === "stopped" || one?.stopped === true || Boolean(one?.stops?.length);
}

// --- what stands on every screen ------------------------------------------------------------

/** The mark of a sample or a practice: on every screen, in words. */
export function mark(context = contextNow()) {
  return context.mark ? html`<p class="mark"><span>${context.mark}</span></p>` : nothing;
}

/** That a screen is not current, since when, and what to do. */
export function staleNotice(context = contextNow()) {
  if (context.refused) {
    return html`<section class="shell-stale" role="status"><p class="state stale">${icon("stale")}${context.refused.sentence}</p>
      <p>${context.refused.next ?? ""}</p></section>`;
  }
  if (!context.stale) return nothing;
  return html`<section class="shell-stale" role="status"><p class="state stale">${icon("stale")}${context.stale.word}</p>
    <p>${context.stale.says}</p></section>`;
}

function marksOf(context) {
  const parts = [mark(context), staleNotice(context), stopNotice(context), silentNotice(), unsentLine()];
  return parts.every((one) => one === nothing) ? nothing : html`<section aria-label=${SAYS.marks}>${parts}</section>`;
}

/** How many acts are not on record yet, on top of the screen; the list stands among the notices. */
function unsentLine() {
  const count = slow(unsent).length;
  return count ? html`<p class="shell-count"><a href="#notices">${icon("todo")}${SAYS.unsent(count)}</a></p>` : nothing;
}

/** Without what is on its way: an act that is answered within two seconds is in no list. */
function slow(list) {
  return list.filter((one) => one.phase !== "sending" || now() - Date.parse(one.at) > 2_000);
}

function stopNotice({stopping}) {
  if (stopping.phase !== "unheard") return nothing;
  return html`<section class="shell-unheard" role="alert"><p class="state stopped">${icon("stopped")}${SAYS.stopping}</p>
    <p>${SAYS.unheard} ${stopping.sentence ?? ""}</p></section>`;
}

/** That a stop came and this screen could not sound it; nothing where it did, or may now. */
export function silentNotice() {
  if (!silent || isAudible() || !isStopped(view)) return nothing;
  return html`<p class="shell-silent">${icon("sound")}<span>${SAYS.silent}</span></p>`;
}

/** What was said here and is not on record yet; nothing when all of it is. */
export function unsentList(list = unsent) {
  const shown = slow(list);
  if (!shown.length) return nothing;
  return html`<section class="shell-unsent" aria-label=${SAYS.unsent(shown.length)}>
    <h2>${SAYS.unsent(shown.length)}</h2>
    ${isKept() ? nothing : html`<p>${SAYS.notKept}</p>`}
    <ol>${repeat(shown, (one) => one.seq, unsentOne)}</ol>
  </section>`;
}

function unsentOne(one) {
  const refused = one.phase === "refused";
  return html`<li>
    <p><b>${one.says || one.plain.map((said) => said.what).join(", ")}</b> <time>${hm(one.at)}</time><br>
    <span class="note">${refused ? `${one.refused.sentence} ${one.refused.next ?? ""}` : one.phase === "sending" ? SAYS.unsentSending : SAYS.unsentWaits}</span></p>
    ${refused
      ? html`<p class="acts"><button type="button" class="act small" data-key="unsent/${one.seq}/again" @click=${() => again(one)}>${SAYS.again}</button>
        <button type="button" class="act small" data-key="unsent/${one.seq}/away" @click=${() => putAwayOne(one)}>${SAYS.putAway}</button></p>`
      : nothing}
  </li>`;
}

/** What the record answered that nobody may miss: each stays until somebody has read it, however
    many there are; what holds comes first. */
export function noticeList() {
  const first = notices.filter((one) => one.state === "hold");
  const all = [...first, ...notices.filter((one) => one.state !== "hold")];
  const count = all.length > FEW ? html`<p class="strong">${SAYS.unreadOnes(all.length)}</p>` : nothing;
  return html`${count}${repeat(all, (one) => one.key, noticeOne)}`;
}

const FEW = 3;

function noticeOne(one) {
  return html`<section class="shell-notice">
      <p><span class="state ${one.state}">${icon(one.state)}${one.word}</span> <b>${one.says}</b> ${one.lead}</p>
      <ul>${one.lines.map((line) => html`<li>${line}</li>`)}</ul>
      <button type="button" class="act small" data-key="notice/${one.key}" @click=${() => drop(one)}>${SAYS.read}</button>
    </section>`;
}

let announced = "";

function noticesOf() {
  return html`<section aria-label=${SAYS.notices} class="shell-notices"><div aria-live="polite" aria-atomic="false">${noticeList()}${unsentList()}</div>
    <p class="unseen" role="status">${announced}</p></section>`;
}

function putAwayOne(one) {
  for (const [key, phase] of phases) if (phase.seq === one.seq) phases.delete(key);
  putAway(one);
}

function drop(one) {
  notices.splice(notices.indexOf(one), 1);
  redraw();
}

function notice(one) {
  const old = notices.findIndex((other) => other.key === one.key);
  if (old >= 0) notices.splice(old, 1);
  notices.unshift(one);
}

// --- acts -----------------------------------------------------------------------------------

const BOUNCE = 800;
let pressed = {key: null, at: 0};

/** A gloved finger bounces: the same act twice within a moment is one tap. */
function isBounce(key) {
  const again = pressed.key === key && performance.now() - pressed.at < BOUNCE;
  if (!again) pressed = {key, at: performance.now()};
  return again;
}

/** Whether something could not be read as it was said: then a person has to say it again. */
const isUnread = (answers) => answers.some((one) => one.says?.some((line) => line.startsWith("Kept, and it holds")));

const holdsIn = (answers) => answers.filter((one) => one.verdict === "hold" || one.verdict?.answer === "hold");

/** Write an act as a view offers it. Resolves as `say` does. `more` adds to each statement. */
export async function write(act, {by, more} = {}) {
  const statements = more ? act.write.map((one) => ({...one, ...more})) : act.write;
  phases.set(act.key, {phase: "writing"});
  redraw();
  const result = await say(statements, {by, says: spoken(act)}).catch((refused) => ({refused}));
  settle(act, result);
  return result;
}

/** An act in one sentence. `told`: where its own words would name somebody who spoke up. */
const spoken = (act) => act.told ?? act.title ?? act.says;

function settle(act, result) {
  const at = hm(now(), {seconds: true});
  const says = spoken(act);
  if (result.elsewhere) {
    phases.delete(act.key);
  } else if (result.kept) {
    phases.set(act.key, {phase: "waits", seq: result.seq, act});
    announced = `${says}: ${SAYS.waits}.`;
  } else if (result.refused) {
    phases.set(act.key, {phase: "refused", seq: result.seq, act});
    const {sentence, next} = result.refused;
    announced = `${says}: ${SAYS.notTaken}. ${sentence}`;
    // What is kept here stands in the list of what is not on record, with what to do.
    if (result.seq === undefined) notice({key: act.key, state: "todo", word: SAYS.notTaken, says, lead: "", lines: [sentence, next].filter(Boolean)});
  } else {
    const phase = {phase: phaseAfter(result.answers), at, settled: true, says: act.says};
    phases.set(act.key, phase);
    announced = `${says}: ${STATUS[phase.phase](phase)}.`;
    tellAnswers(act.key, says, result.answers);
    if (result.named) tellNamed(act.key, says);
  }
  redraw();
}

/** What became of an act: what was kept aside is on no record, whatever came of the rest. */
function phaseAfter(answers) {
  if (answers.every((one) => one.aside)) return "aside";
  if (answers.some((one) => one.aside)) return "in-part";
  if (holdsIn(answers).length) return "held";
  return isUnread(answers) ? "unread" : "written";
}

function tellNamed(key, says) {
  notice({key: `${key}/named`, state: "todo", word: SAYS.named, says, lead: SAYS.namedLead, lines: SAYS.namedWhy});
}

function tellAnswers(key, says, answers) {
  const held = holdsIn(answers);
  const aside = answers.filter((one) => one.aside);
  if (aside.length) {
    const lines = aside.flatMap((one) => (one.says?.length ? one.says : [one.aside.sentence ?? String(one.aside)]));
    notice({key: `${key}/aside`, state: "todo", word: SAYS.notTaken, says, lead: SAYS.aside, lines});
  }
  if (held.length) {
    notice({key, state: "hold", word: SAYS.hold, says, lead: SAYS.recorded, lines: held.flatMap((one) => one.says ?? [])});
  } else if (!aside.length && answers.some((one) => one.says?.length)) {
    const lines = answers.flatMap((one) => one.says ?? []);
    if (isUnread(answers)) notice({key, state: "todo", word: SAYS.onRecord, says, lead: SAYS.unread, lines});
    else notice({key, state: "hold", word: SAYS.noticed, says, lead: SAYS.noticedNow, lines});
  } else if (!aside.length) {
    const old = notices.findIndex((one) => one.key === key);
    if (old >= 0) notices.splice(old, 1);
  }
}

/** An act that waited has its answer: its button tells it as if it had come at once. */
function answered(entry, result) {
  const waited = [...phases.values()].find((phase) => phase.act && phase.seq === entry.seq);
  if (waited) settle(waited.act, result);
  else if (entry.phase === "waiting" && result.answers) {
    tellAnswers(`late/${entry.seq}`, entry.says, result.answers);
    if (result.named) tellNamed(`late/${entry.seq}`, entry.says);
  }
  redraw();
}

/** Tell what became of what was said, now and again when what waits here is answered. */
export function followed(result, tell) {
  tell(result);
  if (result.answers || result.seq === undefined) return;
  const stop = watchAnswers((entry, next) => {
    if (entry.seq !== result.seq || next.kept) return;
    if (next.answers || next.elsewhere) stop();
    tell(next);
    redraw();
  });
}

/** Whether each statement is on record: answered for, and none of it kept aside. */
export const isOnRecord = (result) => Boolean(result.answers) && !result.answers.some((one) => one.aside);

const STATUS = {
  writing: () => SAYS.writing,
  waits: () => SAYS.waits,
  refused: () => SAYS.notTaken,
  written: ({at}) => SAYS.written(at),
  unread: ({at}) => SAYS.written(at),
  held: ({at}) => SAYS.writtenHold(at),
  aside: () => SAYS.notTaken,
  "in-part": () => SAYS.inPart,
};

/** One act: its fact in words, and after the tap what became of it, at the same place.

    `cls`: more classes. `tap(act)`: instead of writing it at once, where the page has to ask
    something first. `by`: who speaks, if not whoever speaks on this device. `more`: fields that
    the page adds to each statement. `repeat`: each tap counts, as on a counter. `mark`: an icon. */
export function actButton(act, {cls = "", tap, by, more, repeat: counts = false, mark: shape} = {}) {
  const stood = phases.get(act.key);
  // A counter's act changes its words with the number: what was written was what it said then.
  const phase = stood?.settled && stood.says !== act.says ? undefined : stood;
  if (act.done && !phase) {
    return html`<span class="act done ${cls}" data-key=${act.key} tabindex="-1">${icon("clear")}<span>${act.says}<br><time class="note">${act.done}</time></span></span>`;
  }
  if (!phase && !isOffered(act, by)) return nothing;
  const press = () => {
    if (!counts && (phases.get(act.key)?.phase === "writing" || isBounce(act.key))) return;
    if (tap) tap(act);
    else write(act, {by, more});
  };
  const status = phase ? STATUS[phase.phase](phase) : "";
  return html`<button type="button" class="act ${act.look ?? "plain"} ${phase?.phase ?? ""} ${cls}" data-key=${act.key}
    aria-label=${act.title ? `${act.title}${status ? `, ${status}` : ""}` : nothing} @click=${press}>
    ${shape ? icon(shape) : nothing}<span>${act.says}${act.note ? html`<br><span class="note">${act.note}</span>` : nothing}${status
      ? html`<br><span class="status">${status}</span>`
      : nothing}</span></button>`;
}

/** How an act that a page drew itself stands: {phase, at} or undefined. */
export const phaseOf = (key) => phases.get(key);

/** Say several plain statements as one act of the page's own, with the button `key`. */
export function sayAs(key, says, statements, {by} = {}) {
  return write({key, says, write: statements}, {by});
}

// --- pieces of the grammar ------------------------------------------------------------------

/** A state: shape, word, colour. */
export function stateWord(state, word) {
  const cls = {"gun-on-set": "gun", paused: "plain"}[state] ?? state;
  return html`<span class="state ${cls}">${icon(state)}${word}</span>`;
}

/** The one word that a gate answers, and how much is left. Filled only where something happened. */
export function answerLine(answer) {
  // What is not current clears nothing: what was clear is said as that, by another shape and word.
  if (answer.answer === "clear" && isStale()) return html`<p class="answer">${stateWord("stale", SAYS.notCurrent)} <span>${SAYS.wasClear}</span></p>`;
  if (answer.answer === "clear") return html`<p class="answer">${stateWord("clear", SAYS.clear)} <span>${answer.says}</span></p>`;
  if (answer.answer !== "hold") return html`<p class="answer"><span>${answer.says ?? SAYS.unasked}</span></p>`;
  const since = answer.since ? html` <span class="since">${SAYS.since} <time>${answer.since}</time></span>` : nothing;
  return html`<p class="answer">${stateWord(answer.caused ? "hold" : "todo", SAYS.hold)} <span>${answer.says}${since}</span></p>`;
}

/** One reason: what is missing, who can clear it, whose rule it is, the step that clears it. */
export function reason(one, {act: draw = actButton} = {}) {
  const step = one.next ?? {};
  return html`<li class="reason">
    <p>${one.says}${(one.also ?? []).map((other) => html`<br>${other}`)}</p>
    <div>${one.who ? html`<p>${one.who}</p>` : nothing}
    <p class="note">${[one.force, one.cite].filter(Boolean).join(", ")}</p></div>
    ${step.act ? draw(step.act, {}) : step.say ? html`<p><span class="note">${SAYS.next}</span> ${step.say}</p>` : nothing}
  </li>`;
}

/** What a clear relied on: when, what, who. */
export function relied(list) {
  return html`<dl class="relied">${list.map(
    (one) => html`<dt><time>${one.at}</time></dt><dd>${one.says}<br><span class="note">${one.who}</span></dd>`,
  )}</dl>`;
}

/** A gate's answer, whole: the word, then every reason with its step, or what it relied on.
    `act`: how a step is drawn, where a page draws acts its own way. */
export function answer(one, {act: draw = actButton} = {}) {
  if (!one) return nothing;
  return html`<div class="gate" data-answer=${one.answer} data-gate=${one.gate ?? ""}>
    ${answerLine(one)}
    ${one.reasons?.length ? html`<ol class="reasons">${one.reasons.map((each) => reason(each, {act: draw}))}</ol>` : nothing}
    ${one.relied?.length ? relied(one.relied) : nothing}
    ${one.warned?.length
      ? html`<div class="warned"><p>${SAYS.warned}</p><ul>${one.warned.map(
          (each) => html`<li>${each.says} <span class="note">${[each.force, each.cite].filter(Boolean).join(", ")}</span></li>`,
        )}</ul></div>`
      : nothing}
  </div>`;
}

/** A sum: one whole, every part named; what does not add up is said by its sign. */
export function sum(one) {
  const parts = one.parts ?? [];
  const sign = one.differs ? "≠" : "=";
  const spoken = `${one.whole.n} ${one.whole.label} ${sign} ${parts.map((part) => `${part.n} ${part.label}`).join(" + ")}`;
  return html`<p class="sum ${one.differs ? "differs" : ""}" role="img" aria-label=${spoken}>
    ${[one.whole, ...parts].map((part) => html`<span>${part.n}<small>${part.label}</small></span>`)}</p>`;
}

const WORDS = {hot: "HOT", cold: "COLD", "gun-on-set": "GUN ON SET", stopped: "STOPPED", paused: "PAUSED", unknown: "NOT SAID"};

/** The set's state on top of a screen: word, since when, what it still waits for.
    {state, word?, since?, says?: [..]} */
export function setState(one) {
  const state = one?.state ?? "unknown";
  if (isStale()) {
    const was = one ? `${SAYS.was} ${one.word ?? WORDS[one.state] ?? one.state}` : "";
    return html`<div class="set stale"><h1>${icon("stale")}${SAYS.notCurrent.toUpperCase()}</h1><span>${was}</span></div>`;
  }
  const since = one?.since?.replace(`${SAYS.since} `, "");
  const lines = [since ? html`${SAYS.since} <time>${since}</time>` : nothing, ...(one?.says ?? []), ...(one?.note ? [one.note] : [])];
  return html`<div class="set ${state}"><h1>${icon(state)}${one?.word ?? WORDS[state] ?? state}</h1>
    <span>${lines.filter((line) => line !== nothing).map((line, n) => html`${n ? html`<br>` : nothing}${line}`)}</span></div>`;
}

/** Stop: one press, anywhere, no question. `word`: what stands on it. */
export function stopButton({word = SAYS.stop, cls = "", scope} = {}) {
  const {phase} = stopState();
  // Never "Stopped": a button that says so is not pressed when it has to be pressed again.
  const status = {sending: SAYS.stopping, unheard: SAYS.stopping}[phase];
  return html`<button type="button" class="act stop ${cls}" data-key="stop" @click=${() => callStop(scope)}>
    ${icon("stopped")}<span>${status ?? word}</span></button>`;
}

/** What no page can do, said where a stop is shown, and how a screen gets its sound. */
export function soundNote() {
  return html`<p class="note">${SAYS.shout} ${isAudible()
    ? SAYS.soundOn
    : html`<button type="button" class="act small" data-key="sound" @click=${() => unlock().then(redraw)}>${icon("sound")}<span>${SAYS.soundOff}</span></button>`}</p>`;
}

/** Day or night; remembered on this device. */
export function themeButton({cls = "small"} = {}) {
  const theme = document.documentElement.dataset.theme;
  const other = theme === "night" ? "day" : "night";
  const turn = () => {
    document.documentElement.dataset.theme = other;
    try {
      localStorage.setItem("showclear-theme", other);
    } catch {
      /* It holds until the page is closed. */
    }
    redraw();
  };
  return html`<button type="button" class="act ${cls}" data-key="theme" @click=${turn}>${icon(other)}<span>${SAYS[other]}</span></button>`;
}

/** A person's label, from what this device was told of people. */
export function personLabel(id) {
  return me()?.people?.find((one) => one.id === id)?.label ?? id;
}
