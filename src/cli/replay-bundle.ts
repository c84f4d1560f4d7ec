import process from 'node:process';
import { isDeepStrictEqual } from 'node:util';
import type { BundleHeader } from '../bundle/format.ts';
import { isBundle, readBundle } from '../bundle/read.ts';
import { portableOptions } from '../config/portable.ts';
import { Detector } from '../detector/detector.ts';
import type { DetectorOptions } from '../detector/options.ts';
import { Failure } from '../errors/failure.ts';
import type { Observation } from '../event/observation.ts';
import type { AlertOutput, Output } from '../event/output.ts';
import { ENGINE_NAMES } from '../lstm/options.ts';
import { enginesFor, enginesHere } from '../pipeline/run/engines.ts';
import { VERSION } from '../service/version.ts';
import { headOf } from '../source/head.ts';
import { decode } from '../store/codec.ts';
import { ReplayOutputs } from './replay-outputs.ts';

const HEAD = 64;
/** Of the bits, and of the score: how far two engines may be apart that round otherwise, over a bundle's rows. */
const ROUNDED = 1e-3;

/** What a replay of a bundle may be given. */
export interface BundleFlags {
  readonly engine: string;
  readonly scores?: string | undefined;
  readonly report?: string | undefined;
  readonly quiet?: boolean | undefined;
}

/** Whether the file is a bundle, by its first bytes. */
export async function isBundleFile(path: string): Promise<boolean> {
  return path !== '-' && isBundle((await headOf(path, HEAD)).toString('latin1'));
}

/**
 * Replays a bundle, and says whether its alerts come out as they were: to the bit with the engine that scored, but for
 * rounding with another. @throws Failure bundle/differs where one does not, bundle/*, state/*
 */
export async function replayBundle(path: string, given: BundleFlags): Promise<void> {
  const { header, lines } = await readBundle(path);
  const options = optionsOf(header, given.engine, path);
  const detector = new Detector(options, { engines: enginesFor(options).engines });
  const out = await ReplayOutputs.open(given, options.channels);
  const raised = new Map<string, AlertOutput>();
  const write = async (outputs: readonly Output[]) => {
    for (const output of outputs) if (isRaised(output)) raised.set(output.id, output);
    await out.write(outputs);
  };
  let isRestored = false;
  try {
    for await (const line of lines) {
      if ('entry' in line) {
        detector.state.restore(line.entry, decode(line.entry, Buffer.from(line.bytes, 'base64')));
        continue;
      }
      if (!isRestored) detector.state.restored();
      isRestored = true;
      if ('tick' in line) detector.fallSilent(line.tick);
      else if ('answer' in line) detector.answer(line.answer);
      else if ('row' in line) detector.observe(observationOf(line), line.arrived);
      await write(detector.drain());
    }
  } finally {
    await out.close();
  }
  await out.report(path, { engine: detector.engine, version: header.version }, detector.warmUp);
  compare(header, raised, { path, engine: detector.engine });
}

/** As the stream was configured; with the engine that scored, unless another is asked for. Scores change nothing. */
function optionsOf(header: BundleHeader, engine: string, path: string): DetectorOptions {
  const options = portableOptions(header.config, header.stream, path);
  const wanted = engine === 'auto' ? engineHere(header.engine) : engine;
  const known = ENGINE_NAMES.find((name) => name === wanted);
  if (known === undefined) throw new Failure('lstm/no-engine', `there is no engine ${wanted}`, { where: path });
  return { ...options, network: { ...options.network, engine: known }, scores: true };
}

/** The engine that scored, or the one that is on every machine. */
function engineHere(scoredBy: string): string {
  if (enginesHere().some(({ kind }) => kind === scoredBy)) return scoredBy;
  process.stderr.write(`this machine has no engine ${scoredBy}, which scored: wasm computes instead\n`);
  return 'wasm';
}

function observationOf(line: {
  readonly row: readonly [string, number, readonly (number | null)[]];
  readonly attributes?: readonly string[] | undefined;
}): Observation {
  const [series, timeMs, values] = line.row;
  return {
    series,
    timeMs,
    values: Float64Array.from(values, (value) => value ?? Number.NaN),
    attributes: line.attributes,
  };
}

function isRaised(output: Output): output is AlertOutput {
  return output.kind === 'alert' && output.state === 'firing' && output.revision === 0;
}

/** @throws Failure bundle/differs */
function compare(
  { alerts, version, engine: scoredBy }: BundleHeader,
  raised: ReadonlyMap<string, AlertOutput>,
  { path, engine }: { readonly path: string; readonly engine: string },
): void {
  const isOther = engine !== scoredBy;
  const lines = alerts.map((was) => comparedLine(was, raised.get(was.id), isOther));
  const rounds = `engine ${engine} rounds otherwise than ${scoredBy}, which scored: the bits cannot all be the same\n`;
  process.stderr.write(`${isOther ? rounds : ''}${lines.map(({ text }) => text).join('\n')}\n`);
  if (lines.every(({ same }) => same)) return;
  const made = `the bundle was made by version ${version} with engine ${scoredBy}`;
  const message = `an alert is not as it was; ${made}, this is version ${VERSION} with engine ${engine}`;
  throw new Failure('bundle/differs', message, { where: path });
}

interface Compared {
  readonly same: boolean;
  readonly text: string;
}

function comparedLine(was: AlertOutput, is: AlertOutput | undefined, isOtherEngine: boolean): Compared {
  const about = `alert ${was.id}: score ${was.score}, ${was.bits} bits`;
  if (is === undefined) return { same: false, text: `${about}: not raised` };
  // A number in JSON has the digits that distinguish it from every other.
  if (isDeepStrictEqual(JSON.parse(JSON.stringify(is)), was))
    return { same: true, text: `${about}: the same to the bit` };
  const now = `now score ${is.score}, ${is.bits} bits`;
  if (!isOtherEngine || !isRounded(was, is)) return { same: false, text: `${about}: ${now}` };
  const apart = Math.abs(is.bits / was.bits - 1).toExponential(0);
  return { same: true, text: `${about}: ${now}, the same but for rounding (${apart} of the bits)` };
}

/** The same alert, about the same channel, with numbers that two engines may have. */
function isRounded(was: AlertOutput, is: AlertOutput): boolean {
  if (was.timeMs !== is.timeMs || was.severity !== is.severity) return false;
  if (was.reason !== is.reason || was.channel !== is.channel) return false;
  return Math.abs(was.score - is.score) <= ROUNDED && Math.abs(was.bits - is.bits) <= ROUNDED * was.bits;
}
