import { randomBytes } from 'node:crypto';
import { projectKey } from '@hutong/deidentification';
import { attribute, type DicomJson, texts } from '@hutong/dicom';
import { type ExportOptions, exportDeidentifier, readSubject } from '@hutong/storage-config';
import type { Pool } from 'pg';
import type { ExportPreview } from '../contract/privacy.ts';

/** Attributes that are shown though nothing becomes of them. */
const ALWAYS = ['00080060', '00180015'];
const MOST_ROWS = 40;
const MOST_CHARACTERS = 120;

/**
 * What becomes of one instance's attributes, with a key that is used for nothing else: the pseudonym and the shift of dates
 * that a project has are not told to whoever can see the original beside them.
 */
export async function exportExample(
  index: Pool,
  study: { hospital: string; studyInstanceUid: string },
  options: ExportOptions,
): Promise<ExportPreview['example']> {
  const subject = await readSubject(index, study.hospital, study.studyInstanceUid);
  if (subject === null) return null;
  const { rows } = await index.query<{ dataset: string }>(
    'SELECT dataset FROM instance WHERE study_id = $1 ORDER BY instance_id LIMIT 1',
    [subject.studyId],
  );
  const before = JSON.parse(rows[0]?.dataset ?? 'null') as DicomJson | null;
  if (before === null) return null;
  const deidentifier = await exportDeidentifier(index, projectKey(randomBytes(32), 'EXAMPLE-'), options);
  const after = deidentifier.dataset(before, subject).dataset;
  return Object.keys({ ...before, ...after })
    .sort()
    .flatMap((tag) => {
      const known = attribute(tag);
      if (known === undefined || known.vr === 'SQ' || known.vr.startsWith('O')) return [];
      const [old, now] = [words(before, tag), words(after, tag)];
      if (old === now && !ALWAYS.includes(tag)) return [];
      return [{ tag, keyword: known.keyword, before: old, after: after[tag] === undefined ? null : now }];
    })
    .slice(0, MOST_ROWS);
}

const words = (dataset: DicomJson, tag: string): string =>
  texts(dataset, tag).join('\\').slice(0, MOST_CHARACTERS);
