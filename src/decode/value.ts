import { Failure } from '../errors/failure.ts';
import type { Channel } from '../event/channel.ts';
import { type NumberStyle, parseAmount } from './amount.ts';
import { Ascii } from './ascii.ts';
import { decimal } from './decimal.ts';
import { show } from './quote.ts';

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
/** Longer text is no number: a match of millions of digits may exhaust the stack of the regular expression. */
const LONGEST = 1_000;
const MISSING = /^(?:nan|null)?$/i;

/** Reads what a record holds of one channel: a finite number, or NaN where it is missing. @throws Failure decode/wrong-type, decode/out-of-range */
export type ValueReader = (found: unknown) => number;

/** Compiles a channel. Missing is: not there, null, no text at all, `NaN` or `null` as text. Numbers may be text in this style. */
export function valueReader({ name, valid }: Channel, style: NumberStyle): ValueReader {
  const lowest = valid?.[0] ?? Number.NEGATIVE_INFINITY;
  const highest = valid?.[1] ?? Number.POSITIVE_INFINITY;
  return (found) => {
    if (found === undefined || found === null) return Number.NaN;
    const value = numberIn(found, style);
    if (typeof value !== 'number' || value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) {
      throw new Failure('decode/wrong-type', `channel ${name}: ${show(found)} is no finite number`);
    }
    if (value < lowest || value > highest) {
      const range = `[${valid?.[0] ?? '−∞'}, ${valid?.[1] ?? '∞'}]`;
      throw new Failure('decode/out-of-range', `channel ${name}: ${show(found)} is outside ${range}`);
    }
    return value;
  };
}

/** Not every whole number of 64 bits is a number: the nearest one is. */
function numberIn(found: unknown, style: NumberStyle): unknown {
  if (typeof found === 'number') return found;
  if (typeof found === 'string') return parseText(found, style);
  if (found instanceof Ascii) return parseAscii(found, style);
  return typeof found === 'bigint' ? Number(found) : found;
}

function parseAscii(text: Ascii, style: NumberStyle): number | undefined {
  const value = style.decimal === '.' ? decimal(text.bytes, text.from, text.to) : Number.NaN;
  return Number.isNaN(value) ? parseText(text.toString(), style) : value;
}

function parseText(text: string, style: NumberStyle): number | undefined {
  return parseNumber(text, style.decimal) ?? parseAmount(text, style);
}

/** Text as a number; NaN where it is missing, undefined where it is none. */
export function parseNumber(text: string, separator: '.' | ','): number | undefined {
  if (text.length > LONGEST) return undefined;
  const trimmed = text.trim();
  const pointed = separator === ',' ? withPoint(trimmed) : trimmed;
  if (NUMBER.test(pointed)) return Number(pointed);
  return MISSING.test(trimmed) ? Number.NaN : undefined;
}

/** A point in a number that has decimal commas is a thousands separator or a mistake: neither is guessed at. */
function withPoint(text: string): string {
  return text.includes('.') ? 'ambiguous' : text.replace(',', '.');
}
