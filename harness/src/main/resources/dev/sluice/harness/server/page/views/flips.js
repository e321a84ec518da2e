/** Pairs as a table, and items that only one of two variants gets right, with their prompts. */
import { h, scroll, table } from '../dom.js';
import { number, score } from '../format.js';

/** @param {any} comparison */
export function pairTable(comparison) {
  const rows = comparison.differences.map((/** @type {any} */ d) => [
    d.task, d.metric, d.second, d.first, score(number(d.difference)), `${score(number(d.low))} to ${score(number(d.high))}`,
    d.lost ?? '', d.gained ?? '', d.p === undefined ? '' : score(number(d.p)), d.adjusted === undefined ? '' : score(number(d.adjusted)),
  ]);
  if (rows.length === 0) return null;
  return h('section', { class: 'card', 'aria-label': 'Pairs' }, h('h2', {}, 'Pairs'),
    h('p', { class: 'explain' }, 'Items lost and gained, McNemar’s exact test, Holm-adjusted over the table.'),
    scroll('Table of pairs', table(['task', 'metric', 'variant', 'against', 'difference', '95 % interval', 'lost', 'gained', 'p', 'adjusted'], rows, 'Pairs')));
}

/** @param {any} comparison */
export function stabilityTable(comparison) {
  const rows = (comparison.stabilities ?? []).map((/** @type {any} */ k) => [
    k.task, k.variant, score(number(k.stability)), score(number(k.effectiveItems)), k.items,
  ]);
  if (rows.length === 0) return null;
  return h('section', { class: 'card', 'aria-label': 'Stability' }, h('h2', {}, 'Stability'),
    h('p', { class: 'explain' }, 'What is kept of the baseline’s right and wrong choices, 0 to 1 (LLM-Streamline’s); items count by the spread of the baseline’s perplexities, like so many of equal weight.'),
    scroll('Table of stability', table(['task', 'variant', 'stability', 'like items', 'items'], rows, 'Stability')));
}

/** @param {any} comparison */
export function flips(comparison) {
  if (!comparison.flips.length) return null;
  return h('section', { class: 'card', 'aria-label': 'Items that change sides' }, h('h2', {}, 'Items that change sides'),
    h('p', { class: 'explain' }, 'Right in one variant and not in the other; log-likelihoods in nats, the right choice marked.'),
    groups(comparison.flips).map(([name, items], i) => h('details', { class: 'fold', open: i === 0 },
      h('summary', {}, name, h('span', { class: 'count' }, ` ${items.length}`)), h('div', { class: 'flips' }, items.map(flip)))));
}

/** Items of the same pair and task together. @param {any[]} items @returns {Array<[string, any[]]>} */
function groups(items) {
  /** @type {Map<string, any[]>} */
  const found = new Map();
  for (const item of items) {
    const name = `${item.second} against ${item.first} · ${item.task}`;
    found.set(name, [...(found.get(name) ?? []), item]);
  }
  return [...found];
}

/** @param {any} item */
function flip(item) {
  const context = item.requests[0]?.context ?? '';
  const rows = item.requests.map((/** @type {any} */ r, /** @type {number} */ i) => {
    const gold = item.gold === i;
    return h('tr', { class: gold ? 'gold' : null },
      h('th', { scope: 'row' }, gold ? '› ' : '', r.continuation.trim() || '(empty)', gold ? h('span', { class: 'hidden' }, ' (right)') : null),
      h('td', {}, score(number(r.first))), h('td', {}, score(number(r.second))));
  });
  return h('article', { class: 'flip' },
    h('h3', {}, item.gained ? 'Gained' : 'Lost', h('span', { class: 'count' }, ` item ${item.docId}`)),
    h('p', { class: 'context' }, context),
    scroll(`Choices of item ${item.docId} of ${item.task}, ${item.second} against ${item.first}`, h('table', {},
      h('caption', { class: 'hidden' }, 'Log-likelihoods of the choices'),
      h('thead', {}, h('tr', {}, ['choice', item.first, item.second].map((t) => h('th', { scope: 'col' }, t)))), h('tbody', {}, rows))));
}
