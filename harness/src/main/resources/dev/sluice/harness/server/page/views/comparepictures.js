/** Pictures of a comparison: what is retained, task by task, differences, maps of cuts. */
import { CutMaps, expertsCut } from '../charts/cutmaps.js';
import { choice } from '../charts/figure.js';
import { Intervals } from '../charts/intervals.js';
import { Pareto } from '../charts/pareto.js';
import { Picture } from '../charts/picture.js';
import { colour } from '../colour.js';
import { h } from '../dom.js';
import { number, percent, score, scoreWithError } from '../format.js';
import { keep } from '../router.js';
import { Cells } from '../state/cells.js';
import { KINDS } from '../state/sweep.js';

/** Standard errors to each side of a mean. */
const HALF = 1.96;

/** @type {Record<string, string>} */
const SAVED = { parameters: 'parameters', sublayers: 'sublayers', flops: 'FLOPs', kvCache: 'KV cache' };

export class ComparePictures {
  /** @param {any} comparison as the API gives it @param {URLSearchParams} query */
  constructor(comparison, query) {
    this.comparison = comparison;
    this.saved = SAVED[query.get('saved') ?? ''] ? String(query.get('saved')) : 'parameters';
    this.difference = query.get('maps') === 'difference';
    this.task = query.get('task') ?? '';
    this.pareto = this.makePareto();
    this.bars = this.makeBars();
    this.differences = this.makeDifferences();
    this.maps = this.makeMaps();
    this.all = [this.pareto, this.bars, this.differences, this.maps];
  }

  changed() {
    for (const picture of this.all) picture.changed();
  }

  makePareto() {
    const rated = this.comparison.variants.filter((/** @type {any} */ v) => v.retained !== undefined);
    const base = number(this.comparison.variants[0]?.mean);
    const points = () => rated.map((/** @type {any} */ v) => {
      const half = (HALF * number(v.standardError)) / base;
      return {
        name: v.name, x: number(v.saved[this.saved]), y: number(v.retained), half, front: Boolean(v.front),
        say: `${v.name} · ${percent(number(v.retained))} retained ± ${percent(half)} · ${percent(number(v.saved[this.saved]))} fewer ${SAVED[this.saved]}${v.front ? ' · beaten by none' : ''}`,
      };
    });
    const axis = choice('What is saved', Object.entries(SAVED), this.saved, (value) => {
      this.saved = value;
      keep({ saved: value === 'parameters' ? null : value });
      this.pareto.changed();
    });
    return new Picture({
      title: 'What is retained', file: 'retained', controls: [axis],
      explain: 'The mean over tasks over the baseline’s, with 95 % intervals of the mean. Filled points are beaten by none: no other saves more parameters at a better mean.',
      hint: rated.length ? 'Point at a variant, or use the arrow keys.' : 'No task of these has an accuracy.',
      table: () => ({
        head: ['variant', 'cuts', ...Object.values(SAVED).map((s) => `${s} saved`), 'mean', 'standard error', 'retained', 'beaten by none'],
        rows: this.comparison.variants.map((/** @type {any} */ v) => [v.name, v.cuts.length, ...Object.keys(SAVED).map((s) => number(v.saved[s])), v.mean ?? '', v.standardError ?? '', v.retained ?? '', v.front ? 'yes' : '']),
      }),
    }, new Pareto(() => ({ points: points(), x: `${SAVED[this.saved]} saved`, y: 'retained share of the mean' }), () => `What ${rated.length} variants retain over ${SAVED[this.saved]} saved.`));
  }

  tasks() {
    const main = this.comparison.tasks.filter((/** @type {any} */ t) => t.main);
    const shown = main.length ? main : this.comparison.tasks;
    return this.task ? this.comparison.tasks.filter((/** @type {any} */ t) => t.task === this.task) : shown;
  }

  /** @returns {import('../charts/intervals.js').Line[]} */
  scores() {
    const variants = this.comparison.variants.map((/** @type {any} */ v) => v.name);
    /** @type {import('../charts/intervals.js').Line[]} */
    const lines = [];
    for (const task of this.tasks()) {
      const metrics = new Set(Object.values(task.variants).flatMap((/** @type {any} */ v) => v.scores.map((/** @type {any} */ s) => s.metric)));
      for (const metric of metrics) {
        variants.forEach((/** @type {string} */ name, /** @type {number} */ i) => {
          const one = task.variants[name]?.scores.find((/** @type {any} */ s) => s.metric === metric);
          const value = number(one?.value);
          const error = number(one?.standardError);
          lines.push({
            group: `${task.task} · ${metric}`, name, value, low: value - HALF * error, high: value + HALF * error,
            text: one ? scoreWithError(value, error) : 'not asked',
            say: `${task.task} ${metric} · ${name} · ${one ? `${scoreWithError(value, error)} on ${one.documents} items` : 'not asked'}`,
            paint: (dark) => colour((i + 1) / (variants.length + 1), dark),
          });
        });
      }
    }
    return lines;
  }

