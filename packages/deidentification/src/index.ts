export {
  createDeidentifier,
  type Deidentified,
  type Deidentifier,
  type DeidentifierSettings,
  type Subject,
} from './deidentifier.ts';
export { wordList, type WordList } from './descriptors.ts';
export { deidentifyPart10, type DeidentifiedHead, type ObjectHead } from './deidentifyPart10.ts';
export type { LeftOut } from './objectKinds.ts';
export { DEFAULT_OPTIONS, methodCodes, type MethodCode, type ProfileOptions } from './options.ts';
export { PROFILE_EDITION, PROFILE_ROWS, type ProfileRow } from './profileTable.ts';
export { projectKey, type ProjectKey } from './projectKey.ts';
export type { PixelRisk } from './risks.ts';
export type { Romanise } from './textCleaner.ts';
