import { request } from 'node:http';
import { consumerPicture } from '@hutong/pixels/consumerPicture';
import { createAccount, createApiKey, NO_SHARE_POLICY, setSharePolicy } from '@hutong/storage-config';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { aCtStudy, type Dataset, type FactoryStudy } from '../../../test/factories/index.ts';
import type {
  MadeShareBody,
  OpenedShareBody,
  ShareContent,
  ShareDetail,
  SharesPage,
} from '../contract/shares.ts';
import { multipartBody, postStore, startTestServer, type TestServer } from '../testing.ts';

let server: TestServer;
let [ofA, sharer] = ['', ''];
let study: FactoryStudy;

beforeAll(async () => {
  server = await startTestServer();
  ofA = await server.hospitalKey('a');
  await server.hospitalKey('b');
  // As a RIS has it: it may share, and read nothing.
  sharer = (await createApiKey(server.index, { hospital: 'a', scopes: ['share'] })).secret;
  study = await store('reach', {}, { slices: 2, rows: 256, columns: 256 });
});
afterAll(() => server.close());

async function store(seed: string, overrides: Dataset, size: object = {}): Promise<FactoryStudy> {
  const made = aCtStudy({ seed, overrides, ...size });
  const body = multipartBody(made.instances.map(({ bytes }) => bytes));
  expect((await postStore(`${server.url}/dicomweb`, body, { key: ofA })).status).toBe(200);
  return made;
}

const api = (method: string, path: string, body: object | null, headers: Record<string, string>) =>
  fetch(`${server.url}/api${path}`, {
    method,
    headers: { 'Content-Type': 'application/json', ...headers },
    ...(body === null ? {} : { body: JSON.stringify(body) }),
  });
const asSharer = (method: string, path: string, body: object | null = null) =>
  api(method, path, body, { Authorization: `Bearer ${sharer}` });

const wanted = (given: object) => ({
  hospital: 'a',
  studies: [{ studyInstanceUid: study.studyInstanceUid }],
  hours: 24,
  factor: 'none',
  ...given,
});
async function make(given: object = {}): Promise<MadeShareBody> {
  const response = await asSharer('POST', '/shares', wanted(given));
  expect(response.status).toBe(201);
  return (await response.json()) as MadeShareBody;
}

const exchange = (share: MadeShareBody, more: object = {}, headers: Record<string, string> = {}) =>
  api('POST', '/share-sessions', { token: new URL(share.link).hash.slice(1), ...more }, headers);
const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code;

async function cookieOf(share: MadeShareBody, headers: Record<string, string> = {}): Promise<string> {
  const response = await exchange(share, {}, headers);
  expect(response.status).toBe(201);
  return response.headers.get('set-cookie')?.split(';')[0] ?? '';
}

const inside = (share: MadeShareBody, cookie: string, path: string, init: RequestInit = {}) =>
  fetch(`${server.url}/shares/${share.alias}${path}`, {
    ...init,
    headers: { Cookie: cookie, ...(init.headers as Record<string, string> | undefined) },
  });

