/** Variants side by side. What is compared and how it is shown stands in the address. */
import { ROOT, api } from '../api.js';
import { save } from '../charts/figure.js';
import { fill, h, say, settle } from '../dom.js';
import { keep } from '../router.js';
import { ComparePictures } from './comparepictures.js';
import { flips, pairTable, stabilityTable } from './flips.js';
import { picker } from './picker.js';

/** @type {import('../router.js').View} */
export function compareView(root, { query }) {
  const page = new ComparePage(root, query);
  page.load();
  return () => page.close();
}

class ComparePage {
  /** @param {HTMLElement} root @param {URLSearchParams} query */
  constructor(root, query) {
    this.query = query;
    this.abort = new AbortController();
    /** @type {ComparePictures | null} */
    this.pictures = null;
    this.picker = h('div', {});
    this.status = h('p', { class: 'lead', role: 'status' });
    this.place = h('div', { class: 'pictures' });
    fill(root, h('div', { class: 'title' }, h('h1', { tabindex: -1 }, 'Compare')), this.status, this.picker, this.place);
  }

  get of() {
    return this.query.get('of') ?? '';
  }

  async load() {
    try {
      const evaluations = await api.evaluations(this.abort.signal);
      picker(this.picker, evaluations, this.of, this.query.get('pairs') === 'all', (of, all) => {
        this.query.set('of', of);
        this.query.set('pairs', all ? 'all' : 'baseline');
        keep({ of: of || null, pairs: all ? 'all' : null });
        this.compare();
      });
      await this.compare();
    } catch (e) {
      if (!this.abort.signal.aborted) say(this.status, /** @type {Error} */ (e).message);
    }
  }

  async compare() {
    const { of } = this;
    if (!of) {
      this.pictures?.dispose();
      this.pictures = null;
      fill(this.place);
      say(this.status, 'Choose an evaluation, or some of its variants; the first is what the others are held against.');
      return;
    }
    const query = new URLSearchParams({ of, pairs: this.query.get('pairs') === 'all' ? 'all' : 'baseline', flips: this.query.get('flips') ?? '5' });
    say(this.status, 'Comparing …');
    try {
      const comparison = await api.compare(String(query), this.abort.signal);
      if (this.of === of) this.show(comparison, query);
    } catch (e) {
      if (this.abort.signal.aborted) return;
      this.pictures?.dispose();
      this.pictures = null;
      fill(this.place);
      say(this.status, /** @type {Error} */ (e).message);
    }
  }

  /** @param {any} comparison @param {URLSearchParams} query */
  show(comparison, query) {
    this.pictures?.dispose();
    const [baseline] = comparison.variants;
    say(this.status, `${comparison.variants.length} variants on ${comparison.tasks.length} tasks; ${baseline?.name ?? ''} is what the others are held against.`);
    const pictures = new ComparePictures(comparison, this.query);
    this.pictures = pictures;
    settle(this.place);
    fill(
      this.place,
      (comparison.notes ?? []).map((/** @type {string} */ note) => h('p', { class: 'explain' }, note)),
      pictures.pareto.element,
      h('div', { class: 'pair broad' }, pictures.bars.element, pictures.differences.element),
      pairTable(comparison),
      stabilityTable(comparison),
      pictures.maps.element,
      flips(comparison),
      this.downloads(comparison, query)
    );
    pictures.changed();
  }

  /** @param {any} comparison @param {URLSearchParams} query */
  downloads(comparison, query) {
    const link = (/** @type {Record<string, string>} */ more, /** @type {string} */ text) =>
      h('a', { class: 'button', 'data-plain': true, download: true, href: `${ROOT}/compare?${new URLSearchParams({ ...Object.fromEntries(query), ...more })}` }, text);
    const tables = ['scores', 'variants', 'differences', 'divergences', 'stabilities', 'flips'];
    return h('section', { class: 'card', 'aria-label': 'Downloads' }, h('h2', {}, 'Downloads'),
      h('p', { class: 'explain' }, 'All of it, as sluice compare writes it.'),
      h('p', { class: 'inline' }, link({ format: 'html' }, 'HTML'),
        h('button', { type: 'button', onclick: () => save('comparison.json', 'application/json', JSON.stringify(comparison, null, 1)) }, 'JSON'),
        tables.map((table) => link({ format: 'csv', table }, `CSV, ${table}`))));
  }

  close() {
    this.abort.abort();
    this.pictures?.dispose();
  }
}
