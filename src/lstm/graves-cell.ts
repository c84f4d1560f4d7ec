import type { Real } from './engine.ts';

/* One Graves LSTM step (Graves 2013, eqs 7–11; peepholes p are diagonal). z = Wx + Uh₋₁ + b comes in, gate after gate.
 *   i = σ(zᵢ + pᵢ⊙c₋₁)   f = σ(z_f + p_f⊙c₋₁)   g = tanh(z_g)     (1)
 *   c = f⊙c₋₁ + i⊙g                                               (2)
 *   o = σ(zₒ + pₒ⊙c)     h = o⊙tanh(c)                            (3)
 *
 * And back, given ∂h and the ∂c that comes from the next step; δ is the gradient at z.
 *   δₒ = ∂h⊙tanh(c)⊙o(1 − o)                                      (4)
 *   ∂c += ∂h⊙o⊙(1 − tanh²(c)) + δₒ⊙pₒ                             (5)
 *   δᵢ = ∂c⊙g⊙i(1 − i)   δ_f = ∂c⊙c₋₁⊙f(1 − f)   δ_g = ∂c⊙i⊙(1 − g²)   (6)
 *   ∂c₋₁ = ∂c⊙f + δᵢ⊙pᵢ + δ_f⊙p_f                                 (7)
 *   ∂b += δ   ∂pᵢ += δᵢ⊙c₋₁   ∂p_f += δ_f⊙c₋₁   ∂pₒ += δₒ⊙c       (8)
 */

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** To 2e-16 absolutely, and several times faster than Math.tanh, which keeps its relative precision at 0. */
function tanh(x: number): number {
  return 1 - 2 / (1 + Math.exp(2 * x));
}

/**
 * The step of one series. Written: h, c, tanhC [H] and gates [4H], which holds z before and i, f, g, o after. Read:
 * previous (c₋₁) [H], p [3H]. Each array starts at its offset; c may be the place of c₋₁. O(H).
 */
export function cellForward(
  h: Real,
  hAt: number,
  c: Real,
  cAt: number,
  tanhC: Real,
  tanhAt: number,
  gates: Real,
  at: number,
  previous: Real,
  previousAt: number,
  p: Real,
  hidden: number,
): void {
  const F = at + hidden;
  const G = F + hidden;
  const O = G + hidden;
  for (let j = 0; j < hidden; j++) {
    const before = previous[previousAt + j];
    const i = sigmoid(gates[at + j] + p[j] * before); //                  (1)
    const f = sigmoid(gates[F + j] + p[hidden + j] * before);
    const g = tanh(gates[G + j]);
    const cell = f * before + i * g; //                                   (2)
    const o = sigmoid(gates[O + j] + p[2 * hidden + j] * cell); //        (3)
    const squashed = tanh(cell);
    gates[at + j] = i;
    gates[F + j] = f;
    gates[G + j] = g;
    gates[O + j] = o;
    c[cAt + j] = cell;
    tanhC[tanhAt + j] = squashed;
    h[hAt + j] = o * squashed;
  }
}

/**
 * The step of one series, back. Written: gates [4H], which holds i, f, g, o before and δ after; dC [H], ∂c from the
 * next step before and ∂c₋₁ after; added to: dP [3H], dB [4H]. Read: dH, tanhC [H], cells [·] with c at `cAt` and c₋₁
 * at `previousAt`, p [3H]. O(H).
 */
export function cellBackward(
  gates: Real,
  at: number,
  dC: Real,
  dP: Real,
  dB: Real,
  dH: Real,
  dAt: number,
  tanhC: Real,
  tanhAt: number,
  cells: Real,
  cAt: number,
  previousAt: number,
  p: Real,
  hidden: number,
): void {
  const F = hidden;
  const G = 2 * hidden;
  const O = 3 * hidden;
  for (let j = 0; j < hidden; j++) {
    const i = gates[at + j];
    const f = gates[at + F + j];
    const g = gates[at + G + j];
    const o = gates[at + O + j];
    const before = cells[previousAt + j];
    const squashed = tanhC[tanhAt + j];
    const dh = dH[dAt + j];
    const deltaO = dh * squashed * o * (1 - o); //                        (4)
    const dc = dC[dAt + j] + dh * o * (1 - squashed * squashed) + deltaO * p[G + j]; // (5)
    const deltaI = dc * g * i * (1 - i); //                               (6)
    const deltaF = dc * before * f * (1 - f);
    const deltaG = dc * i * (1 - g * g);
    dC[dAt + j] = dc * f + deltaI * p[j] + deltaF * p[F + j]; //          (7)
    gates[at + j] = deltaI;
    gates[at + F + j] = deltaF;
    gates[at + G + j] = deltaG;
    gates[at + O + j] = deltaO;
    dB[j] += deltaI; //                                                   (8)
    dB[F + j] += deltaF;
    dB[G + j] += deltaG;
    dB[O + j] += deltaO;
    dP[j] += deltaI * before;
    dP[F + j] += deltaF * before;
    dP[G + j] += deltaO * cells[cAt + j];
  }
}
