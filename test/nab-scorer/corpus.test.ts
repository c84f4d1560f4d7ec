import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { baselines } from '../bench/nab/baselines.ts';
import { nabCorpus } from '../bench/nab/corpus.ts';
import { nabScore, profiles } from '../bench/nab/nab-score.ts';

const data = path.resolve('../shared/data/nab');
const absent = existsSync(data)
  ? ''
  : ' (skipped: ../shared/data/nab is absent; the files are not part of this repository)';

test.skipIf(absent !== '')(`on NAB silence scores 0, and value novelty beats every other baseline${absent}`, () => {
  const corpus = nabCorpus(data);
  expect(corpus.reduce((sum, { windows }) => sum + windows.length, 0)).toBeGreaterThan(50);
  const scores = Object.entries(baselines).map(([name, scorer]) => {
    const scored = corpus.map((series) => ({ ...series, scores: scorer(series) }));
    return [name, nabScore(scored, profiles.standard).score] as const;
  });
  const byName = new Map(scores);
  expect(byName.get('nothing')).toBe(0);
  expect(byName.get('value novelty')).toBeGreaterThan(68);
  for (const name of ['last value', 'windowed Gaussian', 'running min/max']) {
    expect(byName.get(name)).toBeLessThan(60);
  }
});
