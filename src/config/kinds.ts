import { z } from 'zod';

/** How a kind of source or sink is configured. */
export interface KindOptions {
  readonly kind: string;
  readonly summary: string;
  readonly config: z.ZodType;
}

/** A kind of source or sink with the type of its options forgotten: what `config` has checked, `open` takes. */
export interface Kind<Opened> extends KindOptions {
  open(options: never): Promise<Opened>;
}

/** One branch for each kind, chosen by `kind` and checked strictly; `shape` may add keys to a branch. */
export function kindUnion<Options extends { readonly kind: string }, K extends KindOptions>(
  kinds: readonly K[],
  shape: (kind: K) => z.ZodRawShape = () => ({}),
): z.ZodType<Options> {
  const branches = kinds.map((kind) => extended(kind.config, shape(kind)).describe(kind.summary));
  return chosenBy('kind', branches) as unknown as z.ZodType<Options>;
}

/** Opens what was checked by the branch of its kind. @throws TypeError where no kind has that name */
export async function openKind<Opened>(
  kinds: readonly Kind<Opened>[],
  options: { readonly kind: string },
): Promise<Opened> {
  const kind = kinds.find((candidate) => candidate.kind === options.kind);
  if (kind === undefined) throw new TypeError(`no kind is named ${options.kind}`);
  return await kind.open(options as never);
}

type Branch = z.ZodType & z.core.$ZodTypeDiscriminable;

/** A kind may have branches of its own: each has the keys that all kinds have. */
function extended(config: z.ZodType, shape: z.ZodRawShape): z.ZodType {
  if (Object.keys(shape).length === 0) return config;
  if (config instanceof z.ZodDiscriminatedUnion) {
    const options = config.options as readonly z.ZodType[];
    const described = options.map((option) => extended(option, shape).describe(option.description ?? ''));
    return chosenBy(config.def.discriminator, described);
  }
  if (!(config instanceof z.ZodObject)) throw new TypeError('the keys of a kind that takes more must be an object');
  return config.safeExtend(shape);
}

function chosenBy(key: string, branches: readonly z.ZodType[]): z.ZodType {
  return z.discriminatedUnion(key, branches as unknown as [Branch, ...Branch[]]);
}
