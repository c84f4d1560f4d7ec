import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, test } from 'vitest';

/** What a test needs of the machine. */
export interface Needed {
  /** Why it is not there and how to get it; undefined where it is there. */
  missing(): string | undefined;
}

/** The first of these programs that is in the PATH. */
export function programOnPath(...names: readonly string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

/** A program of a Debian package. */
export function debian(packageName: string, ...programs: readonly string[]): Needed & { path(): string } {
  return {
    missing: () => (programOnPath(...programs) ? undefined : `no ${programs[0]} here; apt-get install ${packageName}`),
    path: () => programOnPath(...programs) ?? programs[0] ?? '',
  };
}

/** A `describe` for tests against a real server: skipped with the reason where it is missing, failed where REQUIRE_SERVERS=1. */
export function describeWith(needed: readonly Needed[], title: string, body: () => void): void {
  const missing = needed.map((one) => one.missing()).find((reason) => reason !== undefined);
  if (missing === undefined) describe(title, body);
  else if (process.env.REQUIRE_SERVERS !== '1') test.skip(`${title} (${missing})`, () => undefined);
  else
    test(title, () => {
      throw new Error(missing);
    });
}
