import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPart10, text, type DicomJson } from '@hutong/dicom';
import { defaultCatalogue, evaluateStudy, summarizeStudy, type SeriesFacts } from '../src/index.ts';
import { REAL_TRUTH, type RealTruth } from './realTruth.ts';

const folder = process.env['HUTONG_TEST_DICOM'] ?? join(import.meta.dirname, '../../../../shared/dicom');
const MODALITIES = new Set(['CT', 'MR', 'CR', 'DX', 'MG']);

export interface RealMiss {
  path: string;
  fact: string;
  truth: string;
  said: string;
}

export interface RealFigures {
  files: number;
  studies: number;
  series: number;
  /** Series of which something is known. */
  checked: number;
  byHow: Map<string, number>;
  facts: Map<string, { right: number; wrong: number; unknown: number }>;
  verdicts: Map<string, number>;
  misses: RealMiss[];
}

interface Known {
  path: string;
  dataset: DicomJson;
}

/** Every CT, MR, CR, DX and MG series of the public sample files against the hand-checked table; null without them. */
export function measureReal(): RealFigures | null {
  if (!existsSync(folder)) return null;
  const studies = readStudies();
  const figures: RealFigures = {
    files: 0,
    studies: studies.size,
    series: 0,
    checked: 0,
    byHow: new Map(),
    facts: new Map(),
    verdicts: new Map(),
    misses: [],
  };
  const catalogue = defaultCatalogue();
  for (const known of studies.values()) {
    figures.files += known.length;
    const said = evaluateStudy(summarizeStudy(known.map(({ dataset }) => dataset)), catalogue, {
      settled: true,
    });
    for (const result of said.results.length > 0 ? said.results : [{ verdict: 'on no item' }])
      figures.verdicts.set(result.verdict, (figures.verdicts.get(result.verdict) ?? 0) + 1);
    const seen = new Set<string>();
    for (const { path, dataset } of known) {
      const uid = text(dataset, '0020000E');
      if (seen.has(uid)) continue;
      seen.add(uid);
      const facts = said.series.filter((one) => one.seriesInstanceUid === uid);
      figures.series += 1;
      const truth = REAL_TRUTH.find(
        (one) =>
          path.startsWith(one.path) &&
          (one.description === undefined || one.description === text(dataset, '0008103E').trim()),
      );
      if (truth !== undefined && facts.length > 0) check(figures, path, truth, facts);
    }
  }
  return figures;
}

function check(figures: RealFigures, path: string, truth: RealTruth, facts: readonly SeriesFacts[]): void {
  figures.checked += 1;
  figures.byHow.set(truth.how, (figures.byHow.get(truth.how) ?? 0) + 1);
  for (const fact of ['weighting', 'plane', 'contrast', 'derived', 'view'] as const) {
    const wanted = truth[fact];
    if (wanted === undefined) continue;
    const words = facts.map((one) => one[fact] ?? 'unknown');
    const tally = figures.facts.get(fact) ?? { right: 0, wrong: 0, unknown: 0 };
    figures.facts.set(fact, tally);
    const said = words.find((word) => word === wanted) ?? words[0] ?? 'unknown';
    if (said === wanted || (wanted === 'OTHER' && said === 'MAP')) tally.right += 1;
    else if (said === 'unknown') tally.unknown += 1;
    else tally.wrong += 1;
    if (said !== wanted) figures.misses.push({ path, fact, truth: wanted, said });
  }
}

function readStudies(): Map<string, Known[]> {
  const studies = new Map<string, Known[]>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const full = join(entry.parentPath, entry.name);
    const dataset = readHeader(full);
    if (dataset === null || !MODALITIES.has(text(dataset, '00080060'))) continue;
    const study = text(dataset, '0020000D');
    const list = studies.get(study) ?? [];
    list.push({ path: full.slice(folder.length + 1), dataset });
    studies.set(study, list);
  }
  return studies;
}

/** The dataset of a file; null for what is no readable Part 10 file, of which the samples hold many on purpose. */
function readHeader(path: string): DicomJson | null {
  try {
    return readPart10(readFileSync(path)).dataset;
  } catch {
    return null;
  }
}
