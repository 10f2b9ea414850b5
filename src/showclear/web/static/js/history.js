/* History: everything that the record holds of one weapon, lot, person, thing or act.

   - The page is of one moment and says of which; "Look again" makes it of now.
   - What is looked for stands in the address, so that a line can be passed on. */
import {html, nothing, icon, repeat, redraw, screen, stateWord, themeButton, useView} from "./shell.js";
import {learn} from "./clock.js";

const SAYS = {
  title: "History",
  search: "A serial number, a name, a label",
  find: "Find",
  all: "All there is",
  back: "Look for something else",
  again: "Look again",
  print: "Print",
  asOf: (at) => `As it stood at ${at}`,
  nothingFound: (wanted) => `Nothing on the record is called “${wanted}”, or has it in its serial number.`,
  more: (count) => `and ${count} more: write a few letters of it`,
  older: "Older lines",
  receipt: "Receipt",
  receiptOf: (line) => `Receipt of line ${line.index}: ${line.says}`,
  line: (index) => `Line ${index}.`,
  untimed: "no time",
  noLines: "The record holds no line about it.",
  loading: "Reading the record.",
  failed: "The record could not be read from here.",
  newestFirst: "Newest first, in the order in which the record learnt it.",
};

let shown = null;
let fault = null;
let asked = 0;

const wanted = () => new URLSearchParams(location.search);

async function look({older = false} = {}) {
  const mine = ++asked;
  const ask = wanted();
  if (older) ask.set("before", shown.before);
  try {
    const answer = await fetch(`/api/history?${ask}`, {credentials: "same-origin"});
    const told = await answer.json();
    if (mine !== asked) return;
    fault = answer.ok ? null : told;
    if (answer.ok) {
      learn(told.now);
      useView(told);
      shown = older ? {...told, lines: [...shown.lines, ...told.lines]} : told;
    }
  } catch {
    if (mine === asked) fault = {sentence: SAYS.failed, next: SAYS.again};
  }
  document.title = [shown?.subject?.label, SAYS.title, shown?.title, "Showclear"].filter(Boolean).join(" · ");
  redraw();
}

function go(to) {
  history.pushState(null, "", to);
  [shown, fault] = [null, null];
  scrollTo(0, 0);
  look();
  redraw();
}

function follow(event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  go(event.currentTarget.getAttribute("href"));
}

function find(event) {
  event.preventDefault();
  go(`/history?${new URLSearchParams({search: new FormData(event.target).get("search")})}`);
}

// --- drawing ------------------------------------------------------------------------------------

function top() {
  return html`<header class="top">
    <h1>${shown?.subject?.label ?? SAYS.title}</h1>
    <p class="acts no-print">
      <button type="button" class="act small" data-key="again" @click=${() => look()}>${SAYS.again}</button>
      <button type="button" class="act small" data-key="print" @click=${() => print()}>${icon("paper")}<span>${SAYS.print}</span></button>
      ${themeButton()}
    </p>
  </header>`;
}

function search() {
  return html`<form class="search no-print" role="search" @submit=${find}>
    <label for="search">${SAYS.search}</label>
    <input id="search" name="search" type="search" autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="100" value=${wanted().get("search") ?? ""}>
    <button class="act main" data-key="find">${SAYS.find}</button>
  </form>`;
}

function groups() {
  const letters = wanted().get("search");
  return html`${search()}
    ${letters ? html`<p><a class="back" href="/history" @click=${follow}>${SAYS.all}</a></p>` : nothing}
    ${shown.groups.length ? nothing : html`<p>${SAYS.nothingFound(shown.wanted)}</p>`}
    <div class="groups">${shown.groups.map(
      (group) => html`<section aria-label=${group.says}><h2>${group.says}</h2>
        <ul>${group.subjects.map(
          (one) => html`<li><a href="/history?subject=${encodeURIComponent(one.id)}" @click=${follow}>${one.label}
            <span class="note">${one.note}</span></a></li>`,
        )}</ul></section>`,
    )}</div>
    ${shown.more ? html`<p>${SAYS.more(shown.more)}</p>` : nothing}`;
}

function line(one) {
  const print = [[one.who, one.how].filter(Boolean).join(", "), ...(one.eyes ?? [])].join(". ");
  return html`<li class="line" id="line-${one.index}">
    <time datetime=${one.instant ?? nothing}>${one.at || SAYS.untimed}</time>
    <p class="says">${one.says}</p>
    <a class="receipt" href=${one.receipt} download aria-label=${SAYS.receiptOf(one)}>${SAYS.receipt}</a>
    <div class="small-print">
      ${one.then ? html`<p class="then">${stateWord(one.then.answer === "clear" ? "clear" : "todo", one.then.says)}</p>` : nothing}
      <p class="note">${print}. ${one.exactly ? html`<span class="late">${one.exactly}</span>. ` : nothing}${one.known
        ? html`<span class="late">${one.known}</span>. `
        : nothing}${(one.stands ?? []).map((each) => html`<span class="late">${each}</span>. `)}${SAYS.line(one.index)}</p>
    </div>
  </li>`;
}

function days(lines) {
  const out = [];
  for (const one of lines) {
    const last = out.at(-1);
    if (last && last.day === one.day) last.lines.push(one);
    else out.push({day: one.day, lines: [one]});
  }
  return out;
}

function subject() {
  const {subject: of, lines} = shown;
  return html`<p class="no-print"><a class="back" href="/history" @click=${follow}>${SAYS.back}</a></p>
    <p class="facts">${of.facts.map((fact) => html`<span>${fact}</span>`)}</p>
    <p class="note">${shown.says}. ${SAYS.newestFirst} ${SAYS.asOf(shown.at)}.${of.limit ? html`<br>${of.limit}` : nothing}</p>
    ${lines.length ? nothing : html`<p>${SAYS.noLines}</p>`}
    ${days(lines).map(
      (day) => html`<section aria-label=${day.day || SAYS.untimed}><h2 class="day">${day.day || SAYS.untimed}</h2>
        <ol class="lines">${repeat(day.lines, (one) => one.index, line)}</ol></section>`,
    )}
    ${shown.before
      ? html`<button type="button" class="act more" data-key="older" @click=${() => look({older: true})}>${SAYS.older}</button>`
      : nothing}`;
}

function draw() {
  return html`${top()}
    <main class="record" aria-live="polite">
      ${fault ? html`<section class="shell-stale"><p class="state stale">${icon("stale")}${fault.sentence}</p><p>${fault.next ?? ""}</p></section>` : nothing}
      ${shown ? (shown.subject ? subject() : groups()) : fault ? nothing : html`<p>${SAYS.loading}</p>`}
    </main>`;
}

addEventListener("popstate", () => {
  shown = null;
  look();
});
screen("history", draw, {stream: false});
look();
