import { dirname, resolve } from 'node:path';
import { Failure } from '../errors/failure.ts';
import { type CheckedConfiguration, check, type Text } from './check.ts';
import { type Config, configOptions } from './config.ts';
import { MAX_CONFIG_BYTES } from './document.ts';
import { faultLine } from './fault.ts';
import type { OutsideValues } from './interpolate.ts';
import { readBounded } from './read-bounded.ts';

/** The environment's variables. */
export type Env = OutsideValues['env'];

/**
 * Reads a file, takes in variables, secrets' files and `SURPRISAL__…` from the environment, and checks it all: the one
 * place of the room that does I/O.
 */
export function readConfig(path: string, env: Env): CheckedConfiguration<Config> {
  const read = readBounded(path, MAX_CONFIG_BYTES);
  if ('text' in read) return checkConfig({ name: path, text: read.text }, outsideValues(dirname(path), env));
  const fault = { code: 'config/unreadable', where: path, line: 1, column: 1, message: read.fault } as const;
  return { config: undefined, faults: [fault] };
}

/** Checks a text; no I/O but what `values` does. */
export function checkConfig(text: Text, values: OutsideValues): CheckedConfiguration<Config> {
  return check(configOptions, text, values);
}

/**
 * The checked configuration of a file.
 * @throws Failure config/… with a line for each fault, `file:line:column: what is wrong`; `readConfig` has them one by
 * one.
 */
export function loadConfig(path: string, env: Env): Config {
  return loadPrintable(path, env).config;
}

/** A checked configuration, and how it may be shown: defaults filled in, secrets hidden. */
export interface Printable {
  readonly config: Config;
  readonly print: () => string;
}

/** As `loadConfig`. @throws Failure likewise */
export function loadPrintable(path: string, env: Env): Printable {
  const verdict = readConfig(path, env);
  if (verdict.config !== undefined) return verdict;
  const { faults } = verdict;
  const [first] = faults;
  throw new Failure(faults.length === 1 ? first.code : 'config/invalid', faults.map(faultLine).join('\n'));
}

/**
 * Secrets' files are sought beside the configuration where their path is relative; the line end at their end is no part
 * of them.
 */
function outsideValues(folder: string, env: Env): OutsideValues {
  return {
    env,
    readFile(path) {
      const read = readBounded(resolve(folder, path), MAX_CONFIG_BYTES);
      return 'text' in read ? { text: read.text.replace(/\r?\n$/, '') } : read;
    },
  };
}
