import { grouped } from '../../event/figures.ts';

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000];
const NO_BREAK = '\u00a0';

/** `1 234 567` */
export function count(value: number): string {
  return grouped(Math.round(value));
}

/** Four significant digits, as in an alert's explanation, with its unit; `–` where nothing is known. */
export function quantity(value: number | null, unit = ''): string {
  if (value === null) return '–';
  const size = Math.abs(value);
  const digits = size >= 10_000 && size < 1e9 ? count(Number(value.toPrecision(4))) : short(value);
  return unit === '' ? digits : `${digits}${NO_BREAK}${unit}`;
}

/** Four significant digits. */
export function short(value: number): string {
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-4 || size >= 1e9) ? value.toExponential(2) : String(Number(value.toPrecision(4)));
}

/** `2014-11-02 01:30:05` in UTC; seconds only where there are any. */
export function time(ms: number): string {
  const iso = new Date(ms).toISOString();
  return `${iso.slice(0, 10)}${NO_BREAK}${iso.slice(11, ms % MINUTE === 0 ? 16 : 19)}`;
}

/** `2 d 4 h`, `35 min`, `8 s`: the two largest units. */
export function duration(ms: number): string {
  const units = [
    [DAY, 'd'],
    [HOUR, 'h'],
    [MINUTE, 'min'],
    [SECOND, 's'],
  ] as const;
  const first = units.findIndex(([size]) => ms >= size);
  if (first < 0) return 'less than a second';
  const [size, name] = units[first];
  const next = units[first + 1];
  const rest = next === undefined ? 0 : Math.floor((ms % size) / next[0]);
  const tail = next === undefined || rest === 0 ? '' : ` ${rest} ${next[1]}`;
  return `${Math.floor(ms / size)} ${name}${tail}`.replaceAll(' ', NO_BREAK);
}

/**
 * How rare an alert's own explanation says that it is: the only figure for that. Undefined where it says nothing of it,
 * as of a rule.
 */
export function rarityIn(summary: string): string | undefined {
  return /(?:rarer than )?1 in [\d\u202f.e+]+(?= rows)/.exec(summary)?.[0];
}

/** Reasons for which what the network forecast is what the value is compared with. */
export function isAgainstForecast(reason: string): boolean {
  return reason === 'unusual_value' || reason === 'unusual_change' || reason === 'unusual_shape';
}

const REASONS: Readonly<Record<string, string>> = {
  unusual_value: 'Unusual value',
  unusual_change: 'Unusual change',
  contradicts_channels: 'Contradicts the other channels',
  unusual_for_the_hour: 'Unusual for the hour',
  unusual_noise: 'Unusual noise',
  stuck: 'Stuck',
  unusual_level: 'Unusual level',
  many_channels: 'Many channels at once',
  unusual_amount: 'Unusual amount',
  unusual_shape: 'Unusual shape',
  silent: 'Silent',
};

/** What an alert is about, as a headline; a rule has its own name. */
export function reasonTitle(reason: string): string {
  return REASONS[reason] ?? `Rule ${reason.replaceAll('_', ' ')}`;
}

/** `3 alerts`, `1 alert`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}
