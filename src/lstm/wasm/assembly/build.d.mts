/** What the two builds need of a runtime. */
export const SIMD: readonly string[];
export const FMA: readonly string[];

/** Compiles the kernels of an entry file, by default those of the engine, for such features. Throws what the compiler says. */
export function compile(features: readonly string[], entry?: string): Promise<Uint8Array<ArrayBuffer>>;
