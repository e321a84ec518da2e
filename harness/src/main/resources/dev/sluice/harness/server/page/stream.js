/** Server-sent events that go on where they broke off. */
import { ROOT } from './api.js';

/**
 * @typedef {'connecting' | 'live' | 'retrying' | 'ended' | 'asleep'} LinkState
 *
 * @typedef {object} Listener
 * @property {(type: string, data: any) => void} event
 * @property {(state: LinkState) => void} link
 * @property {() => boolean} over whether what was heard says that no more will come
 * @property {() => void} [broken] the service refused or went away
 */

const FIRST_WAIT = 500;
const LONGEST_WAIT = 8_000;
const HIDDEN_FOR = 60_000;

/**
 * One stream. Reconnects by itself with the last id seen, so that nothing is lost or comes twice;
 * sleeps while its tab is hidden, since a browser opens six connections to a service and no more.
 */
export class Stream {
  /** @param {string} path @param {string[]} types @param {Listener} listener */
  constructor(path, types, listener) {
    this.path = path;
    this.types = types;
    this.listener = listener;
    this.last = '';
    this.wait = FIRST_WAIT;
    /** @type {EventSource | null} */
    this.source = null;
    this.timer = 0;
    this.closed = false;
    this.visibility = () => this.shown();
    document.addEventListener('visibilitychange', this.visibility);
    this.open('connecting');
  }

  /** @param {LinkState} state */
  open(state) {
    this.listener.link(state);
    const after = this.last ? `?after=${encodeURIComponent(this.last)}` : '';
    const source = new EventSource(ROOT + this.path + after);
    this.source = source;
    source.onopen = () => {
      this.wait = FIRST_WAIT;
      this.listener.link('live');
    };
    source.onerror = () => this.broke();
    for (const type of this.types) {
      source.addEventListener(type, (message) => {
        if (message.lastEventId) this.last = message.lastEventId;
        this.listener.event(type, JSON.parse(message.data));
      });
    }
  }

  broke() {
    this.source?.close();
    this.source = null;
    if (this.closed) return;
    if (this.listener.over()) {
      this.listener.link('ended');
      return;
    }
    this.listener.link('retrying');
    this.listener.broken?.();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open('retrying'), this.wait * (0.75 + Math.random() / 2));
    this.wait = Math.min(2 * this.wait, LONGEST_WAIT);
  }

  /** Listen again after an end, for a job that goes on. */
  again() {
    if (!this.source && !this.closed && !document.hidden) {
      clearTimeout(this.timer);
      this.wait = FIRST_WAIT;
      this.open('connecting');
    }
  }

  shown() {
    clearTimeout(this.timer);
    if (document.hidden) {
      this.timer = setTimeout(() => this.sleep(), HIDDEN_FOR);
    } else if (!this.source && !this.listener.over()) {
      this.again();
    }
  }

  sleep() {
    this.source?.close();
    this.source = null;
    this.listener.link('asleep');
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    document.removeEventListener('visibilitychange', this.visibility);
    this.source?.close();
    this.source = null;
  }
}
