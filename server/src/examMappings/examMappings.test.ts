import type { ExamName } from '@hutong/conformance';
import { createHospital, inTransaction, readExamMappings, recordExamNames } from '@hutong/storage-config';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addStudy } from '../../../storage-config/src/decisions/testing.ts';
import type {
  ExamMappingBody,
  ExamMappingImport,
  ExamMappingsPage,
  UnmappedExamsPage,
} from '../contract/conformance.ts';
import { HOSPITALS_HEADER, SCOPES_HEADER, startTestGateway, type TestGateway } from '../dicomweb/testing.ts';
import { examChangeRoutes, examListRoutes } from './routes.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway((parts) => ({ api: [examListRoutes(parts), examChangeRoutes(parts)] }));
  for (const code of ['a', 'b'])
    await createHospital(gateway.index, { code, nameZh: code, nameEn: code, region: '451200' });
});
afterAll(() => gateway.close());
beforeEach(() =>
  gateway.index.query('TRUNCATE study, exam_name, exam_mapping, reevaluation, change CASCADE'),
);

interface As {
  hospitals?: string;
  scopes?: string;
}
const A: As = { hospitals: 'a', scopes: 'review' };

function ask(path: string, as: As = A, init: RequestInit = {}): Promise<Response> {
  return fetch(`${gateway.url}/api/exam-mappings${path}`, {
    ...init,
    headers: {
      [HOSPITALS_HEADER]: as.hospitals ?? '*',
      [SCOPES_HEADER]: as.scopes ?? '',
      'Content-Type': 'application/json',
      ...(init.headers as Record<string, string> | undefined),
    },
  });
}
const put = (body: object, as: As = A): Promise<Response> =>
  ask('', as, { method: 'PUT', body: JSON.stringify(body) });
const list = async (query = '', as: As = A): Promise<ExamMappingsPage> =>
  (await (await ask(`?${query}`, as)).json()) as ExamMappingsPage;
const unmapped = async (query = '', as: As = A): Promise<UnmappedExamsPage> =>
  (await (await ask(`/unmapped?${query}`, as)).json()) as UnmappedExamsPage;
const load = (csv: string | Uint8Array<ArrayBuffer>, query = 'hospital=a', as: As = A): Promise<Response> =>
  ask(`/import?${query}`, as, { method: 'POST', body: csv, headers: { 'Content-Type': 'text/csv' } });

let studies = 0;
async function seen(name: string, hospital = 'a'): Promise<void> {
  const names: ExamName[] = [{ code: '', scheme: '', name, modality: 'MR' }];
  const id = await addStudy(gateway.index, { hospital, uid: `8.${(studies += 1)}` });
  const used = await readExamMappings(gateway.index, hospital, names);
  await inTransaction(gateway.index, (client) =>
    recordExamNames(client, [{ studyId: id, hospital, names, used }]),
  );
}

