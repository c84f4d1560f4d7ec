/** How a shape names a head: its kind, and where there is a vocabulary how many words it has, the unseen included. */
export interface HeadSpec {
  readonly kind: string;
  readonly size?: number;
}
