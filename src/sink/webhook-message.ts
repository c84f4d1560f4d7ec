import type { AlertOutput } from '../event/output.ts';

/** What is POSTed for one step of an alert. */
export interface Message {
  readonly contentType: string;
  readonly body: string;
}

/** What a message is made of beside the alert. */
export interface Surroundings {
  /** Labels to add. */
  readonly labels: Readonly<Record<string, string>>;
  /** Where people reach Surprisal. */
  readonly externalUrl?: string | undefined;
}

/** Makes a message of a step. */
export type Writer = (alert: AlertOutput, around: Surroundings) => Message;
