/** A curve with a band of its error, by uPlot. */
import { h } from '../dom.js';
import { cancelFrame, nextFrame } from '../frame.js';
import { tick } from './axis.js';
import { Figure, save } from './figure.js';
import { font, onTheme, theme } from './theme.js';

/**
 * @typedef {object} Points
 * @property {number[]} x ascending
 * @property {number[]} y
 * @property {number[]} error NaN where there is none
 * @property {string[]} say
 */

export class Curve extends Figure {
  /** @param {import('./figure.js').Caption} caption @param {() => Points} source @param {{x: string, y: () => string, label: () => string}} names */
  constructor(caption, source, names) {
    super(caption);
    this.source = source;
    this.names = names;
    this.log = false;
    /** @type {Points} */
    this.points = { x: [], y: [], error: [], say: [] };
    /** @type {uPlot | null} */
    this.plot = null;
    this.size = { width: 0, height: 0 };
    this.holder = h('div', {
      class: 'curve', tabindex: 0, role: 'img', 'aria-label': caption.title,
      onkeydown: (/** @type {KeyboardEvent} */ e) => this.key(e),
      onblur: () => this.cursor(-1),
    });
    this.stage.append(this.holder);
    this.observer = new ResizeObserver(() => nextFrame(this.redraw));
    this.observer.observe(this.stage);
    this.untheme = onTheme(() => this.rebuild());
  }

  /** @param {boolean} log */
  logarithmic(log) {
    this.log = log;
    this.rebuild();
  }

  rebuild() {
    this.plot?.destroy();
    this.plot = null;
    nextFrame(this.redraw);
  }

  draw() {
    const width = Math.floor(this.stage.clientWidth);
    if (width <= 0) return;
    const { rem } = theme();
    const size = { width, height: Math.round((width < 40 * rem ? 18 : 21) * rem) };
    this.points = this.source();
    this.holder.setAttribute('aria-label', this.names.label());
    if (!this.plot) {
      this.plot = new uPlot(this.options(size), this.data(), this.holder);
    } else {
      if (size.width !== this.size.width || size.height !== this.size.height) this.plot.setSize(size);
      this.plot.setData(this.data());
    }
    this.size = size;
  }

  data() {
    const { x, y, error } = this.points;
    const or = (/** @type {number} */ v) => (Number.isFinite(v) && !(this.log && v <= 0) ? v : null);
    const part = (/** @type {number} */ sign) => y.map((v, i) => or(v + sign * (Number.isFinite(error[i]) ? error[i] : 0)));
    return [x, part(-1).map((v, i) => v ?? (this.log && y[i] > 0 ? y[i] / 10 : v)), part(1), y.map(or)];
  }

  /** @param {{width: number, height: number}} size */
  options(size) {
    const axis = {
      stroke: () => theme().soft, font: font(0.74), labelFont: font(0.78), labelSize: 1.5 * theme().rem,
      grid: { stroke: () => theme().line, width: 1 }, ticks: { show: false },
    };
    const accent = () => theme().accent;
    const text = (/** @type {any} */ _, /** @type {Array<number | null>} */ values) => values.map((v) => (v === null ? '' : tick(v)));
    return {
      ...size, legend: { show: false }, padding: [8, 12, 0, 0],
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 9 } },
      scales: {
        x: { time: false, range: (/** @type {any} */ _, /** @type {number} */ low, /** @type {number} */ high) => [Math.min(0, low ?? 0), Math.max(high ?? 1, 1)] },
        y: this.log ? { distr: 3 } : { range: (/** @type {any} */ _, /** @type {number} */ low, /** @type {number} */ high) => [Math.min(0, low ?? 0), (high || 1) * 1.05] },
      },
      axes: [
        { ...axis, label: this.names.x, size: 2 * theme().rem, values: text },
        { ...axis, label: this.names.y(), size: 3.2 * theme().rem, values: text },
      ],
      series: [{}, { width: 0, points: { show: false } }, { width: 0, points: { show: false } },
        { stroke: accent, width: 2.25, points: { show: (/** @type {any} */ _, /** @type {number} */ __, /** @type {number} */ from, /** @type {number} */ to) => to - from < 60, size: 8, width: 1.5, stroke: () => theme().paper, fill: accent } }],
      bands: [{ series: [2, 1], fill: () => theme().band }],
      hooks: { setCursor: [(/** @type {any} */ u) => this.point(u.cursor.idx === null || u.cursor.left < 0 ? '' : this.points.say[u.cursor.idx] ?? '')] },
    };
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const last = this.points.x.length - 1;
    const at = this.plot?.cursor.idx ?? -1;
    /** @type {Record<string, number>} */
    const to = { ArrowLeft: Math.max(0, at - 1), ArrowRight: Math.min(last, at + 1), Home: 0, End: last, Escape: -1 };
    if (event.key in to) {
      event.preventDefault();
      this.readout.setAttribute('aria-live', 'polite');
      this.cursor(to[event.key]);
    }
  }

  /** @param {number} at */
  cursor(at) {
    if (!this.plot) return;
    const x = this.points.x[at];
    this.plot.setCursor(x === undefined ? { left: -10, top: -10 } : { left: this.plot.valToPos(x, 'x'), top: 10 });
  }

  png() {
    const drawn = this.plot?.ctx.canvas;
    if (!drawn) return;
    const copy = h('canvas', { width: drawn.width, height: drawn.height });
    const c = /** @type {CanvasRenderingContext2D} */ (copy.getContext('2d'));
    c.fillStyle = theme().paper;
    c.fillRect(0, 0, copy.width, copy.height);
    c.drawImage(drawn, 0, 0);
    copy.toBlob((blob) => blob && save(`${this.caption.file}.png`, 'image/png', blob));
  }

  dispose() {
    super.dispose();
    cancelFrame(this.redraw);
    this.observer.disconnect();
    this.untheme();
    this.plot?.destroy();
  }
}
