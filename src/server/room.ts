/** So many bytes, shared by those who wait for them in turn. */
export class Room {
  readonly #most: number;
  #used = 0;
  #waiting: (() => void)[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** Whether there is room for so many now; they are taken then. One that is larger than all of the room fits alone. */
  tryTake(bytes: number): boolean {
    if (this.#used > 0 && this.#used + bytes > this.#most) return false;
    this.#used += bytes;
    return true;
  }

  /** Takes so many, as soon as there is room. For one who waits at a time. */
  async take(bytes: number): Promise<void> {
    while (!this.tryTake(bytes)) await new Promise<void>((free) => this.#waiting.push(free));
  }

  /** Gives back what was taken. */
  free(bytes: number): void {
    this.#used -= bytes;
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
