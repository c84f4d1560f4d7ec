import { parseAmount } from '../decode/amount.ts';
import { parseNumber } from '../decode/value.ts';

const MISSING = /^(?:n\/?a|nan|null|none|nil|-+|\?|unavailable|unknown|#n\/a|\.)?$/i;
const STATE = /^(?:true|false|on|off|yes|no|wahr|falsch|vrai|faux)$/i;
const DATE =
  /^(?:\d{1,4}[-./]\d{1,2}[-./]\d{1,4}|\d{1,2}\.?[- ](?:de )?\p{L}{3,10}\.?[- ,]+(?:de )?\d{2,4}|\p{L}{3,10}\.? \d{1,2},? \d{4})(?:\D|$)/iu;
const CLOCK = /^\d{1,2}[:.h]\d\d(?:[:.]\d\d(?:[.,]\d+)?)?(?:\s*[ap]\.?m\.?)?$/i;

/** How numbers may be written. */
export const STYLES = [
  { decimal: '.', thousands: undefined },
  { decimal: ',', thousands: undefined },
  { decimal: '.', thousands: ',' },
  { decimal: ',', thousands: '.' },
] as const;

/** One of them. */
export type Style = (typeof STYLES)[number];

/** Whether a cell says that there is no value. */
export function isMissing(cell: string): boolean {
  return MISSING.test(cell.trim());
}

/** Whether a cell is a number in this style. */
export function isNumber(cell: string, style: Style): boolean {
  return (parseNumber(cell, style.decimal) ?? parseAmount(cell, style)) !== undefined;
}

/** Whether a cell is the time of a day alone. */
export function isClock(cell: string): boolean {
  return CLOCK.test(cell.trim());
}

/** Whether a cell begins as a date does. */
export function isDate(cell: string): boolean {
  return DATE.test(cell.trim());
}

/** Whether a cell is of a kind that data are and headers are not: a number, a date, a time, a state. */
export function isTyped(cell: string): boolean {
  const trimmed = cell.trim();
  return isDate(trimmed) || isClock(trimmed) || STATE.test(trimmed) || STYLES.some((style) => isNumber(trimmed, style));
}
