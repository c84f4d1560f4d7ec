import { test } from 'vitest';
import { kafkaLibraries } from '../servers/kafka/libraries.ts';
import { describeWith } from '../servers/program.ts';
import { killedAndAnswered } from './verdict-kills.ts';

describeWith([kafkaLibraries], 'verdicts through the feedback topic', () => {
  test('a task killed 50 times commits what its records and verdicts give, each verdict once and in one place', {
    timeout: 900_000,
  }, async () => {
    await killedAndAnswered({ kills: 50, mostCommits: 2 });
  });
});
