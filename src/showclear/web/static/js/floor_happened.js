/* "It happened": what just happened, in one or two taps. A section unfolds where it is. */
import {actButton, followed, html, icon, isOnRecord, nothing, phaseOf, post, redraw, Refused, repeat, sayAs, write} from "./shell.js";
import {chosen, filled, forget, pick, set, state, unfold, withNoun} from "./floor_state.js";

const SAYS = {
  title: "It happened",
  words: "A few words",
  holds: "It holds this until it is answered",
  about: (what) => `About: ${what}`,
  name: "Name, if there is time",
  more: "Another role",
  photo: (id) => (id ? `Add a photo of ${id}` : "Add a photo of it"),
  sending: (id) => `Sending the photo of ${id}`,
  sent: (id) => `The photo of ${id} is on record beside it.`,
  photoWaits: (id) => `The photo of ${id} is not on record yet: it is sent again by itself.`,
  photoRefused: (id) => `The photo of ${id} is not on record.`,
  unknown: (id) => `On record as ${id}. It counts as loaded and is held.`,
  unknownWaits: (id) => `${id} is not on record yet: it is sent again by itself. No other screen knows of it, and nothing holds it. Say it aloud.`,
  unknownNot: (id) => `${id} is not on record. No other screen knows of it, and nothing holds it. Say it aloud.`,
  unknownAgain: "Another one",
  added: (id) => `On set, on record as ${id}.`,
  addedWaits: (id) => `${id} is not on record yet: it is sent again by itself.`,
  addedNot: (id) => `${id} is not on record.`,
  raisedNot: "It was kept aside, and is not on record. Say it aloud.",
  raised: "On record, without a name. It ages on the board until it is answered.",
  status: {writing: "writing", written: "written", held: "written", unread: "written", waits: "not on record yet", refused: "not taken", aside: "not taken", "in-part": "not all of it taken"},
  elsewhere: (id) => `${id}: another page of this device saw to it. Look there whether it is on record.`,
  find: "Find a name",
  nobodyFound: "Nobody of that name.",
  someFirst: "Choose who, first.",
  wordsFirst: "Write a few words, first.",
};

const DRAW = {late, refusal: hushed, "walked-out": hushed, concern, "near-miss": acts, misfire: acts, discharge: acts, injury: acts, death: acts, left, "unknown-weapon": unknown, "new-person": newPerson};
const SHAPES = {misfire: "misfire", concern: "unanswered", "new-person": "person"};

/** The whole section. */
export function happened(view) {
  return html`<section aria-labelledby="happened" id="at-happened"><h3 id="happened">${SAYS.title}</h3>
    <div class="words">${view.happened.map((one) => word(one))}</div></section>`;
}

function word(one) {
  const open = state.open === one.key;
  const first = () => (one.key === "unknown-weapon" && !open ? foundOne(one) : unfold(one.key));
  return html`<button type="button" class="act word" data-key="happened/${one.key}" aria-expanded=${open} aria-controls="unfolded-${one.key}" @click=${first}>
      ${SHAPES[one.key] ? icon(SHAPES[one.key]) : nothing}<span>${one.says}${status(one.key)}</span></button>
    ${open ? html`<div class="unfolded" id="unfolded-${one.key}" role="region" aria-label=${one.says}>
        ${one.note ? html`<p class="note">${one.note}</p>` : nothing}${DRAW[one.key](one)}${told(one.key)}</div>` : nothing}`;
}

/** What became of what was pressed inside, where it may not stand on the person pressed. */
function status(key) {
  const one = phaseOf(`happened/${key}`);
  return one ? html`<br><span class="status">${SAYS.status[one.phase] ?? ""} ${one.at ?? ""}</span>` : nothing;
}

function told(key) {
  const words = state.told.get(key);
  return words ? html`<p class="told" role="status">${words}</p>` : nothing;
}

function tell(key, words) {
  state.told.set(key, words);
  redraw();
}

function acts(one) {
  if (!one.acts?.length) return html`<p>${one.empty}</p>`;
  const wide = (act) => (act.says.length > WIDE ? "wide" : "");
  return html`<div class="pair">${one.acts.map((act) => actButton(act, {cls: `small ${wide(act)}`}))}</div>
    ${one.more?.length ? html`<details><summary class="act small">${one.more_says}</summary><div class="pair">${one.more.map((act) => actButton(act, {cls: "small"}))}</div></details>` : nothing}`;
}

