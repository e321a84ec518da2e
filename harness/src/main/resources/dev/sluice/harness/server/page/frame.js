/** Work that is done once a frame, however often it is asked for. */

/** @type {Set<() => void>} */
let wanted = new Set();
let handle = 0;

/** Do this in the next frame, once. @param {() => void} work */
export function nextFrame(work) {
  wanted.add(work);
  handle ||= requestAnimationFrame(run);
}

/** @param {() => void} work */
export function cancelFrame(work) {
  wanted.delete(work);
}

function run() {
  handle = 0;
  const now = wanted;
  wanted = new Set();
  for (const work of now) work();
}

const still = matchMedia('(prefers-reduced-motion: reduce)');

/** Whether things may move to their places. */
export function mayMove() {
  return !still.matches;
}
