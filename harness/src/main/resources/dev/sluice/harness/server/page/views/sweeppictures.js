/** The four pictures of a sweep: map, candidates, curve, heat map. */
import { colour, ink } from '../colour.js';
import { CandidateBars } from '../charts/bars.js';
import { Curve } from '../charts/curve.js';
import { choice } from '../charts/figure.js';
import { HeatMap } from '../charts/heat.js';
import { SublayerMap } from '../charts/map.js';
import { Picture } from '../charts/picture.js';
import { h, say } from '../dom.js';
import { candidate, number, percent, score, scoreWithError } from '../format.js';
import { keep } from '../router.js';
import { Cells, FAR } from '../state/cells.js';
import { rowError, sublayersOf } from '../state/sweep.js';

/** @typedef {import('../state/sweep.js').SweepState} SweepState */

/** A legend: a ramp of the scale between two words. @param {string} [also] */
function ramp(also) {
  const low = h('span');
  const high = h('span');
  const element = h('div', { class: 'legend' }, low, h('span', { class: 'ramp', 'aria-hidden': 'true' }), high,
    also ? h('span', { class: 'also' }, h('i', { class: 'swatch', 'aria-hidden': 'true' }), also) : null);
  return { element, set: (/** @type {string} */ a, /** @type {string} */ b) => {
    say(low, a);
    say(high, b);
  } };
}

export class SweepPictures {
  /** @param {string} name @param {SweepState} sweep @param {URLSearchParams} query */
  constructor(name, sweep, query) {
    this.name = name;
    this.sweep = sweep;
    this.cells = new Cells(sweep);
    this.cells.absolute = query.get('scale') === 'absolute';
    this.byRank = query.get('map') !== 'divergence';
    /** @type {number | null} the step that is looked at, null for the running one */
    this.chosen = Number(query.get('step')) || null;
    this.mapLegend = ramp('kept');
    this.heatLegend = ramp('cut or not scored');
    this.live = h('button', { type: 'button', hidden: true, onclick: () => this.choose(null) }, 'back to the present step');
    this.mapScale = this.scaleChoice();
    this.map = this.makeMap();
    this.bars = this.makeBars(query.get('bars') === 'log');
    this.curve = this.makeCurve(query.get('curve') === 'log');
    this.heat = this.makeHeat();
    this.all = [this.map, this.bars, this.curve, this.heat];
  }

  get step() {
    return Math.min(this.chosen ?? this.sweep.running, this.sweep.planned);
  }

  changed() {
    say(this.bars.title, `Candidates of step ${this.step}`);
    this.live.hidden = this.chosen === null;
    this.colours = this.cells.shares();
    this.legends();
    for (const picture of this.all) picture.changed();
  }

  legends() {
    const { sweep, cells } = this;
    this.mapScale.classList.toggle('unused', this.byRank);
    if (this.byRank) this.mapLegend.set('cut first', sweep.steps.length ? `cut last, rank ${sweep.steps.length}` : 'cut last');
    const [low, high] = cells.absolute ? (cells.range ?? [NaN, NaN]) : [NaN, NaN];
    const words = cells.absolute
      ? sweep.lower ? [score(low), `${score(high)} ${sweep.unit}`] : [score(high), `${score(low)} ${sweep.unit}`]
      : ['best of its step', sweep.lower ? `${FAR} x and more` : 'worst of its step'];
    if (!this.byRank) this.mapLegend.set(words[0], words[1]);
    this.heatLegend.set(words[0], words[1]);
  }

  /** @param {number | null} step */
  choose(step) {
    this.chosen = step === this.sweep.running ? null : step;
    keep({ step: this.chosen === null ? null : String(this.chosen) });
    this.changed();
  }

  scaleChoice() {
    return choice('Scale of the colours', [['relative', 'relative'], ['absolute', 'absolute']], this.cells.absolute ? 'absolute' : 'relative', (value) => {
      this.cells.absolute = value === 'absolute';
      keep({ scale: value === 'absolute' ? value : null });
      for (const [i, button] of [...document.querySelectorAll('[aria-label="Scale of the colours"] button')].entries()) {
        button.setAttribute('aria-pressed', String((i % 2 === 1) === this.cells.absolute));
      }
      this.changed();
    });
  }

