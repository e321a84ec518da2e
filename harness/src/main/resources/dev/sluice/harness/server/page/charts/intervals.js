/** Values with their intervals, one line each, in groups: bars from zero, or points about zero. */
import { box, fit, gridX, tick, ticks } from './axis.js';
import { font, theme } from './theme.js';

/** @import {Drawing} from './picture.js' */

/**
 * @typedef {object} Line
 * @property {string} group a heading is drawn where it changes
 * @property {string} name
 * @property {number} value
 * @property {number} low NaN where there is no interval
 * @property {number} high
 * @property {string} text the value as it is written
 * @property {string} say
 * @property {(dark: boolean) => string} [paint] a colour; the accent by default
 */

/** @implements {Drawing} */
export class Intervals {
  /** @param {() => Line[]} lines @param {{points: boolean, label: () => string}} how */
  constructor(lines, how) {
    this.lines = lines;
    this.points = how.points;
    this.label = how.label;
    /** @type {number[]} where each line lies */
    this.tops = [];
  }

  /** @param {number} width */
  measure(width) {
    const { rem } = theme();
    this.narrow = width < 34 * rem;
    this.line = (this.narrow ? 2.7 : 1.7) * rem;
    let y = 0.2 * rem;
    let group = '';
    this.tops = this.lines().map((line) => {
      if (line.group !== group) y += 2.1 * rem;
      group = line.group;
      y += this.line ?? 0;
      return y - (this.line ?? 0);
    });
    return y;
  }

  /** @param {number} width */
  height(width) {
    return Math.max(4 * theme().rem, this.measure(width) + 2 * theme().rem);
  }

  /** @param {number} width */
  layout(width) {
    const { rem } = theme();
    const side = this.narrow ? 0 : Math.min(16 * rem, width * 0.26);
    const right = width - (this.narrow ? 0.6 * rem : 9 * rem);
    const lines = this.lines();
    const ends = lines.flatMap((l) => [l.value, l.low, l.high]).filter(Number.isFinite);
    let low = Math.min(0, ...ends);
    let high = Math.max(0, ...ends);
    if (low === high) high = low + 1;
    if (!this.points && high <= 1 && high > 0.35) high = 1;
    const pad = this.points ? 0.05 * (high - low) : 0;
    if (low < 0) low -= pad;
    if (high > 0) high += pad;
    const left = side + (this.narrow ? 0.4 : 1) * rem;
    return { left, right, low, high, x: (/** @type {number} */ v) => left + ((v - low) / (high - low)) * (right - left) };
  }

  /** @param {CanvasRenderingContext2D} c @param {number} width @param {number} height @param {number} at */
  draw(c, width, height, at) {
    this.measure(width);
    const { rem, soft, text } = theme();
    const place = this.layout(width);
    gridX(c, { top: 0.2 * rem, bottom: height - 1.7 * rem }, ticks(place.low, place.high, Math.max(2, (place.right - place.left) / (6 * rem))), place.x, tick);
    if (this.points) {
      c.strokeStyle = soft;
      c.beginPath();
      c.moveTo(place.x(0), 0.2 * rem);
      c.lineTo(place.x(0), height - 1.7 * rem);
      c.stroke();
    }
    let group = '';
    this.lines().forEach((line, i) => {
      if (line.group !== group) {
        c.font = font(0.86, 640);
        c.fillStyle = text;
        c.textAlign = 'left';
        c.textBaseline = 'alphabetic';
        c.fillText(fit(c, line.group, width), 0, this.tops[i] - 0.5 * rem);
        group = line.group;
      }
      this.one(c, line, i, place, width, at === i);
    });
  }

  /** @param {CanvasRenderingContext2D} c @param {Line} line @param {number} i @param {ReturnType<Intervals['layout']>} place @param {number} width @param {boolean} marked */
  one(c, line, i, place, width, marked) {
    const t = theme();
    const h = (this.narrow ? 1.2 : 1.15) * t.rem;
    const y = this.tops[i] + (this.narrow ? 1.35 : 0.25) * t.rem;
    const mid = y + h / 2;
    this.words(c, line, this.narrow ? this.tops[i] + 0.75 * t.rem : mid, place, width, marked);
    if (!Number.isFinite(line.value)) return;
    c.fillStyle = line.paint ? line.paint(t.dark) : t.accent;
    if (this.points) {
      c.beginPath();
      c.arc(place.x(line.value), mid, 0.32 * t.rem, 0, 7);
      c.fill();
    } else {
      const from = place.x(Math.max(0, place.low));
      box(c, Math.min(from, place.x(line.value)), y, Math.abs(place.x(line.value) - from), h, 2);
      c.fill();
    }
    if (!Number.isFinite(line.low)) return;
    c.strokeStyle = this.points ? c.fillStyle : t.text;
    c.lineWidth = 2;
    c.beginPath();
    c.moveTo(place.x(line.low), mid);
    c.lineTo(place.x(line.high), mid);
    for (const end of [line.low, line.high]) {
      c.moveTo(place.x(end), mid - 0.25 * t.rem);
      c.lineTo(place.x(end), mid + 0.25 * t.rem);
    }
    c.stroke();
  }

  /** @param {CanvasRenderingContext2D} c @param {Line} line @param {number} y @param {{left: number}} place @param {number} width @param {boolean} marked */
  words(c, line, y, place, width, marked) {
    const t = theme();
    c.textBaseline = 'middle';
    c.font = font(0.82, marked ? 640 : 400);
    c.fillStyle = t.text;
    c.textAlign = 'right';
    c.fillText(line.text, width, y);
    const room = this.narrow ? width - c.measureText(line.text).width - t.rem : place.left - t.rem;
    c.fillStyle = marked ? t.text : t.soft;
    c.textAlign = 'left';
    c.fillText(fit(c, line.name, room), 0, y);
  }

  /** @param {number} _x @param {number} y */
  hit(_x, y) {
    return this.tops.findIndex((top) => y >= top && y < top + (this.line ?? 0));
  }

  /** @param {number} at @param {string} key */
  step(at, key) {
    const last = this.tops.length - 1;
    if (key === 'Home' || (at < 0 && key !== 'End')) return Math.min(0, last);
    if (key === 'End') return last;
    return key === 'ArrowUp' || key === 'ArrowLeft' ? Math.max(0, at - 1) : Math.min(last, at + 1);
  }

  /** @param {number} at */
  say(at) {
    return this.lines()[at]?.say ?? '';
  }
}
