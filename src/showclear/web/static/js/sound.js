/* A stop is heard where a screen stands open: two falling tones, three times, made here.

   A browser lets a page sound only after somebody has touched it. A phone that is locked does
   not ring, whatever a page does: every screen says so, and that people have to shout. */
let context = null;
let sounding = 0;

/** Whether a stop would be heard on this screen now. */
export const isAudible = () => context?.state === "running";

/** Let this screen sound; to be called within a tap or a key press. */
export async function unlock() {
  const Context = window.AudioContext ?? window.webkitAudioContext;
  if (!Context) return false;
  context ??= new Context();
  if (context.state !== "running") await context.resume().catch(() => {});
  return isAudible();
}

function tone(at, hertz, seconds) {
  const wave = context.createOscillator();
  const volume = context.createGain();
  wave.type = "square";
  wave.frequency.value = hertz;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(0.5, at + 0.02);
  volume.gain.setValueAtTime(0.5, at + seconds - 0.04);
  volume.gain.linearRampToValueAtTime(0, at + seconds);
  wave.connect(volume).connect(context.destination);
  wave.start(at);
  wave.stop(at + seconds);
}

/** Sound a stop. Returns whether anybody here can have heard it. */
export function stopSound() {
  if (!isAudible()) return false;
  if (context.currentTime < sounding) return true;
  const start = context.currentTime + 0.05;
  for (let n = 0; n < 3; n += 1) {
    tone(start + n, 880, 0.4);
    tone(start + n + 0.45, 587, 0.45);
  }
  sounding = start + 3;
  return true;
}

addEventListener("pointerdown", unlock, {passive: true});
addEventListener("keydown", unlock);
