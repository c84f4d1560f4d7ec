import { STATUS_CODES } from 'node:http';
import process from 'node:process';
import { Command } from 'commander';
import { z } from 'zod';
import { loadConfig } from '../config/load.ts';
import { suggestion } from '../config/nearest.ts';
import { openSink } from '../config/sink.ts';
import { Failure } from '../errors/failure.ts';
import { printable } from '../sink/console/lines.ts';
import type { TestReport } from '../sink/trial.ts';

const flags = z.object({ config: z.string() });

/** `surprisal webhook test NAME -c FILE`: also `surprisal sink test`, for any sink that can send a test. */
export function webhookCommand(): Command {
  const test = new Command('test')
    .summary('send a test alert to a sink')
    .description(
      'Sends one alert, marked as a test, to a sink of kind webhook or alertmanager, and shows what was sent and answered.',
    )
    .argument('<name>', 'the sink, as the configuration names it')
    .requiredOption('-c, --config <file>', 'the configuration, YAML')
    .action(async (name: string, given: unknown) => testSink(name, flags.parse(given).config));
  return new Command('webhook').alias('sink').summary('try a webhook, or another sink').addCommand(test);
}

/**
 * @throws Failure of the sink where it does not take the alert; cli/bad-flag where there is no such sink, or it cannot
 * be tested
 */
async function testSink(name: string, file: string): Promise<void> {
  const { sinks } = loadConfig(file, process.env);
  const config = Object.hasOwn(sinks, name) ? sinks[name] : undefined;
  if (config === undefined) {
    throw new Failure('cli/bad-flag', `no sink is named "${name}"${suggestion(name, Object.keys(sinks))}`, {
      where: file,
    });
  }
  const sink = await openSink(config);
  try {
    const trial = await sink.test?.(new AbortController().signal);
    if (trial === undefined) {
      throw new Failure('cli/bad-flag', `a sink of kind ${config.kind} has no test`, { where: `sinks.${name}` });
    }
    process.stdout.write(transcript(trial));
    if (trial.failure !== undefined) throw trial.failure;
  } finally {
    await sink.close();
  }
}

/** What went out and what came in, as curl shows it. */
function transcript({ to, sent, answer, failure }: TestReport): string {
  const request = [`POST ${to}`, ...headerLines(sent.headers), '', ...bodyLines(sent.body)].map((line) => `> ${line}`);
  if (answer === undefined) return lines([...request, '', 'no answer']);
  const status = `${answer.status} ${STATUS_CODES[answer.status] ?? ''}`.trimEnd();
  const response = [status, ...headerLines(answer.headers), '', ...bodyLines(answer.body)].map((line) => `< ${line}`);
  return lines([...request, '', ...response, '', failure === undefined ? 'taken' : 'not taken']);
}

function headerLines(headers: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(headers).map(([name, value]) => printable(`${name}: ${value}`));
}

function bodyLines(body: string): readonly string[] {
  return body === '' ? [] : body.split('\n').map(printable);
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line.trimEnd()}\n`).join('');
}
