export {
  REASON_CODES,
  type ReasonCode,
  REASONS_TO_EXAMINE_AGAIN,
  type ReasonToExamineAgain,
} from './reasons.ts';
export { RECOGNITION_WORDS, type RecognisingHospital, type RecognitionWord } from './words.ts';
export { type HospitalLevel, isLevelText, levelOf, levelRank, levelText, NO_LEVEL } from './level.ts';
export { scopesAround, type ScopeWithin, wouldCycle } from './scopes.ts';
export { DEFAULT_RECOGNITION_POLICY } from './defaultPolicy.ts';
export { type AskedExam, longestAgeOf, type MatrixWord, wordFor, wordForLabels } from './matrix.ts';
export {
  CATEGORIES,
  type Category,
  type HospitalCondition,
  type LongestAge,
  type RecognitionConditions,
  type RecognitionPolicy,
  type RecognitionRule,
  TIER_RELATIONS,
  type TierRelation,
} from './policy.ts';
