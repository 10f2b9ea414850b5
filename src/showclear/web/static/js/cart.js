/* The cart: the armorer's tablet, in gloves, in sun or at night.

   - Cards on the left keep their place; the sheet of what is chosen lies beside them.
   - A scan of a weapon's or a box's label chooses it. A scan of a badge is that person's own
     word for what the sheet asks other eyes for; where it asks for none, they speak here now.
   - Nothing lies over anything; Stop has its corner and nothing near it. */
import {
  actButton, askMe, clockText, html, mint, nothing, post, redraw, Refused, repeat, screen, setState, stamp,
  stopButton, themeButton, viewNow, writtenLast,
} from "./shell.js";
import {onScan, isWhoOpen, openWho, speakByBadge, whoSheet} from "./who.js";
import {choose, sheetOf} from "./cart_chosen.js";
import {answerIn, sheet, sumOf} from "./cart_sheet.js";

const SAYS = {
  weapons: "Weapons and rounds",
  reading: "Reading the record",
  confirmed: (who) => `${who} saw it: on record by their own badge`,
  theirs: "Somebody",
  notTaken: "Not taken:",
  nobody: "Nobody speaks",
  tap: "Tap who you are",
  looking: "Looking only",
  onlyLooks: "Not enrolled",
  other: "Other screens",
};

let scanned = null;

// --- cards ----------------------------------------------------------------------------------

function card(one, sheetNow) {
  const chosen = sheetNow?.weapons.includes(one.key) ?? false;
  return html`<button type="button" class="card ${chosen ? "chosen" : ""} ${one.place}" data-key="card/${one.key}"
    aria-pressed=${sheetNow?.key === one.key} @click=${() => choose(one.key)}>
    <span class="top-line"><b class="name ${one.name.length > 7 ? "long" : ""}">${one.name}</b><span>${one.where}</span></span>
    <span class="in ${one.in.solid ? "loaded" : ""}">${one.in.says}</span>
    <span class="has"><span>${one.has.says}</span> <time>${one.has.at}</time></span>
    <span class="next ${one.next.look}">${answerIn(one.next)}</span>
  </button>`;
}

/** Labels of weapons, none of them broken at its hyphen. */
const unbroken = (text) => text.split(" ").map((word, n) => html`${n ? " " : ""}<span class="word">${word}</span>`);

function groupButton(key, head, note, sheetNow) {
  return html`<button type="button" class="act group ${sheetNow?.key === key ? "chosen" : ""}" data-key="group/${key}"
    aria-pressed=${sheetNow?.key === key} @click=${() => choose(key)}><span><span class="head">${unbroken(head)}</span><span class="note">${note}</span></span></button>`;
}

function again(view) {
  if (!view.again) return nothing;
  const one = {...view.again, note: undefined};
  const listed = `${view.again.lines.join(", ")}. ${view.again.note}`;
  return html`<div class="again">${actButton({...one, note: listed})}</div>`;
}

function groups(view, sheetNow) {
  return html`<div class="others ${view.again ? "with-again" : ""}">
    ${view.group ? groupButton("quiet", view.group.name, view.group.where, sheetNow) : nothing}
    ${repeat(view.together, (one) => one.key, (one) => groupButton(one.key, one.says, one.title, sheetNow))}
    ${view.store ? groupButton("all", view.store.says, view.store.where, sheetNow) : nothing}
    ${again(view)}
  </div>`;
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

function top(view, {me}) {
  return html`<header class="top">
    ${setState({...view.set, state: view.set.state === "none" ? "unknown" : view.set.state})}
    ${writtenLast(scanned ? {...view.written, says: scanned.says} : view.written, {correct: () => choose("correct")})}
    ${speaks(me)}
    ${stopButton()}
  </header>`;
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
        <nav class="rest" aria-label=${SAYS.other}>${themeButton()}${["board", "floor", "history"].map(
          (name) => html`<a class="act small" href="/${name}">${name[0].toUpperCase()}${name.slice(1)}</a>`,
        )}</nav>
      </section>
      ${isWhoOpen() ? whoSheet(context.me) : sheet(view, one)}
    </main>`;
}

// --- scanners -------------------------------------------------------------------------------

/** The card that a label names: an id, a serial number, or an address that ends with either. */
function labelled(view, code) {
  const told = code.trim();
  const last = decodeURIComponent(told.split(/[/#?=]/).pop() ?? "");
  for (const name of [told, last]) {
    const plain = name.toLowerCase();
    if (view.sheets[plain] && !plain.includes("/")) return plain;
    if (view.sheets[`lot/${plain}`]) return `lot/${plain}`;
    const serial = Object.entries(view.serials).find(([, number]) => number.toLowerCase() === plain);
    if (serial) return serial[0];
  }
  return null;
}

/** What the sheet asks other eyes for, as they would say it for themselves. */
function asked(view) {
  return sheetOf(view)?.blocks.find((block) => block.kind === "eyes")?.own ?? [];
}

async function ownWord(statements, badge) {
  const own = statements.map(({by, ...rest}) => ({...rest, id: mint("s"), at: stamp()}));
  try {
    const {person} = await post("/api/own-words", {badge, statements: own});
    const who = viewNow()?.people.find((one) => one.id === person)?.says ?? SAYS.theirs;
    scanned = {at: Date.now(), says: SAYS.confirmed(who)};
  } catch (error) {
    const {sentence, next} = error instanceof Refused ? error : {sentence: "", next: ""};
    scanned = {at: Date.now(), says: `${SAYS.notTaken} ${sentence ?? ""} ${next ?? ""}`};
  }
  redraw();
}

onScan((code) => {
  const view = viewNow();
  if (!view || isWhoOpen()) return false;
  scanned = null;
  const key = labelled(view, code);
  if (key) {
    choose(key);
  } else if (asked(view).length) {
    ownWord(asked(view), code);
  } else {
    speakByBadge(code).then((took) => (took ? askMe() : openWho()));
  }
  return true;
});

/** What a scan brought stands where the last thing written does, until the next is written. */
function written(next, before) {
  if (scanned && next.written?.index !== before?.written?.index && Date.now() - scanned.at > 1_500) scanned = null;
}

screen("cart", draw, {onView: written});
