import { settleBase } from './baseWeighting.ts';
import { physics } from './physics.ts';
import { nameOfSeries } from './seriesNames.ts';
import type { MrAttributes, SeriesSummary } from './summary.ts';
import { settleTechnique } from './technique.ts';
import { techniqueClaims } from './techniqueClaims.ts';
import type { TextFacts } from './text.ts';
import type { Because, Weighting } from './types.ts';

export interface WeightingFinding {
  weighting: Weighting;
  /** What the series may be where it is unknown; empty where nothing is known at all. */
  possible: Weighting[];
  /** 0 to 1; agreement of independent voters raises it, contradiction lowers it. */
  confidence: number;
  because: Because[];
}

/**
 * Decides the weighting of an MR series by independent voters: image type, codes, private tags, sequence name,
 * words and timing. A technique (diffusion, angiography, a map, …) decides before the base weighting.
 */
export function mrWeighting(
  series: SeriesSummary,
  mr: MrAttributes,
  description: TextFacts,
  protocol: TextFacts,
): WeightingFinding {
  const name = nameOfSeries(series, description, protocol);
  const timing = physics(mr, series.manufacturer);
  const claims = techniqueClaims(series, mr, name);
  return claims.length > 0
    ? settleTechnique(claims, mr, timing, name)
    : settleBase(series, mr, timing, name, description);
}
