import {
  createApiKey,
  createHospital,
  createSignInLink,
  type RoleGrant,
  ROLES,
} from '@hutong/storage-config';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AccountBody, AccountHistory, AccountsPage, GivenPassword } from '../contract/accounts.ts';
import type { SessionInfo } from '../contract.ts';
import { startTestServer, type TestServer } from '../testing.ts';
import { aPerson, type Person, send, signIn } from '../testingPeople.ts';

let server: TestServer;
/** Who administers the region, hospital a, and hospital b. */
let [region, ofA, ofB]: Person[] = [];

const HOSPITALS = ['a', 'b', 'c'];
const administrator = (hospital: string | null): RoleGrant => ({ role: 'administrator', hospital });
const radiologist = (hospital: string | null): RoleGrant => ({ role: 'radiologist', hospital });

beforeAll(async () => {
  server = await startTestServer();
  for (const code of HOSPITALS)
    await createHospital(server.index, { code, nameZh: `${code}院`, nameEn: code });
  region = await aPerson(server, [administrator(null)]);
  ofA = await aPerson(server, [administrator('a')]);
  ofB = await aPerson(server, [administrator('b')]);
}, 60_000);
afterAll(() => server.close());

const cookieOf = (person: Person | undefined): Record<string, string> => {
  if (person === undefined) throw new Error('nobody');
  return person.cookie;
};
const as = <T = { code: string; detail: string }>(
  person: Person | undefined,
  method: string,
  path: string,
  body?: unknown,
) => send<T>(server, method, path, cookieOf(person), body);

async function created(by: Person | undefined, roles: RoleGrant[], username: string): Promise<GivenPassword> {
  const answer = await as<GivenPassword>(by, 'POST', '/accounts', { username, displayName: '新人', roles });
  expect(answer.status).toBe(201);
  return answer.body;
}

describe('an account that is made', () => {
  test('has a password that is told once, and is changed before anything else', async () => {
    const { account, password } = await created(ofA, [radiologist('a')], 'told.once');
    expect(account).toMatchObject({ state: 'active', passwordGiven: true, roles: [radiologist('a')] });
    const later = await as(ofA, 'GET', `/accounts/${account.id}`);
    expect(later.text).not.toContain(password);
    expect(later.headers.get('cache-control')).toBe('no-store');
    const cookie = await signIn(server, 'told.once', password);
    expect((await send(server, 'GET', '/worklist', cookie)).status).toBe(403);
    expect(JSON.stringify(server.logged)).not.toContain(password);
  });

  test('is on record with its roles, without its password', async () => {
    const { account, password } = await created(ofA, [radiologist('a')], 'on.record');
    const { rows: events } = await server.index.query<{ detail: string; hospital_code: string }>(
      `SELECT hospital_code, detail FROM audit_event WHERE action = 'rights' AND detail LIKE $1`,
      [`%${account.id}%`],
    );
    expect(events.map(({ detail, ...rest }) => ({ ...rest, ...(JSON.parse(detail) as object) }))).toEqual([
      expect.objectContaining({
        hospital_code: 'a',
        what: 'account created',
        before: [],
        after: [radiologist('a')],
      }),
    ]);
    expect(JSON.stringify(events)).not.toContain(password);
  });

  test('cannot have a name that is taken or none', async () => {
    await created(region, [radiologist('a')], 'taken.name');
    const again = (username: string) =>
      as(ofB, 'POST', '/accounts', { username, displayName: '新人', roles: [radiologist('b')] });
    expect([(await again('Taken.Name')).body.code, (await again('Taken.Name')).status]).toEqual([
      'username-taken',
      409,
    ]);
    expect((await again('a b')).body.code).toBe('bad-username');
  });

  test.each([
    ['a bell', 'x\u0007y'],
    ['a line break', 'x\ny'],
    ['an override of direction', '张\u202Eexe'],
    ['a half character', '\ud800'],
    ['nothing', '  '],
    ['ten thousand letters', 'x'.repeat(10_000)],
  ])('cannot be called by %s', async (_what, displayName) => {
    const answer = await as(region, 'POST', '/accounts', {
      username: 'odd',
      displayName,
      roles: [radiologist('a')],
    });
    expect([answer.status, answer.body.code]).toEqual([400, 'bad-account']);
  });

  test('keeps a name that looks like markup as text', async () => {
    const displayName = '<img src=x onerror=alert(1)>';
    const answer = await as<GivenPassword>(region, 'POST', '/accounts', {
      username: 'markup',
      displayName,
      roles: [radiologist('a')],
    });
    expect(answer.body.account.displayName).toBe(displayName);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  });
});

