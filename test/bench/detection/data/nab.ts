import { nabCorpus } from '../../nab/corpus.ts';
import type { LabelledSeries } from '../../nab/labelled.ts';
import type { Recording, StreamCase } from '../recording.ts';
import { dataFolder } from './folder.ts';

/** A file of NAB, with its windows, as a recording of one channel. */
export interface NabFile extends LabelledSeries {
  readonly recording: Recording;
}

/** The NAB files at hand, by name. */
export function nabFiles(): NabFile[] {
  return nabCorpus(dataFolder('nab')).map((series) => ({
    ...series,
    recording: { name: series.name, times: series.times, values: [series.values] },
  }));
}

/** A file as a stream of its own, everything at its default. */
export function nabStream(recording: Recording): StreamCase {
  return { config: { channels: { value: {} }, window: { kind: 'event' } }, recordings: [recording] };
}