  makeMap() {
    const { sweep } = this;
    const mode = choice('Colours of the map', [['rank', 'rank'], ['divergence', 'divergence']], this.byRank ? 'rank' : 'divergence', (value) => {
      this.byRank = value === 'rank';
      keep({ map: this.byRank ? null : value });
      this.changed();
    });
    const drawing = new SublayerMap(() => sweep.blocks, (sublayer, dark) => this.cell(sublayer, dark),
      () => `Map of ${2 * sweep.blocks} sublayers: ${sweep.cut} are cut.`);
    return new Picture({
      title: 'What is cut', file: `${this.name}-map`, controls: [mode, this.mapScale], legend: this.mapLegend.element,
      explain: 'One cell a sublayer, attention above FFN. A number is the step in which it was cut.',
      hint: 'Point at a sublayer, or use the arrow keys.',
      table: () => ({
        head: ['sublayer', 'rank', `${sweep.measure} in step ${this.step}`],
        rows: Array.from({ length: 2 * sweep.blocks }, (_, row) => {
          const sublayer = Cells.sublayer(row);
          return [sublayer, sweep.ranks.get(sublayer) ?? this.experts(sublayer), this.plain(this.cells.column(this.step).values[row])];
        }),
      }),
    }, drawing);
  }

  /** What is cut of a sublayer that is kept, in words. @param {string} sublayer */
  experts(sublayer) {
    const cut = this.sweep.expertsCut(sublayer);
    return cut > 0 ? `${cut} expert${cut > 1 ? 's' : ''} cut` : '';
  }

  /** A number for a table. @param {number} value */
  plain(value) {
    return Number.isFinite(value) ? value : '';
  }

  /** @param {string} sublayer @param {boolean} dark @returns {import('../charts/map.js').Cell} */
  cell(sublayer, dark) {
    const { sweep } = this;
    const rank = sweep.ranks.get(sublayer);
    const row = Cells.row(sublayer);
    const value = this.cells.column(this.step).values[row];
    const scored = Number.isNaN(value) ? '' : ` · ${score(value)} ${sweep.unit} in step ${this.step}`;
    const words = `${sublayer} · ${rank ? `cut in step ${rank}` : this.experts(sublayer) || 'kept'}${scored}`;
    let share = NaN;
    if (!this.byRank) share = this.colours?.(this.step, row) ?? NaN;
    else if (rank) share = sweep.steps.length > 1 ? (rank - 1) / (sweep.steps.length - 1) : 0;
    const experts = sweep.expertsCut(sublayer);
    const text = rank ? String(rank) : experts ? `−${experts}` : this.byRank ? '·' : '';
    return Number.isNaN(share) ? { fill: '', ink: '', text, say: words } : { fill: colour(share, dark), ink: ink(share, dark), text, say: words };
  }

  /** @param {boolean} log */
  makeBars(log) {
    const { sweep } = this;
    const drawing = new CandidateBars(
      () => ({ step: this.step, found: sweep.found(this.step), lower: sweep.lower }),
      () => {
        const [best] = sweep.found(this.step);
        return `Candidates of step ${this.step}, best first${best ? `: ${candidate(best.candidate)} with ${score(best.value)}` : ''}.`;
      });
    drawing.log = log;
    const axis = choice('Axis of the candidates', [['linear', 'linear'], ['log', 'log']], log ? 'log' : 'linear', (value) => {
      drawing.log = value === 'log';
      keep({ bars: drawing.log ? 'log' : null });
      this.bars.changed();
    });
    const key = h('div', { class: 'legend' }, h('i', { class: 'swatch attention', 'aria-hidden': 'true' }), 'attention',
      h('i', { class: 'swatch ffn', 'aria-hidden': 'true' }), 'FFN', h('span', { class: 'also' }, 'pale: so far · hollow: dropped early'));
    return new Picture({
      title: 'Candidates of the step', file: `${this.name}-candidates`, controls: [axis, this.live], legend: key,
      explain: `What each would cost, in ${sweep.unit || 'its unit'}, best on the left; lines are one standard error over rows.`,
      hint: 'Point at a candidate, or use the arrow keys.',
      table: () => ({
        head: ['candidate', sweep.measure || 'score', 'standard error', 'how'],
        rows: sweep.found(this.step).map((f) => [f.candidate, this.plain(f.value), this.plain(f.error), f.how]),
      }),
    }, drawing);
  }

