/* What stands first on the floor: what is wanted of this person, what is stopped or paused, and
   the activity with the answer to its next act.

   - A step beside a reason is what to do, and a button with the fact for whoever may truthfully
     say it; for everybody else it is the words and who can do it.
   - Nobody agrees for somebody else: the second person gives a PIN here, or says it on their own. */
import {actButton, answerLine, askMe, html, icon, nothing, now, personLabel, redraw, relied, repeat, sayAs, sayOwn, stopCalledHere} from "./shell.js";
import {pinPad} from "./who.js";
import {filled, set, state} from "./floor_state.js";

const SAYS = {
  wanted: "Wanted from you",
  may: "You may say",
  mayNote: "Nothing waits for it.",
  at: (time, who) => [time, who].filter(Boolean).join(", "),
  radio: "On the radio",
  alone: "This device is not enrolled: it may look.",
  you: "You agree",
  second: "Second person, here",
  own: "Or on their own device.",
  whoElse: "Who agrees? Their PIN makes it their own word.",
  noPin: "Nobody else here has a PIN. The second person agrees on their own device or by badge on the cart.",
  agrees: "I agree to go on",
  restartAbove: "Two people restart it, above",
  openBelow: (say) => `${say}: below, under “Still open”`,
  meetingBelow: (say) => `${say}. The roll is below, under “Safety meeting”`,
  named: "A name alone is no agreement. Whoever agrees gives their PIN here, or says it on their own device.",
  withPin: "Agree with a PIN, here",
  urgent: "What did not fire",
  asking: "Being asked",
  unasked: "Not asked: nobody answered. Ask aloud.",
  next: "Next:",
  warned: "To know",
  back: "Back to what is on the floor",
  hands: "In hands now",
  weapons: "Weapons of it",
  noNext: "Nothing is planned yet.",
};

/** Who speaks here, or nobody. */
export const speaker = (me) => me?.speaker?.person ?? null;

/** Whether whoever speaks here may truthfully say a step. */
function mayStep(act, me) {
  const able = act.by_any_of ?? [];
  const who = speaker(me);
  return Boolean(me?.device && who && (!able.length || able.includes(who)));
}

/** What to do, and for whoever may say that it is done a button that says the fact. */
export function nextStep(step, me) {
  const say = step.open ? SAYS.openBelow(step.say) : step.meeting ? SAYS.meetingBelow(step.say) : step.restart ? SAYS.restartAbove : step.say;
  return html`${say ? html`<p><span class="note">${SAYS.next}</span> ${inIds(say)}</p>` : nothing}
    ${step.act && mayStep(step.act, me) ? stepButton(step.act) : nothing}
    ${step.acts?.length && mayStep(step.acts[0], me) ? html`<div class="pair">${step.acts.map(stepButton)}</div>` : nothing}`;
}

const stepButton = (act) => actButton({...act, write: act.write.map(({by, ...rest}) => rest)}, {cls: "step"});

const ID = /([a-z][a-z0-9]*(?:-[a-z0-9]+)*-\d+)/i;

/** Words in which an id such as rev-4 is never broken across two lines: half of one is another. */
export function inIds(words) {
  const parts = String(words ?? "").split(ID);
  return parts.length < 2 ? words : parts.map((part, place) => (place % 2 ? html`<span class="id">${part}</span>` : part));
}

/** A gate's answer; a reason that only two people end leads to where they do. `line`: false
    where its word stands elsewhere already. */
export function answered(one, me, {line = true} = {}) {
  const reasons = one.reasons ?? [];
  return html`<div class="gate" data-answer=${one.answer} data-gate=${one.gate ?? ""}>
    ${line ? answerLine(one) : nothing}
    ${one.said ? html`<p class="note">${one.said}</p>` : nothing}
    ${reasons.length ? html`<ol class="reasons">${reasons.map((each) => html`${reasonOf(each, me)}`)}</ol>` : nothing}
    ${one.relied?.length ? relied(one.relied) : nothing}
    ${one.warned?.length ? html`<div class="warned"><h3>${SAYS.warned}</h3><ul>${one.warned.map((each) => html`<li>${each.says} <span class="note">${[each.force, each.cite].filter(Boolean).join(", ")}</span></li>`)}</ul></div>` : nothing}
  </div>`;
}

