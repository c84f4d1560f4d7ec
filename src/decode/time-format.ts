import { patternFault } from './time-pattern.ts';

/** Names of the ways in which times are written; everything else is a pattern. */
export const TIME_FORMATS = [
  'iso8601',
  'epoch_s',
  'epoch_ms',
  'epoch_us',
  'epoch_ns',
  'epoch',
  'epoch_1904',
  'excel',
  'record',
] as const;

/** One of the names. */
export type NamedTimeFormat = (typeof TIME_FORMATS)[number];

/** The name, where it is one and no pattern. */
export function namedTimeFormat(format: string): NamedTimeFormat | undefined {
  return TIME_FORMATS.find((name) => name === format);
}

/** What is wrong with it, where it is neither a name nor a pattern; patterns have a year. */
export function timeFormatFault(format: string): string | undefined {
  if (namedTimeFormat(format) !== undefined) return undefined;
  if (/^[a-z]+\d*(?:_[a-z]*)?$/i.test(format) && !/^y|yy/.test(format)) {
    return `must be one of: ${TIME_FORMATS.join(', ')}; or a pattern such as dd.MM.yyyy HH:mm`;
  }
  const fault = patternFault(format);
  return fault === undefined ? undefined : `not a pattern of times: ${fault}`;
}

/** Whether several fields make one such text. */
export function mayBeJoined(format: string): boolean {
  const name = namedTimeFormat(format);
  return name === undefined || name === 'iso8601';
}
