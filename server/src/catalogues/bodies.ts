import type { Catalogue } from '@hutong/conformance';
import type { CatalogueVersion, Reevaluation } from '@hutong/storage-config';
import type { CatalogueBody } from '../contract.ts';
import type { CatalogueVersionBody, ReevaluationBody } from '../contract/conformance.ts';

/** @param studies how many were judged with it last */
export function versionBody(version: CatalogueVersion, studies: number): CatalogueVersionBody {
  const { id, title, region, source, effectiveFrom, effectiveUntil, state, items, importedBy } = version;
  return {
    id,
    version: version.version,
    title,
    region,
    source,
    effectiveFrom,
    effectiveUntil,
    state,
    items,
    studies,
    importedBy,
    importedAt: version.importedAt.toISOString(),
  };
}

export function reevaluationBody(one: Reevaluation): ReevaluationBody {
  const { id, reason, requestedBy, requestedAt, state, total, judged, changed, failed, endedAt } = one;
  return {
    id,
    reason,
    requestedBy,
    requestedAt: requestedAt.toISOString(),
    state,
    total,
    judged,
    changed,
    failed,
    endedAt: endedAt?.toISOString() ?? null,
  };
}

export function catalogueBody(catalogue: Catalogue): CatalogueBody {
  return {
    id: catalogue.id,
    version: catalogue.version,
    source: catalogue.provenance.document,
    items: catalogue.items.map(({ code, category, name, textVerbatim, requirements }) => ({
      code,
      category,
      name,
      text: textVerbatim,
      requirements: requirements.map(({ id, level, label, textBasis, inferred }) => ({
        id,
        level,
        label,
        basis: textBasis,
        inferred,
      })),
    })),
  };
}
