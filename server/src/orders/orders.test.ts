import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { StudyReports, ReportVersions, OrdersPage, TurnaroundAnswer } from '../contract/orders.ts';
import { startTestServer, type TestServer } from '../testing.ts';

let server: TestServer;
const keys: Record<'a' | 'b' | 'reader', string> = { a: '', b: '', reader: '' };
beforeAll(async () => {
  server = await startTestServer();
  keys.a = await server.hospitalKey('a', ['orders', 'read']);
  keys.b = await server.hospitalKey('b', ['orders', 'read']);
  keys.reader = await server.hospitalKey('a', ['read']);
});
afterAll(() => server.close());
beforeEach(() =>
  server.index.query('TRUNCATE study, patient, exam_order, diagnostic_report, exam_name, inbox_file CASCADE'),
);

type Who = keyof typeof keys;
const put = (path: string, body: unknown, who: Who = 'a', headers: Record<string, string> = {}) =>
  fetch(`${server.url}/api/${path}`, {
    method: 'PUT',
    headers: { Authorization: `Bearer ${keys[who]}`, 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const post = (path: string, body: unknown, who: Who = 'a') =>
  fetch(`${server.url}/api/${path}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${keys[who]}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
const get = (path: string, who: Who = 'a') =>
  fetch(`${server.url}${path}`, { headers: { Authorization: `Bearer ${keys[who]}` } });
const reportsOf = async (uid: string, who: Who = 'a'): Promise<StudyReports> =>
  (await (await get(`/api/studies/${uid}/reports`, who)).json()) as StudyReports;

async function study(hospital: string, uid = '1.2.3'): Promise<void> {
  await server.index.query(
    `INSERT INTO study (hospital_code, study_instance_uid, accession_number, patient_id, modalities, study_date, study_time)
     VALUES ($1, $2, 'X1', 'P1', '{CT}', '20260301', '080000')`,
    [hospital, uid],
  );
}

const PDF = Buffer.from('%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');
const order = (over: object = {}) => ({
  orderNumber: 'O1',
  accessionNumber: 'X1',
  patientId: 'P1',
  exam: { code: 'CT01', name: '胸部CT平扫' },
  modality: 'CT',
  ...over,
});
const report = (over: object = {}) => ({
  reportNumber: 'R1',
  accessionNumber: 'X1',
  patientId: 'P1',
  status: 'final',
  findings: '双肺纹理清晰',
  impression: '未见异常',
  reportedAt: '2026-03-01T10:00:00+08:00',
  ...over,
});

describe('orders and reports by JSON', () => {
  test('a search that finds nothing is on record too', async () => {
    const count = async () =>
      (
        await server.index.query(
          "SELECT FROM audit_event WHERE action = 'search' AND detail::jsonb ->> 'of' = 'orders'",
        )
      ).rowCount ?? 0;
    const before = await count();
    expect(await (await post('orders/search', { q: 'nobody-of-this-name' })).json()).toMatchObject({
      orders: [],
    });
    expect(await count()).toBe(before + 1);
  });

  test('are taken, found and shown beside the study; the same again changes nothing', async () => {
    await study('a');
    expect(await (await put('orders', { orders: [order()] })).json()).toEqual({
      hospital: 'a',
      results: [{ outcome: 'created' }],
    });
    const given = {
      reports: [report({ document: { contentType: 'application/pdf', data: PDF.toString('base64') } })],
    };
    expect(await (await put('reports', given)).json()).toMatchObject({ results: [{ outcome: 'created' }] });
    expect(await (await put('reports', given)).json()).toMatchObject({ results: [{ outcome: 'unchanged' }] });
    const { reports } = await reportsOf('1.2.3');
    expect(reports).toMatchObject([
      { status: 'final', findings: '双肺纹理清晰', impression: '未见异常', source: 'api', versions: 1 },
    ]);
    const pdf = await get(reports[0]?.document ?? '');
    expect(pdf.headers.get('content-type')).toBe('application/pdf');
    expect(pdf.headers.get('cache-control')).toContain('no-store');
    expect(Buffer.from(await pdf.arrayBuffer())).toEqual(PDF);
    expect((await server.objectKeys()).filter((key) => key.startsWith('reports/'))).toHaveLength(1);
    const { orders } = (await (await post('orders/search', { q: 'X1' })).json()) as OrdersPage;
    expect(orders).toMatchObject([{ orderNumber: 'O1', studies: ['1.2.3'], reports: 1 }]);
    const { rows } = await server.index.query(
      `SELECT DISTINCT action FROM audit_event WHERE hospital_code = 'a' AND patient_id = 'P1' AND study_instance_uid = '1.2.3'`,
    );
    expect(rows).toEqual([{ action: 'view' }]);
  });

  test('a multipart message carries PDFs as parts', async () => {
    await study('a');
    const form = new FormData();
    form.set('reports', JSON.stringify({ reports: [report({ document: { part: 'pdf' } })] }));
    form.set('pdf', new Blob([PDF], { type: 'application/pdf' }), 'x.pdf');
    const send = () =>
      fetch(`${server.url}/api/reports`, {
        method: 'PUT',
        headers: { Authorization: `Bearer ${keys.a}` },
        body: form,
      });
    expect(await (await send()).json()).toMatchObject({ results: [{ outcome: 'created' }] });
    expect((await reportsOf('1.2.3')).reports[0]?.document).toMatch(/^\/api\/studies\/1\.2\.3\/reports\//);
    form.set('nobodys', new Blob([PDF]), 'y.pdf');
    expect((await send()).status).toBe(400);
  });

  test('the versions of a report are all there, each with its PDF', async () => {
    await study('a');
    await put('reports', {
      reports: [
        report({
          status: 'preliminary',
          document: { contentType: 'application/pdf', data: PDF.toString('base64') },
        }),
      ],
    });
    await put('reports', { reports: [report({ reportedAt: '2026-03-01T11:00:00+08:00' })] });
    const { reports } = await reportsOf('1.2.3');
    const { versions } = (await (
      await get(`/api/studies/1.2.3/reports/${reports[0]?.id ?? ''}/versions`)
    ).json()) as ReportVersions;
    expect(versions.map(({ status, isCurrent }) => [status, isCurrent])).toEqual([
      ['final', true],
      ['preliminary', false],
    ]);
    expect((await get(versions[1]?.document ?? '')).status).toBe(200);
  });

  test('turnaround is told without anything of patients', async () => {
    await study('a');
    await put('reports', { reports: [report()] });
    const answer = (await (
      await post('reports/turnaround', {
        from: '2026-03-01T00:00:00+08:00',
        until: '2026-04-01T00:00:00+08:00',
      })
    ).json()) as TurnaroundAnswer;
    expect(answer.figures).toMatchObject([{ kind: 'ctMr', reports: 1, withinTarget: 1, medianMinutes: 120 }]);
    expect(JSON.stringify(answer)).not.toContain('P1');
  });
});

describe('patients', () => {
  const patient = (over: object = {}) => ({
    patientId: 'P1',
    name: '张三',
    sex: 'M',
    birthDate: '1980-05-01',
    ...over,
  });

  test('are registered by their hospital; a refused one does not keep the others from it, and nothing of it is told', async () => {
    const wrong = { kind: 'idCard', value: '110101199001011239' };
    const answer = await put('patients', {
      patients: [patient({ patientId: 'P2', identifiers: [wrong] }), patient()],
    });
    const text = await answer.text();
    expect(answer.status, text).toBe(200);
    expect(JSON.parse(text)).toMatchObject({
      hospital: 'a',
      results: [
        { outcome: 'refused', zh: expect.stringMatching(/[一-鿿]/) as string },
        { outcome: 'registered' },
      ],
    });
    expect(text).not.toContain(wrong.value);
    const { rows } = await server.index.query('SELECT hospital_code, patient_id, birth_date FROM patient');
    expect(rows).toEqual([{ hospital_code: 'a', patient_id: 'P1', birth_date: '19800501' }]);
  });

  test('of another hospital are nobody to give', async () => {
    expect((await put('patients', { hospital: 'b', patients: [patient()] })).status).toBe(404);
    expect((await put('patients', { patients: [patient()] }, 'reader')).status).toBe(403);
  });
});

describe('who may', () => {
  test('a key of one hospital can never attach a report to a study of another', async () => {
    await study('b');
    for (const over of [
      {},
      { studyInstanceUid: '1.2.3' },
      { accessionNumber: '', studyInstanceUid: '1.2.3' },
    ])
      await put('reports', {
        reports: [report({ reportNumber: JSON.stringify(over).slice(0, 60), ...over })],
      });
    expect((await reportsOf('1.2.3', 'b')).reports).toEqual([]);
  });

  test('nor can it name another hospital; absent and hidden are the same', async () => {
    const answers = await Promise.all(
      ['b', 'nowhere'].flatMap((hospital) => [
        put('orders', { hospital, orders: [order()] }),
        put('reports', { hospital, reports: [report()] }),
      ]),
    );
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    const bodies = await Promise.all(
      answers.map(async (one) => ({ ...((await one.json()) as object), requestId: '' })),
    );
    expect(new Set(bodies.map((one) => JSON.stringify(one))).size).toBe(1);
  });

  test('reports of a hidden study cannot be told from those of an absent one', async () => {
    await study('a');
    await put('reports', { reports: [report()] });
    const id = (await reportsOf('1.2.3')).reports[0]?.id ?? '';
    for (const end of ['reports', `reports/${id}/versions`, `reports/${id}/document`]) {
      const [hidden, absent] = await Promise.all([
        get(`/api/studies/1.2.3/${end}`, 'b'),
        get(`/api/studies/1.2.4/${end}`, 'b'),
      ]);
      expect([hidden.status, absent.status]).toEqual([404, 404]);
      const plain = async (one: Response) => ({ ...((await one.json()) as object), requestId: '' });
      expect(await plain(hidden)).toEqual(await plain(absent));
    }
  });

  test('orders and files of another hospital are not found', async () => {
    await put('orders', { orders: [order()] });
    await server.index.query(
      `INSERT INTO inbox_file (hospital_code, name, size, content_sha256, state) VALUES ('a', 'x.csv', 1, '', 'failed')`,
    );
    for (const body of [{}, { hospital: 'a' }]) {
      expect(await (await post('orders/search', body, 'b')).json()).toMatchObject({ orders: [] });
      expect(await (await post('orders/inbox', body, 'b')).json()).toMatchObject({ files: [], failed: 0 });
    }
    const { files } = (await (await post('orders/inbox', {})).json()) as { files: { id: number }[] };
    expect((await post(`orders/inbox/${files[0]?.id}/seen`, {}, 'b')).status).toBe(404);
    expect((await post(`orders/inbox/${files[0]?.id}/seen`, {})).status).toBe(204);
    expect(await (await post('orders/inbox', {})).json()).toMatchObject({ failed: 0 });
  });

  test('who may only read gives nothing', async () => {
    expect((await put('orders', { orders: [order()] }, 'reader')).status).toBe(403);
    expect((await put('reports', { reports: [report()] }, 'reader')).status).toBe(403);
  });
});

describe('hostile messages', () => {
  test.each([
    ['an unknown member', { orders: [order({ exm: {} })] }],
    ['an exam without a word', { orders: [order({ exam: { code: ' ' } })] }],
    ['control characters', { orders: [order({ orderNumber: 'O\u0000' })] }],
    ['half a surrogate pair', { orders: [order({ department: '\ud800' })] }],
    ['a day that is none', { orders: [order({ orderedAt: '2026-02-30' })] }],
    ['a time to come', { orders: [order({ statedAt: '2199-01-01' })] }],
    ['too many', { orders: Array.from({ length: 501 }, (_, n) => order({ orderNumber: `O${n}` })) }],
    ['none', { orders: [] }],
    ['a prototype', '{"orders":[{"__proto__":{"status":"revoked"},"orderNumber":"O1","exam":{"code":"1"}}]}'],
  ])('%s is refused, with nothing taken and no value told', async (_what, body) => {
    const answer = await put('orders', body);
    expect(answer.status).toBe(400);
    expect(await answer.text()).not.toContain('P1');
    expect((await server.index.query('SELECT FROM exam_order')).rowCount).toBe(0);
  });

  test('a report of a time to come is refused: it would outlast what corrects it', async () => {
    const ahead = await put('reports', { reports: [report({ reportedAt: '2199-01-01T00:00:00Z' })] });
    expect(ahead.status).toBe(400);
    expect((await server.index.query('SELECT FROM diagnostic_report')).rowCount).toBe(0);
  });

  test.each([
    ['what is no PDF', Buffer.from('MZ executable')],
    ['a PDF that was cut off', PDF.subarray(0, 20)],
    ['nothing', Buffer.alloc(0)],
  ])('%s is no document, and leaves nothing', async (_what, bytes) => {
    const before = (await server.objectKeys()).length;
    const document = { contentType: 'application/pdf', data: bytes.toString('base64') };
    expect(
      (await put('reports', { reports: [report(), report({ reportNumber: 'R2', document })] })).status,
    ).toBe(400);
    expect((await server.index.query('SELECT FROM diagnostic_report')).rowCount).toBe(0);
    expect(await server.objectKeys()).toHaveLength(before);
  });

  test('base64 that a lenient reader would cut is refused', async () => {
    const data = `${PDF.toString('base64')}*`;
    expect(
      (await put('reports', { reports: [report({ document: { contentType: 'application/pdf', data } })] }))
        .status,
    ).toBe(400);
  });

  test('a message of 50 MB is refused', async () => {
    const answer = await put('reports', Buffer.alloc(50 * 1024 * 1024, 0x20).toString('latin1')).catch(
      () => null,
    );
    expect(answer?.status ?? 413).toBe(413);
  });

  test('text that would run in a page comes back as text', async () => {
    await study('a');
    await put('reports', { reports: [report({ impression: '<script>alert(1)</script>' })] });
    const answer = await get('/api/studies/1.2.3/reports');
    expect(answer.headers.get('content-type')).toContain('application/json');
    expect(((await answer.json()) as StudyReports).reports[0]?.impression).toBe('<script>alert(1)</script>');
  });

  test('no patient and no number gets into the log', () => {
    const lines = JSON.stringify(server.logged);
    expect(lines).not.toMatch(/P1|X1|未见异常/);
  });
});
