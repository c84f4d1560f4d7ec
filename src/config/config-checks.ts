import type { z } from 'zod';
import type { Path } from './document.ts';
import { suggestion } from './nearest.ts';
import { child } from './schema-walk.ts';
import type { SinkConfig } from './sink.ts';
import type { SourceConfig } from './source.ts';

interface Whole {
  readonly streams: Readonly<Record<string, { readonly source: SourceConfig }>>;
  readonly sinks: Readonly<Record<string, SinkConfig>>;
}

/** What streams and sinks must agree on: names that exist, and files that have one owner. */
export function configChecks({ streams, sinks }: Whole, context: z.RefinementCtx): void {
  const owners = new Map<unknown, string>();
  const claim = (path: Path, file: unknown): void => {
    if (typeof file !== 'string') return;
    const owner = owners.get(file);
    if (owner === undefined) owners.set(file, path.slice(0, 2).join('.'));
    else context.addIssue({ code: 'custom', path: [...path], message: `${owner} has this file already` });
  };
  for (const [name, { source }] of Object.entries(streams)) {
    if (source.kind === 'file') claim(['streams', name, 'source', 'path'], child(source, 'path'));
  }
  const known = Object.keys(streams);
  for (const [name, sink] of Object.entries(sinks)) {
    claim(['sinks', name, 'path'], child(sink, 'path'));
    sink.streams?.forEach((stream, index) => {
      if (known.includes(stream)) return;
      const message = `no such stream${suggestion(stream, known)}`;
      context.addIssue({ code: 'custom', path: ['sinks', name, 'streams', index], message });
    });
  }
}
