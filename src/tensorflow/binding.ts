import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { Failure } from '../errors/failure.ts';

/** One attribute of an operation. */
export interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: boolean | number;
}

/** What we use of the native addon of `@tensorflow/tfjs-node`: TensorFlow's eager C API, with tensors by number. */
export interface Binding {
  readonly TF_FLOAT: number;
  readonly TF_INT64: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_TYPE: number;
  createTensor(shape: readonly number[], type: number, values: Float32Array | Int32Array): number;
  deleteTensor(tensor: number): void;
  tensorDataSync(tensor: number): Float32Array;
  executeOp(
    operation: string,
    attributes: readonly Attribute[],
    inputs: readonly number[],
    outputs: number,
  ): readonly { readonly id: number }[];
  getNumOfTensors(): number;
}

const PACKAGE = '@tensorflow/tfjs-node';

/**
 * Why TensorFlow cannot be used here; undefined where a module at `from` finds its addon. Looks for the file, and does
 * not load it.
 */
export function missing(from = import.meta.url): string | undefined {
  const folder = folderOf(PACKAGE, from);
  if (folder === undefined) return `the optional package ${PACKAGE} is not installed`;
  return addonIn(folder) === undefined ? `the native addon of ${PACKAGE} is not built` : undefined;
}

let loaded: Binding | undefined;

/**
 * The addon, loaded once in about a second. It is loaded alone: the package around it adds a second registry of
 * kernels, and calls what Node 23 no longer has. One thread computes, unless the environment says otherwise: tasks run
 * beside each other, and a sum that threads share out is not the same sum on another machine. @throws Failure
 * lstm/no-engine
 */
export function binding(): Binding {
  loaded ??= load();
  return loaded;
}

function load(): Binding {
  const addon = addonIn(folderOf(PACKAGE, import.meta.url) ?? '');
  if (addon === undefined) throw new Failure('lstm/no-engine', missing() ?? `${PACKAGE} was removed`);
  process.env.TF_NUM_INTRAOP_THREADS ??= '1';
  process.env.TF_NUM_INTEROP_THREADS ??= '1';
  // Its notes on which instructions it could use go to standard error otherwise.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  try {
    return createRequire(import.meta.url)(addon) as Binding;
  } catch (error) {
    throw new Failure('lstm/no-engine', `${addon} does not load`, { cause: error });
  }
}

function folderOf(name: string, from: string): string | undefined {
  try {
    return dirname(createRequire(from).resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}

/** node-pre-gyp keeps one folder for each version of the addons' interface. */
function addonIn(folder: string): string | undefined {
  const lib = join(folder, 'lib');
  if (!existsSync(lib)) return undefined;
  const built = readdirSync(lib).map((version) => join(lib, version, 'tfjs_binding.node'));
  return built.find((path) => existsSync(path));
}
