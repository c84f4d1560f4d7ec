import { dormant } from './dormant.ts';
import { fanIn } from './fan-in.ts';
import { newValue } from './new-value.ts';
import { passThrough } from './pass-through.ts';
import type { AnyRuleKind } from './rule.ts';
import { structuring } from './structuring.ts';
import { velocity } from './velocity.ts';

/** Every kind of rule there is. */
export const ruleKinds: readonly AnyRuleKind[] = [velocity, newValue, structuring, fanIn, passThrough, dormant];
