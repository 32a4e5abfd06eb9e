import type { DicomJson } from '@hutong/dicom';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { StudyReports } from '../contract/orders.ts';
import { seedStudy } from '../dicomweb/testing.ts';
import { startTestServer, type TestServer } from '../testing.ts';

let server: TestServer;
let key = '';
beforeAll(async () => {
  server = await startTestServer();
  key = await server.hospitalKey('a', ['orders', 'read']);
});
afterAll(() => server.close());
beforeEach(() => server.index.query('TRUNCATE study, diagnostic_report CASCADE'));

const code = (meaning: string): DicomJson => ({ '00080104': { vr: 'LO', Value: [meaning] } });
const item = (type: string, name: string, over: DicomJson): DicomJson => ({
  '0040A040': { vr: 'CS', Value: [type] },
  '0040A043': { vr: 'SQ', Value: [code(name)] },
  ...over,
});
const SR = '1.2.840.10008.5.1.4.1.1.88.11';
const PDF = '1.2.840.10008.5.1.4.1.1.104.1';
const sr = (flags: [completion: string, verification: string], text: string): DicomJson => ({
  '00080023': { vr: 'DA', Value: ['20260301'] },
  '00080033': { vr: 'TM', Value: ['100000'] },
  '0040A043': { vr: 'SQ', Value: [code('CT Report')] },
  '0040A491': { vr: 'CS', Value: [flags[0]] },
  '0040A493': { vr: 'CS', Value: [flags[1]] },
  '0040A073': {
    vr: 'SQ',
    Value: [
      {
        '0040A030': { vr: 'DT', Value: ['20260301113000'] },
        '0040A075': { vr: 'PN', Value: [{ Alphabetic: 'Wang^Wu' }] },
      },
    ],
  },
  '0040A730': {
    vr: 'SQ',
    Value: [
      item('CONTAINER', 'Findings', {
        '0040A730': {
          vr: 'SQ',
          Value: [item('TEXT', 'Finding', { '0040A160': { vr: 'UT', Value: [text] } })],
        },
      }),
    ],
  },
});

async function store(instances: { uid: string; sopClass: string; dataset: DicomJson }[]): Promise<void> {
  await seedStudy(server, {
    hospital: 'a',
    uid: '1.2.3',
    columns: { patient_id: 'P1', accession_number: 'X1' },
    series: [
      {
        uid: '1.2.3.1',
        columns: { modality: 'SR' },
        instances: instances.map(({ uid, sopClass, dataset }) => ({
          uid,
          columns: { sop_class_uid: sopClass },
          dataset,
        })),
      },
    ],
  });
}
const reports = async (): Promise<StudyReports['reports']> => {
  const answer = await fetch(`${server.url}/api/studies/1.2.3/reports`, {
    headers: { Authorization: `Bearer ${key}` },
  });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as StudyReports).reports;
};

test('structured reports and PDFs of the study stand beside those the hospital gave, the newest final one first', async () => {
  await store([
    { uid: '1.2.3.1.1', sopClass: SR, dataset: sr(['COMPLETE', 'VERIFIED'], '未见异常') },
    { uid: '1.2.3.1.2', sopClass: SR, dataset: sr(['PARTIAL', 'UNVERIFIED'], '待审核') },
    {
      uid: '1.2.3.1.3',
      sopClass: PDF,
      dataset: {
        '00080023': { vr: 'DA', Value: ['20260228'] },
        '00420010': { vr: 'ST', Value: ['出院小结'] },
      },
    },
    { uid: '1.2.3.1.4', sopClass: '1.2.840.10008.5.1.4.1.1.2', dataset: {} },
  ]);
  await fetch(`${server.url}/api/reports`, {
    method: 'PUT',
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({
      reports: [
        {
          reportNumber: 'R1',
          accessionNumber: 'X1',
          status: 'final',
          impression: 'ok',
          reportedAt: '2026-03-01T12:00:00+08:00',
        },
      ],
    }),
  });
  const found = await reports();
  expect(found.map(({ source, status, id }) => [source, status, id.slice(-3)])).toEqual([
    ['api', 'final', expect.any(String)],
    ['stow', 'final', '1.1'],
    ['stow', 'final', '1.3'],
    ['stow', 'preliminary', '1.2'],
  ]);
  expect(found[1]).toMatchObject({
    title: 'CT Report',
    verifier: 'Wang Wu',
    reportedAt: '2026-03-01T03:30:00.000Z',
    lines: [
      { depth: 0, name: 'Findings', value: '' },
      { depth: 1, name: 'Finding', value: '未见异常' },
    ],
  });
  expect(found[2]).toMatchObject({
    title: '出院小结',
    document: '/hospitals/a/dicomweb/studies/1.2.3/series/1.2.3.1/instances/1.2.3.1.3/rendered',
  });
});

test('a hostile content tree is cut, and its text is text', async () => {
  const deep = Array.from({ length: 300 }).reduce<DicomJson>(
    (inner) => item('CONTAINER', 'x', { '0040A730': { vr: 'SQ', Value: [inner] } }),
    item('TEXT', '<script>', { '0040A160': { vr: 'UT', Value: ['<img src=x onerror=alert(1)>'] } }),
  );
  const many = Array.from({ length: 5000 }, () =>
    item('TEXT', 'n', { '0040A160': { vr: 'UT', Value: ['v'] } }),
  );
  await store([
    {
      uid: '1.2.3.1.1',
      sopClass: SR,
      dataset: {
        '0040A730': { vr: 'SQ', Value: [deep, ...many] },
        '00080023': { vr: 'DA', Value: ['20261399'] },
      },
    },
    {
      uid: '1.2.3.1.2',
      sopClass: SR,
      dataset: { '0040A730': { vr: 'SQ', Value: [null] } },
    },
  ]);
  const found = await reports();
  expect(found).toHaveLength(2);
  for (const { lines, status, reportedAt } of found) {
    expect(lines.length).toBeLessThanOrEqual(1000);
    expect([status, reportedAt]).toEqual(['preliminary', null]);
  }
});
