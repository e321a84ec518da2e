/** One sweep, live while it runs. */
import { Problem, api } from '../api.js';
import { save } from '../charts/figure.js';
import { fill, h, say, settle } from '../dom.js';
import { cancelFrame, nextFrame } from '../frame.js';
import { percent } from '../format.js';
import { linkState, notify } from '../notice.js';
import { isOver } from '../state/jobs.js';
import { SweepState } from '../state/sweep.js';
import { Stream } from '../stream.js';
import { adjust } from './adjust.js';
import { JobControls, ProgressBar, chip, failure, left, setChip, where, wholeShare } from './jobparts.js';
import { SweepPictures } from './sweeppictures.js';
import { planCard, reports, rowLinks, stepTable, tiles } from './sweeptables.js';

const EVENTS = ['job', 'started', 'trials', 'step', 'progress', 'finished', 'note'];
const POLL_MILLIS = 4_000;

/** @type {import('../router.js').View} */
export function sweepView(root, place) {
  const page = new SweepPage(root, place.names[0], place.query);
  page.load();
  return () => page.close();
}

class SweepPage {
  /** @param {HTMLElement} root @param {string} name @param {URLSearchParams} query */
  constructor(root, name, query) {
    this.root = root;
    this.name = name;
    this.query = query;
    this.state = new SweepState();
    /** @type {SweepPictures | null} */
    this.pictures = null;
    /** @type {Stream | null} */
    this.stream = null;
    this.timer = 0;
    this.closed = false;
    this.render = () => this.show();
  }

  async load() {
    const [sweep, job] = await this.ask().catch((e) => {
      failure(this.root, this.name, e.message);
      return [undefined, undefined];
    });
    if (this.closed || sweep === undefined || job === undefined) return;
    if (!sweep && !job) {
      failure(this.root, 'No such sweep', `There is no sweep named ${this.name} in the journal folder, and no job.`);
      return;
    }
    if (sweep?.problem && !job) {
      failure(this.root, this.name, sweep.problem);
      return;
    }
    if (sweep) this.state.about(sweep);
    this.state.job = job;
    this.skeleton(/** @type {Record<string, unknown>} */ ({ ...sweep?.plan, ...job?.plan }));
    if (job) this.listen();
    else await this.read(sweep?.state === 'open');
  }

  /** The sweep, where it has begun, and its job, where it has one. @returns {Promise<[import('../types.js').Sweep | null, import('../types.js').Job | null]>} */
  async ask() {
    const job = (await api.jobs()).jobs.find((one) => one.name === this.name);
    if (job && !job.started) return [null, job];
    const sweep = await absent(api.sweep(this.name));
    return [sweep, job ?? sweep?.job ?? null];
  }

  listen() {
    this.stream = new Stream(`/jobs/${encodeURIComponent(this.name)}/events`, EVENTS, {
      event: (type, data) => {
        this.state.fold(type, data);
        nextFrame(this.render);
      },
      link: linkState,
      over: () => this.state.job !== null && isOver(this.state.job),
      broken: () => void api.job(this.name).catch(() => {}),
    });
  }

  /** What the command line left or still writes: no events, so it is asked for. @param {boolean} open */
  async read(open) {
    try {
      const [{ steps }, trials] = await Promise.all([api.steps(this.name), api.candidates(this.name)]);
      for (const trial of trials) this.state.trial(trial);
      for (const step of steps) this.state.step(step);
      nextFrame(this.render);
      if (open && !this.closed) this.timer = setTimeout(() => this.poll(), POLL_MILLIS);
    } catch (e) {
      notify(/** @type {Error} */ (e).message);
    }
  }

  async poll() {
    const sweep = document.hidden ? null : await absent(api.sweep(this.name)).catch(() => null);
    if (this.closed) return;
    if (sweep) this.state.about(sweep);
    const fresh = sweep && sweep.trials !== [...this.state.trials.values()].reduce((sum, step) => sum + step.size, 0);
    if (fresh) await this.read(sweep.state === 'open');
    else this.timer = setTimeout(() => this.poll(), POLL_MILLIS);
  }

