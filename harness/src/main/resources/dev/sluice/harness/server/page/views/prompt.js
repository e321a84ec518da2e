/** One row of a sweep's calibration set, token by token. */
import { api } from '../api.js';
import { fill, h } from '../dom.js';
import { count } from '../format.js';
import { failure } from './jobparts.js';

/** @type {import('../router.js').View} */
export function promptView(root, { names: [name, row] }) {
  let closed = false;
  const sweep = `/sweeps/${encodeURIComponent(name)}`;
  const at = Number(row);
  api.prompt(name, at).then((prompt) => {
    if (closed) return;
    const pieces = prompt.pieces ?? [prompt.text];
    fill(
      root,
      h('div', { class: 'title' }, h('h1', { tabindex: -1 }, `Row ${prompt.row}`), h('span', { class: 'count' }, `${count(prompt.tokens)} tokens of the calibration text of `, h('a', { href: sweep }, name))),
      h('nav', { class: 'inline', 'aria-label': 'Rows' }, at > 0 ? h('a', { class: 'button', href: `${sweep}/prompts/${at - 1}` }, 'Row before') : null, h('a', { class: 'button', href: `${sweep}/prompts/${at + 1}` }, 'Row after')),
      h('section', { class: 'card', 'aria-label': 'Text' }, h('p', { class: 'prompt' }, pieces.map((piece, i) => h('span', { class: 'piece', title: `token ${i}` }, piece))))
    );
    root.querySelector('h1')?.focus({ preventScroll: true });
  }, (e) => {
    if (!closed) failure(root, `Row ${row} of ${name}`, e.message);
  });
  return () => {
    closed = true;
  };
}
