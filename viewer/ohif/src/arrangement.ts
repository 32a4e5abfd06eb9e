/**
 * Which series a reader wants first, and how many beside each other: CT phases or kernels, MR weightings, the two
 * views of a radiograph. Read from headers alone, because the conformance result may arrive after the pictures.
 */
import { text } from './person.ts';
import type { DisplaySet, Instance } from './host/types.ts';

export type Panes = 1 | 2 | 4;

export interface Arrangement {
  panes: Panes;
  /** Display sets with pictures, the most wanted first. */
  order: DisplaySet[];
}

type Plane = 'axial' | 'sagittal' | 'coronal' | '';

const instanceOf = ({ instances, instance }: DisplaySet): Instance => instances?.[0] ?? instance ?? {};
const described = (series: DisplaySet): string => (series.SeriesDescription ?? '').toLowerCase();
const says = (series: DisplaySet, pattern: RegExp): boolean => pattern.test(described(series));
const imageType = (series: DisplaySet): string =>
  [instanceOf(series).ImageType].flat().join('\\').toUpperCase();

function isLocalizer(series: DisplaySet): boolean {
  return (
    imageType(series).includes('LOCALIZER') ||
    says(series, /locali[sz]er|scout|topogram|survey|surview|smart ?prep|monitor|定位|监测/)
  );
}

/** Pictures made from others: reformats, projections, renderings, maps, reports. */
function isMade(series: DisplaySet): boolean {
  return (
    says(series, /\b(mpr|mip|minip|vrt?|cpr|mpvr|adc|eadc|ssd)\b|重建|dose|剂量/) ||
    /REFORMATTED|PROJECTION|MPR|VOLUMERENDER|SCREEN|\\ADC/.test(imageType(series))
  );
}

/** The plane nearest to the images' normal (PS3.3 C.7.6.2.1.1); empty when none is recorded. */
export function planeOf(series: DisplaySet): Plane {
  const values = [instanceOf(series).ImageOrientationPatient].flat().map(Number);
  if (values.length !== 6 || values.some(Number.isNaN)) return '';
  const [rx = 0, ry = 0, rz = 0, cx = 0, cy = 0, cz = 0] = values;
  const normal = [ry * cz - rz * cy, rz * cx - rx * cz, rx * cy - ry * cx].map(Math.abs);
  const largest = normal.indexOf(Math.max(...normal));
  return (['sagittal', 'coronal', 'axial'] as const)[largest] ?? '';
}

const phases: RegExp[] = [
  /平扫|plain|native|non.?con|pre.?con|without|\bc-/,
  /动脉|皮质期|arter|\bart\b|\bap\b/,
  /门脉|门静脉|静脉|实质期|portal|venous|\bvp\b|\bpvp?\b/,
  /延迟|延时|平衡|排泄|delay|equil|excret/,
];

/** Bone and lung kernels, by the names of the vendors' scales. */
function isSharp(series: DisplaySet): boolean {
  if (says(series, /肺窗|骨窗|lung|bone/)) return true;
  if (says(series, /纵隔|软组织|脑窗|soft|mediast|brain/)) return false;
  const kernel = text(instanceOf(series).ConvolutionKernel).toUpperCase();
  const scale = Number(/^(?:FC|[BHUIQ][A-Z]?)(\d\d)/.exec(kernel)?.[1] ?? 0);
  return scale >= 50 || /LUNG|BONE|EDGE|SHARP|^Y[A-D]$|^[DEL]$/.test(kernel);
}

function arrangeCt(series: DisplaySet[]): { panes: Panes; first: DisplaySet[] } {
  const read = series.filter(
    (one) => frames(one) > 9 && !isMade(one) && ['axial', ''].includes(planeOf(one)),
  );
  const byPhase = phases
    .map((phase) => read.find((one) => says(one, phase) && !isSharp(one)))
    .filter((one) => one !== undefined);
  const distinct = [...new Set(byPhase)];
  if (distinct.length > 1) return { panes: distinct.length > 2 ? 4 : 2, first: distinct };
  const thinnest = (sharp: boolean): DisplaySet | undefined =>
    read.filter((one) => isSharp(one) === sharp).sort((one, other) => frames(other) - frames(one))[0];
  const sharp = thinnest(true);
  const soft = thinnest(false);
  if (!sharp || !soft) return { panes: 1, first: read };
  const chest = says(sharp, /肺|lung/) || /CHEST|LUNG|THORAX/.test(text(instanceOf(sharp).BodyPartExamined));
  return { panes: 2, first: chest ? [sharp, soft] : [soft, sharp] };
}

