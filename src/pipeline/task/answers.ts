import { Failure } from '../../errors/failure.ts';

interface Waiting {
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** Those who wait for what they answered to be durable. */
export class Answers {
  #waiting: Waiting[] = [];
  /** Their answers are part of the commit that is written now. */
  #taken: Waiting[] = [];
  #wake: () => void = () => {};

  /** What is waited for, or undefined as soon as somebody answers. */
  orWoken<T>(wanted: Promise<T>): Promise<T | undefined> {
    const woken = new Promise<undefined>((resolve) => {
      this.#wake = () => resolve(undefined);
    });
    return Promise.race([wanted, woken]);
  }

  /** Somebody has answered: resolves, or fails, with the commit that takes the answer along. */
  async add(): Promise<void> {
    const durable = new Promise<void>((done, failed) => this.#waiting.push({ done, failed }));
    this.#wake();
    await durable;
  }

  /** A commit takes along everything answered so far. */
  taken(): void {
    this.#taken = [...this.#taken, ...this.#waiting];
    this.#waiting = [];
  }

  /** That commit is durable. */
  committed(): void {
    for (const { done } of this.#taken) done();
    this.#taken = [];
  }

  /** It is not, and none will be. */
  failed(error: unknown): void {
    for (const { failed } of [...this.#taken, ...this.#waiting]) failed(error);
    this.#taken = [];
    this.#waiting = [];
  }
}

/** Why a stream takes no verdict. */
export function notRunning(stream: string, state: string): Failure {
  return new Failure('pipeline/not-running', `the stream ${stream} is ${state}, and takes no verdict`);
}
