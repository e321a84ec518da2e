/** Candidates as bars, best on the left, that move to their places. */
import { mayMove } from '../frame.js';
import { candidate, scoreWithError } from '../format.js';
import { gridY, logTicks, ticks } from './axis.js';
import { font, theme } from './theme.js';

/** @import {Drawing} from './picture.js' */

/**
 * @typedef {import('../state/sweep.js').Found} Found
 * @typedef {{ x: number, y: number }} At where a bar is drawn: its place in the order, its value
 */

/** Bars wait this long before they change places again, so that near ties do not dance. */
const REORDER_MILLIS = 900;
const EASE_MILLIS = 140;
/** Bars that are so many times as high as the middle one are cut off. */
const FAR = 4;

/** @implements {Drawing} */
export class CandidateBars {
  /** @param {() => {step: number, found: Found[], lower: boolean}} source @param {() => string} label */
  constructor(source, label) {
    this.source = source;
    this.label = label;
    this.log = false;
    this.step_ = 0;
    /** @type {Map<string, number>} the place of each candidate */
    this.order = new Map();
    this.ordered = 0;
    this.drawn = 0;
    this.share = 1;
    this.shrinks = false;
    /** @type {Map<string, At>} */
    this.seen = new Map();
    /** @type {Found[]} */
    this.found = [];
    this.box = { left: 0, right: 1, top: 0, bottom: 1 };
    this.top = 0;
    this.low = 0;
  }

  /** @param {number} width */
  height(width) {
    const { rem } = theme();
    return (width < 40 * rem ? 18 : 21) * rem;
  }

  /** Places as they shall be; new ones of this step go where they belong at once. @param {number} now */
  arrange(now) {
    const { step, found } = this.source();
    const fresh = step !== this.step_;
    if (fresh) {
      this.step_ = step;
      this.seen.clear();
    }
    const grown = found.length !== this.found.length;
    this.found = found;
    if (fresh || grown || now - this.ordered > REORDER_MILLIS) {
      this.order = new Map(found.map((f, i) => [f.candidate, i]));
      this.ordered = now;
    }
    return found.some((f, i) => this.order.get(f.candidate) !== i);
  }

  /** @param {CanvasRenderingContext2D} c @param {number} width @param {number} height @param {number} at */
  draw(c, width, height, at) {
    const { rem } = theme();
    const now = performance.now();
    const later = this.arrange(now);
    this.box = { left: 3.4 * rem, right: width - 0.3 * rem, top: 0.8 * rem, bottom: height - 5.8 * rem };
    const moving = this.ease(now);
    const shrinks = this.range();
    this.axis(c);
    const slot = this.slot();
    for (const f of this.found) this.bar(c, f, slot, at >= 0 && this.order.get(f.candidate) === at);
    return moving || shrinks || later;
  }

  slot() {
    return Math.min(3.4 * theme().rem, (this.box.right - this.box.left) / Math.max(1, this.found.length));
  }

  /** Move what is drawn nearer to where it belongs. @param {number} now */
  ease(now) {
    const share = mayMove() ? 1 - Math.exp(-Math.min(100, now - this.drawn) / EASE_MILLIS) : 1;
    this.drawn = now;
    this.share = share;
    let moving = false;
    for (const f of this.found) {
      const to = { x: this.order.get(f.candidate) ?? 0, y: Number.isFinite(f.value) ? f.value : 0 };
      const from = this.seen.get(f.candidate);
      if (!from || share === 1) {
        this.seen.set(f.candidate, to);
        continue;
      }
      from.x += (to.x - from.x) * share;
      from.y += (to.y - from.y) * share;
      const near = Math.abs(to.x - from.x) < 0.01 && Math.abs(to.y - from.y) <= Math.abs(to.y) * 1e-3;
      if (near) this.seen.set(f.candidate, to);
      moving ||= !near;
    }
    return moving;
  }

  /** The axis grows at once; it shrinks with a new step, or gently where it is far too large. */
  range() {
    const values = this.found.map((f) => f.value + (Number.isFinite(f.error) ? f.error : 0)).filter(Number.isFinite);
    const lows = this.found.map((f) => f.value).filter((v) => v > 0);
    const most = Math.max(1e-12, ...values);
    // One candidate that ruins the model would press all others flat: it is drawn broken.
    const middle = this.found.map((f) => f.value).filter(Number.isFinite)[Math.floor(values.length / 2)] ?? most;
    const high = this.log || middle <= 0 ? most : Math.min(most, FAR * middle);
    const fresh = this.rangeStep !== this.step_ || this.rangeLog !== this.log;
    if (fresh || high >= this.top) {
      this.top = high;
      this.shrinks = false;
    } else if (this.shrinks || high < this.top / 2) {
      this.top += (high - this.top) * this.share;
      this.shrinks = this.top > 1.02 * high;
    }
    this.rangeLog = this.log;
    this.low = Math.min(this.top / 10, ...lows) * 0.7;
    this.rangeStep = this.step_;
    return this.shrinks;
  }

