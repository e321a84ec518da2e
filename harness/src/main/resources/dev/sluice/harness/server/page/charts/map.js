/** The two rows of a model's sublayers, attention over FFN, in banks of blocks that fit the width. */
import { KINDS } from '../state/sweep.js';
import { box } from './axis.js';
import { font, theme } from './theme.js';

/** @import {Drawing} from './picture.js' */

/**
 * @typedef {object} Cell
 * @property {string} fill a colour; empty for a sublayer that is kept
 * @property {string} ink
 * @property {string} text
 * @property {string} say
 */

const LEAST_CELL = 1.65;

/** @implements {Drawing} */
export class SublayerMap {
  /** @param {() => number} blocks @param {(sublayer: string, dark: boolean) => Cell} cell @param {() => string} label */
  constructor(blocks, cell, label) {
    this.blocks = blocks;
    this.cell = cell;
    this.label = label;
    this.side = 0;
    this.perBank = 1;
    this.cellWidth = 0;
    this.rowHeight = 1;
    this.bankHeight = 1;
  }

  /** @param {number} width */
  layout(width) {
    const { rem } = theme();
    const blocks = Math.max(1, this.blocks());
    this.side = width < 30 * rem ? 2.6 * rem : 5.2 * rem;
    const most = Math.max(4, Math.floor((width - this.side) / (LEAST_CELL * rem)));
    const banks = Math.ceil(blocks / most);
    this.perBank = Math.ceil(blocks / banks);
    this.cellWidth = Math.min(7 * rem, (width - this.side) / this.perBank);
    this.rowHeight = 2.3 * rem;
    this.bankHeight = 1.3 * rem + 2 * this.rowHeight + 0.8 * rem;
    return banks;
  }

  /** @param {number} width */
  height(width) {
    return this.layout(width) * this.bankHeight - 0.6 * theme().rem;
  }

  /** @param {number} block @param {number} kind */
  corner(block, kind) {
    const bank = Math.floor(block / this.perBank);
    return {
      x: this.side + (block % this.perBank) * this.cellWidth,
      y: bank * this.bankHeight + 1.3 * theme().rem + kind * this.rowHeight,
    };
  }

  /** @param {CanvasRenderingContext2D} c @param {number} width @param {number} height @param {number} at */
  draw(c, width, height, at) {
    const banks = this.layout(width);
    const t = theme();
    const blocks = this.blocks();
    c.textBaseline = 'middle';
    for (let bank = 0; bank < banks; bank++) this.names(c, bank);
    for (let block = 0; block < blocks; block++) {
      const { x, y } = this.corner(block, 0);
      c.font = font(0.72);
      c.fillStyle = t.soft;
      c.textAlign = 'center';
      c.fillText(String(block), x + this.cellWidth / 2, y - 0.65 * t.rem);
      KINDS.forEach((kind, row) => this.one(c, block, row, this.cell(`${block}.${kind}`, t.dark), at === 2 * block + row));
    }
  }

  /** @param {CanvasRenderingContext2D} c @param {number} bank */
  names(c, bank) {
    const t = theme();
    const short = this.side < 4 * t.rem;
    c.font = font(0.8);
    c.fillStyle = t.soft;
    c.textAlign = 'left';
    const y = bank * this.bankHeight + 1.3 * t.rem + this.rowHeight / 2;
    c.fillText(short ? 'attn' : 'attention', 0, y);
    c.fillText(short ? 'ffn' : 'FFN', 0, y + this.rowHeight);
  }

  /** @param {CanvasRenderingContext2D} c @param {number} block @param {number} row @param {Cell} cell @param {boolean} marked */
  one(c, block, row, cell, marked) {
    const t = theme();
    const { x, y } = this.corner(block, row);
    const w = this.cellWidth - 2;
    const h = this.rowHeight - 2;
    box(c, x + 1, y + 1, w, h, 4);
    c.fillStyle = cell.fill || t.kept;
    c.fill();
    if (marked) {
      c.strokeStyle = t.text;
      c.lineWidth = 2;
      c.stroke();
    }
    if (cell.text) {
      c.font = font(cell.text.length > 2 && w < 2 * t.rem ? 0.7 : 0.84, cell.fill ? 640 : 400);
      c.fillStyle = cell.ink || t.soft;
      c.textAlign = 'center';
      c.fillText(cell.text, x + 1 + w / 2, y + 1 + h / 2 + 0.5);
    }
  }

  /** @param {number} x @param {number} y */
  hit(x, y) {
    const bank = Math.floor(y / this.bankHeight);
    const column = Math.floor((x - this.side) / this.cellWidth);
    const row = Math.floor((y - bank * this.bankHeight - 1.3 * theme().rem) / this.rowHeight);
    const block = bank * this.perBank + column;
    const inside = column >= 0 && column < this.perBank && row >= 0 && row < 2 && block >= 0 && block < this.blocks();
    return inside ? 2 * block + row : -1;
  }

  /** @param {number} at @param {string} key */
  step(at, key) {
    const last = 2 * this.blocks() - 1;
    if (key === 'Home' || (at < 0 && key !== 'End')) return 0;
    if (key === 'End') return last;
    const block = at >> 1;
    const row = at & 1;
    if (key === 'ArrowLeft') return block > 0 ? at - 2 : at;
    if (key === 'ArrowRight') return at + 2 <= last ? at + 2 : at;
    if (key === 'ArrowDown') return row === 0 ? at + 1 : Math.min(last, at - 1 + 2 * this.perBank);
    return row === 1 ? at - 1 : block >= this.perBank ? at + 1 - 2 * this.perBank : at;
  }

  /** @param {number} at */
  say(at) {
    return this.cell(`${at >> 1}.${KINDS[at & 1]}`, theme().dark).say;
  }
}
