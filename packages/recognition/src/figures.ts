import type { Bilingual } from '@hutong/conformance';
import type { ReasonCode } from './reasons.ts';

/**
 * How much of something there was, by three counts that are never mixed: items (项次), person-times (人次: a person in a
 * hospital on a day), persons (人). See `FIGURE_DEFINITIONS`.
 */
export interface Count {
  items: number;
  personTimes: number;
  persons: number;
}

/** What recognition saved. Money in fen. */
export interface Savings {
  /** Recognised items that count: with a price, and not made again within the window. */
  items: number;
  fen: number;
  /** Persons with at least one item that counts: the denominator of the next. */
  persons: number;
  /** fen ÷ persons, rounded half up; null without persons. */
  fenPerPerson: number | null;
  /** Recognised and made again all the same within the window: not saved. `fen` is what was not saved. */
  repeated: { items: number; fen: number };
  /** Recognised items without a price, by item: they are no saving of 0, they are unknown. */
  unpriced: { itemCode: string; items: number }[];
  /** Items that count whose window was still open at `asOf`: they may yet be made again. */
  windowOpen: number;
}

/** What a hospital's doctors did: of one department, hospital or item, or of all. */
export interface Deciding {
  reminded: Count;
  viewed: Count;
  recognised: Count;
  examinedAgain: Count;
  cited: Count;
  /** Recognised items that a reminder led to. */
  fromReminder: number;
  savings: Savings;
}

/** What became of what a hospital made. */
export interface Issuing {
  stored: Count;
  labelled: Count;
}

/** What others did about a hospital's exams. */
export interface Elsewhere {
  remindedItems: number;
  viewedItems: number;
  recognisedItems: number;
  examinedAgainItems: number;
}

export interface HospitalFigures extends Issuing, Deciding {
  hospital: string;
  elsewhere: Elsewhere;
}

export interface DepartmentFigures extends Deciding {
  hospital: string;
  /** As the hospital's system names it; empty: not told. */
  department: string;
}

export interface ItemFigures extends Issuing, Deciding {
  itemCode: string;
}

export interface ReasonFigures {
  code: ReasonCode;
  items: number;
  persons: number;
}

/** How long reports took, of a hospital and a kind of exam: from the exam to the first final report. */
export interface TurnaroundFigures {
  hospital: string;
  kind: 'emergency' | 'ctMr' | 'plain';
  reports: number;
  withinTarget: number;
  medianMinutes: number;
  targetMinutes: number;
}

/** By what the figures were calculated: with the same data the same parameters give the same figures. */
export interface FiguresParameters {
  timeZone: string;
  /** A recognised item that is made again within so many days saved nothing. */
  repeatDays: number;
  /** GB/T 2260 division of hospitals that name none. */
  regionCode: string;
}

/** All figures of a month. Whole numbers and text alone, so that they can be compared exactly. */
export interface Figures {
  version: 1;
  /** YYYY-MM. */
  month: string;
  /** Only of this hospital; null: the region. */
  hospital: string | null;
  /** ISO 8601: what was recorded until then counts, as it held then. */
  asOf: string;
  /** The month was over at `asOf`. */
  complete: boolean;
  parameters: FiguresParameters;
  total: Issuing & Deciding;
  /** Of the hospital that the figures are of, by others; null for the region. */
  elsewhere: Elsewhere | null;
  hospitals: HospitalFigures[];
  departments: DepartmentFigures[];
  items: ItemFigures[];
  reasons: ReasonFigures[];
  turnaround: TurnaroundFigures[];
  notes: {
    /** Answers that were given, with or without anything to show. */
    answers: number;
    /** Decisions of the month that were taken back. */
    withdrawnDecisions: number;
    /** Items decided on for patients who are linked to no person: each hospital's patient counts as a person of its own. */
    unlinkedItems: number;
    /** Items labelled for the first time in the month whose labels were all withdrawn by `asOf`. */
    labelsWithdrawn: number;
  };
  names: { hospitals: Record<string, Bilingual>; items: Record<string, Bilingual> };
}

