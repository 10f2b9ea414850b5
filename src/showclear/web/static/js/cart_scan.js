/* What a badge that is scanned at the cart is for: the block in sight that asks for it.

   - A sheet that asks other eyes for one thing: a badge says that. One that asks for several: the
     one that was tapped, and until then none. Nobody's badge says what they did not mean.
   - What is not drawn asks for nothing: while several are picked or people are listed, a badge
     only says who speaks.
   - What asks and lies out of sight is brought into sight, and the badge is scanned again. */
import {asking, picked} from "./cart_chosen.js";
import {html, nothing, redraw} from "./shell.js";

const SAYS = {
  which: "Not written. Several things ask for a badge: tap which it is for, scan again.",
  unseen: "Not written. Look what asks for a badge, then scan again.",
  tap: "A badge is for this",
  next: "Scan now: the next badge is for this",
};

let held = {sheet: null, several: false, block: null};

const asksIn = (sheet) => sheet?.blocks.filter((block) => block.kind === "eyes" && block.own?.length) ?? [];

/** Take in which sheet is drawn, null for none: what was tapped on another is forgotten. */
export function scansOn(sheet) {
  if (held.sheet !== (sheet?.key ?? null)) held = {sheet: sheet?.key ?? null, several: false, block: null};
  // Once it has asked for several it goes on asking which: the same badge, scanned twice, would
  // otherwise say what is left as well.
  held.several ||= asksIn(sheet).length > 1;
}

/** The way to say which block a badge is for; nothing where only one has ever asked. */
export function scanChoice(block) {
  if (!held.several || !block.own?.length) return nothing;
  const meant = held.block === block.key;
  const turn = () => {
    held.block = meant ? null : block.key;
    redraw();
  };
  return html`<button type="button" class="act small" data-key="scan/${block.key}" aria-pressed=${meant} @click=${turn}>${meant ? SAYS.next : SAYS.tap}</button>`;
}

function isInSight(block) {
  const head = document.querySelector(`[data-block="${CSS.escape(block.key)}"] h3`);
  const box = head?.getBoundingClientRect();
  if (!box?.height) return false;
  const there = document.elementFromPoint(box.left + Math.min(box.width, 80) / 2, box.top + box.height / 2);
  return Boolean(there && head.contains(there));
}

/** What a badge scanned now would say: {block}, {says} where it says nothing yet, null where
    nothing asks for one. */
export function meantBy(sheet) {
  if (picked() || asking()) return null;
  const all = asksIn(sheet);
  if (!all.length) return null;
  const block = held.several ? all.find((one) => one.key === held.block) : all[0];
  if (!block) return {says: SAYS.which};
  if (isInSight(block)) return {block};
  document.querySelector(`[data-block="${CSS.escape(block.key)}"]`)?.scrollIntoView({block: "nearest"});
  return {says: SAYS.unseen};
}

/** It was said: the next badge is for nothing until somebody taps what. */
export function scanSaid() {
  held.block = null;
}
