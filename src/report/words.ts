import { grouped } from '../event/figures.ts';
import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '../event/time.ts';

const NO_BREAK = '\u00a0';

/** `2014-11-02 01:30 UTC`; seconds only where there are any. */
export function timeInWords(timeMs: EpochMs): string {
  const iso = new Date(timeMs).toISOString();
  const end = timeMs % MINUTE_MS === 0 ? 16 : timeMs % SECOND_MS === 0 ? 19 : 23;
  return `${iso.slice(0, 10)} ${iso.slice(11, end)} UTC`.replaceAll(' ', NO_BREAK);
}

/** `2 d 4 h`, `35 min`, `8 s`: the two largest units. */
export function durationInWords(ms: number): string {
  const units = [DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS];
  const names = ['d', 'h', 'min', 's'];
  const first = units.findIndex((unit) => ms >= unit);
  if (first === -1) return `${Math.round(ms)}${NO_BREAK}ms`;
  const whole = Math.floor(ms / (units[first] ?? 1));
  const rest = Math.floor((ms % (units[first] ?? 1)) / (units[first + 1] ?? Number.POSITIVE_INFINITY));
  const tail = rest > 0 ? ` ${rest} ${names[first + 1]}` : '';
  return `${whole} ${names[first]}${tail}`.replaceAll(' ', NO_BREAK);
}

/** A p-value for people: `1 in 40 000`, to two digits. */
export function rarityInWords(pValue: number): string {
  return `1 in ${countInWords(Number((1 / pValue).toPrecision(2)))}`.replaceAll(' ', NO_BREAK);
}

/** `1 234 567` */
export function countInWords(count: number): string {
  return grouped(count);
}

/** Four significant digits, with its unit. */
export function numberInWords(value: number, unit = ''): string {
  const short =
    Math.abs(value) >= 10_000 && Math.abs(value) < 1e15
      ? countInWords(Math.round(value))
      : String(Number(value.toPrecision(4)));
  return unit === '' ? short : `${short}${NO_BREAK}${unit}`;
}
