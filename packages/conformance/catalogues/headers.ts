import { attribute, tagOf, type DicomJson, type DicomJsonAttribute } from '@hutong/dicom';
import { enhancedInstance } from './enhanced.ts';
import type { Attributes } from './headerTypes.ts';

export type { Attributes, Value } from './headerTypes.ts';

/**
 * Compact headers of example studies: what a scanner writes, never what the engine should conclude. A series
 * is one set of common attributes and a stack of slice positions; it expands to one dataset an instance.
 */
export interface StudyHeaders {
  common: Attributes;
  series: SeriesHeaders[];
}

export interface SeriesHeaders {
  attributes: Attributes;
  /** Row and column cosines; absent for projection images. */
  orientation?: readonly number[];
  /** Centre of the picture in patient coordinates (mm); the origin where absent. */
  centre?: readonly [number, number, number];
  /** Stores the whole stack as one enhanced multi-frame instance. */
  enhanced?: boolean;
  /** First slice position along the normal (mm), distance between slices and their number. */
  stack?: { start: number; step: number; slices: number };
  /** Images at each slice position: b-values, echoes or time points, one set of attributes each. */
  repeats?: readonly Attributes[];
  /** For projection images: one set of attributes an image. */
  images?: readonly Attributes[];
}

/** Private elements that scanners write: keyword used here, tag and VR. */
const PRIVATE: Readonly<Record<string, readonly [string, string]>> = {
  GeBValueCreator: ['00430010', 'LO'],
  GeBValue: ['00431039', 'IS'],
  SiemensCreator: ['00190010', 'LO'],
  SiemensBValue: ['0019100C', 'IS'],
  PhilipsCreator: ['20010010', 'LO'],
  PhilipsBValue: ['20011003', 'FL'],
  UihCreator: ['00650010', 'LO'],
  UihBValue: ['00651009', 'FD'],
};

function known(keyword: string): readonly [string, string] | undefined {
  const tag = tagOf(keyword);
  const vr = tag === undefined ? undefined : attribute(tag)?.vr;
  return tag === undefined || vr === undefined ? PRIVATE[keyword] : [tag, vr];
}

function dataset(attributes: Attributes): DicomJson {
  const out: DicomJson = {};
  for (const [keyword, value] of Object.entries(attributes)) {
    const element = known(keyword);
    if (element === undefined) throw new Error(`no tag is known for ${keyword}`);
    const [tag, vr] = element;
    const list = Array.isArray(value)
      ? (value as readonly (string | number | Attributes)[])
      : [value as string | number];
    const one: DicomJsonAttribute = {
      vr,
      Value: list.map((value) => (typeof value === 'object' ? dataset(value) : value)),
    };
    out[tag] = one;
  }
  return out;
}

/** Expands example headers into one DICOM JSON dataset an instance. */
export function expand(study: StudyHeaders): DicomJson[] {
  const instances: DicomJson[] = [];
  const common: DicomJson = { ...dataset(study.common), '0020000D': { vr: 'UI', Value: ['2.25.1'] } };
  for (const [index, series] of study.series.entries()) {
    const base: DicomJson = {
      ...common,
      ...dataset({ SeriesNumber: index + 1, ...series.attributes }),
      '0020000E': { vr: 'UI', Value: [`2.25.1.${index + 1}`] },
    };
    for (const image of series.images ?? []) instances.push({ ...base, ...dataset(image) });
    if (series.stack === undefined) {
      if (series.images === undefined) instances.push(base);
      continue;
    }
    if (series.enhanced === true) {
      const frames = (series.repeats ?? [{}]).flatMap((repeat) =>
        positions(series).map((along) => ({ ...series.attributes, ...repeat, ...position(series, along) })),
      );
      instances.push({
        ...dataset({ ...study.common, SeriesNumber: index + 1, ...enhancedInstance(frames) }),
        '0020000D': { vr: 'UI', Value: ['2.25.1'] },
        '0020000E': { vr: 'UI', Value: [`2.25.1.${index + 1}`] },
      });
      continue;
    }
    const places = positions(series).map((along) => dataset(position(series, along)));
    for (const repeat of series.repeats ?? [{}]) {
      const own = { ...base, ...dataset(repeat) };
      for (const place of places) instances.push({ ...own, ...place });
    }
  }
  return instances;
}

function positions({ stack }: SeriesHeaders): number[] {
  if (stack === undefined) return [];
  return Array.from({ length: stack.slices }, (_, slice) => stack.start + slice * stack.step);
}

function position(series: SeriesHeaders, along: number): Attributes {
  const orientation = series.orientation;
  if (orientation === undefined) return {};
  const [rx = 0, ry = 0, rz = 0, cx = 0, cy = 0, cz = 0] = orientation;
  const normal = [ry * cz - rz * cy, rz * cx - rx * cz, rx * cy - ry * cx];
  const spacing = series.attributes['PixelSpacing'];
  const pixel = Array.isArray(spacing) ? Number(spacing[0]) : 0;
  const half = [
    (pixel * Number(series.attributes['Columns'] ?? 0)) / 2,
    (pixel * Number(series.attributes['Rows'] ?? 0)) / 2,
  ];
  const corner = [rx, ry, rz].map(
    (row, axis) =>
      (series.centre?.[axis] ?? 0) -
      row * (half[0] ?? 0) -
      ([cx, cy, cz][axis] ?? 0) * (half[1] ?? 0) +
      (normal[axis] ?? 0) * along,
  );
  return { ImageOrientationPatient: orientation, ImagePositionPatient: corner };
}
