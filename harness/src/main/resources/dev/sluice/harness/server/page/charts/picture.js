/** A figure drawn on a canvas, whose parts can be pointed at by mouse and by keyboard. */
import { h } from '../dom.js';
import { cancelFrame, nextFrame } from '../frame.js';
import { Figure, save } from './figure.js';
import { onTheme, theme } from './theme.js';

/**
 * What is drawn. Parts are numbered from 0; all lengths are CSS pixels.
 *
 * @typedef {object} Drawing
 * @property {() => string} label what it shows, in a sentence
 * @property {(width: number) => number} height
 * @property {(c: CanvasRenderingContext2D, width: number, height: number, at: number) => boolean | void} draw
 *   with part `at` marked, -1 for none; true asks for another frame
 * @property {(x: number, y: number) => number} hit the part at a place, -1 for none
 * @property {(at: number, key: string) => number} step the part that an arrow key leads to
 * @property {(at: number) => string} say a part in words
 * @property {(at: number) => void} [pick] a part was clicked or entered
 */

const KEYS = new Set(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End']);

export class Picture extends Figure {
  /** @param {import('./figure.js').Caption} caption @param {Drawing} drawing */
  constructor(caption, drawing) {
    super(caption);
    this.drawing = drawing;
    this.at = -1;
    this.width = 0;
    this.canvas = h('canvas', {
      tabindex: 0,
      role: 'img',
      'aria-label': caption.title,
      onmousemove: (/** @type {MouseEvent} */ e) => this.mark(drawing.hit(e.offsetX, e.offsetY), false),
      onmouseleave: () => this.mark(-1, false),
      onclick: (/** @type {MouseEvent} */ e) => this.pick(drawing.hit(e.offsetX, e.offsetY)),
      onkeydown: (/** @type {KeyboardEvent} */ e) => this.key(e),
      onblur: () => this.mark(-1, false),
    });
    if (drawing.pick) this.canvas.classList.add('picks');
    this.stage.append(this.canvas);
    this.observer = new ResizeObserver(() => this.resized());
    this.observer.observe(this.stage);
    this.untheme = onTheme(() => nextFrame(this.redraw));
  }

  /** @param {number} at @param {boolean} aloud whether a screen reader shall say it */
  mark(at, aloud) {
    if (at === this.at) return;
    this.at = at;
    if (aloud) this.readout.setAttribute('aria-live', 'polite');
    else this.readout.removeAttribute('aria-live');
    this.point(at < 0 ? '' : this.drawing.say(at));
    nextFrame(this.redraw);
  }

  /** @param {number} at */
  pick(at) {
    if (at >= 0) this.drawing.pick?.(at);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.key === 'Enter' || event.key === ' ') {
      if (this.at >= 0 && this.drawing.pick) {
        event.preventDefault();
        this.pick(this.at);
      }
    } else if (KEYS.has(event.key)) {
      event.preventDefault();
      this.mark(this.drawing.step(this.at, event.key), true);
    } else if (event.key === 'Escape') {
      this.mark(-1, false);
    }
  }

  resized() {
    const width = Math.floor(this.stage.clientWidth);
    if (width !== this.width) {
      this.width = width;
      this.draw();
    }
  }

  draw() {
    const { canvas, drawing, width } = this;
    if (width <= 0) return;
    const height = drawing.height(width);
    const ratio = window.devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      canvas.style.height = `${height}px`;
    }
    const c = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    c.fillStyle = theme().paper;
    c.fillRect(0, 0, width, height);
    const label = drawing.label();
    if (canvas.getAttribute('aria-label') !== label) canvas.setAttribute('aria-label', label);
    if (drawing.draw(c, width, height, this.at)) nextFrame(this.redraw);
    if (this.at >= 0) this.point(drawing.say(this.at));
  }

  png() {
    this.canvas.toBlob((blob) => blob && save(`${this.caption.file}.png`, 'image/png', blob));
  }

  dispose() {
    super.dispose();
    cancelFrame(this.redraw);
    this.observer.disconnect();
    this.untheme();
  }
}
