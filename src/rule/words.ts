import type { Channel } from '../event/channel.ts';
import { grouped } from '../event/figures.ts';
import type { Row } from '../event/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../event/time.ts';
import { type AtLeast, channelAt, type Where } from './filter.ts';

/** 12345.678 → `12 345.68 USD`, with thin spaces. */
export function amountText(value: number, unit = ''): string {
  const text = grouped(value, 2);
  return unit === '' ? text : `${text} ${unit}`;
}

const UNITS: readonly (readonly [name: string, ms: number])[] = [
  ['day', DAY_MS],
  ['hour', HOUR_MS],
  ['minute', MINUTE_MS],
  ['second', SECOND_MS],
];

/** 9 000 000 → `2.5 hours`: the largest unit that fits once, to a tenth. */
export function spanText(ms: number): string {
  const [name, size] = UNITS.find(([, unit]) => ms >= unit) ?? ['second', SECOND_MS];
  const count = Math.round((10 * ms) / size) / 10;
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

/** `events`, or `events with kind purchase or cash`: which rows a rule looks at. */
export function eventsText(where: Where): string {
  const conditions = Object.entries(where).map(([name, values]) => `${name} ${[values].flat().join(' or ')}`);
  return conditions.length === 0 ? 'events' : `events with ${conditions.join(' and ')}`;
}

/** `, with amount 890 USD`: what the row has in the channels of `at_least`. */
export function valuesText(row: Row, atLeast: AtLeast, channels: readonly Channel[]): string {
  const values = Object.keys(atLeast).map((name) => {
    const at = channelAt(channels, name);
    return `${name} ${amountText(row.values[at], channels[at].unit)}`;
  });
  return values.length === 0 ? '' : `, with ${values.join(' and ')}`;
}
