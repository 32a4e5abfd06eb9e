import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { aCtStudy, type FactoryStudy } from '../../../test/factories/index.ts';
import type { MadeShareBody, ShareContent, ShareDetail, SharesPage } from '../contract/shares.ts';
import { multipartBody, postStore, startTestServer, type TestServer } from '../testing.ts';

let server: TestServer;
let [a, b, sharer] = ['', '', ''];
let shared: FactoryStudy;
let other: FactoryStudy;

async function store(seed: string, key: string, overrides = {}, size = {}): Promise<FactoryStudy> {
  const study = aCtStudy({ seed, overrides, ...size });
  const body = multipartBody(study.instances.map(({ bytes }) => bytes));
  expect((await postStore(`${server.url}/dicomweb`, body, { key })).status).toBe(200);
  return study;
}

beforeAll(async () => {
  server = await startTestServer();
  a = await server.hospitalKey('a');
  b = await server.hospitalKey('b');
  sharer = (await createKey('a', ['read', 'share'])).secret;
  shared = await store('shared', a);
  // The same UIDs at another hospital, with another name in it.
  await store('shared', b, { PatientName: 'Other^Hospital' });
  other = await store('other', a);
});
afterAll(() => server.close());

async function createKey(hospital: string, scopes: ('read' | 'share')[]) {
  const { createApiKey } = await import('@hutong/storage-config');
  return createApiKey(server.index, { hospital, scopes });
}

const api = (method: string, path: string, body: object | null = null, key = sharer) =>
  fetch(`${server.url}/api${path}`, {
    method,
    headers: {
      'Content-Type': 'application/json',
      ...(key === '' ? {} : { Authorization: `Bearer ${key}` }),
    },
    ...(body === null ? {} : { body: JSON.stringify(body) }),
  });

async function make(given: object = {}): Promise<MadeShareBody> {
  const response = await api('POST', '/shares', {
    hospital: 'a',
    studies: [{ studyInstanceUid: shared.studyInstanceUid }],
    hours: 24,
    factor: 'none',
    ...given,
  });
  expect(response.status).toBe(201);
  return (await response.json()) as MadeShareBody;
}

const tokenOf = (link: string): string => new URL(link).hash.slice(1);
const openShare = (link: string, factor?: string) =>
  api('POST', '/share-sessions', { token: tokenOf(link), ...(factor === undefined ? {} : { factor }) }, '');
const problemOf = async (response: Response) => ((await response.json()) as { code: string }).code;

/** The cookie of an opened share. */
async function cookieOf(share: MadeShareBody, factor?: string): Promise<string> {
  const response = await openShare(share.link, factor);
  expect(response.status).toBe(201);
  const cookie = response.headers.get('set-cookie') ?? '';
  expect(cookie).toContain('HttpOnly');
  expect(cookie).toContain(`Path=/shares/${share.alias}`);
  return cookie.split(';')[0] ?? '';
}

const inside = (share: MadeShareBody, cookie: string, path: string, init: RequestInit = {}) =>
  fetch(`${server.url}/shares/${share.alias}${path}`, {
    ...init,
    headers: { Cookie: cookie, Accept: '*/*', ...(init.headers as Record<string, string> | undefined) },
  });

