/** A question that is answered before anything else. */
import { h } from '../dom.js';

/** @param {string} title @param {string} text @param {string} yes @returns {Promise<boolean>} */
export function ask(title, text, yes) {
  return new Promise((resolve) => {
    const dialog = h(
      'dialog',
      { 'aria-labelledby': 'ask-title', onclose: () => answer() },
      h('h2', { id: 'ask-title' }, title),
      h('p', {}, text),
      h('form', { method: 'dialog', class: 'actions' }, h('button', { value: 'no', autofocus: true }, 'Keep it'), h('button', { value: 'yes', class: 'danger' }, yes))
    );
    const answer = () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    };
    document.body.append(dialog);
    dialog.showModal();
  });
}