/** One reason, closer together than on a tablet: who can clear it and whose rule it is on a line. */
function reasonOf(one, me) {
  const step = one.next ?? {};
  const lines = [one.says, ...(one.also ?? [])];
  return html`<li class="reason ${one.caused ? "caused" : "left"}">
    <p>${lines.map((line, place) => html`${place ? html`<br>` : nothing}${inIds(line)}`)}</p>
    <p>${one.who ? html`${one.who}<br>` : nothing}<span class="note">${[one.force, one.cite].filter(Boolean).join(", ")}</span></p>
    ${nextStep(step, me)}
  </li>`;
}

/** What others wrote that this person saw, and what is theirs alone. */
export function wanted() {
  const mine = state.mine;
  if (!mine || !(mine.wanted.length || mine.mistaken.length || mine.concerns.length)) return nothing;
  return html`<section class="card wanted"><h2>${SAYS.wanted}</h2>
    ${repeat(mine.wanted, (one) => one.act.key, (one) => html`<div class="ask"><p>${inIds(one.says)}<br><span class="note">${SAYS.at(one.at, one.from)}</span></p>${actButton(one.act, {cls: "small"})}</div>`)}
    ${mine.mistaken.map((one) => (one.act ? actButton(one.act) : html`<p>${one.says}</p>`))}
    ${mine.concerns.map((one) => html`<div class="ask"><p>${one.says}${one.words ? html`<br><q>${one.words}</q>` : nothing}</p>${actButton(one.act, {cls: "small"})}</div>`)}
  </section>`;
}

/** What somebody may say for themselves, and nobody asks them: whoever performs, or holds a weapon. */
export function mayBeSaid() {
  if (!state.mine?.may?.length) return nothing;
  return html`<section class="card"><h2>${SAYS.may}</h2><p class="note">${SAYS.mayNote}</p>
    ${repeat(state.mine.may, (one) => one.act.key, (one) => html`<div class="ask"><p>${inIds(one.says)}<br><span class="note">${SAYS.at(one.at, one.from)}</span></p>${actButton(one.act, {cls: "small"})}</div>`)}
  </section>`;
}

// --- two people restart -----------------------------------------------------------------------

/** Everything that two people end. */
export function restarts(view, me) {
  return repeat(view.restarts, (one) => one.id, (one) => restart(one, view, me));
}

function restart(one, view, me) {
  const who = speaker(me);
  const said = one.agreed.some((other) => other.person === who);
  return html`<section class="card stop" data-restart=${one.id}>
    <h2>${icon("stopped")}${one.says}</h2>
    ${one.called ? html`<p>${one.called}</p>` : nothing}
    ${one.more ? html`<p>${one.more}</p>` : nothing}
    <p class="strong">${one.needs}</p>
    ${isMine(one) ? nothing : me?.device ? agreeing(one, me, who, said) : html`<p class="note">${SAYS.alone}</p>`}
    ${one.mistaken ? html`<p>${one.mistaken}</p>` : nothing}
    ${claim(one, me, who)}
    ${one.kind === "stop" ? html`${radioOf(view)}${inHands(view)}<p class="note">${one.note}</p>` : nothing}
  </section>`;
}

function agreeing(one, me, who, said) {
  const completes = who && one.completes.includes(who);
  const isNamed = who && me.speaker.how === "named";
  return html`<div class="acts two">
    ${one.both
      ? actButton(one.both)
      : isNamed || !who
        ? html`<p>${SAYS.named}</p>`
        : said
          ? html`<p class="act done">${icon("clear")}<span>${SAYS.you}</span></p>`
          : actButton(completes && one.resume ? filled(one.resume, {$me: who}) : one.agree)}
    ${said || isNamed || !who || one.agreed.length ? secondButton(one, said ? SAYS.second : SAYS.withPin) : nothing}
  </div>
  ${state.second.of === one.id ? second(one, me) : nothing}`;
}

