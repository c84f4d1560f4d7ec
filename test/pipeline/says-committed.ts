import type { SupervisorEvents } from '../../src/pipeline/run/supervisor.ts';

const nothing = () => {};

/** Tells whoever runs the program of each commit, and of nothing else. */
export const saysCommitted: SupervisorEvents = {
  assigned: nothing,
  restored: nothing,
  interrupted: nothing,
  consumed: nothing,
  missing: nothing,
  emitted: nothing,
  learned: nothing,
  committed: () => process.stdout.write('committed\n'),
  delivered: nothing,
  resent: nothing,
  deadLetter: nothing,
  failed: nothing,
  turnedOff: nothing,
};
