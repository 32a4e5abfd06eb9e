import {
  type Account,
  accountHistory,
  changeAccount,
  createAccount,
  endAllSessions,
  findAccount,
  findAccounts,
  givePassword,
  liftSecondFactor,
  listHospitals,
  type RoleGrant,
  ROLES,
} from '@hutong/storage-config';
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { auditEvent, withoutPatients } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { callerOf, type ServerParts } from '../context.ts';
import type { AccountChoices, AccountHistory, AccountsPage, GivenPassword } from '../contract/accounts.ts';
import { queryParameters } from '../dicomweb/path.ts';
import { parsedBody } from '../jsonBody.ts';
import { cursorOf, pageSize, readListQuery, single, writeCursor, UUID } from '../listQuery.ts';
import { problem } from '../problem.ts';
import { smallJson } from '../requestBody.ts';
import { accountBody, accountChange, changeBody, newAccount, UNFIT } from './accountBody.ts';
import {
  administering,
  checkOwnsPassword,
  giverFor,
  noAccount,
  peopleAlone,
  refusalOf,
} from './administering.ts';
import { checkDuties, checkMayGive } from './giving.ts';

const BODY_LIMIT = 65_536;

const listing = z.object({
  q: single.transform(([text = '']) => text.trim().slice(0, 100)).default(''),
  role: single.pipe(z.tuple([z.enum(ROLES)])).optional(),
  hospital: single.pipe(z.tuple([z.string().max(32)])).optional(),
  state: single.pipe(z.tuple([z.enum(['active', 'disabled'])])).optional(),
  limit: pageSize(50, 200),
  cursor: cursorOf(z.tuple([z.string().max(64)])),
});

/**
 * `/accounts` below `/api`, for who sees to accounts: list, make, change, give a new password, lift the second factor, end
 * sessions. Who administers one hospital sees accounts all of whose roles are there, and gives roles there alone; others
 * are answered as accounts that do not exist.
 */
