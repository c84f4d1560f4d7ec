import { z } from 'zod';
import { durationMs } from '../event/duration.ts';

/** Where the embedded state lives, and how often it is copied whole. */
export const stateOptions = z.strictObject({
  folder: z
    .string()
    .min(1)
    .default('state')
    .describe('Folder of state, outbox and source positions. One process at a time.'),
  backup_interval: durationMs
    .default(3_600_000)
    .describe(
      'How often a whole copy is put beside the live state, such as `1h`; used when the live state is damaged.',
    ),
  backups: z.int().min(0).max(100).default(2).describe('How many whole copies are kept; 0 = none.'),
});

export type StateOptions = z.infer<typeof stateOptions>;
