import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { runConfig } from './run.ts';

const DEMO = fileURLToPath(new URL('../../config/demo.yaml', import.meta.url));

/** `surprisal demo`: five simulated streams at an accelerated clock, on this machine alone. */
export function demoCommand(): Command {
  return new Command('demo')
    .summary('watch five simulated streams')
    .description(
      'Runs config/demo.yaml: homes, machines, wearables, a market and accounts, simulated at an accelerated clock. Ctrl-C ends it; it goes on where it stopped.',
    )
    .action(async () => {
      process.stderr.write(
        'surprisal: five simulated streams; the first alerts come within a minute. Ctrl-C ends it.\n',
      );
      await runConfig(() => loadConfig(DEMO, process.env));
    });
}
