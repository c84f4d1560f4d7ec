import type { Cell, Part, PartResult, Plot, Row } from '../part.ts';
import { mergedCells, mergedRows } from './merge.ts';

/** All seeds of one contestant in one part. */
export interface Outcome {
  readonly part: Part;
  readonly contestant: string;
  readonly seeds: readonly number[];
  readonly results: readonly PartResult[];
}

/** One part with everybody's merged rows: what is shown, and what JSON has. */
export interface PartOutcome {
  readonly part: string;
  readonly summary: string;
  readonly entries: readonly {
    readonly contestant: string;
    readonly seeds: readonly number[];
    readonly rows: readonly Row[];
    readonly headline: Readonly<Record<string, Cell>>;
    readonly plots: readonly Plot[];
  }[];
}

/** Outcomes by part, in the order in which they came. Plots are those of the first seed. */
export function byPart(outcomes: readonly Outcome[]): readonly PartOutcome[] {
  return [...new Set(outcomes.map(({ part }) => part))].map((part) => ({
    part: part.name,
    summary: part.summary,
    entries: outcomes
      .filter((outcome) => outcome.part === part)
      .map(({ contestant, seeds, results }) => ({
        contestant,
        seeds,
        rows: mergedRows(results),
        headline: mergedCells(results.map(({ headline }) => headline)),
        plots: results[0]?.plots ?? [],
      })),
  }));
}

/** Headline figures of each contestant over all parts. */
export function headlines(
  parts: readonly PartOutcome[],
): readonly { readonly contestant: string; readonly headline: Readonly<Record<string, Cell>> }[] {
  const names = [...new Set(parts.flatMap(({ entries }) => entries.map(({ contestant }) => contestant)))];
  return names.map((contestant) => {
    const mine = parts.flatMap(({ entries }) => entries.filter((entry) => entry.contestant === contestant));
    return { contestant, headline: Object.fromEntries(mine.flatMap(({ headline }) => Object.entries(headline))) };
  });
}
