/* One press stops the work: no login, no reason, no "are you sure".

   - Unsigned, so that it works on any phone and on plain http.
   - Until the server has answered, the screen says that nobody has heard it yet, and to shout.
   - No name is written, also where this device knows whose it is: that is what Stop promises.
     This page remembers, until it is closed, which stop it called; so whoever pressed by mistake
     may say so here, and then in their own name. Nothing of it is stored. */
let state = {phase: "idle"};
let called = null;
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

/** The restart, or a page that shows the stop itself, ends what this button tells. */
export function stopShown() {
  if (state.phase === "stopped") become({phase: "idle"});
}

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
        become({phase: "stopped", sentence: (said.says ?? []).join(" ")});
        return;
      }
      become({phase: "unheard", sentence: said.sentence ?? ""});
    } catch {
      become({phase: "unheard", sentence: ""});
    }
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}
