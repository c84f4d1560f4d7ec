import { Waiters } from '../../async/waiters.ts';
import { Failure } from '../../errors/failure.ts';
import type { VerdictStep } from '../../similar/verdicts.ts';
import type { FeedbackTopic } from '../../store/backend.ts';

const NEVER = new AbortController().signal;

interface Waiting {
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** Acts on an answer here and now; `feedback`: the place after it, where it came through a feedback topic. */
export type ActOn = (answer: VerdictStep, feedback?: number) => void;

/**
 * The way of people's answers into a task, and those who wait for what they answered to be durable. Where there is a
 * feedback topic an answer is written there and acted on once it is read, by whoever has the task then; else at once.
 */
export class Answers {
  readonly #topic: FeedbackTopic | undefined;
  readonly #act: ActOn;
  readonly #read = new Waiters();
  #waiting: Waiting[] = [];
  /** Their answers are part of the commit that is written now. */
  #taken: Waiting[] = [];
  #wake: () => void = () => {};
  /** Where the feedback topic is read next. */
  #place = 0;
  #isOpen = false;

  constructor(topic: FeedbackTopic | undefined, act: ActOn) {
    this.#topic = topic;
    this.#act = act;
  }

  /** The task was restored: it has acted on everything below this place. */
  restored(place = 0): void {
    this.#place = place;
  }

  /** From now on answers are acted on. */
  open(): void {
    this.#isOpen = true;
    this.#read.wake();
  }

  /**
   * Acts on what comes through the feedback topic, until the signal aborts. @throws Failure that is not transient;
   * `broken` aborts first
   */
  follow(signal: AbortSignal, broken: AbortController): Promise<void> {
    const following = this.#topic === undefined ? Promise.resolve() : this.#follow(this.#topic, signal);
    following.catch(() => broken.abort()).finally(() => this.#read.close());
    return following;
  }

  async #follow(topic: FeedbackTopic, signal: AbortSignal): Promise<void> {
    await this.#read.until(() => this.#isOpen, signal);
    if (signal.aborted) return;
    for await (const { answer, next } of topic.read(this.#place, signal)) {
      if (signal.aborted) return;
      this.#act(answer, next);
      this.#place = next;
      this.#wake();
      this.#read.wake();
    }
  }

  /**
   * Resolves once the answer is durable; with a feedback topic, also once it was acted on, if that still happens here.
   * @throws Failure
   */
  async give(answer: VerdictStep): Promise<void> {
    if (this.#topic === undefined) {
      this.#act(answer);
      const durable = new Promise<void>((done, failed) => this.#waiting.push({ done, failed }));
      this.#wake();
      return await durable;
    }
    const next = await this.#topic.write(answer);
    await this.#read.until(() => this.#place >= next, NEVER);
  }

  /** What is waited for, or undefined as soon as somebody answers. */
  orWoken<T>(wanted: Promise<T>): Promise<T | undefined> {
    const woken = new Promise<undefined>((resolve) => {
      this.#wake = () => resolve(undefined);
    });
    return Promise.race([wanted, woken]);
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
