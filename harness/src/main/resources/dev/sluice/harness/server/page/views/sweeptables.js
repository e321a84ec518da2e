/** What a sweep's page has besides pictures: figures, steps, rows, the plan, reports. */
import { ROOT } from '../api.js';
import { fill, h, keyed, say, scroll } from '../dom.js';
import { candidate, count, number, percent, scoreWithError } from '../format.js';
import { speed } from './jobparts.js';

/** @typedef {import('../state/sweep.js').SweepState} SweepState */

/** The row of figures on top; all are there from the start, so that nothing moves. */
export function tiles() {
  const names = ['step', 'candidates', 'score', 'sublayers', 'parameters', 'FLOPs', 'KV cache', 'speed'];
  /** @type {Record<string, {name: HTMLElement, value: HTMLElement, note: HTMLElement}>} */
  const tile = {};
  const element = h('dl', { class: 'tiles' }, names.map((name) => {
    tile[name] = { name: h('dt', {}, name), value: h('dd', {}, '–'), note: h('dd', { class: 'note' }, ' ') };
    return h('div', {}, tile[name].name, tile[name].value, tile[name].note);
  }));
  const set = (/** @type {string} */ name, /** @type {string} */ value, /** @type {string} */ note) => {
    say(tile[name].value, value);
    say(tile[name].note, note || ' ');
  };
  return {
    element,
    /** @param {SweepState} sweep */
    set(sweep) {
      const last = sweep.steps.at(-1);
      const r = last?.reduction ?? {};
      const progress = sweep.finished === null ? sweep.progress : null;
      set('step', `${sweep.finished === null ? sweep.running : sweep.steps.length}`, `of ${sweep.planned}`);
      const seen = sweep.found(sweep.running).filter((f) => f.how !== 'running').length;
      set('candidates', String(progress?.scored ?? seen), progress?.candidates ? `of ${progress.candidates}` : `in step ${sweep.running}`);
      const [value, error] = last ? scoreWithError(number(last.score), sweep.errorOf(last)).split(' ± ') : ['–'];
      say(tile.score.name, sweep.measure ? `${sweep.measure}, ${sweep.unit}` : 'score');
      set('score', value, error ? `± ${error}` : '');
      set('sublayers', percent(number(r.sublayers)), 'cut');
      set('parameters', percent(number(r.parameters)), 'fewer');
      set('FLOPs', percent(number(r.flops)), 'fewer a token');
      set('KV cache', percent(number(r.kvCache)), 'smaller');
      const job = sweep.job ? { ...sweep.job, progress: sweep.progress ?? undefined } : null;
      set('speed', job && speed(job) ? count(number(sweep.progress?.tokensPerSecond)) : '–', 'tokens/s');
    },
  };
}

/** Steps with what they save, the latest first. */
export function stepTable() {
  const body = h('tbody');
  const head = ['step', 'cut', 'score ± error', 'sublayers', 'parameters', 'FLOPs', 'KV cache'];
  const element = h('section', { class: 'card steps', 'aria-label': 'Steps' }, h('h2', {}, 'Steps'),
    h('p', { class: 'explain' }, 'What is saved with everything up to a step cut.'),
    scroll('Table of steps', h('table', {}, h('caption', { class: 'hidden' }, 'Steps'), h('thead', {}, h('tr', {}, head.map((t) => h('th', { scope: 'col' }, t)))), body)));
  return {
    element,
    /** @param {SweepState} sweep */
    set(sweep) {
      keyed(body, [...sweep.steps].reverse(), (s) => String(s.step), (s) => h('tr', {}, h('th', { scope: 'row' }, String(s.step)), ...head.slice(1).map(() => h('td'))), (row, s) => {
        const r = s.reduction;
        const cells = [candidate(s.candidate), scoreWithError(number(s.score), sweep.errorOf(s)), ...[r.sublayers, r.parameters, r.flops, r.kvCache].map((v) => percent(number(v)))];
        cells.forEach((text, i) => say(row.children[i + 1], text));
      });
    },
  };
}

const SHOWN_ROWS = 40;

/** Ways to the rows of the calibration set. @param {string} name */
export function rowLinks(name) {
  const base = `/sweeps/${encodeURIComponent(name)}/prompts`;
  const list = h('div', { class: 'rows' });
  const field = h('input', { type: 'number', min: 0, id: 'row', inputmode: 'numeric', value: 0 });
  const link = h('a', { class: 'button', href: `${base}/0` }, 'Open');
  field.addEventListener('input', () => link.setAttribute('href', `${base}/${Math.max(0, Math.floor(Number(field.value) || 0))}`));
  const go = h('p', { class: 'inline' }, h('label', { for: 'row' }, 'Row'), field, link);
  const element = h('section', { class: 'card', 'aria-label': 'Calibration text' }, h('h2', {}, 'Calibration text'),
    h('p', { class: 'explain' }, 'The rows of tokens that all candidates are compared on.'), list, go);
  let shown = -1;
  return {
    element,
    /** @param {number} rows */
    set(rows) {
      if (rows === shown) return;
      shown = rows;
      fill(list, Array.from({ length: Math.min(rows, SHOWN_ROWS) }, (_, i) => h('a', { href: `${base}/${i}`, 'aria-label': `Row ${i}` }, i)));
      field.max = String(Math.max(0, rows - 1));
      go.hidden = rows > 0 && rows <= SHOWN_ROWS;
    },
  };
}

/** Reports as files. @param {string} name @param {() => void} save */
export function reports(name, save) {
  const link = (/** @type {string} */ format, /** @type {string} */ text) =>
    h('a', { class: 'button', href: `${ROOT}/sweeps/${encodeURIComponent(name)}/report?format=${format}`, 'data-plain': true, download: true }, text);
  return h('section', { class: 'card', 'aria-label': 'Reports' }, h('h2', {}, 'Reports'),
    h('p', { class: 'explain' }, 'What sluice report writes, as it stands now, and all that is on this page.'),
    h('p', { class: 'inline' }, link('html', 'HTML'), link('json', 'JSON'), link('text', 'Text'), h('button', { type: 'button', onclick: save }, 'This page as JSON')));
}

/** A plan as it was asked for. @param {Record<string, unknown>} plan */
export function planCard(plan) {
  return h('section', { class: 'card', 'aria-label': 'Plan' }, h('h2', {}, 'Plan'),
    h('dl', { class: 'facts' }, Object.entries(plan).flatMap(([key, value]) => [h('dt', {}, key), h('dd', {}, Array.isArray(value) ? value.join(', ') : String(value))])));
}
