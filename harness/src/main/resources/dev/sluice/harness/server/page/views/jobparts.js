/** Parts of jobs that several pages show: state, progress, and what can be done to them. */
import { api } from '../api.js';
import { attribute, fill, h } from '../dom.js';
import { count, duration, number, percent } from '../format.js';
import { notify } from '../notice.js';
import { hasDevice } from '../state/jobs.js';
import { ask } from './ask.js';

/** @typedef {import('../types.js').Job} Job */

/** @type {Record<string, string>} */
const MARKS = { queued: '◷', running: '●', pausing: '◐', paused: '❙❙', cancelling: '◌', cancelled: '⨯', done: '✓', failed: '!' };

/** @param {string} state @param {string} [text] */
export function chip(state, text = state) {
  return h('span', { class: `chip ${state}` }, h('span', { 'aria-hidden': 'true', class: 'mark' }, MARKS[state] ?? ''), text);
}

/** @param {HTMLElement} element @param {string} state @param {string} [text] */
export function setChip(element, state, text = state) {
  if (element.dataset.state === `${state} ${text}`) return;
  element.dataset.state = `${state} ${text}`;
  element.className = `chip ${state}`;
  fill(element, h('span', { 'aria-hidden': 'true', class: 'mark' }, MARKS[state] ?? ''), text);
}

/** How far the whole job is, from 0 to 1. @param {Job} job */
export function wholeShare(job) {
  const p = job.progress;
  if (job.state === 'done') return 1;
  if (!p) return 0;
  const share = p.share ?? 0;
  return job.kind === 'sweep' && p.steps ? Math.min(1, (Math.max(1, p.step ?? 1) - 1 + share) / p.steps) : share;
}

/** A bar that grows by a transform, which lays nothing out anew. */
export class ProgressBar {
  /** @param {string} label */
  constructor(label) {
    this.bar = h('i');
    this.element = h('div', { class: 'progress', role: 'progressbar', 'aria-label': label, 'aria-valuemin': 0, 'aria-valuemax': 100 }, this.bar);
  }

  /** @param {number} share */
  set(share) {
    this.bar.style.transform = `scaleX(${share.toFixed(4)})`;
    attribute(this.element, 'aria-valuenow', String(Math.round(100 * share)));
  }
}

/** Where a job is, in words. @param {Job} job */
export function where(job) {
  const p = job.progress;
  if (job.state === 'queued' && job.place) return job.place === 1 ? 'next in line' : `${job.place}. in line`;
  if (!p) return '';
  if (job.kind === 'evaluation') {
    return [p.task, p.items === undefined ? '' : `${count(p.items)} items`].filter(Boolean).join(' · ');
  }
  if (job.state === 'done') return p.steps ? `${p.steps} steps` : '';
  const step = p.step === undefined ? '' : `step ${p.step}${p.steps ? ` of ${p.steps}` : ''}`;
  const scored = hasDevice(job) && p.candidates ? `${p.scored ?? 0} of ${p.candidates} candidates` : '';
  return [step, scored].filter(Boolean).join(' · ');
}

/** @param {Job} job */
export function left(job) {
  const seconds = job.progress?.secondsLeft;
  return job.state === 'running' && seconds !== undefined ? `${duration(seconds)} left` : '';
}

/** @param {Job} job */
export function speed(job) {
  const rate = number(job.progress?.tokensPerSecond);
  return hasDevice(job) && Number.isFinite(rate) ? `${count(rate)} tokens/s` : '';
}

/** @param {Job} job */
export const wholePercent = (job) => percent(wholeShare(job));

const CAN = {
  pause: new Set(['queued', 'running']),
  resume: new Set(['paused', 'failed', 'cancelled']),
  cancel: new Set(['queued', 'running', 'pausing', 'paused']),
};

/** Buttons for what can be done to a job as it stands. */
export class JobControls {
  /** @param {(job: Job) => void} done */
  constructor(done) {
    this.done = done;
    /** @type {Job | null} */
    this.job = null;
    this.buttons = {
      pause: this.button('pause', 'Pause'),
      resume: this.button('resume', 'Resume'),
      cancel: this.button('cancel', 'Cancel'),
    };
    this.element = h('div', { class: 'actions' }, Object.values(this.buttons));
  }

  /** @param {'pause' | 'resume' | 'cancel'} action @param {string} text */
  button(action, text) {
    return h('button', { type: 'button', onclick: () => this.act(action) }, text);
  }

  /** @param {Job | null} job */
  set(job) {
    this.job = job;
    for (const [action, button] of Object.entries(this.buttons)) {
      const can = job !== null && CAN[/** @type {keyof typeof CAN} */ (action)].has(job.state);
      if (!can && document.activeElement === button && job) {
        // The focus stays among the buttons of this job.
        queueMicrotask(() => this.focus());
      }
      button.hidden = !can;
      if (job) attribute(button, 'aria-label', `${button.textContent} ${job.name}`);
    }
  }

  focus() {
    Object.values(this.buttons).find((button) => !button.hidden)?.focus();
  }

  /** @param {'pause' | 'resume' | 'cancel'} action */
  async act(action) {
    const job = this.job;
    if (!job) return;
    if (action === 'cancel' && !(await ask(`Cancel ${job.name}?`, 'It stops for good. What is journalled stays, and it can be resumed.', 'Cancel it'))) return;
    try {
      this.done(await api.act(job.name, action));
    } catch (e) {
      notify(/** @type {Error} */ (e).message);
    }
  }
}

/** The page of a job. @param {{name: string, kind: string}} job */
export function address(job) {
  return `/${job.kind === 'sweep' ? 'sweeps' : 'evaluations'}/${encodeURIComponent(job.name)}`;
}

/** What is wrong, in place of a page. @param {HTMLElement} root @param {string} title @param {string} text */
export function failure(root, title, text) {
  fill(root, h('div', { class: 'card lone' }, h('h1', { tabindex: -1 }, title), h('p', {}, text), h('p', {}, h('a', { href: '/' }, 'To the overview'))));
}

