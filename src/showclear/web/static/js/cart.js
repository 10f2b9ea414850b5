/* The cart: the armorer's tablet, in gloves, in sun or at night.

   - Cards on the left keep their place; the sheet of what is chosen lies beside them.
   - A scan of a weapon's or a box's label chooses it. A scan of a badge is that person's own
     word for the block in sight that asks for one; where none does, they speak here now.
   - Nothing lies over anything; Stop has its corner and nothing near it. */
import {
  actButton, askMe, clockText, hm, html, isAudible, mint, nothing, now, post, redraw, Refused, repeat, screen, setState, stamp,
  stopButton, themeButton, viewNow,
} from "./shell.js";
import {onScan, isWhoOpen, openWho, speakByBadge, whoSheet} from "./who.js";
import {answerIn} from "./cart_answer.js";
import {choose, pick, picked, pickNone, sheetOf} from "./cart_chosen.js";
import {pickedSheet, toggle} from "./cart_picked.js";
import {meantBy, scanSaid, scansOn} from "./cart_scan.js";
import {labels, sheet, sumOf} from "./cart_sheet.js";

const SAYS = {
  weapons: "Weapons and rounds",
  reading: "Reading the record",
  own: {
    confirmed: (who) => `${who} saw it: on record by their own badge`,
    "weapon.counted": (who) => `${who} counted: on record by their own badge`,
  },
  said: (who) => `${who}: on record by their own badge`,
  scan: (time) => `badge scanned ${time}`,
  noAnswer: "Nobody answered. Look whether it is on record before it is scanned again.",
  theirs: "Somebody",
  notTaken: "Not taken:",
  nobody: "Nobody speaks",
  tap: "Tap who you are",
  looking: "Looking only",
  onlyLooks: "Not enrolled",
  pages: {board: "Board", floor: "Floor", history: "History", "paper/today": "Paper", enrol: "Devices, badges"},
  other: "Other screens",
  written: (time, who) => (who ? `${time} ${who}` : `written ${time}`),
  elsewhere: (one) => `then ${one.at} ${one.by}: ${one.says}`,
  hold: "Hold",
  correct: "Correct",
  joins: "+",
  leaves: "−",
  pick: "Pick several",
  pickNote: "card by card",
  picked: "Done picking",
  pickedNote: "back to one",
  picks: "joins",
  drops: "leaves",
  aloud: "A locked phone does not ring: say it aloud.",
  silent: "No sound here yet: a stop is seen, not heard. Tap anywhere once.",
};

const LINES = 2;

let scanned = null;

// --- cards ----------------------------------------------------------------------------------

function card(one, sheetNow) {
  const names = one.weapons ?? [one.key];
  const among = picked();
  const chosen = among ? names.every((name) => among.includes(name)) : names.some((name) => sheetNow?.weapons.includes(name));
  const tap = () => (picked() ? toggle(one) : choose(one.key));
  return html`<button type="button" class="card ${chosen ? "chosen" : ""} ${one.place}" data-key="card/${one.key}"
    aria-pressed=${among ? chosen : sheetNow?.key === one.key} @click=${tap}>
    <span class="top-line"><b class="name ${one.name.length > 7 ? "long" : ""}">${labels(one.name)}</b><span>${one.where}</span></span>
    <span class="in ${one.in.solid ? "loaded" : ""}">${one.in.says}${one.in.at ? html` <time>${one.in.at}</time>` : nothing}</span>
    <span class="has"><span>${one.has.says}</span> <time>${one.has.at}</time></span>
    <span class="next ${one.next.look}">${among
      ? html`<b class="pick" aria-hidden="true">${chosen ? SAYS.leaves : SAYS.joins}</b><span class="unseen">${chosen ? SAYS.drops : SAYS.picks}</span>`
      : nothing}${answerIn(one.next)}</span>
  </button>`;
}

function groupButton(key, head, note, sheetNow) {
  const chosen = sheetNow?.key === key && !picked();
  return html`<button type="button" class="act group ${chosen ? "chosen" : ""}" data-key="group/${key}"
    aria-pressed=${chosen} @click=${() => choose(key)}><span><span class="head">${labels(head)}</span><span class="note">${note}</span></span></button>`;
}

