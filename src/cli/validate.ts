import process from 'node:process';
import { Command } from 'commander';
import { z } from 'zod';
import type { Config } from '../config/config.ts';
import { faultLine } from '../config/fault.ts';
import { readConfig } from '../config/load.ts';

const flags = z.object({ print: z.boolean().default(false) });
const CONFIGURATION_FAULT = 78;

/**
 * `surprisal validate FILE…`: every fault of every file as one line on standard error; exit code 78 where there is one.
 * Connects to nothing.
 */
export function validateCommand(): Command {
  return new Command('validate')
    .summary('check configurations')
    .description('Checks configurations without connecting to anything; reports each fault as file:line:column.')
    .argument('<files...>', 'configurations, YAML')
    .option('--print', 'print the effective configuration: defaults filled in, secrets hidden')
    .action((files: readonly string[], given: unknown) => {
      const { print } = flags.parse(given);
      if (!files.map((file) => isValid(file, print)).every(Boolean)) process.exitCode = CONFIGURATION_FAULT;
    });
}

function isValid(file: string, print: boolean): boolean {
  const verdict = readConfig(file, process.env);
  if (verdict.config === undefined) {
    process.stderr.write(verdict.faults.map((fault) => `${faultLine(fault)}\n`).join(''));
    return false;
  }
  process.stdout.write(print ? verdict.print() : summary(file, verdict.config));
  return true;
}

function summary(file: string, { streams, sinks }: Config): string {
  const rows = Object.entries(streams).map(([name, { source, channels, window, network }]) => {
    const parts = [source.kind, `${window.kind} window`, `${network.hidden} hidden units`];
    return `  stream ${name}: ${Object.keys(channels).join(', ')} (${parts.join(', ')})\n`;
  });
  const places = Object.entries(sinks).map(([name, { outputs }]) => `  sink ${name}: ${outputs.join(', ')}\n`);
  return [`${file}: valid\n`, ...rows, ...places].join('');
}
