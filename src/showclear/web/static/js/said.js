/* How a tap becomes a statement on record.

   1. Fill in what the page left open: id, time (the server's clock), who speaks, how that is known.
   2. Have the server seal it (one place decides what is sealed), and compare: nothing may differ
      but texts in seals, and those must be the speaker's own words under the digest that is signed.
   3. Sign what was compared, byte for byte, with this device's key.
   4. Send it, again and again until the record has answered. What waits is shown.

   An answer is the record's only if it answers each statement by its id: anything else (a
   portal of the network, a server that is just starting) is nobody's, and it is sent again.
   A badge that has lapsed meanwhile is no reason to lose what was said: it is said as named,
   under the same id, and the screen says so. */
import * as outbox from "./outbox.js";
import {learn, now, stamp} from "./clock.js";

const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

/** An id nobody has used: letters and digits of `length` times five random bits. */
export function mint(prefix, length = 20) {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return `${prefix}-${Array.from(bytes, (byte) => BASE32[byte & 31]).join("")}`;
}

/** What went wrong, in words for whoever stands there. */
export class Refused extends Error {
  constructor({code, sentence, next, status}) {
    super(sentence);
    Object.assign(this, {code, sentence, next, status});
  }
}

// --- who this is ---------------------------------------------------------------------------

let mine = null;
const toldOfMe = new Set();

/** This device, its production and who speaks on it, as last heard. */
export const me = () => mine;

/** Whether an act is offered to whoever's own device this is. A shared screen offers all of them,
    whoever speaks: several work on it. Nothing is refused for not being offered. */
export function isOffered(act, by) {
  const own = mine?.device?.person;
  if (!own || by) return true;
  return (act.write ?? []).every((one) => (one.by && one.by !== own) || mine.offers.includes(one.what));
}

/** Be told when it changes. */
export function watchMe(one) {
  toldOfMe.add(one);
  if (mine) one(mine);
  return () => toldOfMe.delete(one);
}

async function whoIsThis() {
  const answer = await fetch("/api/me", {credentials: "same-origin"});
  return answer.ok ? answer.json() : null;
}

/** Ask the server again: after somebody else took the tablet, or a device was enrolled.
    A device that has a key and no session opens one. */
export async function askMe() {
  try {
    let told = await whoIsThis();
    if (told && !told.device && globalThis.isSecureContext) {
      const {comeIn, load} = await import("./keys.js");
      if ((await load()) && (await comeIn())) told = await whoIsThis();
    }
    if (told) {
      if (!mine && told.now) learn(told.now);
      mine = told;
      for (const one of toldOfMe) one(mine);
    }
  } catch {
    /* No network: who speaks has not changed for that. */
  }
  return mine;
}

const HOW = {"own-device": "own-device", badge: "badge", named: "shared-tablet"};

function attestedFor(by) {
  const {device, speaker} = mine ?? {};
  if (speaker?.person === by) return HOW[speaker.how] ?? "shared-tablet";
  // An own device names somebody else only for them; a shared one proves nothing of anybody.
  return device?.person && device.person !== by ? "proxy" : "shared-tablet";
}

// --- 1. fill in ----------------------------------------------------------------------------

function replaced(value, names) {
  if (typeof value === "string") return Object.hasOwn(names, value) ? names[value] : value;
  if (Array.isArray(value)) return value.map((item) => replaced(item, names));
  if (value === null || typeof value !== "object") return value;
  const pairs = Object.entries(value).map(([key, item]) => [
    Object.hasOwn(names, key) ? names[key] : key,
    replaced(item, names),
  ]);
  return Object.fromEntries(pairs);
}

/** Plain statements of one act, whole. `by` is who speaks where a statement names nobody. */
export function filled(statements, {by} = {}) {
  const at = stamp();
  const ids = statements.map((one) => one.id ?? mint("s"));
  const names = {$new: mint("n", 16)};
  ids.forEach((id, place) => (names[`$${place}`] = id));
  return statements.map((one, place) => {
    const speaks = one.by ?? by ?? mine?.speaker?.person;
    if (!speaks) {
      throw new Refused({
        code: "nobody-speaks",
        sentence: "Nobody is named as speaking on this device, so nothing was written.",
        next: "Tap who you are, then this again.",
      });
    }
    const said = replaced(one, names);
    return {...said, id: ids[place], what: one.what, at: one.at ?? at, by: speaks, attested: one.attested ?? attestedFor(speaks)};
  });
}

