/* The page /stop: one button, one press, by anybody, from any phone, also on plain http.

   - No login, no reason, no name, no question. What the set is doing stands below it, live.
   - Until the server has answered it says that nobody has heard it; then since when it stands.
   - It says plainly what no page can do: make a locked phone ring. */
import {callStop, html, icon, nothing, screen, silentNotice, soundNote, stopSound, themeButton} from "./shell.js";

const SAYS = {
  stop: "STOP",
  note: "One press. No name, no reason. Every open screen says STOPPED, and nothing is clear until two people restart it.",
  sending: "Stopping",
  shout: "Shout it now. This press has not been heard yet; it is being sent again.",
  stopped: "STOPPED",
  since: (time) => (time ? `Since ${time.replace("since ", "")}, no name given.` : "No name given."),
  aloud: "A locked phone will not ring: say it aloud.",
  restart: "Two people restart it on the floor, one of them not in the stopped act.",
  set: "The set is",
  unknown: "Not heard from the server yet",
  was: "Was, when last heard",
  board: "See the board",
};

const isStopped = (view) => view?.set?.state === "stopped";

function button(stopping, stopped) {
  // Pressed again it is the same stop: nothing asks for it, and nothing keeps anybody from it.
  const word = {sending: SAYS.sending, unheard: SAYS.sending}[stopping.phase] ?? SAYS.stop;
  return html`<button type="button" class="act stop the-stop ${stopped ? "pressed" : ""}" data-key="stop" @click=${() => callStop()}>
    ${icon("stopped")}<span>${word}</span></button>`;
}

function how(view, {stopping, stale}) {
  if (stopping.phase === "unheard") {
    return html`<section class="told unheard" role="alert"><h1 class="set-word">${SAYS.shout}</h1><p>${stopping.sentence ?? ""}</p></section>`;
  }
  if (isStopped(view) || stopping.phase === "stopped") {
    return html`<section class="told" role="status">
      <h1>${icon("stopped")}${SAYS.stopped}</h1>
      <p class="strong">${SAYS.since(isStopped(view) ? view.set.since : "")}</p>
      <p>${SAYS.aloud}</p>${silentNotice()}<p class="note">${SAYS.restart}</p></section>`;
  }
  if (!view) return html`<section class="told"><h1 class="set-word">${SAYS.unknown}</h1></section>`;
  return html`<section class="told"><p class="note">${stale ? SAYS.was : SAYS.set}</p>
    <h1 class="set-word">${icon(view.set.state)}${view.set.word}</h1>
    <p class="note">${[view.set.since, view.set.note].filter(Boolean).join(" · ")}</p></section>`;
}

function draw(view, context) {
  const stopped = isStopped(view) || context.stopping.phase === "stopped";
  return html`<div class="stop-page ${stopped ? "is-stopped" : ""}">
    ${button(context.stopping, stopped)}
    <p class="note promise">${stopped ? nothing : SAYS.note}</p>
    ${how(view, context)}
    <footer><a class="act small" href="/board">${SAYS.board}</a>${themeButton()}${stopped ? nothing : soundNote()}</footer>
  </div>`;
}

screen("board", draw, {
  onView(view, before) {
    if (isStopped(view) && before && !isStopped(before)) stopSound();
  },
});
