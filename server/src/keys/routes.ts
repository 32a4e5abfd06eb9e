import {
  changeApiKey,
  countExpiringKeys,
  createApiKey,
  endPreviousSecret,
  findHospital,
  findKey,
  findKeys,
  KEY_STATES,
  type KeyRecord,
  listHospitals,
  revokeApiKey,
  rotateApiKey,
} from '@hutong/storage-config';
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { auditEvent, withoutPatients } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { serverUrl } from '../auth/origin.ts';
import { authorOf, callerOf, hospitalsWith, type ServerParts } from '../context.ts';
import type { KeyChoices, KeysPage, NewSecretBody } from '../contract/keys.ts';
import { queryParameters } from '../dicomweb/path.ts';
import {
  cursorOf,
  momentAndId,
  pageSize,
  readListQuery,
  repeated,
  single,
  UUID,
  writeCursor,
} from '../listQuery.ts';
import { parsedBody } from '../jsonBody.ts';
import { HttpProblem, problem } from '../problem.ts';
import { smallJson } from '../requestBody.ts';
import { mayGiveKey, scopesToGive } from '../auth/giving.ts';
import { checkCertificate, keyBody, keyChange, newKey, rotation } from './keyBody.ts';

const BODY_LIMIT = 65_536;
const UNFIT = { code: 'bad-key' };

const listing = z.object({
  q: single.transform(([text = '']) => text.trim().slice(0, 100)).default(''),
  hospital: single.pipe(z.tuple([z.string().max(32)])).optional(),
  state: repeated(z.enum(KEY_STATES)),
  limit: pageSize(50, 200),
  cursor: cursorOf(momentAndId),
});

/**
 * `/keys` below `/api`, for who looks after machines' keys: list, make, change, rotate, revoke. Keys of other hospitals are
 * answered as keys that do not exist. A new secret goes to who could have made the key alone; ending one is for all who
 * look after it.
 */
