/**
 * Every route by every kind of caller: who lacks a right is refused, and a study of another hospital answers as one that
 * never was. The table names each route; a new route without an entry fails.
 */
import {
  createGrant,
  createApiKey,
  createShare,
  loadConfig,
  openShare,
  type KeyScope,
  type Role,
  type Scope,
} from '@hutong/storage-config';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aCtStudy, type FactoryStudy } from '../../test/factories/index.ts';
import { API, DICOMWEB, FHIR, ROLE_SCOPES } from './authorisationTable.ts';
import type { ServerParts } from './context.ts';
import { allFeatures } from './features.ts';
import { capabilityRoutes } from './fhir/capabilityStatement.ts';
import { imagingStudyId } from './fhirResources/references.ts';
import { type Resource, resourcesOf } from './resources.ts';
import { sessionRoutes } from './session/routes.ts';
import { multipartBody, postStore, startTestServer, type TestServer } from './testing.ts';
import { aSignedInPerson } from './testingPeople.ts';

/** As problems and OperationOutcomes have it. */
const REQUEST_ID = /"(requestId|id)":"[^"]*"/;
const nameOf = ({ method, path }: Resource): string => `${method} ${path}`;
const HERE = loadConfig({});
// Made to be looked at: no request comes.
const FEATURES = allFeatures({ config: HERE } as ServerParts);
const API_ROUTES = resourcesOf([
  ...FEATURES.publicApi,
  ...FEATURES.api,
  ...FEATURES.managed,
  sessionRoutes({ config: HERE } as ServerParts),
]);
/** Routes that ask for their own scope alone. */
const MANAGED = new Set(resourcesOf(FEATURES.managed).map(nameOf));
const FHIR_ROUTES = resourcesOf([
  capabilityRoutes(FEATURES.fhir, { config: HERE }),
  ...FEATURES.fhir.map(({ router }) => router),
]);
const DICOMWEB_ROUTES = resourcesOf(FEATURES.dicomweb);
const ROUTES = [
  ...API_ROUTES.map((route) => ({ root: '/api', ...route, needed: API[nameOf(route)] })),
  ...FHIR_ROUTES.map((route) => ({ root: '/fhir', ...route, needed: FHIR[nameOf(route)] })),
  ...['/dicomweb', '/hospitals/b/dicomweb'].flatMap((root) =>
    DICOMWEB_ROUTES.map((route) => ({ root, ...route, needed: DICOMWEB[nameOf(route)] })),
  ),
];

const TITLED = ROUTES.map((route) => ({ title: `${route.method} ${route.root}${route.path}`, ...route }));

test('the table has every route, and no others', () => {
  expect(Object.keys(API).toSorted()).toEqual(API_ROUTES.map(nameOf).toSorted());
  expect(Object.keys(FHIR).toSorted()).toEqual(FHIR_ROUTES.map(nameOf).toSorted());
  expect(Object.keys(DICOMWEB).toSorted()).toEqual(DICOMWEB_ROUTES.map(nameOf).toSorted());
  expect(resourcesOf(FEATURES.wadoUri).map(nameOf)).toEqual(['GET /']);
  expect(resourcesOf(FEATURES.shared).map(nameOf)).toEqual(['GET /content', 'GET /events', 'POST /replies']);
});

interface TestCaller {
  name: string;
  headers: Record<string, string>;
  scopes: readonly (Scope | 'known' | 'account')[];
  /** The whole region, or one hospital. */
  hospital: string | null;
}

let server: TestServer;
let callers: TestCaller[] = [];
/** Stored in both hospitals, in a alone, in b alone. */
let [ofA, ofB]: FactoryStudy[] = [];
/** What must never come to a caller of hospital a. */
let secretsOfB: string[] = [];
let shareOfB = '';
/** In b too, of another patient than what was opened to somebody of a. */
let alsoOfB: FactoryStudy | undefined;
/** Of a, with a grant for the patient of `ofB`; of a without; of b itself. */
let granted: TestCaller, ungranted: TestCaller, ownOfB: TestCaller;

