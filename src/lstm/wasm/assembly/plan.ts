/* Where everything lies in the linear memory, in bytes. Planned once, when the engine is made; the memory never grows after that.
 *
 * Units are padded to a multiple of 4 by units whose weights are all 0 and stay 0: their h, c and gradients are 0.
 * The parameters are packed as the kernels read them, unit after unit; Adam's moments and the gradient have the same packing:
 *
 *   cell    [units, rows, 4]   rows: bias, I inputs, units of h, one row of zeros if that makes them even; 4: the gates i, f, g, o
 *   peep    [units, 4]         i, f, o, 0
 *   heads   [P, features, 2]   features: bias, I inputs, units of h; 2: a pair of forms of one head; padded to a multiple of 4 numbers
 *
 * A panel is what one pass forward and back works on: up to `width` series, each a lane. A row of the panel holds one number of every
 * lane, step after step, [steps + 1, lanes]; rows are `row` bytes apart, steps `slot` bytes. */

/** I, H and H padded, D, F, P, T, K: forms come in pairs, so a head of an odd number of them has one more, which stays 0. */
export let inputs: usize = 0;
export let hidden: usize = 0;
export let units: usize = 0;
export let channels: usize = 0;
export let forms: usize = 0;
export let pairs: usize = 0;
export let steps: usize = 0;
export let losses: usize = 0;
export let peepholes: bool = false;
/** Rows of a unit's packed weights that a step reads after the bias: I + units. */
export let depth: usize = 0;
/** Rows of a unit's packed weights, even. */
export let features: usize = 0;
/** Lanes of a panel, at most. */
export let width: usize = 0;

/** Parameters, first and second moments, gradient: `bytes` each, one after the other. */
export let bytes: usize = 0;
export let parameters: usize = 0;
export let firstMoments: usize = 0;
export let secondMoments: usize = 0;
export let gradient: usize = 0;
/** Of peep and heads within each of those four. */
export let peepOffset: usize = 0;
export let headOffset: usize = 0;
/** U once more, as the way back reads it: [units / 4, unit and gate, 4 units]. */
export let transposed: usize = 0;

/** The caller's buffers, as `engine.ts` says. */
export let stepX: usize = 0;
export let stepH: usize = 0;
export let stepC: usize = 0;
export let stepDistribution: usize = 0;
export let learnX: usize = 0;
export let learnTarget: usize = 0;
export let learnLength: usize = 0;
export let learnWeight: usize = 0;
export let learnH: usize = 0;
export let learnC: usize = 0;

/** Rows of the panel: what a step reads, 1, x and h₋₁ [features]; c₋₁ and tanh c [units]; gates, later δ [units · 4]; heads [P · 2], later their δ. */
export let seen: usize = 0;
export let cells: usize = 0;
export let squashed: usize = 0;
export let gates: usize = 0;
export let heads: usize = 0;
/** Rows of the panel, [D]: target, and share of the gradient, 0 where there is no loss. */
export let goals: usize = 0;
export let shares: usize = 0;
/** [units, lanes]: ∂h and ∂c of the step in hand. */
export let dh: usize = 0;
export let dc: usize = 0;
/** The table of `tabulate`. */
export let addresses: usize = 0;
/**
 * [P, 16 bytes], written by the caller: skip of the first form and of the second, f32; the pair's channel where this module has a
 * kernel for the loss of its head, else −1, i32; where its numbers lie among a row's F, i32, with the highest bit where it has one.
 */
export let pairTable: usize = 0;
/** What lanes without a series read, and where they write. */
export let zeros: usize = 0;
export let trash: usize = 0;

/** Bytes from one row of the panel to the next, and from one step to the next. */
export let row: usize = 0;
export let slot: usize = 0;

const PAGE: usize = 65536;
const LINE: usize = 64;
let top: usize = 0;

/** Plans for a shape and grows the memory to hold it. Everything starts as 0. */
export function plan(I: i32, H: i32, D: i32, F: i32, P: i32, T: i32, K: i32, peep: bool, capacity: i32, lanes: i32): void {
  inputs = I;
  hidden = H;
  units = (H + 3) & ~3;
  channels = D;
  forms = F;
  pairs = P;
  steps = T;
  losses = K;
  peepholes = peep;
  depth = inputs + units;
  features = (depth + 2) & ~1;
  width = lanes;
  top = align(__heap_base);
  planWeights();
  planBatches(capacity);
  planPanel();
  addresses = take(16 * 4);
  pairTable = take(pairs * 16);
  const pages = <i32>((top + PAGE - 1) / PAGE) - memory.size();
  if (pages > 0 && memory.grow(pages) < 0) unreachable();
  tabulate();
}

function planWeights(): void {
  peepOffset = units * features * 16;
  headOffset = peepOffset + units * 16;
  bytes = align(headOffset + pairs * (depth + 1) * 8);
  parameters = take(bytes);
  firstMoments = take(bytes);
  secondMoments = take(bytes);
  gradient = take(bytes);
  transposed = take(units * units * 16);
}

function planBatches(capacity: usize): void {
  stepX = take(capacity * inputs * 4);
  stepH = take(capacity * hidden * 4);
  stepC = take(capacity * hidden * 4);
  stepDistribution = take(capacity * forms * 4);
  learnX = take(capacity * steps * inputs * 4);
  learnTarget = take(capacity * losses * channels * 4);
  learnLength = take(capacity * 4);
  learnWeight = take(capacity * 4);
  learnH = take(capacity * hidden * 4);
  learnC = take(capacity * hidden * 4);
}

function planPanel(): void {
  layRows(width, steps);
  seen = take(row * features);
  cells = take(row * units);
  squashed = take(row * units);
  gates = take(row * units * 4);
  heads = take(row * pairs * 2);
  goals = take(row * channels);
  shares = take(row * channels);
  dh = take(units * width * 4);
  dc = take(units * width * 4);
  const longest = (inputs > units ? inputs : units) * 4;
  zeros = take(longest);
  trash = take(longest);
}

/** The order is that of `ADDRESSES` in ../instance.ts. */
function tabulate(): void {
  let at = addresses;
  at = tell(tell(at, parameters), bytes);
  at = tell(tell(tell(at, stepX), stepH), stepC);
  at = tell(at, stepDistribution);
  at = tell(tell(tell(tell(at, learnX), learnTarget), learnLength), learnWeight);
  at = tell(tell(at, learnH), learnC);
  tell(tell(tell(tell(at, pairTable), heads), goals), shares);
}

function tell(at: usize, address: usize): usize {
  store<u32>(at, <u32>address);
  return at + 4;
}

/** Lays the panel's rows out for so many lanes and steps: an odd number of cache lines apart, so that neighbours do not share a set. */
export function layRows(lanes: usize, steps: usize): void {
  slot = lanes << 2;
  row = (((slot * (steps + 1) + LINE - 1) / LINE) | 1) * LINE;
}

function take(bytes: usize): usize {
  const at = top;
  top = align(top + bytes);
  return at;
}

function align(at: usize): usize {
  return (at + LINE - 1) & ~(LINE - 1);
}
