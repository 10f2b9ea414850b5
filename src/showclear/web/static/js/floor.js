/* The floor: for whoever runs the clock with a phone in one hand and a radio in the other.

   - On top the one word that the set lives by; under the thumb Stop, Pause and the next act, in
     a bar that never moves. Between them the answer, and below it everything else.
   - The server makes every sentence, sum and answer. This page draws, asks and sends. */
import {actButton, html, icon, mark, nothing, noticeList, screen, setState, silentNotice, soundNote, staleNotice, stopButton, themeButton, unsentList} from "./shell.js";
import {whoLine, whoSheet} from "./who.js";
import {activity, mayBeSaid, pauses, restarts, shown, speaker, wanted} from "./floor_card.js";
import {happened} from "./floor_happened.js";
import {calls, checks, day, meeting, open, pausing, people, plan, takes, today} from "./floor_day.js";
import {clocks, noticed} from "./floor_clocks.js";
import {set, state} from "./floor_state.js";

const SAYS = {
  waiting: "The floor is not here yet.",
  board: "Board",
  cart: "Cart",
  paper: "Paper",
  devices: "Devices, badges",
  history: "History",
  unheard: "Nobody has heard this stop yet. Shout. It is being sent again.",
  stopping: "Stopping",
  nothingNext: "Nothing to roll",
  more: "Elsewhere",
  jumps: "Go to",
  jump: {happened: "It happened", set: "The set", today: "Today"},
  screen: "About this screen",
};

// --- what is this person's alone ----------------------------------------------------------------

const GIVE_UP_AFTER = 8_000;
let asked = {whose: "", size: -1, busy: false};

/** Ask for what is wanted of this person, whenever the record has grown, or who speaks changed, or
    how that is known: who was only named and gave their PIN is told what is theirs. What was
    another person's goes with them, also where nobody answers. */
async function askMine(view, me) {
  const person = me?.device ? speaker(me) : null;
  const whose = person ? `${person} ${me.speaker.how}` : "";
  if (asked.whose !== whose) {
    // It is called before anything is drawn: the list of the one before is on no screen any more.
    state.mine = null;
    asked = {whose, size: -1, busy: false};
  }
  if (!person || asked.busy || asked.size === view.size) return;
  const own = Object.assign(asked, {size: view.size, busy: true});
  try {
    const answer = await fetch("/api/mine", {credentials: "same-origin", signal: AbortSignal.timeout(GIVE_UP_AFTER)});
    const mine = answer.ok ? await answer.json() : null;
    // Somebody else may speak by now, here or as the server heard it.
    if (mine && asked === own && (!mine.person || mine.person === person)) set({mine});
    else own.size = -1;
  } catch {
    /* Not current: the screen says so by itself, and asks again with the next view. */
    own.size = -1;
  }
  own.busy = false;
}

// --- the bar under the thumb --------------------------------------------------------------------

function bar(view, me) {
  const one = shown(view);
  const mine = view.pauses.find((pause) => pause.may.includes(speaker(me)));
  return html`<div class="bar">
    ${stopButton()}
    ${mine ? actButton(mine.act, {mark: "pause"}) : actButton(view.pausing.act, {mark: "pause"})}
    ${one?.next ? actButton(one.next) : html`<span class="act none"><span class="note">${SAYS.nothingNext}</span></span>`}
  </div>`;
}

/** The page is long and a thumb is short: the three places that a first AD looks for. */
function jumps() {
  const go = (place) => document.getElementById(place)?.scrollIntoView({block: "start"});
  return html`<nav class="jumps" aria-label=${SAYS.jumps}>${Object.entries(SAYS.jump).map(([place, says]) => html`<button type="button" data-key="jump/${place}" @click=${() => go(`at-${place}`)}>${says}</button>`)}</nav>`;
}

function foot(view, context) {
  const notices = noticeList();
  return html`<footer class="foot">
    ${context.stopping.phase === "unheard"
      ? html`<section class="shell-unheard" role="alert"><p class="state stopped">${icon("stopped")}${SAYS.stopping}</p><p>${SAYS.unheard} ${context.stopping.sentence ?? ""}</p></section>`
      : nothing}
    ${silentNotice()}<div class="shell-notices" aria-live="polite">${notices}${unsentList(context.unsent)}</div>
    ${view ? html`${jumps()}${bar(view, context.me)}` : html`<div class="bar">${stopButton()}</div>`}
  </footer>`;
}

function above(context) {
  return html`<section aria-label=${SAYS.screen}>${mark(context)}${staleNotice(context)}</section>`;
}

function top(view) {
  return html`<header class="top">${setState(view.set)}</header>`;
}

function draw(view, context) {
  const {me} = context;
  if (!view) {
    return html`${above(context)}<main class="floor"><h1 class="empty">${SAYS.waiting}</h1>${whoSheet(me)}</main>${foot(null, context)}`;
  }
  askMine(view, me);
  const one = shown(view);
  return html`${above(context)}${top(view)}
    <main class="floor">
      ${restarts(view, me)}
      ${pauses(view, me)}
      ${noticed(view, me)}
      ${clocks(view, me, {first: true})}
      ${wanted()}
      ${mayBeSaid()}
      ${meeting(view, {first: true})}
      ${activity(view, me)}
      ${calls(view)}
      ${clocks(view, me)}
      ${open(view, me)}
      ${happened(view)}
      ${takes(one)}
      ${today(view, me)}
      ${checks(one)}
      ${plan(one)}
      ${meeting(view)}
      ${people(view)}
      ${pausing(view)}
      ${day(view, me)}
      <section class="part own">${whoLine(me)}${whoSheet(me)}${soundNote()}
        <nav class="pair" aria-label=${SAYS.more}>${themeButton()}<a class="act small" href="/board">${SAYS.board}</a><a class="act small" href="/cart">${SAYS.cart}</a><a class="act small" href="/history">${SAYS.history}</a><a class="act small" href="/paper/today">${SAYS.paper}</a><a class="act small" href="/enrol">${SAYS.devices}</a></nav></section>
    </main>
    ${foot(view, context)}`;
}

screen("floor", draw, {
  frame: false,
  onView(view) {
    if (state.chosen && !view.activities.some((one) => one.id === state.chosen)) state.chosen = null;
  },
});
