/** CDS Hooks through real HTTP: cards and feedback, and every JWT that must not be taken. */
import { randomUUID } from 'node:crypto';
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { labelStudy, linkPatients, putLabelledStudy } from '@hutong/storage-config/testing';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Problem } from '../../contract.ts';
import type { CdsClientBody, CdsClientsBody, RemindersAnswer } from '../../contract/reminders.ts';
import { startTestServer, type TestServer } from '../../testing.ts';
import { aPerson, type Person, send } from '../../testingPeople.ts';
import { type CdsCard, suggestionId } from './cards.ts';

const ISSUER = 'https://his.example/a';
const SIGN = 'hutong-recognition-sign';
const SELECT = 'hutong-recognition-select';
let server: TestServer;
let keyServer: Server;
let keys: Awaited<ReturnType<typeof generateKeyPair>>, foreign: typeof keys;
let publicJwk: JWK;
let administrator: Person;
let study = 0;

beforeAll(async () => {
  server = await startTestServer({ env: { HUTONG_WEBHOOK_ADDRESSES: 'any' } });
  for (const code of ['a', 'b']) await server.hospitalKey(code);
  await server.index.query("UPDATE hospital SET level = '三级甲等'");
  administrator = await aPerson(server, [{ role: 'administrator', hospital: 'a' }]);
  keys = await generateKeyPair('ES384', { extractable: true });
  foreign = await generateKeyPair('ES384', { extractable: true });
  publicJwk = { ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'ES384' };
  keyServer = createServer((_req, res) => res.end(JSON.stringify({ keys: [publicJwk] })));
  await new Promise<void>((resolve) => keyServer.listen(0, '127.0.0.1', resolve));
  await register({ jwks: { keys: [publicJwk] } });
}, 60_000);
afterAll(async () => {
  keyServer.close();
  await server.close();
});

beforeEach(async () => {
  const { index } = server;
  await index.query(
    'TRUNCATE reminder, reminder_card, recognition_decision, hr_label_event, study, patient_link, person, exam_mapping CASCADE',
  );
  await index.query(
    `INSERT INTO exam_mapping (hospital_code, code, item_codes, author_kind, author_id, author_name)
     VALUES ('a', 'HEAD', '{CT-01}', 'person', 'x', 'x')`,
  );
  await linkPatients(index, [
    { hospital: 'a', patientId: 'A-1' },
    { hospital: 'b', patientId: 'B-1' },
  ]);
  study = await putLabelledStudy(index, {
    hospital: 'b',
    studyInstanceUid: '1.2.3',
    patientId: 'B-1',
    ageDays: 5,
  });
});

const register = (given: object) =>
  send<CdsClientBody>(server, 'POST', '/cds-clients', administrator.cookie, {
    issuer: ISSUER,
    name: '甲医院 HIS',
    hospital: 'a',
    ...given,
  });

const addressOf = (path: string) => `${server.url}/cds-services/${path}`;

interface TokenOptions {
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
  key?: CryptoKey;
  path?: string;
}
function token({
  claims = {},
  header = {},
  key = keys.privateKey,
  path = SIGN,
}: TokenOptions = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const payload = {
    iss: ISSUER,
    aud: addressOf(path),
    iat: now,
    exp: now + 60,
    jti: randomUUID(),
    ...claims,
  };
  return new SignJWT(JSON.parse(JSON.stringify(payload)) as Record<string, unknown>)
    .setProtectedHeader({ alg: 'ES384', kid: 'k1', typ: 'JWT', ...header })
    .sign(key);
}

const PATIENT = {
  resourceType: 'Patient',
  id: 'p1',
  identifier: [{ type: { coding: [{ code: 'MR' }] }, value: 'A-1' }],
};
const anOrder = (id: string, code = 'HEAD') => ({
  resource: {
    resourceType: 'ServiceRequest',
    id,
    status: 'draft',
    identifier: [{ value: `O-${id}` }],
    code: {
      coding: [
        { system: 'http://snomed.info/sct', code: '1' },
        { system: 'urn:his:99HIS', code },
      ],
    },
    requester: { display: '赵主任' },
  },
});
const aCall = (given: object = {}, context: object = {}) => ({
  hook: 'order-sign',
  hookInstance: randomUUID(),
  context: {
    userId: 'Practitioner/7',
    patientId: 'p1',
    draftOrders: { resourceType: 'Bundle', entry: [anOrder('1')] },
    ...context,
  },
  prefetch: { patient: PATIENT },
  ...given,
});