async function aKey(hospital: string | null, scopes: KeyScope[]): Promise<TestCaller> {
  const { secret } = await createApiKey(server.index, { hospital, scopes });
  return {
    name: `key ${scopes.join('+')} of ${hospital ?? 'the region'}`,
    headers: { Authorization: `Bearer ${secret}` },
    scopes: [...scopes, 'known'],
    hospital,
  };
}

async function aPerson(
  role: Role,
  hospital: string | null,
  chooses = true,
  username = `${role.toLowerCase()}.${hospital ?? 'region'}${chooses ? '' : '.new'}`,
): Promise<TestCaller> {
  const { cookie: headers } = await aSignedInPerson(server, username, [{ role, hospital }], chooses);
  return {
    name: `${role} of ${hospital ?? 'the region'}${chooses ? '' : ' with a given password'}`,
    headers,
    scopes: [...(chooses ? ROLE_SCOPES[role] : []), 'known', 'account'],
    hospital,
  };
}

/** A session of a share of b: worth nothing outside of the share. */
async function anOpenedShare(): Promise<TestCaller> {
  const made = await createShare(server.index, {
    hospital: 'b',
    content: { studies: [{ study: ofB?.studyInstanceUid ?? '', series: [] }] },
    audience: 'patient',
    guardian: null,
    signIn: null,
    mayDownload: true,
    mayReply: false,
    watermark: false,
    notBefore: null,
    expiresAt: new Date(Date.now() + 3_600_000),
    maxUses: null,
    factor: 'none',
    secret: null,
    note: '',
    author: { kind: 'machine', id: 'test', name: '' },
  });
  shareOfB = made?.share.id ?? '';
  const opened = await openShare(server.index, made?.token ?? '', null, {
    address: '192.0.2.1',
    device: 'other',
    person: null,
  });
  if (opened.kind !== 'opened') throw new Error(opened.kind);
  const Cookie = `hutong_share_${opened.alias}=${opened.secret}; hutong_session=${opened.secret}`;
  return { name: 'a session of a share', headers: { Cookie }, scopes: [], hospital: 'b' };
}

beforeAll(async () => {
  // More is asked here in a minute than strangers may.
  server = await startTestServer({ env: { HUTONG_STRANGER_REQUESTS_PER_MINUTE: '0' } });
  const stores = { a: await server.hospitalKey('a'), b: await server.hospitalKey('b') };
  const store = async (seed: string, key: string, overrides = {}): Promise<FactoryStudy> => {
    const study = aCtStudy({ seed, overrides });
    const body = multipartBody(study.instances.map(({ bytes }) => bytes));
    expect((await postStore(`${server.url}/dicomweb`, body, { key })).status).toBe(200);
    return study;
  };
  ofA = await store('authorised', stores.a);
  ofB = await store('hidden', stores.b, { PatientName: 'Yincang^Er', PatientID: 'HIDDEN-7' });
  const [instance] = ofB.instances;
  secretsOfB = ['Yincang', 'HIDDEN-7', ofB.studyInstanceUid, instance?.seriesInstanceUid ?? 'none'];
  alsoOfB = await store('hidden too', stores.b, { PatientName: 'Qita^Ren', PatientID: 'HIDDEN-8' });
  callers = [
    { name: 'nobody', headers: {}, scopes: [], hospital: null },
    { name: 'a wrong key', headers: { Authorization: 'Bearer htk_wrong' }, scopes: [], hospital: null },
    await anOpenedShare(),
    await aKey('a', ['store']),
    await aKey('a', ['read']),
    await aKey('a', ['read', 'correct']),
    await aKey('a', ['read', 'review']),
    await aKey('a', ['read', 'share']),
    await aKey('a', ['read', 'admin']),
    await aKey('a', ['store', 'correct', 'review', 'share', 'admin']),
    await aKey(null, ['read']),
    await aPerson('administrator', 'a'),
    await aPerson('radiologist', 'a'),
    await aPerson('clinician', 'a'),
    await aPerson('qualityControl', null),
    await aPerson('hospitalIt', 'a'),
    await aPerson('auditor', 'a'),
    await aPerson('administrator', null, false),
  ];
  granted = await aPerson('clinician', 'a', true, 'granted');
  ungranted = await aPerson('clinician', 'a', true, 'ungranted');
  ownOfB = await aPerson('clinician', 'b');
  const { rows } = await server.index.query<{ id: string; name: string }>(
    `SELECT account_id AS id, display_name AS name FROM account WHERE username = 'granted'`,
  );
  const [account] = rows;
  if (account === undefined) throw new Error('no account');
  const opened = await createGrant(server.index, {
    account,
    viewing: 'a',
    hospital: 'b',
    studyInstanceUid: ofB.studyInstanceUid,
    ground: 'consent',
    purpose: 'TREAT',
    hours: 1,
    reasonCode: '',
    reason: '',
    evidence: { document: 'x' },
  });
  expect(opened?.holds).toBe(true);
}, 60_000);
afterAll(() => server.close());

