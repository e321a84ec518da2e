/** Which evaluations and variants are compared, and in which order. */
import { fill, h } from '../dom.js';

/** Parts of `of`, each an evaluation with or without a variant. @param {string} of @returns {string[]} */
export function parts(of) {
  return of.split(',').map((s) => s.trim()).filter(Boolean);
}

/**
 * @param {HTMLElement} place
 * @param {import('../types.js').Evaluation[]} evaluations
 * @param {string} of
 * @param {boolean} all
 * @param {(of: string, all: boolean) => void} changed
 */
export function picker(place, evaluations, of, all, changed) {
  const usable = evaluations.filter((e) => !e.problem && e.variants?.length);
  const full = (/** @type {import('../types.js').Evaluation} */ e) => (e.variants ?? []).map((v) => `${e.name}:${v.name}`);
  /** @type {string[]} in the order of choosing: the first is the baseline */
  let chosen = parts(of).flatMap((part) => {
    const whole = usable.find((e) => e.name === part);
    return whole ? full(whole) : [part];
  });
  const pairs = h('input', { type: 'checkbox', checked: all, onchange: () => tell() });
  const list = h('div', { class: 'picks' });

  /** An evaluation of which all is chosen is named alone: the address stays short. */
  const address = () => {
    const whole = usable.find((e) => full(e).length === chosen.length && full(e).every((v, i) => v === chosen[i]));
    return whole ? whole.name : chosen.join(',');
  };
  const tell = () => {
    changed(address(), pairs.checked);
    draw();
  };
  const toggle = (/** @type {string} */ id, /** @type {boolean} */ on) => {
    chosen = on ? [...chosen, id] : chosen.filter((c) => c !== id);
    tell();
  };
  const first = (/** @type {string} */ id) => {
    chosen = [id, ...chosen.filter((c) => c !== id)];
    tell();
  };

  const item = (/** @type {string} */ id, /** @type {string} */ name) => {
    const on = chosen.includes(id);
    return h('li', {},
      h('label', {}, h('input', { type: 'checkbox', checked: on, 'data-id': id, onchange: (/** @type {Event} */ e) => toggle(id, /** @type {HTMLInputElement} */ (e.target).checked) }), name),
      !on ? null : chosen[0] === id ? h('span', { class: 'base' }, 'baseline')
        : h('button', { type: 'button', class: 'quiet', 'data-id': `first ${id}`, 'aria-label': `Hold the others against ${name}`, onclick: () => first(id) }, 'as baseline'));
  };
  const draw = () => {
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.id : undefined;
    fill(list, usable.map((e) => h('fieldset', {}, h('legend', {}, e.name), h('ul', {}, (e.variants ?? []).map((v) => item(`${e.name}:${v.name}`, v.name))))));
    if (focused) {
      const again = [...list.querySelectorAll('[data-id]')].find((x) => /** @type {HTMLElement} */ (x).dataset.id === focused)
        ?? [...list.querySelectorAll('[data-id]')].find((x) => /** @type {HTMLElement} */ (x).dataset.id === focused.replace('first ', ''));
      if (again instanceof HTMLElement) again.focus();
    }
  };
  draw();
  fill(place, h('details', { class: 'card fold', open: chosen.length === 0 }, h('summary', {}, 'What is compared'),
    usable.length ? list : h('p', { class: 'empty' }, 'No evaluation has ended yet.'),
    h('label', { class: 'inline' }, pairs, 'every pair, not only those with the baseline')));
}
