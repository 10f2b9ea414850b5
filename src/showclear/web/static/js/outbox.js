/* What was said on this device and is not on record yet.

   - Kept in the order in which it was said, through a reload and a flat battery.
   - Sent again with the same ids, so a repeat changes nothing.
   - It stays on the screen until the record has answered for each of it.
   - What the record will not take is kept too, with what it said, until a person puts it away. */

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
  if (base || !keeps) return base;
  try {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, {keyPath: "seq", autoIncrement: true});
    base = await wanted(request);
  } catch {
    // A private window may keep nothing: then it is kept as long as the page stands, and said so.
    keeps = false;
  }
  return base;
}

async function store(mode) {
  const found = await opened();
  return found ? found.transaction(STORE, mode).objectStore(STORE) : null;
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
    const found = await store("readonly");
    const left = found ? await wanted(found.getAll()) : [];
    kept = left.map((one) => (one.phase === "sending" ? {...one, phase: "waiting"} : one));
    tell();
  })();
  return restored;
}

/** Keep one act: {says, at, plain, signed, phase}. Returns it with its place in the order. */
export async function keep(act) {
  await restore();
  const found = await store("readwrite");
  const entry = {...act};
  entry.seq = found ? await wanted(found.add(entry)) : Date.now() + kept.length / 1000;
  kept = [...kept, entry];
  tell();
  return entry;
}

/** Change one act in its place. */
export async function change(entry, changes) {
  const next = {...entry, ...changes};
  kept = kept.map((one) => (one.seq === entry.seq ? next : one));
  const found = await store("readwrite");
  if (found) await wanted(found.put(next));
  tell();
  return next;
}

/** It is on record, or a person put it away. */
export async function drop(entry) {
  kept = kept.filter((one) => one.seq !== entry.seq);
  const found = await store("readwrite");
  if (found) await wanted(found.delete(entry.seq));
  tell();
}
