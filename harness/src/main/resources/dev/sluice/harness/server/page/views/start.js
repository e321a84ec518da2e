/** The form that starts a sweep or an evaluation; the API has the last word on every value. */
import { Problem, api } from '../api.js';
import { choice } from '../charts/figure.js';
import { fill, h, say } from '../dom.js';
import { bytes, count } from '../format.js';
import { keep } from '../router.js';
import { Field } from './field.js';
import { address, failure } from './jobparts.js';

/** @typedef {import('../types.js').Kind} Kind */

/** What most people set; the rest is behind a fold. */
const FIRST = {
  sweep: ['name', 'model', 'calibration', 'measure', 'until', 'racing', 'candidates', 'exclude'],
  evaluation: ['name', 'model', 'tasks', 'variants', 'shots', 'limit'],
};

/** @type {import('../router.js').View} */
export function startView(root, { query }) {
  let closed = false;
  /** @type {Kind} */
  const kind = query.get('kind') === 'evaluation' ? 'evaluation' : 'sweep';
  const place = h('div', {});
  const choose = (/** @type {string} */ value) => {
    keep({ kind: value });
    build(place, /** @type {Kind} */ (value), () => closed);
  };
  fill(
    root,
    h('div', { class: 'title' }, h('h1', { tabindex: -1 }, 'Start'), choice('What to start', [['sweep', 'Sweep'], ['evaluation', 'Evaluation']], kind, choose)),
    place
  );
  build(place, kind, () => closed);
  return () => {
    closed = true;
  };
}

/** @param {HTMLElement} place @param {Kind} kind @param {() => boolean} closed */
async function build(place, kind, closed) {
  place.dataset.kind = kind;
  try {
    const [{ keys }, offers] = await Promise.all([api.planKeys(kind), inventory(kind)]);
    if (!closed() && place.dataset.kind === kind) new StartForm(place, kind, keys.filter((key) => key.kind === kind), offers);
  } catch (e) {
    if (!closed()) failure(place, 'The form cannot be shown', /** @type {Error} */ (e).message);
  }
}

/** Values that the service knows, by key. @param {Kind} kind @returns {Promise<Record<string, import('./field.js').Offer[]>>} */
async function inventory(kind) {
  const none = () => ({ models: [], texts: [], tasks: [], sweeps: [] });
  const [{ models }, { texts }, { tasks }, sweeps] = await Promise.all([
    api.models().catch(none), api.texts().catch(none), api.tasks().catch(none), api.sweeps().catch(() => []),
  ]);
  const model = models.map((m) => ({ value: m.name, note: m.problem ?? `${m.family}, ${m.blocks} blocks, ${bytes(m.bytes)}`, disabled: Boolean(m.problem) }));
  if (kind === 'sweep') return { model, calibration: texts.map((t) => ({ value: t.name, note: bytes(t.bytes) })) };
  const known = sweeps.filter((s) => (s.steps ?? 0) > 0).slice(0, 8);
  return {
    model,
    tasks: tasks.filter((t) => t.available || t.kind === 'preset').slice(0, 60).map((t) => ({ value: t.name, note: `${t.kind}, ${count(t.shots ?? 0)} shots${t.available ? '' : ', its data is not here'}`, disabled: !t.available })),
    variants: [{ value: 'intact', note: 'the whole model' }, ...known.map((s) => ({ value: `${s.name}@0.25`, note: `what ${s.name} cut up to a quarter` })), { value: 'random:0.25:seed=7', note: 'a control' }],
  };
}

class StartForm {
  /** @param {HTMLElement} place @param {Kind} kind @param {import('../types.js').PlanKey[]} keys @param {Record<string, import('./field.js').Offer[]>} offers */
  constructor(place, kind, keys, offers) {
    this.kind = kind;
    this.fields = keys.map((key) => new Field({ ...key, several: key.several || key.key in { tasks: 1, variants: 1 } }, offers[key.key] ?? []));
    const first = FIRST[kind].map((key) => this.fields.find((f) => f.key.key === key)).filter((f) => f !== undefined);
    // What is needed is never folded away.
    for (const field of this.fields) if (field.key.required && !first.includes(field)) first.push(field);
    const rest = this.fields.filter((f) => !first.includes(f));
    this.priority = h('input', { id: 'priority', type: 'number', min: -100, max: 100, value: 0, inputmode: 'numeric', 'aria-describedby': 'priority-help' });
    this.summary = h('p', { class: 'problem', role: 'alert' });
    this.button = h('button', { type: 'submit', class: 'primary' }, kind === 'sweep' ? 'Start the sweep' : 'Start the evaluation');
    this.fold = h('details', { class: 'fold' }, h('summary', {}, `${rest.length} more keys`), h('div', { class: 'fields' }, rest.map((f) => f.element)));
    const priority = h('div', { class: 'field' }, h('label', { for: 'priority' }, 'priority'), this.priority, h('p', { class: 'help', id: 'priority-help' }, 'The higher comes first, -100 to 100.'));
    fill(place, h('form', { class: 'card start', novalidate: true, onsubmit: (/** @type {Event} */ e) => this.submit(e) },
      h('div', { class: 'fields' }, first.map((f) => f.element), priority), rest.length ? this.fold : null, this.summary, h('div', { class: 'actions' }, this.button)));
  }

  /** @param {Event} event */
  async submit(event) {
    event.preventDefault();
    const problems = new Map(this.fields.map((f) => /** @type {[string, string]} */ ([f.key.key, f.check()])));
    if (this.show(problems, '')) return;
    const plan = Object.fromEntries(this.fields.map((f) => [f.key.key, f.value]).filter(([, value]) => value !== ''));
    this.button.disabled = true;
    try {
      const job = await api.start(this.kind, plan, Number(this.priority.value) || 0);
      history.pushState(null, '', address(job));
      dispatchEvent(new PopStateEvent('popstate'));
    } catch (e) {
      const found = new Map();
      for (const { key, problem } of e instanceof Problem ? e.errors : []) {
        if (key) found.set(key.replace(/^.*\//, ''), problem ?? '');
      }
      this.button.disabled = false;
      this.show(found, /** @type {Error} */ (e).message);
    }
  }

  /** Show problems at their fields and go to the first. @param {Map<string, string>} problems @param {string} otherwise @returns {boolean} whether there is any */
  show(problems, otherwise) {
    for (const field of this.fields) field.complain(problems.get(field.key.key) ?? '');
    const wrong = this.fields.filter((f) => problems.get(f.key.key)).sort((a, b) => (a.element.compareDocumentPosition(b.element) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
    say(this.summary, wrong.length ? '' : otherwise);
    if (wrong.length === 0) return otherwise !== '';
    if (this.fold.contains(wrong[0].element)) this.fold.open = true;
    wrong[0].focus();
    return true;
  }
}
