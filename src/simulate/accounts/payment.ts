import type { EpochMs } from '../../event/time.ts';
import type { Episode } from '../faults.ts';
import { round } from '../round.ts';

/** How money moves: out by card, in and out by transfer, in as cash. */
export type PaymentKind = 'purchase' | 'transfer_in' | 'transfer_out' | 'cash_deposit';

/** One movement of money on an account. */
export interface Payment {
  readonly timeMs: EpochMs;
  /** Index of the account. */
  readonly account: number;
  readonly kind: PaymentKind;
  readonly category: string;
  /** Terminal, employer, branch or other account. */
  readonly counterparty: string;
  readonly amount: number;
  /** From the customer's home to the terminal; 0 where there is none. */
  readonly distanceKm: number;
  readonly fault?: Episode | undefined;
}

/** A movement of money that happens at no terminal, to the cent. */
export function transfer(account: number, movement: Omit<Payment, 'account' | 'distanceKm'>): Payment {
  return { ...movement, account, amount: round(movement.amount, 2), distanceKm: 0 };
}
