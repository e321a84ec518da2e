/** One evaluation: its scores as they come, or as they were kept. */
import { Problem, api } from '../api.js';
import { fill, h, say, scroll, table } from '../dom.js';
import { cancelFrame, nextFrame } from '../frame.js';
import { count, duration, number, percent, scoreWithError } from '../format.js';
import { linkState } from '../notice.js';
import { isOver } from '../state/jobs.js';
import { Stream } from '../stream.js';
import { adjust } from './adjust.js';
import { JobControls, ProgressBar, chip, failure, left, setChip, where, wholeShare } from './jobparts.js';
import { planCard } from './sweeptables.js';

/** @type {import('../router.js').View} */
export function evaluationView(root, { names: [name] }) {
  const page = new EvaluationPage(root, name);
  page.load();
  return () => page.close();
}

class EvaluationPage {
  /** @param {HTMLElement} root @param {string} name */
  constructor(root, name) {
    this.root = root;
    this.name = name;
    this.closed = false;
    /** @type {import('../types.js').Job | null} */
    this.job = null;
    /** @type {Map<string, import('../types.js').Score>} */
    this.scores = new Map();
    /** @type {any} */
    this.ended = null;
    this.render = () => this.show();
  }

  async load() {
    const absent = (/** @type {unknown} */ e) => {
      if (e instanceof Problem && e.status === 404) return null;
      throw e;
    };
    try {
      const listed = (await api.jobs()).jobs.find((one) => one.name === this.name);
      const evaluation = listed && listed.state !== 'done' ? null : await api.evaluation(this.name).catch(absent);
      const job = listed ?? evaluation?.job ?? null;
      if (this.closed) return;
      if (!evaluation && !job) {
        failure(this.root, 'No such evaluation', `There is no evaluation named ${this.name} in the journal folder, and no job.`);
        return;
      }
      this.job = job;
      this.take(evaluation?.scores ?? []);
      this.skeleton(evaluation, job);
      if (job) this.listen();
    } catch (e) {
      if (!this.closed) failure(this.root, this.name, /** @type {Error} */ (e).message);
    }
  }

  listen() {
    this.stream = new Stream(`/jobs/${encodeURIComponent(this.name)}/events`, ['job', 'started', 'progress', 'ended', 'note'], {
      event: (type, data) => this.fold(type, data),
      link: linkState,
      over: () => this.job !== null && isOver(this.job),
      broken: () => void api.job(this.name).catch(() => {}),
    });
  }

  /** @param {string} type @param {any} data */
  fold(type, data) {
    if (type === 'job') this.job = { progress: this.job?.progress, ...data };
    else if (type === 'progress' && this.job) this.job = { ...this.job, progress: data };
    else if (type === 'ended') this.ended = data;
    if (data.scores) this.take(data.scores);
    nextFrame(this.render);
  }

  /** @param {import('../types.js').Score[]} scores */
  take(scores) {
    for (const one of scores) this.scores.set(`${one.task}\n${one.metric}\n${one.variant}`, one);
  }

  /** @param {import('../types.js').Evaluation | null} evaluation @param {import('../types.js').Job | null} job */
  skeleton(evaluation, job) {
    this.chip = chip(job?.state ?? 'done');
    this.controls = new JobControls((changed) => {
      this.fold('job', changed);
      this.stream?.again();
    });
    this.where = h('span', { class: 'where' });
    this.left = h('span', { class: 'figure' });
    this.percent = h('span', { class: 'figure percent' });
    this.bar = new ProgressBar(`Progress of ${this.name}`);
    this.problem = h('p', { class: 'problem', role: 'alert' });
    this.table = h('div', { class: 'livetable' });
    this.adjust = adjust(this.name, (changed) => this.fold('job', changed));
    const compare = h('a', { class: 'button', href: `/compare?of=${encodeURIComponent(this.name)}` }, 'Compare its variants');
    this.compare = compare;
    fill(
      this.root,
      h('div', { class: 'title' }, h('h1', { tabindex: -1 }, this.name), this.chip, this.controls.element, compare),
      h('p', { class: 'lead' }, [job?.plan.model ?? evaluation?.model?.replace(/^.*\//, ''), (evaluation?.tasks ?? []).join(', ')].filter(Boolean).join(' · ')),
      this.problem,
      h('div', { class: 'job wide' }, this.bar.element, h('div', { class: 'figures' }, this.percent, this.where, this.left)),
      h('div', { class: 'pictures' }, h('section', { class: 'card', 'aria-label': 'Scores' }, h('h2', {}, 'Scores'), h('p', { class: 'explain' }, 'So far, while it runs; with lm-eval’s standard errors when it has ended.'), this.table),
        this.adjust.element,
        job ? planCard(job.plan) : null)
    );
    this.show();
  }

  show() {
    if (this.closed || !this.bar) return;
    const { job } = this;
    if (job && this.chip) setChip(this.chip, job.state);
    this.controls?.set(job);
    this.adjust?.set(job);
    const share = job ? wholeShare(job) : 1;
    this.bar.set(share);
    say(/** @type {Node} */ (this.percent), percent(share));
    say(/** @type {Node} */ (this.where), job && !isOver(job) ? where(job) : this.ended ? `${duration(this.ended.seconds)}, ${count(this.ended.tokensComputed)} tokens computed` : '');
    say(/** @type {Node} */ (this.left), job ? left(job) : '');
    say(/** @type {Node} */ (this.problem), job?.problem ?? '');
    if (this.compare) this.compare.hidden = job !== null && job.state !== 'done';
    this.scoreTable();
  }

  scoreTable() {
    const scores = [...this.scores.values()];
    const variants = [...new Set(scores.map((s) => s.variant))];
    const lines = [...new Set(scores.map((s) => `${s.task}\n${s.metric}`))];
    const rows = lines.map((line) => [line.replace('\n', ' · '), ...variants.map((variant) => {
      const one = this.scores.get(`${line}\n${variant}`);
      return one ? scoreWithError(number(one.value), number(one.standardError)) : '';
    })]);
    if (!this.table) return;
    if (rows.length === 0) fill(this.table, h('p', { class: 'empty' }, 'No score yet.'));
    else {
      const made = table(['task', ...variants], rows, 'Scores');
      const box = this.table.querySelector('.scroll');
      if (box) fill(box, made);
      else fill(this.table, scroll('Table of scores', made));
    }
  }

  close() {
    this.closed = true;
    cancelFrame(this.render);
    this.stream?.close();
    linkState('off');
  }
}
