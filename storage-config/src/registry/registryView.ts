import type { KnownItem } from './knownItems.ts';
import type { QualityCentre } from './qualityCentres.ts';

/**
 * What of the registry somebody sees and may enter: all of the region, or that of own hospitals and of the scopes whose
 * quality centre the person acts for. A hospital never qualifies itself (S0: the quality centre evaluates).
 */
export interface RegistryView {
  /** Hospitals whose registry is in view; null: the whole region. */
  hospitals: readonly string[] | null;
  /** Centres that the person acts for. */
  centres: readonly QualityCentre[];
}

/** Sees and enters everything. */
export const WHOLE_REGISTRY: RegistryView = { hospitals: null, centres: [] };

/** Whether evaluations and suspensions of these items at a scope are entered by this person. */
export function mayEvaluate(view: RegistryView, scope: string, items: readonly KnownItem[]): boolean {
  if (view.hospitals === null) return true;
  const centres = view.centres.filter((centre) => centre.scope === scope);
  return (
    centres.length > 0 &&
    items.every(({ category }) =>
      centres.some(({ modalities }) => modalities.length === 0 || modalities.includes(category)),
    )
  );
}

/** The centre that an evaluation is from where nobody names one: the only one of the person at the scope. */
export function ownCentre(view: RegistryView, scope: string): string | null {
  const centres = view.centres.filter((centre) => centre.scope === scope);
  return centres.length === 1 ? (centres[0]?.code ?? null) : null;
}

/** SQL: a row of `hospital_code` and `scope` is in view. $1 the hospitals or NULL, $2 the centres' scopes. */
export const ROW_IN_VIEW = '($1::text[] IS NULL OR hospital_code = ANY ($1) OR scope = ANY ($2::text[]))';

/** Values of {@link ROW_IN_VIEW}. */
export const viewValues = ({ hospitals, centres }: RegistryView): [readonly string[] | null, string[]] => [
  hospitals,
  centres.map(({ scope }) => scope),
];
