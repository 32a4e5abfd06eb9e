import { FIGURE_NAMES } from '@hutong/recognition';
import { createApiKey, readSheet } from '@hutong/storage-config';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MonthWriter } from '../../../storage-config/src/figures/testing.ts';
import type {
  FiguresBody,
  FiguresMonthsBody,
  PriceImportBody,
  PricesBody,
  ReportFiguresBody,
  ReportsBody,
  ReportVerificationBody,
} from '../contract/figures.ts';
import { startTestServer, type TestServer } from '../testing.ts';
import { aPerson, send } from '../testingPeople.ts';
import { reportDocument } from './document.ts';

let server: TestServer;
let write: MonthWriter;
let region: Record<string, string>;
let ofA: Record<string, string>;
let clinician: Record<string, string>;

beforeAll(async () => {
  server = await startTestServer();
  write = new MonthWriter(server.index);
  await write.hospitals('a', 'b');
  const key = async (hospital: string | null) => {
    const { secret } = await createApiKey(server.index, { hospital, scopes: ['figures'] });
    return { Authorization: `Bearer ${secret}` };
  };
  region = await key(null);
  ofA = await key('a');
  clinician = (await aPerson(server, [{ role: 'clinician', hospital: 'a' }])).cookie;
  const at = '2026-10-05T02:00:00Z';
  const uid = await write.study({ hospital: 'b', patient: 'SECRET-7', at, items: ['CT-05'] });
  await write.decision({
    at,
    on: { hospital: 'b', uid },
    item: 'CT-05',
    patient: 'SECRET-8',
    department: '骨科',
  });
});
afterAll(() => server.close());

const get = <T>(path: string, headers = region) => send<T>(server, 'GET', path, headers);
const post = <T>(path: string, body: unknown, headers = region) =>
  send<T>(server, 'POST', path, headers, body);

