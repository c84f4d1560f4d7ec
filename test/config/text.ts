import type { CheckedConfiguration } from '../../src/config/check.ts';
import type { Config } from '../../src/config/config.ts';
import { faultLine } from '../../src/config/fault.ts';
import { checkConfig } from '../../src/config/load.ts';

/** A whole configuration to which a test adds lines. */
export const HOME = `streams:
  home:
    source: { kind: simulate, world: thermostat }
    decode: { key: /home, time: { at: /time } }
    channels:
      inside: { at: /inside }
`;

/** What a text's surroundings hold. */
export interface Given {
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
}

/** Checks a text that has the name `c.yaml`. */
export function checkText(text: string, { env = {}, files = {} }: Given = {}): CheckedConfiguration<Config> {
  const readFile = (path: string) => (path in files ? { text: files[path] } : { fault: 'there is no such file' });
  return checkConfig({ name: 'c.yaml', text }, { env, readFile });
}

/** The configuration of a text that is valid. @throws Error with the faults of one that is not */
export function configOf(text: string, given: Given = {}): Config {
  const { config, faults } = checkText(text, given);
  if (config === undefined) throw new Error(faults.map(faultLine).join('\n'));
  return config;
}

/** The lines that tell a text's faults. */
export function linesOf(text: string, given: Given = {}): readonly string[] {
  return checkText(text, given).faults.map(faultLine);
}
