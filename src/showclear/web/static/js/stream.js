/* What the server shows of one screen, as it changes.

   - `view` is the whole screen, `beat` says that the server is there and what time it is.
   - Five seconds of nothing, and the screen is not current: it says so and keeps trying.
   - A phone that slept wakes up stale, not with what was so an hour ago.
   - It opens the stream again by itself, later each time, at once when the network comes back. */
import {learn} from "./clock.js";

const STALE_AFTER = 5_000;
const WAITS = [300, 1_000, 2_000, 4_000, 8_000];

/** Listen to one screen's stream.
    `view(data)`, `beat()`, `link({stale, heard})` every second, `refused({sentence, next})`. */
export function listen(name, {view, beat, link, refused}) {
  let source = null;
  const began = Date.now();
  let heard = 0;
  let tries = 0;
  let waiting = 0;

  const hear = () => {
    heard = Date.now();
    tries = 0;
    refused?.(null);
  };

  const open = () => {
    clearTimeout(waiting);
    source?.close();
    source = new EventSource(`/api/stream/${name}`);
    source.addEventListener("view", (event) => {
      hear();
      const data = JSON.parse(event.data);
      if (data.now) learn(data.now);
      view(data);
      report();
    });
    source.addEventListener("beat", (event) => {
      hear();
      learn(JSON.parse(event.data).now);
      beat?.();
      report();
    });
    source.onerror = () => {
      source.close();
      ask();
      later();
    };
  };

  const later = () => {
    clearTimeout(waiting);
    const wait = WAITS[Math.min(tries, WAITS.length - 1)];
    tries += 1;
    // Not all at once: a hundred phones come back when one server does.
    waiting = setTimeout(open, wait * (0.75 + Math.random() / 2));
  };

  // A stream that is refused does not say why; the same view, asked for once, does.
  const ask = async () => {
    try {
      const answer = await fetch(`/api/view/${name}`, {credentials: "same-origin"});
      if (answer.status !== 401 && answer.status !== 403) return;
      const why = await answer.json();
      // A session that ended is opened again with this device's key, without asking anybody.
      const {comeIn} = await import("./keys.js");
      if (await comeIn()) {
        const {askMe} = await import("./said.js");
        askMe();
        refused?.(null);
        open();
      } else {
        refused?.(why);
      }
    } catch {
      /* No network: that is what stale says already. */
    }
  };

  const isStale = () => Date.now() - (heard || began) > STALE_AFTER;
  const report = () => link({stale: isStale(), heard: heard || null});
  const again = () => {
    if (isStale()) {
      tries = 0;
      open();
    }
    report();
  };

  setInterval(() => {
    // A line that is dead without knowing it never tells: after two silences it is opened anew.
    if (heard && Date.now() - heard > 2 * STALE_AFTER && source?.readyState === EventSource.OPEN) open();
    report();
  }, 1_000);
  addEventListener("online", again);
  addEventListener("offline", report);
  document.addEventListener("visibilitychange", () => document.hidden || again());
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", (event) => event.persisted && open());
  open();
}