/** Sends a table as a file. */
async function importTable(text: string, dryRun = false): Promise<PriceImportBody> {
  const answer = await fetch(`${server.url}/api/prices/import${dryRun ? '?dryRun=true' : ''}`, {
    method: 'POST',
    headers: { ...region, 'Content-Type': 'text/csv' },
    body: text,
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as PriceImportBody;
}

test('figures come with what each of them counts, and hold nothing of patients', async () => {
  const { status, body, text } = await get<FiguresBody>('/figures?month=2026-10');
  expect(status).toBe(200);
  expect(body.figures.total.recognised).toEqual({ items: 1, personTimes: 1, persons: 1 });
  expect(Object.keys(body.definitions).sort()).toEqual([...FIGURE_NAMES].sort());
  expect(body.hospitals.map(({ code }) => code)).toEqual(['a', 'b']);
  expect(text).not.toContain('SECRET');
});

test('who holds the right for one hospital sees that hospital, and others are not there for it', async () => {
  const { body } = await get<FiguresBody>('/figures?month=2026-10', ofA);
  expect([body.figures.hospital, body.region, body.hospitals.map(({ code }) => code)]).toEqual([
    'a',
    false,
    ['a'],
  ]);
  expect(body.figures.hospitals.map(({ hospital }) => hospital)).toEqual(['a']);
  const hidden = await get<object>('/figures?month=2026-10&hospital=b', ofA);
  const absent = await get<object>('/figures?month=2026-10&hospital=none', ofA);
  expect([hidden.status, absent.status]).toEqual([404, 404]);
  expect({ ...hidden.body, requestId: '' }).toEqual({ ...absent.body, requestId: '' });
  expect((await get('/figures', clinician)).status).toBe(403);
});

test.each(['2026-13', '2026-1', '2999-01', "2026-10' --"])('the month %s is refused', async (month) => {
  expect((await get(`/figures?month=${encodeURIComponent(month)}`)).status).toBe(400);
});

test('twelve months stand side by side, those over as they were reported', async () => {
  await post('/figures/reports', { month: '2026-10', hospital: null });
  const { body } = await get<FiguresMonthsBody>('/figures/months?until=2026-10');
  expect(body.months.map(({ month }) => month)).toHaveLength(12);
  expect(body.months.at(-1)).toMatchObject({ month: '2026-10', from: 'report', recognised: 1 });
  expect(body.months[0]).toMatchObject({ month: '2025-11', from: 'now', recognised: 0 });
});

test('S1: a report of a month is made, fetched as workbook and document, and comes out the same again', async () => {
  const made = await post<ReportFiguresBody>('/figures/reports', { month: '2026-10', hospital: null });
  expect([made.status, made.body.complete]).toEqual([201, true]);
  const { body } = await get<ReportsBody>('/figures/reports?month=2026-10');
  expect(body.reports[0]).toMatchObject({ id: made.body.id, digest: made.body.digest, hospital: null });
  const path = `/figures/reports/${made.body.id}`;
  const workbook = await fetch(`${server.url}/api${path}/workbook`, { headers: region });
  const lines = await readSheet(new Uint8Array(await workbook.arrayBuffer()));
  expect(lines[0]?.cells[0]).toBe('检查结果互认月报（2026年10月）');
  expect(lines.map(({ cells }) => cells.slice(0, 4))).toContainEqual(['互认', '1', '1', '1']);
  const document = await fetch(`${server.url}/api${path}/document`, { headers: region });
  expect(document.headers.get('content-type')).toBe('application/pdf');
  const bytes = Buffer.from(await document.arrayBuffer());
  expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
  expect(bytes.includes('NotoSansSC')).toBe(true);
  expect((await post<ReportVerificationBody>(`${path}/verification`, {})).body).toEqual({
    intact: true,
    same: true,
    differences: [],
  });
});

test('the same report is the same document, whenever it is fetched', async () => {
  const { body } = await get<FiguresBody>('/figures?month=2026-10');
  const [one, other] = [await reportDocument(body.figures, 'x'), await reportDocument(body.figures, 'x')];
  expect(one.equals(other)).toBe(true);
});

test('reports of the region are made and seen by those who see all of it', async () => {
  const refused = await post('/figures/reports', { month: '2026-10', hospital: null }, ofA);
  expect(refused.status).toBe(403);
  const own = await post<ReportFiguresBody>('/figures/reports', { month: '2026-10', hospital: 'a' }, ofA);
  expect(own.status).toBe(201);
  const ofRegion = await post<ReportFiguresBody>('/figures/reports', { month: '2026-10', hospital: null });
  expect((await get(`/figures/reports/${ofRegion.body.id}`, ofA)).status).toBe(404);
  expect((await get(`/figures/reports/${ofRegion.body.id}/document`, ofA)).status).toBe(404);
  const seen = await get<ReportsBody>('/figures/reports', ofA);
  expect(new Set(seen.body.reports.map(({ hospital }) => hospital?.code))).toEqual(new Set(['a']));
});

test('S2: prices are entered, replaced, imported after a look, and revoked', async () => {
  const entry = { itemCode: 'CT-05', amountFen: 18_000, validFrom: '2026-01-01', level: '三级' };
  expect((await post('/prices', entry)).status).toBe(201);
  expect((await post<PriceImportBody>('/prices', { ...entry, amountFen: 19_000 })).body.replaced).toBe(1);
  const table =
    '项目编码,支付标准（元）,执行日期,地区,医院等级,依据\nCT-05,190,2026-01-01,,三级,\nMR-02,"1,420.5",2026/3/1,411100,,豫医保〔2026〕1号\n';
  expect(await importTable(table, true)).toEqual({ added: 1, replaced: 0, unchanged: 1, errors: [] });
  expect((await get<PricesBody>('/prices')).body.prices).toHaveLength(1);
  expect((await importTable(table)).added).toBe(1);
  const { prices, without } = (await get<PricesBody>('/prices')).body;
  expect(prices.map(({ itemCode, amountFen, region: where }) => [itemCode, amountFen, where])).toEqual([
    ['CT-05', 19_000, ''],
    ['MR-02', 142_050, '411100'],
  ]);
  expect(without).not.toContain('MR-02');
  const path = `/prices/${prices[1]?.id}/revocation`;
  expect((await post(path, { reason: '录入错误' })).status).toBe(204);
  expect((await post(path, { reason: '录入错误' })).status).toBe(404);
  const all = (await get<PricesBody>('/prices?revoked=true&item=MR-02')).body.prices;
  expect(all[0]?.revoked).toMatchObject({ reason: '录入错误' });
});

test('a table with wrong lines says which, and enters nothing', async () => {
  const wrong =
    '项目编码,支付标准,执行日期,医院等级\nXX-99,1,2026-01-01,\nCT-06,free,2026-01-01,\nCT-06,1,2026-02-30,\nCT-06,1,2026-01-01,大\nCT-06,1,2026-01-01,\nCT-06,2,2026-01-01,\n';
  const { errors } = await importTable(wrong);
  expect(errors.map(({ line }) => line)).toEqual([2, 3, 4, 5, 7]);
  const { prices } = (await get<PricesBody>('/prices?item=CT-06')).body;
  expect(prices).toEqual([]);
  expect((await importTable('a,b\n1,2\n')).errors[0]?.text.zh).toBe(
    '首行缺少列：项目编码、支付标准、执行日期',
  );
});

test.each([
  [{ itemCode: 'CT-05', amountFen: -1, validFrom: '2026-01-01' }],
  [{ itemCode: 'CT-05', amountFen: 1.5, validFrom: '2026-01-01' }],
  [{ itemCode: 'CT-05', amountFen: 1, validFrom: '2026-02-30' }],
  [{ itemCode: 'NO-1', amountFen: 1, validFrom: '2026-01-01' }],
  [{ itemCode: 'CT-05', amountFen: 1, validFrom: '2026-01-01', region: '41' }],
  [{ itemCode: 'CT-05', amountFen: 1, validFrom: '2026-01-01', more: 1 }],
])('the price %j is refused', async (body) => {
  expect((await post('/prices', body)).status).toBe(400);
});

test('prices are changed by those of the region alone', async () => {
  const refused = await post('/prices', { itemCode: 'CT-05', amountFen: 1, validFrom: '2026-01-01' }, ofA);
  expect(refused.status).toBe(403);
  expect((await get<PricesBody>('/prices', ofA)).body.mayChange).toBe(false);
});
