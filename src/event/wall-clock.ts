import { type EpochMs, SECOND_MS } from './time.ts';

/** Whether the runtime knows this IANA zone. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The wall clock of a named zone, daylight saving included. */
export class WallClock {
  readonly #format: Intl.DateTimeFormat;

  /** @throws RangeError where the zone is unknown */
  constructor(zone: string) {
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /** Wall clock − UTC at an instant, in ms; whole seconds. Some microseconds: who asks often keeps what it was. */
  offsetMs(epochMs: EpochMs): number {
    const wholeMs = Math.floor(epochMs / SECOND_MS) * SECOND_MS;
    const shown = new Map<string, string>();
    for (const { type, value } of this.#format.formatToParts(wholeMs)) shown.set(type, value);
    const part = (type: string): number => Number(shown.get(type));
    const year = /^BC?$/.test(shown.get('era') ?? '') ? 1 - part('year') : part('year');
    const local = new Date(0);
    local.setUTCFullYear(year, part('month') - 1, part('day'));
    local.setUTCHours(part('hour'), part('minute'), part('second'));
    return local.getTime() - wholeMs;
  }
}
