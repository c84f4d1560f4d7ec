import { join } from 'node:path';
import process from 'node:process';
import type { Logger } from 'pino';
import { Shelf } from '../bundle/shelf.ts';
import { TooLarge } from '../bundle/write.ts';
import type { Config } from '../config/config.ts';
import { portableStream } from '../config/portable.ts';
import type { Bundles } from '../pipeline/task/recorder.ts';
import { VERSION } from './version.ts';

/** Most bytes of a bundle before it is packed: the state of about 15 000 series with one channel. */
const MOST_BYTES = 256 << 20;

/**
 * Where the bundles of a configuration's alerts are; undefined where none are kept. Workers of one machine share it,
 * and need nothing of it for their own work.
 */
export function shelfOf({ state }: Config): Shelf | undefined {
  if (state.bundles === 0) return undefined;
  return new Shelf(join(state.folder, 'bundles'), { most: state.bundles, mostBytes: MOST_BYTES });
}

/** Stores what the tasks record of their alerts. `printed`: the effective configuration, secrets hidden. */
export function bundlesOf(
  shelf: Pick<Shelf, 'add'>,
  { printed, log }: { readonly printed: string; readonly log: Pick<Logger, 'info' | 'warn'> },
): Bundles {
  const configs = new Map<string, string>();
  let hasFailed = false;
  const omitted = (stream: string, alerts: number, why: string) =>
    log.info(
      { stream, alerts, why },
      `${stream}: no bundle is kept of ${alerts} alert${alerts === 1 ? '' : 's'}: ${why}`,
    );
  return {
    describe(stream) {
      const config = configs.get(stream) ?? portableStream(printed, stream);
      configs.set(stream, config);
      return { version: VERSION, node: process.version, platform: `${process.platform}-${process.arch}`, config };
    },
    async add(content) {
      const { stream, alerts } = content.header;
      try {
        await shelf.add(content);
      } catch (error) {
        if (error instanceof TooLarge) omitted(stream, alerts.length, `the state of ${stream} is too large for one`);
        else if (!hasFailed) log.warn({ err: error, stream }, 'the bundle of an alert cannot be stored');
        hasFailed ||= !(error instanceof TooLarge);
      }
    },
    omitted,
  };
}
