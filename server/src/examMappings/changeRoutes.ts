import {
  endExamMapping,
  inTransaction,
  listExamMappings,
  type MappingOutcome,
  previewExamMappings,
  saveExamMappings,
} from '@hutong/storage-config';
import { raw, type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { auditEvent, withoutPatients } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { authorOf, callerOf, hospitalsInView, may, type ServerParts } from '../context.ts';
import type { ExamMappingImport } from '../contract/conformance.ts';
import { type CataloguesInUse, cataloguesSource } from '../dicomweb/cataloguesInUse.ts';
import { keepOpen } from '../openWork.ts';
import { parsedBody } from '../jsonBody.ts';
import { HttpProblem, problem } from '../problem.ts';
import { continueBody, limitBodyTime, smallJson } from '../requestBody.ts';
import { mappingBody } from './bodies.ts';
import { checkMapping } from './parseMapping.ts';
import { examQuery } from './query.ts';
import { readTable } from './table.ts';
import { mappableHospital, notMappable, oneHospital } from './view.ts';

const BODY_LIMIT = 16_384;
/** Largest table, in bytes. */
const TABLE_LIMIT = 2 * 1024 * 1024;

const newMapping = z.object({
  hospital: z.string().min(1).max(32),
  code: z.string().max(256).default(''),
  scheme: z.string().max(256).default(''),
  name: z.string().max(1024).default(''),
  itemCodes: z.array(z.string().max(64)).max(100),
});

type Parts = Pick<ServerParts, 'index' | 'audit'> & { catalogues: () => Promise<CataloguesInUse> };

/**
 * Below `/api`, with the scope `review` for the hospital: `PUT /exam-mappings` maps an exam, `DELETE /exam-mappings/{id}` ends
 * a mapping, `POST /exam-mappings/import` takes a table. The studies that carry the exams are judged again.
 */
export function examChangeRoutes(given: Pick<ServerParts, 'index' | 'config' | 'audit'>): Router {
  const parts: Parts = { ...given, catalogues: cataloguesSource(given) };
  const router = Router();
  const review = requireScope('review');
  router.put('/exam-mappings', review, ...smallJson(BODY_LIMIT), (req, res) =>
    keepOpen(res, map(parts, req, res)),
  );
  router.delete('/exam-mappings/:mapping', review, (req, res) => keepOpen(res, end(parts, req, res)));
  router.post(
    '/exam-mappings/import',
    review,
    limitBodyTime,
    (req, res, next) => {
      continueBody(req, res);
      next();
    },
    raw({ limit: TABLE_LIMIT, type: () => true }),
    (req, res) => keepOpen(res, importTable(parts, req, res)),
  );
  return router;
}

async function map({ index, audit, catalogues }: Parts, req: Request, res: Response): Promise<void> {
  const body = parsedBody(newMapping, req.body, { code: 'bad-mapping' });
  const hospital = await mappableHospital(index, res, body.hospital);
  const inUse = await catalogues();
  const checked = checkMapping(hospital.code, body, inUse.hasItem);
  if ('fault' in checked) throw badMapping(checked.fault.en, checked.fault.zh);
  const { mapping } = checked;
  const saved = await inTransaction(index, async (client) => {
    await saveExamMappings(client, hospital.code, [mapping], authorOf(callerOf(res)));
    return findSaved(client, mapping);
  });
  await auditEvent({ audit }, req, res, {
    action: 'decide',
    hospital: hospital.code,
    detail: { examMapping: saved.id, items: mapping.itemCodes.join(' ') },
  });
  res.set('Cache-Control', 'no-store').json(mappingBody(saved, inUse, hospital.region));
}

async function findSaved(
  client: Parameters<typeof listExamMappings>[0],
  { hospital, code, scheme, name }: { hospital: string; code: string; scheme: string; name: string },
) {
  const { rows } = await client.query<{ id: number }>(
    `SELECT exam_mapping_id AS id FROM exam_mapping
      WHERE hospital_code = $1 AND code = $2 AND scheme = $3 AND name = $4 AND ended_at IS NULL`,
    [hospital, code, scheme, name],
  );
  const ids = rows.map(({ id }) => id);
  const [saved] = await listExamMappings(client, {
    hospitals: [hospital],
    q: '',
    ids,
    before: null,
    limit: 1,
  });
  if (saved === undefined) throw new Error('the mapping was not recorded');
  return saved;
}

async function end({ index, audit }: Parts, req: Request, res: Response): Promise<void> {
  const text = req.params['mapping'];
  const id = typeof text === 'string' && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : 0;
  const caller = callerOf(res);
  const inView = hospitalsInView(caller, { hospital: null });
  const [known] =
    id === 0
      ? []
      : await listExamMappings(index, { hospitals: inView, q: '', ids: [id], before: null, limit: 1 });
  if (known === undefined) throw noMapping();
  if (!may(caller, 'review', known.hospital)) throw notMappable();
  const ended = await inTransaction(index, (client) =>
    endExamMapping(client, id, [known.hospital], authorOf(caller)),
  );
  if (ended === null) throw noMapping();
  await auditEvent({ audit }, req, res, {
    action: 'decide',
    hospital: ended.hospital,
    detail: { examMapping: id, ended: true },
  });
  res.set('Cache-Control', 'no-store').status(204).end();
}

async function importTable({ index, audit, catalogues }: Parts, req: Request, res: Response): Promise<void> {
  const query = examQuery(req);
  const hospital = await mappableHospital(index, res, oneHospital(query.hospital));
  const bytes: unknown = req.body;
  const { hasItem } = await catalogues();
  const table = readTable(Buffer.isBuffer(bytes) ? bytes : Buffer.alloc(0), hospital.code, hasItem);
  res.set('Cache-Control', 'no-store');
  if (query.dryRun) {
    withoutPatients(res);
    const outcomes = await previewExamMappings(index, hospital.code, table.mappings);
    res.json({ ...countsOf(outcomes), errors: table.errors });
    return;
  }
  if (table.errors.length > 0) {
    res.status(400).json({ ...countsOf([]), errors: table.errors });
    return;
  }
  const outcomes = await inTransaction(index, (client) =>
    saveExamMappings(client, hospital.code, table.mappings, authorOf(callerOf(res))),
  );
  const counts = countsOf(outcomes);
  await auditEvent({ audit }, req, res, {
    action: 'decide',
    hospital: hospital.code,
    detail: { examTable: true, ...counts },
  });
  res.json({ ...counts, errors: [] } satisfies ExamMappingImport);
}

function countsOf(outcomes: readonly MappingOutcome[]): Omit<ExamMappingImport, 'errors'> {
  const count = (outcome: MappingOutcome): number => outcomes.filter((one) => one === outcome).length;
  return { added: count('added'), changed: count('changed'), unchanged: count('unchanged') };
}

const badMapping = (en: string, zh: string): HttpProblem => new HttpProblem(400, 'bad-mapping', en, zh);
const noMapping = (): HttpProblem =>
  problem('not-found', { detail: 'There is no such mapping.', detailZh: '没有该对照记录。' });
