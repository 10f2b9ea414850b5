/* How this browser comes in, and how it lets others in.

   - Whoever stands here is told in two sentences what happens, and does it with one tap.
   - A browser that can keep no key is told so, why, and what works all the same.
   - A code comes behind `#` of the address, where no server and no log sees it, and is taken
     out of the address at once; or it is typed.
   - On a device that is in: codes for others, badges and PINs. The server says who may. */
import {actButton, askMe, html, icon, me, nothing, post, redraw, Refused, repeat, screen, write} from "./shell.js";
import {svg} from "./lit.js";
import * as keys from "./keys.js";
import {isWhoOpen, onScan, openWho, whoLine, whoSheet} from "./who.js";

const SAYS = {
  title: "Enrol this device",
  why: "This browser makes a key that never leaves it, and signs with it what is said here. The record then shows for ever which device said what, and nobody can say it in its place.",
  code: "Code",
  codeNote: "From a device that is in, or from the server's screen: twelve letters. It works once.",
  later: "Badges, PINs and codes for other devices are made on this page too, once it is in.",
  enrol: "Enrol this device",
  working: "Making a key and asking the server",
  looking: "Looking for a key in this browser",
  noCode: "Type the code first, or scan it with this device's camera.",
  noAnswer: "The server did not answer. Try again: the code is not used up by that.",
  lost: "The key could not be kept in this browser, so this device is not in.",
  isIn: (name) => `This device is in, as ${name}.`,
  newCode: "A new code came with the address. With it, this device gets another key and another name.",
  goOn: "Go on",
  anew: "Enrol anew with the new code",
  unknown: "This browser has a key that this server does not let in: it was revoked, or it is another server's.",
  pages: {tablet: "/cart", board: "/board", phone: "/floor", laptop: "/floor"},
  trouble: {
    "no-https": ["This page did not come by https, and a browser makes no key then.", "Open the https address that the server printed. On the server's own machine, localhost does too."],
    "no-ed25519": ["This browser is too old to make such a key (Ed25519).", "Use Chrome or Edge 137, Firefox 130, Safari 17, or newer; or the shared tablet."],
    "no-store": ["This browser keeps nothing: a private window, or storage that is turned off.", "Open the page in an ordinary window, or use the shared tablet."],
  },
  stillWorks: "The board and Stop work here without a key.",
  board: "Board",
  stop: "Stop",
  letIn: "Let another device in",
  kind: "What is it?",
  kinds: {tablet: "Shared tablet", board: "Wall board", phone: "Somebody's phone", laptop: "Somebody's laptop"},
  whose: "Whose is it?",
  other: "Another kind",
  scanIt: "Scan this with the other device, or open the address there and type the code. It works once.",
  until: (time) => `Until ${time}.`,
  another: "Make another code",
  badges: "Badges and PINs",
  badgesNote: "With a badge or a PIN somebody's own word counts on a shared tablet as theirs.",
  forWhom: "For whom?",
  nobody: "Nobody is on record yet. Whoever keeps the server says from a file who is here; then they stand here.",
  has: (one) => [one.badge ? "has a badge" : "", one.pin ? "has a PIN" : ""].filter(Boolean).join(", ") || "has neither",
  newBadge: "Make a badge to print",
  scanBadge: "Or scan a badge that they carry already.",
  givePin: "Give this PIN",
  pin: "PIN, 4 to 12 digits, chosen by them",
  clear: "Let their PIN be tried again",
  revoke: "End badge and PIN",
  given: (name) => `On record: ${name} was given it.`,
  ended: (name) => `On record: badge and PIN of ${name} ended.`,
  cleared: (name) => `The PIN of ${name} may be tried again.`,
  print: "Shown once: print it, or write it down.",
  back: "Another person",
  printIt: "Print it",
  devices: "Devices that are in",
  devicesNote: "A device that is lost, or goes home, is sent out: what it signs then counts no longer. To come back it needs a new code.",
  deviceOf: (one) => [SAYS.kindOf[one.kind] ?? one.kind, one.label ?? "shared", one.this ? "this one" : ""].filter(Boolean).join(", "),
  kindOf: {tablet: "Tablet", board: "Board", phone: "Phone", laptop: "Laptop"},
  out: (name) => `${name} is out`,
};

