/* What stands first on the floor: what is wanted of this person, what is stopped or paused, and
   the activity with the answer to its next act.

   - A step beside a reason is a button for whoever may truthfully say it; for everybody else it
     is the words and who can do it.
   - Nobody agrees for somebody else: the second person gives a PIN here, or says it on their own. */
import {actButton, answerLine, html, icon, nothing, personLabel, redraw, relied, repeat, sayAs, sayOwn} from "./shell.js";
import {pinPad} from "./who.js";
import {filled, set, state} from "./floor_state.js";

const SAYS = {
  wanted: "Wanted from you",
  at: (time, who) => [time, who].filter(Boolean).join(", "),
  radio: "On the radio",
  alone: "This device is not enrolled: it may look.",
  you: "You have said it. One other person has to.",
  second: "Second person, here",
  own: "Or on their own device.",
  whoElse: "Who agrees? Their PIN makes it their own word.",
  noPin: "Nobody else here has a PIN. The second person agrees on their own device or by badge on the cart.",
  agrees: "I agree to go on",
  restartAbove: "Two people restart it, above",
  next: "Next:",
  warned: "To know",
  back: "Back to what is on the floor",
  hands: "In hands now",
  weapons: "Weapons of it",
  notNow: "Close",
  noNext: "Nothing is planned yet.",
};

/** Who speaks here, or nobody. */
export const speaker = (me) => me?.speaker?.person ?? null;

/** A step as a button for whoever may say it, else as words. */
export const stepFor = (me) => (act) => {
  const able = act.by_any_of ?? [];
  const who = speaker(me);
  if (!me?.device || !who || (able.length && !able.includes(who))) {
    return html`<p><span class="note">${SAYS.next}</span> ${act.says}</p>`;
  }
  const write = act.write.map(({by, ...rest}) => rest);
  return actButton({...act, write}, {cls: "step"});
};

/** A gate's answer; a reason that only two people end leads to where they do. `line`: false
    where its word stands elsewhere already. */
