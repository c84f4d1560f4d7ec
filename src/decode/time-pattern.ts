import { type EpochMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '../event/time.ts';
import { Ascii } from './ascii.ts';
import { civilMs, digitsEnd, fractionMs, offsetMs, twoDigits } from './civil.ts';
import { monthNames } from './month-names.ts';
import type { TimeZone } from './zone.ts';

const SPACE = 32;
const POINT = 46;
const DAYS = 'monday tuesday wednesday thursday friday saturday sunday'.split(' ');
const TOKEN = /'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']/y;
const SPACES = /[\u00a0\u2009\u202f]/g;
const MARKS = /\p{M}/gu;

/** What a pattern found in one text; NaN where the pattern has no such field. */
interface Found {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  fraction: number;
  /** 0 before noon, 12 after it. */
  half: number;
  offset: number;
}

/** Reads what begins at `at` and returns where it ends; NaN where it is something else. */
type Step = (text: Ascii, at: number, found: Found) => number;

type Field = Exclude<keyof Found, 'half' | 'fraction' | 'offset'>;

const NUMBERS: Readonly<Record<string, readonly [Field, number, number]>> = {
  yyyy: ['year', 4, 4],
  M: ['month', 1, 2],
  MM: ['month', 2, 2],
  d: ['day', 1, 2],
  dd: ['day', 2, 2],
  H: ['hour', 1, 2],
  HH: ['hour', 2, 2],
  h: ['hour', 1, 2],
  hh: ['hour', 2, 2],
  m: ['minute', 1, 2],
  mm: ['minute', 2, 2],
  s: ['second', 1, 2],
  ss: ['second', 2, 2],
};

/**
 * Parses text by one pattern: epoch ms, local times by the zone; NaN where the text does not fit. O(length), allocates
 * nothing.
 */
export type PatternParser = (text: Ascii, zone: TimeZone) => EpochMs;

/**
 * Text as a pattern reads it: without space around it, with plain spaces for the narrow ones that some programs write,
 * and with plain letters (`Marz`, `aout`) for those of other languages.
 */
export function patternText(text: string): Ascii {
  return Ascii.of(text.replace(SPACES, ' ').trim().normalize('NFD').replace(MARKS, ''));
}

/**
 * Compiles a pattern in the letters of Unicode CLDR (as Java, Luxon and date-fns use them): `yyyy yy M MM MMM MMMM d dd
 * EEE EEEE H HH h hh m mm s ss S… a X`, text between single quotes, `*` at the end for whatever follows, all else as it
 * is. One letter is one or two digits, two letters are two; `S` is a fraction of any length, `X` an offset (`Z`, `UTC`,
 * `+02`, `+0200`, `+02:00`), a space one or more. Names of months are those of ten languages (`monthNames`), in any
 * case, a point behind a short one included; names of days are English. `yy` is 1969 to 2068, as in POSIX.
 * @throws Error with what is wrong with the pattern
 */
export function compilePattern(pattern: string): PatternParser {
  const tokens = tokensOf(pattern);
  const steps = tokens.map((token, at) => stepOf(token, tokens[at + 1]));
  refuseMisfits(tokens);
  const found: Found = blank();
  return (text, zone) => {
    Object.assign(found, BLANK);
    let at = text.from;
    for (let step = 0; step < steps.length; step++) {
      at = steps[step](text, at, found);
      if (!(at <= text.to)) return Number.NaN;
    }
    return at === text.to ? instantOf(found, zone) : Number.NaN;
  };
}

