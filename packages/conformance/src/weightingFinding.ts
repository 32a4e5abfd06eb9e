import type { Because, Weighting } from './types.ts';

/** What the voters found of a series' weighting, and why. */
export interface WeightingFinding {
  weighting: Weighting;
  /** What the series may be where it is unknown; empty where nothing is known at all. */
  possible: Weighting[];
  /** 0 to 1; agreement of independent voters raises it, contradiction lowers it. */
  confidence: number;
  because: Because[];
}
