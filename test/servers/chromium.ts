import { type Browser, chromium as engine } from 'playwright-core';
import { debian } from './program.ts';

/** The browser. */
export const chromium = debian('chromium', 'chromium', 'chromium-browser', 'google-chrome');

const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Headless, with a fresh profile. */
export function startChromium(): Promise<Browser> {
  return engine.launch({ executablePath: chromium.path(), args: QUIET });
}