  /** @param {Record<string, unknown>} plan */
  skeleton(plan) {
    this.chip = chip('queued');
    this.where = h('span', { class: 'where' });
    this.left = h('span', { class: 'figure' });
    this.percent = h('span', { class: 'figure percent' });
    this.bar = new ProgressBar(`Progress of ${this.name}`);
    this.controls = new JobControls((job) => this.took(job));
    this.lead = h('p', { class: 'lead' });
    this.problem = h('p', { class: 'problem', role: 'alert' });
    this.tiles = tiles();
    this.steps = stepTable();
    this.rows = rowLinks(this.name);
    this.adjust = adjust(this.name, (job) => this.took(job));
    this.place = h('div', { class: 'pictures' }, h('section', { class: 'card lone' }, h('p', { class: 'empty' }, 'It has not started: pictures come with the first results.')));
    fill(
      this.root,
      h('div', { class: 'title' }, h('h1', { tabindex: -1 }, this.name), this.chip, this.controls.element),
      this.lead,
      this.problem,
      h('div', { class: 'job wide' }, this.bar.element, h('div', { class: 'figures' }, this.percent, this.where, this.left)),
      this.tiles.element,
      this.place,
      h('div', { class: 'trio' }, this.rows.element, reports(this.name, () => this.save()), this.adjust.element),
      planCard(plan)
    );
    this.show();
  }

  /** @param {import('../types.js').Job} job */
  took(job) {
    this.state.fold('job', job);
    if (!isOver(job)) this.stream?.again();
    nextFrame(this.render);
  }

  save() {
    save(`${this.name}.json`, 'application/json', JSON.stringify({ name: this.name, ...this.state.json() }, null, 1));
  }

  show() {
    if (this.closed || !this.chip) return;
    const { state } = this;
    this.head();
    this.tiles?.set(state);
    this.rows?.set(state.rows);
    this.adjust?.set(state.job);
    if (!this.pictures && state.blocks > 0) this.draw();
    this.pictures?.changed();
    this.steps?.set(state);
  }

  head() {
    const { state } = this;
    const job = state.job ? { ...state.job, progress: state.progress ?? undefined } : null;
    const ended = state.finished?.replace('_', ' ');
    if (this.chip) setChip(this.chip, job?.state ?? (ended ? 'done' : 'paused'), job?.state ?? (ended ? 'done' : 'not finished'));
    this.controls?.set(job);
    const total = 2 * state.blocks;
    say(/** @type {Node} */ (this.lead), [
      String(job?.plan.model ?? state.model.replace(/^.*\//, '')), total ? `${padded(state.cut, total)} of ${total} sublayers are cut` : '',
      state.measure ? `goes by ${state.measure} (${state.unit}, ${state.lower ? 'lower' : 'higher'} is nearer)` : '',
    ].filter(Boolean).join(' · '));
    say(/** @type {Node} */ (this.problem), [job?.problem, ...state.notes].filter(Boolean).join(' '));
    const share = ended ? 1 : job ? wholeShare(job) : Math.min(1, state.steps.length / state.planned);
    this.bar?.set(share);
    say(/** @type {Node} */ (this.percent), percent(share));
    say(/** @type {Node} */ (this.where), ended ?? (job ? where(job) : ''));
    say(/** @type {Node} */ (this.left), job ? left(job) : '');
  }

  draw() {
    settle(/** @type {HTMLElement} */ (this.place));
    const made = new SweepPictures(this.name, this.state, this.query);
    this.pictures = made;
    fill(
      /** @type {HTMLElement} */ (this.place),
      made.map.element,
      h('div', { class: 'pair' }, made.bars.element, made.curve.element),
      h('div', { class: 'pair' }, made.heat.element, this.steps?.element)
    );
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    cancelFrame(this.render);
    this.stream?.close();
    this.pictures?.dispose();
    linkState('off');
  }
}

/** As wide as the most it can be, so that the line always breaks at the same place. @param {number} n @param {number} most */
const padded = (n, most) => String(n).padStart(String(most).length, '\u2007');

/** Nothing where the API says 404. @template T @param {Promise<T>} answer @returns {Promise<T | null>} */
async function absent(answer) {
  try {
    return await answer;
  } catch (e) {
    if (e instanceof Problem && e.status === 404) return null;
    throw e;
  }
}