function again(view) {
  if (!view.again) return nothing;
  const one = {...view.again, note: undefined};
  const listed = `${view.again.lines.join(", ")}. ${view.again.note}`;
  return html`<div class="again">${actButton({...one, note: listed})}</div>`;
}

function groups(view, sheetNow) {
  const among = picked();
  return html`<div class="others">
    <button type="button" class="act group ${among ? "chosen" : ""}" data-key="pick" aria-pressed=${Boolean(among)}
      @click=${() => (among ? pickNone() : pick(sheetNow?.weapons ?? []))}><span><span class="head">${among ? SAYS.picked : SAYS.pick}</span><span class="note">${among ? SAYS.pickedNote : SAYS.pickNote}</span></span></button>
    ${view.group ? groupButton("quiet", view.group.name, view.group.where, sheetNow) : nothing}
    ${repeat(view.together, (one) => one.key, (one) => groupButton(one.key, one.says, one.title, sheetNow))}
    ${view.store ? groupButton("all", view.store.says, view.store.where, sheetNow) : nothing}
  </div>${again(view)}`;
}

function lot(one, sheetNow) {
  return html`<button type="button" class="lot ${sheetNow?.key === one.key ? "chosen" : ""} ${one.open ? "open" : ""}" data-key="card/${one.key}"
    aria-pressed=${sheetNow?.key === one.key} @click=${() => choose(one.key)}>
    <span class="top-line"><b>${one.name}</b><span class="note">${one.custody}</span></span>
    ${sumOf(one.sum)}</button>`;
}

// --- the page -------------------------------------------------------------------------------

/** What time it is, who speaks here and how that is known; a tap changes it. */
function speaks(me) {
  const speaker = me?.speaker;
  const says = speaker ? speaker.label : me?.device ? SAYS.nobody : SAYS.looking;
  const inside = html`<time class="clock">${clockText()}</time><span class="name">${says}</span>
    <span class="note">${speaker?.says ?? (me?.device ? SAYS.tap : SAYS.onlyLooks)}</span>`;
  const how = speaker?.how ?? "none";
  if (!me?.device || me.device.person) return html`<div class="speaks who-${how}">${inside}</div>`;
  return html`<button type="button" class="speaks who-${how}" data-key="who" aria-expanded=${isWhoOpen()} @click=${() => openWho(!isWhoOpen())}>${inside}</button>`;
}

/** What was written last on this screen, by whom, and what came since from another; with Correct
    for what was written here. */
function written(view, me) {
  const own = view.own[me?.device?.id];
  const one = own ?? view.written;
  const correct = one ? html`<button type="button" class="act small" data-key="correct" @click=${() => choose(own ? `correct/${me.device.id}` : "correct")}>${SAYS.correct}</button>` : nothing;
  // A line of its own: the time and the name of another act say nothing of a scan.
  if (scanned) {
    return html`<div class="written" role="status"><p><span class="strong says">${scanned.says}</span>
      <span class="note">${SAYS.scan(scanned.time)}</span></p>${correct}</div>`;
  }
  if (!one) return html`<div class="written"><p></p></div>`;
  const later = own && view.written && view.written.index > own.index ? view.written : null;
  return html`<div class="written"><p><span class="strong says">${one.says}</span>
    <span class="note">${one.answer === "hold" ? html`<b>${SAYS.hold}</b>, ` : nothing}${SAYS.written(one.at, one.by)}</span>
    ${later ? html`<span class="note later">${SAYS.elsewhere(later)}</span>` : nothing}</p>
    ${correct}</div>`;
}

/** What stands beside the state; under a stop, what no screen can do. */
const saysOf = (set) => (set.state === "stopped" ? [SAYS.aloud] : set.says?.slice(0, LINES));

function top(view, {me}) {
  return html`<header class="top">
    ${setState({...view.set, state: view.set.state === "none" ? "unknown" : view.set.state, says: saysOf(view.set)})}
    ${written(view, me)}
    ${speaks(me)}
    ${stopButton()}
  </header>`;
}

const notices = document.getElementById("notices");

