import { nabFiles, nabStream } from '../data/nab.ts';
import { skabFaultFree, skabStream } from '../data/skab.ts';
import { clocklessStream, smapChannels } from '../data/smap.ts';
import { vixDaily } from '../data/vix.ts';
import type { Recording, StreamCase } from '../recording.ts';
import type { Forbidden } from './plan.ts';

/** Real data without faults, or nearly, into which faults are injected. */
export interface InjectionSet {
  readonly name: string;
  readonly recordings: readonly Recording[];
  /** Times that the set is gone through, each with other faults. */
  readonly passes: number;
  readonly stream: (recording: Recording) => StreamCase;
  /** Rows that are not fault-free: nothing is injected there, and no alarm there is false. */
  readonly unsure: (recording: Recording) => Forbidden;
}

/** Channels of a spacecraft that live: rows and distinct values in their `train` part. */
const SMAP_ROWS = 2000;
const SMAP_DISTINCT = 300;
const NAB_ROWS = 4000;

const fineEverywhere = () => () => false;

/** Four sets: eight sensors of a pump, spacecraft telemetry, servers and people, a market index. */
export function injectionSets(): readonly InjectionSet[] {
  return [
    { name: 'SKAB fault-free', recordings: [skabFaultFree()], passes: 5, stream: skabStream, unsure: fineEverywhere },
    {
      name: 'SMAP/MSL train',
      recordings: liveTrainParts(),
      passes: 5,
      stream: (recording) => clocklessStream([recording]),
      unsure: fineEverywhere,
    },
    nabSet(),
    { name: 'VIX daily, ln OHLC', recordings: [vixDaily()], passes: 5, stream: vixStream, unsure: fineEverywhere },
  ];
}

function liveTrainParts(): Recording[] {
  return smapChannels()
    .map(({ recording: { name, times, values }, trainRows }) => ({
      name,
      times: times.slice(0, trainRows),
      values: values.map((channel) => channel.slice(0, trainRows)),
    }))
    .filter(({ times, values }) => times.length >= SMAP_ROWS && new Set(values[0]).size >= SMAP_DISTINCT);
}

function nabSet(): InjectionSet {
  const files = nabFiles().filter(({ name, times }) => name.startsWith('real') && times.length >= NAB_ROWS);
  const windowsOf = new Map(files.map(({ name, windows }) => [name, windows]));
  return {
    name: 'NAB real, outside windows',
    recordings: files.map(({ recording }) => recording),
    passes: 1,
    stream: nabStream,
    unsure:
      ({ name }) =>
      (from, to) =>
        (windowsOf.get(name) ?? []).some(({ first, last }) => from <= last && to >= first),
  };
}

function vixStream(recording: Recording): StreamCase {
  const channels = { open: {}, high: {}, low: {}, close: {} };
  return { config: { channels, features: { calendar: [], season: null } }, recordings: [recording] };
}
