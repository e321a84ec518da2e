/** What variants keep of their quality over what they save; the line joins those beaten by none. */
import { fit, gridX, gridY, ticks } from './axis.js';
import { font, theme } from './theme.js';

/** @import {Drawing} from './picture.js' */

/**
 * @typedef {object} Point
 * @property {string} name
 * @property {number} x share that is saved
 * @property {number} y
 * @property {number} half of the interval, NaN where there is none
 * @property {boolean} front
 * @property {string} say
 */

/** @implements {Drawing} */
export class Pareto {
  /** @param {() => {points: Point[], x: string, y: string}} source @param {() => string} label */
  constructor(source, label) {
    this.source = source;
    this.label = label;
    /** @type {Array<{x: number, y: number}>} */
    this.places = [];
  }

  /** @param {number} width */
  height(width) {
    const { rem } = theme();
    return Math.max(18 * rem, Math.min(26 * rem, width * 0.5));
  }

  /** @param {CanvasRenderingContext2D} c @param {number} width @param {number} height @param {number} at */
  draw(c, width, height, at) {
    const t = theme();
    const { points, x: xName, y: yName } = this.source();
    const frame = { left: 3.6 * t.rem, right: width - t.rem, top: 1.9 * t.rem, bottom: height - 3.2 * t.rem };
    const half = (/** @type {Point} */ p) => (Number.isFinite(p.half) ? p.half : 0);
    const low = Math.min(...points.map((p) => p.y - half(p)));
    const high = Math.max(...points.map((p) => p.y + half(p)));
    const pad = 0.06 * (high - low || 1);
    const most = Math.max(0.05, ...points.map((p) => p.x)) * 1.08;
    const px = (/** @type {number} */ v) => frame.left + (v / most) * (frame.right - frame.left);
    const py = (/** @type {number} */ v) => frame.bottom - ((v - low + pad) / (high - low + 2 * pad)) * (frame.bottom - frame.top);
    gridY(c, frame, ticks(low - pad, high + pad, 5), py);
    gridX(c, frame, ticks(0, most, Math.max(3, width / (9 * t.rem))), px, (v) => `${Number((100 * v).toPrecision(4))} %`);
    c.font = font(0.78);
    c.fillStyle = t.soft;
    c.textBaseline = 'alphabetic';
    c.textAlign = 'left';
    c.fillText(fit(c, yName, width), 0, t.rem);
    c.textAlign = 'center';
    c.fillText(xName, (frame.left + frame.right) / 2, height - 0.5 * t.rem);
    this.places = points.map((p) => ({ x: px(p.x), y: py(p.y) }));
    this.front(c, points);
    points.forEach((p, i) => this.dot(c, p, this.places[i], { up: py(p.y + half(p)), down: py(p.y - half(p)) }, at === i));
    this.names(c, points, frame, at);
  }

  /** @param {CanvasRenderingContext2D} c @param {Point[]} points */
  front(c, points) {
    const line = points.map((p, i) => ({ p, at: this.places[i] })).filter(({ p }) => p.front).sort((a, b) => a.p.x - b.p.x);
    c.strokeStyle = theme().accent;
    c.lineWidth = 1.5;
    c.setLineDash([5, 4]);
    c.beginPath();
    line.forEach(({ at }, i) => (i ? c.lineTo(at.x, at.y) : c.moveTo(at.x, at.y)));
    c.stroke();
    c.setLineDash([]);
  }

  /** @param {CanvasRenderingContext2D} c @param {Point} p @param {{x: number, y: number}} at @param {{up: number, down: number}} ends @param {boolean} marked */
  dot(c, p, at, ends, marked) {
    const t = theme();
    c.strokeStyle = t.accent;
    c.lineWidth = 1.5;
    c.beginPath();
    c.moveTo(at.x, ends.up);
    c.lineTo(at.x, ends.down);
    c.stroke();
    c.beginPath();
    c.arc(at.x, at.y, (marked ? 0.48 : 0.36) * t.rem, 0, 7);
    c.fillStyle = p.front ? t.accent : t.paper;
    c.fill();
    c.lineWidth = 2;
    c.strokeStyle = marked ? t.text : t.accent;
    c.stroke();
  }

  /** Names beside points, each where no other name lies; one without room is said when pointed at. @param {CanvasRenderingContext2D} c @param {Point[]} points @param {{left: number, right: number, top: number, bottom: number}} frame @param {number} at */
  names(c, points, frame, at) {
    const t = theme();
    /** @type {Array<{x: number, y: number, w: number}>} */
    const taken = this.places.map(({ x, y }) => ({ x: x - 0.4 * t.rem, y, w: 0.8 * t.rem }));
    const h = 1.05 * t.rem;
    c.textBaseline = 'middle';
    c.textAlign = 'left';
    points.forEach((p, i) => {
      c.font = font(0.76, at === i ? 660 : 400);
      const text = fit(c, p.name, 11 * t.rem);
      const w = c.measureText(text).width;
      const { x, y } = this.places[i];
      const gap = 0.65 * t.rem;
      const tries = [[x + gap, y - gap], [x - gap - w, y + gap], [x + gap, y + gap], [x - gap - w, y - gap], [x - w / 2, y - 1.5 * gap], [x - w / 2, y + 1.6 * gap]];
      const free = tries.find(([a, b]) => a >= frame.left && a + w <= frame.right + 0.8 * t.rem && b > frame.top - h && b < frame.bottom - 2
        && taken.every((o, j) => j === i || a > o.x + o.w || a + w < o.x || Math.abs(b - o.y) > h));
      if (!free) return;
      taken.push({ x: free[0], y: free[1], w });
      c.fillStyle = t.text;
      c.fillText(text, free[0], free[1]);
    });
  }

  /** @param {number} x @param {number} y */
  hit(x, y) {
    const reach = 1.2 * theme().rem;
    let best = -1;
    let least = reach;
    this.places.forEach((p, i) => {
      const far = Math.hypot(p.x - x, p.y - y);
      if (far < least) [best, least] = [i, far];
    });
    return best;
  }

  /** @param {number} at @param {string} key */
  step(at, key) {
    const order = this.places.map((p, i) => ({ i, x: p.x })).sort((a, b) => a.x - b.x).map((p) => p.i);
    if (order.length === 0) return -1;
    const now = order.indexOf(at);
    if (key === 'Home' || (now < 0 && key !== 'End')) return order[0];
    if (key === 'End') return order[order.length - 1];
    const to = key === 'ArrowLeft' || key === 'ArrowUp' ? now - 1 : now + 1;
    return order[Math.min(order.length - 1, Math.max(0, to))];
  }

  /** @param {number} at */
  say(at) {
    return this.source().points[at]?.say ?? '';
  }
}
