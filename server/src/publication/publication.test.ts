import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PublicationBody } from '../contract/publication.ts';
import { startTestServer, type TestServer } from '../testing.ts';

let server: TestServer;

interface Given {
  hospital: string;
  item: string;
  scope?: string;
  from: string;
  until: string;
  result?: string;
  revoked?: boolean;
  centre?: string | null;
}

const evaluate = ({
  hospital,
  item,
  scope = '龙南市',
  from,
  until,
  result = 'passed',
  revoked,
  centre,
}: Given) =>
  server.index.query(
    `INSERT INTO qualification (hospital_code, item_code, scope, evaluated_at, valid_until, result, quality_centre, revoked_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, CASE WHEN $8 THEN now() END)`,
    [hospital, item, scope, from, until, result, centre ?? null, revoked ?? false],
  );

beforeAll(async () => {
  server = await startTestServer();
  for (const code of ['a', 'b', 'c']) await server.hospitalKey(code);
  await server.index.query(`UPDATE hospital SET name_zh = '=cmd|calc' WHERE code = 'c'`);
  await server.index.query(
    `INSERT INTO recognition_scope (name, kind) VALUES ('龙南市', 'city'), ('某省', 'province') ON CONFLICT DO NOTHING`,
  );
  await server.index.query(`INSERT INTO recognition_scope_within VALUES ('龙南市', '某省')`);
  await server.index.query(
    `INSERT INTO quality_centre (code, name_zh, name_en, scope) VALUES ('ct-centre', '放射质控中心', 'Radiology centre', '龙南市')`,
  );
  await evaluate({
    hospital: 'a',
    item: 'CT-01',
    from: '2026-01-01',
    until: '2026-06-30',
    centre: 'ct-centre',
  });
  await evaluate({ hospital: 'a', item: 'CT-01', scope: '某省', from: '2026-01-01', until: '2026-06-30' });
  await evaluate({ hospital: 'b', item: 'CT-01', from: '2026-01-01', until: '2026-06-30' });
  await evaluate({ hospital: 'b', item: 'CT-01', from: '2026-03-01', until: '2026-08-30', result: 'failed' });
  await evaluate({ hospital: 'b', item: 'MR-01', from: '2026-01-01', until: '2026-06-30', revoked: true });
  await evaluate({ hospital: 'c', item: 'MR-02', from: '2026-02-01', until: '2026-07-31' });
});
afterAll(() => server.close());