describe('inside a share', () => {
  let share: MadeShareBody;
  let cookie: string;
  let series: string;
  let instance: string;
  beforeAll(async () => {
    share = await make();
    cookie = await cookieOf(share);
    series = shared.instances[0]?.seriesInstanceUid ?? '';
    instance = shared.instances[0]?.sopInstanceUid ?? '';
  });

  test('the contents name hospital, study and series, and who opened it', async () => {
    const content = (await (await inside(share, cookie, '/content')).json()) as ShareContent;
    expect(content).toMatchObject({
      hospital: { zh: 'a医院', en: 'Hospital a' },
      waiting: false,
      mayDownload: false,
      studies: [
        { studyInstanceUid: shared.studyInstanceUid, whole: true, series: [{ numberOfInstances: 3 }] },
      ],
      openings: [{ address: expect.stringMatching(/^127\.0\.0\.\*$|…/) as string }],
    });
  });

  test('metadata, frames, pictures and thumbnails are of the sharing hospital, and nothing of it is kept', async () => {
    const study = `/dicomweb/studies/${shared.studyInstanceUid}`;
    const metadata = await inside(share, cookie, `${study}/metadata`, {
      headers: { Accept: 'application/dicom+json' },
    });
    expect(metadata.status).toBe(200);
    expect(metadata.headers.get('cache-control')).toBe('no-store');
    const text = await metadata.text();
    expect(text).toContain('测试');
    expect(text).not.toContain('Other');
    expect(text).toContain(`/shares/${share.alias}/dicomweb/studies/`);
    for (const path of [
      `${study}/series`,
      `${study}/series/${series}/instances`,
      `${study}/series/${series}/instances/${instance}/frames/1`,
      `${study}/series/${series}/instances/${instance}/rendered`,
      `${study}/series/${series}/thumbnail`,
    ]) {
      const response = await inside(share, cookie, path);
      expect([path, response.status, response.headers.get('cache-control')]).toEqual([path, 200, 'no-store']);
      await response.arrayBuffer();
    }
  });

  test.each([
    ['another study of the patient', () => `/dicomweb/studies/${other.studyInstanceUid}/metadata`],
    ['the list of studies', () => '/dicomweb/studies'],
    [
      'a search that names the study and more',
      () => `/dicomweb/studies?StudyInstanceUID=${shared.studyInstanceUid}&PatientID=x`,
    ],
    ['all series', () => '/dicomweb/series'],
    ['the object, which would be a download', () => `/dicomweb/studies/${shared.studyInstanceUid}`],
    [
      'a path that climbs',
      () => `/dicomweb/studies/${shared.studyInstanceUid}/..%2f${other.studyInstanceUid}/metadata`,
    ],
    ['nothing', () => '/'],
  ])('%s is not there', async (_what, path) => {
    expect((await inside(share, cookie, path())).status).toBe(404);
  });

  test('nothing can be stored or deleted, and the cookie opens nothing outside', async () => {
    const study = `/dicomweb/studies/${shared.studyInstanceUid}`;
    expect((await inside(share, cookie, study, { method: 'DELETE' })).status).toBe(404);
    expect((await inside(share, cookie, '/dicomweb/studies', { method: 'POST', body: 'x' })).status).toBe(
      404,
    );
    for (const path of [
      '/dicomweb/studies',
      '/api/worklist',
      '/api/shares',
      `/hospitals/a${study}/metadata`,
    ]) {
      expect((await fetch(`${server.url}${path}`, { headers: { Cookie: cookie } })).status).toBe(401);
    }
  });

  test('a session of one share does not open another, and no session opens none', async () => {
    const second = await make();
    expect((await inside(second, cookie, '/content')).status).toBe(404);
    expect((await inside(share, '', '/content')).status).toBe(404);
    expect((await inside(share, `hutong_share_${share.alias}=htss_x`, '/content')).status).toBe(404);
  });

  test('what was looked at is on record, by the share', async () => {
    const { rows } = await server.index.query<{ action: string }>(
      `SELECT DISTINCT action FROM audit_event WHERE actor_kind = 'share' AND actor_id = $1`,
      [share.id],
    );
    expect(rows.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['metadata', 'retrieve', 'render']),
    );
    const { rows: unknown } = await server.index.query(
      `SELECT action, detail FROM audit_event WHERE actor_kind = 'nobody' AND study_instance_uid <> ''`,
    );
    expect(unknown).toEqual([]);
  });
});

