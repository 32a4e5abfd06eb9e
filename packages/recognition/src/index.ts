export {
  REASON_CODES,
  type ReasonCode,
  REASONS_TO_EXAMINE_AGAIN,
  type ReasonToExamineAgain,
} from './reasons.ts';
export { RECOGNITION_WORDS, type RecognisingHospital, type RecognitionWord } from './words.ts';
