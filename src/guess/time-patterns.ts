import { Ascii } from '../decode/ascii.ts';
import { compilePattern, patternText } from '../decode/time-pattern.ts';
import { timeZone } from '../decode/zone.ts';

const NUMERIC = ['.', '/', '-'].flatMap((mark) => {
  const dayFirst = [`dd${mark}MM${mark}`, `d${mark}M${mark}`];
  const monthFirst = mark === '.' ? [] : [`MM${mark}dd${mark}`, `M${mark}d${mark}`];
  const yearFirst = [`yyyy${mark}MM${mark}dd`, `yyyy${mark}M${mark}d`];
  const withYear = ['yyyy', 'yy'].flatMap((year) => [...dayFirst, ...monthFirst].map((date) => date + year));
  return [...yearFirst, ...withYear];
});
const NAMED = [
  'd MMM yyyy',
  'd MMMM yyyy',
  'd-MMM-yyyy',
  'd-MMM-yy',
  'd MMM yy',
  'd. MMMM yyyy',
  'd. MMMM yy',
  "d 'de' MMMM 'de' yyyy",
  'MMM d, yyyy',
  'MMMM d, yyyy',
  'MMM d yyyy',
  'EEE, d MMM yyyy',
  'EEE MMM d yyyy',
  'EEEE, MMMM d, yyyy',
];
const DATES = [...NUMERIC, ...NAMED, 'yyyyMMdd'];
const BETWEEN = [' ', ', ', "'T'", ' - ', "' at '"];
const CLOCKS = [
  'HH:mm:ss',
  'HH:mm',
  'H:mm:ss',
  'H:mm',
  'HH:mm:ss.SSS',
  'HH:mm:ss,SSS',
  'HH:mm:ss:SSS',
  'h:mm:ss a',
  'h:mm a',
  'h:mm:ssa',
  'h:mma',
  'HH.mm.ss',
  'HH.mm',
  'HHmmss',
  'HHmm',
];
/** Between the beginning and the end of a period. */
const PERIOD = ' - ';
const OFFSETS = ['', ' X', 'X'];
const WHOLE = ['EEE MMM d HH:mm:ss yyyy', 'EEE MMM d HH:mm:ss X yyyy', 'dd/MMM/yyyy:HH:mm:ss X'];

/**
 * Patterns that read this text, two-letter fields first, the day before the month; of a period (`from - to`) its
 * beginning. A millisecond or so.
 */
export function datePatterns(text: string): readonly string[] {
  const whole = patternsOf(text);
  const [from, to] = text.split(PERIOD);
  if (whole.length > 0 || to === undefined || text.split(PERIOD).length > 2) return whole;
  return patternsOf(from).map((pattern) => `${pattern}${PERIOD}*`);
}

function patternsOf(text: string): readonly string[] {
  const read = patternText(text);
  const dates = DATES.filter((date) => fits(date, beginning(read, date)));
  const timed = dates.flatMap((date) =>
    BETWEEN.flatMap((between) => CLOCKS.flatMap((clock) => OFFSETS.map((offset) => date + between + clock + offset))),
  );
  return [...DATES, ...WHOLE, ...timed].filter((pattern) => fits(pattern, read));
}

const utc = timeZone('UTC');

function fits(pattern: string, text: Ascii): boolean {
  return !Number.isNaN(compilePattern(pattern)(text, utc));
}

/** As much of the text as a date of this pattern can be: to the second space or `T`, where the pattern has none. */
function beginning(text: Ascii, pattern: string): Ascii {
  const words = pattern.split(' ').length;
  const plain = String.fromCharCode(...text.bytes);
  const match = new RegExp(`^(?:\\S+ +){${words - 1}}[^ T]*`).exec(plain)?.[0] ?? plain;
  return Ascii.of(match.replace(/,$/, ''));
}