interface Called {
  status: number;
  headers: Headers;
  body: { cards: CdsCard[] };
  problem: Problem;
}
async function post(
  path: string,
  body: unknown,
  options: TokenOptions & { jwt?: string; language?: string } = {},
) {
  const jwt = options.jwt ?? (await token({ path, ...options }));
  const answer = await fetch(addressOf(path), {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'Accept-Language': options.language ?? 'zh-CN',
      ...(jwt === '' ? {} : { Authorization: `Bearer ${jwt}` }),
    },
    body: JSON.stringify(body),
  });
  const json: unknown = await answer.json();
  return { status: answer.status, headers: answer.headers, body: json, problem: json } as Called;
}

describe('the services', () => {
  test('are discovered by everyone, with what has to be prefetched', async () => {
    const answer = await fetch(`${server.url}/cds-services`);
    const { services } = (await answer.json()) as {
      services: { hook: string; id: string; prefetch: object }[];
    };
    expect(services.map(({ hook }) => hook)).toEqual(['order-select', 'order-sign']);
    expect(services.every(({ prefetch }) => 'patient' in prefetch)).toBe(true);
  });

  test('S2: answer an order with a card that names the study, its label and age, and offers the RX reasons', async () => {
    const { status, body } = await post(SIGN, aCall());
    expect(status).toBe(200);
    expect(body.cards).toHaveLength(1);
    const [card] = body.cards;
    expect(card?.summary.length).toBeLessThan(140);
    expect(card?.summary).toMatch(/5 天前.*龙南市HR.*应当互认/);
    expect(card).toMatchObject({ indicator: 'warning', selectionBehavior: 'at-most-one' });
    expect(card?.overrideReasons).toContainEqual({
      system: 'urn:hutong:reason-to-examine-again',
      code: 'RX06',
      display: '急诊、急救等紧急情况',
    });
    expect(card?.suggestions?.[0]).toMatchObject({
      uuid: suggestionId(card?.uuid ?? '', 0),
      actions: [{ type: 'delete', resourceId: ['ServiceRequest/1'] }],
    });
    expect(card?.links.every(({ url }) => url.startsWith(`${server.url}/`))).toBe(true);
    const { rows } = await server.index.query(
      'SELECT reminder_id, channel, practitioner, order_number, patient_id FROM reminder',
    );
    expect(rows).toEqual([
      {
        reminder_id: card?.uuid,
        channel: 'cds',
        practitioner: '赵主任',
        order_number: 'O-1',
        patient_id: 'A-1',
      },
    ]);
  });

  test('S2: an order of two items with one present is not to be removed for it, and what is left is said', async () => {
    await server.index.query(
      `INSERT INTO exam_mapping (hospital_code, code, item_codes, author_kind, author_id, author_name)
       SELECT hospital_code, 'BOTH', item_codes || ARRAY['CT-06'], 'person', 'x', 'x' FROM exam_mapping WHERE code = 'HEAD'`,
    );
    const [card] = (
      await post(SIGN, aCall({}, { draftOrders: { resourceType: 'Bundle', entry: [anOrder('1', 'BOTH')] } }))
    ).body.cards;
    expect(card?.summary).toContain('龙南市HR');
    expect(card?.suggestions).toBeUndefined();
    expect(card?.detail).toMatch(/本申请还包括“胸部CT平扫\\\+增强”/);
  });

  test('speak English where it is asked for', async () => {
    const { body } = await post(SIGN, aCall(), { language: 'en' });
    expect(body.cards[0]?.summary).toContain('5 days ago');
  });

  test('look at what was selected alone, when orders are selected', async () => {
    const draftOrders = { resourceType: 'Bundle', entry: [anOrder('1'), anOrder('2')] };
    const call = aCall({ hook: 'order-select' }, { draftOrders, selections: ['ServiceRequest/2'] });
    const { body } = await post(SELECT, call);
    expect(body.cards).toHaveLength(1);
    expect(body.cards[0]?.suggestions?.[0]?.actions[0]?.resourceId).toEqual(['ServiceRequest/2']);
  });

  test('name nothing of a patient whose logical id is the number of another', async () => {
    const patient = { resourceType: 'Patient', id: 'A-1' };
    const { body } = await post(SIGN, aCall({ prefetch: { patient } }, { patientId: 'A-1' }));
    expect(body.cards).toEqual([]);
  });

  test('name nothing where the number is that of another hospital', async () => {
    const identifier = [{ system: 'urn:hutong:patient-id:b', value: 'B-1' }];
    const { body } = await post(SIGN, aCall({ prefetch: { patient: { ...PATIENT, identifier } } }));
    expect(body.cards).toEqual([]);
  });

  test('S0: name nothing once the label was withdrawn', async () => {
    await labelStudy(server.index, study, 'CT-01', '龙南市', 'withdrawn');
    expect((await post(SIGN, aCall())).body.cards).toEqual([]);
  });

  test.each([
    ['without the patient', aCall({ prefetch: {} }), 412],
    ['with another patient', aCall({ prefetch: { patient: { ...PATIENT, id: 'p2' } } }), 400],
    ['of another hook', aCall({ hook: 'order-select' }), 400],
    ['without orders', aCall({}, { draftOrders: undefined }), 400],
    [
      'with a bundle of hundreds',
      aCall(
        {},
        { draftOrders: { resourceType: 'Bundle', entry: Array.from({ length: 201 }, () => anOrder('1')) } },
      ),
      400,
    ],
    [
      'with more orders than a visit has',
      aCall(
        {},
        {
          draftOrders: {
            resourceType: 'Bundle',
            entry: Array.from({ length: 21 }, (_, i) => anOrder(`${i}`)),
          },
        },
      ),
      400,
    ],
    ['of many megabytes', aCall({ padding: 'x'.repeat(300_000) }), 413],
    ['that is no object', 'nonsense', 400],
  ])('refuse a call %s', async (_what, body, status) => {
    expect((await post(SIGN, body)).status).toBe(status);
  });

  test('never ask the FHIR server that a call names', async () => {
    let asked = 0;
    const other = createServer((_req, res) => {
      asked += 1;
      res.end('{}');
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const fhirServer = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const fhirAuthorization = {
      access_token: 'x',
      token_type: 'Bearer',
      expires_in: 300,
      scope: '*',
      subject: 's',
    };
    const answer = await post(SIGN, aCall({ fhirServer, fhirAuthorization, prefetch: {} }));
    other.close();
    expect(answer.status).toBe(412);
    expect(asked).toBe(0);
  });
});

describe('a JWT is refused', () => {
  const now = Math.floor(Date.now() / 1000);
  test.each<[string, TokenOptions]>([
    ['for another address', { claims: { aud: 'https://elsewhere.example/cds-services/x' } }],
    ['for another service', { claims: { aud: 'PLACE' } }],
    ['for nobody', { claims: { aud: undefined } }],
    ['that expired', { claims: { iat: now - 600, exp: now - 300 } }],
    ['without an end', { claims: { exp: undefined } }],
    ['that lasts for days', { claims: { exp: now + 86_400 } }],
    ['of the future', { claims: { iat: now + 600, exp: now + 700 } }],
    ['without an id', { claims: { jti: undefined } }],
    ['with an empty id', { claims: { jti: '' } }],
    ['of an issuer that is not registered', { claims: { iss: 'https://evil.example' } }],
    ['without an issuer', { claims: { iss: undefined } }],
    ['with a key id that is not known', { header: { kid: 'k9' } }],
    ['that names keys of its own', { header: { jku: 'https://evil.example/jwks' } }],
    ['of another kind', { header: { typ: 'at+jwt' } }],
  ])('%s', async (_what, options) => {
    const claims = options.claims?.['aud'] === 'PLACE' ? { aud: addressOf(SELECT) } : options.claims;
    const answer = await post(SIGN, aCall(), { ...options, ...(claims === undefined ? {} : { claims }) });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
  });

  test('signed by somebody else, also under a key of its own header', async () => {
    const jwk = await exportJWK(foreign.publicKey);
    expect((await post(SIGN, aCall(), { key: foreign.privateKey })).status).toBe(401);
    expect((await post(SIGN, aCall(), { key: foreign.privateKey, header: { jwk } })).status).toBe(401);
  });

  test('without a signature (alg none), or by an algorithm that is not asked for', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const [, payload = ''] = (await token()).split('.');
    expect(
      (await post(SIGN, aCall(), { jwt: `${part({ alg: 'none', kid: 'k1' })}.${payload}.` })).status,
    ).toBe(401);
    const shared = new TextEncoder().encode(JSON.stringify(publicJwk));
    const hmac = await new SignJWT({ iss: ISSUER, aud: addressOf(SIGN), jti: randomUUID() })
      .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(shared);
    expect((await post(SIGN, aCall(), { jwt: hmac })).status).toBe(401);
    expect((await post(SIGN, aCall(), { jwt: 'nonsense' })).status).toBe(401);
    expect((await post(SIGN, aCall(), { jwt: '' })).status).toBe(401);
  });

  test('shown for the second time, also at the same moment', async () => {
    const jwt = await token();
    const answers = await Promise.all([1, 2, 3, 4].map(() => post(SIGN, aCall(), { jwt })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401, 401, 401]);
  });

  test('that was made for another server, shown here under its name in the Host header', async () => {
    const jwt = await token({ claims: { aud: `http://other.example/cds-services/${SIGN}` } });
    const status = await new Promise<number>((resolve, reject) => {
      const headers = {
        Host: 'other.example',
        Authorization: `Bearer ${jwt}`,
        'Content-Type': 'application/json',
      };
      httpRequest(addressOf(SIGN), { method: 'POST', headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      })
        .on('error', reject)
        .end(JSON.stringify(aCall()));
    });
    expect(status).toBe(503);
    expect((await server.index.query('SELECT FROM reminder')).rowCount).toBe(0);
  });

  test('of a client that was ended, at once', async () => {
    const { body } = await register({ issuer: 'https://his.example/ended', jwks: { keys: [publicJwk] } });
    const claims = { iss: 'https://his.example/ended' };
    expect((await post(SIGN, aCall(), { claims })).status).toBe(200);
    await send(server, 'DELETE', `/cds-clients/${body.id}`, administrator.cookie);
    expect((await post(SIGN, aCall(), { claims })).status).toBe(401);
  });
});

test('keys at an address are fetched, and the JWT may name that address alone', async () => {
  const jwksUrl = `http://127.0.0.1:${(keyServer.address() as AddressInfo).port}/jwks`;
  await register({ issuer: 'https://his.example/fetched', jwksUrl });
  const claims = { iss: 'https://his.example/fetched' };
  expect((await post(SIGN, aCall(), { claims, header: { jku: jwksUrl } })).status).toBe(200);
  expect((await post(SIGN, aCall(), { claims, header: { jku: `${jwksUrl}2` } })).status).toBe(401);
});

describe('feedback', () => {
  const feedback = (entry: object, path = SIGN) => post(`${path}/feedback`, { feedback: [entry] });
  const aCard = async (): Promise<CdsCard> => {
    const [card] = (await post(SIGN, aCall())).body.cards;
    if (card === undefined) throw new Error('no card');
    return card;
  };
  const decisions = async () =>
    (
      await server.index.query<Record<string, unknown>>(
        'SELECT kind, reason_code, reason_text, issuing_hospital, practitioner FROM recognition_decision',
      )
    ).rows;

  test('on what was asked for by another interface decides nothing in the name of who asked', async () => {
    const doctor = await aPerson(server, [{ role: 'clinician', hospital: 'a' }]);
    const { body } = await send<RemindersAnswer>(server, 'POST', '/reminders', doctor.cookie, {
      patient: { patientId: 'A-1' },
      exams: [{ code: 'HEAD' }],
    });
    const card = body.reminders[0]?.id ?? '';
    const answer = await feedback({
      card,
      outcome: 'accepted',
      acceptedSuggestions: [{ id: suggestionId(card, 0) }],
    });
    expect(answer.status).toBe(422);
    expect(answer.problem.detail).toContain('no-such-card');
    expect(await decisions()).toEqual([]);
  });

  test('an override with a reason is an examination done again, once', async () => {
    const { uuid: card } = await aCard();
    const entry = {
      card,
      outcome: 'overridden',
      overrideReason: {
        reason: { system: 'urn:hutong:reason-to-examine-again', code: 'RX06' },
        userComment: '昏迷',
      },
      outcomeTimestamp: new Date().toISOString(),
    };
    expect((await feedback(entry)).status).toBe(200);
    expect((await feedback(entry)).status).toBe(200);
    expect(await decisions()).toEqual([
      {
        kind: 'examinedAgain',
        reason_code: 'RX06',
        reason_text: '昏迷',
        issuing_hospital: 'b',
        practitioner: '赵主任',
      },
    ]);
  });

  test('the suggestion to use a study, accepted, is its recognition', async () => {
    const { uuid: card, suggestions } = await aCard();
    const acceptedSuggestions = [{ id: suggestions?.[0]?.uuid }];
    expect((await feedback({ card, outcome: 'accepted', acceptedSuggestions })).status).toBe(200);
    expect(await decisions()).toMatchObject([{ kind: 'recognised', reason_code: '' }]);
  });

  test('a card that was accepted alone, or overridden without a reason of ours, decides nothing', async () => {
    const { uuid: card } = await aCard();
    expect((await feedback({ card, outcome: 'accepted' })).status).toBe(200);
    expect((await feedback({ card, outcome: 'overridden' })).status).toBe(200);
    const reason = { system: 'https://his.example/reasons', code: 'RX06' };
    expect((await feedback({ card, outcome: 'overridden', overrideReason: { reason } })).status).toBe(200);
    expect(await decisions()).toEqual([]);
  });

  test('says what was not recorded: strange cards, reasons, suggestions, and RX12 without words', async () => {
    const { uuid: card } = await aCard();
    const override = (code: string) => ({
      card,
      outcome: 'overridden',
      overrideReason: { reason: { system: 'urn:hutong:reason-to-examine-again', code } },
    });
    for (const entry of [
      { card: randomUUID(), outcome: 'accepted' },
      override('RX99'),
      override('RX12'),
      { card, outcome: 'accepted', acceptedSuggestions: [{ id: randomUUID() }] },
    ])
      expect((await feedback(entry)).status).toBe(422);
    expect((await feedback({ card: 'x', outcome: 'accepted' })).status).toBe(400);
    expect(await decisions()).toEqual([]);
  });

  test('of the card of another hospital is that of no card', async () => {
    const { uuid: card } = await aCard();
    await server.index.query("UPDATE reminder SET hospital_code = 'b'");
    expect((await feedback({ card, outcome: 'accepted' })).status).toBe(422);
  });
});

describe('clients', () => {
  test('are registered without private keys, each issuer once, and listed without secrets', async () => {
    const secret = { ...(await exportJWK(keys.privateKey)), kid: 'k2' };
    expect((await register({ issuer: 'x', jwks: { keys: [secret] } })).status).toBe(400);
    expect((await register({ jwks: { keys: [publicJwk] } })).status).toBe(409);
    expect((await register({ issuer: 'y' })).status).toBe(400);
    expect((await register({ issuer: 'y', hospital: 'b', jwks: { keys: [publicJwk] } })).status).toBe(403);
    const { body } = await send<CdsClientsBody>(server, 'GET', '/cds-clients', administrator.cookie);
    expect(body.clients.find(({ issuer }) => issuer === ISSUER)).toMatchObject({
      keyIds: ['k1'],
      endedAt: null,
    });
    expect(body.services).toBe(`${server.url}/cds-services`);
  });

  test('of other hospitals are neither seen nor ended', async () => {
    const other = await aPerson(server, [{ role: 'administrator', hospital: 'b' }]);
    const { body } = await send<CdsClientsBody>(server, 'GET', '/cds-clients', other.cookie);
    expect(body.clients).toEqual([]);
    const mine = await send<CdsClientsBody>(server, 'GET', '/cds-clients', administrator.cookie);
    const id = mine.body.clients.find(({ issuer }) => issuer === ISSUER)?.id ?? '';
    expect((await send(server, 'DELETE', `/cds-clients/${id}`, other.cookie)).status).toBe(404);
  });
});