export function answered(one, me, {line = true} = {}) {
  const reasons = (one.reasons ?? []).map((each) => (each.next?.restart ? {...each, next: {say: SAYS.restartAbove}} : each));
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
    <p>${lines.map((line, place) => html`${place ? html`<br>` : nothing}${line}`)}</p>
    <p>${one.who ? html`${one.who}<br>` : nothing}<span class="note">${[one.force, one.cite].filter(Boolean).join(", ")}</span></p>
    ${step.act ? stepFor(me)(step.act) : step.say ? html`<p><span class="note">${SAYS.next}</span> ${step.say}</p>` : nothing}
  </li>`;
}

/** What others wrote that this person saw, and what is theirs alone. */
export function wanted() {
  const mine = state.mine;
  if (!mine || !(mine.wanted.length || mine.mistaken.length || mine.concerns.length)) return nothing;
  return html`<section class="card wanted"><h2>${SAYS.wanted}</h2>
    ${repeat(mine.wanted, (one) => one.act.key, (one) => html`<div class="ask"><p>${one.says}<br><span class="note">${SAYS.at(one.at, one.from)}</span></p>${actButton(one.act, {cls: "small"})}</div>`)}
    ${mine.mistaken.map((one) => actButton(one))}
    ${mine.concerns.map((one) => html`<div class="ask"><p>${one.says}${one.words ? html`<br><q>${one.words}</q>` : nothing}</p>${actButton(one.act, {cls: "small"})}</div>`)}
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
    ${me?.device ? agreeing(one, me, who, said) : html`<p class="note">${SAYS.alone}</p>`}
    ${one.mistaken && who && !one.mistaken.not.includes(who) ? mistaken(one.mistaken, who) : nothing}
    ${one.kind === "stop" ? html`${radioOf(view)}${inHands(view)}<p class="note">${one.note}</p>` : nothing}
  </section>`;
}

function agreeing(one, me, who, said) {
  const completes = who && one.completes.includes(who);
  return html`<div class="acts two">
    ${one.both
      ? actButton(one.both)
      : said
        ? html`<p class="act done">${icon("clear")}<span>${SAYS.you}</span></p>`
        : actButton(completes && one.resume ? filled(one.resume, {$me: who}) : one.agree)}
    ${said || one.agreed.length ? secondButton(one) : nothing}
  </div>
  ${state.second.of === one.id ? second(one, me) : nothing}`;
}

function secondButton(one) {
  const open = state.second.of === one.id;
  return html`<button type="button" class="act" data-key="restart/${one.id}/second" aria-expanded=${open}
    @click=${() => set({second: {of: open ? null : one.id, person: null, pin: "", refused: null, busy: false}})}>${SAYS.second}</button>`;
}

function second(one, me) {
  const held = state.second;
  const able = me.people.filter((other) => other.pin && !one.agreed.some((said) => said.person === other.id) && other.id !== speaker(me));
  if (!able.length) return html`<p class="sheet">${SAYS.noPin}</p>`;
  return html`<div class="sheet"><p>${SAYS.whoElse} ${SAYS.own}</p>
    ${held.refused ? html`<p role="alert" class="strong">${held.refused.sentence} ${held.refused.next ?? ""}</p>` : nothing}
    ${held.person
      ? pinPad(held, () => agreeByPin(one, held), personLabel(held.person), SAYS.agrees)
      : html`<div class="names">${able.map((other) => html`<button type="button" class="act small" data-key="second/${other.id}" @click=${() => (Object.assign(held, {person: other.id, pin: ""}), redraw())}>${other.label}</button>`)}</div>`}
  </div>`;
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

function mistaken(one, who) {
  return html`<p>${one.says}</p>${actButton(filled(one.act, {$me: who}))}`;
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
  return html`<div class="hands"><h3>${SAYS.hands}</h3><ul>${view.hands.map((one) => html`<li><b>${one.weapon}</b> ${one.with}<br><span class="note">${one.holds}, since ${one.since}</span></li>`)}</ul></div>`;
}

/** The activity on the floor, or the one that was looked at. */
export function activity(view, me) {
  const one = shown(view);
  if (!one) return html`<section class="card"><h2>${SAYS.noNext}</h2></section>`;
  const floor = one.id === view.floor;
  return html`<section class="card now" data-activity=${one.id}>
    <h2>${one.scene ? `Sc ${one.scene}, ` : nothing}${one.title}${one.take ? html`<span class="take">${one.take}</span>` : nothing}</h2>
    ${floor ? nothing : html`<button type="button" class="act small" data-key="floor/back" @click=${() => set({chosen: null})}>${SAYS.back}</button>`}
    ${one.answer ? answerLine(one.answer) : html`<p>${one.status}</p>`}
    ${floor && !view.restarts.some((other) => other.kind === "stop") ? radioOf(view) : nothing}
    ${one.answer ? answered(one.answer, me, {line: false}) : nothing}
    ${one.weapons?.length ? weapons(one.weapons) : nothing}
    ${one.other?.length ? html`<div class="pair">${one.other.map((act) => actButton(act, {cls: "small"}))}</div>` : nothing}
  </section>`;
}

/** The activity that stands on top: the one chosen, else the one on the floor. */
export function shown(view) {
  const found = view.activities.find((one) => one.id === (state.chosen ?? view.floor));
  return found ?? view.activities.find((one) => one.id === view.floor) ?? null;
}

function weapons(list) {
  return html`<div class="weapons"><h3 class="unseen">${SAYS.weapons}</h3><ul>${list.map((one) => html`<li><b>${one.weapon}</b>
    <span>${one.holds}${one.planned ? html` <span class="note">of ${one.planned} planned</span>` : nothing}<br><span class="note">${one.with ? html`with ${one.with}` : "with nobody"}${one.for && one.for !== one.with ? html`, for ${one.for}` : nothing}</span></span></li>`)}</ul></div>`;
}
