import { spawnSync } from 'node:child_process';
import { link, mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  createHospital,
  loadConfig,
  type ObjectStore,
  openObjectStore,
  openPersonKeys,
} from '@hutong/storage-config';
import { createTestDatabase, type TestDatabase } from '@hutong/storage-config/testing';
import pino from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type InboxParts, inboxStep } from './watchInbox.ts';
import { takeFile } from './takeFile.ts';

let database: TestDatabase;
let objects: ObjectStore;
let folder: string;
let inbox: string;
let parts: InboxParts;
const lines: string[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(path.join(tmpdir(), 'hutong-inbox-'));
  const config = loadConfig({ HUTONG_DATA: folder });
  objects = await openObjectStore(config);
  for (const code of ['a', 'b']) await createHospital(database.pool, { code, nameZh: code, nameEn: code });
  parts = {
    index: database.pool,
    objects,
    personKeys: openPersonKeys(config),
    config: { inbox: null },
    log: pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) }),
    quietMs: 0,
  };
});
afterAll(async () => {
  await objects.close();
  await database.drop();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  inbox = await mkdtemp(path.join(folder, 'in-'));
  await mkdir(path.join(inbox, 'a'));
  await database.pool.query(
    'TRUNCATE patient, patient_link, exam_order, diagnostic_report, exam_name, inbox_file CASCADE',
  );
});

const put = async (name: string, content: string | Buffer): Promise<void> =>
  writeFile(path.join(inbox, 'a', name), content);
/** Twice, for a file has to look the same the second time. */
async function look(): Promise<void> {
  const sizes = new Map<string, string>();
  for (let n = 0; n < 2; n += 1) await inboxStep(parts, inbox, sizes, new AbortController().signal);
}
const names = async (where = ''): Promise<string[]> =>
  (await readdir(path.join(inbox, 'a', where))).toSorted();
const rows = async (text: string): Promise<unknown[]> => (await database.pool.query<object>(text)).rows;
const PDF = Buffer.from('%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');
const gbk = (text: string): Buffer => {
  const { stdout } = spawnSync('iconv', ['-f', 'UTF-8', '-t', 'GB18030'], { input: text });
  return stdout;
};

describe('files of a hospital', () => {
  test('JSON with patients, orders and reports is taken and moved to done', async () => {
    await put(
      'x.json',
      JSON.stringify({
        patients: [{ patientId: 'P1', name: '张三' }],
        orders: [{ orderNumber: 'O1', accessionNumber: 'X1', exam: { name: '胸部CT平扫' } }],
        reports: [
          {
            reportNumber: 'R1',
            accessionNumber: 'X1',
            status: 'final',
            document: { contentType: 'application/pdf', data: PDF.toString('base64') },
          },
        ],
      }),
    );
    await look();
    expect([await names('done'), await names('failed')]).toEqual([['x.json'], []]);
    expect(await rows('SELECT hospital_code, state, counts FROM inbox_file')).toEqual([
      { hospital_code: 'a', state: 'done', counts: { patients: 1, orders: 1, reports: 1 } },
    ]);
    expect(await rows('SELECT source, document_size::integer AS size FROM diagnostic_report')).toEqual([
      { source: 'folder', size: PDF.length },
    ]);
  });

  test.skipIf(spawnSync('iconv', ['--version']).error !== undefined)(
    'a table in GB 18030 with Chinese headings and words is orders with their patients',
    async () => {
      await put(
        'orders.csv',
        gbk(
          '医嘱号,检查号,患者编号,姓名,性别,检查项目编码,检查项目,就诊类别,申请时间\nO1,X1,P1,张三丰,男,CT01,胸部CT平扫,急诊,2026-03-01 08:00\n',
        ),
      );
      await look();
      expect(await names('failed')).toEqual([]);
      expect(
        await rows(
          `SELECT order_number, exam_name, patient_class, to_char(ordered_at AT TIME ZONE 'UTC', 'HH24:MI') AS at FROM exam_order`,
        ),
      ).toEqual([{ order_number: 'O1', exam_name: '胸部CT平扫', patient_class: 'emergency', at: '00:00' }]);
      expect(await rows('SELECT patient_id, name, sex FROM patient')).toEqual([
        { patient_id: 'P1', name: '张三丰', sex: 'M' },
      ]);
    },
  );

  test('a table of reports in English', async () => {
    await put(
      'r.csv',
      'reportNumber,accessionNumber,reportStatus,impression\nR1,X1,final,"Normal,\nno change"\n',
    );
    await look();
    expect(await rows('SELECT report_number, impression, status FROM diagnostic_report')).toEqual([
      { report_number: 'R1', impression: 'Normal,\nno change', status: 'final' },
    ]);
  });

  test('a PDF named by its accession number is the report; a newer one is its next version', async () => {
    await put('X1.pdf', PDF);
    await look();
    await put('X1.pdf', Buffer.concat([PDF, Buffer.from('%%EOF\n')]));
    await look();
    expect(
      await rows(
        'SELECT report_number, accession_number, is_current FROM diagnostic_report ORDER BY diagnostic_report_id',
      ),
    ).toEqual([
      { report_number: 'PDF-X1', accession_number: 'X1', is_current: false },
      { report_number: 'PDF-X1', accession_number: 'X1', is_current: true },
    ]);
    expect(await names('done')).toHaveLength(2);
  });

  test('the same file again is not taken twice, also where the process ended before it was moved', async () => {
    await put('X1.pdf', PDF);
    await takeFile(parts, 'a', 'X1.pdf', PDF);
    await look();
    expect(await names('done')).toEqual(['X1.pdf']);
    expect(await rows('SELECT count(*)::integer AS n FROM diagnostic_report')).toEqual([{ n: 1 }]);
  });

  test('a file is left alone while it is written', async () => {
    await put('x.json.tmp', '{}');
    await put('.hidden.json', '{}');
    await put('y.json', '{"orders":[');
    const sizes = new Map<string, string>();
    const once = () => inboxStep({ ...parts, quietMs: 60_000 }, inbox, sizes, new AbortController().signal);
    await once();
    await once();
    expect(await names()).toEqual(['.hidden.json', 'done', 'failed', 'x.json.tmp', 'y.json']);
    const old = new Date(Date.now() - 120_000);
    await utimes(path.join(inbox, 'a', 'y.json'), old, old);
    // It looks otherwise than the time before.
    await once();
    expect(await names('failed')).toEqual([]);
    await once();
    expect(await names('failed')).toEqual(['y.json', 'y.json.error.txt']);
  });
});

