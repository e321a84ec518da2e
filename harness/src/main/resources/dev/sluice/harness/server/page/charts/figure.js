/** What all pictures have: a title, a line that says what is pointed at, a table twin, downloads. */
import { fill, h, say, scroll, table } from '../dom.js';
import { nextFrame } from '../frame.js';

/**
 * @typedef {object} Caption
 * @property {string} title
 * @property {string} [explain]
 * @property {string} file name of downloads, without an ending
 * @property {() => import('../types.js').Table} table the same as numbers
 * @property {HTMLElement[]} [controls]
 * @property {HTMLElement} [legend]
 * @property {string} [hint] what the line below says while nothing is pointed at
 */

const MILLIS_A_CELL = 0.4;

export class Figure {
  /** @param {Caption} caption */
  constructor(caption) {
    this.caption = caption;
    this.readout = h('p', { class: 'readout' }, caption.hint ?? '');
    this.stage = h('div', { class: 'stage' });
    this.title = h('h2', {}, caption.title);
    this.explain = h('p', { class: 'explain' }, caption.explain ?? '');
    this.twin = h('div', {});
    this.built = 0;
    this.timer = 0;
    this.details = h('details', { class: 'twin', ontoggle: () => this.retable(true) }, h('summary', {}, 'As a table'), this.twin);
    this.element = h(
      'section',
      { class: 'card picture', 'aria-label': caption.title },
      h('div', { class: 'head' }, this.title, this.downloads()),
      caption.explain === undefined ? null : this.explain,
      caption.controls ? h('div', { class: 'controls' }, caption.controls) : null,
      this.stage,
      caption.legend ?? null,
      this.readout,
      this.details
    );
    this.redraw = () => this.draw();
  }

  downloads() {
    const button = (/** @type {string} */ kind, /** @type {() => void} */ action) =>
      h('button', { type: 'button', class: 'quiet', 'aria-label': `Download ${this.caption.title} as ${kind}`, onclick: action }, kind);
    return h(
      'div',
      { class: 'downloads' },
      button('PNG', () => this.png()),
      button('CSV', () => save(`${this.caption.file}.csv`, 'text/csv', csv(this.caption.table()))),
      button('JSON', () => save(`${this.caption.file}.json`, 'application/json', JSON.stringify(records(this.caption.table()), null, 1)))
    );
  }

  /** What is drawn is out of date: draw it in the next frame. */
  changed() {
    nextFrame(this.redraw);
    this.retable(false);
  }

  /** @param {boolean} now */
  retable(now) {
    if (!this.details.open) return;
    const wait = now ? 0 : Math.max(0, this.built - performance.now());
    this.timer ||= setTimeout(() => this.build(), wait);
  }

  build() {
    this.timer = 0;
    const { head, rows } = this.caption.table();
    this.built = performance.now() + Math.max(1000, head.length * rows.length * MILLIS_A_CELL);
    const old = this.twin.firstElementChild;
    const made = table(head, rows, this.caption.title);
    if (old) fill(old, made);
    else fill(this.twin, scroll(`${this.caption.title} as a table`, made));
  }

  /** @param {string} text */
  point(text) {
    say(this.readout, text || (this.caption.hint ?? ''));
  }

  draw() {}

  png() {}

  dispose() {
    clearTimeout(this.timer);
  }
}

/** @param {import('../types.js').Table} table */
export function csv({ head, rows }) {
  const cell = (/** @type {string | number} */ value) => {
    // A spreadsheet takes what begins like this for a formula.
    const text = typeof value === 'string' && /^[=+@-]/.test(value) && Number.isNaN(Number(value)) ? `'${value}` : String(value);
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [head, ...rows].map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n';
}

/** @param {import('../types.js').Table} table */
function records({ head, rows }) {
  return rows.map((row) => Object.fromEntries(row.map((value, i) => [head[i], value])));
}

/** @param {string} file @param {string} type @param {string | Blob} content */
export function save(file, type, content) {
  const url = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  h('a', { href: url, download: file, 'data-plain': true }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Buttons of which one is chosen. @param {string} name @param {Array<[string, string]>} choices value and text @param {string} chosen @param {(value: string) => void} choose */
export function choice(name, choices, chosen, choose) {
  const group = h('div', { class: 'choice', role: 'group', 'aria-label': name });
  for (const [value, text] of choices) {
    group.append(
      h('button', {
        type: 'button',
        'aria-pressed': String(value === chosen),
        onclick: (/** @type {Event} */ event) => {
          for (const button of group.children) button.setAttribute('aria-pressed', String(button === event.currentTarget));
          choose(value);
        },
      }, text)
    );
  }
  return group;
}
