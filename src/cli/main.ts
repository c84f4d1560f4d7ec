#!/usr/bin/env node
import './relaxed-simd.ts';
import process from 'node:process';
import { Command } from 'commander';
import { VERSION } from '../service/version.ts';
import { fail, outliveReader } from './exit.ts';

/** By name. Only the one that is asked for is loaded: all of them take half a second more to start. */
const commands: ReadonlyMap<string | undefined, () => Promise<Command>> = new Map([
  ['run', async () => (await import('./run.ts')).runCommand()],
  ['demo', async () => (await import('./demo.ts')).demoCommand()],
  ['produce', async () => (await import('./produce.ts')).produceCommand()],
  ['topics', async () => (await import('./topics.ts')).topicsCommand()],
  ['replay', async () => (await import('./replay.ts')).replayCommand()],
  ['forecast', async () => (await import('./forecast.ts')).forecastCommand()],
  ['evolve', async () => (await import('./evolve.ts')).evolveCommand()],
  ['diff', async () => (await import('./diff.ts')).diffCommand()],
  ['bundle', async () => (await import('./bundle.ts')).bundleCommand()],
  ['similar', async () => (await import('./similar.ts')).similarCommand()],
  ['simulate', async () => (await import('./simulate.ts')).simulateCommand()],
  ['validate', async () => (await import('./validate.ts')).validateCommand()],
  ['plan', async () => (await import('./plan.ts')).planCommand()],
  ['schema', async () => (await import('./schema.ts')).schemaCommand()],
  ['webhook', async () => (await import('./webhook.ts')).webhookCommand()],
]);

process.on('uncaughtException', fail);
outliveReader();

const program = new Command('surprisal')
  .description('Reports, for every series it receives, how surprising the newest value is.')
  .version(VERSION)
  .showHelpAfterError('(--help lists everything)')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

const named = commands.get(process.argv[2]);
// All of them for the help, and to name the nearest to a command that there is not.
for (const load of named === undefined ? commands.values() : [named]) {
  const command = (await load()).copyInheritedSettings(program);
  for (const inner of command.commands) inner.copyInheritedSettings(command);
  program.addCommand(command);
}

try {
  await program.parseAsync();
} catch (error) {
  fail(error);
}
