/** One sweep, folded from its events or read from the journal. */
import { number } from '../format.js';

/**
 * @typedef {import('../types.js').Trial} Trial
 * @typedef {import('../types.js').Step} Step
 *
 * @typedef {object} Found a candidate's score, as far as it is known
 * @property {string} candidate
 * @property {number} value
 * @property {number} error
 * @property {'running' | 'scored' | 'dropped'} how
 */

export const KINDS = ['attention', 'ffn'];

/** The sublayers that a candidate cuts: itself, or both of a block. @param {string} candidate */
export function sublayersOf(candidate) {
  return /^\d+$/.test(candidate) ? KINDS.map((kind) => `${candidate}.${kind}`) : [candidate];
}

/** Folding an event twice changes nothing: trials go by step and candidate, steps by number. */
export class SweepState {
  constructor() {
    /** @type {import('../types.js').Job | null} */
    this.job = null;
    /** @type {import('../types.js').Progress | null} */
    this.progress = null;
    this.model = '';
    this.measure = '';
    this.unit = '';
    this.direction = '';
    this.blocks = 0;
    this.rows = 0;
    /** @type {string | null} */
    this.finished = null;
    /** @type {string[]} */
    this.notes = [];
    this.reset();
  }

  reset() {
    /** @type {Step[]} steps in order, from step 1 */
    this.steps = [];
    /** @type {Map<number, Map<string, Trial>>} */
    this.trials = new Map();
    /** @type {Map<string, number>} the step in which a sublayer was cut */
    this.ranks = new Map();
    /** @type {Map<number, number>} how often something of a step has changed */
    this.versions = new Map();
    this.finished = null;
  }

  /** @param {number} step */
  touch(step) {
    this.versions.set(step, (this.versions.get(step) ?? 0) + 1);
  }

  /** @param {string} type @param {any} data */
  fold(type, data) {
    switch (type) {
      case 'job':
        this.job = data;
        if (data.progress && !this.progress) this.progress = data.progress;
        break;
      case 'started':
        this.reset();
        this.about(data);
        break;
      case 'trials':
        for (const trial of data.trials) this.trial({ step: data.step, ...trial });
        break;
      case 'step':
        this.step(data);
        break;
      case 'progress':
        this.progress = data;
        this.rows = data.rows ?? this.rows;
        if (data.step) this.touch(data.step);
        break;
      case 'finished':
        this.finished = data.reason;
        break;
      case 'note':
        if (!this.notes.includes(data.text)) this.notes.push(data.text);
        break;
    }
  }

  /** What is said of it at the start or in the list of sweeps. @param {any} facts */
  about(facts) {
    this.model = facts.model ?? this.model;
    this.measure = facts.measure ?? this.measure;
    this.unit = facts.unit ?? this.unit;
    this.direction = facts.direction ?? this.direction;
    this.blocks = facts.blocks ?? this.blocks;
    this.rows = facts.rows ?? this.rows;
    this.finished = facts.finished ?? this.finished;
  }

  /** @param {Trial} trial */
  trial(trial) {
    let step = this.trials.get(trial.step);
    if (!step) this.trials.set(trial.step, (step = new Map()));
    step.set(trial.candidate, trial);
    this.touch(trial.step);
  }

  /** @param {Step} step */
  step(step) {
    this.steps[step.step - 1] = step;
    for (const sublayer of step.sublayers) this.ranks.set(sublayer, step.step);
  }

  /** Sublayers that are cut, each expert a part of one. */
  get cut() {
    const share = number(this.steps.at(-1)?.reduction.sublayers);
    return Math.round(100 * 2 * this.blocks * (Number.isFinite(share) ? share : 0)) / 100;
  }

  /** How many single experts of an FFN are cut. @param {string} sublayer */
  expertsCut(sublayer) {
    return [...this.ranks.keys()].filter((name) => name.startsWith(`${sublayer}.`)).length;
  }

  /** Whether less is nearer to the intact model. */
  get lower() {
    return !this.direction.startsWith('higher');
  }

  /** The step that is being scored, or the last one. */
  get running() {
    const last = Math.max(0, ...this.trials.keys());
    if (this.finished !== null) return Math.max(1, this.steps.length);
    const seen = Math.max(last, this.progress?.step ?? 0, this.steps.length);
    return Math.max(1, seen);
  }

  /** How many steps there will be, as far as can be told. */
  get planned() {
    return Math.max(this.finished !== null ? 0 : (this.progress?.steps ?? 0), this.steps.length, ...this.trials.keys(), 1);
  }

  /** The best-known scores of a step, best first; running means where nothing is durable yet. @param {number} step @returns {Found[]} */
  found(step) {
    /** @type {Found[]} */
    const found = [];
    const trials = this.trials.get(step) ?? new Map();
    for (const t of trials.values()) {
      found.push({ candidate: t.candidate, value: number(t.score), error: rowError(t), how: t.outcome });
    }
    if (this.progress?.step === step && this.finished === null) {
      for (const [candidate, mean] of Object.entries(this.progress.running ?? {})) {
        if (!trials.has(candidate)) found.push({ candidate, value: number(mean), error: NaN, how: 'running' });
      }
    }
    const sign = this.lower ? 1 : -1;
    const key = (/** @type {Found} */ f) => (Number.isFinite(f.value) ? sign * f.value : Infinity);
    return found.sort((a, b) => key(a) - key(b) || a.candidate.localeCompare(b.candidate, 'en', { numeric: true }));
  }

  /** @param {number} step @param {string} sublayer */
  trialOf(step, sublayer) {
    const trials = this.trials.get(step);
    return trials?.get(sublayer) ?? trials?.get(sublayer.split('.')[0]);
  }

  /** The error of a committed step over rows. @param {Step} step */
  errorOf(step) {
    const trial = this.trials.get(step.step)?.get(step.candidate);
    return trial ? rowError(trial) : NaN;
  }

  /** Everything about it as JSON. */
  json() {
    return {
      model: this.model,
      measure: this.measure,
      unit: this.unit,
      blocks: this.blocks,
      finished: this.finished,
      steps: this.steps,
      candidates: [...this.trials.values()].flatMap((step) => [...step.values()]),
    };
  }
}

/** @param {Trial} trial */
export function rowError(trial) {
  const error = number(trial.rowStandardError);
  return Number.isFinite(error) ? error : number(trial.standardError);
}
