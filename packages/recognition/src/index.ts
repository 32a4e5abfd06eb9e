export {
  type OfferedReason,
  offeredReasons,
  REASON_CODES,
  type ReasonCode,
  REASONS_TO_EXAMINE_AGAIN,
  type ReasonToExamineAgain,
} from './reasons.ts';
export { RECOGNITION_WORDS, type RecognisingHospital, type RecognitionWord } from './words.ts';
export { type HospitalLevel, isLevelText, levelOf, levelRank, levelText, NO_LEVEL } from './level.ts';
export { scopesAround, type ScopeWithin, wouldCycle } from './scopes.ts';
export { DEFAULT_RECOGNITION_POLICY } from './defaultPolicy.ts';
export {
  type AskedExam,
  becauseOf,
  longestAgeOf,
  type MatrixWord,
  wordFor,
  wordForLabels,
} from './matrix.ts';
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
export {
  type Count,
  countOf,
  type Decided,
  decidedOf,
  type Deciding,
  type DecisionFact,
  type DepartmentFigures,
  type Elsewhere,
  fenPerPerson,
  type Figures,
  type FiguresParameters,
  type HospitalFigures,
  type Issuing,
  type ItemFigures,
  NOTHING_COUNTED,
  type ReasonFigures,
  reasonsOf,
  type Savings,
  type TurnaroundFigures,
} from './figures.ts';
export { canonicalJson, compareFigures, type FigureDifference } from './figuresCompare.ts';
export {
  FIGURE_DEFINITIONS,
  FIGURE_NAMES,
  type FigureDefinition,
  type FigureName,
} from './figuresDefinitions.ts';
export { type ItemPrice, priceOf, type PricedHospital } from './figuresPrice.ts';
export {
  DEFAULT_LABEL_POLICY,
  type DeviceTest,
  type Evaluation,
  type LabelFacts,
  type LabelledItem,
  type LabelPolicy,
  type LabelSuspension,
  type LabelWithdrawal,
} from './labelFacts.ts';
export {
  LABEL_OBSTACLES,
  type LabelCause,
  type LabelObstacle,
  type LabelObstacleKind,
} from './labelObstacles.ts';
export {
  decideLabel,
  decideLabels,
  evaluationOn,
  type LabelDecision,
  labelPolicyOf,
  labelText,
} from './labels.ts';
export {
  type LabelChange,
  labelChanges,
  type LabelCircumstances,
  type PresentLabel,
} from './labelChanges.ts';
export { type RecordFacts, recordText } from './record.ts';
