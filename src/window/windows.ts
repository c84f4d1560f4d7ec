import type { Channel } from '../event/channel.ts';
import { AlignedWindows } from './aligned.ts';
import type { After, Windows } from './contract.ts';
import { EventWindows } from './events.ts';
import type { WindowOptions } from './options.ts';
import { TaskWindows } from './task.ts';

const always: After = (timeMs, ms) => timeMs + ms;

/**
 * Windows of a new task. Per series one small object and its last values, and what is open. `after`: where not all time
 * counts for silence and leaps.
 */
export function windows(options: WindowOptions, channels: readonly Channel[], after: After = always): Windows {
  if (options.kind === 'event')
    return new TaskWindows(options, channels, new EventWindows(options, channels.length), after);
  return new TaskWindows(options, channels, new AlignedWindows(options, channels), after);
}
