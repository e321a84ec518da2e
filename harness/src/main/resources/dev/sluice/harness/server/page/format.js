/** Numbers as people read them: few digits, a unit, the same in every locale. */

/**
 * A number of the API, which writes those that JSON cannot hold as strings; NaN for what is absent.
 *
 * @param {import('./types.js').Numeric} value
 */
export function number(value) {
  return value === null || value === undefined ? NaN : Number(value);
}

/** Four significant digits, such as 0.01234 or 1.234e-7. @param {number} value */
export function score(value) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? '–' : value > 0 ? '∞' : '-∞';
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size < 1e-4 || size >= 1e6) return value.toExponential(3);
  return value.toFixed(decimals(value));
}

/** @param {number} value */
function decimals(value) {
  return Math.max(0, 3 - Math.floor(Math.log10(Number(Math.abs(value).toPrecision(4)))));
}

/** A score and its standard error with as many decimals. @param {number} value @param {number} error */
export function scoreWithError(value, error) {
  if (!Number.isFinite(value) || !Number.isFinite(error)) return score(value);
  const size = Math.abs(value);
  const exponential = size < 1e-4 || size >= 1e6;
  return `${score(value)} ± ${exponential ? error.toExponential(1) : error.toFixed(decimals(value))}`;
}

/** A share in percent with one decimal. @param {number} share */
export function percent(share) {
  return Number.isFinite(share) ? `${(100 * share).toFixed(1)} %` : '–';
}

/** Seconds in the two largest units that say something. @param {number} seconds */
export function duration(seconds) {
  if (!Number.isFinite(seconds) || seconds < 0) return '–';
  if (seconds < 9.95) return `${seconds.toFixed(seconds < 0.995 ? 2 : 1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return two(whole, 60, 'min', 1, 's');
  if (whole < 86400) return two(whole, 3600, 'h', 60, 'min');
  return two(whole, 86400, 'd', 3600, 'h');
}

/** @param {number} whole @param {number} large @param {string} unit @param {number} small @param {string} smallUnit */
function two(whole, large, unit, small, smallUnit) {
  const rest = Math.floor((whole % large) / small);
  return `${Math.floor(whole / large)} ${unit}${rest ? ` ${rest} ${smallUnit}` : ''}`;
}

/** @param {number} value */
export function count(value) {
  return Number.isFinite(value) ? Math.round(value).toLocaleString('en') : '–';
}

/** @param {number} bytes */
export function bytes(bytes) {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? value.toFixed(0) : value.toFixed(1)} ${units[unit]}`;
}

/** A time of day today, else a date with it. @param {string | undefined} iso */
export function time(iso) {
  if (!iso) return '–';
  const then = new Date(iso);
  const clock = then.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  const day = then.toLocaleDateString('en-CA');
  return day === new Date().toLocaleDateString('en-CA') ? clock : `${day} ${clock}`;
}

/** A candidate in words: a sublayer such as 3.ffn stays, a bare number is a block. @param {string} name */
export function candidate(name) {
  return /^\d+$/.test(name) ? `block ${name}` : name;
}