function secondButton(one, says) {
  const open = state.second.of === one.id;
  const turn = () => {
    set({second: {of: open ? null : one.id, person: null, pin: "", refused: null, busy: false}});
    // Somebody may have been given a PIN since this page was opened.
    if (!open) askMe().then(redraw);
  };
  return html`<button type="button" class="act" data-key="restart/${one.id}/second" aria-expanded=${open} @click=${turn}>${says}</button>`;
}

function second(one, me) {
  const held = state.second;
  const others = me.people.filter((other) => other.pin && !one.agreed.some((said) => said.person === other.id));
  const able = others.filter((other) => me.speaker?.how === "named" || other.id !== speaker(me));
  if (!able.length) return html`<p class="sheet">${SAYS.noPin}</p>`;
  return html`<div class="sheet"><p>${SAYS.whoElse} ${SAYS.own}</p>
    ${held.refused ? html`<p role="alert" class="strong">${held.refused.sentence} ${held.refused.next ?? ""}</p>` : nothing}
    ${held.person
      ? pinPad(held, () => agreeByPin(one, held), personLabel(held.person), SAYS.agrees)
      : html`<div class="names">${able.map((other) => html`<button type="button" class="act small" data-key="second/${other.id}" @click=${() => secondIs(held, other.id)}>${other.label}</button>`)}</div>`}
  </div>`;
}

/** Whether this person has said that they pressed it: how it ends is then on top, for them. */
const isMine = (one) => Boolean(state.mine?.mistaken.some((other) => other.stop === one.id && !other.act?.key.endsWith("/mistaken")));

/** Pressed by mistake: on the page that pressed and no other, for whoever's own device it is. */
function claim(one, me, who) {
  const own = me?.device?.person && me.device.person === who;
  const said = state.mine?.mistaken.some((other) => other.stop === one.id);
  if (!own || !one.claim || said || stopCalledHere() !== one.id) return nothing;
  return actButton(filled(one.claim, {$me: who}), {cls: "small"});
}

function secondIs(held, person) {
  Object.assign(held, {person, pin: ""});
  redraw();
  setTimeout(() => document.querySelector(".card.stop .pin")?.scrollIntoView({block: "center"}));
}

async function agreeByPin(one, held) {
  const {person, pin} = held;
  Object.assign(held, {pin: "", busy: true, refused: null});
  redraw();
  const result = await sayOwn(one.agree.write, {person, pin});
  held.busy = false;
  if (result.refused) {
    held.refused = result.refused;
    redraw();
    return;
  }
  set({second: {of: null, person: null, pin: "", refused: null, busy: false}});
  if (one.completes.includes(person) && one.resume) {
    const [, end] = filled(one.resume, {$me: person}).write;
    await sayAs(`restart/${one.id}/both`, one.resume.says, [end]);
  }
}

/** Every pause, with the act that lifts it for whoever may. */
export function pauses(view, me) {
  return view.pauses.map((one) => html`<section class="card pause"><h2>${icon("pause")}${one.says}</h2>
    ${one.may.includes(speaker(me)) ? actButton(one.act) : html`<p>${one.who}</p>`}</section>`);
}

// --- the activity -------------------------------------------------------------------------------

function radioOf(view) {
  return view.radio ? html`<div class="radio"><h3>${SAYS.radio}</h3><p class="say">“${view.radio}”</p></div>` : nothing;
}

function inHands(view) {
  if (!view.hands.length) return nothing;
  return html`<div class="hands"><h3>${SAYS.hands}</h3><ul>${view.hands.map((one) => html`<li><b class="id">${one.weapon}</b> ${one.with}<br><span class="note">${one.holds}, since ${one.since}</span></li>`)}</ul></div>`;
}