  /** @param {number} value */
  y(value) {
    const { top, bottom } = this.box;
    const share = this.log ? Math.log(Math.max(value, this.low) / this.low) / Math.log(this.top / this.low) : value / this.top;
    return bottom - Math.max(0, Math.min(1, share)) * (bottom - top);
  }

  /** @param {CanvasRenderingContext2D} c */
  axis(c) {
    gridY(c, this.box, this.log ? logTicks(this.low, this.top) : ticks(0, this.top, 4), (v) => this.y(v));
  }

  /** @param {CanvasRenderingContext2D} c @param {Found} f @param {number} slot @param {boolean} marked */
  bar(c, f, slot, marked) {
    const t = theme();
    const place = /** @type {At} */ (this.seen.get(f.candidate));
    const x = this.box.left + place.x * slot;
    const y = this.y(place.y);
    const gap = slot > 6 ? Math.min(4, slot * 0.18) : slot > 2.5 ? 0.5 : 0;
    const paint = f.candidate.endsWith('attention') ? t.attention : t.ffn;
    c.globalAlpha = f.how === 'running' ? 0.45 : 1;
    c.fillStyle = f.how === 'dropped' ? t.kept : paint;
    c.strokeStyle = paint;
    c.fillRect(x + gap, y, slot - 2 * gap, this.box.bottom - y);
    c.globalAlpha = 1;
    c.lineWidth = marked ? 2 : 1;
    if (marked) c.strokeStyle = t.text;
    if (marked || f.how === 'dropped') c.strokeRect(x + gap + 0.5, y + 0.5, slot - 2 * gap - 1, this.box.bottom - y);
    if (place.y > this.top * 1.0001) this.broken(c, x + gap, slot - 2 * gap);
    else if (Number.isFinite(f.error) && slot > 3) this.whisker(c, x + slot / 2, place.y, f.error);
    this.name(c, f, x + slot / 2, slot, marked);
  }

  /** The mark of a bar that goes on above the picture. @param {CanvasRenderingContext2D} c @param {number} x @param {number} w */
  broken(c, x, w) {
    const { rem, paper } = theme();
    const y = this.box.top + 0.9 * rem;
    c.strokeStyle = paper;
    c.lineWidth = Math.min(3, w / 3);
    c.beginPath();
    c.moveTo(x - 1, y + 0.25 * rem);
    c.lineTo(x + w + 1, y - 0.25 * rem);
    c.stroke();
  }

  /** @param {CanvasRenderingContext2D} c @param {number} x @param {number} value @param {number} error */
  whisker(c, x, value, error) {
    c.strokeStyle = theme().text;
    c.lineWidth = 1;
    c.beginPath();
    c.moveTo(Math.round(x) + 0.5, this.y(value - error));
    c.lineTo(Math.round(x) + 0.5, this.y(value + error));
    c.stroke();
  }

  /** @param {CanvasRenderingContext2D} c @param {Found} f @param {number} x @param {number} slot @param {boolean} marked */
  name(c, f, x, slot, marked) {
    const t = theme();
    const first = this.order.get(f.candidate) === 0;
    const settled = Math.abs((this.order.get(f.candidate) ?? 0) * slot - (x - this.box.left - slot / 2)) < 0.4 * slot;
    if (!settled || (slot < 0.86 * t.rem && !(first || marked))) return;
    c.save();
    c.translate(x, this.box.bottom + 0.45 * t.rem);
    c.rotate(-Math.PI / 2);
    c.font = font(0.76, first ? 680 : 400);
    c.fillStyle = first || marked ? t.text : t.soft;
    c.textAlign = 'right';
    c.textBaseline = 'middle';
    c.fillText(candidate(f.candidate), 0, 0);
    c.restore();
  }

  /** @param {number} x @param {number} y */
  hit(x, y) {
    const at = Math.floor((x - this.box.left) / this.slot());
    return y > 0 && at >= 0 && at < this.found.length ? at : -1;
  }

  /** @param {number} at @param {string} key */
  step(at, key) {
    const last = this.found.length - 1;
    if (key === 'Home' || (at < 0 && key !== 'End')) return Math.min(0, last);
    if (key === 'End') return last;
    return key === 'ArrowLeft' || key === 'ArrowUp' ? Math.max(0, at - 1) : Math.min(last, at + 1);
  }

  /** @param {number} at */
  say(at) {
    const f = this.found.find((one) => this.order.get(one.candidate) === at);
    if (!f) return '';
    const how = f.how === 'scored' ? '' : f.how === 'dropped' ? ' · dropped early' : ' · so far';
    return `${at + 1}. ${candidate(f.candidate)} · ${scoreWithError(f.value, f.error)}${how}`;
  }
}