async function published(asOf: string): Promise<PublicationBody> {
  const answer = await fetch(`${server.url}/api/publication?asOf=${asOf}`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as PublicationBody;
}

/** Scope, item and hospital of all that is published for a day. */
const standing = async (asOf: string): Promise<string[]> =>
  (await published(asOf)).scopes.flatMap(({ name, items }) =>
    items.flatMap((item) => item.hospitals.map(({ code }) => `${name} ${item.code} ${code}`)),
  );

describe('S0: items, institutions and scopes are published per quality-control centre', () => {
  test('for whoever asks, with validity and centre, and nothing about patients', async () => {
    const body = await published('2026-02-15');
    expect(body.scopes.map(({ name }) => name).toSorted()).toEqual(['某省', '龙南市']);
    const city = body.scopes.find(({ name }) => name === '龙南市');
    expect(city).toMatchObject({ label: '龙南市HR', within: ['某省'] });
    const [ct] = city?.items ?? [];
    expect(ct).toMatchObject({
      code: 'CT-01',
      category: 'CT',
      hospitals: [
        {
          code: 'a',
          evaluatedAt: '2026-01-01',
          validUntil: '2026-06-30',
          centre: 'ct-centre',
          suspended: false,
        },
        { code: 'b', centre: null },
      ],
    });
    expect(ct?.name.zh).not.toBe('CT-01');
    expect(body.centres).toEqual([
      { code: 'ct-centre', name: { zh: '放射质控中心', en: 'Radiology centre' }, scope: '龙南市' },
    ]);
    expect(body.hospitals.map(({ code }) => code)).toEqual(['a', 'b', 'c']);
    const text = JSON.stringify(body);
    expect(text).not.toMatch(/patient|birth|recorded|author/i);
  });

  test('as of a day: from the day of the evaluation to the last day of validity', async () => {
    expect(await standing('2025-12-31')).toEqual([]);
    expect(await standing('2026-01-01')).toContain('龙南市 CT-01 a');
    expect(await standing('2026-06-30')).toContain('龙南市 CT-01 a');
    expect(await standing('2026-07-01')).toEqual(['龙南市 MR-02 c']);
  });

  test('S0: an institution that failed the evaluation, or whose entry was taken back, is not named', async () => {
    expect(await standing('2026-02-28')).toContain('龙南市 CT-01 b');
    expect(await standing('2026-03-01')).not.toContain('龙南市 CT-01 b');
    expect((await standing('2026-02-28')).join()).not.toContain('MR-01');
  });

  test('S0: an institution that left the scope is not named from then on', async () => {
    await server.index.query(
      `INSERT INTO recognition_scope_member (scope, hospital_code, joined_on, left_on) VALUES ('龙南市', 'c', '2000-01-01', '2026-05-10')`,
    );
    expect(await standing('2026-05-01')).toContain('龙南市 MR-02 c');
    expect((await standing('2026-05-11')).join()).not.toContain('MR-02');
  });
});

test('it is public data: cached by its ETag, read by any page, the same whoever asks', async () => {
  const url = `${server.url}/api/publication?asOf=2026-02-20`;
  const first = await fetch(url, { headers: { Origin: 'https://anyone.example' } });
  expect(first.headers.get('access-control-allow-origin')).toBe('*');
  expect(first.headers.get('cache-control')).toBe('public, max-age=60');
  expect(first.headers.get('access-control-allow-credentials')).toBeNull();
  const again = await fetch(url, { headers: { 'If-None-Match': first.headers.get('etag') ?? '' } });
  expect([again.status, await again.text()]).toEqual([304, '']);
});

test('the table is CSV that spreadsheets read, and nothing in it is a formula', async () => {
  const answer = await fetch(`${server.url}/api/publication/table?asOf=2026-02-21`);
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(answer.headers.get('content-disposition')).toContain('hutong-publication-2026-02-21.csv');
  const bytes = Buffer.from(await answer.arrayBuffer());
  expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  const lines = bytes.toString().trim().split('\r\n');
  // Heading, CT-01 of a in two scopes, of b, MR-02 of c.
  expect(lines).toHaveLength(5);
  expect(lines.join('\n')).toContain("'=cmd|calc");
  expect(lines.join('\n')).not.toMatch(/(^|,)[=+@]/m);
});

test.each(['2026-13-01', 'yesterday', '0001-01-01', '2026-01-01&asOf=2026-01-02', "'; --"])(
  'a day that is none is refused: %s',
  async (asOf) => {
    expect((await fetch(`${server.url}/api/publication?asOf=${asOf}`)).status).toBe(400);
  },
);

describe('an institution whose issuing is suspended', () => {
  const suspend = () =>
    server.index.query(
      `INSERT INTO label_suspension (hospital_code, reason, author_kind, author_id, created_at)
       VALUES ('a', 'secret reason', 'person', 'x', '2026-04-10T00:00:00+08:00')`,
    );

  test('is marked from that day on, and the reason is not published', async () => {
    await suspend();
    const marks = async (day: string) =>
      (await published(day)).scopes.flatMap(({ items }) =>
        items.flatMap(({ hospitals }) => hospitals.map(({ code, suspended }) => `${code} ${suspended}`)),
      );
    expect(await marks('2026-04-09')).not.toContain('a true');
    expect(await marks('2026-04-10')).not.toContain('a false');
    expect(JSON.stringify(await published('2026-04-10'))).not.toContain('secret reason');
  });

  test('is left out where the region says so', async () => {
    const other = await startTestServer({ env: { HUTONG_PUBLICATION_SUSPENDED: 'left-out' } });
    try {
      await other.hospitalKey('a');
      await other.index.query(
        `INSERT INTO qualification (hospital_code, item_code, scope, evaluated_at, valid_until, result)
         VALUES ('a', 'CT-01', '龙南市', '2026-01-01', '2026-06-30', 'passed')`,
      );
      const names = async (day: string) =>
        ((await (await fetch(`${other.url}/api/publication?asOf=${day}`)).json()) as PublicationBody)
          .hospitals;
      expect(await names('2026-04-09')).toHaveLength(1);
      await other.index.query(
        `INSERT INTO label_suspension (item_code, reason, author_kind, author_id, created_at)
         VALUES ('CT-01', 'x', 'person', 'x', '2026-04-10T00:00:00+08:00')`,
      );
      expect(await names('2026-04-10')).toEqual([]);
    } finally {
      await other.close();
    }
  });
});

test('an address that asks without end is told to wait', async () => {
  const strict = await startTestServer({ env: { HUTONG_STRANGER_REQUESTS_PER_MINUTE: '3' } });
  try {
    const statuses = [];
    for (let n = 0; n < 5; n += 1) statuses.push((await fetch(`${strict.url}/api/publication`)).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
  } finally {
    await strict.close();
  }
});
