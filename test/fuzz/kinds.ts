import type { FuzzKind } from './campaign.ts';
import { answers } from './targets/answers.ts';
import { batches } from './targets/batches.ts';
import { configuration } from './targets/configuration.ts';
import { decoders } from './targets/decoders.ts';
import { csv, times } from './targets/differential.ts';
import { http } from './targets/http.ts';
import { state } from './targets/state.ts';

/** Every kind of input that the campaign makes. */
export const kinds: readonly FuzzKind[] = [configuration, decoders, csv, times, http, state, batches, answers];