describe('mapping an exam', () => {
  test('answers the mapping, and has the studies that carry the exam judged again', async () => {
    await seen('头颅MRI平扫');
    const answer = await put({ hospital: 'a', name: '头颅MRI平扫', itemCodes: ['mr-01'] });
    expect(answer.status).toBe(200);
    const body = (await answer.json()) as ExamMappingBody;
    expect(body).toMatchObject({
      hospital: 'a',
      code: '',
      scheme: '',
      name: '头颅MRI平扫',
      items: [{ code: 'MR-01', name: { zh: '颅脑MRI平扫' } }],
      author: { kind: 'machine', name: 'test' },
      studies: 1,
    });
    const { rows } = await gateway.index.query('SELECT reason, total FROM reevaluation');
    expect(rows).toEqual([{ reason: 'examMapping', total: 1 }]);
    expect((await list()).mappings).toEqual([body]);
    expect((await unmapped()).exams).toEqual([]);
  });

  test('the same again is the same entry; other items are a new one', async () => {
    const ids: number[] = [];
    for (const itemCodes of [['MR-01'], ['MR-01'], ['MR-02']])
      ids.push(((await (await put({ hospital: 'a', code: '1', itemCodes })).json()) as ExamMappingBody).id);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).not.toBe(ids[0]);
    expect((await list()).mappings).toHaveLength(1);
  });

  test.each([
    ['no exam', { itemCodes: ['MR-01'] }],
    ['a name of digits', { name: '20240101', itemCodes: ['MR-01'] }],
    ['a code with blanks', { code: 'a b', itemCodes: ['MR-01'] }],
    ['an item that is on no list', { name: '头颅', itemCodes: ['XX-01'] }],
    ['items that are no list', { name: '头颅', itemCodes: 'MR-01' }],
    ['no items at all', { name: '头颅' }],
  ])('%s is refused in both languages', async (_what, body) => {
    const answer = await put({ hospital: 'a', ...body });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      code: 'bad-mapping',
      detailZh: expect.stringMatching(/[\u4e00-\u9fff]/) as string,
    });
    expect((await list()).mappings).toEqual([]);
  });

  test('ending a mapping puts the exam back into the list of those nobody mapped', async () => {
    await seen('头颅MRI平扫');
    const { id } = (await (
      await put({ hospital: 'a', name: '头颅MRI平扫', itemCodes: [] })
    ).json()) as ExamMappingBody;
    expect((await ask(`/${id}`, { hospitals: 'b', scopes: 'review' }, { method: 'DELETE' })).status).toBe(
      404,
    );
    expect((await ask(`/${id}`, { hospitals: 'a' }, { method: 'DELETE' })).status).toBe(403);
    expect((await ask(`/${id}`, A, { method: 'DELETE' })).status).toBe(204);
    expect((await ask(`/${id}`, A, { method: 'DELETE' })).status).toBe(404);
    expect((await ask('/x', A, { method: 'DELETE' })).status).toBe(404);
    expect((await unmapped()).exams).toMatchObject([{ name: '头颅MRI平扫' }]);
  });
});

describe('who may', () => {
  test('a hospital out of view cannot be told from one that is not there', async () => {
    const answers = await Promise.all(
      ['b', 'nowhere'].flatMap((hospital) => [
        put({ hospital, name: '头颅', itemCodes: [] }),
        load('code,items\n1,-', `hospital=${hospital}`),
        ask(`/export?hospital=${hospital}`),
      ]),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(404));
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    expect(new Set(texts).size).toBe(1);
  });

  test('without the scope review the table is only read', async () => {
    const reader: As = { hospitals: 'a' };
    expect((await put({ hospital: 'a', name: '头颅', itemCodes: [] }, reader)).status).toBe(403);
    expect((await load('code,items\n1,-', 'hospital=a', reader)).status).toBe(403);
    await seen('头颅MRI平扫');
    expect((await unmapped('', reader)).exams).toMatchObject([{ mayMap: false }]);
    expect((await ask('/export?hospital=a', reader)).status).toBe(200);
  });

  test('lists show the hospitals in view alone', async () => {
    await put({ hospital: 'b', name: '膝关节', itemCodes: [] }, { scopes: 'review' });
    await seen('头颅MRI平扫', 'b');
    expect((await list('hospital=b')).mappings).toEqual([]);
    expect(await unmapped('hospital=b')).toEqual({ exams: [], next: null, total: 0 });
    expect((await list('', {})).mappings).toHaveLength(1);
  });
});

