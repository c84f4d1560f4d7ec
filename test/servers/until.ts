import { setTimeout as pause } from 'node:timers/promises';

const BETWEEN_MS = 100;

/** Resolves once the condition holds. @throws Error saying what did not come true, after `withinMs` */
export async function until(what: string, withinMs: number, condition: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`after ${withinMs / 1000} s still not true: ${what}`);
    await pause(BETWEEN_MS);
  }
}

/** Whether the address answers with a 2xx. */
export async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}
