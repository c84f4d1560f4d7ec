import process from 'node:process';
import { Command } from 'commander';
import { z } from 'zod';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import { Failure } from '../errors/failure.ts';
import { type SimilarPage, similarPage } from '../live/schema.ts';
import { printable } from '../sink/console/lines.ts';

const flags = z.object({ config: z.string(), json: z.boolean().default(false) });
const problem = z.object({ detail: z.string() });
const ANSWER_WITHIN_MS = 10_000;
/** Addresses at which a server listens everywhere, and where it is then asked on this machine. */
const EVERYWHERE: ReadonlyMap<string, string> = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '[::1]'],
]);

/**
 * `surprisal similar ALERT -c FILE`: the earlier incidents nearest to an alert, as the run of the configuration knows
 * them.
 */
export function similarCommand(): Command {
  return new Command('similar')
    .summary('list the earlier incidents nearest to an alert')
    .description(
      'Asks the server of the run (`server.host`, `server.port`, `server.token`) for the earlier incidents of the stream that look most like the alert, ' +
        'nearest first, with the verdict on each. "of one kind": near enough that a verdict on the one counts for the other.',
    )
    .argument('<alert>', 'id of the alert: 16 hex digits')
    .requiredOption('-c, --config <file>', 'the configuration of the run, YAML')
    .option('--json', 'the answer of the API, as it is')
    .action((alert: string, given: unknown) => list(alert, flags.parse(given)));
}

/** @throws Failure cli/bad-flag, cli/no-run */
async function list(alert: string, { config, json }: z.output<typeof flags>): Promise<void> {
  if (!/^[0-9a-f]{16}$/.test(alert)) {
    throw new Failure('cli/bad-flag', 'an alert’s id has 16 hex digits', { where: 'alert' });
  }
  const page = await asked(alert, loadConfig(config, process.env).server);
  process.stdout.write(json ? `${JSON.stringify(page, null, 2)}\n` : similarLines(page));
}

async function asked(alert: string, { host, port, token }: Config['server']): Promise<SimilarPage> {
  const at = EVERYWHERE.get(host) ?? (host.includes(':') ? `[${host}]` : host);
  const where = `http://${at}:${port}`;
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
  const answer = await fetch(`${where}/api/alerts/${alert}/similar`, { headers, signal }).catch((cause: unknown) => {
    throw new Failure('cli/no-run', 'no run answers there', { where, cause });
  });
  const body: unknown = await answer.json().catch(() => undefined);
  const found = similarPage.safeParse(body);
  if (answer.ok && found.success) return found.data;
  const why = problem.safeParse(body).data?.detail ?? `the server answered ${answer.status}`;
  throw new Failure(answer.status === 404 ? 'cli/bad-flag' : 'cli/no-run', why, { where });
}

/** A line for each incident, nearest first, with its explanation below. Ends with a line end. */
export function similarLines({ id, known, similar }: SimilarPage): string {
  if (similar.length === 0) return `${id}: no earlier incident like it among the ${known} that are known\n`;
  const lines = similar.map(({ id: other, series, startMs, distance, alike, verdict, summary }) => {
    const time = new Date(startMs).toISOString().replace('T', ' ').replace('.000Z', 'Z');
    const kind = alike ? 'of one kind ' : 'less like it';
    const said = (verdict?.verdict ?? '–').padEnd(8);
    const head = `${distance.toFixed(2).padStart(6)}  ${kind}  ${said}  ${time}  ${other}  ${printable(series)}`;
    return `${head}\n        ${printable(summary)}\n`;
  });
  return `${id}: nearest of the ${known} incidents that are known\n${lines.join('')}`;
}
