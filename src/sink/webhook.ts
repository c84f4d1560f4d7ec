import type { z } from 'zod';
import type { Failure } from '../errors/failure.ts';
import type { AlertOutput } from '../event/output.ts';
import { HttpClient, type HttpRequest } from './http-client.ts';
import { answerFailure } from './http-failure.ts';
import { type Delivery, type Sink, sinkKind } from './sink.ts';
import { TEST_LABELS, type Trial, testAlert, tryOut } from './trial.ts';
import { alertmanagerBody } from './webhook-alertmanager.ts';
import { cloudEventsBody } from './webhook-cloudevents.ts';
import type { Writer } from './webhook-message.ts';
import { webhookOptions } from './webhook-options.ts';
import { signatures } from './webhook-signature.ts';
import { slackBody } from './webhook-slack.ts';
import { templateBody } from './webhook-template.ts';

/** Shorter words of a secret are no secrets. */
const LEAST_WORD = 8;

type Options = z.infer<typeof webhookOptions>;

/** One request for each step of an alert, signed as Standard Webhooks. */
export const webhook = sinkKind<Options>({
  kind: 'webhook',
  summary:
    'POSTs each step of an alert to one address: signed as Standard Webhooks, each on a retry schedule of its own.',
  config: webhookOptions,
  accepts: ['alert'],
  async open(options) {
    return new WebhookSink(options);
  },
});

class WebhookSink implements Sink {
  readonly batch = 1;
  readonly retries: readonly number[];
  readonly #options: Options;
  readonly #client: HttpClient;
  readonly #write: Writer;
  readonly #where: string;
  /** The receiver answered 410 Gone. */
  #gone: Failure | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(options: Options) {
    this.retries = options.retries;
    this.#options = options;
    const { timeout: timeoutMs, allow_private: allowPrivate, ca, url } = options;
    this.#client = new HttpClient({ timeoutMs, allowPrivate, ca });
    this.#write = writerOf(options);
    this.#where = new URL(url).origin;
  }

  /** Of several tasks one writes after the other: the other side is asked one thing at a time. */
  write(batch: readonly Delivery[], signal: AbortSignal): Promise<void> {
    const turn = this.#last.then(() => this.#writeAll(batch, signal));
    this.#last = turn.catch(() => {});
    return turn;
  }

  async test(signal: AbortSignal): Promise<Trial> {
    const { labels } = this.#options;
    const request = this.#request(testAlert(Date.now()), { ...labels, ...TEST_LABELS });
    return await tryOut(this.#client, request, { to: this.#where, secrets: secretsOf(this.#options) }, signal);
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  async #writeAll(batch: readonly Delivery[], signal: AbortSignal): Promise<void> {
    for (const { output } of batch) {
      if (output.kind === 'alert') await this.#send(this.#request(output, this.#options.labels), signal);
    }
  }

  async #send(request: HttpRequest, signal: AbortSignal): Promise<void> {
    if (this.#gone !== undefined) throw this.#gone;
    const answer = await this.#client.post(request, signal);
    const secrets = secretsOf(this.#options);
    const failure = answerFailure(answer, { where: this.#where, nowMs: Date.now(), secrets });
    if (failure?.code === 'sink/gone') this.#gone = failure;
    if (failure !== undefined) throw failure;
  }

  #request(alert: AlertOutput, labels: Options['labels']): HttpRequest {
    const { url, secrets, headers, external_url: externalUrl } = this.#options;
    const { body, contentType } = this.#write(alert, { labels, externalUrl });
    const id = `msg_${alert.id}_${alert.revision}`;
    const timestamp = Math.floor(Date.now() / 1000);
    const signature = secrets.length === 0 ? {} : { 'webhook-signature': signatures(secrets, { id, timestamp, body }) };
    const own = { 'webhook-id': id, 'webhook-timestamp': `${timestamp}`, ...signature };
    const given = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    return { url, body, headers: { 'content-type': contentType, 'user-agent': 'surprisal', ...given, ...own } };
  }
}

/** All that is secret, and the longer words of it: a key in a path or after `Bearer` may come back alone. */
function secretsOf({ url, secrets, headers, values }: Options): readonly string[] {
  const { pathname, search } = new URL(url);
  const whole = [url, pathname + search, ...secrets, ...Object.values(headers), ...Object.values(values)];
  const words = whole.flatMap((text) => text.split(/[^\w.~+-]+/)).filter(({ length }) => length >= LEAST_WORD);
  return [...whole, ...words];
}

function writerOf({ body, template = '', content_type: contentType, values }: Options): Writer {
  if (body === 'template') return templateBody({ template, contentType, values });
  return { alertmanager: alertmanagerBody, slack: slackBody, cloudevents: cloudEventsBody }[body];
}