describe('a change', () => {
  test('of roles holds for a running session from its next request on', async () => {
    const person = await aPerson(server, [radiologist('a')]);
    expect((await as(person, 'GET', '/worklist')).status).toBe(200);
    const { body: account } = await as<AccountBody>(ofA, 'GET', `/accounts/${person.id}`);
    const roles = [{ role: 'auditor', hospital: 'a' }];
    const answer = await as(ofA, 'PATCH', `/accounts/${person.id}`, { revision: account.revision, roles });
    expect(answer.status).toBe(200);
    expect((await as(person, 'GET', '/worklist')).status).toBe(403);
    expect((await as<SessionInfo>(person, 'GET', '/session')).body.rights).toEqual({ audit: ['a'] });
    const { changes } = (await as<AccountHistory>(ofA, 'GET', `/accounts/${person.id}/history`)).body;
    expect(changes[0]).toMatchObject({
      kind: 'roles',
      by: { kind: 'person', id: ofA?.username },
      rolesBefore: [radiologist('a')],
      rolesAfter: roles,
    });
  });

  test('that was made on what another changed meanwhile is refused', async () => {
    const person = await aPerson(server, [radiologist('a')]);
    const { revision } = (await as<AccountBody>(ofA, 'GET', `/accounts/${person.id}`)).body;
    const change = (role: string) =>
      as(ofA, 'PATCH', `/accounts/${person.id}`, { revision, roles: [{ role, hospital: 'a' }] });
    const answers = await Promise.all([change('clinician'), change('auditor')]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.code).toBe('changed-meanwhile');
  });

  test('that disables ends sessions at once; enabling lets in again', async () => {
    const person = await aPerson(server, [radiologist('a')]);
    const set = async (disabled: boolean) => {
      const { revision } = (await as<AccountBody>(ofA, 'GET', `/accounts/${person.id}`)).body;
      return as<AccountBody>(ofA, 'PATCH', `/accounts/${person.id}`, { revision, disabled });
    };
    expect((await set(true)).body).toMatchObject({ state: 'disabled', sessions: 0 });
    expect((await as(person, 'GET', '/worklist')).status).toBe(401);
    expect((await set(false)).body.state).toBe('active');
  });

  test('by a new password, of the second factor, and of sessions, ends what was open', async () => {
    const person = await aPerson(server, [radiologist('a')]);
    const given = await as<GivenPassword>(ofA, 'POST', `/accounts/${person.id}/password`);
    expect(given.body.account).toMatchObject({ passwordGiven: true, sessions: 0 });
    expect((await as(person, 'GET', '/session')).status).toBe(401);
    const cookie = await signIn(server, person.username, given.body.password);
    await server.index.query(`UPDATE account SET totp_secret = 'AAAA' WHERE account_id = $1`, [person.id]);
    const lifted = await as<AccountBody>(ofA, 'DELETE', `/accounts/${person.id}/second-factor`);
    expect(lifted.body.secondFactor).toBe(false);
    expect((await as<AccountBody>(ofA, 'DELETE', `/accounts/${person.id}/sessions`)).body.sessions).toBe(0);
    expect((await send(server, 'GET', '/session', cookie)).status).toBe(401);
    const kinds = (await as<AccountHistory>(ofA, 'GET', `/accounts/${person.id}/history`)).body.changes.map(
      ({ kind }) => kind,
    );
    expect(kinds).toEqual(['sessions', 'secondFactor', 'password', 'created']);
  });

  test('of roles or password of who comes by a provider of identity is made there', async () => {
    const person = await aPerson(server, [radiologist('a')]);
    await server.index.query(
      `INSERT INTO external_identity (issuer, subject, account_id, provider) VALUES ('https://id.example', 'li', $1, 'city')`,
      [person.id],
    );
    const path = `/accounts/${person.id}`;
    const { body: account } = await as<AccountBody>(ofA, 'GET', path);
    expect(account.provider).toBe('city');
    const { revision } = account;
    for (const answer of [
      await as(ofA, 'PATCH', path, { revision, roles: [{ role: 'clinician', hospital: 'a' }] }),
      await as(ofA, 'POST', `${path}/password`),
    ])
      expect([answer.status, answer.body.code]).toEqual([409, 'provider-account']);
    // Whoever it is can be kept out here.
    expect((await as(ofA, 'PATCH', path, { revision, disabled: true })).status).toBe(200);
    expect((await as(person, 'GET', '/session')).status).toBe(401);
  });

  test('cannot be taken out of the history', async () => {
    for (const statement of ['UPDATE account_change SET kind = kind', 'DELETE FROM account_change'])
      await expect(server.index.query(statement)).rejects.toThrow('append-only');
  });

  test('is not taken from a foreign page', async () => {
    const headers = { ...cookieOf(region), Origin: 'https://evil.example' };
    const body = { username: 'csrf', displayName: 'x', roles: [administrator(null)] };
    expect((await send(server, 'POST', '/accounts', headers, body)).status).toBe(403);
    expect((await send(server, 'POST', `/accounts/${ofA?.id ?? ''}/password`, headers)).status).toBe(403);
    expect((await send(server, 'DELETE', `/accounts/${ofA?.id ?? ''}/sessions`, headers)).status).toBe(403);
  });
});

