import { z } from 'zod';
import type { Output } from '../event/output.ts';
import type { Sink } from '../sink/sink.ts';
import { sinks } from '../sink/sinks.ts';
import { type Kind, kindUnion, openKind } from './kinds.ts';
import { name } from './names.ts';

/** What every sink has in a configuration, whatever its kind. */
export interface SinkConfig {
  readonly kind: string;
  readonly outputs: readonly Output['kind'][];
  readonly streams?: readonly string[] | undefined;
}

interface AnySink extends Kind<Sink> {
  readonly accepts: readonly Output['kind'][];
}

const kinds: readonly AnySink[] = sinks;

/** Every kind of sink, chosen by `kind`, each with the keys they all have. */
export const sinkOptions = kindUnion<SinkConfig, AnySink>(kinds, ({ accepts }) => ({
  outputs: z
    .array(z.enum(accepts))
    .min(1)
    .default([...accepts])
    .describe('What it is given; all that its kind accepts if absent.'),
  streams: z.array(name).min(1).optional().describe('Streams whose outputs it is given; all if absent.'),
}));

/** Opens a sink that was checked. @throws Failure sink/misconfigured */
export async function openSink({ outputs, streams, ...options }: SinkConfig): Promise<Sink> {
  return await openKind(kinds, options);
}