interface Answer {
  status: number;
  headers: [string, string][];
  body: string;
}

/** Routes that name a study. */
const OF_STUDY = /:(study|imagingStudy)\b/;

/** The path of a route for a study; what it names beside the study is what the study has. */
function pathOf(path: string, study: FactoryStudy): string {
  const [instance] = study.instances;
  const named: Record<string, string> = {
    ':study': study.studyInstanceUid,
    ':series': instance?.seriesInstanceUid ?? '',
    ':instance': instance?.sopInstanceUid ?? '',
    ':frames': '1',
    '*path': '00420011',
    ':imagingStudy': imagingStudyId('b', study.studyInstanceUid),
    ':share': shareOfB,
    ':hospital': 'b',
    ':id': '1',
    ':version': '1',
  };
  return path
    .split('/')
    .map((segment) => named[segment] ?? (segment.startsWith(':') ? '1' : segment))
    .join('/');
}

async function ask(
  { headers }: Pick<TestCaller, 'headers'>,
  method: string,
  address: string,
  extra: Record<string, string> = {},
): Promise<Answer> {
  const hasBody = method !== 'GET' && method !== 'DELETE';
  const answer = await fetch(server.url + address, {
    method,
    redirect: 'manual',
    headers: {
      Accept: '*/*',
      ...(hasBody ? { 'Content-Type': 'application/json' } : {}),
      ...headers,
      ...extra,
    },
    ...(hasBody ? { body: '{}' } : {}),
  });
  const body = Buffer.from(await answer.arrayBuffer()).toString('latin1');
  const names = [...answer.headers].filter(([name]) => !['date', 'x-request-id'].includes(name));
  return { status: answer.status, headers: names, body };
}

const isAllowed = (caller: TestCaller, { root, needed, ...route }: (typeof ROUTES)[number]) => {
  if (needed === undefined) return false;
  if (needed === 'all') return true;
  const alone = needed === 'known' || needed === 'account' || MANAGED.has(nameOf(route));
  if (root === '/api' && !alone && !caller.scopes.includes('read')) return false;
  return caller.scopes.includes(needed);
};

describe('a caller without the right is refused before anything is looked up', () => {
  test.each(TITLED.filter(({ needed }) => needed !== 'all'))('$title', async (route) => {
    const refused = callers.filter((caller) => !isAllowed(caller, route));
    expect(refused.length).toBeGreaterThan(2);
    for (const caller of refused) {
      const answers = [];
      for (const study of [ofA, ofB]) {
        if (study === undefined) throw new Error('not stored');
        answers.push(await ask(caller, route.method, route.root + pathOf(route.path, study)));
      }
      const expected = caller.scopes.length === 0 ? 401 : 403;
      expect([caller.name, ...answers.map(({ status }) => status)]).toEqual([
        caller.name,
        expected,
        expected,
      ]);
      for (const { body } of answers)
        expect(secretsOfB.filter((secret) => body.includes(secret))).toEqual([]);
    }
  });
});

