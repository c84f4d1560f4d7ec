import { Command, Option } from 'commander';
import type { z } from 'zod';
import { Failure } from '../errors/failure.ts';
import type { World } from '../simulate/world.ts';
import { worlds } from '../simulate/worlds.ts';
import { parseFlag } from './flag.ts';
import { type StreamFormat, writeStream } from './write-stream.ts';

const DEFAULT_DAYS = 30;

interface Common {
  readonly format: StreamFormat;
  readonly out?: string;
  readonly truth?: string;
  readonly forever?: boolean;
}

/** `fault_rate` → `--fault-rate`. */
function flagName(key: string): string {
  return `--${key.replaceAll('_', '-')}`;
}

/** `fault_rate` → `faultRate`, under which commander keeps it. */
function attribute(key: string): string {
  return key.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}

function flagsOf({ options }: World): Option[] {
  const defaults: Readonly<Record<string, unknown>> = { ...options.parse({}), days: DEFAULT_DAYS };
  return Object.entries(options.shape).map(([key, schema]) => {
    const value = defaults[key];
    const shown = Array.isArray(value)
      ? 'all'
      : key === 'interval' || key === 'calm'
        ? `${Number(value) / 1000}s`
        : value;
    const option = new Option(`${flagName(key)} <value>`, `${schema.description ?? ''} (default: ${String(shown)})`);
    return option.argParser((text) => parseFlag(flagName(key), schema, text));
  });
}

/**
 * The world's options from its flags; what was not given keeps its default, except that a command ends after 30 days
 * unless given.
 */
function optionsFrom({ options }: World, given: Readonly<Record<string, unknown>>, forever: boolean): unknown {
  const chosen = Object.keys(options.shape).flatMap((key) => {
    const value = given[attribute(key)];
    return value === undefined ? [] : [[key, value]];
  });
  const days = forever ? {} : { days: DEFAULT_DAYS };
  return parse(options, { ...days, ...Object.fromEntries(chosen) });
}

function parse(options: z.ZodObject, input: unknown): unknown {
  const parsed = options.safeParse(input);
  if (parsed.success) return parsed.data;
  const [{ path, message }] = parsed.error.issues;
  throw new Failure('cli/bad-flag', message, { where: flagName(String(path[0])) });
}

/** `run.jsonl` → `run.truth.jsonl`. */
function truthBeside(out: string): string {
  return `${out.replace(/\.(jsonl|csv)$/, '')}.truth.jsonl`;
}

function worldCommand(world: World): Command {
  const command = new Command(world.name).summary(world.summary).description(world.summary);
  for (const option of flagsOf(world)) command.addOption(option);
  return command
    .option('--forever', 'Never ends; only without --out.')
    .addOption(new Option('--format <format>', 'How records are written.').choices(['jsonl', 'csv']).default('jsonl'))
    .option('--out <file>', 'Where the stream goes; standard output if absent.')
    .option('--truth <file>', 'Where the ground truth goes, as JSON lines; beside --out if absent.')
    .action(async (flags: Common & Readonly<Record<string, unknown>>) => {
      const { format, out, forever = false } = flags;
      if (forever && (out !== undefined || flags.truth !== undefined)) {
        throw new Failure('cli/bad-flag', 'a stream without end fits into no file', { where: '--forever' });
      }
      const truth = flags.truth ?? (out === undefined ? undefined : truthBeside(out));
      await writeStream(world, optionsFrom(world, flags, forever), { format, out, truth });
    });
}

/**
 * `surprisal simulate <world>`: writes a simulated stream and what really happened in it.
 * Its actions throw Failure cli/bad-flag, cli/unwritable.
 */
export function simulateCommand(): Command {
  const command = new Command('simulate').description(
    'Writes a seeded simulated stream, and its ground truth beside it.',
  );
  for (const world of worlds) command.addCommand(worldCommand(world));
  return command;
}
