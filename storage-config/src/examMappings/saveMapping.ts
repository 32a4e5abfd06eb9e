import { normaliseExamName } from '@hutong/conformance';
import type pg from 'pg';
import type { Author } from '../corrections/events.ts';
import type { ExamFilter } from '../reevaluation/filter.ts';
import { beginReevaluation } from '../reevaluation/reevaluations.ts';
import { MAPS } from './examNames.ts';
import { lockExamTable } from './lock.ts';

/** An exam as it is compared: by code and scheme, or by name; the other is empty. */
export interface ComparedExam {
  code: string;
  /** Upper case; empty: of any scheme. */
  scheme: string;
  name: string;
}

/** An exam of a hospital and the items it stands for. */
export interface NewExamMapping extends ComparedExam {
  hospital: string;
  /** Empty: the exam is on no item. */
  itemCodes: readonly string[];
}

export type MappingOutcome = 'added' | 'changed' | 'unchanged';

/** The exam as it is compared: by its code where there is one, else by its normalised name. */
export function comparedExam({ code, scheme, name }: ComparedExam): ComparedExam {
  return code.trim() === ''
    ? { code: '', scheme: '', name: normaliseExamName(name) }
    : {
        code: code.normalize('NFKC').trim(),
        scheme: scheme.normalize('NFKC').trim().toUpperCase(),
        name: '',
      };
}

/** What {@link saveExamMappings} would do, in the order of the mappings. Of one hospital. */
export async function previewExamMappings(
  client: pg.Pool | pg.PoolClient,
  hospital: string,
  mappings: readonly NewExamMapping[],
): Promise<MappingOutcome[]> {
  const live = await readLive(client, hospital, mappings);
  return mappings.map((mapping) => outcomeOf(mapping, live));
}

/**
 * Maps exams of one hospital, each named once, in place of what they were mapped to: the earlier entry is ended, not
 * erased. Has exactly the studies judged again that carry an exam whose items changed. Belongs into one transaction.
 */
export async function saveExamMappings(
  client: pg.PoolClient,
  hospital: string,
  mappings: readonly NewExamMapping[],
  author: Author,
): Promise<MappingOutcome[]> {
  await lockExamTable(client, hospital, 'alone');
  const live = await readLive(client, hospital, mappings);
  const outcomes = mappings.map((mapping) => outcomeOf(mapping, live));
  const fresh = mappings.filter((_, i) => outcomes[i] !== 'unchanged');
  if (fresh.length === 0) return outcomes;
  await client.query(
    'UPDATE exam_mapping SET ended_at = now(), ended_by = $2 WHERE exam_mapping_id = ANY ($1::bigint[])',
    [fresh.flatMap((mapping) => live.get(keyOf(mapping))?.id ?? []), nameOf(author)],
  );
  await client.query(
    `INSERT INTO exam_mapping (hospital_code, code, scheme, name, item_codes, author_kind, author_id, author_name)
     SELECT $1, given.code, given.scheme, given.name,
            ARRAY(SELECT jsonb_array_elements_text(given.items) ORDER BY 1), $3, $4, $5
       FROM jsonb_to_recordset($2::jsonb) AS given (code text, scheme text, name text, items jsonb)`,
    [
      hospital,
      JSON.stringify(
        fresh.map(({ code, scheme, name, itemCodes }) => ({
          code,
          scheme,
          name,
          items: [...new Set(itemCodes)],
        })),
      ),
      author.kind,
      author.id,
      author.name,
    ],
  );
  await judgeAgain(client, hospital, fresh, author);
  return outcomes;
}

/** Ends an entry of one of these hospitals; null for all. Null when there is none, or it was ended. */
export async function endExamMapping(
  client: pg.PoolClient,
  id: number,
  hospitals: readonly string[] | null,
  author: Author,
): Promise<NewExamMapping | null> {
  const { rows: found } = await client.query<{ hospital: string }>(
    `SELECT hospital_code AS hospital FROM exam_mapping
      WHERE exam_mapping_id = $1 AND ended_at IS NULL AND ($2::text[] IS NULL OR hospital_code = ANY ($2))`,
    [id, hospitals],
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
  await judgeAgain(client, ended.hospital, [ended], author);
  return ended;
}

interface LiveMapping {
  id: number;
  code: string;
  scheme: string;
  name: string;
  items: string[];
}

async function readLive(
  client: pg.Pool | pg.PoolClient,
  hospital: string,
  mappings: readonly ComparedExam[],
): Promise<Map<string, LiveMapping>> {
  const { rows } = await client.query<LiveMapping>(
    `SELECT exam_mapping_id AS id, code, scheme, name, item_codes AS items
       FROM exam_mapping
      WHERE hospital_code = $1 AND ended_at IS NULL AND (code = ANY ($2) OR (code = '' AND name = ANY ($3)))`,
    [
      hospital,
      mappings.map(({ code }) => code).filter((code) => code !== ''),
      mappings.map(({ name }) => name).filter((name) => name !== ''),
    ],
  );
  return new Map(rows.map((row) => [keyOf(row), row]));
}

function outcomeOf(mapping: NewExamMapping, live: ReadonlyMap<string, LiveMapping>): MappingOutcome {
  const known = live.get(keyOf(mapping));
  if (known === undefined) return 'added';
  const same = listOf(known.items) === listOf(mapping.itemCodes);
  return same ? 'unchanged' : 'changed';
}

const listOf = (codes: readonly string[]): string => [...new Set(codes)].toSorted().join('\n');
const keyOf = ({ code, scheme, name }: ComparedExam): string => JSON.stringify([code, scheme, name]);
const nameOf = ({ name, id }: Author): string => (name === '' ? id : name);

/** Of the exams those that some study carries; where none does, nothing is judged. */
async function judgeAgain(
  client: pg.PoolClient,
  hospital: string,
  exams: readonly ComparedExam[],
  author: Author,
): Promise<void> {
  const { rows } = await client.query<ComparedExam>(
    `SELECT m.code, m.scheme, m.name
       FROM jsonb_to_recordset($2::jsonb) AS m (code text, scheme text, name text)
      WHERE EXISTS (SELECT FROM exam_name e JOIN study_exam_name USING (exam_name_id)
                     WHERE e.hospital_code = $1 AND ${MAPS})`,
    [hospital, JSON.stringify(exams.map(({ code, scheme, name }) => ({ code, scheme, name })))],
  );
  if (rows.length === 0) return;
  const examNames = rows.map(({ code, scheme, name }): ExamFilter => {
    if (code === '') return { name };
    return scheme === '' ? { code } : { code, scheme };
  });
  const filter = { hospitals: [hospital], examNames };
  await beginReevaluation(client, { reason: 'examMapping', filter, requestedBy: nameOf(author) });
}
