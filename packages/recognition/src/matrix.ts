import type { Bilingual } from '@hutong/conformance';
import { levelOf, levelRank } from './level.ts';
import type { HospitalCondition, RecognitionConditions, RecognitionPolicy, TierRelation } from './policy.ts';
import { RECOGNITION_WORDS, type RecognisingHospital, type RecognitionWord } from './words.ts';

/** What the matrix says, and why. */
export interface MatrixWord {
  word: RecognitionWord;
  /** Name of the rule that decided: one of the policy, or `own`, `outside`, `otherwise`. */
  rule: string;
  because: Bilingual;
}

/** What is asked about beside the two hospitals. What is not known makes rules that ask for it not fit. */
export interface AskedExam {
  itemCode?: string;
  /** Of the examination, in days; null where its date is not known. */
  ageDays?: number | null;
}

const OWN: MatrixWord = {
  word: 'MAY',
  rule: 'own',
  because: {
    zh: '本院自己的检查，可直接引用',
    en: "the hospital's own study, which it may use as it is",
  },
};

const OUTSIDE = (scopes: string): MatrixWord => ({
  word: 'NOT_IN_SCOPE',
  rule: 'outside',
  because: {
    zh: `本院不在该标识的互认范围（${scopes}）内`,
    en: `this hospital takes no part in the scope of the label (${scopes})`,
  },
});

/**
 * What a label means to a hospital that looks at it (S0, S1): the first rule of the policy that fits decides; without one,
 * outside of the label's scope it is NOT_IN_SCOPE and inside what the policy says otherwise. The same question has the same
 * answer, and every question has one.
 *
 * @param labelScope name of the scope that the label is of
 */
export function wordFor(
  policy: RecognitionPolicy,
  labelScope: string,
  issuing: RecognisingHospital,
  viewing: RecognisingHospital,
  exam: AskedExam = {},
): MatrixWord {
  if (issuing.code === viewing.code) return OWN;
  const rule = policy.rules.find(({ when }) => fits(when, labelScope, issuing, viewing, exam));
  if (rule !== undefined) return { word: rule.word, rule: rule.id, because: rule.because };
  if (!viewing.scopes.includes(labelScope)) return OUTSIDE(labelScope);
  return { ...policy.otherwise, rule: 'otherwise' };
}

/** What several labels of one study mean together: the word that binds most. null: there is no label. */
export function wordForLabels(
  policy: RecognitionPolicy,
  labelScopes: readonly string[],
  issuing: RecognisingHospital,
  viewing: RecognisingHospital,
  exam: AskedExam = {},
): MatrixWord | null {
  const words = labelScopes.map((scope) => wordFor(policy, scope, issuing, viewing, exam));
  return (
    words.toSorted((a, b) => RECOGNITION_WORDS.indexOf(a.word) - RECOGNITION_WORDS.indexOf(b.word))[0] ?? null
  );
}

/**
 * Why a word was said, for what keeps the name of the rule alone.
 *
 * @param scopes of the labels
 * @returns null for a rule that the policy has no more
 */
export function becauseOf(
  { rules, otherwise }: Pick<RecognitionPolicy, 'rules' | 'otherwise'>,
  rule: string,
  scopes: readonly string[],
): Bilingual | null {
  if (rule === 'own') return OWN.because;
  if (rule === 'outside') return OUTSIDE(scopes.join('、')).because;
  if (rule === 'otherwise') return otherwise.because;
  return rules.find(({ id }) => id === rule)?.because ?? null;
}

/** How old an examination of an item may be to be named, in days. */
export const longestAgeOf = ({ longestAge }: Pick<RecognitionPolicy, 'longestAge'>, itemCode: string) =>
  Object.hasOwn(longestAge.items, itemCode) ? (longestAge.items[itemCode] ?? 0) : longestAge.days;

function fits(
  when: RecognitionConditions,
  labelScope: string,
  issuing: RecognisingHospital,
  viewing: RecognisingHospital,
  { itemCode, ageDays = null }: AskedExam,
): boolean {
  const inside = viewing.scopes.includes(labelScope);
  const { scope = 'inside', maxAgeDays } = when;
  return (
    (scope === 'any' || inside === (scope === 'inside')) &&
    oneOf(when.labelScopes, labelScope) &&
    isSuch(when.issuing, issuing) &&
    isSuch(when.viewing, viewing) &&
    (when.tier === undefined || tierRelation(issuing, viewing) === when.tier) &&
    (when.alliance === undefined || inAlliance(when.alliance, issuing, viewing)) &&
    (when.city === undefined || cityRelation(issuing, viewing) === when.city) &&
    oneOf(when.items, itemCode) &&
    oneOf(when.categories, itemCode?.split('-')[0]) &&
    (maxAgeDays === undefined || (ageDays !== null && ageDays <= maxAgeDays))
  );
}

const oneOf = (wanted: readonly string[] | undefined, value: string | undefined): boolean =>
  wanted === undefined || (value !== undefined && wanted.includes(value));

function isSuch(condition: HospitalCondition | undefined, hospital: RecognisingHospital): boolean {
  if (condition === undefined) return true;
  const { levelAtLeast, levelAtMost, hospitals } = condition;
  const rank = rankOf(hospital.level);
  const isWithin = (bound: string | undefined, holds: (rank: number, bound: number) => boolean): boolean => {
    if (bound === undefined) return true;
    const least = rankOf(bound);
    return rank !== null && least !== null && holds(rank, least);
  };
  return (
    oneOf(hospitals, hospital.code) &&
    isWithin(levelAtLeast, (own, bound) => own >= bound) &&
    isWithin(levelAtMost, (own, bound) => own <= bound)
  );
}

/** null: the level is not known, so that it is neither above nor below anything. */
const rankOf = (level: string): number | null => levelRank(levelOf(level)) || null;

function tierRelation(issuing: RecognisingHospital, viewing: RecognisingHospital): TierRelation | null {
  const one = levelOf(issuing.level)?.tier;
  const other = levelOf(viewing.level)?.tier;
  if (one === undefined || other === undefined) return null;
  if (one === other) return 'same';
  return one > other ? 'issuingHigher' : 'issuingLower';
}

const inAlliance = (
  wanted: string,
  { alliances }: RecognisingHospital,
  other: RecognisingHospital,
): boolean =>
  alliances.some((code) => other.alliances.includes(code) && (wanted === 'shared' || wanted === code));

/** null where the city of one of them is not known. */
function cityRelation(one: RecognisingHospital, other: RecognisingHospital): 'same' | 'other' | null {
  const [a, b] = [cityOf(one), cityOf(other)];
  if (a === null || b === null) return null;
  return a === b ? 'same' : 'other';
}

/** Division of the prefecture by code (GB/T 2260: four digits of six, nine or twelve), or the region's name as it is written. */
function cityOf({ region }: RecognisingHospital): string | null {
  const text = region.trim();
  if (text === '') return null;
  return /^[1-9]\d{5}(\d{3}){0,2}$/.test(text) ? text.slice(0, 4) : text;
}
