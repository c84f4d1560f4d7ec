import { open, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { Failure } from '../errors/failure.ts';
import type { Worth } from '../evolve/evolution.ts';
import { unwritable } from './unwritable.ts';

const entry = z
  .object({ run: z.string() })
  .or(z.object({ genome: z.string(), bits: z.number().nullable(), cost: z.number() }));

/**
 * The genomes that were valued, one JSON line each, on the disk before the next is valued: a run that was killed
 * continues.
 */
export class Journal {
  readonly #path: string;
  readonly #known: ReadonlyMap<string, Worth>;

  private constructor(path: string, known: ReadonlyMap<string, Worth>) {
    this.#path = path;
    this.#known = known;
  }

  /**
   * `run`: names what the worths depend on. A last line that was cut short is forgotten. @throws Failure cli/bad-flag
   * where the file is of another run
   */
  static async open(path: string, run: string): Promise<Journal> {
    const text = await readFile(path, 'utf8').catch(() => '');
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    const known = new Map<string, Worth>();
    for (const [n, line] of whole.split('\n').filter(Boolean).entries()) {
      const read = entry.safeParse(parsed(line));
      const isHead = read.success && 'run' in read.data;
      if (!read.success || isHead !== (n === 0) || ('run' in read.data && read.data.run !== run)) {
        const message = `has the journal of a run with other data or settings; name another folder or remove it`;
        throw new Failure('cli/bad-flag', message, { where: `${path}:${n + 1}` });
      }
      if ('genome' in read.data)
        known.set(read.data.genome, { bits: read.data.bits ?? Number.POSITIVE_INFINITY, cost: read.data.cost });
    }
    const journal = new Journal(path, known);
    if (whole === '') await journal.#write(`${JSON.stringify({ run })}\n`, 'w');
    else if (whole.length < text.length) await journal.#write(whole, 'w');
    return journal;
  }

  /** How many worths it had when it was opened. */
  get size(): number {
    return this.#known.size;
  }

  /** The worth that was written down. */
  find(genome: string): Worth | undefined {
    return this.#known.get(genome);
  }

  /** Durable when it resolves. @throws Failure cli/unwritable */
  async add(genome: string, { bits, cost }: Worth): Promise<void> {
    await this.#write(`${JSON.stringify({ genome, bits: Number.isFinite(bits) ? bits : null, cost })}\n`, 'a');
  }

  async #write(text: string, flag: 'a' | 'w'): Promise<void> {
    try {
      const file = await open(this.#path, flag);
      await file.writeFile(text);
      await file.sync();
      await file.close();
    } catch (cause) {
      throw unwritable(this.#path, cause);
    }
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
