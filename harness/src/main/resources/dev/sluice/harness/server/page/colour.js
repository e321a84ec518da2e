/** Viridis (van der Walt and Smith, 2015): people with any colour vision can order it. */

const ANCHORS = [0x440154, 0x472d7b, 0x3b528b, 0x2c728e, 0x21918c, 0x28ae80, 0x5ec962, 0xaddc30, 0xfde725];
const SIZE = 256;

/** @type {Uint8Array} red, green and blue of each level */
const LEVELS = new Uint8Array(3 * SIZE);
for (let level = 0; level < SIZE; level++) {
  const place = (level / (SIZE - 1)) * (ANCHORS.length - 1);
  const index = Math.min(Math.floor(place), ANCHORS.length - 2);
  for (let channel = 0; channel < 3; channel++) {
    const shift = 16 - 8 * channel;
    const a = (ANCHORS[index] >> shift) & 0xff;
    const b = (ANCHORS[index + 1] >> shift) & 0xff;
    LEVELS[3 * level + channel] = Math.round(a + (place - index) * (b - a));
  }
}

/** The place of a level in `LEVELS`; on a dark page the scale is turned round, so that 0 stands out on both. @param {number} share @param {boolean} dark */
function place(share, dark) {
  const level = Math.round(Math.min(1, Math.max(0, share)) * (SIZE - 1));
  return 3 * (dark ? SIZE - 1 - level : level);
}

/** @param {number} share from 0, what goes first or costs least, to 1 @param {boolean} dark @returns {[number, number, number]} */
export function rgb(share, dark) {
  const at = place(share, dark);
  return [LEVELS[at], LEVELS[at + 1], LEVELS[at + 2]];
}

/** @param {number} share @param {boolean} dark */
export function colour(share, dark) {
  return `rgb(${rgb(share, dark).join(' ')})`;
}

/** Black or white, whichever is read better on a colour. @param {number} share @param {boolean} dark */
export function ink(share, dark) {
  const [r, g, b] = rgb(share, dark).map(linear);
  const luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.0563 ? '#ffffff' : '#10131a';
}

/** @param {number} channel */
function linear(channel) {
  const c = channel / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
}

/**
 * Shares of values between bounds, on a logarithmic scale where all are above zero.
 *
 * @param {number} low
 * @param {number} high
 * @returns {(value: number) => number}
 */
export function scale(low, high) {
  if (!(high > low)) return () => 0;
  if (low > 0) {
    const span = Math.log(high / low);
    return (value) => Math.log(Math.max(value, low) / low) / span;
  }
  return (value) => (value - low) / (high - low);
}