describe('nobody', () => {
  test('sees accounts of another hospital: they answer as ones that never were', async () => {
    const both = await aPerson(server, [radiologist('a'), radiologist('b')]);
    for (const id of [ofB?.id, region?.id, both.id, '00000000-0000-4000-8000-000000000000', 'x']) {
      const path = `/accounts/${id ?? ''}`;
      const answers = [
        await as(ofA, 'GET', path),
        await as(ofA, 'GET', `${path}/history`),
        await as(ofA, 'PATCH', path, { revision: 1, disabled: true }),
        await as(ofA, 'POST', `${path}/password`),
        await as(ofA, 'DELETE', `${path}/second-factor`),
        await as(ofA, 'DELETE', `${path}/sessions`),
      ];
      for (const { status, body } of answers)
        expect([status, body.detail]).toEqual([404, 'There is no such account.']);
    }
    const page = await as<AccountsPage>(ofA, 'GET', '/accounts?limit=200');
    expect(page.body.accounts.every(({ roles }) => roles.every(({ hospital }) => hospital === 'a'))).toBe(
      true,
    );
  });

  test('locks the own account or lifts the own rights', async () => {
    const path = `/accounts/${ofA?.id ?? ''}`;
    const { revision } = (await as<AccountBody>(ofA, 'GET', path)).body;
    for (const answer of [
      await as(ofA, 'PATCH', path, { revision, disabled: true }),
      await as(ofA, 'PATCH', path, { revision, roles: [administrator('a'), radiologist('b')] }),
      await as(ofA, 'PATCH', path, { revision, roles: [administrator(null)] }),
      await as(ofA, 'POST', `${path}/password`),
      await as(ofA, 'DELETE', `${path}/second-factor`),
    ])
      expect(answer.status).toBe(403);
    expect((await as<AccountBody>(ofA, 'GET', path)).body).toMatchObject({
      revision,
      roles: [administrator('a')],
    });
  });

  test('gives roles in a hospital that does not exist', async () => {
    const body = { username: 'nowhere', displayName: 'x', roles: [radiologist('zzz')] };
    expect((await as(region, 'POST', '/accounts', body)).status).toBe(404);
    expect((await as(ofA, 'POST', '/accounts', body)).status).toBe(403);
  });

  test('is left out of a list that is read page by page while others come', async () => {
    const seen: string[] = [];
    let cursor: string | null = null;
    let pages = 0;
    do {
      const path: string = `/accounts?limit=3${cursor === null ? '' : `&cursor=${cursor}`}`;
      const { body } = await as<AccountsPage>(region, 'GET', path);
      seen.push(...body.accounts.map(({ username }) => username));
      cursor = body.next;
      pages += 1;
      await created(region, [radiologist('c')], `aaa.late.${pages}`);
    } while (cursor !== null && pages < 100);
    expect(new Set(seen).size).toBe(seen.length);
    const known = await server.index.query<{ username: string }>(
      `SELECT username FROM account WHERE username NOT LIKE 'aaa.late%'`,
    );
    expect(seen).toEqual(expect.arrayContaining(known.rows.map(({ username }) => username)));
  }, 60_000);

  test('is found by a pattern: what is looked for is text', async () => {
    await created(region, [radiologist('c')], 'percent.of');
    const found = async (q: string) =>
      (await as<AccountsPage>(region, 'GET', `/accounts?q=${encodeURIComponent(q)}`)).body.accounts.length;
    expect(await found('ERCENT.o')).toBe(1);
    expect([await found('%'), await found('perc_nt'), await found("' OR 1=1 --")]).toEqual([0, 0, 0]);
  });
});