describe('a share', () => {
  test('may let download', async () => {
    const share = await make({ mayDownload: true });
    const cookie = await cookieOf(share);
    const zip = await inside(share, cookie, `/dicomweb/studies/${shared.studyInstanceUid}`, {
      headers: { Accept: 'application/zip' },
    });
    expect(zip.status).toBe(200);
    expect(zip.headers.get('content-type')).toContain('application/zip');
    await zip.arrayBuffer();
  });

  test('asks for a code, says how many attempts are left, and opens with it', async () => {
    const share = await make({ factor: 'code' });
    expect(share.code).toMatch(/^\d{6}$/);
    const asked = await openShare(share.link);
    expect(await asked.json()).toEqual({
      state: 'factorNeeded',
      factor: 'code',
      audience: 'patient',
      relation: null,
      exams: [{ date: '2026-11-09', modalities: ['CT'], description: '胸部CT平扫' }],
      waitSeconds: 0,
      attemptsLeft: 10,
      hospital: { zh: 'a医院', en: 'Hospital a' },
    });
    const wrong = await openShare(share.link, share.code === '111111' ? '222222' : '111111');
    expect(await problemOf(wrong)).toBe('share-factor-wrong');
    await cookieOf(share, share.code ?? '');
  });

  test('has a QR code of its link, whose token stands in the fragment alone', async () => {
    const share = await make();
    expect(share.link).toMatch(/\/s#htsh_[\w-]{43}$/);
    expect(share.qrCodeSvg).toContain('<svg');
    expect(share.qrCodePng).toMatch(/^data:image\/png;base64,/);
  });

  test('before the images come says so, and fills itself', async () => {
    const share = await make({ studies: undefined, accessionNumber: 'LATE-1', factor: 'none' });
    const cookie = await cookieOf(share);
    const content = async () => (await (await inside(share, cookie, '/content')).json()) as ShareContent;
    expect(await content()).toMatchObject({ waiting: true, studies: [] });
    const study = await store('late', a, { AccessionNumber: 'LATE-1' });
    expect(await content()).toMatchObject({
      waiting: false,
      studies: [{ studyInstanceUid: study.studyInstanceUid }],
    });
    const metadata = await inside(share, cookie, `/dicomweb/studies/${study.studyInstanceUid}/metadata`);
    expect(metadata.status).toBe(200);
  });

  test('is made by who may share that hospital alone', async () => {
    const wanted = {
      hospital: 'b',
      studies: [{ studyInstanceUid: shared.studyInstanceUid }],
      hours: 1,
      factor: 'none',
    };
    expect((await api('POST', '/shares', wanted)).status).toBe(404);
    expect((await api('POST', '/shares', { ...wanted, hospital: 'a' }, a)).status).toBe(403);
    const own = await make();
    const foreign = (await createKey('b', ['read', 'share'])).secret;
    expect((await api('GET', `/shares/${own.id}`, null, foreign)).status).toBe(404);
    expect((await api('DELETE', `/shares/${own.id}`, null, foreign)).status).toBe(404);
    const { shares } = (await (await api('GET', '/shares', null, foreign)).json()) as SharesPage;
    expect(shares).toEqual([]);
  });

  test.each([
    [{ hours: 0 }],
    [{ hours: 100_000 }],
    [{ factor: 'password', secret: '123' }],
    [{ factor: 'code', secret: '123456' }],
    [{ factor: 'idDigits', secret: 'abcd' }],
    [{ studies: [] }],
    [{ accessionNumber: 'x' }],
    [{ studies: [{ studyInstanceUid: 'x' }] }],
    [{ unknown: 1 }],
  ])('with %j is 400', async (given) => {
    const response = await api('POST', '/shares', {
      hospital: 'a',
      studies: [{ studyInstanceUid: shared.studyInstanceUid }],
      hours: 1,
      factor: 'none',
      ...given,
    });
    expect(response.status).toBe(400);
  });

  test('shows its maker when it was opened, and its state', async () => {
    const share = await make({ maxUses: 1, note: '给患者' });
    await cookieOf(share);
    const detail = (await (await api('GET', `/shares/${share.id}`)).json()) as ShareDetail;
    expect(detail).toMatchObject({ uses: 1, state: 'usedUp', note: '给患者' });
    expect(detail.openings).toHaveLength(1);
    expect(JSON.stringify(detail)).not.toContain(tokenOf(share.link));
    const again = await openShare(share.link);
    expect([again.status, await problemOf(again)]).toEqual([410, 'share-over']);
  });
});

describe('a share that is revoked', () => {
  let share: MadeShareBody;
  let cookie: string;
  beforeEach(async () => {
    share = await make({ mayDownload: true });
    cookie = await cookieOf(share);
  });

  test('opens nothing from that moment', async () => {
    expect((await api('DELETE', `/shares/${share.id}`)).status).toBe(204);
    const ended = await inside(share, cookie, '/content');
    expect([ended.status, await problemOf(ended)]).toEqual([410, 'share-over']);
    expect((await inside(share, '', '/content')).status).toBe(404);
    expect(await problemOf(await openShare(share.link))).toBe('share-over');
  });

  test('is on record as the hospital sees it, from its making to its end', async () => {
    await api('DELETE', `/shares/${share.id}`);
    const { rows } = await server.index.query<{ what: string }>(
      `SELECT detail::json ->> 'what' AS what FROM audit_event
        WHERE action = CASE detail::json ->> 'what' WHEN 'opened' THEN 'view' ELSE 'share' END
          AND hospital_code = 'a' AND (detail::json ->> 'share' = $1 OR detail::json ->> 'alias' = $2)
        ORDER BY at, sequence`,
      [share.id, share.alias],
    );
    expect(rows.map(({ what }) => what)).toEqual(['made', 'opened', 'revoked']);
  });

  test('stops a retrieval that is under way', async () => {
    // Larger than what the sockets hold, so that the answer waits for its reader.
    const study = await store('large', a, {}, { slices: 60, rows: 512, columns: 512 });
    const large = await make({ mayDownload: true, studies: [{ studyInstanceUid: study.studyInstanceUid }] });
    const session = await cookieOf(large);
    const outcome = await new Promise<string>((resolve, reject) => {
      const asked = request(
        `${server.url}/shares/${large.alias}/dicomweb/studies/${study.studyInstanceUid}`,
        { headers: { Cookie: session, Accept: 'multipart/related; type="application/dicom"' } },
        (response) => {
          expect(response.statusCode).toBe(200);
          response.pause();
          response.once('close', () => resolve(response.complete ? 'complete' : 'cut'));
          response.once('error', () => undefined);
          void api('DELETE', `/shares/${large.id}`).then(() => {
            // A reader that goes on finds the end of the connection, not the end of the study.
            setTimeout(() => response.resume(), 1000);
          }, reject);
        },
      );
      asked.once('error', reject);
      asked.end();
    });
    expect(outcome).toBe('cut');
  });
});

test('neither tokens nor sessions of shares are ever logged', () => {
  const text = JSON.stringify(server.logged);
  expect(text).not.toContain('htsh_');
  expect(text).not.toContain('htss_');
});

test('a list read page by page shows each share once, also those made at one moment', async () => {
  const made = [await make(), await make(), await make()].map(({ id }) => id);
  await server.index.query(
    `UPDATE share SET created_at = date_trunc('second', now()) + interval '123456 microseconds' WHERE share_id = ANY ($1)`,
    [made],
  );
  const found: string[] = [];
  for (let before: string | null = ''; before !== null;) {
    const page = (await (await api('GET', `/shares?limit=2&before=${before}`)).json()) as SharesPage;
    found.push(...page.shares.map(({ id }) => id));
    before = page.next;
  }
  expect(found.filter((id) => made.includes(id)).toSorted()).toEqual(made.toSorted());
  expect(new Set(found).size).toBe(found.length);
  expect((await api('GET', '/shares?before=yesterday')).status).toBe(400);
});