/** The activity on the floor, or the one that was looked at. */
export function activity(view, me) {
  const one = shown(view);
  if (!one) return html`<section class="card"><h2>${SAYS.noNext}</h2></section>`;
  const floor = one.id === view.floor;
  const answer = one.answer ?? askedOf(one, view);
  return html`<section class="card now" data-activity=${one.id}>
    <h2>${one.scene ? `Sc ${one.scene}, ` : nothing}${one.title}${one.take ? html`<span class="take">${one.take}</span>` : nothing}</h2>
    ${floor ? nothing : html`<button type="button" class="act small" data-key="floor/back" @click=${() => set({chosen: null})}>${SAYS.back}</button>`}
    ${answer ? answerLine(answer) : html`<p>${[one.status, unansweredOf(one)].filter(Boolean).join(". ") || SAYS.asking}</p>`}
    ${floor && !view.restarts.some((other) => other.kind === "stop") ? radioOf(view) : nothing}
    ${answer ? answered(answer, me, {line: false}) : nothing}
    ${urgent(one.plan)}
    ${one.weapons?.length ? weapons(one.weapons) : nothing}
    ${one.other?.length ? html`<div class="pair">${one.other.map((act) => actButton(act, {cls: "small"}))}</div>` : nothing}
  </section>`;
}

const ANEW_MS = 15_000;
const GIVE_UP_AFTER = 8_000;
let question = {on: "", size: -1, slot: -1, busy: false, answer: null, failed: false};

/** What the gate of an activity says that the view did not ask about; null until it has said.

    It is asked as often as the server makes its own views anew, for limits of time pass without
    anybody writing anything. Of another size of the record no clear is told, nor where nobody
    answered when it was asked again. */
function askedOf(one, view) {
  const asked = {on: one.id, size: view.size, slot: Math.floor(now().getTime() / ANEW_MS)};
  const isSame = question.on === asked.on && question.size === asked.size;
  if (!isSame || (question.slot !== asked.slot && !question.busy)) askGate(one, asked, isSame);
  return question.answer;
}

function askGate(one, asked, isSame) {
  const old = question.on === asked.on ? question.answer : null;
  const mine = {...asked, busy: true, failed: false, answer: isSame || old?.answer === "hold" ? old : null};
  question = mine;
  const query = new URLSearchParams({gate: one.gate, on: one.id, for: one.id});
  fetch(`/api/gates?${query}`, {credentials: "same-origin", signal: AbortSignal.timeout(GIVE_UP_AFTER)})
    .then((answer) => (answer.ok ? answer.json() : null))
    .catch(() => null)
    .then((answer) => {
      // Steps stand where an activity is on the floor; here is what is missing.
      for (const reason of answer?.reasons ?? []) delete reason.next?.act;
      const kept = mine.answer?.answer === "hold" ? mine.answer : null;
      Object.assign(mine, {busy: false, failed: !answer, answer: answer ?? kept});
      redraw();
    });
}

/** That nobody answered for an activity when it was asked. */
const unansweredOf = (one) => (question.on === one.id && question.failed ? SAYS.unasked : "");

/** The activity that stands on top: the one chosen, else the one on the floor. */
export function shown(view) {
  const found = view.activities.find((one) => one.id === (state.chosen ?? view.floor));
  return found ?? view.activities.find((one) => one.id === view.floor) ?? null;
}

/** A weapon that stays out and a shot that is missing are the next thing to settle: here, not
    behind a fold further down. */
function urgent(plan) {
  const acts = [...(plan?.spares ?? []).filter((one) => one.trouble).flatMap((one) => one.acts), ...(plan?.repeats ?? []).filter((one) => one.missing)];
  if (!acts.length) return nothing;
  return html`<div class="urgent"><h3>${SAYS.urgent}</h3><div class="pair">${acts.map((act) => actButton(act, {cls: "small"}))}</div></div>`;
}

function weapons(list) {
  return html`<div class="weapons"><h3 class="unseen">${SAYS.weapons}</h3><ul>${list.map((one) => html`<li><b class="id">${one.weapon}</b>
    <span>${one.holds}${one.planned ? html`, <span class="note">${one.planned}</span>` : nothing}<br><span class="note">${one.with ? html`with ${one.with}` : "with nobody"}${one.for && one.for !== one.with ? html`, for ${one.for}` : nothing}</span></span></li>`)}</ul></div>`;
}