describe('a study of another hospital answers as one that never was', () => {
  const absent = aCtStudy({ seed: 'never stored' });
  /** An answer without what the request named itself, and without its id. */
  const plain = ({ status, headers, body }: Answer, study: FactoryStudy) => {
    const uids = [
      study.studyInstanceUid,
      ...study.instances.flatMap((one) => [one.seriesInstanceUid, one.sopInstanceUid]),
    ];
    const blank = (text: string) => uids.reduce((kept, uid) => kept.replaceAll(uid, 'UID'), text);
    return {
      status,
      headers: headers
        .filter(([name]) => name !== 'content-length')
        .map(([name, value]) => [name, blank(value)]),
      body: blank(body).replace(REQUEST_ID, ''),
    };
  };

  test.each(
    TITLED.filter(
      ({ path, method }) => OF_STUDY.test(path) && !(method === 'POST' && path === '/studies/:study'),
    ),
  )('$title', async (route) => {
    const restricted = callers.filter((caller) => caller.hospital === 'a' && isAllowed(caller, route));
    expect(restricted).not.toEqual([]);
    for (const caller of restricted) {
      if (ofB === undefined) throw new Error('not stored');
      const path = (study: FactoryStudy) => route.root + pathOf(route.path, study);
      const reason = { 'Hutong-Reason': 'MISTAKE' };
      for (const query of route.root === '/api' ? ['', '?hospital=b'] : ['']) {
        const hidden = await ask(caller, route.method, path(ofB) + query, reason);
        const never = await ask(caller, route.method, path(absent) + query, reason);
        const searches = /\/(series|instances)$/.test(route.path) && route.method === 'GET';
        // The history of what was deleted outlives the study: a list, empty for who may not see it.
        const status = route.path === '/studies/:study/history' ? 200 : searches ? 204 : 404;
        expect([caller.name, hidden.status]).toEqual([caller.name, status]);
        expect([caller.name, plain(hidden, ofB)]).toEqual([caller.name, plain(never, absent)]);
        expect(secretsOfB.slice(0, 2).filter((secret) => hidden.body.includes(secret))).toEqual([]);
      }
    }
  });
});

describe('a grant opens what it is for as its own hospital sees it, to its person, and nothing beside', () => {
  const reading = TITLED.filter(({ path, method }) => OF_STUDY.test(path) && method === 'GET');
  test.each(reading)('$title', async (route) => {
    const [of, also] = [ofB, alsoOfB];
    if (of === undefined || also === undefined) throw new Error('not stored');
    const address = (study: FactoryStudy) => route.root + pathOf(route.path, study);
    const answers = async (study: FactoryStudy) => {
      const each = [];
      for (const caller of [ownOfB, granted, ungranted]) each.push(await ask(caller, 'GET', address(study)));
      return each;
    };
    const [own, opened, hidden] = await answers(of);
    expect(opened?.status).toBe(own?.status);
    const [, beside, besideHidden] = await answers(also);
    expect(beside?.status).toBe(besideHidden?.status);
    // A list of nothing, or nothing: never what the hospital itself would get.
    expect(beside?.body.replace(REQUEST_ID, '')).toBe(besideHidden?.body.replace(REQUEST_ID, ''));
    if (own?.status === 200 && route.needed === 'read' && !route.path.endsWith('/history')) {
      expect(hidden?.status).not.toBe(200);
      expect(beside?.status).not.toBe(200);
    }
    for (const answer of [opened, beside])
      expect(['Qita', 'HIDDEN-8'].filter((secret) => answer?.body.includes(secret))).toEqual([]);
  });

  test.each(TITLED.filter(({ method, path }) => method === 'GET' && !OF_STUDY.test(path)))(
    '$title lists nothing beside',
    async (route) => {
      if (!isAllowed(granted, route) || ofB === undefined || alsoOfB === undefined) return;
      const secrets = ['Qita', 'HIDDEN-8', alsoOfB.studyInstanceUid];
      for (const query of [
        '',
        '?hospital=b',
        '?PatientID=*8&includefield=all',
        '?q=*',
        '?limit=1',
        '?limit=0',
      ]) {
        const answer = await ask(granted, 'GET', route.root + pathOf(route.path, ofB) + query);
        const text = answer.body + JSON.stringify(answer.headers);
        expect([query, secrets.filter((secret) => text.includes(secret))]).toEqual([query, []]);
      }
    },
  );

  test('by counts of searches: what is hidden is in none', async () => {
    const warning = async (caller: TestCaller) => {
      const { headers } = await ask(caller, 'GET', '/dicomweb/studies?limit=1');
      return new Map(headers).get('warning') ?? '';
    };
    // Its own study and the opened one; its own alone; two of b.
    expect(await warning(granted)).toContain('There are 1 additional');
    expect(await warning(ungranted)).toBe('');
    expect(await warning(ownOfB)).toContain('There are 1 additional');
  });
});

