import {
  addHospital,
  changeHospital,
  chineseDay,
  expiringEvaluations,
  findHospital,
  hospitalHistory,
  inTransaction,
  listAllianceMembers,
  listAlliances,
  listCentrePeople,
  listCentres,
  listMembers,
  listScopes,
  recognisingHospitals,
  listHospitals,
} from '@hutong/storage-config';
import { levelOf } from '@hutong/recognition';
import { Router } from 'express';
import { z } from 'zod';
import { auditEvent, withoutPatients } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { authorOf, callerOf } from '../context.ts';
import type { RegistryBody, RegistryEventBody, RegistryHospitalBody } from '../contract/registry.ts';
import { parsedBody } from '../jsonBody.ts';
import { problem } from '../problem.ts';
import { smallJson } from '../requestBody.ts';
import {
  administersRegion,
  deviceHospitals,
  fields,
  itemsOf,
  keepsRegion,
  type RegistryParts,
  registryViewOf,
  taken,
} from './parts.ts';

const level = z.string().trim().max(64);
const newHospital = z.strictObject({
  code: fields.code,
  nameZh: fields.name,
  nameEn: fields.name.optional(),
  level: level.default(''),
  region: fields.short.default(''),
});
const change = z.strictObject({
  nameZh: fields.name.optional(),
  nameEn: fields.name.optional(),
  level: level.optional(),
  region: fields.short.optional(),
});