/** Cookie of a person who signed in with a password of their own. */
async function aDoctor(username: string, hospital: string): Promise<string> {
  const given = await createAccount(server.index, {
    username,
    displayName: `${username}医生`,
    roles: [{ role: 'clinician', hospital }],
  });
  await server.index.query('UPDATE account SET password_given = false WHERE username = $1', [username]);
  const answer = await api('POST', '/session', { username, password: given.password }, {});
  expect(answer.status).toBeLessThan(300);
  return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

describe('a link for a colleague who signs in', () => {
  let own = '';
  let foreign = '';
  beforeAll(async () => {
    own = await aDoctor('wang', 'b');
    foreign = await aDoctor('zhao', 'a');
  });
  const forB = { audience: 'colleague', signIn: { hospitals: ['b'] } };

  test('opens for nobody without, nor for a key, nor for somebody of another hospital', async () => {
    const share = await make(forB);
    const asked = (await (await exchange(share)).json()) as OpenedShareBody;
    expect(asked).toEqual({
      state: 'signInNeeded',
      hospital: { zh: 'a医院', en: 'Hospital a' },
      hospitals: [{ zh: 'b医院', en: 'Hospital b' }],
    });
    const byKey = await exchange(share, {}, { Authorization: `Bearer ${ofA}` });
    expect(((await byKey.json()) as OpenedShareBody).state).toBe('signInNeeded');
    const other = await exchange(share, {}, { Cookie: foreign });
    expect([other.status, await codeOf(other)]).toEqual([403, 'share-not-for-you']);
  });

  test('opens for who is meant, whom the records name beside the share', async () => {
    const share = await make(forB);
    const cookie = await cookieOf(share, { Cookie: own });
    const path = `/dicomweb/studies/${study.studyInstanceUid}/metadata`;
    expect((await inside(share, `${cookie}; ${own}`, path)).status).toBe(200);
    const { rows } = await server.index.query<{ id: string; share: string }>(
      `SELECT actor_id AS id, detail::json ->> 'share' AS share FROM audit_event
        WHERE actor_kind = 'person' AND action = 'metadata' AND study_instance_uid = $1`,
      [study.studyInstanceUid],
    );
    expect(rows).toEqual([{ id: 'wang', share: share.id }]);
    const { rows: openings } = await server.index.query<{ id: string }>(
      `SELECT actor_id AS id FROM audit_event WHERE detail::json ->> 'what' = 'opened' AND detail::json ->> 'share' = $1`,
      [share.id],
    );
    expect(openings).toEqual([{ id: 'wang' }]);
    const detail = (await (await asSharer('GET', `/shares/${share.id}`)).json()) as ShareDetail;
    expect(detail.openings).toMatchObject([{ by: 'wang医生' }]);
  });

  test('shows nothing to the cookie alone, with another person’s session, or after signing out', async () => {
    const share = await make(forB);
    const session = await aDoctor('sun', 'b');
    const cookie = await cookieOf(share, { Cookie: session });
    const content = async (cookies: string) => (await inside(share, cookies, '/content')).status;
    expect(await content(`${cookie}; ${session}`)).toBe(200);
    expect(await content(cookie)).toBe(404);
    expect(await content(`${cookie}; ${own}`)).toBe(404);
    await api('DELETE', '/session', null, { Cookie: session });
    expect(await content(`${cookie}; ${session}`)).toBe(404);
  });

  test('stops a retrieval that is under way when the person signs out', async () => {
    const large = await store('large of a colleague', {}, { slices: 60, rows: 512, columns: 512 });
    const share = await make({
      ...forB,
      mayDownload: true,
      studies: [{ studyInstanceUid: large.studyInstanceUid }],
    });
    const session = await aDoctor('qian', 'b');
    const cookies = `${await cookieOf(share, { Cookie: session })}; ${session}`;
    const outcome = await new Promise<string>((resolve, reject) => {
      const asked = request(
        `${server.url}/shares/${share.alias}/dicomweb/studies/${large.studyInstanceUid}`,
        { headers: { Cookie: cookies, Accept: 'multipart/related; type="application/dicom"' } },
        (answer) => {
          expect(answer.statusCode).toBe(200);
          answer.pause();
          answer.once('error', () => resolve('cut')).once('end', () => resolve('whole'));
          api('DELETE', '/session', null, { Cookie: session }).then(
            () => setTimeout(() => answer.resume(), 900),
            reject,
          );
        },
      );
      asked.once('error', reject);
      asked.end();
    });
    expect(outcome).toBe('cut');
  });

  test('keeps on record, at its hospital, what was asked for outside of it, and by whom', async () => {
    const share = await make(forB);
    const cookies = `${await cookieOf(share, { Cookie: own })}; ${own}`;
    expect((await inside(share, cookies, '/dicomweb/studies/2.25.404/metadata')).status).toBe(404);
    await expect
      .poll(async () => {
        const { rows } = await server.index.query<Record<'by' | 'hospital' | 'code', string>>(
          `SELECT actor_id AS by, hospital_code AS hospital, detail::json ->> 'code' AS code FROM audit_event
            WHERE action = 'refused' AND detail::json ->> 'share' = $1`,
          [share.id],
        );
        return rows;
      })
      .toEqual([{ by: 'wang', hospital: 'a', code: 'outside-share' }]);
  });

  test('gives a person no more than the share, whatever they may read elsewhere', async () => {
    const other = await store('not shared', {});
    const share = await make({ audience: 'colleague', signIn: {} });
    const cookies = `${await cookieOf(share, { Cookie: foreign })}; ${foreign}`;
    const metadata = (uid: string) => inside(share, cookies, `/dicomweb/studies/${uid}/metadata`);
    expect((await metadata(study.studyInstanceUid)).status).toBe(200);
    expect((await metadata(other.studyInstanceUid)).status).toBe(404);
    expect((await inside(share, cookies, '/dicomweb/studies')).status).toBe(404);
  });
});

describe('a policy', () => {
  afterEach(() => setSharePolicy(server.index, null, NO_SHARE_POLICY, 'test'));

  test.each([
    [{ colleagueSignIn: true }, { audience: 'colleague' }, { audience: 'colleague', signIn: {} }],
    [{ patientFactor: true }, {}, { factor: 'code' }],
    [{ longestHours: 48 }, { hours: 49 }, { hours: 48 }],
    [{ mostUses: 3 }, {}, { maxUses: 3 }],
    [{ mayDownload: false }, { mayDownload: true }, {}],
    [{ mayReply: false }, { mayReply: true }, {}],
    [{ watermark: true }, { mayDownload: true }, { watermark: true }],
  ])('%j refuses %j and takes %j', async (policy, refused, taken) => {
    await setSharePolicy(server.index, null, { ...NO_SHARE_POLICY, ...policy }, 'test');
    const answer = await asSharer('POST', '/shares', wanted(refused));
    expect([answer.status, await codeOf(answer)]).toEqual([403, 'share-policy']);
    await make(taken);
  });

  test('is set by who administers the hospital, and by nobody else', async () => {
    const admin = (await createApiKey(server.index, { hospital: 'a', scopes: ['admin', 'share'] })).secret;
    const as = { Authorization: `Bearer ${admin}` };
    const put = (where: string) =>
      api('PUT', `/share-policies/${where}`, { ...NO_SHARE_POLICY, mostUses: 9 }, as);
    expect((await put('b')).status).toBe(404);
    expect((await put('region')).status).toBe(404);
    expect((await put('nowhere')).status).toBe(404);
    expect(await (await put('a')).json()).toMatchObject({
      effective: { mostUses: 9 },
      region: { mostUses: null },
    });
    await setSharePolicy(server.index, 'a', NO_SHARE_POLICY, 'test');
    expect((await api('PUT', '/share-policies/a', { ...NO_SHARE_POLICY, mostUses: 0 }, as)).status).toBe(400);
  });
});

describe('a share whose pictures are marked', () => {
  let share: MadeShareBody;
  let cookie = '';
  let instance = '';
  beforeAll(async () => {
    share = await make({ watermark: true });
    cookie = await cookieOf(share);
    const [first] = study.instances;
    instance = `/dicomweb/studies/${study.studyInstanceUid}/series/${first?.seriesInstanceUid ?? ''}/instances/${first?.sopInstanceUid ?? ''}`;
  });
  const pixels = async (response: Response) =>
    consumerPicture('image/png', Buffer.from(await response.arrayBuffer()));

  test.each(['/rendered', '/frames/1/rendered', '/thumbnail', '/thumbnail?viewport=512,512'])(
    '%s has the mark in its pixels',
    async (path) => {
      const plain = await make();
      const plainCookie = await cookieOf(plain);
      const accept = { headers: { Accept: 'image/png' } };
      const [marked, unmarked] = await Promise.all([
        inside(share, cookie, instance + path, accept).then(pixels),
        inside(plain, plainCookie, instance + path, accept).then(pixels),
      ]);
      expect([marked.rows, marked.columns]).toEqual([unmarked.rows, unmarked.columns]);
      const at = (picture: typeof marked, i: number) => picture.samples[i * picture.samplesPerPixel] ?? 0;
      const count = marked.rows * marked.columns;
      const changed = Array.from({ length: count }, (_, i) =>
        Math.abs(at(marked, i) - at(unmarked, i)),
      ).filter((difference) => difference > 8).length;
      expect(changed / count).toBeGreaterThan(0.02);
    },
  );

  test.each(['/frames/1', '/bulkdata', '/pixeldata', ''])(
    '%s, without the mark, is not there',
    async (path) => {
      expect((await inside(share, cookie, instance + path)).status).toBe(404);
    },
  );

  test('says in its contents what is written on them', async () => {
    const content = (await (await inside(share, cookie, '/content')).json()) as ShareContent;
    expect(content).toMatchObject({
      mayDownload: false,
      watermark: [`分享 ${share.alias}`, expect.any(String)],
    });
  });
});

describe('a RIS that prints slips before images come', () => {
  test('gets a link, pictures of it and a slip without name or code; the page fills itself', async () => {
    const share = await make({ studies: undefined, accessionNumbers: ['R1', 'R2'], factor: 'code' });
    expect(share.slip).toContain(share.qrCodePng);
    expect(share.slip).toMatch(/a医院[^]*R1<br>R2[^]*6 位验证码/);
    expect(share.slip).not.toContain(share.code);
    expect(share.slip).not.toMatch(/<script|https?:\/\//);
    const opened = await exchange(share, { factor: share.code });
    const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? '';
    const content = async () => (await (await inside(share, cookie, '/content')).json()) as ShareContent;
    expect(await content()).toMatchObject({ waiting: true, awaited: 2 });
    await store('first', { AccessionNumber: 'R1', PatientID: 'same' });
    expect(await content()).toMatchObject({ waiting: false, awaited: 1, studies: [{}] });
    await store('second', { AccessionNumber: 'R2', PatientID: 'same' });
    expect((await content()).studies).toHaveLength(2);
    // A number was given twice: whose images they are is not guessed.
    await store('third', { AccessionNumber: 'R2', PatientID: 'somebody else' });
    expect(await content()).toMatchObject({ studies: [], awaited: 2 });
  });

  test('reads nothing with a key that may only share', async () => {
    for (const path of ['/api/worklist', '/dicomweb/studies', '/api/audit']) {
      const answer = await fetch(server.url + path, { headers: { Authorization: `Bearer ${sharer}` } });
      expect([path, answer.status]).toEqual([path, 403]);
    }
  });
});

describe('a guardian’s link', () => {
  test('does not name the patient before the answer is right, and its maker sees who it is for', async () => {
    const guardian = { name: '张妈妈', relation: 'parent' };
    const share = await make({ audience: 'guardian', guardian, factor: 'code' });
    const asked = await (await exchange(share)).text();
    expect(JSON.parse(asked)).toMatchObject({ audience: 'guardian', relation: 'parent' });
    expect(asked).not.toMatch(/张妈妈|测试/);
    const { shares } = (await (await asSharer('GET', '/shares?limit=1')).json()) as SharesPage;
    expect(shares).toMatchObject([{ guardian, patient: { name: '测试一' } }]);
  });

  test.each([
    [{ audience: 'guardian' }],
    [{ audience: 'patient', guardian: { name: 'x', relation: 'parent' } }],
    [{ audience: 'guardian', guardian: { name: 'x', relation: 'neighbour' } }],
    [{ accessionNumbers: ['x'] }],
    [{ studies: undefined, accessionNumbers: [] }],
    [{ signIn: { hospitals: ['../x'] } }],
    [{ factor: 'oneTimeCode', secret: '123456' }],
  ])('with %j is 400', async (given) => {
    expect((await asSharer('POST', '/shares', wanted(given))).status).toBe(400);
  });
});

describe('a locked share', () => {
  test('says so to who holds the link, shows the attempts to its maker, and is unlocked with another code', async () => {
    const share = await make({ factor: 'code' });
    const wrong = share.code === '000000' ? '000001' : '000000';
    const answers = [];
    for (let i = 0; i < 4; i++) answers.push(await exchange(share, { factor: wrong }));
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 429]);
    expect(answers.slice(2).map(({ headers }) => headers.get('retry-after'))).toEqual(['10', '10']);
    await server.index.query('UPDATE share SET failures = 10 WHERE share_id = $1', [share.id]);
    const locked = await exchange(share, { factor: share.code });
    expect([locked.status, await codeOf(locked)]).toEqual([410, 'share-over']);
    const detail = (await (await asSharer('GET', `/shares/${share.id}`)).json()) as ShareDetail;
    expect(detail).toMatchObject({ state: 'locked', failures: 10 });
    expect(detail.attempts).toHaveLength(3);
    const renewed = (await (await asSharer('POST', `/shares/${share.id}/factor`, {})).json()) as {
      code: string;
    };
    expect((await exchange(share, { factor: renewed.code })).status).toBe(201);
  });
});

