import process from 'node:process';
import { Command } from 'commander';
import { z } from 'zod';
import { loadConfig } from '../config/load.ts';
import { Failure } from '../errors/failure.ts';
import { findNeeded, type TopicState } from '../kafka/needed-topics.ts';
import { groupOf } from '../service/wiring.ts';

const flags = z.object({
  config: z.string(),
  create: z.boolean().default(false),
  partitions: z.coerce.number().int().min(1).max(10_000).optional(),
});

type Flags = z.output<typeof flags>;

/** `surprisal topics -c FILE [--create]`: the topics that a configuration needs, and which of them are there. */
export function topicsCommand(): Command {
  return new Command('topics')
    .summary('list and create the topics a configuration needs')
    .description(
      'Lists every topic that a configuration reads or writes, and whether it is there; exit code 1 where one is missing.',
    )
    .requiredOption('-c, --config <file>', 'the configuration, YAML')
    .option('--create', 'create those that are missing, inputs included')
    .option('--partitions <count>', 'partitions of inputs that are created', '4')
    .action(async (given: unknown) => topics(flags.parse(given)));
}

async function topics({ config, create, partitions }: Flags): Promise<void> {
  const group = groupOf(loadConfig(config, process.env));
  if (group === undefined) {
    throw new Failure('config/invalid', 'no stream of the configuration reads from Kafka', { where: config });
  }
  show(await findNeeded(group, { create, partitions }), group.group);
}

function show(states: readonly TopicState[], group: string): void {
  const width = Math.max(...states.map(({ topic }) => topic.length));
  for (const { topic, found, partitions, purpose } of states) {
    const state = found ? `${found.partitions} partitions` : `missing (${partitions} partitions)`;
    process.stdout.write(`${topic.padEnd(width)}  ${state.padEnd(24)}  ${purpose}\n`);
  }
  const missing = states.filter(({ found }) => found === undefined);
  if (missing.length === 0) return;
  process.stderr.write(`${missing.length} of the topics of group ${group} are missing; --create makes them\n`);
  process.exitCode = 1;
}
