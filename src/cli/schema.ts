import process from 'node:process';
import { Command } from 'commander';
import { z } from 'zod';
import { configurationSchema } from '../config/json-schema.ts';
import { configurationReference } from '../config/reference.ts';

const flags = z.object({ reference: z.boolean().default(false) });

/** `surprisal schema`: the JSON Schema of a configuration, for editors; or its reference, for people. */
export function schemaCommand(): Command {
  return new Command('schema')
    .summary('print the JSON Schema of the configuration')
    .description('Prints the JSON Schema that every configuration fits; editors complete and check with it.')
    .option('--reference', 'the reference instead, as Markdown: every key, its type, its default and its meaning')
    .action((given: unknown) => {
      const { reference: asMarkdown } = flags.parse(given);
      process.stdout.write(
        asMarkdown ? configurationReference() : `${JSON.stringify(configurationSchema(), null, 2)}\n`,
      );
    });
}
