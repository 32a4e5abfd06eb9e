import {
  createClient,
  endClient,
  findClient,
  findHospital,
  listClients,
  type OidcClient,
  rotateClientSecret,
  type Scope,
  updateClient,
} from '@hutong/storage-config';
import { type Request, type Response, Router } from 'express';
import { auditEvent, withoutPatients } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { ISSUER_PATH } from '../auth/bearerToken.ts';
import { mayGiveKey } from '../auth/giving.ts';
import { serverUrl } from '../auth/origin.ts';
import { callerOf, hospitalsWith, type ServerParts } from '../context.ts';
import type { ClientsBody, NewClientAnswer } from '../contract/clients.ts';
import { HttpProblem, problem } from '../problem.ts';
import { smallJson } from '../requestBody.ts';
import {
  checkClient,
  clientBody,
  clientChange,
  newClient,
  parseClientBody,
  secretRotation,
} from './clientBody.ts';

const BODY_LIMIT = 65_536;
const ID = /^htc_[A-Za-z0-9_-]{16}$/;

/**
 * `/clients` below `/api`, for who looks after credentials: applications that people sign in to, and machines. Those of
 * other hospitals are answered as ones that do not exist. A secret is shown once, and only to who could have made the
 * client; ending one is for all who look after it.
 */
export function clientRoutes(parts: Pick<ServerParts, 'index' | 'config' | 'audit' | 'secrets'>): Router {
  const { index, config, secrets } = parts;
  const router = Router();
  const keys = requireScope('keys');

  router.get('/clients', keys, async (req, res) => {
    const clients = await listClients(index, hospitalsWith(callerOf(res), 'keys'));
    const server = serverUrl(req, config);
    const issues = config.oidcIssuer && secrets.usable;
    const body: ClientsBody = {
      clients: clients.map(clientBody),
      issuer: issues ? server + ISSUER_PATH : null,
      server,
    };
    answer(res).json(body);
  });

  router.post('/clients', keys, ...smallJson(BODY_LIMIT), async (req, res) => {
    const wanted = parseClientBody(newClient, req.body);
    checkClient(wanted);
    refuseMoreThanOwn(res, wanted.kind, wanted.hospital, wanted.scopes);
    if (wanted.hospital !== null && (await findHospital(index, wanted.hospital)) === null)
      throw problem('not-found', { detail: 'There is no such hospital.', detailZh: '没有该医院。' });
    const { hospital, jwks, ...rest } = wanted;
    const { client, secret } = await createClient(index, {
      ...rest,
      hospitalCode: hospital,
      jwks: jwks ?? null,
      createdBy: callerOf(res).displayName,
    });
    await onRecord(req, res, 'client created', client);
    const body: NewClientAnswer = { client: clientBody(client), secret };
    answer(res).set('Location', `/api/clients/${client.id}`).status(201).json(body);
  });

  router.get('/clients/:client', keys, async (req, res) => {
    answer(res).json(clientBody(await inView(req, res)));
  });

  router.patch('/clients/:client', keys, ...smallJson(BODY_LIMIT), async (req, res) => {
    const client = await inView(req, res);
    const { name, scopes, redirectUris, loggedOutUris, logoutUri, expiresAt } = parseClientBody(
      clientChange,
      req.body,
    );
    refuseMoreThanOwn(res, client.kind, client.hospitalCode, [...client.scopes, ...(scopes ?? [])]);
    const change = {
      ...(name === undefined ? {} : { name }),
      ...(scopes === undefined ? {} : { scopes }),
      ...(redirectUris === undefined ? {} : { redirectUris }),
      ...(loggedOutUris === undefined ? {} : { loggedOutUris }),
      ...(logoutUri === undefined ? {} : { logoutUri }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    };
    const { kind, scopes: scopesNow, redirectUris: back, loggedOutUris: gone, logoutUri: told } = client;
    checkClient({
      kind,
      scopes: scopesNow,
      redirectUris: back,
      loggedOutUris: gone,
      logoutUri: told,
      ...change,
    });
    const changed = await updateClient(index, client.id, change, hospitalsWith(callerOf(res), 'keys'));
    if (changed === null) throw noClient();
    await onRecord(req, res, 'client changed', changed, { members: Object.keys(change) });
    answer(res).json(clientBody(changed));
  });

  router.post('/clients/:client/secret', keys, ...smallJson(BODY_LIMIT), async (req, res) => {
    const client = await inView(req, res);
    refuseMoreThanOwn(res, client.kind, client.hospitalCode, client.scopes);
    const { overlapHours } = parseClientBody(secretRotation, req.body ?? {});
    const secret = await rotateClientSecret(index, client.id, overlapHours * 3600);
    if (secret === null)
      throw problem('conflict', {
        detail: 'This client has no secret: it shows who it is otherwise.',
        detailZh: '该应用不使用密钥。',
      });
    const changed = (await findClient(index, client.id)) ?? client;
    await onRecord(req, res, 'client secret rotated', changed, { overlapHours });
    const body: NewClientAnswer = { client: clientBody(changed), secret };
    answer(res).json(body);
  });

  router.delete('/clients/:client', keys, async (req, res) => {
    const client = await inView(req, res);
    if (!(await endClient(index, client.id))) throw noClient();
    await onRecord(req, res, 'client ended', client);
    answer(res).status(204).end();
  });

  return router;

  /** The client that is asked for, where who asks looks after it. @throws HttpProblem 404 */
  async function inView(req: Request, res: Response): Promise<OidcClient> {
    const id = String(req.params['client']);
    const client = ID.test(id) ? await findClient(index, id, hospitalsWith(callerOf(res), 'keys')) : null;
    if (client === null || client.endedAt !== null) throw noClient();
    return client;
  }

  async function onRecord(
    req: Request,
    res: Response,
    what: string,
    { id, name, hospitalCode, kind, scopes }: OidcClient,
    detail: Readonly<Record<string, unknown>> = {},
  ): Promise<void> {
    await auditEvent(parts, req, res, {
      action: 'rights',
      hospital: hospitalCode ?? '',
      detail: { what, client: id, label: name, kind, scopes, ...detail },
    });
  }
}

/**
 * A machine gets what a key could get. What people do through an application stays within what they may do themselves, so
 * that whoever looks after credentials of the hospital may make it known.
 *
 * @throws HttpProblem 403
 */
function refuseMoreThanOwn(
  res: Response,
  kind: OidcClient['kind'],
  hospital: string | null,
  scopes: readonly Scope[],
): void {
  const caller = callerOf(res);
  const seenTo = hospitalsWith(caller, 'keys');
  const looksAfter = hospital === null ? seenTo === null : (seenTo?.includes(hospital) ?? true);
  const ofKeys = scopes.filter((scope) => scope !== 'accounts');
  const may = kind === 'machine' ? mayGiveKey(caller, { hospital, scopes: ofKeys }) : looksAfter;
  if (may) return;
  throw new HttpProblem(
    403,
    'more-than-own',
    'Applications and machines are made known for hospitals that you look after, with scopes that you may give.',
    '只能为您负责的医院登记应用与系统，且限于您可授予的权限范围。',
  );
}

function answer(res: Response): Response {
  withoutPatients(res);
  return res.set('Cache-Control', 'no-store');
}

const noClient = (): HttpProblem =>
  problem('not-found', { detail: 'There is no such application.', detailZh: '没有该应用。' });
