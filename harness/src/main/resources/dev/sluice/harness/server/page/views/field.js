/** One key of a plan as a field of a form: of its type, with its help, default and problem. */
import { h, say } from '../dom.js';

/**
 * @typedef {import('../types.js').PlanKey} PlanKey
 * @typedef {{ value: string, note: string, disabled?: boolean }} Offer a value that a field may take
 */

export class Field {
  /** @param {PlanKey} key @param {Offer[]} offers */
  constructor(key, offers) {
    this.key = key;
    this.id = `key-${key.key}`;
    this.problem = h('p', { class: 'problem', id: `${this.id}-problem` });
    const help = h('p', { class: 'help', id: `${this.id}-help` }, key.help ?? '');
    const described = `${this.id}-help ${this.id}-problem`;
    this.control = this.make(offers, described);
    const label = this.grouped ? h('span', { class: 'label', id: `${this.id}-label` }, key.key) : h('label', { for: this.id }, key.key);
    if (key.required) label.append(h('span', { class: 'needed' }, ' needed'));
    this.element = h('div', { class: 'field', 'data-key': key.key }, label, this.control, this.problem, help);
    this.element.addEventListener('input', () => this.complain(''));
  }

  get grouped() {
    return Boolean(this.key.several && this.key.choices && this.key.choices.length <= 12);
  }

  /** @param {Offer[]} offers @param {string} described @returns {HTMLElement} */
  make(offers, described) {
    const { key, id } = this;
    if (this.grouped) return this.checks(described);
    if (key.choices && !key.several) return this.select(described);
    const whole = key.whole;
    const numeric = key.minimum !== undefined || key.maximum !== undefined || whole;
    // Words such as `none` and `off` are values of some numbers, so the field stays a text.
    const words = key.default !== undefined && numeric && Number.isNaN(Number(key.default));
    const input = h('input', {
      id, name: key.key, autocomplete: 'off', spellcheck: 'false', 'aria-describedby': described,
      type: 'text', inputmode: numeric && !words ? (whole ? 'numeric' : 'decimal') : null,
      placeholder: key.default ?? key.placeholder ?? null, 'aria-required': key.required ? 'true' : null,
      list: offers.length ? `${id}-offers` : null,
    });
    if (!offers.length) return input;
    const list = h('datalist', { id: `${id}-offers` }, offers.map((o) => h('option', { value: o.value, disabled: o.disabled }, o.note)));
    return h('div', {}, input, list, key.several ? this.adders(input, offers) : null);
  }

  /** @param {string} described */
  select(described) {
    const { key, id } = this;
    const choices = (key.choices ?? []).map((choice) => h('option', { value: choice }, choice));
    return h('select', { id, name: key.key, 'aria-describedby': described }, h('option', { value: '' }, key.default ? `${key.default} (default)` : '–'), choices);
  }

  /** @param {string} described */
  checks(described) {
    const { key, id } = this;
    const chosen = new Set((key.default ?? '').split(','));
    return h('div', { class: 'checks', role: 'group', 'aria-labelledby': `${id}-label`, 'aria-describedby': described },
      (key.choices ?? []).map((choice) => h('label', {}, h('input', { type: 'checkbox', value: choice, checked: chosen.has(choice) }), choice)));
  }

  /** Buttons that add to a list with commas. @param {HTMLInputElement} input @param {Offer[]} offers */
  adders(input, offers) {
    const add = (/** @type {string} */ value) => {
      const now = input.value.split(',').map((s) => s.trim()).filter(Boolean);
      input.value = (now.includes(value) ? now.filter((v) => v !== value) : [...now, value]).join(',');
      this.complain('');
    };
    return h('div', { class: 'offers', role: 'group', 'aria-label': `Values for ${this.key.key}` }, offers.map((o) => h('button', {
      type: 'button', class: 'quiet', disabled: o.disabled, title: o.note, onclick: () => add(o.value),
    }, o.value)));
  }

  get input() {
    return /** @type {HTMLInputElement | HTMLSelectElement} */ (this.control.matches('input,select') ? this.control : this.control.querySelector('input'));
  }

  /** As a plan has it; empty for what is not said. */
  get value() {
    if (!this.grouped) return this.input.value.trim();
    const chosen = [...this.control.querySelectorAll('input')].filter((i) => i.checked).map((i) => i.value).join(',');
    return chosen === (this.key.default ?? '') ? '' : chosen;
  }

  /** @param {string} value */
  set value(value) {
    if (this.grouped) {
      const chosen = new Set(value.split(','));
      for (const input of this.control.querySelectorAll('input')) input.checked = chosen.has(input.value);
    } else {
      this.input.value = value;
    }
  }

  /** What is wrong with the value by its own rules; empty where nothing is. */
  check() {
    const { key, value } = this;
    if (value === '') return key.required ? `${key.key} is needed` : '';
    const given = Number(value);
    if (!Number.isNaN(given)) {
      if (key.minimum !== undefined && given < key.minimum) return `${value} is below ${key.minimum}`;
      if (key.maximum !== undefined && given > key.maximum) return `${value} is above ${key.maximum}`;
      if (key.whole && !Number.isInteger(given)) return `${value} is not a whole number`;
    }
    if (key.pattern && !new RegExp(`^(?:${key.pattern})$`).test(value)) return `${value} does not have the form ${key.placeholder ?? key.pattern}`;
    return '';
  }

  /** @param {string} text */
  complain(text) {
    say(this.problem, text);
    const target = this.grouped ? this.control : this.input;
    if (text) target.setAttribute('aria-invalid', 'true');
    else target.removeAttribute('aria-invalid');
  }

  focus() {
    (this.grouped ? this.control.querySelector('input') : this.input)?.focus();
  }
}