/** What the record answered lies in the sheet's column, between what scrolls and what stays. */
const told = html`<div class="told">${notices}</div>`;

function side(view, one, me) {
  // It also looks whether a badge has lapsed, so it is asked on each drawing.
  const who = whoSheet(me);
  if (isWhoOpen()) return html`<div class="side">${who}${told}</div>`;
  scansOn(picked() ? null : one);
  return picked() ? pickedSheet(view, told) : sheet(view, one, told);
}

function draw(view, context) {
  if (!view) return html`<header class="top"><p class="waiting">${SAYS.reading}</p>${stopButton()}</header>`;
  const one = sheetOf(view);
  return html`${top(view, context)}
    <main class="work">
      <section class="cart" aria-label=${SAYS.weapons}>
        <div class="weapons">${repeat(view.cards, (each) => each.key, (each) => card(each, one))}</div>
        ${groups(view, one)}
        <div class="lots">${repeat(view.lots, (each) => each.key, (each) => lot(each, one))}</div>
        <div class="rest"><button type="button" class="act small" data-key="group/close" aria-pressed=${one?.key === "close"}
          @click=${() => choose("close")}>${view.close.says}: ${view.close.where}</button>
        ${isAudible() ? nothing : html`<p class="note">${SAYS.silent}</p>`}
        <nav class="rest" aria-label=${SAYS.other}>${themeButton()}${Object.entries(SAYS.pages).map(
          ([path, name]) => html`<a class="act small" href="/${path}">${name}</a>`,
        )}</nav></div>
      </section>
      ${side(view, one, context.me)}
    </main>`;
}

// --- scanners -------------------------------------------------------------------------------

/** The card that a label names: an id, a serial number, or an address that ends with either. */
function labelled(view, code) {
  const told = code.trim();
  const last = unescaped(told.split(/[/#?=]/).pop() ?? "");
  for (const name of [told, last]) {
    const plain = name.toLowerCase();
    if (view.sheets[plain] && !plain.includes("/")) return plain;
    if (view.sheets[`lot/${plain}`]) return `lot/${plain}`;
    const serial = Object.entries(view.serials).find(([, number]) => number.toLowerCase() === plain);
    if (serial) return serial[0];
  }
  return null;
}

/** An address unescaped; a code in which a % stands for itself stays as it is. */
function unescaped(code) {
  try {
    return decodeURIComponent(code);
  } catch {
    return code;
  }
}

function tellScan(says) {
  scanned = {at: Date.now(), time: hm(now()), says};
  redraw();
}

/** Say for a badge's owner what the block asks other eyes for, as their own word. */
async function ownWord(block, badge) {
  const own = block.own.map(({by, ...rest}) => ({...rest, id: mint("s"), at: stamp()}));
  try {
    const {person, answers} = await post("/api/own-words", {badge, statements: own});
    const aside = answers.find((one) => one.aside)?.aside;
    const who = viewNow()?.people.find((one) => one.id === person)?.says ?? SAYS.theirs;
    scanSaid();
    tellScan(aside ? `${SAYS.notTaken} ${aside.sentence}` : (SAYS.own[own[0].what] ?? SAYS.said)(who));
  } catch (error) {
    tellScan(error instanceof Refused ? `${SAYS.notTaken} ${error.sentence} ${error.next ?? ""}` : SAYS.noAnswer);
  }
}

function badge(meant, code) {
  if (meant?.block) ownWord(meant.block, code);
  else if (meant) tellScan(meant.says);
  else speakByBadge(code).then((took) => (took ? askMe() : openWho(true, {why: true})));
}

onScan((code) => {
  const view = viewNow();
  if (!view || isWhoOpen()) return false;
  scanned = null;
  const key = labelled(view, code);
  if (key && picked() && view.weapons.includes(key)) {
    toggle({key}, {only: true});
  } else if (key) {
    choose(key);
  } else {
    badge(meantBy(sheetOf(view)), code);
  }
  return true;
});

/** What a scan brought stands where the last thing written does, until the next is written. */
function unlessScanned(next, before) {
  if (scanned && next.written?.index !== before?.written?.index && Date.now() - scanned.at > 1_500) scanned = null;
}

screen("cart", draw, {onView: unlessScanned});
