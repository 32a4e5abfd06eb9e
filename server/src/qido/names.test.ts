import type { DicomJson } from '@hutong/dicom';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seedStudy, startTestGateway, type TestGateway } from '../dicomweb/testing.ts';
import { qidoRoutes } from './routes.ts';

let gateway: TestGateway;

const PATIENTS: Record<string, { groups: [string, string?, string?]; referring: string }> = {
  '1.1': { groups: ['LI  MING'], referring: 'House^Gregory=张^三' },
  '1.2': { groups: ['Łukasz^Ørsted'], referring: '=张^三' },
  '1.3': { groups: ['ABUDULA', '阿卜杜拉·买买提'], referring: '==zhāng^sān' },
  '1.4': { groups: ['Đặng^Weiß ^Æsa', '欧阳^小明'], referring: 'Þór^Snæ  björn' },
  '1.5': { groups: ['', '玛丽•居里'], referring: '' },
};
const ALL = Object.keys(PATIENTS);

beforeAll(async () => {
  gateway = await startTestGateway((parts) => ({ dicomweb: [qidoRoutes(parts)] }));
  for (const [uid, { groups, referring }] of Object.entries(PATIENTS))
    await seedStudy(gateway, {
      hospital: 'a',
      uid,
      columns: {
        patient_name_alphabetic: groups[0],
        patient_name_ideographic: groups[1] ?? '',
        patient_name_phonetic: groups[2] ?? '',
        referring_physician_name: referring,
      },
      series: [
        {
          uid: `${uid}.1`,
          columns: { modality: 'CT' },
          instances: [
            {
              uid: `${uid}.1.1`,
              dataset: {
                '00081070': { vr: 'PN', Value: [{ Alphabetic: groups[0], Ideographic: groups[1] ?? '' }] },
              },
            },
          ],
        },
      ],
    });
});
afterAll(() => gateway.close());

async function search(path: string): Promise<{ warning: string | null; results: DicomJson[] }> {
  const answer = await fetch(`${gateway.url}/dicomweb${path}`);
  expect([200, 204]).toContain(answer.status);
  const results = answer.status === 204 ? [] : ((await answer.json()) as DicomJson[]);
  return { warning: answer.headers.get('warning'), results };
}

const found = async (query: string): Promise<unknown[]> =>
  (await search(`/studies?${query}`)).results.map((result) => result['0020000D']?.Value?.[0]).sort();

test.each([
  ['1.1', { Alphabetic: 'House^Gregory', Ideographic: '张^三' }],
  ['1.2', { Ideographic: '张^三' }],
  ['1.3', { Phonetic: 'zhāng^sān' }],
  ['1.5', undefined],
])('the referring physician of %s is returned with its component groups (PS3.5 6.2.1)', async (uid, name) => {
  const { results } = await search(`/studies?StudyInstanceUID=${uid}`);
  expect(results[0]?.['00080090']).toEqual({ vr: 'PN', ...(name === undefined ? {} : { Value: [name] }) });
});

test.each([
  ['ReferringPhysicianName=张*', ['1.1', '1.2']],
  ['ReferringPhysicianName==张*', ['1.1', '1.2']],
  ['ReferringPhysicianName=*三', ['1.1', '1.2']],
  ['ReferringPhysicianName=张三', ['1.1', '1.2']],
  ['ReferringPhysicianName=house*=张*', ['1.1']],
  ['ReferringPhysicianName=zhang^san', ['1.3']],
  ['ReferringPhysicianName===zhang^san', ['1.3']],
  ['ReferringPhysicianName=张*=', []],
  ['ReferringPhysicianName=san zhang&fuzzymatching=true', ['1.3']],
  ['ReferringPhysicianName=thor^snae bjorn', ['1.4']],
  ['ReferringPhysicianName=""', ['1.5']],
])('%s is compared with each group: %j', async (query, expected) => {
  expect(await found(query)).toEqual(expected);
});

test.each(['^', '^^', '=', '=^', '^=^', ' ^ ', '*^', '^&fuzzymatching=true'])(
  'a name without any component matches all, as one without a value does: PatientName=%s',
  async (key) => {
    expect(await found(`PatientName=${key}`)).toEqual(ALL);
    expect(await found(`ReferringPhysicianName=${key}`)).toEqual(ALL);
  },
);

test.each([
  ['LI MING', ['1.1']],
  ['li  ming*', ['1.1']],
  ['lukasz*', ['1.2']],
  ['ŁUKASZ^ørsted', ['1.2']],
  ['ors&fuzzymatching=true', ['1.2']],
  ['dang^weiss^aesa', ['1.4']],
  ['Đặng^WEISS^Æsa', ['1.4']],
  ['weiß&fuzzymatching=true', ['1.4']],
  ['阿卜杜拉买买提', ['1.3']],
  ['阿卜杜拉·买买提', ['1.3']],
  ['阿卜杜拉・买*', ['1.3']],
  ['*买买提', ['1.3']],
  ['买买提&fuzzymatching=true', ['1.3']],
  ['阿卜杜拉买&fuzzymatching=true', ['1.3']],
  ['abudula=阿卜杜拉买买提', ['1.3']],
  ['欧阳 小明', ['1.4']],
  ['玛丽·居里', ['1.5']],
  ['玛丽居里', ['1.5']],
])('PatientName=%s finds %j, however it is written', async (key, expected) => {
  expect(await found(`PatientName=${key}`)).toEqual(expected);
});

test.each([
  ['/studies/1.1/instances?OperatorsName=li ming', 1],
  ['/studies/1.2/instances?OperatorsName=lukasz*', 1],
  ['/studies/1.3/instances?OperatorsName=阿卜杜拉买买提', 1],
  ['/studies/1.4/instances?OperatorsName=weis&fuzzymatching=true', 1],
  ['/studies/1.4/instances?OperatorsName=^', 1],
])('names that only datasets hold are compared in the same way: %s finds %i', async (path, count) => {
  expect((await search(path)).results).toHaveLength(count);
});

test('SpecificCharacterSet says how keys are encoded and is no key itself (PS3.4 C.2.2.2)', async () => {
  for (const path of [
    '/studies?SpecificCharacterSet=ISO_IR 192',
    '/studies/1.1/instances?00080005=GB18030',
  ]) {
    const { warning, results } = await search(path);
    expect(warning).toBeNull();
    expect(results.length).toBeGreaterThan(0);
  }
});