  /** @param {boolean} log */
  makeCurve(log) {
    const { sweep } = this;
    const axis = choice('Axis of the curve', [['linear', 'linear'], ['log', 'log']], log ? 'log' : 'linear', (value) => {
      keep({ curve: value === 'log' ? value : null });
      this.curve.logarithmic(value === 'log');
    });
    const curve = new Curve({
      title: 'What it costs', file: `${this.name}-curve`, controls: [axis],
      explain: 'With all cuts so far together; the band is one standard error over rows.',
      hint: 'Point at a step, or use the arrow keys.',
      table: () => ({
        head: ['step', 'cut', 'share of sublayers', sweep.measure || 'score', 'standard error'],
        rows: sweep.steps.map((s) => [s.step, s.candidate, this.plain(number(s.reduction.sublayers)), this.plain(number(s.score)), this.plain(sweep.errorOf(s))]),
      }),
    }, () => this.points(), {
      x: '% of sublayers cut',
      y: () => `${sweep.measure}, ${sweep.unit}`,
      label: () => `Curve of ${sweep.measure} over ${sweep.steps.length} steps${sweep.steps.length ? `, now ${score(number(sweep.steps.at(-1)?.score))}` : ''}.`,
    });
    curve.log = log;
    return curve;
  }

  /** @returns {import('../charts/curve.js').Points} */
  points() {
    const { steps } = this.sweep;
    return {
      x: steps.map((s) => 100 * number(s.reduction.sublayers)),
      y: steps.map((s) => number(s.score)),
      error: steps.map((s) => this.sweep.errorOf(s)),
      say: steps.map((s) => `step ${s.step} · ${candidate(s.candidate)} · ${scoreWithError(number(s.score), this.sweep.errorOf(s))} at ${percent(number(s.reduction.sublayers))}`),
    };
  }

  makeHeat() {
    const { sweep } = this;
    const drawing = new HeatMap({
      columns: () => sweep.planned,
      rows: () => 2 * sweep.blocks,
      share: (column, row) => this.colours?.(column + 1, row) ?? NaN,
      chosen: (column) => {
        const step = sweep.steps[column];
        return step ? Cells.row(step.sublayers[0] ?? sublayersOf(step.candidate)[0]) : -1;
      },
      say: (column, row) => this.sayCell(column + 1, Cells.sublayer(row)),
      label: () => `Heat map of ${sweep.versions.size} steps by ${2 * sweep.blocks} sublayers.`,
      name: Cells.sublayer,
    });
    const picture = new Picture({
      title: 'How it was decided', file: `${this.name}-steps`, controls: [this.scaleChoice()], legend: this.heatLegend.element,
      explain: 'One column a step, one row a sublayer by block; a dot is what was cut. A click shows the step’s candidates.',
      hint: 'Point at a cell, or use the arrow keys; Enter shows its step.',
      table: () => ({
        head: ['sublayer', ...Array.from({ length: sweep.planned }, (_, i) => `step ${i + 1}`)],
        rows: Array.from({ length: 2 * sweep.blocks }, (_, row) => [
          Cells.sublayer(row),
          ...Array.from({ length: sweep.planned }, (_, i) => (sweep.versions.has(i + 1) ? this.plain(this.cells.column(i + 1).values[row]) : '')),
        ]),
      }),
    }, Object.assign(drawing, { pick: (/** @type {number} */ at) => this.choose(Math.floor(at / (2 * sweep.blocks)) + 1) }));
    return picture;
  }

  /** @param {number} step @param {string} sublayer */
  sayCell(step, sublayer) {
    const { sweep } = this;
    const trial = sweep.trialOf(step, sublayer);
    const rank = sweep.ranks.get(sublayer);
    if (trial) {
      const how = rank === step ? ' · cut' : trial.outcome === 'dropped' ? ' · dropped early' : '';
      return `step ${step} · ${sublayer} · ${scoreWithError(number(trial.score), rowError(trial))}${how}`;
    }
    const value = sweep.versions.has(step) ? this.cells.column(step).values[Cells.row(sublayer)] : NaN;
    if (Number.isFinite(value)) return `step ${step} · ${sublayer} · ${score(value)} so far`;
    return `step ${step} · ${sublayer} · ${rank !== undefined && rank < step ? `cut in step ${rank}` : 'not scored'}`;
  }

  dispose() {
    for (const picture of this.all) picture.dispose();
  }
}
