import { expect, test } from 'vitest';
import { budget } from '../../src/calibrate/budget.ts';
import { budgetText, isUsualBudget, usedBudget } from '../../src/cli/budget-text.ts';
import { alertOptions } from '../../src/detector/options.ts';

test.each(['3/week', '1/day', '10/day', '1/month/series', '0.5/week', '3/month', '1/week/series', '1/hour'])(
  '%s is written as it was given',
  (text) => {
    expect(budgetText(budget.parse(text))).toBe(text);
  },
);

test('a budget that is round in no period is written per week', () => {
  expect(budgetText({ perWeek: 2.34567, per: 'stream' })).toBe('2.346/week');
});

test('what holds where nobody gives one is called the default', () => {
  const usual = alertOptions.parse({}).budget;
  expect(isUsualBudget(usual)).toBe(true);
  expect(isUsualBudget(budget.parse('17/day'))).toBe(false);
  expect(usedBudget(usual, true)).toMatch(/\(default\)$/);
  expect(usedBudget(budget.parse('17/day'), false)).toBe('17/day');
});
