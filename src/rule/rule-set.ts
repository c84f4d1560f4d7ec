import type { Channel } from '../event/channel.ts';
import type { Row } from '../event/observation.ts';
import { type EpochMs, WEEK_MS } from '../event/time.ts';
import type { Column, Columns } from '../series/columns.ts';
import { channelAt } from './filter.ts';
import { ruleKinds } from './kinds.ts';
import type { AnyRuleKind, Reference, Rule } from './rule.ts';

/** A rule of a stream, checked. */
export interface RuleSettings {
  /** Its name in the configuration, and its reason code. */
  readonly name: string;
  /** As its kind's `config` has checked them. */
  readonly options: { readonly kind: string };
  /** How often it may alarm in each series. */
  readonly perWeek: number;
  readonly severity: 'warning' | 'critical';
}

/** What the rules say of a row for which at least one of their conditions holds. */
export interface RuleHit {
  /** Within its budget: it may raise an alert. Otherwise it only keeps an open incident open. */
  readonly alarm: boolean;
  /**
   * Index of the first rule, in the order of the configuration, that may alarm; else of the first whose condition
   * holds.
   */
  readonly rule: number;
  /** Its reason code. */
  readonly reason: string;
  /** The channel that the alert is about. */
  readonly channel: number;
  readonly severe: boolean;
  /** How far its condition is met, ≥ 1. */
  readonly strength: number;
  /**
   * Sentences for a person: one for each rule whose condition holds. Computed when asked, and only until the next row.
   */
  explain(): string;
}

interface Entry extends RuleSettings {
  readonly rule: Rule;
  readonly channel: number;
  /** When it alarmed last, and how often. */
  readonly lastMs: Column<Float64Array>;
  readonly alarms: Column<Uint32Array>;
}

/** The kind of a rule. @throws Error where there is none of this name: the configuration was not checked */
export function ruleKindOf(kind: string): AnyRuleKind {
  const found = ruleKinds.find((candidate) => candidate.kind === kind);
  if (found === undefined) throw new Error(`no rule of kind ${kind}`);
  return found;
}

/** The channels and attributes that a rule's options name. */
export function referencesOf(options: { readonly kind: string }): readonly Reference[] {
  return ruleKindOf(options.kind).references(options as never);
}

/** What rules are made for. */
export interface RuleScope {
  readonly columns: Columns;
  readonly channels: readonly Channel[];
  readonly attributes: readonly string[];
}

/**
 * The rules of a stream, beside its network: each with its own threshold and its own budget. State is per series, in
 * columns: what each rule says it takes, and 12 bytes a rule. In a series, the alarms of a rule are at least 1/budget
 * apart.
 */
export class RuleSet {
  readonly #entries: readonly Entry[];
  /** By rule: how far its condition is met by the row observed last. */
  readonly #strengths: number[];
  /** By rule: whether it alarmed at that row. */
  readonly #alarmed: boolean[];

  constructor(settings: readonly RuleSettings[], { columns, channels, attributes }: RuleScope) {
    this.#entries = settings.map((setting) => {
      const prefix = `rule.${setting.name}`;
      const kind = ruleKindOf(setting.options.kind);
      const named = referencesOf(setting.options).find(({ what }) => what === 'channel');
      return {
        ...setting,
        rule: kind.make(setting.options as never, { prefix, columns, channels, attributes }),
        channel: named === undefined ? 0 : channelAt(channels, named.name),
        lastMs: columns.f64(`${prefix}.alarm`),
        alarms: columns.u32(`${prefix}.alarms`),
      };
    });
    this.#strengths = settings.map(() => 0);
    this.#alarmed = settings.map(() => false);
  }

  /** Of the rules, in order: their reason codes. */
  get names(): readonly string[] {
    return this.#entries.map(({ name }) => name);
  }

  /**
   * Each row once, in order. Undefined where no condition holds. Every rule whose budget allows it has alarmed then,
   * though one alone gives the alert its name: it is one event. O(rules · ring).
   */
  observe(slot: number, row: Row): RuleHit | undefined {
    let first = -1;
    let alarming = -1;
    for (let n = 0; n < this.#entries.length; n++) {
      const entry = this.#entries[n];
      this.#strengths[n] = entry.rule.observe(slot, row);
      const holds = this.#strengths[n] >= 1;
      this.#alarmed[n] = holds && spend(entry, slot, row.endMs);
      if (holds && first < 0) first = n;
      if (this.#alarmed[n] && alarming < 0) alarming = n;
    }
    return first < 0 ? undefined : this.#hit(slot, row, alarming < 0 ? first : alarming);
  }

  #hit(slot: number, row: Row, rule: number): RuleHit {
    const { name: reason, channel, severity } = this.#entries[rule];
    return {
      alarm: this.#alarmed[rule],
      rule,
      reason,
      channel,
      severe: severity === 'critical',
      strength: this.#strengths[rule],
      explain: () => this.#explain(slot, row, rule),
    };
  }

  #explain(slot: number, row: Row, leading: number): string {
    const order = [leading, ...[...this.#entries.keys()].filter((n) => n !== leading && this.#strengths[n] >= 1)];
    return order.map((n) => `${sentence(this.#entries[n].rule.explain(slot, row))}${this.#earlier(slot, n)}`).join(' ');
  }

  #earlier(slot: number, n: number): string {
    const before = this.#entries[n].alarms.data[slot] - (this.#alarmed[n] ? 1 : 0);
    const times = before === 1 ? 'once' : `${before} times`;
    return before > 0 ? ` It alarmed ${times} before in this series.` : '';
  }
}

/** Whether the rule may alarm now; if so it has. */
function spend({ perWeek, lastMs, alarms }: Entry, slot: number, nowMs: EpochMs): boolean {
  if (alarms.data[slot] > 0 && nowMs - lastMs.data[slot] < WEEK_MS / perWeek) return false;
  lastMs.data[slot] = nowMs;
  alarms.data[slot]++;
  return true;
}

function sentence(clause: string): string {
  return `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;
}
