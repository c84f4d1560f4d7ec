import { z } from 'zod';
import { httpUrl, positiveMs } from '../../network/http-options.ts';
import { isPrivateHost } from '../../network/public-address.ts';
import { trustedAuthorities } from '../../network/tls.ts';
import { moreLabels } from '../alert-labels.ts';
import { signingSecret } from './signature.ts';
import { TEMPLATE_TYPES, templateFault } from './template.ts';

/** What of a request is the sink's own. */
const OWN_HEADERS =
  /^(webhook-.*|content-type|content-length|host|connection|transfer-encoding|expect|upgrade|keep-alive|te|trailer)$/;
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

const SCHEDULE = ['5s', '5m', '30m', '2h', '5h', '10h', '14h', '20h', '24h'];

const address = z
  .string()
  .refine(isAddress, 'an address that begins with https:// or http://, without a login or a fragment')
  .meta({ secret: true });

const headers = z
  .record(
    z
      .string()
      .regex(TOKEN, 'the name of a header')
      .refine((name) => !OWN_HEADERS.test(name.toLowerCase()), 'a header that is not the sink’s own'),
    z.string().regex(VALUE, 'a header’s value: one line of Latin letters').meta({ secret: true }),
  )
  .default({});

const values = z
  .record(z.string().regex(/^[A-Za-z_]\w*$/, 'letters, digits and _'), z.string().meta({ secret: true }))
  .default({});

/** Where, what, how signed, and how often. Durations are milliseconds. */
export const webhookOptions = z
  .strictObject({
    kind: z.literal('webhook'),
    url: address.describe('Where to POST. Secret: only its origin is ever shown.'),
    body: z
      .enum(['alertmanager', 'slack', 'cloudevents', 'template'])
      .default('alertmanager')
      .describe(
        '`alertmanager`: what Alertmanager sends to webhooks, version 4; `slack`: a message in blocks; `cloudevents`: an event in structured mode; `template`: your own.',
      ),
    template: z
      .string()
      .min(1)
      .optional()
      .describe('With `body: template`: a Mustache template, escaped for its content type.'),
    content_type: z.enum(TEMPLATE_TYPES).default('application/json').describe('Of the `template`.'),
    values: values.describe('Texts that the template has as `{{values.NAME}}`, such as a key. Secret.'),
    secrets: z
      .array(signingSecret)
      .default([])
      .describe('`whsec_…`, to sign with; while a key is changed, the new and the old. Unsigned if empty. Secret.'),
    headers: headers.describe('Headers to add, such as `authorization`. Secret.'),
    labels: moreLabels,
    external_url: httpUrl.optional().describe('Where people reach this Surprisal; alerts then link to it.'),
    timeout: positiveMs.prefault('15s').describe('How long to wait for an answer.'),
    retries: z
      .array(positiveMs)
      .max(100)
      .prefault(SCHEDULE)
      .describe('Waits between tries, less up to a fifth at random; after the last the alert is dead-lettered.'),
    allow_private: z
      .boolean()
      .default(false)
      .describe('Whether the address may be of this machine, of a private network, or link-local.'),
    ca: trustedAuthorities,
  })
  .superRefine(({ url, allow_private, body, template, content_type, values }, context) => {
    const at = (key: string, message: string) => context.addIssue({ code: 'custom', path: [key], message });
    if (!allow_private && URL.canParse(url) && isPrivateHost(new URL(url).hostname)) {
      at('url', 'a private address, which must be allowed: `allow_private: true`');
    }
    if (body !== 'template') {
      if (template !== undefined) at('template', 'goes with `body: template`');
      if (Object.keys(values).length > 0) at('values', 'go with `body: template`');
      return;
    }
    if (template === undefined) return at('body', '`template` is needed for this');
    const fault = templateFault({ template, contentType: content_type, values });
    if (fault !== undefined) at('template', fault);
  });

function isAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && username + password === '' && !text.includes('#');
}
