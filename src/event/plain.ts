/** Data without behaviour: what a pure room hands out as its snapshot, and what the codec writes. */
export type Plain =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | readonly Plain[]
  | { readonly [key: string]: Plain };
