/** A heat map, one pixel of an image a cell, scaled up without smoothing: 160 x 160 cells in a frame. */
import { rgb } from '../colour.js';
import { font, theme } from './theme.js';

/** @import {Drawing} from './picture.js' */

/**
 * @typedef {object} Grid columns are steps, rows are sublayers in the order of the model
 * @property {() => number} columns
 * @property {() => number} rows
 * @property {(column: number, row: number) => number} share the colour from 0 to 1, NaN for none
 * @property {(column: number) => number} chosen the row that was taken, -1 for none
 * @property {(column: number, row: number) => string} say
 * @property {() => string} label
 * @property {(row: number) => string} name
 */

/** @implements {Drawing} */
export class HeatMap {
  /** @param {Grid} grid */
  constructor(grid) {
    this.grid = grid;
    this.label = grid.label;
    this.image = document.createElement('canvas');
    this.box = { left: 0, top: 0, width: 1, height: 1 };
  }

  /** @param {number} width */
  height(width) {
    const { rem } = theme();
    const rows = this.grid.rows();
    return Math.max(14 * rem, Math.min(rows * 0.8 * rem, (width < 40 * rem ? 22 : 30) * rem)) + 2 * rem;
  }

  /** @param {CanvasRenderingContext2D} c @param {number} width @param {number} height @param {number} at */
  draw(c, width, height, at) {
    const { rem } = theme();
    const columns = Math.max(1, this.grid.columns());
    const rows = Math.max(1, this.grid.rows());
    this.box = { left: 2.6 * rem, top: 0.3 * rem, width: width - 3.7 * rem, height: height - 2 * rem };
    this.paint(columns, rows);
    c.imageSmoothingEnabled = false;
    c.drawImage(this.image, this.box.left, this.box.top, this.box.width, this.box.height);
    this.chosen(c, columns, rows);
    this.axes(c, columns, rows);
    if (at >= 0) this.cursor(c, at, columns, rows);
  }

  /** @param {number} columns @param {number} rows */
  paint(columns, rows) {
    const { image, grid } = this;
    if (image.width !== columns || image.height !== rows) {
      image.width = columns;
      image.height = rows;
    }
    const c = /** @type {CanvasRenderingContext2D} */ (image.getContext('2d'));
    const pixels = c.createImageData(columns, rows);
    const data = pixels.data;
    const { dark } = theme();
    const empty = dark ? [36, 40, 50] : [239, 240, 243];
    for (let row = 0, i = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++, i += 4) {
        const share = grid.share(column, row);
        const [r, g, b] = Number.isNaN(share) ? empty : rgb(share, dark);
        data[i] = r;
        data[i + 1] = g;
        data[i + 2] = b;
        data[i + 3] = 255;
      }
    }
    c.putImageData(pixels, 0, 0);
  }

  /** @param {CanvasRenderingContext2D} c @param {number} columns @param {number} rows */
  chosen(c, columns, rows) {
    const w = this.box.width / columns;
    const h = this.box.height / rows;
    const radius = Math.max(1.2, Math.min(w, h, 14) * 0.24);
    c.fillStyle = theme().dark ? '#10131a' : '#ffffff';
    c.strokeStyle = theme().dark ? '#ffffff' : '#10131a';
    c.lineWidth = 0.75;
    for (let column = 0; column < columns; column++) {
      const row = this.grid.chosen(column);
      if (row < 0) continue;
      c.beginPath();
      c.arc(this.box.left + (column + 0.5) * w, this.box.top + (row + 0.5) * h, radius, 0, 7);
      c.fill();
      c.stroke();
    }
  }

  /** @param {CanvasRenderingContext2D} c @param {number} columns @param {number} rows */
  axes(c, columns, rows) {
    const t = theme();
    const { left, top, width, height } = this.box;
    c.font = font(0.74);
    c.fillStyle = t.soft;
    c.textBaseline = 'top';
    c.textAlign = 'center';
    const everyColumn = every(columns, width / (2.6 * t.rem));
    for (let column = 0; column < columns; column += column === 0 && everyColumn > 1 ? everyColumn - 1 : everyColumn) {
      c.fillText(String(column + 1), left + ((column + 0.5) * width) / columns, top + height + 0.35 * t.rem);
    }
    c.textAlign = 'right';
    c.textBaseline = 'middle';
    const blocks = rows / 2;
    const everyBlock = every(blocks, height / (1.15 * t.rem));
    for (let block = 0; block < blocks; block += everyBlock) {
      c.fillText(String(block), left - 0.5 * t.rem, top + ((2 * block + 1) * height) / rows);
    }
  }

  /** @param {CanvasRenderingContext2D} c @param {number} at @param {number} columns @param {number} rows */
  cursor(c, at, columns, rows) {
    const w = this.box.width / columns;
    const h = this.box.height / rows;
    const x = this.box.left + Math.floor(at / rows) * w;
    const y = this.box.top + (at % rows) * h;
    c.lineWidth = 3;
    c.strokeStyle = theme().paper;
    c.strokeRect(x, y, w, h);
    c.lineWidth = 1.5;
    c.strokeStyle = theme().text;
    c.strokeRect(x, y, w, h);
  }

  /** @param {number} x @param {number} y */
  hit(x, y) {
    const columns = this.grid.columns();
    const rows = this.grid.rows();
    const column = Math.floor(((x - this.box.left) / this.box.width) * columns);
    const row = Math.floor(((y - this.box.top) / this.box.height) * rows);
    return column >= 0 && column < columns && row >= 0 && row < rows ? column * rows + row : -1;
  }

  /** @param {number} at @param {string} key */
  step(at, key) {
    const rows = this.grid.rows();
    const last = this.grid.columns() * rows - 1;
    if (key === 'Home' || (at < 0 && key !== 'End')) return 0;
    if (key === 'End') return last;
    if (key === 'ArrowUp') return at % rows > 0 ? at - 1 : at;
    if (key === 'ArrowDown') return at % rows < rows - 1 ? at + 1 : at;
    const to = key === 'ArrowLeft' ? at - rows : at + rows;
    return to < 0 || to > last ? at : to;
  }

  /** @param {number} at */
  say(at) {
    const rows = this.grid.rows();
    return this.grid.say(Math.floor(at / rows), at % rows);
  }
}

/** Every how many of so many names are written where so many have room. @param {number} count @param {number} room */
function every(count, room) {
  const least = count / Math.max(1, room);
  return [1, 2, 5, 10, 20, 50, 100, 200, 500].find((n) => n >= least) ?? Math.ceil(least);
}
