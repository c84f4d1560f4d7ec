import type { Detector } from '../../../src/detector/detector.ts';

/** What a series' columns hold of the network. */
export interface Hidden {
  readonly hidden: readonly number[];
}

/** Reads the hidden states of a detector's series out of its snapshots. */
export function hiddenStates(detector: Detector): (series: string) => Hidden {
  const columns = new Map<string, Uint8Array>();
  let place: { readonly at: number; readonly width: number } | undefined;
  return (series) => {
    for (const [name, plain] of place === undefined ? detector.state.snapshot() : detector.state.changes()) {
      if (plain === null || typeof plain !== 'object') continue;
      if (name === 'task' && 'layout' in plain) place = placeOf(String(plain.layout), 'lstm.h');
      if ('columns' in plain && plain.columns instanceof Uint8Array) columns.set(name, plain.columns);
    }
    const bytes = columns.get(`s/${series}`);
    if (bytes === undefined || place === undefined) return { hidden: [] };
    const { at, width } = place;
    return { hidden: [...new Float32Array(bytes.slice(at, at + 4 * width).buffer)] };
  };
}

function placeOf(layout: string, wanted: string): { readonly at: number; readonly width: number } {
  let at = 0;
  for (const column of layout.split(' ')) {
    const [, name, bits, width] = /^(.*):(\d+)x(\d+)$/.exec(column) ?? [];
    if (name === wanted) return { at, width: Number(width) };
    at += (Number(bits) / 8) * Number(width);
  }
  throw new Error(`there is no column ${wanted}`);
}