export function accountRoutes(parts: Pick<ServerParts, 'index' | 'config' | 'audit'>): Router {
  const { index, config } = parts;
  const router = Router();
  const accounts = [requireScope('accounts'), peopleAlone];

  router.get('/accounts', ...accounts, async (req, res) => {
    const query = readListQuery(listing, queryParameters(req.originalUrl));
    const found = await findAccounts(index, {
      hospitals: giverFor(res).hospitals,
      text: query.q.replaceAll('\0', ''),
      role: query.role?.[0] ?? null,
      hospital: query.hospital?.[0] ?? null,
      disabled: query.state === undefined ? null : query.state[0] === 'disabled',
      after: query.cursor?.[0] ?? null,
      limit: query.limit + 1,
    });
    const page = found.slice(0, query.limit);
    const last = found.length > query.limit ? page.at(-1) : undefined;
    const body: AccountsPage = {
      accounts: page.map((account) => bodyOf(res, account)),
      next: last === undefined ? null : writeCursor([last.username]),
    };
    answer(res).json(body);
  });

  router.get('/accounts/choices', ...accounts, async (_req, res) => {
    const { hospitals } = giverFor(res);
    const all = await listHospitals(index);
    const body: AccountChoices = {
      hospitals: all
        .filter(({ code }) => hospitals?.includes(code) ?? true)
        .map(({ code, nameZh, nameEn }) => ({ code, name: { zh: nameZh, en: nameEn } })),
      region: hospitals === null,
      separateDuties: config.separateDuties,
    };
    answer(res).json(body);
  });

  router.post('/accounts', ...accounts, ...smallJson(BODY_LIMIT), async (req, res) => {
    const wanted = parsedBody(newAccount, req.body, UNFIT);
    await checkRoles(res, wanted.roles);
    const { id, password } = await refused(
      createAccount(index, wanted, administering(res, config, { roles: wanted.roles })),
    );
    const account = await present(id);
    await onRecord(req, res, 'account created', account, { before: [], after: account.roles });
    const body: GivenPassword = { account: bodyOf(res, account), password };
    answer(res).set('Location', `/api/accounts/${id}`).status(201).json(body);
  });

  router.get('/accounts/:account', ...accounts, async (req, res) => {
    answer(res).json(bodyOf(res, await inView(req, res)));
  });

  router.get('/accounts/:account/history', ...accounts, async (req, res) => {
    const { id } = await inView(req, res);
    const body: AccountHistory = { changes: (await accountHistory(index, id)).map(changeBody) };
    answer(res).json(body);
  });

  router.patch('/accounts/:account', ...accounts, ...smallJson(BODY_LIMIT), async (req, res) => {
    const { id } = await inView(req, res);
    const change = parsedBody(accountChange, req.body, UNFIT);
    if (change.roles !== undefined) {
      await checkRoles(res, change.roles);
      checkOwnsPassword(await present(id));
    }
    const wish = {
      ...(change.roles === undefined ? {} : { roles: change.roles }),
      notToOneself: change.disabled === true,
    };
    const changed = await refused(changeAccount(index, id, change, administering(res, config, wish)));
    if (changed === null) throw noAccount();
    const { before, after } = changed;
    const roles = { before: before.roles, after: after.roles };
    if (JSON.stringify(before.roles) !== JSON.stringify(after.roles))
      await onRecord(req, res, 'roles changed', after, roles);
    if (before.disabled !== after.disabled)
      await onRecord(req, res, after.disabled ? 'account disabled' : 'account enabled', after, roles);
    if (before.displayName !== after.displayName) await onRecord(req, res, 'name changed', after);
    answer(res).json(bodyOf(res, after));
  });

  router.post('/accounts/:account/password', ...accounts, async (req, res) => {
    const { id } = await inView(req, res);
    checkOwnsPassword(await present(id));
    const password = await refused(
      givePassword(index, id, administering(res, config, { notToOneself: true, opens: true })),
    );
    if (password === null) throw noAccount();
    const account = await present(id);
    await onRecord(req, res, 'password given', account);
    const body: GivenPassword = { account: bodyOf(res, account), password };
    answer(res).json(body);
  });

  router.delete('/accounts/:account/second-factor', ...accounts, async (req, res) => {
    const { id } = await inView(req, res);
    const account = await refused(
      liftSecondFactor(index, id, administering(res, config, { notToOneself: true, opens: true })),
    );
    if (account === null) throw noAccount();
    await onRecord(req, res, 'second factor removed', account);
    answer(res).json(bodyOf(res, await present(id)));
  });

  router.delete('/accounts/:account/sessions', ...accounts, async (req, res) => {
    const { id } = await inView(req, res);
    if ((await refused(endAllSessions(index, id, administering(res, config)))) === null) throw noAccount();
    const account = await present(id);
    await onRecord(req, res, 'sessions ended', account);
    answer(res).json(bodyOf(res, account));
  });

  return router;

  /** The account that is asked for, where who asks sees to it. @throws HttpProblem 404 */
  async function inView(req: Request, res: Response): Promise<Account> {
    const id = String(req.params['account']).toLowerCase();
    const account = UUID.test(id) ? await findAccount(index, id, giverFor(res).hospitals) : null;
    if (account === null) throw noAccount();
    return account;
  }

  async function present(id: string): Promise<Account> {
    const account = await findAccount(index, id);
    if (account === null) throw noAccount();
    return account;
  }

  /** @throws HttpProblem 403, 404, 409 */
  async function checkRoles(res: Response, roles: readonly RoleGrant[]): Promise<void> {
    checkMayGive(giverFor(res), roles);
    checkDuties(roles, config.separateDuties);
    const known = new Set((await listHospitals(index)).map(({ code }) => code));
    if (roles.every(({ hospital }) => hospital === null || known.has(hospital))) return;
    throw problem('not-found', { detail: 'There is no such hospital.', detailZh: '没有该医院。' });
  }

  /** On the record of each hospital that the roles are in; of the region, where one is for all. */
  async function onRecord(
    req: Request,
    res: Response,
    what: string,
    { id, username, roles }: Account,
    changed?: { before: readonly RoleGrant[]; after: readonly RoleGrant[] },
  ): Promise<void> {
    const concerned = [...(changed?.before ?? []), ...(changed?.after ?? []), ...roles];
    const hospitals = new Set(concerned.map(({ hospital }) => hospital ?? ''));
    for (const hospital of hospitals.size === 0 ? [''] : hospitals)
      await auditEvent(parts, req, res, {
        action: 'rights',
        hospital,
        detail: { what, account: id, username, ...changed },
      });
  }
}

const bodyOf = (res: Response, account: Account) => accountBody(account, callerOf(res).account?.id ?? null);

function answer(res: Response): Response {
  withoutPatients(res);
  return res.set('Cache-Control', 'no-store');
}

async function refused<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw refusalOf(error);
  }
}
