import { z } from 'zod';
import type { Channel } from '../event/channel.ts';
import type { Admission, Observation, Row } from '../event/observation.ts';
import type { Plain } from '../event/plain.ts';
import type { EpochMs } from '../event/time.ts';
import { ChannelSilence } from './channel-silence.ts';
import { Clock } from './clock.ts';
import type { After, Windows } from './contract.ts';
import type { WindowKind } from './kind.ts';
import type { WindowOptions } from './options.ts';
import { type Silence, type SilenceEnd, SilenceWatch } from './silence.ts';
import { foreign, plainValues, toBytes } from './snapshot.ts';
import { newTrack, signsOf, type Track } from './track.ts';

const NO_ROWS: readonly Row[] = [];
const NO_SILENCES: readonly Silence[] = [];
const NO_ENDS: readonly SilenceEnd[] = [];

const seriesPlain = z.strictObject({
  latest: z.number(),
  /** Absent where nobody watches for silence, like `channels`. */
  heard: z.number().optional(),
  previous: z
    .strictObject({ time: z.number(), values: plainValues, attributes: z.array(z.string()).optional() })
    .nullable(),
  silent: z.number().nullable(),
  /** Absent where it is not silent. */
  told: z.number().optional(),
  channels: z.custom<Plain>().optional(),
  open: z.custom<Plain>((open) => open !== undefined),
});

const sharedPlain = z.strictObject({ time: z.custom<Plain>(), kind: z.custom<Plain>() });

/** What all kinds of windows have in common: the clock, the series and who changed, silence. See `Windows`. */
export class TaskWindows<Open> implements Windows {
  readonly #width: number;
  readonly #kind: WindowKind<Open>;
  readonly #clock: Clock;
  readonly #silence: SilenceWatch<Open> | undefined;
  readonly #channelSilence: ChannelSilence | undefined;
  readonly #tracks = new Map<string, Track<Open>>();
  readonly #changed = new Set<string>();
  readonly #touched = (track: Track<unknown>): void => this.#touch(track);
  readonly #known = (track: Track<unknown>): boolean => this.#tracks.get(track.series) === track;
  #rows: Row[] = [];
  #silent: Silence[] = [];
  #resumed: SilenceEnd[] = [];

  constructor(options: WindowOptions, channels: readonly Channel[], kind: WindowKind<Open>, after: After) {
    const { out_of_orderness, max_leap, gap } = options;
    const { silent_after } = gap;
    this.#width = channels.length;
    this.#kind = kind;
    this.#clock = new Clock(out_of_orderness, max_leap, after);
    if (silent_after === undefined) return;
    this.#silence = new SilenceWatch((since) => after(since, silent_after));
    this.#channelSilence = new ChannelSilence(channels, silent_after, after);
  }

  get watermark(): EpochMs {
    return this.#clock.watermark;
  }

  get time(): EpochMs {
    return this.#clock.time;
  }

  latestMs(series: string): EpochMs | undefined {
    return this.#tracks.get(series)?.latestMs;
  }

  push(observation: Observation, arrivedMs?: EpochMs): Admission {
    const { series, timeMs } = observation;
    const known = this.#tracks.get(series);
    if (!this.#clock.admit(series, timeMs, known?.latestMs ?? Number.NEGATIVE_INFINITY, arrivedMs)) {
      if (known !== undefined) this.#notice(known, { ...observation, timeMs: this.#clock.time });
      return 'time-leap';
    }
    const track = known ?? newTrack<Open>(series);
    const admission = this.#kind.add(track, observation, this.#rows, this.#clock.watermark);
    if (admission !== 'accepted') {
      if (admission === 'late' && known !== undefined && timeMs > known.latestMs) {
        known.latestMs = timeMs;
        this.#notice(known, observation);
      }
      return admission;
    }
    if (known === undefined) this.#tracks.set(series, track);
    this.#touch(track);
    if (timeMs > track.latestMs) track.latestMs = timeMs;
    const isMoved = this.#clock.advance(series, timeMs);
    this.#noteLife(track);
    this.#close(isMoved);
    this.#endSilences(track, observation, known === undefined);
    return 'accepted';
  }

