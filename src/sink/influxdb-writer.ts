import type { IPoint } from 'influx';

/** The way to one InfluxDB. */
export interface PointWriter {
  /** One request. @throws Failure, and so where the signal aborts or no answer comes in time */
  write(points: readonly IPoint[], signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