describe('what cannot be taken', () => {
  test.each([
    ['x.json', 'not JSON'],
    ['x.json', '{"orders":[{"orderNumber":"O1","exam":{"name":"CT"}},{"orderNumber":"SECRET1"}]}'],
    ['x.json', '{"orders":[null, 3, "SECRET1"]}'],
    ['x.json', '{"reports":[null, 3]}'],
    ['x.json', '[]'],
    ['x.json', '{"other":[]}'],
    ['x.csv', 'reportNumber,reportStatus\nR1,SECRET1\n'],
    ['x.csv', 'orderNumber,WRONG\nO1,SECRET1\n'],
    ['x.csv', 'a,b\n1,2\n'],
    ['x.csv', ''],
    ['X1.pdf', 'MZ'],
    ['_.pdf', '%PDF-1.7\n%%EOF\n'],
    ['x.exe', 'MZ'],
  ])('%s with %j goes to failed, says why in both languages, and leaves nothing', async (name, content) => {
    await put(name, content);
    await look();
    expect(await names('failed')).toEqual([name, `${name}.error.txt`]);
    const text = await readFile(path.join(inbox, 'a', 'failed', `${name}.error.txt`), 'utf8');
    expect(text).toMatch(/[一-鿿].*\/.*[a-z]/);
    expect(text).not.toContain('SECRET1');
    expect(await rows('SELECT FROM exam_order UNION ALL SELECT FROM diagnostic_report')).toEqual([]);
    expect(await rows('SELECT state FROM inbox_file')).toEqual([{ state: 'failed' }]);
  });

  test('a refused patient does not keep the others from being taken, and the file says who by its line', async () => {
    await put('p.csv', '患者编号,姓名,身份证号\nP1,张三,\nP2,李四,110101199001011239\n');
    await look();
    expect(await rows('SELECT patient_id FROM patient')).toEqual([{ patient_id: 'P1' }]);
    const text = await readFile(path.join(inbox, 'a', 'failed', 'p.csv.error.txt'), 'utf8');
    expect(text).toContain('line 3');
    expect(text).not.toContain('110101');
  });

  test('links lead nowhere, and what lies behind them stays', async () => {
    const outside = path.join(folder, 'outside.json');
    await writeFile(outside, '{"orders":[{"orderNumber":"O1","exam":{"name":"CT"}}]}');
    await symlink(outside, path.join(inbox, 'a', 'soft.json'));
    await link(outside, path.join(inbox, 'a', 'hard.json'));
    await look();
    expect(await rows('SELECT FROM exam_order')).toEqual([]);
    expect(await names()).toEqual(['done', 'failed']);
    expect(await readFile(outside, 'utf8')).toContain('O1');
  });

  test('a pipe does not stop the others', async () => {
    spawnSync('mkfifo', [path.join(inbox, 'a', 'p.json')]);
    await put('z.json', '{"orders":[{"orderNumber":"O1","exam":{"name":"胸部CT"}}]}');
    await look();
    expect(await names('done')).toEqual(['z.json']);
  });

  test('a folder of nobody, a link to a folder, and a done that is a link are left alone', async () => {
    const order = '{"orders":[{"orderNumber":"O1","exam":{"name":"胸部CT"}}]}';
    for (const name of ['nowhere', 'UPPER']) {
      await mkdir(path.join(inbox, name));
      await writeFile(path.join(inbox, name, 'x.json'), order);
    }
    await symlink(path.join(inbox, 'nowhere'), path.join(inbox, 'b'));
    await symlink(folder, path.join(inbox, 'a', 'done'));
    await put('x.json', order);
    await look();
    expect(await rows('SELECT FROM exam_order')).toEqual([]);
    expect(await names()).toContain('x.json');
  });

  test('no value and no name of a file gets into the log', () => {
    expect(lines.join('')).not.toMatch(/张三|SECRET1|X1|P1|\.json|\.csv/);
  });
});
