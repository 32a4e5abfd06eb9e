import { settleBase } from './baseWeighting.ts';
import { physics } from './physics.ts';
import { nameOfSeries } from './seriesNames.ts';
import type { MrAttributes, SeriesSummary } from './summary.ts';
import { settleTechnique } from './technique.ts';
import { techniqueClaims } from './techniqueClaims.ts';
import type { TextFacts } from './text.ts';
import type { WeightingFinding } from './weightingFinding.ts';

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
    ? settleTechnique(claims, mr, timing, name, series.manufacturer)
    : settleBase(series, mr, timing, name, description);
}
