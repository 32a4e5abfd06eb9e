import { contradict, type Facts } from './resemblance.ts';

/** A patient as one of those that may be one person. */
export interface Member extends Facts {
  key: string;
}

/** An identifier and the patients that bear it. */
export interface Bond {
  kind: string;
  bearers: readonly string[];
  /** Borne by more than can be read: it says who nobody is. */
  crowded?: boolean;
}

/** What a person said of two patients. */
export interface Word {
  one: string;
  other: string;
  same: boolean;
}

/** Patients that are one person, and by what each belongs to it. */
export interface Group {
  members: Map<string, 'identifier' | 'confirmed' | 'alone'>;
}

export interface Partition {
  groups: Group[];
  /** Pairs that an identifier would have joined and that cannot be one person. */
  disputes: { kind: string; one: string; other: string }[];
}

/** As many disputes of one identifier are told: more say nothing more. */
const MAX_DISPUTES = 3;

/**
 * Who is who, as a function of what is known alone: whatever order it came in, the same patients are one person.
 *
 * 1. What people confirmed holds: those patients are one unit.
 * 2. An identifier joins the units that bear it, while no two of them contradict each other (birth date, sex, name, or a
 *    person said that they are different). An identifier that would join what contradicts joins nothing.
 * 3. Where a chain of identifiers brings together what contradicts, it falls apart into its units.
 */
export function partition(
  members: readonly Member[],
  bonds: readonly Bond[],
  words: readonly Word[],
): Partition {
  const facts = new Map(members.map((member) => [member.key, member]));
  const known = ({ one, other }: Word): boolean => facts.has(one) && facts.has(other);
  const units = new Sets(facts.keys());
  for (const word of words) if (word.same && known(word)) units.join(word.one, word.other);
  const refused = new Set(
    words.flatMap(({ one, other, same }) => (same ? [] : [`${one}\0${other}`, `${other}\0${one}`])),
  );
  const differ = (one: string, other: string): boolean => {
    const [mine, others] = [units.of(one), units.of(other)];
    if (mine === others) return false;
    if (mine.some((a) => others.some((b) => refused.has(`${a}\0${b}`)))) return true;
    // What people confirmed in spite of a difference may be met by either side of it.
    return mine.every((a) => others.every((b) => contradict(factsOf(facts, a), factsOf(facts, b))));
  };
  const disputes: Partition['disputes'] = [];
  const good: Bond[] = [];
  for (const bond of bonds) {
    if (bond.crowded === true) continue;
    const found = differing(bond.bearers, differ, MAX_DISPUTES);
    if (found.length === 0) good.push(bond);
    disputes.push(...found.map(([one, other]) => ({ kind: bond.kind, one, other })));
  }
  const chains = new Sets(facts.keys());
  for (const key of facts.keys()) for (const other of units.of(key)) chains.join(key, other);
  for (const { bearers } of good) bearers.forEach((key) => chains.join(bearers[0] ?? key, key));
  const groups: Group[] = [];
  for (const chain of chains.all()) {
    const broken = differing(chain, differ, MAX_DISPUTES);
    disputes.push(...broken.map(([one, other]) => ({ kind: 'chain', one, other })));
    const parts = broken.length === 0 ? [chain] : distinctUnits(chain, units);
    for (const part of parts) groups.push(groupOf(part, good, broken.length === 0));
  }
  return { groups, disputes };
}

/** Whether people said of two patients both that they are one, over whatever others, and that they are not. */
export function contradictoryWords(words: readonly Word[]): boolean {
  const units = new Sets(words.flatMap(({ one, other }) => [one, other]));
  for (const { one, other, same } of words) if (same) units.join(one, other);
  return words.some(({ one, other, same }) => !same && units.of(one) === units.of(other));
}

function groupOf(part: readonly string[], good: readonly Bond[], joined: boolean): Group {
  const inPart = new Set(part);
  const identified = new Set(
    joined
      ? good.flatMap(({ bearers }) => {
          const here = bearers.filter((key) => inPart.has(key));
          return here.length > 1 ? here : [];
        })
      : [],
  );
  return {
    members: new Map(
      part.map((key) => [
        key,
        part.length === 1 ? 'alone' : identified.has(key) ? 'identifier' : 'confirmed',
      ]),
    ),
  };
}

const factsOf = (facts: ReadonlyMap<string, Facts>, key: string): Facts =>
  facts.get(key) ?? { name: '', birthDate: '', sex: '' };

function differing(
  keys: readonly string[],
  differ: (one: string, other: string) => boolean,
  most: number,
): [string, string][] {
  const found: [string, string][] = [];
  for (let i = 0; i < keys.length; i += 1)
    for (let j = i + 1; j < keys.length; j += 1) {
      const [one = '', other = ''] = [keys[i], keys[j]];
      if (differ(one, other) && found.push([one, other]) >= most) return found;
    }
  return found;
}

function distinctUnits(chain: readonly string[], units: Sets): string[][] {
  return [...new Set(chain.map((key) => units.of(key)))];
}

/** Disjoint sets. */
class Sets {
  readonly #of: Map<string, string[]>;
  constructor(keys: Iterable<string>) {
    this.#of = new Map([...keys].map((key) => [key, [key]]));
  }
  of(key: string): string[] {
    return this.#of.get(key) ?? [key];
  }
  join(one: string, other: string): void {
    const [mine, others] = [this.of(one), this.of(other)];
    if (mine === others) return;
    const both = [...mine, ...others];
    for (const key of both) this.#of.set(key, both);
  }
  all(): string[][] {
    return [...new Set(this.#of.values())];
  }
}
