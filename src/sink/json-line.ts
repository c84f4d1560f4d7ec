import type { Delivery } from './sink.ts';

/** One line of JSON: the sequence, then the output as it is. Numbers that JSON has no word for become null. */
export function jsonLine({ sequence, output }: Delivery): string {
  return `${JSON.stringify({ sequence, ...output })}\n`;
}
