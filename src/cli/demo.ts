import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { loadPrintable } from '../config/load.ts';
import { runConfig } from './run.ts';
import { scoreboard } from './scoreboard.ts';

const DEMO = fileURLToPath(new URL('../../config/demo.yaml', import.meta.url));

const INTRODUCTION = `surprisal: five simulated streams, with faults at half the rate of the false alarms that their budgets allow.
Alerts come within minutes, here and on the live page, whose address follows. After each simulated day a line says how many faults were found; the detector does not know of them.
Ctrl-C ends it, and the next start continues.
`;

/** `surprisal demo`: five simulated streams at an accelerated clock, on this machine alone. */
export function demoCommand(): Command {
  return new Command('demo')
    .summary('watch five simulated streams')
    .description(
      'Runs config/demo.yaml: homes, machines, wearables, a market and accounts, simulated at an accelerated clock. Once a simulated day it says how many faults were found. Ctrl-C ends it; the next start continues.',
    )
    .action(async () => {
      process.stderr.write(INTRODUCTION);
      const print = (line: string) => process.stderr.write(`${line}\n`);
      await runConfig(
        () => loadPrintable(DEMO, process.env),
        (config) => [scoreboard(config, print)],
      );
    });
}
