import { z } from 'zod';
import { positiveMs, unpaired } from '../network/http-options.ts';
import { tlsOptions } from '../network/tls.ts';

const withoutLogin = (url: string): boolean => !/^\w+:\/\/[^/]*@/.test(url);

/** How to reach the schema registry: the section `schema_registry` of a configuration. Durations are milliseconds. */
export const registryOptions = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/ })
      .refine(withoutLogin, 'an address without a login, which `username` and `password` are for')
      .describe(
        'Address of a registry with Confluent’s API, such as `https://registry:8081`, or `…/apis/ccompat/v7` of Apicurio.',
      ),
    username: z.string().min(1).optional().describe('Who logs in, with `password`; an API key.'),
    password: z.string().min(1).meta({ secret: true }).optional().describe('Their password. Secret.'),
    token: z.string().min(1).meta({ secret: true }).optional().describe('Bearer token in place of a login. Secret.'),
    tls: tlsOptions.prefault({}).describe('TLS, where the URL is `https`.'),
    timeout: positiveMs.prefault('10s').describe('How long to wait for an answer.'),
    cache: z.int().min(1).max(100_000).default(1_000).describe('Schemas kept ready at once; those used last stay.'),
    validate: z
      .boolean()
      .default(true)
      .describe('Whether records of `format: json_schema` are checked against their schema, or only unpacked.'),
  })
  .refine((login) => unpaired(login) === undefined, {
    path: ['username'],
    error: '`username` and `password` go together',
  })
  .refine(({ username, token }) => username === undefined || token === undefined, {
    path: ['token'],
    error: 'either a `token` or a `username`',
  });

export type RegistryOptions = z.output<typeof registryOptions>;
