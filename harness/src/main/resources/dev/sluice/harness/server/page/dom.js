/** Elements without markup: what comes from outside is only ever text. */

/**
 * @typedef {Node | string | number | null | undefined | false} Child
 * @typedef {Record<string, unknown>} Properties
 */

/**
 * An element. Properties that start with `on` are listeners, `class` and others are attributes;
 * true sets an empty attribute, false, null and undefined leave it out.
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Properties} [properties]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith('on')) {
      element.addEventListener(key.slice(2), /** @type {EventListener} */ (value));
    } else {
      element.setAttribute(key, value === true ? '' : String(value));
    }
  }
  append(element, children);
  return element;
}

/** @param {Element} element @param {Array<Child | Child[]>} children */
function append(element, children) {
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

/** Put children in place of what is there. @param {Element} element @param {...(Child | Child[])} children */
export function fill(element, ...children) {
  element.replaceChildren();
  append(element, children);
}

/** Set a text where it differs, so that nothing is laid out anew for nothing. @param {Node} node @param {string} text */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Hide an element until what is in it has its sizes, so that nothing is seen to jump. @param {HTMLElement} element */
export function settle(element) {
  element.classList.add('settling');
  requestAnimationFrame(() => requestAnimationFrame(() => element.classList.remove('settling')));
}

/** @param {HTMLElement} element @param {string} name @param {string | null} value */
export function attribute(element, name, value) {
  if (value === null) {
    element.removeAttribute(name);
  } else if (element.getAttribute(name) !== value) {
    element.setAttribute(name, value);
  }
}

/**
 * Children of a list by key: those that stay are kept with their focus, in the order of the items.
 *
 * @template T
 * @param {HTMLElement} list
 * @param {T[]} items
 * @param {(item: T) => string} key
 * @param {(item: T) => HTMLElement} make
 * @param {(element: HTMLElement, item: T) => void} update
 */
export function keyed(list, items, key, make, update) {
  /** @type {Map<string, HTMLElement>} */
  const old = new Map();
  for (const child of /** @type {HTMLElement[]} */ ([...list.children])) old.set(child.dataset.key ?? '', child);
  /** @type {Element | null} */
  let next = list.firstElementChild;
  for (const item of items) {
    const id = key(item);
    let element = old.get(id);
    if (element) {
      old.delete(id);
    } else {
      element = make(item);
      element.dataset.key = id;
    }
    update(element, item);
    if (element === next) {
      next = next.nextElementSibling;
    } else {
      list.insertBefore(element, next);
    }
  }
  for (const gone of old.values()) gone.remove();
}

/** @param {string[]} head @param {Array<Array<Child>>} rows @param {string} caption */
export function table(head, rows, caption) {
  return h(
    'table',
    {},
    h('caption', { class: 'hidden' }, caption),
    h('thead', {}, h('tr', {}, head.map((text) => h('th', { scope: 'col' }, text)))),
    h('tbody', {}, rows.map((row) => h('tr', {}, row.map((cell, i) =>
      i === 0 ? h('th', { scope: 'row' }, cell) : h('td', {}, cell)))))
  );
}

/** A table in a box that scrolls by itself and can be reached by keyboard. @param {string} name @param {Child[]} children */
export function scroll(name, ...children) {
  return h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': name }, children);
}