// --- 2. compare ----------------------------------------------------------------------------

function bytesOf(text) {
  if (/^[0-9a-f]{32}$/.test(text)) return Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

async function digest(salt, text) {
  const words = new TextEncoder().encode(text);
  const whole = new Uint8Array(salt.length + words.length);
  whole.set(salt);
  whole.set(words, salt.length);
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
  return btoa(String.fromCharCode(...sum)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

const isMapping = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

function same(one, other) {
  if (one === other) return true;
  if (Array.isArray(one)) return Array.isArray(other) && one.length === other.length && one.every((item, n) => same(item, other[n]));
  if (!isMapping(one) || !isMapping(other)) return false;
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => Object.hasOwn(other, key) && same(one[key], other[key]));
}

function isTheirWords(text, asked) {
  if (text === asked || text === String(asked)) return true;
  try {
    return same(JSON.parse(text), asked);
  } catch {
    return false;
  }
}

function differs(path) {
  return new Refused({
    code: "not-what-was-said",
    sentence: `The server gave back something else than was said (${path}), so it was not signed.`,
    next: "Write it on paper and tell whoever runs the server.",
  });
}

async function compareSealed(asked, got, path, texts, used) {
  const found = Object.hasOwn(texts, path) ? texts[path] : null;
  if (!found || !isTheirWords(found.text, asked)) throw differs(path);
  const salt = bytesOf(found.salt);
  if (salt.length !== 16 || (await digest(salt, found.text)) !== got.sealed) throw differs(path);
  used.add(path);
}

async function compareAt(asked, got, path, texts, used) {
  if (isMapping(got) && Object.keys(got).length === 1 && typeof got.sealed === "string") {
    await compareSealed(asked, got, path, texts, used);
  } else if (Array.isArray(got)) {
    if (!Array.isArray(asked) || asked.length !== got.length) throw differs(path);
    for (let n = 0; n < got.length; n += 1) await compareAt(asked[n], got[n], `${path}.${n}`, texts, used);
  } else if (isMapping(got)) {
    if (!isMapping(asked) || Object.keys(asked).length !== Object.keys(got).length) throw differs(path);
    for (const key of Object.keys(got)) {
      if (!Object.hasOwn(asked, key)) throw differs(`${path}.${key}`);
      await compareAt(asked[key], got[key], `${path}.${key}`, texts, used);
    }
  } else if (asked !== got) {
    throw differs(path);
  }
}

/** Refuse a payload that says anything else than was asked for. `texts` is {path: {salt, text}}. */
export async function compare(asked, payload, texts) {
  const got = JSON.parse(payload);
  const used = new Set();
  const open = new Set(Object.keys(asked));
  for (const key of Object.keys(got)) {
    if (key === "unread") continue;
    if (!open.delete(key)) throw differs(key);
    await compareAt(asked[key], got[key], key, texts, used);
  }
  if ("unread" in got) {
    // What the vocabulary cannot read stands there as one sealed text: still the speaker's own.
    const rest = Object.fromEntries([...open].map((key) => [key, asked[key]]));
    await compareSealed(rest, got.unread, "unread", texts, used);
  } else if (open.size) {
    throw differs([...open][0]);
  }
  if (Object.keys(texts).some((path) => !used.has(path))) throw differs("a text for nothing");
}

// --- 3. and 4. sign and send ---------------------------------------------------------------

const GIVE_UP_AFTER = 8_000;

function sent(path, body, method) {
  return fetch(path, {
    method,
    credentials: "same-origin",
    headers: {"content-type": "application/json"},
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(GIVE_UP_AFTER),
  });
}

/** Post JSON. Throws `Refused` for an answer that is none, TypeError where nobody answered. */
export async function post(path, body, {method = "POST"} = {}) {
  let answer = await sent(path, body, method);
  if (answer.status === 401 && globalThis.isSecureContext) {
    // The session ended, not the device: its key opens another. Where the server went away
    // meanwhile, asking again says that; only a device that is not let in stays refused.
    const {comeIn} = await import("./keys.js");
    await comeIn();
    answer = await sent(path, body, method);
  }
  const told = await answer.json().catch(() => ({}));
  if (answer.ok) return told;
  throw new Refused({
    code: told.code ?? `http-${answer.status}`,
    sentence: told.sentence ?? `The server answered ${answer.status}.`,
    next: told.next,
    status: answer.status,
  });
}

const NO_KEY = {
  code: "no-key",
  sentence: "This browser no longer has its key, so this cannot be signed.",
  next: "Write it on paper, enrol this browser again, then send it again.",
};

async function signed(plain) {
  const {load, sign} = await import("./keys.js");
  if (!(await load())) throw new Refused(NO_KEY);
  const {prepared} = await post("/api/prepare", {statements: plain});
  if (!Array.isArray(prepared)) throw new TypeError("nobody who prepares statements answered");
  if (prepared.length !== plain.length) throw differs("how many");
  const out = [];
  for (const [place, {payload, texts}] of prepared.entries()) {
    await compare(plain[place], payload, texts ?? {});
    out.push({jws: await sign(payload), texts: texts ?? {}});
  }
  return out;
}

/** The plain statements as they are signed. A device that had not learnt the server's time when
    it was tapped moves its own by what it has learnt since. */
function timed(entry) {
  const ahead = now() - Date.now();
  if (entry.ahead !== 0 || Math.abs(ahead) < 2_000) return entry.plain;
  return entry.plain.map((one) => ({...one, at: stamp(new Date(Date.parse(one.at) + ahead))}));
}

/** The same, as named on this screen: what a badge said that no longer stands. */
function asNamed(plain) {
  const named = (one) => (one.how === "badge" ? {...one, how: "shared-tablet"} : one);
  return plain.map((whole) => {
    const {with: along, ...one} = whole;
    // Whom a weapon was seen with is no witness; anywhere else `with` is short for their badge.
    const witnesses = one.what === "weapon.seen" ? [] : [along ?? []].flat().map((person) => ({person, how: "badge"}));
    const all = [...[one.witnesses ?? []].flat(), ...witnesses].map(named);
    return {
      ...one,
      ...(one.what === "weapon.seen" && along !== undefined ? {with: along} : {}),
      ...(all.length ? {witnesses: all} : {}),
      attested: one.attested === "badge" ? "shared-tablet" : one.attested,
    };
  });
}

/** Whether trying again later may help, without anybody doing anything. */
const isPassing = (error) => !(error instanceof Refused) || error.status >= 500 || error.status === 429 || error.status === 408;

async function sendOne(entry) {
  let one = entry;
  if (!one.signed) {
    const plain = timed(one);
    one = await outbox.change(one, {plain, ahead: null, signed: await signed(plain)});
  }
  try {
    const {answers} = await post("/api/acts", {statements: one.signed});
    if (!isRecord(answers, one.plain)) throw new TypeError("it was not the record that answered");
    await outbox.drop(one);
    return {answers, named: one.named};
  } catch (error) {
    if (error.code !== "badge-not-standing" || one.named) throw error;
    askMe();
    return sendOne(await outbox.change(one, {plain: asNamed(one.plain), signed: null, named: true}));
  }
}

/** Whether the record answers for each statement. Only then is nothing left to send. */
function isRecord(answers, plain) {
  return Array.isArray(answers) && answers.length === plain.length && answers.every((one, place) => one?.id === plain[place].id || one?.aside);
}

const finished = new Map();
const toldOfAnswers = new Set();
let sending = null;
let waiting = 0;
let tries = 0;

/** Be told of every act that the record answered for, now or long after it was said. */
export function watchAnswers(one) {
  toldOfAnswers.add(one);
  return () => toldOfAnswers.delete(one);
}

function finish(entry, result) {
  for (const one of toldOfAnswers) one(entry, result);
  finished.get(entry.seq)?.(result);
  finished.delete(entry.seq);
}

const asItStands = (entry) => outbox.waiting().find((one) => one.seq === entry.seq) ?? entry;

async function sendAll() {
  for (const entry of outbox.waiting()) {
    if (entry.phase === "refused") continue;
    try {
      if (await outbox.isGone(entry)) {
        // Another page of this device sent it, or a person put it away there: it tells which.
        await outbox.drop(entry);
        finish(entry, {elsewhere: true});
        continue;
      }
      const result = await sendOne(entry);
      tries = 0;
      finish(entry, result);
    } catch (error) {
      if (isPassing(error)) {
        await allWait();
        return;
      }
      const {code, sentence, next} = error;
      await outbox.change(asItStands(entry), {phase: "refused", refused: {code, sentence, next}});
      finish(entry, {refused: error, seq: entry.seq});
    }
  }
}

/** Nobody answers: the first has to wait, and so has everything behind it. */
async function allWait() {
  later();
  for (const entry of outbox.waiting()) {
    if (entry.phase !== "sending") continue;
    await outbox.change(entry, {phase: "waiting"});
    finish(entry, {kept: true, seq: entry.seq});
  }
}

function later() {
  clearTimeout(waiting);
  waiting = setTimeout(send, Math.min(500 * 2 ** tries, 8_000));
  tries += 1;
}

/** Send whatever waits, in its order; one at a time, whoever asks. */
export async function send() {
  while (sending) await sending;
  if (!outbox.waiting().some((one) => one.phase !== "refused")) return;
  clearTimeout(waiting);
  sending = alone(sendAll).finally(() => (sending = null));
  await sending;
}

const TURN_MS = 3_000;

/** Two pages of one device take turns: what the one has sent the other finds gone. A page that
    sleeps in its turn keeps nobody waiting: sent twice is on record once. */
async function alone(work) {
  let begun = false;
  const mine = () => ((begun = true), work());
  try {
    return await navigator.locks.request("showclear-outbox", {signal: AbortSignal.timeout(TURN_MS)}, mine);
  } catch (error) {
    if (begun) throw error;
    return work();
  }
}

/** Send again what the record would not take, once a person has put right what was wrong. */
export async function again(entry) {
  const plain = entry.plain.map((one) => ({...one, attested: attestedFor(one.by)}));
  await outbox.change(entry, {phase: "waiting", signed: null, refused: null, named: false, plain});
  tries = 0;
  return send();
}

/** A person puts away what the record would not take. */
export const putAway = (entry) => outbox.drop(entry);

/** Write statements. Resolves to {answers, named?} (named: a badge no longer stood, so it was
    said as named), {kept: true, seq} (it waits here, and is shown), {elsewhere: true} (another
    page of this device saw to it), or {refused}; throws nothing.

    `by` is who speaks where a statement names nobody; `says` is what the list of what waits shows. */
export async function say(statements, {by, says = ""} = {}) {
  if (!mine) await askMe();
  if (mine && !mine.device) {
    return {
      refused: new Refused({
        code: "not-enrolled",
        sentence: "This device may look. It is not enrolled, so it cannot write.",
        next: "Enrol it from a device that is: one code, scanned once.",
      }),
    };
  }
  let plain;
  try {
    plain = filled(statements, {by});
  } catch (error) {
    return {refused: error};
  }
  const ahead = now() - Date.now();
  const entry = await outbox.keep({says, at: now().toISOString(), ahead, plain, signed: null, phase: "sending"});
  const done = new Promise((resolve) => finished.set(entry.seq, resolve));
  send();
  return done;
}

/** A person's own word on a screen that others use: their badge, or name and PIN, go with it. */
export async function sayOwn(statements, {person, badge, pin}) {
  try {
    const plain = filled(statements, {by: person}).map(({attested, ...rest}) => rest);
    return await post("/api/own-words", {person, badge, pin, statements: plain});
  } catch (error) {
    return error instanceof Refused ? {refused: error} : {refused: new Refused({
      code: "no-answer",
      sentence: "The server did not answer, so nothing was written. A PIN is not kept here.",
      next: "Try again when this screen is current.",
    })};
  }
}

addEventListener("online", () => ((tries = 0), send()));
