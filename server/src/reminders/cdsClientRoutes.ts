import {
  type CdsClient,
  createCdsClient,
  endCdsClient,
  listCdsClients,
  newCdsClientSchema,
} from '@hutong/storage-config';
import { Router } from 'express';
import { auditEvent, withoutPatients } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { serverUrl } from '../auth/origin.ts';
import { callerOf, hospitalsWith, may } from '../context.ts';
import type { CdsClientBody, CdsClientsBody } from '../contract/reminders.ts';
import { parsedBody } from '../jsonBody.ts';
import { UUID } from '../listQuery.ts';
import { HttpProblem, problem } from '../problem.ts';
import { smallJson } from '../requestBody.ts';
import type { ReminderParts } from './ask.ts';
import type { NamedWorld, WorldSource } from './world.ts';

/** `/cds-clients` below `/api`, for who gives credentials of machines: systems that ask by CDS Hooks. */
export function cdsClientRoutes(parts: ReminderParts, world: WorldSource): Router {
  const { index, config } = parts;
  const router = Router();
  const keys = requireScope('keys');

  router.get('/cds-clients', keys, async (req, res) => {
    withoutPatients(res);
    const held = hospitalsWith(callerOf(res), 'keys');
    const now = await world();
    const body: CdsClientsBody = {
      clients: (await listCdsClients(index, held)).map((one) => clientBody(one, now)),
      hospitals: (held ?? [...now.hospitals.keys()]).map(now.ref),
      services: `${serverUrl(req, config)}/cds-services`,
    };
    res.set('Cache-Control', 'no-store').json(body);
  });

  router.post('/cds-clients', keys, ...smallJson(65_536), async (req, res) => {
    const given = parsedBody(newCdsClientSchema, req.body);
    const caller = callerOf(res);
    // What it is answered are patients' studies: given by who keeps keys of the hospital and may read there, or the region's.
    if (!may(caller, 'keys', given.hospital) || !maySee(given.hospital))
      throw problem('forbidden', {
        detail:
          'A system that asks of patients is registered by somebody who may read or administer in its hospital.',
        detailZh: '查询患者检查的系统须由该医院有读取或管理权限的人员登记。',
      });
    const made = await createCdsClient(index, {
      ...given,
      jwks: given.jwks ?? null,
      jwksUrl: given.jwksUrl ?? null,
      createdBy: caller.displayName,
    });
    if (made === 'noHospital')
      throw problem('not-found', { detail: 'There is no such hospital.', detailZh: '没有该医院。' });
    if (made === 'issuerTaken')
      throw new HttpProblem(
        409,
        'issuer-taken',
        'A client with this issuer is registered already. End it first.',
        '该签发者（iss）已登记，请先停用原登记。',
      );
    await auditEvent(parts, req, res, {
      action: 'rights',
      hospital: made.hospital,
      detail: { cdsClient: made.id, what: 'created', issuer: made.issuer },
    });
    res
      .set('Cache-Control', 'no-store')
      .status(201)
      .json(clientBody(made, await world()));

    function maySee(hospital: string): boolean {
      return caller.kind === 'machine'
        ? may(caller, 'recognise', hospital)
        : may(caller, 'read', hospital) ||
            may(caller, 'admin', hospital) ||
            may(caller, 'recognise', hospital);
    }
  });

  router.delete('/cds-clients/:client', keys, async (req, res) => {
    const caller = callerOf(res);
    const id = String(req.params['client']);
    const ended = UUID.test(id)
      ? await endCdsClient(index, id, hospitalsWith(caller, 'keys'), caller.displayName)
      : null;
    if (ended === null)
      throw problem('not-found', { detail: 'There is no such client.', detailZh: '没有该系统登记。' });
    await auditEvent(parts, req, res, {
      action: 'rights',
      hospital: ended.hospital,
      detail: { cdsClient: id, what: 'ended', issuer: ended.issuer },
    });
    res.set('Cache-Control', 'no-store').status(204).end();
  });
  return router;
}

function clientBody(client: CdsClient, world: NamedWorld): CdsClientBody {
  return {
    id: client.id,
    issuer: client.issuer,
    name: client.name,
    hospital: world.ref(client.hospital),
    jwksUrl: client.jwksUrl,
    keyIds: client.jwks?.keys.map((key) => (typeof key['kid'] === 'string' ? key['kid'] : '')) ?? [],
    createdBy: client.createdBy,
    createdAt: client.createdAt.toISOString(),
    endedAt: client.endedAt?.toISOString() ?? null,
    endedBy: client.endedBy,
    lastUsedAt: client.lastUsedAt?.toISOString() ?? null,
  };
}
