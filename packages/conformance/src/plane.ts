import { because } from './bilingual.ts';
import type { Geometry, SeriesSummary } from './summary.ts';
import type { TextFacts } from './text.ts';
import type { Because, Plane } from './types.ts';

/** Below this largest component of the normal a stack is oblique (about 32° off the axis). */
const STRAIGHT = 0.85;
/** Down to this (about 37°) an oblique stack counts for its nearest plane without being named so. */
const COUNTED = 0.8;
/** Words that say a stack is oblique; ABER is the abducted, externally rotated shoulder. */
const SLANTED =
  /斜|(?<![a-z])(?:obl|oblique|obliqua|obliquo|paracor|parasag|paraax|paratra|para (?:cor|sag|ax|tra)|aber)(?![a-z])/;

export interface PlaneFinding {
  plane: Plane;
  /** For an oblique stack: the nearest plane. */
  nearest: 'axial' | 'sagittal' | 'coronal' | null;
  /** True where an oblique stack counts for its nearest plane: its name says so, or it is only just oblique. */
  named: boolean;
  because: Because[];
}

const NAMES = ['sagittal', 'coronal', 'axial'] as const;
const ZH = { axial: '横断位', sagittal: '矢状位', coronal: '冠状位' } as const;

function nearestOf(
  geometry: Geometry,
): { name: (typeof NAMES)[number]; size: number; components: number[] } | null {
  const normal = geometry.normals[0]?.normal;
  if (normal === undefined) return null;
  const components = normal.map(Math.abs);
  const size = Math.max(...components);
  return { name: NAMES[components.indexOf(size)] ?? 'axial', size, components };
}

function wordOf(text: TextFacts): (typeof NAMES)[number] | undefined {
  const words = NAMES.filter((name) => text.read('planes').includes(name));
  return words.length === 1 ? words[0] : undefined;
}

/** The plane that words alone name: the description, or where it names none the protocol of a single series. */
function named(description: TextFacts, protocol: TextFacts): PlaneFinding {
  const speaks = (text: TextFacts): boolean => wordOf(text) !== undefined || SLANTED.test(text.normal);
  const own = speaks(description);
  const text = own ? description : protocol;
  if (!speaks(text)) return { plane: 'unknown', nearest: null, named: false, because: [] };
  const word = wordOf(text);
  const slanted = SLANTED.test(text.normal);
  const zh = word === undefined ? '斜位' : slanted ? `斜位，最接近${ZH[word]}` : ZH[word];
  const en = word === undefined ? 'oblique' : slanted ? `oblique ${word}` : word;
  return {
    plane: slanted || word === undefined ? 'oblique' : word,
    nearest: slanted ? (word ?? null) : null,
    named: true,
    because: [
      because(
        'plane',
        own ? 'SeriesDescription' : 'ProtocolName',
        `“${text.text}”表明为${zh}`,
        `"${text.text}" says ${en}`,
      ),
    ],
  };
}

/** Plane from ImageOrientationPatient; words only where there is no orientation, and to contradict it. */
export function planeOf(
  series: SeriesSummary,
  description: TextFacts,
  protocol: TextFacts,
  derived: boolean,
): PlaneFinding {
  const fact = 'plane';
  const word = wordOf(description);
  const nearest = nearestOf(series.geometry);
  if (nearest === null)
    return series.modality === 'CT' || series.modality === 'MR'
      ? named(description, protocol)
      : { plane: 'unknown', nearest: null, named: false, because: [] };
  const stacks = series.geometry.normals;
  const first = stacks[0];
  if (first !== undefined && stacks.length > 1 && dominantPlanes(series.geometry).size > 1) {
    return {
      plane: 'mixed',
      nearest: null,
      named: false,
      because: [
        because(fact, 'ImageOrientationPatient', '序列内含多个方位', 'the series holds several orientations'),
      ],
    };
  }
  const seen = because(
    fact,
    'ImageOrientationPatient',
    nearest.size < STRAIGHT
      ? `法向偏离坐标轴，斜位，最接近${ZH[nearest.name]}`
      : `按图像方向为${ZH[nearest.name]}`,
    nearest.size < STRAIGHT ? `oblique, nearest to ${nearest.name}` : `${nearest.name} by image orientation`,
  );
  if (nearest.size < STRAIGHT)
    return {
      plane: 'oblique',
      nearest: nearest.name,
      named: word === nearest.name || (word === undefined && nearest.size >= COUNTED),
      because: [seen],
    };
  const wordSize = word === undefined ? 1 : (nearest.components[NAMES.indexOf(word)] ?? 0);
  if (
    word !== undefined &&
    wordSize < 0.5 &&
    !derived &&
    series.mr !== null &&
    series.mr.acquisitionType !== '3D'
  ) {
    const said = because(
      fact,
      'SeriesDescription',
      `“${series.description}”却写作${ZH[word]}`,
      `"${series.description}" says ${word} instead`,
    );
    return { plane: 'unknown', nearest: nearest.name, named: false, because: [seen, said] };
  }
  return { plane: nearest.name, nearest: nearest.name, named: word === nearest.name, because: [seen] };
}

function dominantPlanes(geometry: Geometry): Set<string> {
  return new Set(
    geometry.normals.map(({ normal }) => {
      const components = normal.map(Math.abs);
      return NAMES[components.indexOf(Math.max(...components))] ?? 'axial';
    }),
  );
}

/** Slice coverage along the normal in mm: outermost positions plus one slice; null where positions are missing. */
export function coverageOf(geometry: Geometry): number | null {
  if (geometry.extent === null) return null;
  const thickness = geometry.thicknessMm?.max ?? geometry.spacingMm ?? 0;
  return Math.round((geometry.extent.max - geometry.extent.min + thickness) * 10) / 10;
}
