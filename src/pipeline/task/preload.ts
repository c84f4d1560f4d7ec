import type { Detector } from '../../detector/detector.ts';
import { Failure } from '../../errors/failure.ts';
import { encode } from '../../store/codec.ts';
import type { Entry, Store } from '../../store/store.ts';

/** What a stream learned from its history. */
export interface Preloaded {
  readonly detector: Detector;
  /** What the detector gave for it; nobody is given that. */
  readonly outputs: number;
}

/**
 * Stores what a stream learned from its history as the state of its task, in one moment: the next run continues from
 * there, with the first record of its source. A state that was there is forgotten, but for its place in the source.
 * @throws Failure state/*
 */
export async function preload(store: Store, task: string, { detector, outputs }: Preloaded): Promise<void> {
  await store.preload(task, sealed(detector), outputs);
}

/** @throws Failure state/exists where the task has a state */
export function refuseExisting(store: Store, task: string, folder: string): void {
  if (store.isNew(task)) return;
  throw new Failure('state/exists', `the stream ${task} has a state there already`, { where: folder });
}

function* sealed({ state }: Detector): Generator<Entry> {
  for (const [name, plain] of state.snapshot()) yield [name, plain === null ? null : encode(name, plain)];
}
