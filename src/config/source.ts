import type { Source } from '../source/source.ts';
import { sources } from '../source/sources.ts';
import { type Kind, kindUnion, openKind } from './kinds.ts';

/** What every source has in a configuration; its kind checked the rest. */
export interface SourceConfig {
  readonly kind: string;
}

const kinds: readonly Kind<Source>[] = sources;

/** Every kind of source, chosen by `kind`. */
export const sourceOptions = kindUnion<SourceConfig, Kind<Source>>(kinds);

/** Opens a source that was checked; no I/O before its first `read`. */
export async function openSource(options: SourceConfig): Promise<Source> {
  return await openKind(kinds, options);
}
