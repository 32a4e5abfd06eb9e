import type pg from 'pg';
import type { Author } from '../corrections/events.ts';
import { beginRelabelling } from '../labels/relabelling.ts';
import { findHospital } from './hospitals.ts';
import type { KnownItem } from './knownItems.ts';
import { readMemberships } from './memberships.ts';
import { listCentres } from './qualityCentres.ts';
import { chineseDay } from './recognisingHospitals.ts';
import { RegistryFault, unknownHospital, unknownScope } from './registryFault.ts';
import { mayEvaluate, ownCentre, type RegistryView, ROW_IN_VIEW, viewValues } from './registryView.ts';
import { ensureScope, listScopes, lockRegistry } from './scopes.ts';
import { monthsAfter } from './sheets/dates.ts';

/** An evaluation (质量评价) as it is entered. Days are YYYY-MM-DD. */
export interface NewEvaluation {
  hospital: string;
  item: string;
  scope: string;
  evaluatedAt: string;
  /** The last day it holds; absent: as long as evaluations at the scope hold. */
  validUntil?: string | undefined;
  result: 'passed' | 'failed';
  /** Code of the quality centre. */
  centre?: string | undefined;
  /** Reference of the document: number, title. */
  document?: string | undefined;
}

export interface EvaluationRow {
  id: number;
  hospital: string;
  item: string;
  scope: string;
  evaluatedAt: string;
  validUntil: string;
  result: 'passed' | 'failed';
  centre: string | null;
  document: string;
  /** Media type of the file that was given; empty: none. */
  documentType: string;
  recordedBy: string;
  recordedAt: Date;
  revokedAt: Date | null;
  revokedBy: string;
  revokedReason: string;
}

const COLUMNS = `qualification_id AS id, hospital_code AS hospital, item_code AS item, scope,
  to_char(evaluated_at, 'YYYY-MM-DD') AS "evaluatedAt", to_char(valid_until, 'YYYY-MM-DD') AS "validUntil", result,
  quality_centre AS centre, document, document_type AS "documentType", recorded_by AS "recordedBy",
  recorded_at AS "recordedAt", revoked_at AS "revokedAt", revoked_by AS "revokedBy", revoked_reason AS "revokedReason"`;

/** What checks of evaluations stand on, read once for many. */
export interface EvaluationGrounds {
  view: RegistryView;
  items: ReadonlyMap<string, KnownItem>;
  defaultScope: string;
  /** Today, YYYY-MM-DD. */
  today: string;
  validity: ReadonlyMap<string, number>;
  centres: ReadonlyMap<string, string>;
  hospitals: ReadonlySet<string>;
  takesPart: (hospital: string, scope: string, day: string) => boolean;
}

/** Reads what {@link checkEvaluation} asks for. The registry is locked until the end of the transaction. */
export async function evaluationGrounds(
  client: pg.PoolClient,
  given: Pick<EvaluationGrounds, 'view' | 'items' | 'defaultScope'>,
): Promise<EvaluationGrounds> {
  await lockRegistry(client);
  await ensureScope(client, given.defaultScope);
  const scopes = await listScopes(client);
  const centres = await listCentres(client);
  const { rows } = await client.query<{ code: string }>('SELECT code FROM hospital');
  const memberships = await readMemberships(client, null, given.defaultScope);
  return {
    ...given,
    today: chineseDay(),
    validity: new Map(scopes.map(({ name, validityMonths }) => [name, validityMonths])),
    centres: new Map(centres.map(({ code, scope }) => [code, scope])),
    hospitals: new Set(rows.map(({ code }) => code)),
    takesPart: (hospital, scope, day) => memberships.scopesOn(hospital, day).includes(scope),
  };
}

/** An evaluation with all that was left open. */
export interface CheckedEvaluation extends Required<Omit<NewEvaluation, 'centre'>> {
  centre: string | null;
}

