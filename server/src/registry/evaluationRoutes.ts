import {
  attachDocument,
  checkEvaluation,
  chineseDay,
  DOCUMENT_TYPES,
  documentTypeOf,
  evaluationGrounds,
  type EvaluationRow,
  expiringEvaluations,
  inTransaction,
  listDevices,
  listEvaluations,
  listSuspensions,
  MAX_DOCUMENT,
  mayEvaluate,
  readDocument,
  readMemberships,
  listHospitals,
  recordEvaluations,
  revokeEvaluation,
  standingEvaluations,
  stateOfEvaluation,
} from '@hutong/storage-config';
import { raw, Router } from 'express';
import { z } from 'zod';
import { auditEvent, withoutPatients } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { authorOf, callerOf } from '../context.ts';
import type {
  EvaluationBody,
  EvaluationMatrixBody,
  EvaluationsPage,
  ExpiringBody,
} from '../contract/registry.ts';
import { queryParameters } from '../dicomweb/path.ts';
import { parsedBody } from '../jsonBody.ts';
import { cursorOf, flag, pageSize, readListQuery, single, writeCursor } from '../listQuery.ts';
import { keepOpen } from '../openWork.ts';
import { problem } from '../problem.ts';
import { continueBody, limitBodyTime, smallJson } from '../requestBody.ts';
import { fields, idOf, itemsOf, type RegistryParts, registryViewOf, taken } from './parts.ts';

const newEvaluation = z.strictObject({
  hospital: fields.code,
  items: z.array(z.string().max(16)).min(1).max(300),
  scope: fields.scope.optional(),
  evaluatedAt: fields.day,
  validUntil: fields.day.optional(),
  result: z.enum(['passed', 'failed']),
  centre: fields.code.optional(),
  document: fields.text.default(''),
});
const revocation = z.strictObject({ reason: fields.reason });
const text = single.transform(([value]) => value).optional();
const listing = z.object({
  hospital: text,
  item: text,
  scope: text,
  revoked: flag,
  limit: pageSize(100, 500),
  cursor: cursorOf(z.tuple([z.int().positive()])),
});
const aDay = single
  .pipe(z.tuple([z.iso.date()]))
  .transform(([value]) => value)
  .optional();
const matrixQuery = z.object({ scope: text, day: aDay });
const expiringQuery = z.object({ days: pageSize(0, 366).optional() });

const DAY_MS = 86_400_000;
const addDays = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
const daysBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / DAY_MS;