  fallsSilent(timeMs: EpochMs): boolean {
    if (this.#silence?.isDue(timeMs, this.#known)) return true;
    return this.#channelSilence?.isDue(timeMs, this.#known) ?? false;
  }

  fallSilent(timeMs: EpochMs): void {
    if (!this.fallsSilent(timeMs)) return;
    for (const track of this.#silence?.due(timeMs, this.#known) ?? []) {
      const signs = signsOf(track);
      const sinceMs = signs.lastSeenMs;
      signs.silentSinceMs = sinceMs;
      signs.silentReportedMs = timeMs;
      this.#touch(track);
      this.#silent.push({ series: track.series, sinceMs, nowMs: timeMs });
    }
    // After the series: the channels of one that is silent say nothing more.
    for (const [track, silence] of this.#channelSilence?.due(timeMs, this.#known) ?? []) {
      this.#touch(track);
      this.#silent.push(silence);
    }
  }

  take(): readonly Row[] {
    const rows = this.#rows;
    if (rows.length === 0) return NO_ROWS;
    if (rows.length === 1) {
      // Mostly so: one place is made for it, and the array with room for many stays.
      const [row] = rows;
      rows.pop();
      return [row];
    }
    this.#rows = [];
    return rows;
  }

  silent(): readonly Silence[] {
    const silent = this.#silent;
    if (silent.length === 0) return NO_SILENCES;
    this.#silent = [];
    return silent;
  }

  get silences(): number {
    let count = 0;
    for (const track of this.#tracks.values()) {
      count += (track.signs?.silentSinceMs === undefined ? 0 : 1) + ChannelSilence.open(track).length;
    }
    return count;
  }

  resumed(): readonly SilenceEnd[] {
    const ended = this.#resumed;
    if (ended.length === 0) return NO_ENDS;
    this.#resumed = [];
    return ended;
  }

  changed(): Iterable<string> {
    return this.#changed.values();
  }

  settle(): void {
    for (const series of this.#changed) {
      const track = this.#tracks.get(series);
      if (track !== undefined) track.changed = false;
    }
    this.#changed.clear();
  }

  snapshot(series: string): Plain | undefined {
    const track = this.#tracks.get(series);
    if (track === undefined) return undefined;
    const { latestMs, previousMs, previous, previousAttributes, signs, open } = track;
    const silentSinceMs = signs?.silentSinceMs;
    const attributes = previousAttributes === undefined ? {} : { attributes: previousAttributes };
    return {
      latest: latestMs,
      ...(signs === undefined ? {} : { heard: signs.lastSeenMs }),
      previous: Number.isFinite(previousMs) ? { time: previousMs, values: toBytes(previous), ...attributes } : null,
      silent: silentSinceMs ?? null,
      ...(silentSinceMs === undefined ? {} : { told: signs?.silentReportedMs ?? latestMs }),
      ...(this.#channelSilence === undefined ? {} : { channels: this.#channelSilence.snapshot(track) }),
      open: open === undefined ? null : this.#kind.snapshot(open),
    };
  }

  restore(series: string, plain: Plain): void {
    const read = seriesPlain.safeParse(plain);
    if (!read.success) throw foreign(`series ${series}`, read.error);
    const { latest, heard, previous, silent, told, channels, open } = read.data;
    if (previous !== null && previous.values.length !== this.#width) throw foreign(`series ${series}`);
    const track = newTrack<Open>(series);
    track.latestMs = latest;
    if (previous !== null) {
      track.previousMs = previous.time;
      track.previous = previous.values;
      track.previousAttributes = previous.attributes;
    }
    if (this.#silence !== undefined) {
      const signs = signsOf(track);
      signs.lastSeenMs = heard ?? latest;
      signs.silentSinceMs = silent ?? undefined;
      signs.silentReportedMs = told ?? signs.silentReportedMs;
    }
    if (open !== null) this.#kind.restore(track, open);
    this.#drop(series);
    this.#tracks.set(series, track);
    if (silent === null) this.#silence?.watch(track);
    if (channels !== undefined) this.#channelSilence?.restore(track, channels);
  }

  clock(): Plain {
    if (this.#rows.length + this.#silent.length + this.#resumed.length > 0)
      throw new Error('rows and silences are taken before a snapshot');
    return { time: this.#clock.snapshot(), kind: this.#kind.shared() };
  }

  restoreClock(plain: Plain): void {
    const read = sharedPlain.safeParse(plain);
    if (!read.success) throw foreign('clock', read.error);
    this.#clock.restore(read.data.time);
    this.#kind.restoreShared(read.data.kind);
  }

  forget(series: string): readonly Silence[] {
    const track = this.#tracks.get(series);
    if (track === undefined) return NO_SILENCES;
    this.#drop(series);
    this.#changed.add(series);
    const unreported = this.#silent.filter((silence) => silence.series === series);
    if (unreported.length > 0) this.#silent = this.#silent.filter((silence) => silence.series !== series);
    const { silentSinceMs: sinceMs, silentReportedMs: nowMs = Number.NEGATIVE_INFINITY } = track.signs ?? {};
    const whole = sinceMs === undefined ? [] : [{ series, sinceMs, nowMs }];
    const isReported = ({ channel }: Silence) => unreported.every((silence) => silence.channel !== channel);
    return [...whole, ...ChannelSilence.open(track)].filter(isReported);
  }

  #drop(series: string): boolean {
    const track = this.#tracks.get(series);
    if (track === undefined) return false;
    track.open = undefined;
    return this.#tracks.delete(series);
  }

  #touch(track: Track<unknown>): void {
    if (track.changed) return;
    track.changed = true;
    this.#changed.add(track.series);
  }

  #close(isMoved: boolean): void {
    this.#kind.close(this.#clock.watermark, this.#rows, this.#touched);
    if (isMoved) this.fallSilent(this.#clock.watermark);
  }

  /** A sign of life that gives no row: late though newer than all else of its series, or of a clock that is wrong. */
  #notice(track: Track<Open>, observation: Observation): void {
    if (this.#silence === undefined) return;
    this.#noteLife(track);
    this.#touch(track);
    this.#endSilences(track, observation, false);
  }

  /** Before anything is looked at that may be silent. */
  #noteLife(track: Track<Open>): void {
    if (this.#silence !== undefined) signsOf(track).lastSeenMs = Math.max(track.latestMs, this.#clock.time);
  }

  #endSilences(track: Track<Open>, observation: Observation, first: boolean): void {
    if (this.#silence === undefined) return;
    const { timeMs } = observation;
    const signs = signsOf(track);
    const sinceMs = signs.silentSinceMs;
    const again = sinceMs !== undefined && this.#silence.spoke(track);
    if (again) {
      signs.silentSinceMs = undefined;
      const nowMs = Math.max(timeMs, signs.silentReportedMs);
      this.#resumed.push({ series: track.series, sinceMs, nowMs, resumedMs: timeMs });
    }
    if (first || again) this.#silence.watch(track);
    const ended = this.#channelSilence?.notice(track, observation, again) ?? NO_ENDS;
    if (ended.length > 0) this.#resumed.push(...ended);
  }
}