test('a page that shows a share hears of its changes, and of its end within a second', async () => {
  const share = await make({ studies: undefined, accessionNumbers: ['EVENTS-1'] });
  const cookie = await cookieOf(share);
  const answer = await inside(share, cookie, '/events');
  expect(answer.headers.get('content-type')).toContain('text/event-stream');
  let heard = '';
  const ended = (async () => {
    for await (const chunk of answer.body ?? []) heard += Buffer.from(chunk).toString();
  })().catch(() => undefined);
  await store('events', { AccessionNumber: 'EVENTS-1' });
  await expect.poll(() => heard).toContain('event: changed');
  await asSharer('DELETE', `/shares/${share.id}`);
  const revoked = Date.now();
  await ended;
  expect(Date.now() - revoked).toBeLessThan(1000);
  expect((await inside(share, '', '/events')).status).toBe(404);
});

test('of two exchanges at once for the last use one is let in', async () => {
  const share = await make({ maxUses: 1 });
  const answers = await Promise.all([exchange(share), exchange(share), exchange(share)]);
  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 410, 410]);
});

test('the shares of one maker are ended together, in the hospitals of who ends them', async () => {
  const { id } = await make();
  const foreign = (await createApiKey(server.index, { hospital: 'b', scopes: ['share'] })).secret;
  const { author } = (await (await asSharer('GET', `/shares/${id}`)).json()) as ShareDetail;
  const end = (headers: Record<string, string>) =>
    api('POST', '/shares/ends', { author: author.id }, headers);
  expect(await (await end({ Authorization: `Bearer ${foreign}` })).json()).toEqual({ ended: 0 });
  const { ended } = (await (await end({ Authorization: `Bearer ${sharer}` })).json()) as { ended: number };
  expect(ended).toBeGreaterThan(0);
  const after = (await (await asSharer('GET', `/shares/${id}`)).json()) as ShareDetail;
  expect(after.state).toBe('revoked');
});

