import { z } from 'zod';

/** One question that a dashboard asks, as it is written there. */
export interface Query {
  /** Panel, annotation or variable. */
  readonly where: string;
  readonly language: 'promql' | 'influxql';
  readonly text: string;
  /** What it is asked for: lines over time, a value of now, or the choices of a variable. */
  readonly kind: 'range' | 'instant' | 'choices';
}

const target = z.object({ expr: z.string().optional(), query: z.string().optional(), instant: z.boolean().optional() });
const dashboard = z.object({
  panels: z.array(z.object({ title: z.string().optional(), targets: z.array(target).optional() })),
  annotations: z
    .object({ list: z.array(z.object({ name: z.string(), target: target.optional() })).optional() })
    .optional(),
  templating: z.object({
    list: z.array(
      z.object({
        name: z.string(),
        type: z.string(),
        query: z.unknown(),
        datasource: z.object({ type: z.string() }).optional(),
      }),
    ),
  }),
});

/** Every query of a dashboard, in the order in which it is asked: variables first. */
export function queriesOf(json: unknown): readonly Query[] {
  const { panels, annotations, templating } = dashboard.parse(JSON.parse(JSON.stringify(json)));
  const variables = templating.list.flatMap(({ name, type, query, datasource }): readonly Query[] => {
    if (type !== 'query') return [];
    const language = datasource?.type === 'influxdb' ? 'influxql' : 'promql';
    return [{ where: name, language, text: z.string().parse(query), kind: 'choices' }];
  });
  const marks = (annotations?.list ?? []).flatMap(({ name, target: one }) =>
    one ? [asked(`annotation ${name}`, one)] : [],
  );
  const drawn = panels.flatMap(({ title = '', targets = [] }) => targets.map((one) => asked(`panel ${title}`, one)));
  return [...variables, ...marks, ...drawn];
}

function asked(where: string, { expr, query, instant }: z.infer<typeof target>): Query {
  const kind = instant === true ? 'instant' : 'range';
  if (expr !== undefined) return { where, language: 'promql', text: expr, kind };
  return { where, language: 'influxql', text: z.string().parse(query), kind };
}