export function keyRoutes(parts: Pick<ServerParts, 'index' | 'config' | 'audit'>): Router {
  const { index, config } = parts;
  const router = Router();
  const keys = requireScope('keys');

  router.get('/keys', keys, async (req, res) => {
    const query = readListQuery(listing, queryParameters(req.originalUrl));
    const hospitals = hospitalsWith(callerOf(res), 'keys');
    const found = await findKeys(index, {
      hospitals,
      text: query.q.replaceAll('\0', ''),
      hospital: query.hospital?.[0] ?? null,
      states: query.state,
      after: query.cursor,
      limit: query.limit + 1,
    });
    const page = found.slice(0, query.limit);
    const last = found.length > query.limit ? page.at(-1) : undefined;
    const body: KeysPage = {
      keys: page.map((key) => bodyOf(res, key)),
      next: last === undefined ? null : writeCursor([last.position, last.id]),
      expiring: await countExpiringKeys(index, hospitals),
    };
    answer(res).json(body);
  });

  router.get('/keys/choices', keys, async (req, res) => {
    const caller = callerOf(res);
    const hospitals = hospitalsWith(caller, 'keys');
    const all = await listHospitals(index);
    const body: KeyChoices = {
      hospitals: all
        .filter(({ code }) => hospitals?.includes(code) ?? true)
        .map(({ code, nameZh, nameEn }) => ({
          code,
          name: { zh: nameZh, en: nameEn },
          scopes: scopesToGive(caller, code),
        })),
      region: hospitals === null ? scopesToGive(caller, null) : null,
      clientCertificates: config.clientCertificateHeader !== null,
      dicomweb: `${serverUrl(req, config)}/dicomweb`,
    };
    answer(res).json(body);
  });

  router.post('/keys', keys, ...smallJson(BODY_LIMIT), async (req, res) => {
    const wanted = parsedBody(newKey, req.body, UNFIT);
    if (!mayGiveKey(callerOf(res), wanted)) throw moreThanOwn();
    checkCertificate(wanted, config);
    if (wanted.hospital !== null && (await findHospital(index, wanted.hospital)) === null)
      throw problem('not-found', { detail: 'There is no such hospital.', detailZh: '没有该医院。' });
    const { id, secret } = await createApiKey(index, { ...wanted, author: authorOf(callerOf(res)) });
    const key = await present(id);
    await onRecord(req, res, 'key created', key, {
      scopes: key.scopes,
      expiresAt: key.expiresAt,
      networks: key.networks,
      purpose: key.purpose,
    });
    const body: NewSecretBody = { key: bodyOf(res, key), secret };
    answer(res).set('Location', `/api/keys/${id}`).status(201).json(body);
  });

  router.get('/keys/:key', keys, async (req, res) => {
    answer(res).json(bodyOf(res, await inView(req, res)));
  });

  router.patch('/keys/:key', keys, ...smallJson(BODY_LIMIT), async (req, res) => {
    const { id } = await toChange(req, res);
    const change = parsedBody(keyChange, req.body, UNFIT);
    checkCertificate(change, config);
    const changed = await changeApiKey(index, id, change);
    if (changed === null) throw noKey();
    const names = Object.keys(change) as (keyof KeyRecord)[];
    const told = (key: KeyRecord) => Object.fromEntries(names.map((name) => [name, key[name]]));
    await onRecord(req, res, 'key changed', changed.after, {
      before: told(changed.before),
      after: told(changed.after),
    });
    answer(res).json(bodyOf(res, changed.after));
  });

  router.post('/keys/:key/rotate', keys, ...smallJson(BODY_LIMIT), async (req, res) => {
    const { id } = await toChange(req, res);
    const { overlapHours } = parsedBody(rotation, req.body ?? {}, UNFIT);
    const rotated = await rotateApiKey(index, id, overlapHours);
    if (rotated === null) throw noKey();
    await onRecord(req, res, 'key rotated', rotated.key, { overlapHours });
    const body: NewSecretBody = { key: bodyOf(res, rotated.key), secret: rotated.secret };
    answer(res).json(body);
  });

  router.delete('/keys/:key/previous', keys, async (req, res) => {
    const { id } = await inView(req, res);
    const key = await endPreviousSecret(index, id);
    if (key === null) throw noKey();
    await onRecord(req, res, 'previous secret ended', key);
    answer(res).json(bodyOf(res, key));
  });

  router.delete('/keys/:key', keys, async (req, res) => {
    const key = await inView(req, res);
    if (!(await revokeApiKey(index, key.id))) throw noKey();
    await onRecord(req, res, 'key revoked', key, { scopes: key.scopes });
    answer(res).status(204).end();
  });

  return router;

  /** The key that is asked for, where who asks looks after it. @throws HttpProblem 404 */
  async function inView(req: Request, res: Response): Promise<KeyRecord> {
    const id = String(req.params['key']).toLowerCase();
    const key = UUID.test(id) ? await findKey(index, id, hospitalsWith(callerOf(res), 'keys')) : null;
    if (key === null) throw noKey();
    return key;
  }

  /** @throws HttpProblem 403 when who asks could not have made it, 404 */
  async function toChange(req: Request, res: Response): Promise<KeyRecord> {
    const key = await inView(req, res);
    if (!mayChange(res, key)) throw moreThanOwn();
    return key;
  }

  async function present(id: string): Promise<KeyRecord> {
    const key = await findKey(index, id, null);
    if (key === null) throw noKey();
    return key;
  }

  async function onRecord(
    req: Request,
    res: Response,
    what: string,
    { id, label, hospitalCode }: KeyRecord,
    detail: Readonly<Record<string, unknown>> = {},
  ): Promise<void> {
    await auditEvent(parts, req, res, {
      action: 'rights',
      hospital: hospitalCode ?? '',
      detail: { what, key: id, label, ...detail },
    });
  }
}

const mayChange = (res: Response, { hospitalCode, scopes }: KeyRecord): boolean =>
  mayGiveKey(callerOf(res), { hospital: hospitalCode, scopes });

const bodyOf = (res: Response, key: KeyRecord) => keyBody(key, mayChange(res, key));

function answer(res: Response): Response {
  withoutPatients(res);
  return res.set('Cache-Control', 'no-store');
}

const noKey = (): HttpProblem =>
  problem('not-found', { detail: 'There is no such key.', detailZh: '没有该凭证。' });

const moreThanOwn = (): HttpProblem =>
  new HttpProblem(
    403,
    'more-than-own',
    'Keys are given for hospitals that you look after, with scopes that you may give; /api/keys/choices lists them.',
    '只能为您负责的医院创建凭证，且限于您可授予的权限范围（见 /api/keys/choices）。',
  );