  makeBars() {
    const names = this.comparison.tasks.map((/** @type {any} */ t) => t.task);
    const select = h('select', { 'aria-label': 'Task', onchange: (/** @type {Event} */ e) => {
      this.task = /** @type {HTMLSelectElement} */ (e.target).value;
      keep({ task: this.task || null });
      this.bars.changed();
      this.differences.changed();
    } }, h('option', { value: '' }, 'all tasks'), names.map((/** @type {string} */ name) => h('option', { value: name, selected: name === this.task }, name)));
    return new Picture({
      title: 'Task by task', file: 'tasks', controls: [select],
      explain: 'Lines are 95 % intervals, one variant at a time.',
      hint: 'Point at a bar, or use the arrow keys.',
      table: () => ({
        head: ['task', 'metric', 'variant', 'value', 'standard error', 'items', 'near ties'],
        rows: this.tasks().flatMap((/** @type {any} */ task) => Object.entries(task.variants).flatMap(([name, found]) =>
          /** @type {any} */ (found).scores.map((/** @type {any} */ s) => [task.task, s.metric, name, s.value, s.standardError ?? '', s.documents, /** @type {any} */ (found).nearTies]))),
      }),
    }, new Intervals(() => this.scores(), { points: false, label: () => `Scores of ${this.comparison.variants.length} variants by task.` }));
  }

  found() {
    return this.comparison.differences.filter((/** @type {any} */ d) => !this.task || d.task === this.task);
  }

  makeDifferences() {
    return new Picture({
      title: 'Is a difference real?', file: 'differences',
      explain: 'Pairs on the same items, far sharper than two intervals side by side: 95 % bootstrap intervals. Where the line misses zero, it is.',
      hint: 'Point at a pair, or use the arrow keys.',
      table: () => ({
        head: ['task', 'metric', 'variant', 'against', 'items', 'difference', 'low', 'high', 'lost', 'gained', 'p', 'adjusted p'],
        rows: this.found().map((/** @type {any} */ d) => [d.task, d.metric, d.second, d.first, d.items, d.difference, d.low, d.high, d.lost ?? '', d.gained ?? '', d.p ?? '', d.adjusted ?? '']),
      }),
    }, new Intervals(() => this.found().map((/** @type {any} */ d) => ({
      group: `${d.task} · ${d.metric}`, name: `${d.second} less ${d.first}`, value: number(d.difference), low: number(d.low), high: number(d.high),
      text: score(number(d.difference)),
      say: `${d.second} less ${d.first} on ${d.task} · ${score(number(d.difference))}, ${score(number(d.low))} to ${score(number(d.high))}${d.lost === undefined ? '' : ` · lost ${d.lost}, gained ${d.gained}`}${d.adjusted === undefined ? '' : ` · p ${score(number(d.adjusted))}`}`,
    })), { points: true, label: () => `${this.found().length} paired differences with 95 % intervals.` }));
  }

  makeMaps() {
    const { variants } = this.comparison;
    const maps = variants.map((/** @type {any} */ v) => ({ name: v.name, cuts: new Set(v.cuts) }));
    const blocks = blocksOf(variants);
    const mode = choice('View of the maps', [['cuts', 'cuts'], ['difference', 'difference']], this.difference ? 'difference' : 'cuts', (value) => {
      this.difference = value === 'difference';
      keep({ maps: this.difference ? value : null });
      legend.hidden = !this.difference;
      this.maps.changed();
    });
    const swatch = (/** @type {string} */ name, /** @type {string} */ text) => [h('i', { class: `swatch ${name}`, 'aria-hidden': 'true' }), text];
    const legend = h('div', { class: 'legend', hidden: !this.difference }, swatch('both', 'cut in both'), swatch('ffn', 'cut here alone'), swatch('less', 'cut in the baseline alone'));
    return new Picture({
      title: 'What is cut', file: 'cuts', controls: [mode], legend: h('div', { class: 'legend-place' }, legend),
      explain: 'One cell a sublayer, attention above FFN, block 0 on the left.',
      hint: 'Point at a sublayer, or use the arrow keys.',
      table: () => ({
        head: ['sublayer', ...maps.map((/** @type {any} */ m) => m.name)],
        rows: Array.from({ length: KINDS.length * blocks }, (_, row) => [Cells.sublayer(row), ...maps.map((/** @type {any} */ m) => (m.cuts.has(Cells.sublayer(row)) ? 'cut' : expertsCut(m, Cells.sublayer(row)) || ''))]),
      }),
    }, new CutMaps(() => ({ blocks, maps, difference: this.difference })));
  }

  dispose() {
    for (const picture of this.all) picture.dispose();
  }
}

/** How many blocks there are: from the share that a variant's cuts are, else from the last block that is cut. @param {any[]} variants */
export function blocksOf(variants) {
  for (const v of variants) {
    const share = number(v.saved.sublayers);
    if (v.cuts.length > 0 && share > 0) return Math.round(v.cuts.length / share / 2);
  }
  return 1 + Math.max(0, ...variants.flatMap((v) => v.cuts.map((/** @type {string} */ cut) => Number(cut.split('.')[0]))));
}
