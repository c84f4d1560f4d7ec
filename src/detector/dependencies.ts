import type { EngineKind } from '../lstm/engines.ts';

/** Runs the step given, once and at once. */
export type StepHook = (step: () => void) => void;

/** What a detector is given of the machine it runs on. */
export interface DetectorDependencies {
  /** Runs each learning step: a caller with a clock may time it there. */
  readonly onStep?: StepHook;
  /** The engines there are, the best first: `auto` takes that. */
  readonly engines?: readonly EngineKind[];
}