describe('the list of exams that nobody mapped', () => {
  test('shows the most frequent first, with likely items of the list', async () => {
    await seen('膝关节MRI平扫');
    for (let i = 0; i < 2; i += 1) await seen('头颅MRI平扫');
    const page = await unmapped();
    expect(page.total).toBe(2);
    expect(page.exams[0]).toMatchObject({
      hospital: 'a',
      name: '头颅MRI平扫',
      modality: 'MR',
      studies: 2,
      judged: { PASS: 0, FAIL: 0, REVIEW: 0, notListed: 2 },
      mayMap: true,
    });
    expect(page.exams[0]!.suggestions[0]).toMatchObject({
      itemCodes: ['MR-01'],
      items: [{ code: 'MR-01', name: { zh: expect.any(String) as string } }],
      because: { zh: expect.any(String) as string, en: expect.any(String) as string },
    });
  });

  test('pages follow each other', async () => {
    for (const name of ['甲部位', '乙部位', '丙部位']) await seen(name);
    const names: string[] = [];
    let cursor = '';
    do {
      const page = await unmapped(`limit=2&cursor=${cursor}`);
      names.push(...page.exams.map(({ name }) => name));
      cursor = page.next ?? '';
    } while (cursor !== '');
    expect(names).toEqual(['甲部位', '乙部位', '丙部位']);
  });

  test.each(['limit=0', 'limit=x', 'cursor=x', 'cursor=WzEsMF0', 'q=%00', 'q=a&q=b'])(
    '%s is refused',
    async (query) => {
      expect((await ask(`/unmapped?${query}`)).status).toBe(400);
    },
  );
});

describe('tables', () => {
  const TABLE = 'code,scheme,name,items\n1001,99HIS,头颅平扫,MR-01\n,,膝关节,-\n';

  test('a dry run says what would be done, and does nothing', async () => {
    expect(await (await load(`${TABLE}1002,,,XX-1\n`, 'hospital=a&dryRun=true')).json()).toMatchObject({
      added: 2,
      changed: 0,
      unchanged: 0,
      errors: [{ line: 4 }],
    });
    expect((await list()).mappings).toEqual([]);
  });

  test('a table with an error maps nothing', async () => {
    const answer = await load(`${TABLE}1002,,,XX-1\n`);
    expect(answer.status).toBe(400);
    expect((await answer.json()) as ExamMappingImport).toMatchObject({ added: 0, errors: [{ line: 4 }] });
    expect((await list()).mappings).toEqual([]);
  });

  test('a table is taken as a whole, and the same again changes nothing', async () => {
    await seen('膝关节');
    expect(await (await load(TABLE)).json()).toEqual({ added: 2, changed: 0, unchanged: 0, errors: [] });
    const next = TABLE.replace('MR-01', 'MR-02');
    expect(await (await load(next)).json()).toEqual({ added: 0, changed: 1, unchanged: 1, errors: [] });
    const { rows } = await gateway.index.query('SELECT filter FROM reevaluation');
    expect(rows).toEqual([{ filter: { hospitals: ['a'], examNames: [{ name: '膝关节' }] } }]);
  });

  test('what is exported can be imported', async () => {
    await load(TABLE);
    const exported = await ask('/export?hospital=a');
    expect(exported.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(exported.headers.get('content-disposition')).toBe('attachment; filename="exam-mappings-a.csv"');
    const bytes = new Uint8Array(await exported.arrayBuffer());
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(await (await load(bytes)).json()).toEqual({ added: 0, changed: 0, unchanged: 2, errors: [] });
  });

  test('one hospital must be named, and a table has its limit', async () => {
    expect((await load(TABLE, '')).status).toBe(400);
    expect((await load(TABLE, 'hospital=a&hospital=b')).status).toBe(400);
    expect((await load('x'.repeat(3 * 1024 * 1024))).status).toBe(413);
    expect((await ask('/export')).status).toBe(400);
  });
});

test('changes leave audit records', async () => {
  await put({ hospital: 'a', name: '头颅MRI平扫', itemCodes: ['MR-01'] });
  await load('code,items\n1,-');
  const { rows } = await gateway.index.query<{ n: number }>(
    `SELECT count(*) AS n FROM audit_event WHERE action = 'decide' AND hospital_code = 'a' AND detail LIKE '%exam%'`,
  );
  expect(rows[0]!.n).toBeGreaterThan(1);
});
