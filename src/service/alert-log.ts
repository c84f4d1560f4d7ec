import { appendFile, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { Serial } from '../async/serial.ts';
import type { Config } from '../config/config.ts';
import type { Live } from '../live/live.ts';
import { type AlertRecord, alertRecord } from '../live/schema.ts';

/**
 * The alerts of the live page, in a file beside the state, so that a link in a message opens its alert after a restart
 * too. A line for each step of an alert, with the alert as it is then; a start shortens the file when most of its lines
 * are no longer needed. Where it cannot be written the page does without it, and that is logged once.
 */
export class AlertLog {
  readonly #path: string;
  readonly #log: Pick<Logger, 'warn'>;
  readonly #turns = new Serial();
  #hasFailed = false;

  constructor(path: string, log: Pick<Logger, 'warn'>) {
    this.#path = path;
    this.#log = log;
  }

  /** The newest `most` alerts of the runs before, each as it was last; lines that cannot be read are left out. */
  async open(most: number): Promise<readonly AlertRecord[]> {
    const text = await readFile(this.#path, 'utf8').catch(() => '');
    const alerts = new Map<string, AlertRecord>();
    const lines = text.split('\n');
    for (const line of lines) {
      const { data } = alertRecord.safeParse(parsed(line));
      if (data === undefined) continue;
      alerts.set(data.id, data);
    }
    // A crash has torn the last line: the next one begins a line of its own.
    if (lines.at(-1) !== '') this.#write(() => appendFile(this.#path, '\n'));
    const kept = [...alerts.values()].slice(-most);
    if (lines.length <= 2 * most) return kept;
    this.#write(async () => {
      // A crash in between leaves the old file.
      await writeFile(`${this.#path}.new`, kept.map((alert) => `${JSON.stringify(alert)}\n`).join(''));
      await rename(`${this.#path}.new`, this.#path);
    });
    return kept;
  }

  /** Adds an alert's newest step; written soon, in order. */
  add(alert: AlertRecord): void {
    this.#write(() => appendFile(this.#path, `${JSON.stringify(alert)}\n`));
  }

  /** Resolves once everything is written. */
  async close(): Promise<void> {
    await this.#turns.idle();
  }

  #write(write: () => Promise<void>): void {
    this.#turns.run(write).catch((error: unknown) => {
      if (this.#hasFailed) return;
      this.#hasFailed = true;
      this.#log.warn({ err: error, path: this.#path }, 'the alerts of the live page cannot be kept for the next start');
    });
  }
}

/**
 * Lets the page begin with the alerts of runs before, and keeps its own. Members of a consumer group have no folder of
 * their own: undefined.
 */
export async function keepAlerts(
  { kafka, state, server }: Config,
  live: Live,
  log: Logger,
): Promise<AlertLog | undefined> {
  if (kafka !== undefined) return undefined;
  const alerts = new AlertLog(join(state.folder, 'page-alerts.jsonl'), log);
  live.restore(await alerts.open(server.page.max_alerts), (alert) => alerts.add(alert));
  return alerts;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
