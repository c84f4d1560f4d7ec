import { conditional } from './conditional.ts';
import { level } from './level.ts';
import { run } from './run.ts';
import { scale } from './scale.ts';
import { shape } from './shape.ts';
import type { StatisticKind } from './statistic.ts';
import { sum } from './sum.ts';
import { usual } from './usual.ts';

/** Every statistic beside the point score, in the order of their tails: one line each. */
export const statistics: readonly StatisticKind[] = [conditional, scale, run, level, sum, usual, shape];
