import { setTimeout } from 'node:timers/promises';

/** After the first answer the others have so long: a broker that hangs must not hold up those that do not. */
const GRACE_MS = 1_000;

/** The answers that come by a second after the first one; those that fail are left out. Nothing where all fail. */
export async function answersOf<T>(asked: readonly Promise<T>[]): Promise<readonly T[]> {
  const answers: T[] = [];
  const all = Promise.allSettled(asked.map(async (one) => answers.push(await one)));
  const enough = new AbortController();
  const first = Promise.any(asked).catch(() => undefined);
  const late = first.then(() => setTimeout(GRACE_MS, undefined, { signal: enough.signal })).catch(() => {});
  await Promise.race([all, late]);
  enough.abort();
  return [...answers];
}

/** The leader, if it is among them; else the one that most name. */
export function agreed(named: readonly number[], leader: number | undefined): number {
  if (leader !== undefined && named.includes(leader)) return leader;
  const votes = (node: number) => named.filter((other) => other === node).length;
  return named.reduce((best, node) => (votes(node) > votes(best) ? node : best));
}

/**
 * Which partition of a topic with so many the coordinator of this id leads: Java's `String.hashCode`, as every broker
 * reckons it.
 */
export function coordinatorPartition(id: string, partitions: number): number {
  let hash = 0;
  for (let i = 0; i < id.length; i++) hash = (Math.imul(31, hash) + id.charCodeAt(i)) | 0;
  return (hash === -(2 ** 31) ? 0 : Math.abs(hash)) % partitions;
}
