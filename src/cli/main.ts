#!/usr/bin/env node
import './relaxed-simd.ts';
import process from 'node:process';
import { Command } from 'commander';
import { VERSION } from '../service/watch.ts';
import { bundleCommand } from './bundle.ts';
import { demoCommand } from './demo.ts';
import { diffCommand } from './diff.ts';
import { evolveCommand } from './evolve.ts';
import { fail, outliveReader } from './exit.ts';
import { forecastCommand } from './forecast.ts';
import { planCommand } from './plan.ts';
import { produceCommand } from './produce.ts';
import { replayCommand } from './replay.ts';
import { runCommand } from './run.ts';
import { schemaCommand } from './schema.ts';
import { similarCommand } from './similar.ts';
import { simulateCommand } from './simulate.ts';
import { topicsCommand } from './topics.ts';
import { validateCommand } from './validate.ts';
import { webhookCommand } from './webhook.ts';

process.on('uncaughtException', fail);
outliveReader();

const program = new Command('surprisal')
  .description('Reports, for every series it receives, how surprising the newest value is.')
  .version(VERSION)
  .showHelpAfterError('(--help lists everything)')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

for (const command of [
  runCommand,
  demoCommand,
  produceCommand,
  topicsCommand,
  replayCommand,
  forecastCommand,
  evolveCommand,
  diffCommand,
  bundleCommand,
  similarCommand,
  simulateCommand,
  validateCommand,
  planCommand,
  schemaCommand,
  webhookCommand,
]) {
  const added = command().copyInheritedSettings(program);
  for (const inner of added.commands) inner.copyInheritedSettings(added);
  program.addCommand(added);
}

try {
  await program.parseAsync();
} catch (error) {
  fail(error);
}
