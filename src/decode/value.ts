import type { Channel } from '../event/channel.ts';
import { type NumberStyle, parseAmount } from './amount.ts';
import { Ascii } from './ascii.ts';
import { decimal } from './decimal.ts';
import type { MissingCells } from './missing.ts';

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
/** Longer text is no number: a match of millions of digits may exhaust the stack of the regular expression. */
const LONGEST = 1_000;
const MISSING = /^(?:nan|null)?$/i;

/**
 * Reads what a record holds of one channel: a finite number within `valid`, or NaN where it is missing, which is
 * counted. Throws nothing.
 */
export type ValueReader = (found: unknown) => number;

/** How the values of a stream are written, and where those are counted that are missing. */
export interface ValueStyle extends NumberStyle {
  /** Texts, in any case, and numbers that stand for a missing value; beside those of the channel. */
  readonly missing: readonly (string | number)[];
  readonly cells: MissingCells;
}

/**
 * Compiles the channel at this place. One bad cell costs the cell, not the record: whatever cannot be used is missing.
 */
export function valueReader(channel: Channel, at: number, style: ValueStyle): ValueReader {
  const { missing, cells } = style;
  if (channel.kind === 'category') return (found) => (isEmpty(found) ? cells.note(at, 'absent', found) : 0);
  const lowest = channel.valid?.[0] ?? -Number.MAX_VALUE;
  const highest = channel.valid?.[1] ?? Number.MAX_VALUE;
  const all = [...missing, ...(channel.missing ?? [])];
  const tokens = new Set(all.map((token) => String(token).trim().toLowerCase()));
  const sentinels = new Set(all.flatMap((token) => numberOf(token)));
  const noSentinels = sentinels.size === 0;
  const states = channel.states === undefined ? undefined : statesOf(channel.states);
  const unit = channel.unit.trim();
  const isPlain = style.decimal === '.';
  const fits = (value: number) => value >= lowest && value <= highest;
  const unusual: ValueReader = (found) => {
    if (found === undefined || found === null || found === '') return cells.note(at, 'absent', found);
    const value = numberIn(found, style) ?? measured(found, unit, style);
    if (typeof value === 'number' && fits(value) && (noSentinels || !sentinels.has(value))) return value;
    const word = wordIn(found);
    const state = word === undefined ? undefined : states?.get(word);
    if (state !== undefined) return fits(state) ? state : cells.note(at, 'out-of-range', found);
    if (word !== undefined && tokens.has(word)) return cells.note(at, word === '' ? 'absent' : 'token', found);
    if (typeof value !== 'number' || !Number.isFinite(value)) return cells.note(at, 'wrong-type', found);
    return cells.note(at, sentinels.has(value) ? 'token' : 'out-of-range', found);
  };
  // Apart, and short, so that it is compiled into its caller: most values are plain numbers.
  return (found) => {
    if (noSentinels) {
      const value = typeof found === 'number' ? found : isPlain ? decimalIn(found) : Number.NaN;
      if (value >= lowest && value <= highest) return value;
    }
    return unusual(found);
  };
}

/** NaN where it is no text, or written otherwise. */
function decimalIn(found: unknown): number {
  return found instanceof Ascii ? decimal(found.bytes, found.from, found.to) : Number.NaN;
}

/** Whether there is no word: which one it is comes with the attributes of the observation. */
function isEmpty(found: unknown): boolean {
  return found === undefined || found === null || found === '';
}

/** Truth values are states too, unless the channel says otherwise. */
function statesOf(states: Readonly<Record<string, number>>): ReadonlyMap<string, number> {
  const named = Object.entries(states).map(([state, value]): [string, number] => [state.trim().toLowerCase(), value]);
  return new Map([['true', 1], ['false', 0], ...named]);
}

/** The number that a token is, if it is one. */
function numberOf(token: string | number): readonly number[] {
  const value = typeof token === 'number' ? token : parseNumber(token, '.');
  return value === undefined || Number.isNaN(value) ? [] : [value];
}

/** What is compared with tokens and states: short text in small letters, and truth values. */
function wordIn(found: unknown): string | undefined {
  if (typeof found === 'boolean') return String(found);
  const text = found instanceof Ascii ? found.toString() : found;
  return typeof text === 'string' && text.length <= LONGEST ? text.trim().toLowerCase() : undefined;
}

/** Not every whole number of 64 bits is a number: the nearest one is. */
function numberIn(found: unknown, style: NumberStyle): unknown {
  if (typeof found === 'number') return found;
  if (typeof found === 'string') return parseText(found, style);
  if (found instanceof Ascii) return parseAscii(found, style);
  return typeof found === 'bigint' ? Number(found) : found;
}

/** The number before the unit of the channel; undefined where there is no such unit. */
function measured(found: unknown, unit: string, style: NumberStyle): number | undefined {
  if (unit === '' || (typeof found !== 'string' && !(found instanceof Ascii))) return undefined;
  const text = String(found).trim();
  return text.length > unit.length && text.endsWith(unit) ? parseText(text.slice(0, -unit.length), style) : undefined;
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
