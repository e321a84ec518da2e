/** What is said in passing: a message, and that the line to the service is broken. */
import { say } from './dom.js';

const banner = /** @type {HTMLElement} */ (document.getElementById('banner'));
const link = /** @type {HTMLElement} */ (document.getElementById('link-state'));
const SHOWN_MILLIS = 9_000;
const PATIENCE_MILLIS = 1_200;

let lost = false;
let message = '';
let timer = 0;
let patience = 0;

function show() {
  const text = message || (lost ? 'No connection to the service. What is shown may be old; it goes on by itself.' : '');
  say(banner, text);
  banner.classList.toggle('shown', text !== '');
  banner.classList.toggle('alarm', message !== '');
}

/** @param {string} text */
export function notify(text) {
  message = text;
  clearTimeout(timer);
  timer = setTimeout(() => {
    message = '';
    show();
  }, SHOWN_MILLIS);
  show();
}

/** @param {import('./stream.js').LinkState | 'off'} state */
export function linkState(state) {
  clearTimeout(patience);
  document.documentElement.dataset.link = state;
  const texts = { connecting: 'connecting', live: 'live', retrying: 'no connection', ended: 'all is read', asleep: 'asleep', off: '' };
  say(link, texts[state]);
  if (state === 'retrying') {
    // A restart behind a proxy is over before anyone needs to know.
    patience = setTimeout(() => {
      lost = true;
      show();
    }, PATIENCE_MILLIS);
  } else {
    lost = false;
    show();
  }
}
