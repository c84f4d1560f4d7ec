import { expect, test } from 'vitest';
import { Assigned, type Work } from '../../src/pipeline/run/assigned.ts';

/** Work that says what happens to it, and ends when it is let go after its stop. */
class Patient implements Work {
  readonly #name: string;
  readonly #said: string[];
  readonly #release: Promise<void>;

  constructor(name: string, said: string[], release: Promise<void>) {
    this.#name = name;
    this.#said = said;
    this.#release = release;
  }

  async run(signal: AbortSignal): Promise<void> {
    this.#said.push(`${this.#name} starts`);
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    this.#said.push(`${this.#name} stops`);
    await this.#release;
    this.#said.push(`${this.#name} ends`);
  }
}

const [a, b] = [{ name: 'a' }, { name: 'b' }];
const unexpected = (error: unknown) => expect.fail(String(error));
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('work starts and stops with its partition, and what is kept continues', async () => {
  const said: string[] = [];
  const assigned = new Assigned(({ name }: { name: string }) => new Patient(name, said, Promise.resolve()), unexpected);
  assigned.assign([a, b]);
  await settled();
  assigned.assign([b]);
  await settled();
  expect(said).toEqual(['a starts', 'b starts', 'a stops', 'a ends']);
  expect(assigned.list).toHaveLength(1);
  await assigned.stop();
  expect(said.slice(4)).toEqual(['b stops', 'b ends']);
});

test('the work of a partition that comes back starts once that before has ended', async () => {
  const said: string[] = [];
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const assigned = new Assigned(({ name }: { name: string }) => new Patient(name, said, released), unexpected);
  assigned.assign([a]);
  await settled();
  assigned.assign([]);
  assigned.assign([a]);
  await settled();
  expect(said).toEqual(['a starts', 'a stops']);
  release();
  await settled();
  expect(said).toEqual(['a starts', 'a stops', 'a ends', 'a starts']);
  await assigned.stop();
});

test('what work throws is passed on, and the other work continues', async () => {
  const errors: unknown[] = [];
  const bug = new TypeError('a bug');
  const make = ({ name }: { name: string }): Work => ({
    run: (signal) =>
      name === 'a' ? Promise.reject(bug) : new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
  });
  const assigned = new Assigned(make, (error) => errors.push(error));
  assigned.assign([a, b]);
  await settled();
  expect([errors, assigned.list.length]).toEqual([[bug], 2]);
  await assigned.stop();
});
