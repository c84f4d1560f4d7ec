import type { SimulatedEvent, World } from '../../src/simulate/world.ts';

/** All events of a world with these options, which `days` must bound. */
export function eventsOf(world: World, options: Readonly<Record<string, unknown>>): SimulatedEvent[] {
  return [...world.generate(world.options.parse(options))];
}

/** The numbers of one field, NaN where it is missing. */
export function numbers(events: readonly SimulatedEvent[], field: string): number[] {
  return events.map(({ fields }) => {
    const value = fields[field];
    return typeof value === 'number' ? value : Number.NaN;
  });
}

/** Items by what `key` says of them, in order. */
export function grouped<T, K>(items: readonly T[], key: (item: T) => K): ReadonlyMap<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}

/** Events by series, in order. */
export function bySeries(events: readonly SimulatedEvent[]): ReadonlyMap<string, SimulatedEvent[]> {
  return grouped(events, ({ series }) => series);
}

/** The events that show a fault, episode by episode. */
export function episodes(events: readonly SimulatedEvent[]): readonly SimulatedEvent[][] {
  return [
    ...grouped(
      events.filter(({ fault }) => fault !== undefined),
      ({ fault }) => fault,
    ).values(),
  ];
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
}

/** Pearson's. */
export function correlation(a: readonly number[], b: readonly number[]): number {
  const [ma, mb] = [mean(a), mean(b)];
  return mean(a.map((value, i) => (value - ma) * (b[i] - mb))) / (deviation(a) * deviation(b));
}
