import { Failure } from '../errors/failure.ts';
import type { Engine, EngineOptions } from './engine.ts';
import type { NetworkOptions } from './options.ts';
import { reference } from './reference.ts';

/** One way to compute the network. */
export interface EngineKind {
  readonly kind: string;
  readonly summary: string;
  readonly make: (options: EngineOptions) => Engine;
}

/** Every engine of this build, the best first: `auto` takes that. */
export const engines: readonly EngineKind[] = [
  { kind: 'reference', summary: 'Plain TypeScript in f64: the oracle, and there on every machine.', make: reference },
];

/** The engine of this name. @throws Failure config/invalid where this build has none. */
export function engineOf(name: NetworkOptions['engine']): EngineKind {
  const found = name === 'auto' ? engines[0] : engines.find(({ kind }) => kind === name);
  if (found === undefined) {
    const names = engines.map(({ kind }) => kind).join(', ');
    throw new Failure('config/invalid', `there is no engine \`${name}\` in this build; there are: auto, ${names}`);
  }
  return found;
}
