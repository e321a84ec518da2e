/** The page: routes to views. */
import { onUnauthorized } from './api.js';
import { Router } from './router.js';
import { compareView } from './views/compare.js';
import { evaluationView } from './views/evaluation.js';
import { failure } from './views/jobparts.js';
import { login, logoutButton } from './views/login.js';
import { overview } from './views/overview.js';
import { promptView } from './views/prompt.js';
import { startView } from './views/start.js';
import { sweepView } from './views/sweep.js';

const main = /** @type {HTMLElement} */ (document.getElementById('main'));

const router = new Router(main, [
  { pattern: /^\/$/, title: () => 'Overview', view: overview },
  { pattern: /^\/start$/, title: () => 'Start', view: startView },
  { pattern: /^\/compare$/, title: () => 'Compare', view: compareView },
  { pattern: /^\/sweeps\/([^/]+)$/, title: ([name]) => name, view: sweepView },
  { pattern: /^\/sweeps\/([^/]+)\/prompts\/(\d+)$/, title: ([name, row]) => `Row ${row} of ${name}`, view: promptView },
  { pattern: /^\/evaluations\/([^/]+)$/, title: ([name]) => name, view: evaluationView },
  { pattern: /^/, title: () => 'No such page', view: (root) => {
    failure(root, 'No such page', `There is nothing at ${location.pathname}.`);
    return () => {};
  } },
]);

const foot = /** @type {HTMLElement} */ (document.querySelector('.foot'));

onUnauthorized(() => login(() => {
  logoutButton(foot);
  router.show(false);
}));
logoutButton(foot);
router.show(false);
