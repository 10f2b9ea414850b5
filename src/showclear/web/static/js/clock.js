/* What time is it? The server's, whatever this device thinks; in the production's zone.

   - Learnt from the beats of the stream. A beat is late by its way here and never early, so of
     the last few the one that was least late counts.
   - On a stale screen there is no time: a clock that runs there would lie. */

const KEPT = 8;
let heard = [];
let ahead = 0;
let minutesEast = null;
let zone;
let stale = false;

/** Take in a time as the server sent it, such as 2026-03-04T11:31:02.5-07:00. */
export function learn(text) {
  const at = Date.parse(text);
  if (Number.isNaN(at)) return;
  const difference = at - Date.now();
  if (heard.length && Math.abs(difference - ahead) > 10_000) heard = [];
  heard = [...heard, difference].slice(-KEPT);
  ahead = Math.max(...heard);
  const offset = /([+-])(\d\d):(\d\d)$/.exec(text);
  // Beats come in UTC: an offset of nothing says nothing of the set's own zone.
  if (offset && text.slice(-5) !== "00:00") minutesEast = east(offset);
}

function east([, sign, hours, minutes]) {
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/** Take in the production's zone: a name such as America/Denver, or an offset such as -07:00. */
export function useZone(name) {
  const offset = /^(?:UTC)?([+-])(\d\d):(\d\d)$/.exec(name ?? "");
  if (offset) {
    minutesEast = east(offset);
    zone = undefined;
  } else if (name) {
    try {
      new Intl.DateTimeFormat("en-GB", {timeZone: name});
      zone = name;
    } catch {
      /* A name that this browser does not know: the offset of what the server sends has to do. */
    }
  }
}

export function setStale(is) {
  stale = is;
}

/** Whether this screen has heard nothing for too long to say how things stand. */
export function isStale() {
  return stale;
}

/** The server's time. */
export function now() {
  return new Date(Date.now() + ahead);
}

function eastOf(at) {
  if (!zone) return minutesEast ?? -at.getTimezoneOffset();
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric",
    hour: "numeric", minute: "numeric", second: "numeric",
  }).formatToParts(at);
  const of = (type) => Number(parts.find((part) => part.type === type).value);
  const local = Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second"));
  return Math.round((local - Math.floor(at.getTime() / 1000) * 1000) / 60_000);
}

const two = (number) => String(number).padStart(2, "0");

/** A moment as statements carry it: with its offset from UTC. */
export function stamp(at = now()) {
  const east = eastOf(at);
  const local = new Date(at.getTime() + east * 60_000).toISOString().slice(0, -1);
  return `${local}${east < 0 ? "-" : "+"}${two(Math.floor(Math.abs(east) / 60))}:${two(Math.abs(east) % 60)}`;
}

/** Hours and minutes of a moment, in the production's zone; of a text or a Date. */
export function hm(at, {seconds = false} = {}) {
  const moment = at instanceof Date ? at : new Date(at);
  if (Number.isNaN(moment.getTime())) return "";
  const local = new Date(moment.getTime() + eastOf(moment) * 60_000).toISOString();
  return local.slice(11, seconds ? 19 : 16);
}

/** What the clock on the screen shows now. */
export function clockText() {
  return stale || !heard.length ? "--:--" : hm(now());
}
