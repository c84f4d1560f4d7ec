import { codes, type FailureCode, type Remedy } from './codes.ts';

/** What a `Failure` may carry beside its message. */
export interface FailureDetails {
  /** Where: `file:line:column`, `topic/partition@offset`, a sink's name. */
  readonly where?: string;
  readonly cause?: unknown;
  /** How long the receiver asked us to wait before the next try, in ms. */
  readonly retryAfterMs?: number;
  /**
   * Of a write that the receiver took otherwise: how many points of it were dropped, and will be whenever they are
   * sent.
   */
  readonly dropped?: number;
}

/**
 * Everything that can go wrong and that somebody can act on. Callers branch on `remedy` alone; `code` is the log field,
 * the metric's label and the anchor in the docs. Anything else that is thrown is a bug, and crashes. A message never
 * holds a secret.
 */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: FailureCode;
  readonly where: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly dropped: number | undefined;

  constructor(code: FailureCode, message: string, details: FailureDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.where = details.where;
    this.retryAfterMs = details.retryAfterMs;
    this.dropped = details.dropped;
  }

  /** Who acts next. */
  get remedy(): Remedy {
    return codes[this.code].remedy;
  }

  /** One line for people: where, what is wrong, what to do. */
  describe(): string {
    const where = this.where === undefined ? '' : `${this.where}: `;
    return `${where}${this.message} [${this.code}] ${codes[this.code].help}`;
  }
}
