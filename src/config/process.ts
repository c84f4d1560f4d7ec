import { z } from 'zod';
import { durationMs } from '../event/duration.ts';
import { pageOptions } from '../live/options.ts';
import { stateOptions } from '../state/options.ts';
import { secretText } from './secret.ts';

const HOST_NAME = /^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?$/;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/** Where state lives, and how often all that happened is committed. */
export const embeddedState = stateOptions.extend({
  commit_interval: durationMs
    .refine((ms) => ms > 0, 'more than 0ms')
    .prefault('500ms')
    .describe('Outputs and source positions are committed together at least this often.'),
  commit_records: z.int().min(1).max(1_000_000).default(1_000).describe('Commit after this many records, if sooner.'),
  checkpoint_interval: durationMs
    .prefault('10s')
    .describe(
      'A commit is a checkpoint, with all the state that changed, at least this often; `0s` = each. A restart replays what came since the last, and emits none of it twice.',
    ),
  checkpoint_records: z
    .int()
    .min(1)
    .max(100_000_000)
    .default(200_000)
    .describe('Write a checkpoint after this many records, if sooner: the most that a restart replays.'),
  outbox_keep: z
    .int()
    .min(0)
    .max(100_000_000)
    .default(10_000)
    .describe('Outputs of each stream that are kept for reading again once every sink has had them.'),
  bundles: z
    .int()
    .min(0)
    .max(10_000)
    .default(20)
    .describe(
      'Newest alerts of which all that `surprisal replay` needs to reproduce them is kept, in `bundles` in the folder, with Kafka too; 0 = none.',
    ),
});

/** The HTTP server: probes, metrics, and the API. */
export const serverOptions = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Whether there is a server.'),
    host: z
      .string()
      .min(1)
      .default('127.0.0.1')
      .describe('Address to listen on; beyond loopback a `token` is needed, or `insecure: true`.'),
    port: z.int().min(0).max(65_535).default(8321).describe('Port to listen on; 0 = any that is free.'),
    token: secretText()
      .regex(/^[\x21-\x7e]*$/, 'letters, digits and other visible ASCII characters, no spaces and no line ends')
      .transform((text) => (text === '' ? undefined : text))
      .optional()
      .describe('Bearer token that requests to `/api` and `/-/reload` must carry; empty = none. Secret.'),
    insecure: z
      .boolean()
      .default(false)
      .describe(
        'true: listen beyond loopback without a `token`. Everybody who reaches the port can read all, push and reload.',
      ),
    tls: z
      .strictObject({
        certificate: z
          .string()
          .min(1)
          .describe('Path of the PEM file of the certificate, and of those between it and its authority.'),
        key: z.string().min(1).describe('Path of the PEM file of its private key, not encrypted.'),
      })
      .optional()
      .describe('HTTPS in place of HTTP. The files are read again every 5 s, and used when they have changed.'),
    allowed_hosts: z
      .array(z.string().regex(HOST_NAME, 'a host name without port, such as `surprisal.example.org`'))
      .default([])
      .describe(
        'Host names under which the server may be called, beside `localhost`, the address it listens on and any IP address; requests to others, and from pages of others, are rejected (403).',
      ),
    page: pageOptions.prefault({}).describe('The live page at `/`, and what it keeps in memory.'),
    series_metrics: z
      .strictObject({
        enabled: z.boolean().default(false).describe('Whether `/metrics` has gauges of single series.'),
        max: z.int().min(1).max(10_000).default(100).describe('Most series that have them; the first to come do.'),
      })
      .prefault({})
      .describe(
        'Gauges `y yhat yhat_lower yhat_upper anomaly_score anomaly_firing` with the newest row of each series, and `anomaly_warm_up_ratio anomaly_warm_up_eta_seconds`, for Prometheus; a stream has them where it emits scores.',
      ),
  })
  .refine((server) => !server.enabled || server.insecure || server.token !== undefined || LOOPBACK.test(server.host), {
    path: ['host'],
    error:
      'beyond 127.0.0.1 a `token` is needed, since requests can change things: `server.token`, SURPRISAL__SERVER__TOKEN, or `insecure: true`',
  });

/** What the program says of itself. */
export const logOptions = z.strictObject({
  level: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('The minimum level of the lines that are written.'),
  format: z
    .enum(['auto', 'json', 'pretty'])
    .default('auto')
    .describe('`json`: one object a line; `pretty`: for people; `auto`: pretty on a terminal.'),
});