describe('nothing of another hospital is in a list, whatever is asked for', () => {
  const lists = TITLED.filter(({ method, path }) => method === 'GET' && !OF_STUDY.test(path));
  test.each(lists)('$title', async (route) => {
    const restricted = callers.filter((caller) => caller.hospital === 'a' && isAllowed(caller, route));
    expect(restricted).not.toEqual([]);
    if (ofB === undefined) throw new Error('not stored');
    const uid = ofB.studyInstanceUid;
    const queries = [
      '',
      '?hospital=b',
      '?hospital=a&hospital=b',
      '?PatientID=*7&includefield=all',
      '?q=*',
      '?limit=200',
    ];
    for (const caller of restricted)
      for (const query of queries) {
        const { status, body } = await ask(caller, 'GET', route.root + pathOf(route.path, ofB) + query);
        expect(status).toBeLessThan(500);
        expect([caller.name, query, secretsOfB.filter((secret) => body.includes(secret))]).toEqual([
          caller.name,
          query,
          [],
        ]);
      }
    const named = await ask(
      callers[4] ?? { headers: {} },
      'GET',
      `${route.root}${pathOf(route.path, ofB)}?StudyInstanceUID=${uid}`,
    );
    expect(named.body).not.toContain('Yincang');
  });
});

describe('a page of another server cannot use a session for a change', () => {
  const changes = TITLED.filter(({ method }) => method !== 'GET');
  test.each(changes)('$title', async (route) => {
    const person = callers.find(({ name }) => name === 'administrator of a');
    if (person === undefined || ofA === undefined) throw new Error('not made');
    const address = route.root + pathOf(route.path, ofA);
    for (const from of [
      { Origin: 'https://evil.example' },
      { 'Sec-Fetch-Site': 'cross-site' },
      { Origin: 'null' },
    ]) {
      const { status, body } = await ask(person, route.method, address, from);
      expect([from, status]).toEqual([from, 403]);
      expect(body).toContain('"code":"forbidden"');
    }
  });
});

test('who has the right reads the own study, and the region reads all', async () => {
  const reading = callers.filter(({ scopes }) => scopes.includes('read'));
  for (const caller of reading) {
    for (const [study, root, seen] of [
      [ofA, '/dicomweb', true],
      [ofB, '/dicomweb', caller.hospital === null],
      [ofB, '/hospitals/b/dicomweb', caller.hospital === null],
    ] as const) {
      if (study === undefined) throw new Error('not stored');
      const { status } = await ask(caller, 'GET', `${root}${pathOf('/studies/:study/metadata', study)}`);
      expect([caller.name, root, status]).toEqual([caller.name, root, seen ? 200 : 404]);
    }
  }
});

test('by WADO-URI as well', async () => {
  if (ofB === undefined) throw new Error('not stored');
  const [instance] = ofB.instances;
  const address = `/wado?requestType=WADO&studyUID=${ofB.studyInstanceUid}&seriesUID=${instance?.seriesInstanceUid ?? ''}&objectUID=${instance?.sopInstanceUid ?? ''}&contentType=application/dicom`;
  for (const caller of callers) {
    const { status } = await ask(caller, 'GET', address);
    const reads = caller.scopes.includes('read');
    const expected = caller.scopes.length === 0 ? 401 : !reads ? 403 : caller.hospital === null ? 200 : 404;
    expect([caller.name, status]).toEqual([caller.name, expected]);
  }
});

test('a share is found, read and ended only where the caller may share', async () => {
  for (const caller of callers.filter(({ scopes }) => scopes.includes('share') && scopes.includes('read'))) {
    for (const method of ['GET', 'DELETE']) {
      const { status, body } = await ask(caller, method, `/api/shares/${shareOfB}`);
      const never = await ask(caller, method, '/api/shares/00000000-0000-0000-0000-000000000000');
      expect([caller.name, method, status]).toEqual([caller.name, method, 404]);
      expect(body.replace(REQUEST_ID, '')).toBe(never.body.replace(REQUEST_ID, ''));
    }
  }
});
