import { test } from 'vitest';
import { kafkaLibraries } from '../servers/kafka/libraries.ts';
import { describeWith } from '../servers/program.ts';
import { killedAndAnswered } from './verdict-kills.ts';

describeWith([kafkaLibraries], 'verdicts through the feedback topic', () => {
  test('a task killed 5 times commits what its records and verdicts give, each verdict once and in one place', {
    timeout: 400_000,
  }, async () => {
    await killedAndAnswered({ kills: 5, mostCommits: 10 });
  });
});
