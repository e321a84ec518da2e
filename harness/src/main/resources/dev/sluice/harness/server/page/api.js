/** The REST API: one function an operation, problems as exceptions. */

/** What the API refuses, by RFC 9457. */
export class Problem extends Error {
  /** @param {number} status @param {string} title @param {string} detail @param {Array<{key?: string, problem?: string}>} errors */
  constructor(status, title, detail, errors) {
    super(detail || title);
    this.status = status;
    this.title = title;
    this.errors = errors;
  }
}

export const ROOT = '/api/v1';

/** Called where the service wants a token. @type {() => void} */
let unauthorized = () => {};

/** @param {() => void} action */
export function onUnauthorized(action) {
  unauthorized = action;
}

/**
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>}
 */
async function call(method, path, body, signal) {
  /** @type {Response} */
  let response;
  try {
    response = await fetch(ROOT + path, {
      method,
      signal,
      headers: body === undefined ? { Accept: 'application/json' } : { Accept: 'application/json', 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (e) {
    if (signal?.aborted) throw e;
    throw new Problem(0, 'No connection', 'The service does not answer. Is it running?', []);
  }
  if (response.status === 401 && path !== '/session') unauthorized();
  if (!response.ok) throw await problem(response);
  return response.status === 204 ? null : response.json();
}

/** @param {Response} response */
async function problem(response) {
  /** @type {any} */
  const json = await response.json().catch(() => ({}));
  return new Problem(response.status, json.title ?? response.statusText, json.detail ?? '', json.errors ?? []);
}

/** @param {string} path @param {AbortSignal} [signal] */
const get = (path, signal) => call('GET', path, undefined, signal);
const name = encodeURIComponent;

/**
 * All pages of a list.
 *
 * @param {string} path
 * @param {string} key
 * @param {AbortSignal} [signal]
 * @returns {Promise<any[]>}
 */
async function all(path, key, signal) {
  const found = [];
  for (;;) {
    const page = await get(`${path}?limit=1000&offset=${found.length}`, signal);
    found.push(...page[key]);
    if (page[key].length === 0 || found.length >= page.total) return found;
  }
}

export const api = {
  /** @returns {Promise<{tokenNeeded: boolean, open: boolean}>} */
  session: () => get('/session'),
  /** @param {string} token @returns {Promise<{open: boolean}>} */
  login: (token) => call('POST', '/session', { token }),
  logout: () => call('DELETE', '/session'),
  /** @returns {Promise<{jobs: import('./types.js').Job[], total: number}>} */
  jobs: () => get('/jobs'),
  /** @param {string} job @returns {Promise<import('./types.js').Job>} */
  job: (job) => get(`/jobs/${name(job)}`),
  /** @param {import('./types.js').Kind} kind @param {object} plan @param {number} priority @returns {Promise<import('./types.js').Job>} */
  start: (kind, plan, priority) => call('POST', '/jobs', { kind, plan, priority }),
  /** @param {string} job @param {'pause' | 'resume' | 'cancel'} action @returns {Promise<import('./types.js').Job>} */
  act: (job, action) => call('POST', `/jobs/${name(job)}/${action}`),
  /** @param {string} job @param {{priority?: number, memory?: string}} change @returns {Promise<import('./types.js').Job>} */
  adjust: (job, change) => call('PATCH', `/jobs/${name(job)}`, change),
  /** @param {AbortSignal} [signal] @returns {Promise<import('./types.js').Sweep[]>} */
  sweeps: (signal) => all('/sweeps', 'sweeps', signal),
  /** @param {string} sweep @returns {Promise<import('./types.js').Sweep>} */
  sweep: (sweep) => get(`/sweeps/${name(sweep)}`),
  /** @param {string} sweep @returns {Promise<{steps: import('./types.js').Step[]}>} */
  steps: (sweep) => get(`/sweeps/${name(sweep)}/steps`),
  /** @param {string} sweep @returns {Promise<import('./types.js').Trial[]>} */
  candidates: (sweep) => all(`/sweeps/${name(sweep)}/candidates`, 'candidates'),
  /** @param {string} sweep @param {number} row @returns {Promise<{row: number, tokens: number, text: string, pieces?: string[]}>} */
  prompt: (sweep, row) => get(`/sweeps/${name(sweep)}/prompts/${row}`),
  /** @param {AbortSignal} [signal] @returns {Promise<import('./types.js').Evaluation[]>} */
  evaluations: (signal) => all('/evaluations', 'evaluations', signal),
  /** @param {string} evaluation @returns {Promise<import('./types.js').Evaluation>} */
  evaluation: (evaluation) => get(`/evaluations/${name(evaluation)}`),
  /** @param {string} query @param {AbortSignal} [signal] @returns {Promise<any>} */
  compare: (query, signal) => get(`/compare?${query}`, signal),
  /** @returns {Promise<{models: any[]}>} */
  models: () => get('/models'),
  /** @returns {Promise<{texts: any[]}>} */
  texts: () => get('/texts'),
  /** @returns {Promise<{tasks: any[]}>} */
  tasks: () => get('/tasks'),
  /** @param {import('./types.js').Kind} kind @returns {Promise<{keys: import('./types.js').PlanKey[]}>} */
  planKeys: (kind) => get(`/plan-keys?kind=${kind}`),
};
