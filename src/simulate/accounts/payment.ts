import type { EpochMs } from '../../event/time.ts';
import type { Episode } from '../faults.ts';
import { round } from '../fields.ts';
import { HOME, type Means } from './wallet.ts';

/** How money moves: out by card, in and out by transfer, in as cash. */
export type PaymentKind = 'purchase' | 'transfer_in' | 'transfer_out' | 'cash_deposit';

/** One movement of money on an account. */
export interface Payment extends Means {
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

type Movement = Omit<Payment, 'account' | 'distanceKm' | keyof Means> & Partial<Means>;

/** A movement of money that happens at no terminal, to the cent; at home and with no device unless said. */
export function transfer(account: number, movement: Movement): Payment {
  return { country: HOME, device: '', ...movement, account, amount: round(movement.amount, 2), distanceKm: 0 };
}
