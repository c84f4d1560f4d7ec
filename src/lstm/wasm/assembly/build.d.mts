/** Compiles the kernels of an entry file, by default those of the engine. Throws what the compiler says. */
export function compile(entry?: string): Promise<Uint8Array<ArrayBuffer>>;
