import type { z } from 'zod';
import { Serial } from '../../async/serial.ts';
import type { Failure } from '../../errors/failure.ts';
import type { AlertOutput } from '../../event/output.ts';
import type { HttpClient, HttpPost } from '../../network/http-client.ts';
import { answerFailure, sinkClient } from '../http.ts';
import { type NumberedOutput, type Sink, sinkKind } from '../sink.ts';
import { TEST_LABELS, type TestReport, testAlert, tryOut } from '../trial.ts';
import { alertmanagerBody, type BodyWriter, cloudEventsBody } from './bodies.ts';
import { webhookOptions } from './options.ts';
import { signatures } from './signature.ts';
import { slackBody } from './slack.ts';
import { templateBody } from './template.ts';

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
  readonly #write: BodyWriter;
  readonly #where: string;
  /** The receiver answered 410 Gone. */
  #gone: Failure | undefined;
  /** Several tasks may write at once; the receiver gets one request at a time. */
  readonly #requests = new Serial();

  constructor(options: Options) {
    this.retries = options.retries;
    this.#options = options;
    const { timeout: timeoutMs, allow_private: allowPrivate, ca, url } = options;
    this.#client = sinkClient({ timeoutMs, allowPrivate, ca });
    this.#write = writerOf(options);
    this.#where = new URL(url).origin;
  }

  write(batch: readonly NumberedOutput[], signal: AbortSignal): Promise<void> {
    return this.#requests.run(() => this.#writeAll(batch, signal));
  }

  async test(signal: AbortSignal): Promise<TestReport> {
    const { labels } = this.#options;
    const request = this.#request(testAlert(Date.now()), { ...labels, ...TEST_LABELS });
    return await tryOut(this.#client, request, { to: this.#where, secrets: secretsOf(this.#options) }, signal);
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  async #writeAll(batch: readonly NumberedOutput[], signal: AbortSignal): Promise<void> {
    for (const { output } of batch) {
      if (output.kind === 'alert') await this.#send(this.#request(output, this.#options.labels), signal);
    }
  }

  async #send(request: HttpPost, signal: AbortSignal): Promise<void> {
    if (this.#gone !== undefined) throw this.#gone;
    const answer = await this.#client.send(request, signal);
    const secrets = secretsOf(this.#options);
    const failure = answerFailure(answer, { where: this.#where, nowMs: Date.now(), secrets });
    if (failure?.code === 'sink/gone') this.#gone = failure;
    if (failure !== undefined) throw failure;
  }

  #request(alert: AlertOutput, labels: Options['labels']): HttpPost {
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

function writerOf({ body, template = '', content_type: contentType, values }: Options): BodyWriter {
  if (body === 'template') return templateBody({ template, contentType, values });
  return { alertmanager: alertmanagerBody, slack: slackBody, cloudevents: cloudEventsBody }[body];
}
