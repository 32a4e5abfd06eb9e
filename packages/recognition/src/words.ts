/** What the matrix says of a label for a hospital that looks at it: it must recognise, it may, or the label is not for it. */
export const RECOGNITION_WORDS = ['MUST_RECOGNISE', 'MAY', 'NOT_IN_SCOPE'] as const;
export type RecognitionWord = (typeof RECOGNITION_WORDS)[number];

/** A hospital as rules of recognition look at it. */
export interface RecognisingHospital {
  code: string;
  /** Level and grade as the registry has them, for example 三级乙等; empty when not known. */
  level: string;
  /** GB/T 2260 code or name of its region. */
  region: string;
  /** Scopes it takes part in, directly or by what lies around them. */
  scopes: readonly string[];
  alliances: readonly string[];
}
