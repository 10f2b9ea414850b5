/* The strip on pages that have no stream of their own (history, devices, paper): what the set is
   now, and Stop. Whoever reads or prints there learns of a stop as everybody does, and may call
   one.

   - It listens to the board, which is for anybody, and shows no more of it than the one word.
   - Where nothing is heard it says so: a page without the word STOPPED is no sign that work goes on.
   - It is on no paper. */
import {hm, now} from "./clock.js";
import {icon} from "./icons.js";
import {html, nothing} from "./lit.js";
import {isAudible, stopSound} from "./sound.js";
import {callStop, stopHeard, stopState} from "./stop.js";
import {listen} from "./stream.js";

const SAYS = {
  strip: "The set now",
  asking: "Not heard from the set yet",
  lost: "Not current",
  ask: (at) => `${at ? `Last heard ${at}. ` : ""}Whether the work is stopped is not known here: ask aloud.`,
  aloud: "A locked phone does not ring: say it aloud.",
  restart: "Two people restart it on the floor.",
  silent: "No sound here yet: tap anywhere once.",
  made: "This screen made no sound: nobody had touched it.",
  unheard: "Nobody has heard this stop yet. Shout. It is being sent again.",
  stop: "Stop",
  stopping: "Stopping",
  stopped: "STOPPED",
};

let set = null;
let link = {stale: false, heard: null};
let silent = false;

/** Hear what the set is, and sound where it is stopped; `redraw` is called when that changes. */
export function watchSet(redraw) {
  listen("board", {
    view: (view) => {
      const began = view.set?.state === "stopped" && set?.state !== "stopped";
      set = view.set ?? null;
      if (began) silent = !stopSound();
      stopHeard({size: view.size, stopped: set?.state === "stopped"});
      redraw();
    },
    beat: redraw,
    link: (found) => {
      const turned = found.stale !== link.stale;
      link = found;
      if (turned) redraw();
    },
  });
}

/** One sentence after the other, each with its full stop. */
const sentences = (lines) => lines.filter(Boolean).map((one) => (/[.?!]$/.test(one) ? one : `${one}.`)).join(" ");

function told() {
  const {phase, sentence} = stopState();
  if (phase === "unheard") return {state: "stopped", word: SAYS.stopping, lines: [SAYS.unheard, sentence]};
  if (link.stale) return {state: "stale", word: SAYS.lost, lines: [SAYS.ask(link.heard ? hm(new Date(link.heard + (now().getTime() - Date.now()))) : "")]};
  if (set?.state === "stopped" || phase === "stopped") {
    return {state: "stopped", word: SAYS.stopped, lines: [set?.since, SAYS.aloud, SAYS.restart, silent && !isAudible() ? SAYS.made : ""]};
  }
  if (!set) return {state: "unknown", word: SAYS.asking, lines: []};
  return {state: set.state, word: set.word, lines: [set.since, isAudible() ? "" : SAYS.silent]};
}

/** What the set is, in a word, and Stop. */
export function setStrip() {
  const {state, word, lines} = told();
  const isOn = state === "stopped";
  const {phase} = stopState();
  const says = phase === "sending" || phase === "unheard" ? SAYS.stopping : SAYS.stop;
  return html`<section class="strip ${state}" aria-label=${SAYS.strip}>
    <p class="is" role=${isOn || state === "stale" ? "alert" : "status"}><b>${icon(state)}${word}</b> <span>${sentences(lines)}</span></p>
    <button type="button" class="act stop" data-key="stop" @click=${() => callStop()}>${icon("stopped")}<span>${says}</span></button>
  </section>`;
}