type Weighting = 'T1' | 'T1C' | 'T2' | 'FLAIR' | 'DWI' | 'FLUID' | '';

function weightingOf(series: DisplaySet): Weighting {
  if (says(series, /dwi|diff|trace|弥散|扩散/)) return 'DWI';
  if (says(series, /t1/)) return says(series, /\+ ?c\b|\bgd|增强|post|\bce\b/) ? 'T1C' : 'T1';
  if (says(series, /flair|dark.?fluid|水抑制/)) return 'FLAIR';
  if (says(series, /(^|[^a-z])fs($|[^a-z])|fat|压脂|stir|tirm|spair|dixon/)) return 'FLUID';
  return says(series, /t2/) ? 'T2' : '';
}

function arrangeMr(series: DisplaySet[]): { panes: Panes; first: DisplaySet[] } {
  const read = series.filter((one) => frames(one) > 4 && !isMade(one));
  if (read.length < 4) return { panes: read.length > 1 ? 2 : 1, first: read };
  const has = (weighting: Weighting): boolean => read.some((one) => weightingOf(one) === weighting);
  const best = (weighting: Weighting, planes: Plane[]): DisplaySet | undefined =>
    planes
      .map((plane) => read.find((one) => weightingOf(one) === weighting && planeOf(one) === plane))
      .find((one) => one !== undefined);
  const anyPlane: Plane[] = ['axial', 'sagittal', 'coronal', ''];
  const wanted =
    has('DWI') || has('FLAIR')
      ? (has('T1C') ? (['FLAIR', 'DWI', 'T1', 'T1C'] as const) : (['T1', 'T2', 'FLAIR', 'DWI'] as const)).map(
          (weighting) => best(weighting, anyPlane),
        )
      : [
          ...(['sagittal', 'coronal', 'axial'] as const).map((plane) => best('FLUID', [plane])),
          best('T1', ['coronal', 'sagittal', 'axial', '']),
        ];
  return { panes: 4, first: [...wanted.filter((one) => one !== undefined), ...read] };
}

function arrangeRadiographs(series: DisplaySet[]): { panes: Panes; first: DisplaySet[] } {
  const isLateral = (one: DisplaySet): boolean =>
    /^(LL|RL|LLD|RLD|LAT)/.test(text(instanceOf(one).ViewPosition)) || says(one, /\blat|侧位/);
  const frontal = series.filter((one) => !isLateral(one));
  return {
    panes: series.length > 1 ? 2 : 1,
    first: [...frontal.slice(0, 1), ...series.filter(isLateral), ...frontal.slice(1)],
  };
}

const frames = (series: DisplaySet): number => series.numImageFrames ?? 0;

/**
 * How one study is first shown.
 * @param displaySets of one study
 * @param named SeriesInstanceUID that the address asks for: it comes first, whatever it is
 */
export function arrange(displaySets: readonly DisplaySet[], named?: string): Arrangement {
  const pictures = displaySets
    .filter((one) => frames(one) > 0)
    .sort((one, other) => Number(one.SeriesNumber ?? 0) - Number(other.SeriesNumber ?? 0));
  const series = pictures.filter((one) => !isLocalizer(one));
  const modalities = new Set(series.map((one) => one.Modality));
  const { panes, first } = modalities.has('CT')
    ? arrangeCt(series)
    : modalities.has('MR')
      ? arrangeMr(series)
      : modalities.has('DX') || modalities.has('CR')
        ? arrangeRadiographs(series)
        : { panes: 1 as const, first: series };
  const asked = pictures.filter((one) => one.SeriesInstanceUID === named);
  return { panes, order: [...new Set([...asked, ...first, ...series, ...pictures])] };
}

/** The series of `initialSeriesInstanceUID`, in any case of letters. */
export function seriesInAddress(query: string): string | undefined {
  return [...new URLSearchParams(query)].find(
    ([name]) => name.toLowerCase() === 'initialseriesinstanceuid',
  )?.[1];
}
