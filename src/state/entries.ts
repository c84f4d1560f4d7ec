import { unseal } from '../store/seal.ts';
import type { Entry } from '../store/store.ts';
import { parseKey, under } from './keys.ts';
import { guarded, type Level } from './level.ts';

const READ_BYTES = 1 << 20;
const READ_AT_ONCE = 256;

/**
 * The entries of a task's state that count, some at a time; of the database as it was at `snapshot`. While no
 * checkpoint is being written each is there once, but for what a later one has staged. @throws Failure state/corrupt,
 * state/foreign
 */
export async function* entriesOf(
  level: Level,
  task: string,
  counts: (generation: number, entry: string) => boolean,
  snapshot?: ReturnType<Level['snapshot']>,
): AsyncGenerator<readonly Entry[]> {
  const iterator = level.iterator({ ...under('t', task), highWaterMarkBytes: READ_BYTES, snapshot });
  try {
    for (;;) {
      const found = await guarded(level.location, () => iterator.nextv(READ_AT_ONCE));
      if (found.length === 0) return;
      yield found.flatMap(([key, value]): readonly Entry[] => {
        const { rest: entry, generation } = parseKey(key);
        return counts(generation, entry) ? [[entry, unseal(key, value)]] : [];
      });
    }
  } finally {
    await iterator.close();
  }
}