describe('a search inside a share', () => {
  let share: MadeShareBody;
  let cookie = '';
  let other: FactoryStudy;
  beforeAll(async () => {
    other = await store('probed', { PatientName: 'Probed^Person' });
    share = await make();
    cookie = await cookieOf(share);
  });
  const own = () => `/dicomweb/studies/${study.studyInstanceUid}`;

  test.each([
    () => `${own()}/series?StudyInstanceUID=${other.studyInstanceUid}`,
    () => `${own()}/series?0020000D=${other.studyInstanceUid}&includefield=all`,
    () => `${own()}/series?SeriesInstanceUID=*&PatientName=*&fuzzymatching=true`,
    () => `${own()}/series?limit=1000&offset=0`,
    () => `${own()}/series?limit=1&offset=1`,
    () => `${own()}/instances?SeriesInstanceUID=${other.instances[0]?.seriesInstanceUid ?? ''}`,
    () => `${own()}/instances?PatientID=*&includefield=all`,
    () => `/dicomweb/studies?StudyInstanceUID=${study.studyInstanceUid}&includefield=all&offset=1`,
    () => `/dicomweb/studies?StudyInstanceUID=*`,
    () => `/dicomweb/studies?StudyInstanceUID=${study.studyInstanceUid}%5C${other.studyInstanceUid}`,
    () => `/dicomweb/studies?limit=1`,
    () => `/dicomweb/series?StudyInstanceUID=${study.studyInstanceUid}`,
    () => `/dicomweb/instances?StudyInstanceUID=${other.studyInstanceUid}`,
  ])('%s finds nothing of others, and says of how many it said nothing', async (path) => {
    const answer = await inside(share, cookie, path(), { headers: { Accept: 'application/dicom+json' } });
    const body = await answer.text();
    expect([200, 204, 400, 404]).toContain(answer.status);
    expect(body).not.toContain('Probed');
    for (const { sopInstanceUid, seriesInstanceUid } of other.instances)
      for (const uid of [sopInstanceUid, seriesInstanceUid]) expect(body).not.toContain(uid);
    if (answer.status === 200) expect(body).not.toContain(other.studyInstanceUid);
    expect(answer.headers.get('warning') ?? '').not.toMatch(/\d+ (additional|more|further)|remaining/i);
  });
});

test('a link that begins later opens nothing before, and says when', async () => {
  const notBefore = new Date(Date.now() + 3_600_000).toISOString();
  const share = await make({ notBefore, factor: 'code' });
  const answer = await exchange(share, { factor: share.code });
  expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining(notBefore)]);
});

test('a link can be exchanged again by who has it, and each opening is told to its maker', async () => {
  const share = await make();
  const [first, second] = [await cookieOf(share), await cookieOf(share)];
  expect(first).not.toBe(second);
  const detail = (await (await asSharer('GET', `/shares/${share.id}`)).json()) as ShareDetail;
  expect(detail).toMatchObject({ uses: 2, openings: [{ device: 'other' }, { device: 'other' }] });
});
