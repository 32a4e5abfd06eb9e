import {
  beginSuspension,
  checkDeviceTest,
  chineseDay,
  type DeviceTestRow,
  inTransaction,
  liftSuspension,
  listDevices,
  listDeviceTests,
  listSuspensions,
  recordDeviceTests,
  revokeDeviceTest,
  type Suspension,
} from '@hutong/storage-config';
import { Router } from 'express';
import { z } from 'zod';
import { auditEvent, withoutPatients } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { authorOf, callerOf, may } from '../context.ts';
import type { DeviceTestBody, SuspensionBody } from '../contract/registry.ts';
import { queryParameters } from '../dicomweb/path.ts';
import { parsedBody } from '../jsonBody.ts';
import { cursorOf, flag, pageSize, readListQuery, single, writeCursor } from '../listQuery.ts';
import { problem } from '../problem.ts';
import { smallJson } from '../requestBody.ts';
import {
  deviceHospitals,
  fields,
  idOf,
  itemsOf,
  type RegistryParts,
  registryViewOf,
  taken,
} from './parts.ts';

const newTest = z.strictObject({
  hospital: fields.code,
  serialNumber: fields.short.min(1),
  manufacturer: fields.short.default(''),
  model: fields.short.default(''),
  stationName: fields.short.default(''),
  modality: z.string().trim().max(16).default(''),
  testedOn: fields.day,
  validUntil: fields.day.optional(),
  result: z.enum(['passed', 'failed']),
  document: fields.text.default(''),
});
const withReason = z.strictObject({ reason: fields.reason });
const newSuspension = z.strictObject({
  hospital: fields.code.nullish(),
  item: z.string().max(16).nullish(),
  scope: fields.scope.nullish(),
  reason: fields.reason,
});
const testListing = z.object({
  hospital: single.transform(([value]) => value).optional(),
  limit: pageSize(100, 500),
  cursor: cursorOf(z.tuple([z.int().positive()])),
});
const suspensionListing = z.object({ lifted: flag });

/**
 * Below `/api`, for who holds `registry`: state tests of devices, which a hospital enters for itself, and suspensions of
 * issuing, which it does not.
 */
export function registryDeviceRoutes(parts: RegistryParts): Router {
  const { index, config } = parts;
  const router = Router();
  const registry = requireScope('registry');
  const body = smallJson(16_384);

  router.get('/registry/devices', registry, async (_req, res) => {
    withoutPatients(res);
    const today = chineseDay();
    const soon = new Date(Date.parse(today) + config.qualificationWarningDays * 86_400_000);
    const devices = await listDevices(index, deviceHospitals(res), today, soon.toISOString().slice(0, 10));
    res.set('Cache-Control', 'no-store').json({ devices });
  });

  router.get('/registry/device-tests', registry, async (req, res) => {
    withoutPatients(res);
    const query = readListQuery(testListing, queryParameters(req.originalUrl));
    const rows = await listDeviceTests(index, {
      hospitals: deviceHospitals(res),
      hospital: query.hospital,
      before: query.cursor?.[0] ?? null,
      limit: query.limit + 1,
    });
    const page = rows.slice(0, query.limit);
    const last = rows.length > query.limit ? page.at(-1) : undefined;
    res.set('Cache-Control', 'no-store').json({
      tests: page.map(testBody),
      next: last === undefined ? null : writeCursor([last.id]),
    });
  });

  router.post('/registry/device-tests', registry, ...body, async (req, res) => {
    const given = parsedBody(newTest, req.body);
    if (!may(callerOf(res), 'registry', given.hospital)) throw noHospital();
    const [outcome] = await taken(
      inTransaction(index, (client) =>
        recordDeviceTests(client, [checkDeviceTest(given)], authorOf(callerOf(res))),
      ),
    );
    await auditEvent(parts, req, res, {
      action: 'configure',
      hospital: given.hospital,
      detail: { of: 'device test', added: outcome?.added ?? false, ...given },
    });
    res
      .set('Cache-Control', 'no-store')
      .status(201)
      .json({ id: outcome?.id ?? null });
  });

  router.post('/registry/device-tests/:test/revoke', registry, ...body, async (req, res) => {
    const { reason } = parsedBody(withReason, req.body);
    const id = idOf(req, 'test');
    const revoked = await taken(
      inTransaction(index, (client) =>
        revokeDeviceTest(client, { id, reason, hospitals: deviceHospitals(res) }, authorOf(callerOf(res))),
      ),
    );
    await auditEvent(parts, req, res, {
      action: 'configure',
      hospital: revoked.hospital,
      detail: { of: 'device test', revoked: id, serialNumber: revoked.serialNumber, reason },
    });
    res.set('Cache-Control', 'no-store').status(204).end();
  });

  router.get('/registry/suspensions', registry, async (req, res) => {
    withoutPatients(res);
    const query = readListQuery(suspensionListing, queryParameters(req.originalUrl));
    const rows = await listSuspensions(index, await registryViewOf(parts, res), query);
    res.set('Cache-Control', 'no-store').json({ suspensions: rows.map(suspensionBody) });
  });

  router.post('/registry/suspensions', registry, ...body, async (req, res) => {
    const { hospital = null, item = null, scope = null, reason } = parsedBody(newSuspension, req.body);
    const grounds = {
      view: await registryViewOf(parts, res),
      items: await itemsOf(parts),
      defaultScope: config.regionName,
    };
    const begun = await taken(
      inTransaction(index, (client) =>
        beginSuspension(client, { hospital, item, scope, reason }, grounds, authorOf(callerOf(res))),
      ),
    );
    await auditEvent(parts, req, res, {
      action: 'configure',
      hospital: hospital ?? '',
      detail: { of: 'suspension', begun: begun.id, item, scope, reason },
    });
    res.set('Cache-Control', 'no-store').status(201).json(suspensionBody(begun));
  });

  router.post('/registry/suspensions/:suspension/lift', registry, ...body, async (req, res) => {
    const { reason } = parsedBody(withReason, req.body);
    const id = idOf(req, 'suspension');
    const grounds = {
      view: await registryViewOf(parts, res),
      items: await itemsOf(parts),
      defaultScope: config.regionName,
    };
    const lifted = await taken(
      inTransaction(index, (client) =>
        liftSuspension(client, { id, reason }, grounds, authorOf(callerOf(res))),
      ),
    );
    await auditEvent(parts, req, res, {
      action: 'configure',
      hospital: lifted.hospital ?? '',
      detail: { of: 'suspension', lifted: id, reason },
    });
    res.set('Cache-Control', 'no-store').json(suspensionBody(lifted));
  });

  return router;
}

function testBody({
  revokedAt: _at,
  revokedReason: _reason,
  recordedAt,
  ...test
}: DeviceTestRow): DeviceTestBody {
  return { ...test, recordedAt: recordedAt.toISOString() };
}

function suspensionBody(row: Suspension): SuspensionBody {
  const { id, hospital, item, scope, reason, authorName, createdAt, liftedAt, liftedBy, liftedReason } = row;
  return {
    id,
    hospital,
    item,
    scope,
    reason,
    by: authorName,
    at: createdAt.toISOString(),
    lifted: liftedAt === null ? null : { at: liftedAt.toISOString(), by: liftedBy, reason: liftedReason },
  };
}

const noHospital = () =>
  problem('not-found', { detail: 'There is no such hospital.', detailZh: '没有该医院。' });