/** Below `/api`, for who holds `registry`: quality evaluations with their documents, the matrix of them, what ends soon. */
export function registryEvaluationRoutes(parts: RegistryParts): Router {
  const { index, objects, config } = parts;
  const router = Router();
  const registry = requireScope('registry');
  const body = smallJson(32_768);

  router.get('/registry/evaluations', registry, async (req, res) => {
    withoutPatients(res);
    const query = readListQuery(listing, queryParameters(req.originalUrl));
    const rows = await listEvaluations(index, await registryViewOf(parts, res), {
      hospital: query.hospital,
      item: query.item,
      scope: query.scope,
      revoked: query.revoked,
      before: query.cursor?.[0] ?? null,
      limit: query.limit + 1,
    });
    const page = rows.slice(0, query.limit);
    const last = rows.length > query.limit ? page.at(-1) : undefined;
    const answer: EvaluationsPage = {
      evaluations: page.map(bodyOf),
      next: last === undefined ? null : writeCursor([last.id]),
    };
    res.set('Cache-Control', 'no-store').json(answer);
  });

  router.get('/registry/evaluations/matrix', registry, async (req, res) => {
    withoutPatients(res);
    const query = readListQuery(matrixQuery, queryParameters(req.originalUrl));
    const scope = query.scope ?? config.regionName;
    const day = query.day ?? chineseDay();
    const view = await registryViewOf(parts, res);
    const soon = addDays(day, config.qualificationWarningDays);
    const memberships = await readMemberships(index, null, config.regionName);
    const centred = view.centres.some((centre) => centre.scope === scope);
    const hospitals = (await listHospitals(index))
      .map(({ code }) => code)
      .filter((code) => view.hospitals === null || centred || view.hospitals.includes(code))
      .filter((code) => memberships.scopesOn(code, day).includes(scope));
    const suspended = await listSuspensions(index, view, { lifted: false });
    const standing = await standingEvaluations(index, view, day, scope);
    const answer: EvaluationMatrixBody = {
      scope,
      day,
      hospitals,
      items: [...(await itemsOf(parts)).keys()],
      cells: standing.map((one) => ({
        hospital: one.hospital,
        item: one.item,
        state: stateOfEvaluation(one, day, soon),
        id: one.id,
        evaluatedAt: one.evaluatedAt,
        validUntil: one.validUntil,
        suspended: suspended.some(
          (by) =>
            (by.hospital ?? one.hospital) === one.hospital &&
            (by.item ?? one.item) === one.item &&
            (by.scope ?? scope) === scope,
        ),
      })),
    };
    res.set('Cache-Control', 'no-store').json(answer);
  });

  router.get('/registry/expiring', registry, async (req, res) => {
    withoutPatients(res);
    const query = readListQuery(expiringQuery, queryParameters(req.originalUrl));
    const days = query.days === undefined || query.days === 0 ? config.qualificationWarningDays : query.days;
    const today = chineseDay();
    const view = await registryViewOf(parts, res);
    const evaluations = await expiringEvaluations(index, view, today, days);
    const devices = await listDevices(index, view.hospitals, today, addDays(today, days));
    const answer: ExpiringBody = {
      days,
      evaluations: evaluations.map(({ id, hospital, item, scope, validUntil }) => ({
        id,
        hospital,
        item,
        scope,
        validUntil,
        daysLeft: daysBetween(today, validUntil),
      })),
      devices: devices
        .filter(({ state }) => state === 'expiring')
        .map(({ hospital, serialNumber, validUntil }) => ({
          hospital,
          serialNumber,
          validUntil: validUntil ?? today,
          daysLeft: daysBetween(today, validUntil ?? today),
        })),
    };
    res.set('Cache-Control', 'no-store').json(answer);
  });

  router.post('/registry/evaluations', registry, ...body, async (req, res) => {
    const { items: codes, scope = config.regionName, ...given } = parsedBody(newEvaluation, req.body);
    const view = await registryViewOf(parts, res);
    const items = await itemsOf(parts);
    const outcomes = await taken(
      inTransaction(index, async (client) => {
        const grounds = await evaluationGrounds(client, { view, items, defaultScope: config.regionName });
        const checked = [...new Set(codes)].map((item) =>
          checkEvaluation(grounds, { ...given, scope, item }),
        );
        return recordEvaluations(client, checked, authorOf(callerOf(res)));
      }),
    );
    await auditEvent(parts, req, res, {
      action: 'configure',
      hospital: given.hospital,
      count: outcomes.filter(({ added }) => added).length,
      detail: { of: 'evaluation', scope, items: codes.join(' '), ...given },
    });
    const rows = await listEvaluations(index, view, {
      ids: outcomes.map(({ id }) => id),
      limit: outcomes.length,
    });
    res
      .set('Cache-Control', 'no-store')
      .status(201)
      .json({ evaluations: rows.map(bodyOf) });
  });

  router.post('/registry/evaluations/:evaluation/revoke', registry, ...body, async (req, res) => {
    const { reason } = parsedBody(revocation, req.body);
    const id = idOf(req, 'evaluation');
    const view = await registryViewOf(parts, res);
    const items = await itemsOf(parts);
    const revoked = await taken(
      inTransaction(index, (client) =>
        revokeEvaluation(client, { id, reason, view, items }, authorOf(callerOf(res))),
      ),
    );
    await auditEvent(parts, req, res, {
      action: 'configure',
      hospital: revoked.hospital,
      detail: { of: 'evaluation', revoked: id, scope: revoked.scope, item: revoked.item, reason },
    });
    res.set('Cache-Control', 'no-store').json(bodyOf(revoked));
  });

  router.put(
    '/registry/evaluations/:evaluation/document',
    registry,
    limitBodyTime,
    (req, res, next) => {
      continueBody(req, res);
      next();
    },
    raw({ limit: MAX_DOCUMENT, type: () => true }),
    (req, res) =>
      keepOpen(
        res,
        (async () => {
          const id = idOf(req, 'evaluation');
          const view = await registryViewOf(parts, res);
          const [row] = await listEvaluations(index, view, { ids: [id], revoked: true, limit: 1 });
          if (row === undefined) throw problem('not-found');
          const item = (await itemsOf(parts)).get(row.item);
          if (!mayEvaluate(view, row.scope, item === undefined ? [] : [item])) throw problem('forbidden');
          const bytes: unknown = req.body;
          const type = Buffer.isBuffer(bytes) ? documentTypeOf(bytes) : null;
          if (!Buffer.isBuffer(bytes) || type === null)
            throw problem('bad-request', {
              detail: `The document is one of ${DOCUMENT_TYPES.join(', ')}.`,
              detailZh: '文件应为 PDF、JPEG 或 PNG。',
            });
          await taken(attachDocument({ index, objects }, row, bytes, type));
          await auditEvent(parts, req, res, {
            action: 'configure',
            hospital: row.hospital,
            detail: { of: 'evaluation', document: id, type, bytes: bytes.length },
          });
          res.set('Cache-Control', 'no-store').status(204).end();
        })(),
      ),
  );

  router.get('/registry/evaluations/:evaluation/document', registry, async (req, res) => {
    withoutPatients(res);
    const id = idOf(req, 'evaluation');
    const document = await readDocument(parts, id, await registryViewOf(parts, res));
    if (document === null) throw problem('not-found');
    const ending = { 'application/pdf': 'pdf', 'image/jpeg': 'jpg', 'image/png': 'png' }[document.type];
    res
      .set({
        'Cache-Control': 'no-store',
        'Content-Disposition': `attachment; filename="evaluation-${id}.${ending}"`,
      })
      .type(document.type)
      .send(document.bytes);
  });

  return router;
}

function bodyOf(row: EvaluationRow): EvaluationBody {
  const { recordedAt, revokedAt, revokedBy, revokedReason, ...rest } = row;
  return {
    ...rest,
    recordedAt: recordedAt.toISOString(),
    revoked:
      revokedAt === null ? null : { at: revokedAt.toISOString(), by: revokedBy, reason: revokedReason },
  };
}
