import { because } from './bilingual.ts';
import type { Geometry, SeriesSummary } from './summary.ts';
import type { TextFacts } from './text.ts';
import type { Because, Plane } from './types.ts';

/** Below this largest component of the normal a stack is oblique (about 37° off the axis). */
const STRAIGHT = 0.8;

export interface PlaneFinding {
  plane: Plane;
  /** For an oblique stack: the nearest plane. */
  nearest: 'axial' | 'sagittal' | 'coronal' | null;
  /** True where the description names the nearest plane of an oblique stack. */
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

/** Plane from ImageOrientationPatient; words only where there is no orientation, and to contradict it. */
export function planeOf(series: SeriesSummary, description: TextFacts, derived: boolean): PlaneFinding {
  const fact = 'plane';
  const words = description
    .read('planes')
    .filter((id): id is (typeof NAMES)[number] => (NAMES as readonly string[]).includes(id));
  const word = words.length === 1 ? words[0] : undefined;
  const nearest = nearestOf(series.geometry);
  if (nearest === null) {
    if (word === undefined) return { plane: 'unknown', nearest: null, named: false, because: [] };
    const slanted = /斜|obl|aber/.test(description.normal);
    return {
      plane: slanted ? 'oblique' : word,
      nearest: slanted ? word : null,
      named: true,
      because: [
        because(
          fact,
          'SeriesDescription',
          `“${series.description}”表明为${ZH[word]}`,
          `"${series.description}" says ${word}`,
        ),
      ],
    };
  }
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
    return { plane: 'oblique', nearest: nearest.name, named: word === nearest.name, because: [seen] };
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