/** Below `/api`: what the registry holds, and hospitals. */
export function registryHospitalRoutes(parts: RegistryParts): Router {
  const { index, config } = parts;
  const router = Router();
  const registry = requireScope('registry');
  const body = smallJson(16_384);

  router.get('/registry', registry, async (_req, res) => {
    withoutPatients(res);
    const view = await registryViewOf(parts, res);
    const hospitals = await listHospitals(index);
    const recognising = await recognisingHospitals(index, config.regionName);
    const scopes = await listScopes(index);
    const alliances = await listAlliances(index);
    const members = await listAllianceMembers(index);
    const people = keepsRegion(res) ? await listCentrePeople(index) : [];
    const expiring = await expiringEvaluations(index, view, chineseDay(), config.qualificationWarningDays);
    const known = scopes.some(({ name }) => name === config.regionName);
    const implied = {
      name: config.regionName,
      nameEn: '',
      kind: 'city',
      validityMonths: 6,
      within: [],
    } as const;
    const answer: RegistryBody = {
      hospitals: hospitals.map((hospital) => ({
        ...hospitalBody(hospital),
        scopes: [...(recognising.get(hospital.code)?.scopes ?? [])],
        alliances: [...(recognising.get(hospital.code)?.alliances ?? [])],
        inView: view.hospitals?.includes(hospital.code) ?? true,
      })),
      scopes: [...(known ? [] : [{ ...implied, within: [] }]), ...scopes].map((scope) => ({
        ...scope,
        isDefault: scope.name === config.regionName,
      })),
      members: await listMembers(index),
      alliances: alliances.map(({ code, nameZh, nameEn }) => ({
        code,
        name: { zh: nameZh, en: nameEn },
        members: members
          .filter(({ alliance }) => alliance === code)
          .map(({ hospital, joinedOn, leftOn }) => ({ hospital, joinedOn, leftOn })),
      })),
      centres: (await listCentres(index)).map(({ code, nameZh, nameEn, scope, modalities }) => ({
        code,
        name: { zh: nameZh, en: nameEn },
        scope,
        modalities,
        people: people
          .filter(({ centre }) => centre === code)
          .map(({ username, name }) => ({ username, name })),
      })),
      items: [...(await itemsOf(parts)).values()],
      warningDays: config.qualificationWarningDays,
      expiring: expiring.length,
      may: {
        keepRegion: keepsRegion(res),
        administer: administersRegion(res),
        centres: view.centres.map(({ code }) => code),
        deviceHospitals: copied(deviceHospitals(res)),
      },
    };
    res.set('Cache-Control', 'no-store').json(answer);
  });

  router.post('/registry/hospitals', requireScope('admin'), ...body, async (req, res) => {
    const given = parsedBody(newHospital, req.body);
    if (!administersRegion(res)) throw notAdministered();
    const hospital = { ...given, nameEn: given.nameEn ?? given.nameZh };
    const added = await taken(
      inTransaction(index, (client) => addHospital(client, hospital, authorOf(callerOf(res)))),
    );
    await auditEvent(parts, req, res, {
      action: 'configure',
      hospital: added.code,
      detail: { of: 'hospital', added: true, level: added.level, region: added.region },
    });
    res
      .status(201)
      .set({ 'Cache-Control': 'no-store', Location: '/api/registry' })
      .json({ ...hospitalBody(added), scopes: [], alliances: [], inView: true });
  });

  router.patch('/registry/hospitals/:hospital', registry, ...body, async (req, res) => {
    const code = String(req.params['hospital']);
    const given = parsedBody(change, req.body);
    const known = await findHospital(index, code);
    if (known === null) throw noHospital();
    if ((given.nameZh !== undefined || given.nameEn !== undefined) && !administersRegion(res))
      throw notAdministered();
    if ((given.level !== undefined || given.region !== undefined) && !keepsRegion(res))
      throw problem('forbidden', {
        detail: 'Level and region are kept by who holds the scope "registry" for the whole region.',
        detailZh: '等级与行政区划由持有全区域“registry”权限的人员维护。',
      });
    const { hospital, changed } = await taken(
      inTransaction(index, (client) =>
        changeHospital(
          client,
          code,
          {
            ...(given.nameZh === undefined ? {} : { nameZh: given.nameZh }),
            ...(given.nameEn === undefined ? {} : { nameEn: given.nameEn }),
            ...(given.level === undefined ? {} : { level: given.level }),
            ...(given.region === undefined ? {} : { region: given.region }),
          },
          authorOf(callerOf(res)),
        ),
      ),
    );
    await auditEvent(parts, req, res, {
      action: 'configure',
      hospital: code,
      detail: { of: 'hospital', changed, before: known, after: hospital },
    });
    res.set('Cache-Control', 'no-store').status(204).end();
  });

  router.get('/registry/hospitals/:hospital/history', registry, async (req, res) => {
    withoutPatients(res);
    const code = String(req.params['hospital']);
    const view = await registryViewOf(parts, res);
    const shown = (view.hospitals?.includes(code) ?? true) && (await findHospital(index, code)) !== null;
    if (!shown) throw noHospital();
    const events: RegistryEventBody[] = (await hospitalHistory(index, code)).map(
      ({ id, kind, subject, before, after, author, at }) => ({
        id,
        kind,
        subject,
        before: before as Record<string, unknown> | null,
        after: after as Record<string, unknown> | null,
        by: author.name === '' ? author.id : author.name,
        at: at.toISOString(),
      }),
    );
    res.set('Cache-Control', 'no-store').json({ events });
  });

  return router;
}

const copied = (list: readonly string[] | null): string[] | null => (list === null ? null : [...list]);

function hospitalBody(hospital: {
  code: string;
  nameZh: string;
  nameEn: string;
  level: string;
  region: string;
}): Omit<RegistryHospitalBody, 'scopes' | 'alliances' | 'inView'> {
  const { code, nameZh, nameEn, level: text, region } = hospital;
  const found = levelOf(text);
  return {
    code,
    name: { zh: nameZh, en: nameEn },
    level: text,
    tier: found?.tier ?? null,
    grade: found?.grade ?? null,
    region,
  };
}

const noHospital = () =>
  problem('not-found', { detail: 'There is no such hospital.', detailZh: '没有该医院。' });
const notAdministered = () =>
  problem('forbidden', {
    detail: 'Hospitals are added and renamed by administrators of the region.',
    detailZh: '新增医院或改名须由区域管理员办理。',
  });
