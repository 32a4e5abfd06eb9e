import { normaliseExamName } from '@hutong/conformance';
import type pg from 'pg';
import type { Author } from '../corrections/events.ts';
import type { ExamFilter } from '../reevaluation/filter.ts';
import { lockExamTable } from './lock.ts';
import { beginReevaluation } from '../reevaluation/reevaluations.ts';

/** An exam of a hospital and the items it stands for. */
export interface NewExamMapping {
  hospital: string;
  /** Code and scheme, or name; the other is empty. */
  code: string;
  scheme: string;
  name: string;
  /** Empty: the exam is on no item. */
  itemCodes: readonly string[];
}

export interface SavedMapping {
  id: number;
  outcome: 'added' | 'changed' | 'unchanged';
}

/** The exam as it is compared: by code (with its scheme in upper case) or by normalised name. */
export function comparedExam({ code, scheme, name }: Omit<NewExamMapping, 'hospital' | 'itemCodes'>): {
  code: string;
  scheme: string;
  name: string;
} {
  return code.trim() === ''
    ? { code: '', scheme: '', name: normaliseExamName(name) }
    : { code: code.normalize('NFKC').trim(), scheme: scheme.trim().toUpperCase(), name: '' };
}

/**
 * Maps exams in place of what they were mapped to: the earlier entry is ended, not erased. Has the studies judged again
 * that carry an exam whose items changed. Belongs into one transaction.
 *
 * @param mappings of one hospital, each exam once, as {@link comparedExam} gives it
 */
export async function saveExamMappings(
  client: pg.PoolClient,
  mappings: readonly NewExamMapping[],
  author: Author,
): Promise<SavedMapping[]> {
  const [first] = mappings;
  if (first === undefined) return [];
  await lockExamTable(client, first.hospital, 'alone');
  const saved: SavedMapping[] = [];
  const exams: ExamFilter[] = [];
  for (const mapping of mappings) {
    const one = await saveOne(client, mapping, author);
    saved.push(one);
    if (one.outcome !== 'unchanged') exams.push(filterOf(mapping));
  }
  await judgeAgain(client, first.hospital, exams, author);
  return saved;
}

/** Ends an entry. Null when there is none in these hospitals, or it was ended. Belongs into one transaction. */
export async function endExamMapping(
  client: pg.PoolClient,
  id: number,
  author: Author,
): Promise<NewExamMapping | null> {
  const { rows: found } = await client.query<{ hospital: string }>(
    'SELECT hospital_code AS hospital FROM exam_mapping WHERE exam_mapping_id = $1',
    [id],
  );
  if (found[0] === undefined) return null;
  await lockExamTable(client, found[0].hospital, 'alone');
  const { rows } = await client.query<NewExamMapping>(
    `UPDATE exam_mapping SET ended_at = now(), ended_by = $2
      WHERE exam_mapping_id = $1 AND ended_at IS NULL
      RETURNING hospital_code AS hospital, code, scheme, name, item_codes AS "itemCodes"`,
    [id, nameOf(author)],
  );
  const [ended] = rows;
  if (ended === undefined) return null;
  await judgeAgain(client, ended.hospital, [filterOf(ended)], author);
  return ended;
}

async function saveOne(
  client: pg.PoolClient,
  { hospital, code, scheme, name, itemCodes }: NewExamMapping,
  author: Author,
): Promise<SavedMapping> {
  const items = [...new Set(itemCodes)].toSorted();
  const { rows } = await client.query<{ id: number; items: string[] }>(
    `SELECT exam_mapping_id AS id, item_codes AS items FROM exam_mapping
      WHERE hospital_code = $1 AND code = $2 AND scheme = $3 AND name = $4 AND ended_at IS NULL`,
    [hospital, code, scheme, name],
  );
  const [known] = rows;
  if (known !== undefined && known.items.join('\n') === items.join('\n'))
    return { id: known.id, outcome: 'unchanged' };
  if (known !== undefined) {
    await client.query('UPDATE exam_mapping SET ended_at = now(), ended_by = $2 WHERE exam_mapping_id = $1', [
      known.id,
      nameOf(author),
    ]);
  }
  const { rows: added } = await client.query<{ id: number }>(
    `INSERT INTO exam_mapping (hospital_code, code, scheme, name, item_codes, author_kind, author_id, author_name)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING exam_mapping_id AS id`,
    [hospital, code, scheme, name, items, author.kind, author.id, author.name],
  );
  const [row] = added;
  if (row === undefined) throw new Error('the mapping was not recorded');
  return { id: row.id, outcome: known === undefined ? 'added' : 'changed' };
}

/** Exactly the studies that carry one of the exams. Nothing where none does. */
async function judgeAgain(
  client: pg.PoolClient,
  hospital: string,
  exams: ExamFilter[],
  author: Author,
): Promise<void> {
  if (exams.length === 0) return;
  const filter = { hospitals: [hospital], examNames: exams };
  await beginReevaluation(client, { reason: 'examMapping', filter, requestedBy: nameOf(author) });
}

function filterOf({ code, scheme, name }: NewExamMapping): ExamFilter {
  if (code === '') return { name };
  return scheme === '' ? { code } : { code, scheme };
}

const nameOf = ({ name, id }: Author): string => (name === '' ? id : name);