/** What is wrong with a pattern; undefined where nothing is. */
export function patternFault(pattern: string): string | undefined {
  try {
    compilePattern(pattern);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const BLANK: Found = blank();

function blank(): Found {
  return {
    year: Number.NaN,
    month: 1,
    day: 1,
    hour: 0,
    minute: 0,
    second: 0,
    fraction: 0,
    half: Number.NaN,
    offset: Number.NaN,
  };
}

function instantOf({ year, month, day, hour, minute, second, fraction, half, offset }: Found, zone: TimeZone): EpochMs {
  const twelve = !Number.isNaN(half);
  if (twelve && !(hour >= 1 && hour <= 12)) return Number.NaN;
  const hours = twelve ? (hour % 12) + half : hour;
  if (!(hours < 24 && minute < 60 && second < 60)) return Number.NaN;
  const local = civilMs(year, month, day) + hours * HOUR_MS + minute * MINUTE_MS + second * SECOND_MS + fraction;
  return Number.isNaN(offset) ? zone.toEpochMs(local) : local - offset;
}

function tokensOf(pattern: string): readonly string[] {
  const tokens: string[] = [];
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < pattern.length; ) {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(pattern)?.[0];
    if (token === undefined) throw new Error(`a quote opens at character ${at + 1} and does not close`);
    tokens.push(token);
  }
  return tokens;
}

function refuseMisfits(tokens: readonly string[]): void {
  const letters = tokens.filter((token) => /^[A-Za-z]/.test(token)).map(([letter]) => letter);
  const twice = letters.find((letter, at) => letters.indexOf(letter) !== at);
  if (twice !== undefined) throw new Error(`${twice} is in it twice`);
  if (!letters.includes('y')) throw new Error('it has no year: yyyy, or yy');
  if (tokens.slice(0, -1).includes('*')) throw new Error('* stands for the rest, so it is at the end');
  if (letters.includes('h') !== letters.includes('a'))
    throw new Error('hours of 12 (h) need the half of the day (a); hours of 24 are H');
  if (letters.includes('h') && letters.includes('H')) throw new Error('it has hours of 12 and of 24');
}

function stepOf(token: string, next: string | undefined): Step {
  const number = NUMBERS[token];
  if (number !== undefined) return numberStep(...number);
  if (token.startsWith("'")) return literalStep(token === "''" ? "'" : token.slice(1, -1).replaceAll("''", "'"));
  if (token === '*') return ({ to }) => to;
  if (!/^[A-Za-z]/.test(token)) return token === ' ' ? spaceStep : literalStep(token);
  if (token === 'yy') return shortYear;
  if (token === 'MMM' || token === 'MMMM') return monthStep(next !== '.');
  if (/^E{1,4}$/.test(token)) return dayStep(Math.max(3, token.length));
  if (/^S+$/.test(token)) return fractionStep;
  if (/^(?:[Xx]{1,3}|Z{1,3})$/.test(token)) return offsetStep;
  if (token === 'a') return halfStep;
  const hint = /^[YD]/.test(token) ? '; the year is y and the day d' : '';
  throw new Error(`${token} is no field${hint}; text that is no field goes between single quotes`);
}

function numberStep(field: Field, least: number, most: number): Step {
  return ({ bytes, to }, at, found) => {
    const end = Math.min(digitsEnd(bytes, at, to), at + most);
    if (end - at < least) return Number.NaN;
    let value = 0;
    for (let digit = at; digit < end; digit++) value = value * 10 + (bytes[digit] - 48);
    found[field] = value;
    return end;
  };
}

const shortYear: Step = ({ bytes }, at, found) => {
  const year = twoDigits(bytes, at);
  found.year = year + (year < 69 ? 2000 : 1900);
  return Number.isNaN(year) ? Number.NaN : at + 2;
};

const spaceStep: Step = ({ bytes, to }, at) => {
  let end = at;
  while (end < to && bytes[end] === SPACE) end++;
  return end === at ? Number.NaN : end;
};

function literalStep(literal: string): Step {
  const { bytes: wanted } = Ascii.of(literal);
  return ({ bytes, to }, at) => {
    if (at + wanted.length > to) return Number.NaN;
    for (let n = 0; n < wanted.length; n++) if (bytes[at + n] !== wanted[n]) return Number.NaN;
    return at + wanted.length;
  };
}

const WORDS = monthNames.map(({ word, month }) => ({ bytes: Ascii.of(word).bytes, month }));

/** A month by the longest of its names that begins here; with the point behind it, unless the pattern has one. */
function monthStep(withPoint: boolean): Step {
  return (text, at, found) => {
    for (const { bytes, month } of WORDS) {
      if (!spelt(text, at, bytes)) continue;
      found.month = month + 1;
      const end = at + bytes.length;
      return withPoint && end < text.to && text.bytes[end] === POINT ? end + 1 : end;
    }
    return Number.NaN;
  };
}

/** Days of the week in full where `letters` is 4, else their first three letters, or all of them; they say nothing. */
function dayStep(letters: number): Step {
  const short = DAYS.map((name) => Ascii.of(name.slice(0, 3)).bytes);
  const full = DAYS.map((name) => Ascii.of(name).bytes);
  return (text, at) => {
    for (let index = 0; index < DAYS.length; index++) {
      if (spelt(text, at, full[index])) return at + full[index].length;
      if (letters < 4 && spelt(text, at, short[index])) return at + 3;
    }
    return Number.NaN;
  };
}

/** Whether a word in small letters begins here, in any case. */
function spelt({ bytes, to }: Ascii, at: number, word: Uint8Array): boolean {
  if (at + word.length > to) return false;
  for (let n = 0; n < word.length; n++) if ((bytes[at + n] | 32) !== word[n]) return false;
  return true;
}

const fractionStep: Step = ({ bytes, to }, at, found) => {
  const end = digitsEnd(bytes, at, to);
  found.fraction = fractionMs(bytes, at, end);
  return end === at ? Number.NaN : end;
};

/** An offset is the rest of what is not space, so it comes last or before a space. */
const offsetStep: Step = ({ bytes, to }, at, found) => {
  let end = at;
  while (end < to && bytes[end] !== SPACE) end++;
  found.offset = offsetMs(bytes, at, end);
  return Number.isNaN(found.offset) ? Number.NaN : end;
};

/** `AM`, `pm`, `a.m.`, `P.M.` */
const halfStep: Step = ({ bytes, to }, at, found) => {
  const letter = bytes[at] | 32;
  if (at >= to || (letter !== 97 && letter !== 112)) return Number.NaN;
  found.half = letter === 112 ? 12 : 0;
  const m = bytes[at + 1] === 46 ? at + 2 : at + 1;
  if (m >= to || (bytes[m] | 32) !== 109) return Number.NaN;
  return m + 1 < to && m === at + 2 && bytes[m + 1] === 46 ? m + 2 : m + 1;
};
