import type { Bilingual } from '@hutong/conformance';
import type { ReasonCode } from './reasons.ts';
import type { RecognitionWord } from './words.ts';

/** What a rule asks of one of the two hospitals; what is not said is not asked. */
export interface HospitalCondition {
  /** Level and grade, for example 二级甲等; a hospital whose level is not known fulfils neither. */
  levelAtLeast?: string | undefined;
  levelAtMost?: string | undefined;
  /** Codes: one of them. */
  hospitals?: readonly string[] | undefined;
}

/** How the tier (一级, 二级, 三级) of the issuing hospital is to that of the viewing one. */
export const TIER_RELATIONS = ['same', 'issuingHigher', 'issuingLower'] as const;
export type TierRelation = (typeof TIER_RELATIONS)[number];

/** Categories of the list, which item codes begin with. */
export const CATEGORIES = ['DR', 'CT', 'MR'] as const;
export type Category = (typeof CATEGORIES)[number];

/** What has to be so for a rule to decide. All that is said has to hold. */
export interface RecognitionConditions {
  /** The viewing hospital takes part in the label's scope (`inside`, also where nothing is said) or does not. */
  scope?: 'inside' | 'outside' | 'any' | undefined;
  /** Names of scopes: the label's is one of them. */
  labelScopes?: readonly string[] | undefined;
  issuing?: HospitalCondition | undefined;
  viewing?: HospitalCondition | undefined;
  tier?: TierRelation | undefined;
  /** `shared`: both are in one alliance; a code: both are in that one. */
  alliance?: string | undefined;
  /** Whether both are of the same city (division of the prefecture). Of a hospital without a region neither is known. */
  city?: 'same' | 'other' | undefined;
  /** The item is one of these. */
  items?: readonly string[] | undefined;
  categories?: readonly Category[] | undefined;
  /** The examination is not older, in days. */
  maxAgeDays?: number | undefined;
}

export interface RecognitionRule {
  /** Name of the rule, as records of decisions quote it. */
  id: string;
  when: RecognitionConditions;
  word: RecognitionWord;
  because: Bilingual;
  /** Where it stands, for example S1; empty where the region says so itself. */
  sources: readonly string[];
}

/** How old an examination may be to be named by a reminder, in days: of the item, else of all. */
export interface LongestAge {
  days: number;
  items: Readonly<Record<string, number>>;
}

/** Who recognises whom, as a region says it: rules in their order, the first that fits decides. */
export interface RecognitionPolicy {
  rules: readonly RecognitionRule[];
  /** Inside of the label's scope where no rule fits. */
  otherwise: { word: RecognitionWord; because: Bilingual };
  longestAge: LongestAge;
  /** Reasons to examine again that are offered. */
  reasons: readonly ReasonCode[];
}
