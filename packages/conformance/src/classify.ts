import { because } from './bilingual.ts';
import { bValuesOf } from './bValues.ts';
import { coilRegion } from './coilRegion.ts';
import { derivedKind } from './derived.ts';
import { fatSaturation } from './fatSat.ts';
import { kernelOf } from './kernel.ts';
import { coverageOf, planeOf } from './plane.ts';
import { regionsOf, type RegionFinding } from './regions.ts';
import type { SeriesSummary } from './summary.ts';
import { readText, type TextFacts } from './text.ts';
import type { Because, FatSaturationMethod, SeriesFacts, Weighting } from './types.ts';
import { mrWeighting } from './weighting.ts';

/** A series with what was understood of it, the working knowledge beside the published facts. */
export interface ClassifiedSeries {
  summary: SeriesSummary;
  facts: SeriesFacts;
  description: TextFacts;
  protocol: TextFacts;
  regions: RegionFinding;
  /** Weightings the series may have where its weighting is unknown; null where nothing is known. */
  possible: Weighting[] | null;
  nearestPlane: 'axial' | 'sagittal' | 'coronal' | null;
  obliqueNamed: boolean;
  bContradiction: boolean;
  gated: boolean;
  /** True for images of an acquisition: not a scout, monitor, report, map or reconstruction. */
  acquired: boolean;
}

const IMAGE_MODALITIES = new Set(['CT', 'MR', 'DX', 'CR', 'MG', 'DR', 'RG']);

/** Understands one series from its header summary alone; contrast and phase need the whole study and come later. */
export function classifySeries(summary: SeriesSummary): ClassifiedSeries {
  const description = readText(summary.description);
  const protocol = readText(summary.protocolName);
  const reasons: Because[] = [];
  const derived = derivedKind(summary, description, protocol);
  const plane = planeOf(summary, description, protocol, derived.kind !== null);
  let kind = derived.kind;
  reasons.push(...derived.because, ...plane.because);
  if (kind === null && summary.modality === 'CT' && isReformat(summary, plane.plane)) {
    kind = 'MPR';
    reasons.push(
      because(
        'derived',
        'ImageOrientationPatient',
        'CT 非横断面即为多平面重建',
        'a CT plane other than the gantry plane is a reformat',
      ),
    );
  }
  let weighting: Weighting | null = null;
  let fatSat: SeriesFacts['fatSat'] = null;
  let fatSatMethod: FatSaturationMethod | null = null;
  let possible: Weighting[] | null = null;
  let bValues: number[] = [];
  let bContradiction = false;
  let confidence = 0.9;
  if (summary.mr !== null) {
    const found = mrWeighting(summary, summary.mr, description, protocol);
    weighting = found.weighting;
    possible =
      found.weighting === 'unknown' ? (found.possible.length > 0 ? found.possible : null) : [found.weighting];
    confidence = found.confidence;
    const fat = fatSaturation(summary, summary.mr, weighting, description, protocol);
    fatSat = fat.value;
    fatSatMethod = fat.method;
    reasons.push(...found.because, ...fat.because);
    const b = bValuesOf(summary, summary.mr);
    bValues = weighting === 'DWI' || weighting === 'unknown' || summary.mr.bValues.length > 0 ? b.values : [];
    bContradiction = b.contradiction;
    if (weighting === 'LOCALIZER') kind = 'SCOUT';
    if (kind !== 'SCOUT' && (weighting === 'MAP' || weighting === 'ADC')) kind = 'MAP';
  }
  const regions = regionsOf(summary, description, protocol);
  reasons.push(...regions.because);
  const named = regions.strong.length > 0 ? regions.strong : regions.weak;
  const coil = named.length > 0 ? { regions: [], because: [] } : coilRegion(summary.mr?.coil ?? '');
  reasons.push(...coil.because);
  const projection = summary.projection;
  const side = lateralityOf(summary, description);
  return {
    summary,
    description,
    protocol,
    regions,
    possible,
    nearestPlane: plane.nearest,
    obliqueNamed: plane.named,
    bContradiction,
    gated:
      (summary.ct?.gating.length ?? 0) > 0 ||
      (summary.ct?.scanOptions.some((o) => /CARD|ECG|GATE/.test(o)) ?? false) ||
      description.read('gating').length > 0,
    acquired: kind === null && IMAGE_MODALITIES.has(summary.modality) && weighting !== 'LOCALIZER',
    facts: {
      seriesInstanceUid: summary.seriesInstanceUid as SeriesFacts['seriesInstanceUid'],
      seriesNumber: summary.seriesNumber,
      seriesDescription: summary.description,
      modality: summary.modality,
      numberOfInstances: summary.numberOfInstances,
      weighting,
      fatSat,
      fatSatMethod,
      plane: plane.plane,
      contrast: 'unknown',
      phase: null,
      bodyRegion: named.length > 0 ? named : coil.regions,
      derived: kind,
      laterality: side,
      view:
        projection === null
          ? null
          : (projection.views.find((view) => view !== '') ?? description.read('views')[0] ?? null),
      bValues,
      thicknessMm: summary.geometry.thicknessMm?.max ?? null,
      coverageMm: coverageOf(summary.geometry),
      kernel: summary.ct === null ? null : kernelOf(summary.ct.kernels),
      confidence,
      because: reasons,
    },
  };
}

/** CT is acquired in the gantry plane; a tilted gantry stays below about 30°. Direct coronal heads lie in the gantry plane too and say so. */
function isReformat(summary: SeriesSummary, plane: string): boolean {
  if (plane !== 'coronal' && plane !== 'sagittal') return false;
  return !summary.imageTypes.some((tokens) => tokens[0] === 'ORIGINAL' && tokens[2] === 'AXIAL');
}

function lateralityOf(summary: SeriesSummary, description: TextFacts): SeriesFacts['laterality'] {
  const coded = [...new Set(summary.laterality)];
  if (coded.includes('B') || (coded.includes('L') && coded.includes('R'))) return 'B';
  if (coded[0] === 'L' || coded[0] === 'R') return coded[0];
  const words = description.read('laterality');
  if (words.includes('B') || (words.includes('L') && words.includes('R'))) return 'B';
  if (words[0] === 'L' || words[0] === 'R') return words[0];
  return 'unknown';
}
