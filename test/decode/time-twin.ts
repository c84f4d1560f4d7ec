import { Temporal } from 'temporal-polyfill';

/* The patterns of times, implemented once more: a regular expression finds the fields, Temporal makes an instant of them. */

const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const DAYS = 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(' ');

/** As the languages write them, by what the machine knows of them, without marks and points. */
const LANGUAGES = 'en de fr es pt it nl sv da nb'.split(' ');
export const WORDS = LANGUAGES.flatMap((language) =>
  (['long', 'short'] as const).flatMap((length) => {
    const { format } = new Intl.DateTimeFormat(language, { month: length, timeZone: 'UTC' });
    return MONTHS.map((_, month) => {
      const whole = format(Date.UTC(2026, month, 15)).toLowerCase();
      const word = whole.normalize('NFD').replace(/\p{M}|\.$/gu, '');
      return { language, whole, word, month };
    });
  }),
);
const WORD = [...new Set(WORDS.map(({ word }) => word))].sort((a, b) => b.length - a.length).join('|');

const pad = (value: number, width: number) => String(value).padStart(width, '0');
const short = (names: readonly string[]) => names.map((name) => name.slice(0, 3));

interface Field {
  /** As a group of a regular expression. */
  readonly group: string;
  readonly write: (time: Temporal.PlainDateTime) => string;
}

const twelve = (hour: number) => (hour % 12 === 0 ? 12 : hour % 12);

/** Every field of a pattern but the offset. */
export const FIELDS: Readonly<Record<string, Field>> = {
  yyyy: { group: '(?<year>\\d{4})', write: ({ year }) => pad(year, 4) },
  yy: { group: '(?<shortYear>\\d{2})', write: ({ year }) => pad(year % 100, 2) },
  M: { group: '(?<month>\\d{1,2})', write: ({ month }) => String(month) },
  MM: { group: '(?<month>\\d{2})', write: ({ month }) => pad(month, 2) },
  MMM: { group: `(?<name>${WORD})\\.?`, write: ({ month }) => short(MONTHS)[month - 1] },
  MMMM: { group: `(?<name>${WORD})\\.?`, write: ({ month }) => MONTHS[month - 1].toUpperCase() },
  d: { group: '(?<day>\\d{1,2})', write: ({ day }) => String(day) },
  dd: { group: '(?<day>\\d{2})', write: ({ day }) => pad(day, 2) },
  EEE: { group: `(?:${[...DAYS, ...short(DAYS)].join('|')})`, write: ({ dayOfWeek }) => short(DAYS)[dayOfWeek - 1] },
  H: { group: '(?<hour>\\d{1,2})', write: ({ hour }) => String(hour) },
  HH: { group: '(?<hour>\\d{2})', write: ({ hour }) => pad(hour, 2) },
  h: { group: '(?<hour12>\\d{1,2})', write: ({ hour }) => String(twelve(hour)) },
  hh: { group: '(?<hour12>\\d{2})', write: ({ hour }) => pad(twelve(hour), 2) },
  mm: { group: '(?<minute>\\d{2})', write: ({ minute }) => pad(minute, 2) },
  ss: { group: '(?<second>\\d{2})', write: ({ second }) => pad(second, 2) },
  SSS: { group: '(?<fraction>\\d+)', write: ({ millisecond }) => pad(millisecond, 3) },
  a: { group: '(?<half>[ap])(?:m|\\.m\\.?)', write: ({ hour }) => (hour < 12 ? 'am' : 'p.m.') },
};

const FIELD = /([A-Za-z])\1*/g;

/** The time as a pattern of these fields writes it. */
export function write(pattern: string, time: Temporal.PlainDateTime): string {
  return pattern.replace(FIELD, (name) => FIELDS[name].write(time));
}

/** Epoch ms; NaN where the text does not fit the pattern, or is no time. */
export function twin(pattern: string): (text: string, zone: string) => number {
  const source = pattern
    .replace(/[.()]/g, '\\$&')
    .replaceAll(' ', ' +')
    .replace(FIELD, (name) => FIELDS[name].group);
  const expression = new RegExp(`^${source}$`, 'i');
  return (text, zone) => {
    const found = expression.exec(text)?.groups;
    return found === undefined ? Number.NaN : instant(found, zone);
  };
}

function instant(found: Readonly<Record<string, string | undefined>>, zone: string): number {
  const number = (name: string, other = 0) => (found[name] === undefined ? other : Number(found[name]));
  const short = number('shortYear');
  const year = number('year', short < 69 ? 2000 + short : 1900 + short);
  const named = WORDS.find(({ word }) => word === found.name?.toLowerCase())?.month ?? -1;
  const hour12 = number('hour12', 12);
  if (hour12 < 1 || hour12 > 12) return Number.NaN;
  const hour = found.half === undefined ? number('hour') : (hour12 % 12) + (found.half.toLowerCase() === 'p' ? 12 : 0);
  const fields = { year, month: named < 0 ? number('month', 1) : named + 1, day: number('day', 1) };
  const clock = { hour, minute: number('minute'), second: number('second') };
  if (clock.second > 59) return Number.NaN;
  try {
    const local = Temporal.PlainDateTime.from({ ...fields, ...clock }, { overflow: 'reject' });
    return local.toZonedDateTime(zone).epochMilliseconds + Number(`0.${found.fraction ?? '0'}`) * 1000;
  } catch (error) {
    if (error instanceof RangeError) return Number.NaN;
    throw error;
  }
}