const state = {
  phase: "looking",
  trouble: "",
  code: "",
  refused: null,
  offer: null,
  kind: null,
  badgeOf: null,
  pin: "",
  made: null,
  told: "",
  devices: [],
};

function set(changes) {
  Object.assign(state, changes);
  redraw();
}

/** A code out of an address; one in which a % stands for itself stays as it is. */
function codeIn(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function codeOfAddress() {
  const code = codeIn(location.hash.slice(1));
  // Out of the address, the history and whatever reads over a shoulder.
  if (code) history.replaceState(null, "", location.pathname);
  return code;
}

async function begin() {
  set({code: codeOfAddress()});
  const trouble = await keys.trouble();
  if (trouble) return set({phase: "trouble", trouble});
  const known = await keys.load();
  if (!known) return set({phase: "new"});
  const isIn = await keys.comeIn();
  await askMe();
  set({phase: isIn ? "in" : "unknown"});
  return isIn ? askDevices() : undefined;
}

async function askDevices() {
  try {
    const answer = await fetch("/api/devices", {credentials: "same-origin"});
    if (answer.ok) set({devices: (await answer.json()).devices});
  } catch {
    /* No network: the list stays as it was. */
  }
}

const words = (error) => (error instanceof Refused ? error : {sentence: SAYS.noAnswer});

async function enrol() {
  const code = state.code.trim();
  if (!code) return set({refused: {sentence: SAYS.noCode}});
  set({phase: "working", refused: null});
  try {
    const {x} = await keys.make();
    const {device} = await post("/api/devices", {code, key: x});
    await keys.enrolled(device);
  } catch (error) {
    // Its answer may have been lost on the way: then the key itself shows that it is in.
    const device = error instanceof Refused && error.status < 500 ? null : await keys.newIsIn();
    if (!device) return set({phase: "new", refused: words(error)});
  }
  if (!(await keys.comeIn())) return set({phase: "new", refused: {sentence: SAYS.lost}});
  await askMe();
  go();
  return undefined;
}

function go() {
  location.assign(SAYS.pages[me()?.device?.kind] ?? "/board");
}

// --- for others -----------------------------------------------------------------------------

async function asked(path, body, done) {
  set({refused: null, told: ""});
  try {
    done(await post(path, body));
  } catch (error) {
    set({refused: words(error)});
  }
  redraw();
}

const offer = (kind, person) => asked("/api/enrolments", person ? {kind, person} : {kind}, (made) => set({offer: made, kind: null}));

function badge(more, says) {
  const {id, label} = state.badgeOf;
  return asked("/api/badges", {person: id, ...more}, (made) => {
    Object.assign(state, {made: made.code ? made : null, pin: "", told: says(label)});
    askMe();
  });
}

onScan((code) => {
  if (!state.badgeOf || isWhoOpen()) return false;
  badge({badge: code}, SAYS.given);
  return true;
});

// --- drawing --------------------------------------------------------------------------------

function refused() {
  if (!state.refused) return nothing;
  return html`<p class="who-refused" role="alert">${icon("todo")} <b>${state.refused.sentence}</b> ${state.refused.next ?? ""}</p>`;
}

function links() {
  return html`<p class="note">${SAYS.stillWorks}</p>
    <p class="acts enrol-links"><a class="act" href="/board">${SAYS.board}</a><a class="act stop" href="/stop">${SAYS.stop}</a></p>`;
}

function codeField() {
  const typed = (event) => (state.code = event.target.value);
  const enter = (event) => event.key === "Enter" && enrol();
  return html`<label class="field"><span>${SAYS.code}</span>
      <input name="code" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="40" aria-describedby="code-note" .value=${state.code} @input=${typed} @keydown=${enter}></label>
    <p class="note" id="code-note">${SAYS.codeNote}</p>`;
}

function card(...parts) {
  return html`<section class="enrol-card">${parts}</section>`;
}

const NEWCOMER = {
  looking: () => card(html`<h1>${SAYS.title}</h1><p role="status">${SAYS.looking}</p>`),
  working: () => card(html`<h1>${SAYS.title}</h1><p role="status">${SAYS.working}</p>`),
  trouble: () => {
    const [what, then] = SAYS.trouble[state.trouble];
    return card(html`<h1>${SAYS.title}</h1><p class="who-refused" role="alert">${icon("todo")} <b>${what}</b> ${then}</p>`, links());
  },
  new: () => card(html`<h1>${SAYS.title}</h1><p>${SAYS.why}</p>`, refused(), codeField(), enrolButton(SAYS.enrol), html`<p class="note">${SAYS.later}</p>`, links()),
  unknown: () => card(html`<h1>${SAYS.title}</h1><p class="who-refused">${icon("todo")} <b>${SAYS.unknown}</b></p><p>${SAYS.why}</p>`, refused(), codeField(), enrolButton(SAYS.enrol), links()),
};

function enrolButton(says) {
  return html`<button type="button" class="act main" data-key="enrol" @click=${enrol}>${says}</button>`;
}

function draw(_view, context) {
  if (state.phase !== "in") return html`<div class="enrol">${NEWCOMER[state.phase]()}</div>`;
  const mine = context.me;
  return html`<div class="enrol">
    ${card(
      html`<h1>${SAYS.isIn(mine?.device?.id ?? "")}</h1>`,
      state.code ? html`<p>${SAYS.newCode}</p>${refused()}<button type="button" class="act" data-key="anew" @click=${enrol}>${SAYS.anew}</button>` : nothing,
      html`<button type="button" class="act main" data-key="go" @click=${go}>${SAYS.goOn}</button>`,
      whoLine(mine),
    )}
    ${whoSheet(mine)}
    ${letIn(mine)}${badges(mine)}${devices()}
  </div>`;
}

function everybody(mine, button) {
  const people = mine?.people ?? [];
  if (!people.length) return html`<p class="note">${SAYS.nobody}</p>`;
  return html`<ul class="who-names">${repeat(people, (one) => one.id, (one) => html`<li>${button(one)}</li>`)}</ul>`;
}

function letIn(mine) {
  if (state.offer) return card(html`<h2>${SAYS.letIn}</h2>`, offered(state.offer));
  if (state.kind) {
    return card(
      html`<h2>${SAYS.letIn}</h2><p>${SAYS.whose}</p>`,
      state.badgeOf ? nothing : refused(),
      everybody(mine, (one) => html`<button type="button" class="act who-name" data-key="whose/${one.id}" @click=${() => offer(state.kind, one.id)}>${one.label}</button>`),
      html`<p><button type="button" class="act small" data-key="kind/back" @click=${() => set({kind: null, refused: null})}>${SAYS.other}</button></p>`,
    );
  }
  const choose = (kind) => (kind === "tablet" || kind === "board" ? offer(kind) : set({kind}));
  return card(
    html`<h2>${SAYS.letIn}</h2><p>${SAYS.kind}</p>`,
    state.code || state.badgeOf ? nothing : refused(),
    html`<p class="enrol-kinds">${Object.entries(SAYS.kinds).map(([kind, says]) => html`<button type="button" class="act" data-key="kind/${kind}" @click=${() => choose(kind)}>${says}</button>`)}</p>`,
  );
}

/** A QR is dark on light in both themes: that is what cameras read. */
function qr({d, size}, label) {
  return html`<svg class="qr" role="img" aria-label=${label} viewBox="0 0 ${size} ${size}">${svg`<rect width=${size} height=${size} class="qr-light"></rect><path d=${d} class="qr-dark"></path>`}</svg>`;
}

function offered(one) {
  const until = one.until ? new Date(one.until) : null;
  return html`<p>${SAYS.scanIt}</p>${qr(one.qr, one.address)}
    <p class="enrol-code">${one.code}</p>
    <p class="note">${one.address.split("#")[0]}${until ? html`<br>${SAYS.until(until.toLocaleTimeString([], {hour: "2-digit", minute: "2-digit", hour12: false}))}` : nothing}</p>
    <button type="button" class="act" data-key="another" @click=${() => set({offer: null})}>${SAYS.another}</button>`;
}

function badges(mine) {
  const head = html`<h2>${SAYS.badges}</h2><p class="note">${SAYS.badgesNote}</p>`;
  if (!state.badgeOf) {
    return card(
      head,
      html`<p>${SAYS.forWhom}</p>`,
      everybody(mine, (one) => html`<button type="button" class="act who-name" data-key="badge/${one.id}" @click=${() => set({badgeOf: one, told: "", refused: null, made: null, pin: ""})}><span>${one.label}<br><span class="note">${SAYS.has(one)}</span></span></button>`),
    );
  }
  const one = mine?.people.find((other) => other.id === state.badgeOf.id) ?? state.badgeOf;
  return card(head, badgeOf(one));
}

function badgeOf(one) {
  const pin = (event) => (state.pin = event.target.value);
  return html`<header><div><h3>${one.label}</h3><p class="note">${SAYS.has(one)}</p></div>
      <button type="button" class="act small" data-key="badge/back" @click=${() => set({badgeOf: null, made: null, pin: "", told: "", refused: null})}>${SAYS.back}</button></header>
    ${refused()}<p role="status" class="strong">${state.told}</p>
    ${state.made ? html`<div class="badge-card">${qr(state.made.qr, state.made.code)}<p class="enrol-code">${state.made.code}</p><p>${one.label}</p><p class="note no-print">${SAYS.print}</p><button type="button" class="act small" data-key="badge/print" @click=${() => print()}>${SAYS.printIt}</button></div>` : nothing}
    <p class="acts"><button type="button" class="act" data-key="badge/new" @click=${() => badge({new_badge: true}, SAYS.given)}>${SAYS.newBadge}</button></p>
    <p class="note">${SAYS.scanBadge}</p>
    <label class="field"><span>${SAYS.pin}</span><input type="password" name="pin" inputmode="numeric" autocomplete="off" maxlength="12" .value=${state.pin} @input=${pin}></label>
    <p class="acts"><button type="button" class="act" data-key="badge/pin" @click=${() => badge({pin: state.pin}, SAYS.given)}>${SAYS.givePin}</button>
      <button type="button" class="act small" data-key="badge/clear" @click=${() => badge({clear_tries: true}, SAYS.cleared)}>${SAYS.clear}</button></p>
    <p class="enrol-last"><button type="button" class="act small" data-key="badge/revoke" @click=${() => badge({revoke: true}, SAYS.ended)}>${SAYS.revoke}</button></p>`;
}

function devices() {
  if (!state.devices.length) return nothing;
  return card(
    html`<h2>${SAYS.devices}</h2><p class="note">${SAYS.devicesNote}</p>`,
    html`<ul class="enrol-devices">${repeat(state.devices, (one) => one.id, (one) => html`<li><p><b>${one.id}</b><br><span class="note">${SAYS.deviceOf(one)}</span></p>
      ${actButton({key: `out/${one.id}`, says: SAYS.out(one.id), look: "small", write: [{what: "device.revoked", device: one.id}]}, {tap: sendOut})}</li>`)}</ul>`,
  );
}

async function sendOut(act) {
  const {answers} = await write(act);
  if (answers) await askDevices();
}

openWho(false);
screen("enrol", draw, {stream: false});
begin();
