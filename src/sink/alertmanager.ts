import { z } from 'zod';
import type { AlertOutput } from '../event/output.ts';
import type { EpochMs } from '../event/time.ts';
import type { HttpClient, HttpPost } from '../network/http-client.ts';
import { authorization, httpUrl, positiveMs, unpaired } from '../network/http-options.ts';
import { trustedAuthorities } from '../network/tls.ts';
import { alertLabels, alertUrl, annotations, isoTime, type Labels, moreLabels, severities } from './alert-labels.ts';
import { answerFailure, sinkClient } from './http.ts';
import { type NumberedOutput, type Sink, sinkKind } from './sink.ts';
import { TEST_LABELS, type TestReport, testAlert, tryOut } from './trial.ts';

/** Alerts of one request. */
const BATCH = 100;
/** Re-sends that may be lost before Alertmanager takes an alert for resolved. */
const PATIENCE = 4;

const config = z
  .strictObject({
    kind: z.literal('alertmanager'),
    url: httpUrl.describe('Where Alertmanager is, such as `http://127.0.0.1:9093`; a path is its route prefix.'),
    resend_every: positiveMs
      .prefault('1m')
      .describe(
        'How often an alert is sent again while it fires. Alertmanager takes it for resolved after four such periods of silence.',
      ),
    labels: moreLabels,
    external_url: httpUrl.optional().describe('Where people reach this Surprisal; alerts then link to it.'),
    username: z.string().min(1).optional().describe('User name, where Alertmanager requires a login; with `password`.'),
    password: z.string().meta({ secret: true }).optional().describe('The password of `username`. Secret.'),
    token: z.string().min(1).meta({ secret: true }).optional().describe('Bearer token, instead of a login. Secret.'),
    timeout: positiveMs.prefault('10s').describe('How long to wait for an answer.'),
    ca: trustedAuthorities,
  })
  .superRefine(({ username, password, token }, context) => {
    const at = (key: string, message: string) => context.addIssue({ code: 'custom', path: [key], message });
    const misfit = unpaired({ username, password });
    if (misfit !== undefined) at(misfit, '`username` and `password` go together');
    if (username !== undefined && token !== undefined) at('token', 'goes without `username`');
  });

type Options = z.infer<typeof config>;

/** Sends what fires, and what is resolved, to one Alertmanager over its API v2. */
export const alertmanager = sinkKind<Options>({
  kind: 'alertmanager',
  summary: 'Sends alerts to Alertmanager, again and again while they fire, and once when they are resolved.',
  config,
  accepts: ['alert'],
  async open(options) {
    return new AlertmanagerSink(options);
  },
});

/** What `POST /api/v2/alerts` takes. */
interface PostableAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL?: string;
}

class AlertmanagerSink implements Sink {
  readonly batch = BATCH;
  readonly resendMs: number;
  readonly #options: Options;
  readonly #client: HttpClient;

  constructor(options: Options) {
    this.resendMs = options.resend_every;
    this.#options = options;
    this.#client = sinkClient({ timeoutMs: options.timeout, allowPrivate: true, ca: options.ca });
  }

  async write(batch: readonly NumberedOutput[], signal: AbortSignal): Promise<void> {
    const now = Date.now();
    const alerts = batch.flatMap(({ output }) => (output.kind === 'alert' ? this.#alerts(output, now, {}) : []));
    for (let from = 0; from < alerts.length; from += BATCH) {
      const request = this.#request(alerts.slice(from, from + BATCH));
      const answer = await this.#client.send(request, signal);
      const failure = answerFailure(answer, { where: this.#options.url, nowMs: now, secrets: this.#secrets(request) });
      if (failure !== undefined) throw failure;
    }
  }

  async test(signal: AbortSignal): Promise<TestReport> {
    const now = Date.now();
    const request = this.#request(this.#alerts(testAlert(now), now, TEST_LABELS));
    return await tryOut(this.#client, request, { to: this.#options.url, secrets: this.#secrets(request) }, signal);
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  #secrets({ headers }: HttpPost): readonly string[] {
    const { password = '', token = '' } = this.#options;
    const { authorization = '' } = headers;
    return [authorization, authorization.replace(/^\w+ /, ''), password, token];
  }

  /** Event time is at most now: Alertmanager takes an alert that ends in the future for firing. */
  #alerts(alert: AlertOutput, now: EpochMs, more: Labels): readonly PostableAlert[] {
    const { labels, external_url: externalUrl } = this.#options;
    const ends = alert.endMs === undefined ? now + PATIENCE * this.resendMs : Math.min(alert.endMs, now);
    const generatorURL = alertUrl(externalUrl, alert);
    return severities(alert).map((severity) => ({
      labels: alertLabels(alert, severity, { ...labels, ...more }),
      annotations: annotations(alert),
      startsAt: isoTime(Math.min(alert.startMs, now)),
      endsAt: isoTime(ends),
      ...(generatorURL === undefined ? {} : { generatorURL }),
    }));
  }

  #request(alerts: readonly PostableAlert[]): HttpPost {
    const { url } = this.#options;
    return {
      url: `${url.replace(/\/$/, '')}/api/v2/alerts`,
      headers: { 'content-type': 'application/json', 'user-agent': 'surprisal', ...authorization(this.#options) },
      body: JSON.stringify(alerts),
    };
  }
}
