/**
 * The few globals beside ECMAScript that a pure room may use: they compute, and neither read a clock nor do I/O.
 * Only `tsconfig.pure.json` includes this file; the other project has them from `@types/node`.
 */
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(input?: Uint8Array): string;
}
declare class TextEncoder {
  encode(input?: string): Uint8Array<ArrayBuffer>;
}
declare function atob(base64: string): string;