/** An evaluation as it is to be recorded. @throws RegistryFault that says what does not fit */
export function checkEvaluation(grounds: EvaluationGrounds, given: NewEvaluation): CheckedEvaluation {
  const { hospital, scope, evaluatedAt, result, document = '' } = given;
  const item = grounds.items.get(given.item);
  if (!grounds.hospitals.has(hospital)) throw unknownHospital(hospital);
  const months = grounds.validity.get(scope);
  if (months === undefined) throw unknownScope(scope);
  if (item === undefined)
    throw new RegistryFault(
      'unknown-item',
      `清单中没有项目“${given.item.slice(0, 32)}”。`,
      `There is no item "${given.item.slice(0, 32)}" on a list in force.`,
    );
  if (!mayEvaluate(grounds.view, scope, [item]))
    throw new RegistryFault(
      'not-allowed',
      '评价由该范围的质控中心或区域登记人员录入，医院不能自评。',
      'Evaluations are entered by the quality centre of the scope or for the whole region; a hospital does not qualify itself.',
    );
  if (evaluatedAt > grounds.today)
    throw new RegistryFault('bad-day', '评价日期晚于今天。', 'The evaluation is of a day to come.');
  const validUntil = given.validUntil ?? monthsAfter(evaluatedAt, months);
  if (validUntil <= evaluatedAt)
    throw new RegistryFault(
      'bad-day',
      '有效期止应晚于评价日期。',
      'It must hold until a day after the evaluation.',
    );
  if (validUntil > monthsAfter(evaluatedAt, 36))
    throw new RegistryFault('bad-day', '有效期不能超过三年。', 'It cannot hold for more than three years.');
  if (!grounds.takesPart(hospital, scope, evaluatedAt))
    throw new RegistryFault(
      'not-member',
      `该医院在 ${evaluatedAt} 未参加互认范围“${scope}”。`,
      `The hospital did not take part in the scope "${scope}" on ${evaluatedAt}.`,
    );
  const centre =
    given.centre === undefined || given.centre === '' ? ownCentre(grounds.view, scope) : given.centre;
  if (centre !== null && grounds.centres.get(centre) !== scope)
    throw new RegistryFault(
      'unknown-centre',
      `没有互认范围“${scope}”的质控中心“${centre.slice(0, 32)}”。`,
      `There is no quality centre "${centre.slice(0, 32)}" of the scope "${scope}".`,
    );
  return { hospital, item: item.code, scope, evaluatedAt, validUntil, result, centre, document };
}

/**
 * Records evaluations beside the earlier ones; those that stand there already change nothing. Labels are looked at anew.
 *
 * @returns of each, its id and whether it is new
 */
export async function recordEvaluations(
  client: pg.PoolClient,
  evaluations: readonly CheckedEvaluation[],
  author: Author,
): Promise<{ id: number; added: boolean }[]> {
  const outcomes: { id: number; added: boolean }[] = [];
  for (const one of evaluations) {
    const values = [
      one.hospital,
      one.item,
      one.scope,
      one.evaluatedAt,
      one.validUntil,
      one.result,
      one.document,
      one.centre,
    ];
    const { rows: same } = await client.query<{ id: number }>(
      `SELECT qualification_id AS id FROM qualification
        WHERE hospital_code = $1 AND item_code = $2 AND scope = $3 AND evaluated_at = $4::date AND valid_until = $5::date
          AND result = $6 AND document = $7 AND quality_centre IS NOT DISTINCT FROM $8 AND revoked_at IS NULL`,
      values,
    );
    if (same[0] !== undefined) {
      outcomes.push({ id: same[0].id, added: false });
      continue;
    }
    const { rows } = await client.query<{ id: number }>(
      `INSERT INTO qualification (hospital_code, item_code, scope, evaluated_at, valid_until, result, document,
                                  quality_centre, recorded_by)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING qualification_id AS id`,
      [...values, author.name === '' ? author.id : author.name],
    );
    outcomes.push({ id: rows[0]?.id ?? 0, added: true });
  }
  const added = evaluations.filter((_, i) => outcomes[i]?.added === true);
  if (added.length > 0) {
    const from = added.map(({ evaluatedAt }) => evaluatedAt).toSorted()[0];
    await beginRelabelling(client, {
      reason: 'qualification',
      hospitals: distinct(added.map(({ hospital }) => hospital)),
      items: distinct(added.map(({ item }) => item)),
      ...(from === undefined ? {} : { from }),
      requestedBy: author,
    });
  }
  return outcomes;
}

