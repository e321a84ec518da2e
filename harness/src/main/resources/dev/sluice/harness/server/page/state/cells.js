/** The scores of a sweep as a grid, step by sublayer, and the colours that they get. */
import { scale } from '../colour.js';
import { KINDS, sublayersOf } from './sweep.js';

/** What costs so many times as much as the best of its step has the last colour. */
export const FAR = 30;

/**
 * @typedef {object} Column one step
 * @property {number} version
 * @property {Float64Array} values by sublayer, NaN where there is none
 * @property {number} best
 * @property {number} worst
 */

export class Cells {
  /** @param {import('./sweep.js').SweepState} sweep */
  constructor(sweep) {
    this.sweep = sweep;
    this.absolute = false;
    /** @type {Map<number, Column>} */
    this.columns = new Map();
  }

  /** The row of a sublayer. @param {string} sublayer */
  static row(sublayer) {
    const [block, kind] = sublayer.split('.');
    return 2 * Number(block) + KINDS.indexOf(kind);
  }

  /** @param {number} row */
  static sublayer(row) {
    return `${row >> 1}.${KINDS[row & 1]}`;
  }

  /** @param {number} step @returns {Column} */
  column(step) {
    const version = this.sweep.versions.get(step) ?? 0;
    const known = this.columns.get(step);
    if (known && known.version === version && known.values.length === 2 * this.sweep.blocks) return known;
    const values = new Float64Array(2 * this.sweep.blocks).fill(NaN);
    const found = this.sweep.found(step);
    for (const one of found) {
      for (const sublayer of sublayersOf(one.candidate)) {
        const row = Cells.row(sublayer);
        // Of several experts of one FFN the best, which comes first.
        if (Number.isNaN(values[row])) values[row] = one.value;
      }
    }
    const finite = found.map((one) => one.value).filter(Number.isFinite);
    const column = { version, values, best: finite[0] ?? NaN, worst: finite.at(-1) ?? NaN };
    this.columns.set(step, column);
    return column;
  }

  /** Colours of this moment: a function of step and row, NaN for no value. @returns {(step: number, row: number) => number} */
  shares() {
    const { sweep } = this;
    const columns = Array.from({ length: sweep.planned + 1 }, (_, step) => (sweep.versions.has(step) ? this.column(step) : null));
    const over = this.absolute ? this.absoluteScale(columns) : null;
    const scales = columns.map((column) => (column ? (over ?? this.relativeScale(column)) : () => NaN));
    return (step, row) => {
      const value = columns[step]?.values[row] ?? NaN;
      return Number.isNaN(value) ? NaN : scales[step](value);
    };
  }

  /** The range of all scores, for the absolute scale. @param {Array<Column | null>} columns @returns {(value: number) => number} */
  absoluteScale(columns) {
    let low = Infinity;
    let high = -Infinity;
    for (const column of columns) {
      if (!column || Number.isNaN(column.best)) continue;
      low = Math.min(low, column.best, column.worst);
      high = Math.max(high, column.best, column.worst);
    }
    this.range = [low, high];
    const share = scale(low, high);
    return this.sweep.lower ? share : (value) => 1 - share(value);
  }

  /** @param {Column} column @returns {(value: number) => number} */
  relativeScale({ best, worst }) {
    if (this.sweep.lower && best > 0) return scale(best, FAR * best);
    return worst === best ? () => 0 : (value) => (value - best) / (worst - best);
  }
}
