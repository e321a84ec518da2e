/** All jobs as they stand, and what is in the journal folder. */
import { api } from '../api.js';
import { fill, h, keyed, say, scroll, table } from '../dom.js';
import { cancelFrame, nextFrame } from '../frame.js';
import { count, number, percent, score, time } from '../format.js';
import { linkState } from '../notice.js';
import { JobsWatch, isOver } from '../state/jobs.js';
import { JobControls, ProgressBar, address, chip, left, setChip, speed, where, wholePercent, wholeShare } from './jobparts.js';

/** @typedef {import('../types.js').Job} Job */

const PATIENCE_MILLIS = 3_000;

/** One job in a list. */
class JobCard {
  /** @param {Job} job @param {(job: Job) => void} done */
  constructor(job, done) {
    this.chip = chip(job.state);
    this.where = h('span', { class: 'where' });
    this.left = h('span', { class: 'figure' });
    this.speed = h('span', { class: 'figure' });
    this.percent = h('span', { class: 'figure percent' });
    this.bar = new ProgressBar(`Progress of ${job.name}`);
    this.controls = new JobControls(done);
    this.problem = h('p', { class: 'problem', hidden: true });
    this.element = h(
      'li',
      { class: 'job' },
      h('div', { class: 'line' }, h('a', { href: address(job), class: 'name' }, job.name), h('span', { class: 'kind' }, job.kind), this.chip),
      this.bar.element,
      h('div', { class: 'figures' }, this.percent, this.where, this.left, this.speed),
      this.controls.element,
      this.problem
    );
  }

  /** @param {Job} job */
  set(job) {
    setChip(this.chip, job.state);
    say(this.where, where(job));
    say(this.left, left(job) || (isOver(job) && job.ended ? `ended ${time(job.ended)}` : ''));
    say(this.speed, speed(job));
    say(this.percent, wholePercent(job));
    this.bar.set(wholeShare(job));
    this.element.dataset.state = job.state;
    this.controls.set(job);
    this.problem.hidden = !job.problem;
    say(this.problem, job.problem ?? '');
  }
}

/** @type {import('../router.js').View} */
export function overview(root) {
  const lists = { running: part('Running', 'The device is free.'), waiting: part('In line', 'Nothing waits.'), others: part('Paused and ended', 'Nothing yet.') };
  const sweeps = h('div', { class: 'found' });
  const evaluations = h('div', { class: 'found' });
  // Shown when all of it is there: what comes first would be pushed about by the rest.
  const page = h('div', { class: 'settling' },
    h('div', { class: 'jobs' }, lists.running.element, lists.waiting.element, lists.others.element),
    h('div', { class: 'pair' }, sweeps, evaluations));
  const patience = setTimeout(() => page.classList.remove('settling'), PATIENCE_MILLIS);
  fill(
    root,
    h('div', { class: 'title' }, h('h1', { tabindex: -1 }, 'Overview'), h('a', { href: '/start', class: 'button' }, 'Start a job')),
    page
  );
  /** @type {WeakMap<HTMLElement, JobCard>} */
  const cards = new WeakMap();
  const render = () => {
    if (!watch.known) return;
    for (const [name, jobs] of Object.entries(watch.parts())) {
      const list = lists[/** @type {keyof typeof lists} */ (name)];
      list.empty.hidden = jobs.length > 0;
      say(list.count, jobs.length > 1 ? String(jobs.length) : '');
      keyed(list.list, jobs, (job) => job.name, (job) => {
        const card = new JobCard(job, (changed) => watch.fold('job', changed));
        cards.set(card.element, card);
        return card.element;
      }, (element, job) => cards.get(element)?.set(job));
    }
    const ended = [...watch.jobs.values()].map((job) => job.name + job.state).join();
    if (ended !== known) {
      known = ended;
      findings();
    }
  };
  let known = '';
  const abort = new AbortController();
  const findings = () => {
    showFindings(sweeps, evaluations, abort.signal).then(() => page.classList.remove('settling'));
  };
  const watch = new JobsWatch(() => nextFrame(render), linkState);
  return () => {
    clearTimeout(patience);
    abort.abort();
    cancelFrame(render);
    watch.close();
    linkState('off');
  };
}

/** @param {string} title @param {string} empty */
function part(title, empty) {
  const list = h('ul', { class: 'joblist' });
  const none = h('p', { class: 'empty' }, empty);
  const number = h('span', { class: 'count' });
  const element = h('section', { class: 'card' }, h('h2', {}, title, ' ', number), none, list);
  return { list, empty: none, count: number, element };
}

/** @param {HTMLElement} sweeps @param {HTMLElement} evaluations @param {AbortSignal} signal */
async function showFindings(sweeps, evaluations, signal) {
  const [found, evaluated] = await Promise.allSettled([api.sweeps(signal), api.evaluations(signal)]);
  if (signal.aborted) return;
  if (found.status === 'fulfilled') sweepTable(sweeps, found.value);
  if (evaluated.status === 'fulfilled') evaluationTable(evaluations, evaluated.value);
}

/** @param {HTMLElement} element @param {import('../types.js').Sweep[]} sweeps */
function sweepTable(element, sweeps) {
  const rows = sweeps.map((sweep) => [
    h('a', { href: address({ ...sweep, kind: 'sweep' }) }, sweep.name),
    sweep.problem ? h('span', { title: sweep.problem }, 'unreadable') : (sweep.finished ?? sweep.state).replace('_', ' '),
    sweep.steps ?? '–',
    percent(number(sweep.reduction?.sublayers)),
    `${score(number(sweep.score))} ${sweep.measure ?? ''}`,
    time(sweep.lastChange),
  ]);
  card(element, 'Sweeps', 'in the journal folder', 'No sweep yet.', rows, ['name', 'state', 'steps', 'cut', 'score', 'changed']);
}

/** @param {HTMLElement} element @param {import('../types.js').Evaluation[]} evaluations */
function evaluationTable(element, evaluations) {
  const rows = evaluations.map((e) => [
    h('a', { href: address({ ...e, kind: 'evaluation' }) }, e.name),
    e.problem ? h('span', { title: e.problem }, 'unreadable') : (e.tasks ?? []).join(', '),
    count(e.variants?.length ?? NaN),
    time(e.started),
    e.problem ? '' : h('a', { href: `/compare?of=${encodeURIComponent(e.name)}`, 'aria-label': `Compare the variants of ${e.name}` }, 'side by side'),
  ]);
  card(element, 'Evaluations', 'that have ended', 'No evaluation yet.', rows, ['name', 'tasks', 'variants', 'started', 'compare']);
}

/** @param {HTMLElement} element @param {string} title @param {string} note @param {string} empty @param {import('../dom.js').Child[][]} rows @param {string[]} head */
function card(element, title, note, empty, rows, head) {
  fill(element, h('section', { class: 'card' }, h('h2', {}, title, ' ', h('span', { class: 'count' }, note)),
    rows.length ? scroll(title, table(head, rows, title)) : h('p', { class: 'empty' }, empty)));
}
