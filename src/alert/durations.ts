import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '../event/time.ts';

const SPANS: readonly (readonly [name: string, ms: number])[] = [
  ['year', 365.25 * DAY_MS],
  ['week', 7 * DAY_MS],
  ['day', DAY_MS],
  ['hour', HOUR_MS],
  ['minute', MINUTE_MS],
  ['second', SECOND_MS],
];

/** 5 400 000 → `90 minutes`: the largest unit that fits twice, rounded. */
export function lasting(ms: number, round: (count: number) => number = Math.round): string {
  if (ms < SECOND_MS) return 'less than a second';
  const [name, size] = SPANS.find(([, unit]) => ms >= 2 * unit) ?? ['second', SECOND_MS];
  const count = round(ms / size);
  if (name === 'year' && count >= 1000) return 'over 1000 years';
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

/** 830 → `0.83 seconds`, for what often takes less than one. */
export function briefly(ms: number): string {
  return ms < 2 * SECOND_MS ? `${Number((ms / SECOND_MS).toPrecision(2))} seconds` : lasting(ms);
}

/** 2026-03-01T12:05Z. */
export function isoMinute(timeMs: EpochMs): string {
  return `${new Date(timeMs).toISOString().slice(0, 16)}Z`;
}
