import { file } from './file.ts';
import { http } from './http.ts';
import { simulate } from './simulate.ts';

/** Every kind of source there is. */
export const sources = [file, http, simulate] as const;
