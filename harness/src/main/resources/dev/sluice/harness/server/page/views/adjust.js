/** Changing a job's place in line and its memory budget. */
import { Problem, api } from '../api.js';
import { h, say } from '../dom.js';

/** @param {string} name @param {(job: import('../types.js').Job) => void} done */
export function adjust(name, done) {
  const priority = h('input', { type: 'number', min: -100, max: 100, step: 1, id: 'adjust-priority', inputmode: 'numeric', 'aria-describedby': 'adjust-problem' });
  const memory = h('input', { type: 'text', maxlength: 20, placeholder: '8GiB, 512M or auto', id: 'adjust-memory', autocomplete: 'off', 'aria-describedby': 'adjust-problem' });
  const problem = h('p', { class: 'problem', id: 'adjust-problem', role: 'alert' });
  const said = h('p', { class: 'said', role: 'status' });
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    say(problem, '');
    say(said, '');
    /** @type {{priority?: number, memory?: string}} */
    const change = {};
    if (priority.value !== '') change.priority = Number(priority.value);
    if (memory.value.trim() !== '') change.memory = memory.value.trim();
    if (Object.keys(change).length === 0) return;
    try {
      done(await api.adjust(name, change));
      say(said, 'Changed.');
      memory.value = '';
    } catch (e) {
      const errors = e instanceof Problem ? e.errors.map((one) => one.problem).join(' ') : '';
      say(problem, errors || /** @type {Error} */ (e).message);
      (change.memory === undefined ? priority : memory).focus();
    }
  };
  const element = h(
    'section',
    { class: 'card adjust', 'aria-label': 'Adjust' },
    h('h2', {}, 'Adjust'),
    h('p', { class: 'explain' }, 'A running job goes on with a new budget after its slice; results do not change.'),
    h('form', { class: 'inline', onsubmit: submit, novalidate: true },
      h('label', { for: 'adjust-priority' }, 'Priority'), priority,
      h('label', { for: 'adjust-memory' }, 'Memory'), memory,
      h('button', { type: 'submit' }, 'Change'), said),
    problem
  );
  return {
    element,
    /** @param {import('../types.js').Job | null} job */
    set(job) {
      element.hidden = job === null || ['done', 'failed', 'cancelled'].includes(job.state);
      if (job && document.activeElement !== priority && document.activeElement?.closest('.adjust') === null) priority.value = String(job.priority);
      const now = job?.plan.memory;
      memory.placeholder = now ? `now ${now}` : '8GiB, 512M or auto';
    },
  };
}
