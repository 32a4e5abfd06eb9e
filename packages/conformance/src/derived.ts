import { because } from './bilingual.ts';
import { called } from './names.ts';
import type { SeriesSummary } from './summary.ts';
import type { TextFacts } from './text.ts';
import type { Because, DerivedKind } from './types.ts';

const DERIVATION: Readonly<Record<string, DerivedKind>> = {
  '113072': 'MPR',
  '113073': 'CPR',
  '113074': 'VR',
  '113075': 'SSD',
  '113078': 'MIP',
  '113079': 'MINIP',
  '113062': 'SUBTRACTION',
};
const TOKENS: readonly (readonly [RegExp, DerivedKind])[] = [
  [/^LOCALIZER$/, 'SCOUT'],
  [/SCREEN SAVE|DOSE|REF_SURVIEW|SCREENSHOT/, 'SCREEN'],
  [/CURVED|^CPR$/, 'CPR'],
  [/^MIN_?IP$|^MNIP$/, 'MINIP'],
  [/^MIP$|MAX_?IP|^PJN$|MIP/, 'MIP'],
  [/VOLREND|VOLUME RENDERING|^VRT$|^VR$|^3D$|CSA 3D/, 'VR'],
  [/^SSD$|SURFACE/, 'SSD'],
  [/^MPR$|CSA MPR|REFORMATTED|RESAMPLED/, 'MPR'],
  [/^SUBTRACTION$|^SUB$/, 'SUBTRACTION'],
  [/PERFUSION|RCBF|RCBV|^MTT$|^TTP$/, 'MAP'],
];
const SECONDARY_CAPTURE = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.7(\.|$)/;

/** What a series is beside an acquisition, or null for acquired images. */
export function derivedKind(
  series: SeriesSummary,
  description: TextFacts,
  protocol: TextFacts,
): { kind: DerivedKind | null; because: Because[] } {
  const fact = 'derived';
  const found = (
    kind: DerivedKind,
    source: string,
    said: string,
  ): { kind: DerivedKind; because: Because[] } => ({
    kind,
    because: [because(fact, source, `“${said}”：${called(kind).zh}`, `"${said}": ${called(kind).en}`)],
  });
  const tokens = series.imageTypes.flatMap((list) => list.slice(2));
  for (const [pattern, kind] of TOKENS.slice(0, 2)) {
    const token = tokens.find((value) => pattern.test(value));
    if (token !== undefined) return found(kind, 'ImageType', token);
  }
  const ignored = description.read('ignored')[0];
  if (ignored === 'SCOUT' && series.modality === 'CT')
    return found('SCOUT', 'SeriesDescription', series.description);
  if (ignored === 'SCREEN' && series.modality !== 'MR')
    return found('SCREEN', 'SeriesDescription', series.description);
  if (ignored === 'MONITOR') return found('MONITOR', 'SeriesDescription', series.description);
  if (isMonitor(series)) return found('MONITOR', 'ImagePositionPatient', `${series.numberOfFrames} × 1`);
  for (const code of series.derivationCodes) {
    const kind = DERIVATION[code.value];
    if (kind !== undefined) return found(kind, 'DerivationCodeSequence', code.value);
  }
  const written = (description.normal === '' ? protocol : description).read('reconstruction')[0] as
    DerivedKind | undefined;
  const derived = series.imageTypes.some((list) => list[0] === 'DERIVED');
  const secondary = series.imageTypes.some((list) => list[1] === 'SECONDARY');
  for (const [pattern, kind] of TOKENS) {
    const token = tokens.find((value) => pattern.test(value));
    if (token !== undefined && !(series.modality === 'MR' && kind === 'MAP'))
      return found(kind, 'ImageType', token);
  }
  if (tokens.includes('PROJECTION IMAGE'))
    return found(
      written === 'MIP' || series.modality !== 'MR' || /angio|tof|mra|mrv|pca/.test(description.normal)
        ? 'MIP'
        : 'MPR',
      'ImageType',
      'PROJECTION IMAGE',
    );
  const captured = series.sopClassUids.some((uid) => SECONDARY_CAPTURE.test(uid)) || series.rgb;
  if (captured)
    return found(
      written !== undefined && written !== 'SUBTRACTION' ? written : 'SCREEN',
      'SOPClassUID',
      written === undefined ? 'Secondary Capture' : series.description,
    );
  if (
    written !== undefined &&
    (derived || secondary || series.modality === 'CT' || written === 'MPR' || written === 'SUBTRACTION')
  ) {
    if (written === 'SUBTRACTION' && !derived && series.modality === 'CT') return { kind: null, because: [] };
    return found(written, 'SeriesDescription', series.description);
  }
  if (series.modality === 'MR' && written === 'MIP' && series.numberOfFrames <= 40)
    return found('MIP', 'SeriesDescription', series.description);
  return { kind: null, because: [] };
}

/** Widest range (mm) of a bolus-tracking scan. */
const MONITORED = 25;

/** Bolus tracking: one table position, or the few of a wide detector, imaged again and again. */
function isMonitor(series: SeriesSummary): boolean {
  return (
    series.modality === 'CT' &&
    (series.geometry.distinctPositions === 1 ||
      (series.geometry.extent !== null &&
        series.geometry.distinctPositions > 1 &&
        series.geometry.extent.max - series.geometry.extent.min <= MONITORED)) &&
    series.numberOfFrames >= 4 &&
    series.time.repeats >= 4
  );
}