/** Mulberry32: the same numbers each run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

describe('whoever changes whomever', () => {
  test('nobody ends with more than the giver has, and nothing else changes', async () => {
    const random = numbers(5);
    const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
    const grant = (): RoleGrant => ({ role: pick(ROLES), hospital: pick(['a', 'b', 'c', null]) });
    const key = ({ role, hospital }: RoleGrant) => `${role}@${hospital ?? '*'}`;
    const administered = (roles: readonly RoleGrant[]) =>
      roles.flatMap(({ role, hospital }) => (role === 'administrator' ? [hospital] : []));
    const inside = (roles: readonly RoleGrant[], hospitals: (string | null)[]) =>
      hospitals.includes(null) ||
      (roles.length > 0 && roles.every(({ hospital }) => hospitals.includes(hospital)));

    const people: (Person & { roles: RoleGrant[] })[] = [];
    for (const roles of [
      [administrator(null)],
      [administrator('a')],
      [administrator('a'), administrator('b')],
      [administrator('b'), radiologist(null)],
      [{ role: 'auditor', hospital: 'a' } as const],
      [{ role: 'hospitalIt', hospital: null } as const],
      [radiologist('c')],
      [grant(), grant()],
    ])
      people.push({ ...(await aPerson(server, roles)), roles });
    const outcomes = new Map<number, number>();
    for (let turn = 0; turn < 240; turn += 1) {
      const actor = pick(people);
      const target = pick(people);
      const roles = [grant(), ...(random() < 0.5 ? [grant()] : [])];
      const hospitals = administered(actor.roles);
      const { revision } = (await as<AccountBody>(region, 'GET', `/accounts/${target.id}`)).body;
      const answer = await as<AccountBody>(actor, 'PATCH', `/accounts/${target.id}`, { revision, roles });
      outcomes.set(answer.status, (outcomes.get(answer.status) ?? 0) + 1);
      const now = (await as<AccountBody>(region, 'GET', `/accounts/${target.id}`)).body.roles;
      if (answer.status === 200) {
        // What the giver may not touch was not touched: neither what was there, nor what came.
        expect([inside(target.roles, hospitals), inside(now, hospitals)]).toEqual([true, true]);
        expect(now.map(key).toSorted()).toEqual([...new Set(roles.map(key))].toSorted());
        if (target.id === actor.id && !hospitals.includes(null))
          for (const { hospital } of now) expect(hospitals).toContain(hospital);
        target.roles = now;
      } else {
        expect(now.map(key).toSorted()).toEqual(target.roles.map(key).toSorted());
        const own = target.id === actor.id;
        const shouldBe =
          hospitals.length === 0
            ? 403
            : !inside(target.roles, hospitals)
              ? 404
              : !inside(roles, hospitals) || own
                ? 403
                : 200;
        expect([turn, answer.status]).toEqual([turn, shouldBe]);
      }
    }
    // All of it happened, or nothing was tested.
    for (const status of [200, 403, 404]) expect(outcomes.get(status) ?? 0).toBeGreaterThan(5);
  }, 60_000);
});

describe('whoever makes an account', () => {
  test('gives it roles in the own hospitals alone', async () => {
    const hospitalIt = await aPerson(server, [{ role: 'hospitalIt', hospital: null }]);
    let made = 0;
    for (const [who, hospitals] of [
      [region, null],
      [ofA, ['a']],
      [hospitalIt, []],
    ] as const)
      for (const role of ROLES)
        for (const hospital of ['a', 'b', null]) {
          made += 1;
          const answer = await as<GivenPassword>(who, 'POST', '/accounts', {
            username: `lattice.${made}`,
            displayName: 'x',
            roles: [{ role, hospital }],
          });
          const mayGive: boolean =
            hospitals === null || (hospital !== null && hospitals.some((one) => one === hospital));
          expect([role, hospital, answer.status]).toEqual([role, hospital, mayGive ? 201 : 403]);
        }
  }, 60_000);

  test('is no program, whatever its key is for', async () => {
    const { secret } = await createApiKey(server.index, {
      hospital: null,
      scopes: ['admin', 'keys', 'audit'],
    });
    const key = { Authorization: `Bearer ${secret}` };
    expect((await send(server, 'GET', '/accounts', key)).status).toBe(403);
  });
});

describe('the region', () => {
  test('keeps an administrator when two disable each other at once, and when the last one goes', async () => {
    const alone = await startTestServer();
    try {
      for (let round = 0; round < 4; round += 1) {
        const [one, two] = [
          await aPerson(alone, [administrator(null)]),
          await aPerson(alone, [administrator(null)]),
        ];
        await alone.index.query('UPDATE account SET disabled_at = now() WHERE account_id <> ALL ($1)', [
          [one.id, two.id],
        ]);
        const disable = (by: Person, whom: Person) =>
          send<{ code: string }>(alone, 'PATCH', `/accounts/${whom.id}`, by.cookie, {
            revision: 1,
            disabled: true,
          });
        const answers = await Promise.all([disable(one, two), disable(two, one)]);
        expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
        const left = await alone.index.query<{ id: string }>(
          `SELECT account_id AS id FROM account WHERE disabled_at IS NULL`,
        );
        expect(left.rows).toHaveLength(1);
        const last = left.rows[0]?.id === one.id ? one : two;
        // By a link of the operator, who has no account of its own.
        const token = await createSignInLink(alone.index, { subject: 'operator', ttlSeconds: 60 });
        const session = await send(alone, 'POST', '/session', {}, { token });
        const operator = {
          ...last,
          cookie: { Cookie: (session.headers.get('set-cookie') ?? '').split(';')[0] ?? '' },
        };
        expect((await disable(operator, last)).body.code).toBe('last-administrator');
        const demote = { revision: 1, roles: [radiologist(null)] };
        expect(
          (await send<{ code: string }>(alone, 'PATCH', `/accounts/${last.id}`, operator.cookie, demote)).body
            .code,
        ).toBe('last-administrator');
      }
    } finally {
      await alone.close();
    }
  }, 60_000);

  test('that separates duties has administrators who see no patients, and no one who audits oneself', async () => {
    const strict = await startTestServer({ env: { HUTONG_SEPARATE_DUTIES: 'on' } });
    try {
      await createHospital(strict.index, { code: 'a', nameZh: '甲', nameEn: 'A' });
      const boss = await aPerson(strict, [administrator(null)]);
      const ask = <T = { code: string }>(method: string, path: string, body?: unknown) =>
        send<T>(strict, method, path, boss.cookie, body);
      expect((await ask('GET', '/worklist')).status).toBe(403);
      expect((await ask('GET', '/audit')).status).toBe(403);
      expect((await ask('GET', '/shares')).status).toBe(403);
      const make = (roles: RoleGrant[]) =>
        ask<GivenPassword & { code: string }>('POST', '/accounts', {
          username: 'duty',
          displayName: 'x',
          roles,
        });
      const both = await make([administrator('a'), { role: 'auditor', hospital: 'a' }]);
      expect([both.status, both.body.code]).toEqual([409, 'duties-separate']);
      // It appoints who reads, but nobody who audits: by an account of its own making it would audit itself.
      expect((await make([radiologist('a'), { role: 'auditor', hospital: 'a' }])).status).toBe(403);
      const made = await make([radiologist('a')]);
      expect(made.status).toBe(201);
      const auditor: RoleGrant = { role: 'auditor', hospital: null };
      const watcher = await aPerson(strict, [auditor]);
      for (const [method, path, body] of [
        ['POST', `/accounts/${watcher.id}/password`, undefined],
        ['DELETE', `/accounts/${watcher.id}/second-factor`, undefined],
        ['PATCH', `/accounts/${watcher.id}`, { revision: 1, roles: [radiologist('a')] }],
        ['PATCH', `/accounts/${watcher.id}`, { revision: 1, roles: [{ role: 'auditor', hospital: 'a' }] }],
        ['PATCH', `/accounts/${made.body.account.id}`, { revision: 1, roles: [radiologist('a'), auditor] }],
      ] as const) {
        const refused = await ask(method, path, body);
        expect([method, refused.status, refused.body.code]).toEqual([method, 403, 'duties-separate']);
      }
      expect((await send(strict, 'GET', '/audit', watcher.cookie)).status).toBe(200);
      // Letting nobody in any more takes no rights from anybody else, and is on record.
      expect((await ask('PATCH', `/accounts/${watcher.id}`, { revision: 1, disabled: true })).status).toBe(
        200,
      );
      // Laying down the role for one that reads would be lifting the own rights.
      const second = await aPerson(strict, [administrator(null)]);
      const swap = { revision: 1, roles: [radiologist(null)] };
      const own = await send<{ code: string }>(
        strict,
        'PATCH',
        `/accounts/${second.id}`,
        second.cookie,
        swap,
      );
      expect([own.status, own.body.code]).toEqual([403, 'own-account']);
      expect((await ask('PATCH', `/accounts/${second.id}`, swap)).status).toBe(200);
      expect((await send(strict, 'GET', '/worklist', second.cookie)).status).toBe(200);
    } finally {
      await strict.close();
    }
  }, 60_000);
});
