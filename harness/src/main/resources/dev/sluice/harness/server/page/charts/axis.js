/** Scales and ticks of plots on a canvas. */
import { font, theme } from './theme.js';

/** Round numbers that cover a range. @param {number} low @param {number} high @param {number} wanted @returns {number[]} */
export function ticks(low, high, wanted) {
  if (!(high > low)) return [low];
  const rough = (high - low) / Math.max(1, wanted);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= rough) ?? 10 * power;
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) found.push(Number((i * step).toPrecision(12)));
  return found;
}

/** Powers of ten in a range, with 2 and 5 where there are few. @param {number} low @param {number} high @returns {number[]} */
export function logTicks(low, high) {
  const found = [];
  const decades = Math.log10(high / low);
  const parts = decades < 1.5 ? [1, 2, 5] : [1];
  for (let e = Math.floor(Math.log10(low)); e <= Math.ceil(Math.log10(high)); e++) {
    for (const part of parts) {
      const value = Number((part * 10 ** e).toPrecision(12));
      if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)) found.push(value);
    }
  }
  const every = Math.ceil(found.length / 8);
  return found.filter((_, i) => i % every === 0);
}

/** The few digits of a tick. @param {number} value */
export function tick(value) {
  if (value === 0) return '0';
  const size = Math.abs(value);
  return size < 1e-3 || size >= 1e5 ? value.toExponential().replace('e+', 'e') : String(Number(value.toPrecision(4)));
}

/**
 * Grid lines across with their numbers on the left.
 *
 * @param {CanvasRenderingContext2D} c
 * @param {{left: number, right: number}} box
 * @param {number[]} values
 * @param {(value: number) => number} y
 * @param {(value: number) => string} [text]
 */
export function gridY(c, box, values, y, text = tick) {
  const t = theme();
  c.font = font(0.74);
  c.textAlign = 'right';
  c.textBaseline = 'middle';
  c.lineWidth = 1;
  for (const value of values) {
    const at = Math.round(y(value)) + 0.5;
    c.strokeStyle = t.line;
    c.beginPath();
    c.moveTo(box.left, at);
    c.lineTo(box.right, at);
    c.stroke();
    c.fillStyle = t.soft;
    c.fillText(text(value), box.left - 0.5 * t.rem, at);
  }
}

/**
 * Grid lines down with their numbers below.
 *
 * @param {CanvasRenderingContext2D} c
 * @param {{top: number, bottom: number}} box
 * @param {number[]} values
 * @param {(value: number) => number} x
 * @param {(value: number) => string} [text]
 */
export function gridX(c, box, values, x, text = tick) {
  const t = theme();
  c.font = font(0.74);
  c.textAlign = 'center';
  c.textBaseline = 'top';
  c.lineWidth = 1;
  for (const value of values) {
    const at = Math.round(x(value)) + 0.5;
    c.strokeStyle = t.line;
    c.beginPath();
    c.moveTo(at, box.top);
    c.lineTo(at, box.bottom);
    c.stroke();
    c.fillStyle = t.soft;
    c.fillText(text(value), at, box.bottom + 0.35 * t.rem);
  }
}

/** A box with round corners. @param {CanvasRenderingContext2D} c @param {number} x @param {number} y @param {number} w @param {number} h @param {number} radius */
export function box(c, x, y, w, h, radius) {
  c.beginPath();
  c.roundRect(x, y, Math.max(0, w), Math.max(0, h), Math.min(radius, w / 2, h / 2));
}

/** A text cut to a width, with an ellipsis. @param {CanvasRenderingContext2D} c @param {string} text @param {number} width */
export function fit(c, text, width) {
  if (c.measureText(text).width <= width) return text;
  let length = text.length;
  while (length > 1 && c.measureText(`${text.slice(0, length)}…`).width > width) length--;
  return `${text.slice(0, length)}…`;
}