const WIDE = 22;

/** Who said no or walked out stands on no screen, also not as what was just pressed: the list
    is folded, and what became of it stands on its word. */
function hushed(one) {
  if (!one.acts?.length) return html`<p>${one.empty}</p>`;
  const key = `happened/${one.key}`;
  const tap = (act) => {
    set({open: null});
    return write({...act, key});
  };
  return found(one.key, one.acts, (act) => actButton(act, {tap, cls: "small"}));
}

function late(one) {
  if (!one.groups.length) return html`<p>${one.empty}</p>`;
  return one.groups.map((group) => html`<p>${group.says}</p><div class="pair">${group.acts.map((act) => actButton(act, {cls: "small"}))}</div>`);
}

const MANY = 24;

/** A list of people; a hundred are found by a few letters. */
function found(key, list, draw) {
  const field = `${key}-find`;
  const part = (state.typed.get(field) ?? "").trim().toLowerCase();
  const shown = part ? list.filter((one) => `${one.label ?? one.says} ${one.roles ?? ""}`.toLowerCase().includes(part)) : list;
  const typed = (event) => (state.typed.set(field, event.target.value), redraw());
  return html`${list.length > MANY ? html`<label class="field"><span>${SAYS.find}</span><input type="search" autocomplete="off" .value=${state.typed.get(field) ?? ""} @input=${typed}></label>` : nothing}
    ${shown.length ? nothing : html`<p>${SAYS.nobodyFound}</p>`}
    <div class="pair people">${repeat(shown, (one) => one.id ?? one.key, draw)}</div>`;
}

/** A list of people of whom any number may be chosen. */
export function pickers(key, people, before = []) {
  const there = chosen(key, before);
  return found(key, people, (one) => html`<button type="button" class="act small pick" data-key="${key}/pick/${one.id}" aria-pressed=${there.has(one.id)} @click=${() => picked(key, one.id)}>
    ${there.has(one.id) ? icon("clear") : nothing}<span>${one.label}</span></button>`);
}

/** Once somebody is found the next one is looked for: the letters are gone. */
function picked(key, id) {
  state.typed.delete(`${key}-find`);
  pick(key, id);
}

/** An act that needs people: it says what is lacking instead of writing nothing. */
export function actWithPeople(key, act, people, {cls = ""} = {}) {
  const tap = async (pressed) => {
    const picked = people.map((one) => one.id).filter((id) => chosen(key).has(id));
    if (!picked.length) return tell(key, SAYS.someFirst);
    const result = await write(filled(pressed, {$picked: picked}));
    if (!result.refused) {
      forget(key);
      tell(key, "");
    }
    return undefined;
  };
  return actButton(act, {tap, cls});
}

function left(one) {
  return html`${pickers("left", one.people)}<div class="pair">${one.acts.map((act) => actWithPeople("left", act, one.people))}</div>`;
}

/** A few words, typed. */
export function wordsField(key, label = SAYS.words) {
  return html`<label class="field"><span>${label}</span>
    <textarea rows="2" maxlength="500" .value=${state.typed.get(key) ?? ""} @input=${(event) => state.typed.set(key, event.target.value)}></textarea></label>`;
}

/** An act that needs a few words. */
export function actWithWords(key, act, more = {}) {
  const tap = async (pressed) => {
    const text = (state.typed.get(key) ?? "").trim();
    if (!text) return tell(key, SAYS.wordsFirst);
    const result = await write(filled(pressed, {$text: text, $holds: state.holds || undefined, ...more}));
    if (!result.refused) {
      forget(key);
      tell(key, "");
    }
    return undefined;
  };
  return actButton(act, {tap});
}

function concern(one) {
  return html`${one.about ? html`<p>${SAYS.about(one.about)}</p>` : nothing}${wordsField("concern")}
    <button type="button" class="act small pick" data-key="concern/holds" aria-pressed=${state.holds} @click=${() => set({holds: !state.holds})}>${state.holds ? icon("clear") : nothing}<span>${SAYS.holds}</span></button>
    <div class="pair">${actWithWords("concern", one.act)}${actButton(one.unnamed, {tap: () => raiseUnnamed(one)})}</div>
    <p class="note">${one.unnamed_note}</p>`;
}

