import { Temporal } from 'temporal-polyfill';
import { Ascii } from '../../src/decode/ascii.ts';
import { compilePattern } from '../../src/decode/time-pattern.ts';
import { timeZone } from '../../src/decode/zone.ts';
import { twin, write } from './time-twin.ts';

const DATES = [
  'yyyy-MM-dd',
  'dd.MM.yyyy',
  'd.M.yy',
  'M/d/yyyy',
  'd/M/yy',
  'yyyyMMdd',
  'EEE, d MMM yyyy',
  'MMMM d, yyyy',
  'yyyy/M/d',
];
const CLOCKS = ['', ' HH:mm', ' H:mm:ss', ' HH:mm:ss.SSS', ' h:mm a', ' hh:mm:ss a', ',HH.mm', ' HHmmss', ' (H-mm)'];
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'America/St_Johns',
  'Pacific/Apia',
];
const LETTERS = '0123456789:./- ,aApPmM+ZJny';

const zones = new Map(ZONES.map((name) => [name, timeZone(name)]));
const parsers = new Map(
  DATES.flatMap((date) => CLOCKS.map((clock) => date + clock)).map((pattern) => [
    pattern,
    [compilePattern(pattern), twin(pattern)] as const,
  ]),
);
const patterns = [...parsers.keys()];

/** One text, how it is to be read, and what the two implementations make of it. */
export interface TimeCase {
  readonly pattern: string;
  readonly text: string;
  readonly zone: string;
  readonly read: number;
  readonly expected: number;
}

/** A time of 1900 to 2100 written by some pattern; half of them with one character gone wrong. `random`: [0, 1). */
export function timeCase(random: () => number): TimeCase {
  const any = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)];
  const pattern = any(patterns);
  const zone = any(ZONES);
  const seconds = Math.floor((random() - 0.35) * 6_311_433_600);
  const time = Temporal.Instant.fromEpochMilliseconds(seconds * 1000 + Math.floor(random() * 1000))
    .toZonedDateTimeISO(any(ZONES))
    .toPlainDateTime();
  const whole = write(pattern, time);
  const text = random() < 0.5 ? whole : spoiled(whole, random(), any([...LETTERS, '']));
  const [parse, expect] = parsers.get(pattern) ?? [];
  const named = zones.get(zone);
  if (parse === undefined || expect === undefined || named === undefined) throw new Error(pattern);
  return { pattern, text, zone, read: parse(Ascii.of(text), named), expected: expect(text, zone) };
}

/** One character put in, put in the place of another, or left out. */
function spoiled(text: string, where: number, by: string): string {
  const at = Math.floor(where * text.length);
  const next = (where * 1000) % 1 > 0.5 ? at + 1 : at;
  return text.slice(0, at) + by + text.slice(next);
}

/** Whether both are the same time, to a µs of fractions, or both none. */
export function agrees({ read, expected }: TimeCase): boolean {
  return Number.isNaN(expected) ? Number.isNaN(read) : Math.abs(read - expected) < 0.001;
}
