/** Degrees of freedom of every `real` head (docs/detection.md#loss-and-surprisal). Its moments up to the third exist, and its tails forgive a spike. */
export const NU = 4;

/** −ln of the density of the unit Student-t at 0, ν = 4: −ln Γ(2.5) + ln Γ(2) + ½·ln(4π) = ln(8/3), in nats. */
export const NATS_AT_MODE = Math.log(8 / 3);

/** 97.5 % quantile of Student-t with ν = 4: location ± this · scale is the central 95 % band. */
export const QUANTILE_97_5 = 2.7764451051977987;