const distinct = (values: readonly string[]): string[] => [...new Set(values)].sort();

export interface EvaluationFilter {
  hospital?: string | undefined;
  item?: string | undefined;
  scope?: string | undefined;
  ids?: readonly number[];
  /** Those that were revoked too. */
  revoked?: boolean;
  /** Those entered before this id. */
  before?: number | null;
  limit: number;
}

/** Evaluations in view, the newest entry first. */
export async function listEvaluations(
  client: pg.Pool | pg.PoolClient,
  view: RegistryView,
  filter: EvaluationFilter,
): Promise<EvaluationRow[]> {
  const { rows } = await client.query<EvaluationRow>(
    `SELECT ${COLUMNS} FROM qualification
      WHERE ${ROW_IN_VIEW}
        AND ($3::text IS NULL OR hospital_code = $3) AND ($4::text IS NULL OR item_code = $4)
        AND ($5::text IS NULL OR scope = $5) AND ($6 OR revoked_at IS NULL)
        AND ($7::bigint IS NULL OR qualification_id < $7) AND ($8::bigint[] IS NULL OR qualification_id = ANY ($8))
      ORDER BY qualification_id DESC LIMIT $9`,
    [
      ...viewValues(view),
      filter.hospital ?? null,
      filter.item ?? null,
      filter.scope ?? null,
      filter.revoked ?? false,
      filter.before ?? null,
      filter.ids ?? null,
      filter.limit,
    ],
  );
  return rows;
}

/**
 * Takes back an evaluation that was entered by mistake. It stays readable; labels that rest on it are looked at anew.
 *
 * @throws RegistryFault `unknown` when it is not in view, `already` when it was taken back
 */
export async function revokeEvaluation(
  client: pg.PoolClient,
  given: { id: number; reason: string; view: RegistryView; items: ReadonlyMap<string, KnownItem> },
  author: Author,
): Promise<EvaluationRow> {
  const { id, reason, view, items } = given;
  const [row] = await listEvaluations(client, view, { ids: [id], revoked: true, limit: 1 });
  if (row === undefined)
    throw new RegistryFault('unknown', '没有该评价记录。', 'There is no such evaluation.');
  const item = items.get(row.item) ?? { code: row.item, name: { zh: row.item, en: row.item }, category: '' };
  if (!mayEvaluate(view, row.scope, [item]))
    throw new RegistryFault(
      'not-allowed',
      '评价由该范围的质控中心或区域登记人员撤销。',
      'Evaluations are taken back by the quality centre of the scope or for the whole region.',
    );
  const { rows } = await client.query<EvaluationRow>(
    `UPDATE qualification SET revoked_at = now(), revoked_by = $2, revoked_reason = $3
      WHERE qualification_id = $1 AND revoked_at IS NULL RETURNING ${COLUMNS}`,
    [id, author.name === '' ? author.id : author.name, reason],
  );
  const [revoked] = rows;
  if (revoked === undefined)
    throw new RegistryFault('already', '该评价已撤销。', 'The evaluation was taken back already.');
  await beginRelabelling(client, {
    reason: 'qualification',
    hospitals: [row.hospital],
    items: [row.item],
    from: row.evaluatedAt,
    requestedBy: author,
  });
  return revoked;
}

/** Whether a hospital is there. @throws RegistryFault */
export async function requireKnownHospital(client: pg.Pool | pg.PoolClient, code: string): Promise<void> {
  if ((await findHospital(client, code)) === null) throw unknownHospital(code);
}
