import path from 'node:path';
import type { Recording, StreamCase } from '../recording.ts';
import { csvRows, utcMs } from './csv.ts';
import { dataFolder } from './folder.ts';

/** A customer's payments. */
export interface Customer extends Recording {
  /** Scenario of the fraud (1, 2 or 3), 0 for an honest payment. */
  readonly fraud: Uint8Array;
}

/** The payments at hand, by customer. */
export function cardCustomers(): Customer[] {
  const rows = csvRows(path.join(dataFolder('cards'), 'transactions.csv.gz'));
  const byCustomer = new Map<string, (typeof rows)[number][]>();
  for (const row of rows) {
    const own = byCustomer.get(row.CUSTOMER_ID);
    if (own === undefined) byCustomer.set(row.CUSTOMER_ID, [row]);
    else own.push(row);
  }
  return [...byCustomer].map(([name, own]) => ({
    name,
    times: Float64Array.from(own, ({ TX_DATETIME }) => utcMs(TX_DATETIME)),
    values: [Float64Array.from(own, ({ TX_AMOUNT }) => Number(TX_AMOUNT))],
    fraud: Uint8Array.from(own, ({ TX_FRAUD, TX_FRAUD_SCENARIO }) => Number(TX_FRAUD) * Number(TX_FRAUD_SCENARIO)),
  }));
}

/** All customers as one stream with one budget. */
export function cardStream(customers: readonly Customer[], budget: string): StreamCase {
  return { config: { channels: { amount: { transform: 'log1p' } }, alert: { budget } }, recordings: customers };
}
