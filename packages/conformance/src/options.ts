import type { ExamMappingEntry } from './examMapping.ts';
import type { PlacedOrder } from './placedOrder.ts';

export interface EvaluationOptions {
  /** False while instances may still arrive: what is absent is then "not yet received". */
  settled: boolean;
  /** The issuing hospital's own exam codes, mapped once by its staff; the most trusted source. */
  examMapping?: readonly ExamMappingEntry[];
  /** What the hospital's systems ordered, found by the accession number; goes before what the headers say. */
  order?: PlacedOrder | null;
  policy?: {
    /** CR counts as DR instead of being undecided. */
    crCountsAsDr?: boolean;
  };
}
