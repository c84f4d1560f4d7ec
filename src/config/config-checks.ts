import type { z } from 'zod';
import type { Path } from './document.ts';
import { child } from './schema-walk.ts';
import type { SinkConfig } from './sink.ts';
import type { SourceConfig } from './source.ts';

interface Whole {
  readonly state: { readonly folder: string };
  readonly server: { readonly enabled: boolean };
  readonly streams: Readonly<Record<string, { readonly source: SourceConfig }>>;
  readonly sinks: Readonly<Record<string, SinkConfig>>;
}

/** What streams and sinks must agree on: names that exist, and files that have one owner. */
export function configChecks({ state, server, streams, sinks }: Whole, context: z.RefinementCtx): void {
  const owners = new Map<unknown, string>();
  const claim = (path: Path, file: unknown): void => {
    if (typeof file !== 'string') return;
    const owner = owners.get(file);
    if (owner === undefined) owners.set(file, path.slice(0, 2).join('.'));
    else context.addIssue({ code: 'custom', path: [...path], message: `${owner} has this place already` });
  };
  claim(['state', 'folder'], state.folder);
  for (const [name, { source }] of Object.entries(streams)) {
    const at = ['streams', name, 'source'];
    claim([...at, 'path'], child(source, 'path'));
    claim([...at, 'folder'], child(source, 'folder'));
    if (source.kind !== 'http' || server.enabled) continue;
    context.addIssue({
      code: 'custom',
      path: [...at, 'kind'],
      message: 'records cannot be pushed while `server.enabled` is false',
    });
  }
  const known = Object.keys(streams);
  for (const [name, sink] of Object.entries(sinks)) {
    if (child(sink, 'path') !== '-') claim(['sinks', name, 'path'], child(sink, 'path'));
    sink.streams?.forEach((stream, index) => {
      if (known.includes(stream)) return;
      const path = ['sinks', name, 'streams', index];
      context.addIssue({ code: 'custom', path, message: 'no such stream', params: { known } });
    });
  }
}
