/** Addresses of the page, by the browser's history. */

/**
 * A page: given its place, it fills an element and returns what ends it.
 *
 * @typedef {{ path: string, names: string[], query: URLSearchParams }} Place
 * @typedef {(root: HTMLElement, place: Place) => (() => void)} View
 * @typedef {{ pattern: RegExp, title: (names: string[]) => string, view: View }} Route
 */

export class Router {
  /** @param {HTMLElement} root @param {Route[]} routes */
  constructor(root, routes) {
    this.root = root;
    this.routes = routes;
    /** @type {() => void} */
    this.end = () => {};
    window.addEventListener('popstate', () => this.show(false));
    document.addEventListener('click', (event) => this.clicked(event));
  }

  /** @param {MouseEvent} event */
  clicked(event) {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (!link || link.target || link.hasAttribute('download') || 'plain' in link.dataset) return;
    const url = new URL(link.href);
    if (url.origin !== location.origin || (url.hash && url.pathname === location.pathname)) return;
    event.preventDefault();
    this.go(url.pathname + url.search);
  }

  /** @param {string} address */
  go(address) {
    history.pushState(null, '', address);
    this.show(true);
  }

  /** Show the page of the present address. @param {boolean} moved whether to take the focus there */
  show(moved) {
    this.end();
    this.root.replaceChildren();
    const names = this.match();
    const [route, parts] = names;
    document.title = `${route.title(parts)} – Sluice`;
    this.mark();
    this.end = route.view(this.root, { path: location.pathname, names: parts, query: new URLSearchParams(location.search) });
    if (moved) {
      window.scrollTo(0, 0);
      const title = this.root.querySelector('h1');
      (title instanceof HTMLElement ? title : this.root).focus({ preventScroll: true });
    }
  }

  /** @returns {[Route, string[]]} */
  match() {
    for (const route of this.routes) {
      const found = route.pattern.exec(location.pathname);
      if (found) return [route, found.slice(1).map(decodeURIComponent)];
    }
    throw new Error('The last route takes every address');
  }

  mark() {
    for (const link of document.querySelectorAll('header nav a')) {
      const here = new URL(/** @type {HTMLAnchorElement} */ (link).href).pathname === location.pathname;
      if (here) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
  }
}

/** Put choices of the page that is shown into its address, without a step of the history. @param {Record<string, string | null>} changes */
export function keep(changes) {
  const url = new URL(location.href);
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) url.searchParams.delete(key);
    else url.searchParams.set(key, value);
  }
  history.replaceState(null, '', url.pathname + url.search);
}
