/** Colours and fonts of the page for what is drawn on a canvas. */

/**
 * @typedef {object} Theme
 * @property {boolean} dark
 * @property {string} text
 * @property {string} soft
 * @property {string} line
 * @property {string} paper
 * @property {string} kept
 * @property {string} accent
 * @property {string} band
 * @property {string} attention
 * @property {string} ffn
 * @property {string} font
 * @property {number} rem
 */

const dark = matchMedia('(prefers-color-scheme: dark)');
/** @type {Theme | null} */
let known = null;
/** @type {Set<() => void>} */
const listeners = new Set();

dark.addEventListener('change', () => {
  known = null;
  for (const listener of listeners) listener();
});
addEventListener('resize', () => {
  // The size of letters goes by the width of the window.
  known = null;
});

/** @returns {Theme} */
export function theme() {
  if (known) return known;
  const style = getComputedStyle(document.documentElement);
  const of = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim();
  known = {
    dark: dark.matches,
    text: of('text'),
    soft: of('soft'),
    line: of('line'),
    paper: of('paper'),
    kept: of('kept'),
    accent: of('accent'),
    band: of('band'),
    attention: of('attention'),
    ffn: of('ffn'),
    font: getComputedStyle(document.body).fontFamily,
    rem: parseFloat(style.fontSize),
  };
  return known;
}

/** Be told when the colours change. @param {() => void} listener @returns {() => void} what ends it */
export function onTheme(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A font for a canvas. @param {number} size in rem @param {number} [weight] */
export function font(size, weight = 400) {
  const { rem, font: family } = theme();
  return `${weight} ${(size * rem).toFixed(1)}px ${family}`;
}
