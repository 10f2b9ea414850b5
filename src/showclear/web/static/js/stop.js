/* One press stops the work: no login, no reason, no "are you sure".

   - Unsigned, so that it works on any phone and on plain http.
   - Until the server has answered, the screen says that nobody has heard it yet, and to shout.
   - What the button tells ends with the first screen that was drawn after the press was on record:
     that screen tells how things stand, stopped or restarted, also on a phone that slept.
   - No name is written, also where this device knows whose it is: that is what Stop promises.
     This page remembers, until it is closed, which stop it called; so whoever pressed by mistake
     may say so here, and then in their own name. Nothing of it is stored. */
let state = {phase: "idle"};
let called = null;
let shown = {size: -1, stopped: false};
let index = -1;
const told = new Set();

function become(next) {
  state = next;
  for (const one of told) one(state);
}

/** Be told how the last press stands: {phase: idle | sending | unheard | stopped, at, sentence}. */
export function watchStop(one) {
  told.add(one);
  return () => told.delete(one);
}

export const stopState = () => state;

/** The id of the stop that this page called; null if it called none, or one stood already. */
export const stopCalledHere = () => called;

/** A screen was heard: how large the record was, and whether it says that the work is stopped. */
export function stopHeard({size = -1, stopped}) {
  shown = {size, stopped};
  if (state.phase === "stopped" && tellsIt()) become({phase: "idle"});
}

/** Whether the screen last heard tells of the press itself; the answer may come after it. */
const tellsIt = () => shown.stopped || shown.size > index;

async function press(scope) {
  const answer = await fetch("/api/stop", {
    method: "POST",
    credentials: "same-origin",
    headers: {"content-type": "application/json"},
    body: JSON.stringify(scope ? {scope} : {}),
    signal: AbortSignal.timeout(4_000),
  });
  const said = await answer.json().catch(() => ({}));
  return {answer, said};
}

/** Call a stop. Pressed twice, it is one stop. */
export async function callStop(scope) {
  if (state.phase === "sending" || state.phase === "unheard") return;
  become({phase: "sending"});
  for (let wait = 300; ; wait = Math.min(wait * 2, 4_000)) {
    try {
      const {answer, said} = await press(scope);
      if (answer.ok) {
        if (said.repeat === false) called = said.stop;
        // Where it stood already, its entry is not told: a screen that knows more tells it.
        index = said.answer?.index ?? shown.size;
        become(tellsIt() ? {phase: "idle"} : {phase: "stopped", sentence: (said.says ?? []).join(" ")});
        return;
      }
      become({phase: "unheard", sentence: said.sentence ?? ""});
    } catch {
      become({phase: "unheard", sentence: ""});
    }
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}
