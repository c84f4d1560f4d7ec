import { type JsonSchema, plainSchema } from './json-schema.ts';

const INTRODUCTION = `# Configuration

A configuration is one YAML 1.2 file; \`config/\` holds one for each domain, to start from. \`surprisal validate FILE\` checks it and
reports every fault as \`file:line:column: what is wrong\`; \`surprisal schema\` prints the JSON Schema that editors use to complete and check it.
This page is written by \`surprisal schema --reference\`.

- \`\${NAME}\` in a value is replaced by the environment's variable, \`\${NAME:-default}\` by the default where it is unset or empty, and
  \`\${file:/run/secrets/token}\` by a file's text (its path starts at the configuration's folder). \`$\${\` stands for \`\${\`. What comes from outside is text,
  unless the key wants a number, true or false, or a list.
- Any key can be set from the environment as \`SURPRISAL__SECTION__KEY\`, such as \`SURPRISAL__SERVER__PORT=9000\` or
  \`SURPRISAL__STREAMS__THERMOSTAT__ALERT__BUDGET=1/week\`: \`__\` separates, \`_\` stands for \`-\` too. Streams and sinks are those of the file.
- A duration is a number with a unit, \`ms s m h d w\`, or several: \`500ms\`, \`1h30m\`.
- Anchors (\`&name\`, \`*name\`) and merges (\`<<: *name\`) are understood. Unknown keys are refused.
- Secrets are never printed, wherever the configuration is.
`;

interface Section {
  readonly title: string;
  readonly schema: JsonSchema;
}

/** Every key with its type, default and meaning, as Markdown: made of the schema that checks the configuration. */
export function configurationReference(): string {
  const sections: string[] = [INTRODUCTION];
  const waiting: Section[] = [{ title: '', schema: plainSchema() }];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const inner: Section[] = [];
    sections.push(sectionText(next, inner));
    waiting.unshift(...inner);
  }
  return `${sections.join('\n').trimEnd()}\n`;
}

function sectionText({ title, schema }: Section, inner: Section[]): string {
  const heading = `## ${title === '' ? 'The file' : `\`${title}\``}\n`;
  const about = typeof schema.description === 'string' && title !== '' ? `\n${schema.description}\n` : '';
  const options = optionsOf(schema);
  if (options.length > 0) {
    inner.push(...options.map((option) => ({ title: branchTitle(title, option), schema: option })));
    return `${heading}${about}\nOne of these kinds.\n`;
  }
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  const rows = Object.entries(partsOf(schema.properties)).map(([key, part]) => {
    const found = sectionOf(title === '' ? key : `${title}.${key}`, part);
    if (found !== undefined) inner.push(found);
    const standard = required.has(key) ? '**required**' : defaultText(part);
    return `| \`${key}\` | ${cell(found ? 'a section, below' : typeText(part))} | ${cell(standard)} | ${cell(String(part.description ?? ''))} |`;
  });
  return `${heading}${about}\n| key | type | default | meaning |\n|---|---|---|---|\n${rows.join('\n')}\n`;
}

/** Where the value is a mapping of its own: itself, or one for each name. */
function sectionOf(title: string, schema: JsonSchema): Section | undefined {
  if (schema.properties !== undefined || optionsOf(schema).length > 0) return { title, schema };
  const named = schema.additionalProperties;
  const inner = partOf(named);
  if (inner.properties === undefined && optionsOf(inner).length === 0) return undefined;
  return { title: `${title}.NAME`, schema: { description: schema.description, ...inner } };
}

function optionsOf({ oneOf }: JsonSchema): readonly JsonSchema[] {
  return Array.isArray(oneOf) ? oneOf : [];
}

/** `streams.NAME.source (kind: simulate, world: market)`. */
function branchTitle(title: string, option: JsonSchema): string {
  const constants = Object.entries(partsOf(option.properties)).flatMap(([key, part]) =>
    part.const === undefined ? [] : [`${key}: ${String(part.const)}`],
  );
  const bare = title.replace(/ \(.*\)$/, '');
  const nested = optionsOf(option)
    .map(({ properties }) => partsOf(properties).kind?.const)
    .find((kind) => kind !== undefined);
  return `${bare} (${constants.length > 0 ? constants.join(', ') : `kind: ${String(nested)}`})`;
}

function typeText(schema: JsonSchema): string {
  const { type, enum: words, const: only, pattern, anyOf, items, minimum, maximum } = schema;
  if (Array.isArray(anyOf)) return anyOf.map(typeText).join(' or ');
  if (only !== undefined) return `\`${String(only)}\``;
  if (Array.isArray(words)) return words.map((word) => `\`${String(word)}\``).join(', ');
  if (type === 'array')
    return Array.isArray(items) ? `[${items.map(typeText).join(', ')}]` : `list of ${typeText(partOf(items))}`;
  if (type === 'string') return typeof pattern === 'string' && pattern.includes('ms|[smhdw]') ? 'duration' : 'text';
  if (type === 'boolean') return 'true or false';
  if (type === 'object') return `mapping of names to ${typeText(partOf(schema.additionalProperties))}`;
  if (Array.isArray(type)) return type.map((each) => typeText({ ...schema, type: each })).join(' or ');
  const lowest =
    minimum ?? (schema.exclusiveMinimum === undefined ? undefined : `> ${String(schema.exclusiveMinimum)}`);
  const highest = maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  const name = type === 'integer' ? 'whole number' : String(type);
  if (lowest === undefined && highest === undefined) return name;
  if (highest === undefined) return `${name} ${typeof lowest === 'number' ? `≥ ${lowest}` : lowest}`;
  return `${name} ${typeof lowest === 'number' ? `${lowest} … ${highest}` : `${lowest ?? ''}, ≤ ${highest}`}`;
}

function defaultText({ default: standard }: JsonSchema): string {
  if (standard === undefined) return '';
  if (standard === null) return '`null`';
  return typeof standard === 'object' && Object.keys(standard).length === 0 && !Array.isArray(standard)
    ? ''
    : `\`${typeof standard === 'string' ? standard || '""' : JSON.stringify(standard)}\``;
}

function partsOf(value: unknown): Readonly<Record<string, JsonSchema>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, JsonSchema>>) : {};
}

function partOf(value: unknown): JsonSchema {
  return typeof value === 'object' && value !== null ? (value as JsonSchema) : {};
}

/** A bar would end the cell. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