/** A decision of the month as it held at `asOf`: the newest of its chain. */
export interface DecisionFact {
  kind: 'recognised' | 'examinedAgain' | 'withdrawn';
  /** Day in the figures' time zone, YYYY-MM-DD. */
  day: string;
  hospital: string;
  department: string;
  issuingHospital: string;
  itemCode: string;
  reasonCode: ReasonCode | '';
  /** Whoever it was about; the same text is the same person. */
  person: string;
  /** Several patients of hospitals are known to be that person, or may be. */
  linked: boolean;
  cited: boolean;
  fromReminder: boolean;
  repeated: boolean;
  windowOpen: boolean;
  /** What the insurance pays for it; null: no price is known. */
  priceFen: number | null;
}

export const NOTHING_COUNTED: Count = { items: 0, personTimes: 0, persons: 0 };

/** What of {@link Deciding} follows from decisions. */
export type Decided = Pick<Deciding, 'recognised' | 'examinedAgain' | 'cited' | 'fromReminder' | 'savings'>;

/** Figures of decisions, whichever they are. Decisions that were taken back count for nothing. */
export function decidedOf(facts: readonly DecisionFact[]): Decided {
  const recognised = facts.filter(({ kind }) => kind === 'recognised');
  return {
    recognised: countOf(recognised),
    examinedAgain: countOf(facts.filter(({ kind }) => kind === 'examinedAgain')),
    cited: countOf(recognised.filter(({ cited }) => cited)),
    fromReminder: recognised.filter(({ fromReminder }) => fromReminder).length,
    savings: savingsOf(recognised),
  };
}

/** Items, person-times and persons of decisions. */
export function countOf(facts: readonly Pick<DecisionFact, 'hospital' | 'day' | 'person'>[]): Count {
  return {
    items: facts.length,
    personTimes: new Set(facts.map(({ hospital, day, person }) => `${hospital} ${day} ${person}`)).size,
    persons: new Set(facts.map(({ person }) => person)).size,
  };
}

function savingsOf(recognised: readonly DecisionFact[]): Savings {
  const unpriced = new Map<string, number>();
  const persons = new Set<string>();
  const savings = { items: 0, fen: 0, repeated: { items: 0, fen: 0 }, windowOpen: 0 };
  for (const { itemCode, person, priceFen, repeated, windowOpen } of recognised) {
    if (priceFen === null) unpriced.set(itemCode, (unpriced.get(itemCode) ?? 0) + 1);
    if (repeated) {
      savings.repeated.items += 1;
      savings.repeated.fen += priceFen ?? 0;
    } else if (priceFen !== null) {
      savings.items += 1;
      savings.fen += priceFen;
      persons.add(person);
      if (windowOpen) savings.windowOpen += 1;
    }
  }
  return {
    ...savings,
    persons: persons.size,
    fenPerPerson: fenPerPerson(savings.fen, persons.size),
    unpriced: [...unpriced]
      .map(([itemCode, items]) => ({ itemCode, items }))
      .toSorted((a, b) => (a.itemCode < b.itemCode ? -1 : 1)),
  };
}

/** S2: CNY per person is what was saved ÷ the persons it was saved for. In fen, rounded half up; null without persons. */
export function fenPerPerson(fen: number, persons: number): number | null {
  return persons === 0 ? null : Math.floor((2 * fen + persons) / (2 * persons));
}

/** Why exams were made again, by code. */
export function reasonsOf(facts: readonly DecisionFact[]): ReasonFigures[] {
  const again = facts.filter(({ kind }) => kind === 'examinedAgain');
  return [...Map.groupBy(again, ({ reasonCode }) => reasonCode)]
    .flatMap(([code, members]) => {
      if (code === '') return [];
      return [{ code, items: members.length, persons: new Set(members.map(({ person }) => person)).size }];
    })
    .toSorted((a, b) => (a.code < b.code ? -1 : 1));
}
