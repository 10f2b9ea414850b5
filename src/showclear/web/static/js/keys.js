/* This device's key: made here, never shown to anybody, signs what is said here.

   trouble()            -> "" or why this browser can keep no key (a word of TROUBLES' keys)
   load()               -> {kid, x, device, kind, person} or null: the key of this browser, enrolled
   make()               -> {kid, x}: a new key, not enrolled yet; x is what the server enrols
   enrolled(device)     -> keep the new key as this browser's, for {id, kind, person}
   sign(payload)        -> compact JWS of the payload's bytes (docs/formats/ledger.md)
   newIsIn()            -> the device, if the new key was enrolled though its answer was lost
   comeIn()             -> true if a session was opened with the key; call it on 401 `not-enrolled`
   forget()             -> the key is gone, for ever

   - The private key is non-extractable: scripts may use it and cannot read it.
   - It lies in IndexedDB, for this origin alone: a practice has another one.
   - Nothing here draws anything. */

const NAME = "showclear-key";
const STORE = "keys";
const NOW = "device";
const NEW = "new";
const BEFORE = "showclear-session/1\n";

const asBytes = (text) => new TextEncoder().encode(text);

/** base64url without padding. */
function base64url(bytes) {
  let letters = "";
  for (const byte of new Uint8Array(bytes)) letters += String.fromCharCode(byte);
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function wanted(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

let base = null;

async function store(mode) {
  if (!base) {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    base = await wanted(request);
    base.onclose = () => (base = null);
    base.onversionchange = () => (base?.close(), (base = null));
  }
  return base.transaction(STORE, mode).objectStore(STORE);
}

/** Done only when it is on the disk, as far as a browser promises that. */
async function put(entries) {
  const found = await store("readwrite");
  for (const [key, value] of entries) {
    if (value === null) found.delete(key);
    else found.put(value, key);
  }
  await new Promise((resolve, reject) => {
    found.transaction.oncomplete = resolve;
    found.transaction.onerror = () => reject(found.transaction.error);
    found.transaction.onabort = () => reject(found.transaction.error);
  });
}

async function get(key) {
  return (await wanted((await store("readonly")).get(key))) ?? null;
}

/** The name of a public key: base64url of its JWK's SHA-256 (RFC 7638, RFC 8037). */
async function thumbprint(x) {
  const canonical = JSON.stringify({crv: "Ed25519", kty: "OKP", x});
  return base64url(await crypto.subtle.digest("SHA-256", asBytes(canonical)));
}

/** Why this browser can keep no key; empty if it can. */
export async function trouble() {
  if (!globalThis.isSecureContext || !globalThis.crypto?.subtle) return "no-https";
  try {
    const pair = await crypto.subtle.generateKey({name: "Ed25519"}, false, ["sign", "verify"]);
    await put([["trial", pair.privateKey]]);
    const kept = await get("trial");
    await put([["trial", null]]);
    if (!kept) return "no-store";
    await crypto.subtle.sign({name: "Ed25519"}, kept, asBytes("trial"));
  } catch (error) {
    return error?.name === "NotSupportedError" || error?.name === "SyntaxError" ? "no-ed25519" : "no-store";
  }
  return "";
}

/** Make a key. It is this browser's only once it is enrolled. */
export async function make() {
  const pair = await crypto.subtle.generateKey({name: "Ed25519"}, false, ["sign", "verify"]);
  const x = base64url(await crypto.subtle.exportKey("raw", pair.publicKey));
  const kid = await thumbprint(x);
  await put([[NEW, {kid, x, privateKey: pair.privateKey}]]);
  return {kid, x};
}

/** The server has enrolled the new key: it takes the place of one that was here before. */
export async function enrolled({id, kind, person}) {
  const found = await get(NEW);
  if (!found) throw new Error("no new key");
  await put([[NOW, {...found, device: id, kind, person}], [NEW, null]]);
  current = null;
  // Asked for, not promised: a browser that is short of room may still throw it away.
  await navigator.storage?.persist?.().catch(() => false);
}

let current = null;

async function mine() {
  current ??= get(NOW);
  const found = await current;
  if (!found) current = null;
  return found;
}

/** The key of this browser without its secret; null if it has none. */
export async function load() {
  try {
    const found = await mine();
    if (!found) return null;
    const {privateKey, ...rest} = found;
    return rest;
  } catch {
    return null;
  }
}

async function signature(privateKey, text) {
  return base64url(await crypto.subtle.sign({name: "Ed25519"}, privateKey, asBytes(text)));
}

/** Sign the bytes of a payload as a statement. */
export async function sign(payload) {
  const found = await mine();
  if (!found) throw new Error("this device has no key");
  const header = JSON.stringify({alg: "Ed25519", kid: found.kid, typ: "showclear+jws"});
  const input = `${base64url(asBytes(header))}.${base64url(asBytes(payload))}`;
  return `${input}.${await signature(found.privateKey, input)}`;
}

async function post(path, body) {
  return fetch(path, {
    method: "POST",
    credentials: "same-origin",
    headers: {"content-type": "application/json"},
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(8_000),
  });
}

let coming = null;

/** Open a session with this browser's key. True if the server let it in; asked once at a time. */
export function comeIn() {
  coming ??= enter().finally(() => (coming = null));
  return coming;
}

async function enter() {
  try {
    const found = await mine();
    return found ? (await shown(found)) !== null : false;
  } catch {
    return false;
  }
}

/** Show the server that this key is here. Returns the device it is enrolled as, or null. */
async function shown({kid, privateKey}) {
  const asked = await post("/api/sessions/challenge", {kid});
  if (!asked.ok) return null;
  const {challenge} = await asked.json();
  const signed = await signature(privateKey, BEFORE + challenge);
  const opened = await post("/api/sessions", {kid, challenge, signature: signed});
  return opened.ok ? (await opened.json()).device : null;
}

/** The answer to an enrolment was lost: whether the new key is in all the same. */
export async function newIsIn() {
  try {
    const found = await get(NEW);
    const device = found ? await shown(found) : null;
    if (device) await enrolled(device);
    return device;
  } catch {
    return null;
  }
}

/** Throw the key away. What it signed stays on record. */
export async function forget() {
  current = null;
  await put([[NOW, null], [NEW, null]]);
}
