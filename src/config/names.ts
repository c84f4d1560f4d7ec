import { z } from 'zod';

/** A name of a person's choosing: it becomes a metric's label, a folder and a topic. */
export const name = z
  .string()
  .regex(/^[a-z0-9_-]{1,64}$/, 'at most 64 small letters, digits, _ and -')
  .refine((text) => !(text in Object.prototype), 'this is the name of something else in JavaScript; choose another');
