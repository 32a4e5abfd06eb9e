import { because } from './bilingual.ts';
import { LEXICON } from './lexicon.ts';
import { called } from './names.ts';
import type { SeriesSummary } from './summary.ts';
import type { TextFacts } from './text.ts';
import type { Because } from './types.ts';

export interface RegionFinding {
  /** From words and codes. */
  strong: string[];
  /** From BodyPartExamined, a weak hint. */
  weak: string[];
  because: Because[];
}

/** Regions that a text names; a part wins over the whole it belongs to unless a list joins them. */
export function regionsInText(text: TextFacts, modality: string): string[] {
  const found = text.read('regions').map((id) => forModality(id, modality));
  // high resolution and low dose are ways to scan, and mean the chest only where no other part is named
  if (
    found.length > 1 &&
    found.includes('chest') &&
    !/胸|肺|纵隔|chest|thora|lung|cxr|mediast/.test(text.normal)
  )
    return found.filter((id) => id !== 'chest');
  if (found.length < 2) return found;
  const covered = new Set<string>();
  for (const id of found)
    for (const parent of LEXICON.parents[id] ?? []) if (found.includes(parent)) covered.add(parent);
  return [...new Set(found.filter((id) => !covered.has(id)))];
}

function forModality(id: string, modality: string): string {
  const plain = ['DX', 'CR', 'DR', 'RG'].includes(modality);
  if (plain && id === 'lower-abdomen') return 'pelvis-bone';
  if (plain && id === 'whole-abdomen') return 'abdomen';
  if (!plain && id === 'pelvis-bone') return 'pelvis-bone';
  return id;
}

/** Regions of one series: anatomy codes, then description, then protocol; BodyPartExamined apart. */
export function regionsOf(series: SeriesSummary, description: TextFacts, protocol: TextFacts): RegionFinding {
  const fact = 'bodyRegion';
  const reasons: Because[] = [];
  const strong = new Set<string>();
  for (const code of series.anatomicRegions) {
    const region = LEXICON.anatomy[code.value];
    if (region === undefined) continue;
    strong.add(forModality(region, series.modality));
    reasons.push(
      because(
        fact,
        'AnatomicRegionSequence',
        `编码 ${code.value}：${called(region).zh}`,
        `code ${code.value}: ${called(region).en}`,
      ),
    );
  }
  for (const [source, text] of [
    ['SeriesDescription', description],
    ['ProtocolName', protocol],
  ] as const) {
    if (strong.size > 0) break;
    for (const region of regionsInText(text, series.modality)) {
      strong.add(region);
      reasons.push(
        because(fact, source, `“${text.text}”：${called(region).zh}`, `"${text.text}": ${called(region).en}`),
      );
    }
  }
  const weak: string[] = [];
  const part = LEXICON.bodyPartExamined[series.bodyPartExamined.toUpperCase().replaceAll(/[^A-Z]/g, '')];
  if (part !== undefined) {
    weak.push(forModality(part, series.modality));
    reasons.push(
      because(
        fact,
        'BodyPartExamined',
        `${series.bodyPartExamined}（弱证据）`,
        `${series.bodyPartExamined} (weak hint)`,
      ),
    );
  }
  return { strong: [...strong], weak, because: reasons };
}

/** Whether a region named on a series can belong to an exam of `wanted`: same, part of it, or the whole of it. */
export function compatible(region: string, wanted: readonly string[]): boolean {
  return wanted.some(
    (other) =>
      region === other ||
      (LEXICON.parents[region] ?? []).includes(other) ||
      ((LEXICON.parents[other] ?? []).includes(region) && !APART.has(`${region} ${other}`)) ||
      siblings(region, other),
  );
}

/** Exams of their own although one part lies in the other: soft tissue and the spine in it. */
const APART = new Set(['chest tspine', 'neck cspine']);

/** Regions that overlap without one being the other's part. */
const OVERLAPS: readonly (readonly [string, string])[] = [
  ['urinary', 'whole-abdomen'],
  ['aorta', 'whole-abdomen'],
  ['aorta', 'abdominal-aorta'],
  ['coronary', 'left-atrium'],
  ['upper-abdomen', 'whole-abdomen'],
  ['pelvis-bone', 'hip'],
  ['lower-abdomen', 'pelvis-bone'],
  ['head', 'head-neck'],
  ['coronary', 'aorta'],
  ['upper-abdomen', 'mid-abdomen'],
  ['aorta', 'lower-abdomen'],
  ['aorta', 'upper-abdomen'],
  ['lower-limb-artery', 'knee'],
  ['lower-limb-artery', 'ankle'],
  ['lower-limb-artery', 'lower-abdomen'],
  ['lower-limb-artery', 'whole-abdomen'],
  ['lower-limb-artery', 'abdomen'],
  ['nasopharynx', 'head-neck'],
  ['inner-ear', 'iac'],
  ['cspine', 'head-neck'],
  ['urinary', 'mid-abdomen'],
  ['whole-abdomen', 'chest'],
];

function siblings(a: string, b: string): boolean {
  return OVERLAPS.some(([x, y]) => (x === a && y === b) || (x === b && y === a));
}
