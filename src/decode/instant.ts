/**
 * A time that a record's schema declares as one: what the mapping says of how times are written does not matter then.
 */
export class Instant {
  /** Since 1970, ms and parts of them. */
  readonly ms: number;
  /** As a wall clock shows it, in the mapping's zone; else UTC. */
  readonly local: boolean;

  constructor(ms: number, local: boolean) {
    this.ms = ms;
    this.local = local;
  }
}
