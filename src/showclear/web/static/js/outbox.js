/* What was said on this device and is not on record yet.

   - Kept in the order in which it was said, through a reload and a flat battery.
   - Sent again with the same ids, so a repeat changes nothing.
   - It stays on the screen until the record has answered for each of it.
   - What the record will not take is kept too, with what it said, until a person puts it away.
   - A browser that keeps nothing, or has no room, loses none of it while its page stands open;
     the screen says that it has to. */

const NAME = "showclear-outbox";
const STORE = "acts";
let base = null;
let kept = [];
let keeps = true;
const told = new Set();

function wanted(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function opened() {
  if (base) return base;
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE, {keyPath: "seq", autoIncrement: true});
  base = await wanted(request);
  // A browser may close it, to clear storage: the next act opens it again.
  base.onclose = () => (base = null);
  base.onversionchange = () => (base?.close(), (base = null));
  return base;
}

/** Do something with what is stored; undefined where this browser does not let us. */
async function stored(mode, work) {
  try {
    const acts = (await opened()).transaction(STORE, mode);
    const done = new Promise((resolve, reject) => {
      acts.oncomplete = resolve;
      acts.onerror = acts.onabort = () => reject(acts.error);
    });
    const [found] = await Promise.all([wanted(work(acts.objectStore(STORE))), done]);
    if (mode === "readwrite") keeps = true;
    return found;
  } catch {
    keeps = false;
    return undefined;
  }
}

function tell() {
  for (const one of told) one(kept);
}

/** Be told of every change, and now. Returns how to stop. */
export function watch(one) {
  told.add(one);
  one(kept);
  return () => told.delete(one);
}

/** Whether it would survive a reload. */
export const isKept = () => keeps;

/** Everything not on record yet, oldest first. */
export const waiting = () => kept;

let restored = null;

/** Read what an earlier page left, once. What was being sent then waits again. */
export function restore() {
  restored ??= (async () => {
    const left = (await stored("readonly", (acts) => acts.getAll())) ?? [];
    kept = left.map((one) => (one.phase === "sending" ? {...one, phase: "waiting"} : one));
    tell();
  })();
  return restored;
}

/** Keep one act: {says, at, plain, signed, phase}. Returns it with its place in the order. */
export async function keep(act) {
  await restore();
  const entry = {...act};
  const seq = await stored("readwrite", (acts) => acts.add(entry));
  // Without a store the place in the order is a time, behind everything that has been stored.
  entry.seq = seq ?? Date.now() + kept.length / 1000;
  entry.stored = seq !== undefined;
  kept = [...kept, entry];
  tell();
  return entry;
}

/** Whether another page of this device has already seen to it: sent it, or put it away. */
export async function isGone(entry) {
  if (!entry.stored && entry.stored !== undefined) return false;
  const keys = await stored("readonly", (acts) => acts.getAllKeys());
  return keys !== undefined && !keys.includes(entry.seq);
}

/** Change one act in its place. */
export async function change(entry, changes) {
  const next = {...entry, ...changes};
  kept = kept.map((one) => (one.seq === entry.seq ? next : one));
  if (next.stored !== false) await stored("readwrite", (acts) => acts.put(next));
  tell();
  return next;
}

/** It is on record, or a person put it away. */
export async function drop(entry) {
  kept = kept.filter((one) => one.seq !== entry.seq);
  if (entry.stored !== false) await stored("readwrite", (acts) => acts.delete(entry.seq));
  tell();
}
