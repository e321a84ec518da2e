/** What variants cut, one under the other with their blocks in line; or where they differ from the first. */
import { KINDS } from '../state/sweep.js';
import { box, fit } from './axis.js';
import { font, theme } from './theme.js';

/** @import {Drawing} from './picture.js' */

/**
 * @typedef {object} CutMap
 * @property {string} name
 * @property {Set<string>} cuts
 */

/** How many single experts of an FFN are cut. @param {CutMap} map @param {string} sublayer */
export function expertsCut(map, sublayer) {
  return [...map.cuts].filter((cut) => cut.startsWith(`${sublayer}.`)).length;
}

/** @implements {Drawing} */
export class CutMaps {
  /** @param {() => {blocks: number, maps: CutMap[], difference: boolean}} source */
  constructor(source) {
    this.source = source;
    this.left = 0;
    this.cell = 1;
    this.row = 1;
    this.each = 1;
  }

  label() {
    const { maps, difference } = this.source();
    return difference ? `Where cuts differ from those of ${maps[0]?.name ?? ''}.` : `Cuts of ${maps.length} variants.`;
  }

  /** @param {number} width */
  layout(width) {
    const { rem } = theme();
    const { blocks, maps } = this.source();
    this.left = width < 34 * rem ? 0 : 4.2 * rem;
    this.cell = Math.min(3.2 * rem, (width - this.left) / Math.max(1, blocks));
    this.row = 1.15 * rem;
    this.each = 2 * this.row + 1.9 * rem;
    return maps.length;
  }

  /** @param {number} width */
  height(width) {
    return this.layout(width) * this.each + 1.4 * theme().rem;
  }

  /** @param {CanvasRenderingContext2D} c @param {number} width @param {number} height @param {number} at */
  draw(c, width, height, at) {
    this.layout(width);
    const t = theme();
    const { blocks, maps } = this.source();
    maps.forEach((map, i) => {
      const top = i * this.each;
      c.textBaseline = 'alphabetic';
      c.textAlign = 'left';
      c.font = font(0.86, 600);
      c.fillStyle = t.text;
      c.fillText(fit(c, map.name, width - 6 * t.rem), 0, top + 1.1 * t.rem);
      c.font = font(0.76);
      c.fillStyle = t.soft;
      c.textAlign = 'right';
      c.fillText(`${map.cuts.size} cut`, Math.min(width, this.left + blocks * this.cell), top + 1.1 * t.rem);
      KINDS.forEach((kind, row) => this.kind(c, top + 1.45 * t.rem + row * this.row, kind, i, at));
    });
    this.axis(c, blocks, maps.length * this.each);
  }

  /** @param {CanvasRenderingContext2D} c @param {number} y @param {string} kind @param {number} i @param {number} at */
  kind(c, y, kind, i, at) {
    const t = theme();
    const { blocks } = this.source();
    if (this.left > 0) {
      c.font = font(0.74);
      c.fillStyle = t.soft;
      c.textAlign = 'left';
      c.textBaseline = 'middle';
      c.fillText(kind === 'ffn' ? 'FFN' : kind, 0, y + this.row / 2);
    }
    const gap = this.cell > 6 ? 1 : this.cell > 3 ? 0.5 : 0;
    for (let block = 0; block < blocks; block++) {
      const how = this.how(i, `${block}.${kind}`);
      const x = this.left + block * this.cell;
      box(c, x + gap, y + 1, this.cell - 2 * gap, this.row - 2, 2);
      c.fillStyle = { kept: t.kept, part: t.soft, both: t.dark ? '#5a6273' : '#a9b0be', cut: t.accent, only: t.ffn, less: t.paper }[how];
      c.fill();
      if (how === 'less') {
        c.strokeStyle = t.attention;
        c.lineWidth = 1.5;
        c.stroke();
      }
      if (at === this.index(i, block, kind)) {
        c.strokeStyle = t.text;
        c.lineWidth = 2;
        c.stroke();
      }
    }
  }

  /** @param {CanvasRenderingContext2D} c @param {number} blocks @param {number} y */
  axis(c, blocks, y) {
    const t = theme();
    const every = [1, 2, 5, 10, 20].find((n) => n * this.cell > 1.7 * t.rem) ?? 50;
    c.font = font(0.74);
    c.fillStyle = t.soft;
    c.textAlign = 'center';
    c.textBaseline = 'middle';
    for (let block = 0; block < blocks; block += every) c.fillText(String(block), this.left + (block + 0.5) * this.cell, y + 0.4 * t.rem);
  }

  /** @param {number} i @param {string} sublayer @returns {'kept' | 'part' | 'cut' | 'both' | 'only' | 'less'} */
  how(i, sublayer) {
    const { maps, difference } = this.source();
    const cut = maps[i].cuts.has(sublayer);
    if (!difference || i === 0) return cut ? 'cut' : expertsCut(maps[i], sublayer) ? 'part' : 'kept';
    const first = maps[0].cuts.has(sublayer);
    return cut ? (first ? 'both' : 'only') : first ? 'less' : 'kept';
  }

  /** @param {number} i @param {number} block @param {string} kind */
  index(i, block, kind) {
    return (i * 2 + KINDS.indexOf(kind)) * this.source().blocks + block;
  }

  /** @param {number} x @param {number} y */
  hit(x, y) {
    const { blocks, maps } = this.source();
    const i = Math.floor(y / this.each);
    const row = Math.floor((y - i * this.each - 1.45 * theme().rem) / this.row);
    const block = Math.floor((x - this.left) / this.cell);
    return i >= 0 && i < maps.length && row >= 0 && row < 2 && block >= 0 && block < blocks ? (i * 2 + row) * blocks + block : -1;
  }

  /** @param {number} at @param {string} key */
  step(at, key) {
    const { blocks, maps } = this.source();
    const last = 2 * maps.length * blocks - 1;
    if (key === 'Home' || (at < 0 && key !== 'End')) return Math.min(0, last);
    if (key === 'End') return last;
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, ArrowUp: at - blocks, ArrowDown: at + blocks }[key] ?? at;
    return to < 0 || to > last ? at : to;
  }

  /** @param {number} at */
  say(at) {
    const { blocks, maps } = this.source();
    const i = Math.floor(at / (2 * blocks));
    const sublayer = `${at % blocks}.${KINDS[Math.floor(at / blocks) % 2]}`;
    const words = { kept: 'kept', part: `${expertsCut(maps[i], sublayer)} of its experts cut`, cut: 'cut', both: 'cut in both', only: `cut here, kept in ${maps[0].name}`, less: `kept here, cut in ${maps[0].name}` };
    return `${maps[i].name} · ${sublayer} · ${words[this.how(i, sublayer)]}`;
  }
}
