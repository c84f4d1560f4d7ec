import process from 'node:process';
import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

/** How the program speaks of itself: always on standard error, for standard output belongs to the outputs. */
export interface LogOptions {
  readonly level: string;
  readonly format: 'auto' | 'json' | 'pretty';
}

/** JSON lines, or text for people on a terminal. */
export function openLog({ level, format }: LogOptions): Logger {
  const forPeople = format === 'pretty' || (format === 'auto' && process.stderr.isTTY === true);
  if (!forPeople) return pino({ level }, pino.destination({ dest: 2, sync: true }));
  const colorize = process.stderr.isTTY === true && process.env.NO_COLOR === undefined;
  return pino(
    { level },
    pretty({ colorize, destination: 2, sync: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss' }),
  );
}