async function raiseUnnamed(one) {
  const note = (state.typed.get("concern") ?? "").trim();
  if (!note) return tell("concern", SAYS.wordsFirst);
  const about = one.unnamed.write[0].about ?? [];
  try {
    // Not by `say`: what waits on this device would be signed by it, and so name it.
    const result = await post("/api/concerns", {note, about, holds: state.holds});
    if (!isOnRecord(result)) return tell("concern", SAYS.raisedNot);
    forget("concern");
    tell("concern", SAYS.raised);
  } catch (error) {
    tell("concern", error instanceof Refused ? `${error.sentence} ${error.next ?? ""}` : String(error));
  }
  return undefined;
}

// --- an unknown weapon ------------------------------------------------------------------------

async function foundOne(one) {
  unfold(one.key);
  const {noun, act} = withNoun(one.act, "unknown", 4);
  state.found = noun;
  followed(await write(act), (result) => tellFound(noun, {weapon: became(result, noun, UNKNOWN)}));
}

const UNKNOWN = {written: SAYS.unknown, waits: SAYS.unknownWaits, not: SAYS.unknownNot};
const PHOTO = {written: SAYS.sent, waits: SAYS.photoWaits, not: SAYS.photoRefused};
const ADDED = {written: SAYS.added, waits: SAYS.addedWaits, not: SAYS.addedNot};

/** What became of it: it is on record only where the record answered for all of it. */
function became(result, name, words) {
  if (isOnRecord(result)) return words.written(name);
  if (result.elsewhere) return SAYS.elsewhere(name);
  return result.kept ? words.waits(name) : words.not(name);
}

/** Each unknown weapon has its own words: those of one say nothing of the next. */
function tellFound(noun, words) {
  state.finds.set(noun, {...state.finds.get(noun), ...words});
  redraw();
}

function unknown(one) {
  const again = () => ((state.open = null), foundOne(one));
  const newest = [...state.finds].reverse();
  return html`<label class="act photo" data-key="unknown-weapon/photo">${icon("photo")}<span>${SAYS.photo(state.found)}</span>
      <input class="unseen" type="file" accept="image/jpeg,image/png,image/webp" capture="environment" @change=${(event) => sendPhoto(event.target)}></label>
    <button type="button" class="act small" data-key="unknown-weapon/again" @click=${again}>${SAYS.unknownAgain}</button>
    ${newest.map(([, words]) => html`<p class="told" role="status">${[words.weapon, words.photo].filter(Boolean).join(" ")}</p>`)}`;
}

async function sendPhoto(input) {
  const [file] = input.files ?? [];
  // The next one may be found while this one's photo is on its way.
  const about = state.found;
  if (!file || !about) return;
  tellFound(about, {photo: SAYS.sending(about)});
  const answer = await fetch("/api/photos", {method: "POST", credentials: "same-origin", headers: {"content-type": file.type}, body: file}).catch(() => null);
  const kept = await answer?.json().catch(() => ({}));
  input.value = "";
  if (!answer?.ok) {
    tellFound(about, {photo: `${SAYS.photoRefused(about)} ${kept?.sentence ?? ""} ${kept?.next ?? ""}`});
    return;
  }
  const result = await sayAs(`unknown-weapon/photo/${about}`, SAYS.photo(about), [{what: "attachment.added", sha256: kept.sha256, about: [about]}]);
  followed(result, (told) => tellFound(about, {photo: became(told, about, PHOTO)}));
}

// --- a new person -----------------------------------------------------------------------------

function newPerson(one) {
  return html`<label class="field"><span>${SAYS.name}</span>
      <input type="text" autocomplete="off" maxlength="100" .value=${state.typed.get("name") ?? ""} @input=${(event) => state.typed.set("name", event.target.value)}></label>
    <div class="pair">${one.quick.map((role) => roleButton(role))}</div>
    <details><summary class="act small">${SAYS.more}</summary><div class="pair">${one.more.map((role) => roleButton(role))}</div></details>`;
}

function roleButton([role, says]) {
  return actButton({key: `new-person/${role}`, says, look: "small", write: []}, {tap: () => join(role, says), repeat: true});
}

async function join(role, says) {
  try {
    const name = (state.typed.get("name") ?? "").trim();
    const {person, write: statements} = await post("/api/people", {role, name});
    const result = await sayAs(`new-person/${role}`, says, statements);
    if (!result.refused) forget("name");
    followed(result, (told) => tell("new-person", became(told, name || person, ADDED)));
  } catch (error) {
    tell("new-person", error instanceof Refused ? `${error.sentence} ${error.next ?? ""}` : String(error));
  }
}
