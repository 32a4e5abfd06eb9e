import type { DicomJson } from '@hutong/dicom';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HOSPITALS_HEADER, seedStudy, startTestGateway, type TestGateway } from '../dicomweb/testing.ts';
import { qidoRoutes } from './routes.ts';

let gateway: TestGateway;

const ctAttributes: DicomJson = {
  '00080008': { vr: 'CS', Value: ['ORIGINAL', 'PRIMARY', 'AXIAL'] },
  '00080023': { vr: 'DA', Value: ['20240105'] },
  '0008002A': { vr: 'DT', Value: ['20240105101530.5+0800'] },
  '00080070': { vr: 'LO', Value: ['ACME'] },
  '00081070': { vr: 'PN', Value: [{ Alphabetic: 'Doe^Jane' }] },
  '00081140': {
    vr: 'SQ',
    Value: [
      { '00081150': { vr: 'UI', Value: ['1.7'] }, '00081155': { vr: 'UI', Value: ['1.5'] } },
      { '00081150': { vr: 'UI', Value: ['1.8'] }, '00081155': { vr: 'UI', Value: ['1.4'] } },
    ],
  },
  '00180050': { vr: 'DS', Value: [1.5] },
  '00190011': { vr: 'LO', Value: ['ACME 1.0'] },
  '00191102': { vr: 'LO', Value: ['warp 9'] },
  '7FE00010': { vr: 'OW', BulkDataURI: '7FE00010' },
};

beforeAll(async () => {
  gateway = await startTestGateway((parts) => ({ dicomweb: [qidoRoutes(parts)] }));
  const seriesOf = (uid: string, modality: string, columns = {}) => ({
    uid,
    columns: { modality, ...columns },
    instances: [1, 2].map((number) => ({
      uid: `${uid}.${number}`,
      columns: { instance_number: number, rows: 512, columns: 512, bits_allocated: 16 },
      dataset: {
        '00080080': { vr: 'LO', Value: ['First Hospital'] },
        '00100010': { vr: 'PN' },
        ...(modality === 'CT' ? ctAttributes : {}),
      },
    })),
  });
  await seedStudy(gateway, {
    hospital: 'a',
    uid: '1.1',
    columns: {
      patient_id: 'P1',
      patient_name_alphabetic: 'Müller^Jörg',
      study_date: '20240105',
      study_time: '101530.5',
      timezone_offset: '+0800',
      accession_number: 'ACC_1',
      study_description: 'Chest 100%',
      referring_physician_name: 'Weiß^Anna=魏^安',
      study_id_text: 'S1',
    },
    series: [
      seriesOf('1.1.1', 'CT', {
        series_number: 2,
        series_description: 'lung',
        performed_procedure_step_start_date: '20240105',
        performed_procedure_step_start_time: '1010',
        request_attributes: JSON.stringify([
          { '00400009': { vr: 'SH', Value: ['SPS1'] }, '00401001': { vr: 'SH', Value: ['RP1'] } },
        ]),
      }),
      seriesOf('1.1.2', 'SR', { series_number: 1 }),
    ],
  });
  await seedStudy(gateway, {
    hospital: 'a',
    uid: '1.2',
    columns: {
      patient_id: 'P2',
      patient_name_alphabetic: 'ZHANG^SAN',
      patient_name_ideographic: '张^三',
      patient_name_phonetic: 'zhāng^sān',
      study_date: '20240106',
      study_time: '080000',
      accession_number: 'ACC-2',
    },
    series: [seriesOf('1.2.1', 'MR')],
  });
  await seedStudy(gateway, {
    hospital: 'b',
    uid: '1.3',
    columns: { patient_id: 'P3', patient_name_alphabetic: '欧阳^小明', study_date: '', accession_number: '' },
    series: [seriesOf('1.3.1', 'DX')],
  });
});
afterAll(() => gateway.close());

interface Answer {
  status: number;
  headers: Headers;
  results: DicomJson[];
}

async function search(
  path: string,
  headers: Record<string, string> = {},
  root = '/dicomweb',
): Promise<Answer> {
  const response = await fetch(`${gateway.url}${root}${path}`, { headers });
  const text = await response.text();
  const isJson = response.status === 200 && response.headers.get('content-type')?.includes('json') === true;
  return {
    status: response.status,
    headers: response.headers,
    results: isJson ? (JSON.parse(text) as DicomJson[]) : [],
  };
}

const valuesOf = (answer: Answer, tag: string): unknown[] =>
  answer.results.map((result) => result[tag]?.Value?.[0]);

async function studies(query: string): Promise<unknown[]> {
  const answer = await search(`/studies?${query}`);
  return valuesOf(answer, '0020000D').sort();
}

describe('matching', () => {
  test.each([
    ['PatientID=P1', ['1.1']],
    ['00100020=P1', ['1.1']],
    ['PatientID=p1', []],
    ['PatientID=P*', ['1.1', '1.2', '1.3']],
    ['PatientID=?2', ['1.2']],
    ['PatientID=*', ['1.1', '1.2', '1.3']],
    ['PatientID=', ['1.1', '1.2', '1.3']],
    ['AccessionNumber=ACC_1', ['1.1']],
    ['AccessionNumber=ACC_*', ['1.1']],
    ['AccessionNumber=ACC?*', ['1.1', '1.2']],
    ['AccessionNumber=""', ['1.3']],
    ['StudyDescription=*100%25', ['1.1']],
    ['StudyID=S1', ['1.1']],
    ['StudyInstanceUID=1.1,1.3', ['1.1', '1.3']],
    ['StudyInstanceUID=1.1%5C1.2', ['1.1', '1.2']],
    ['StudyInstanceUID=1.1&0020000d=1.2', ['1.1', '1.2']],
    ['ModalitiesInStudy=SR', ['1.1']],
    ['ModalitiesInStudy=MR,DX', ['1.2', '1.3']],
    ['ModalitiesInStudy=M*', ['1.2']],
    ['StudyDate=20240105', ['1.1']],
    ['StudyDate=20240105-20240106', ['1.1', '1.2']],
    ['StudyDate=20240106-', ['1.2']],
    ['StudyDate=-20240105', ['1.1']],
    ['StudyTime=1015', ['1.1']],
    ['StudyTime=101530.5', ['1.1']],
    ['StudyTime=101530', ['1.1']],
    ['StudyTime=080000', ['1.2']],
    ['StudyTime=07-0900', ['1.2']],
    ['StudyTime=-101530.4', ['1.2']],
    ['StudyDate=20240105-20240106&StudyTime=11-12', ['1.2']],
    ['StudyDate=20240105-20240106&StudyTime=10-07', ['1.1']],
    ['StudyDate=20240106&StudyTime=09-12', []],
    ['ReferringPhysicianName=weiß^anna', ['1.1']],
    ['ReferringPhysicianName=魏安', ['1.1']],
    ['PatientID=P1&ModalitiesInStudy=MR', []],
  ])('%s finds %j', async (query, expected) => {
    expect(await studies(query)).toEqual(expected);
  });

  test.each([
    ['PatientName=muller^jorg', ['1.1']],
    ['PatientName=M%C3%9CLLER*', ['1.1']],
    ['PatientName=*jorg', ['1.1']],
    ['PatientName=muller', []],
    ['PatientName=*ulle*', ['1.1']],
    ['PatientName=*r^J?rg', ['1.1']],
    ['PatientName=*hang*an', ['1.2']],
    ['PatientName=Z*G^S*', ['1.2']],
    ['PatientName=张^三', ['1.2']],
    ['PatientName=*张三*', ['1.2']],
    ['PatientName=zhang^san', ['1.2']],
    ['PatientName=Zhang*=张*', ['1.2']],
    ['PatientName==张^三', ['1.2']],
    ['PatientName=Li*=张*', []],
    ['PatientName=jorg&fuzzymatching=true', ['1.1']],
    ['PatientName=jo mull&fuzzymatching=true', ['1.1']],
    ['PatientName=san zhang&fuzzymatching=true', ['1.2']],
    ['PatientName=三&fuzzymatching=true', ['1.2']],
    ['PatientName=阳小&fuzzymatching=true', ['1.3']],
    ['PatientName=orge&fuzzymatching=true', []],
    ["PatientName=o'\\ | !&fuzzymatching=true", []],
  ])('a person name: %s finds %j', async (query, expected) => {
    expect(await studies(query)).toEqual(expected);
  });

  test.each([
    ['PatientName=ouyang&fuzzymatching=true', ['1.3']],
    ['PatientName=OUYANGXIAOMING&fuzzymatching=true', ['1.3']],
    ['PatientName=xiaoming ouyang&fuzzymatching=true', ['1.3']],
    ['PatientName=ouy xiaom&fuzzymatching=true', ['1.3']],
    ['PatientName=oyxm&fuzzymatching=true', ['1.3']],
    ['PatientName=zs&fuzzymatching=true', ['1.2']],
    ['PatientName=zhangsan&fuzzymatching=true', ['1.2']],
    ['PatientName=ouyang', []],
    ['PatientName=ouyang*&fuzzymatching=false', []],
    ['PatientName=oyxm', []],
  ])('pinyin only with fuzzymatching: %s finds %j', async (query, expected) => {
    expect(await studies(query)).toEqual(expected);
  });

  test.each([
    ['ModalitiesInStudy=CT,SR&multiplevaluematching=true', ['1.1']],
    ['ModalitiesInStudy=CT%5CMR&multiplevaluematching=true', []],
    ['ModalitiesInStudy=CT%5CMR', ['1.1', '1.2']],
    ['StudyDate=""&emptyvaluematching=true', ['1.3']],
    ['PatientName=""', []],
    ['00091001=""', ['1.1', '1.2', '1.3']],
  ])('%s finds %j', async (query, expected) => {
    expect(await studies(query)).toEqual(expected);
  });

  // Study 1.1 was made at 10:15:30.5 in +0800, study 1.2 at 08:00 in an unknown zone.
  test.each([
    ['StudyDate=20240105&StudyTime=021530-021531&TimezoneOffsetFromUTC=%2B0000', ['1.1']],
    ['StudyDate=20240105&StudyTime=101530-101531&TimezoneOffsetFromUTC=%2B0000', []],
    ['StudyDate=20240105&StudyTime=1015&TimezoneOffsetFromUTC=%2B0800', ['1.1']],
    ['StudyDate=20240104&TimezoneOffsetFromUTC=-1000', ['1.1']],
    ['StudyDate=20240105&TimezoneOffsetFromUTC=-1000', []],
    ['StudyDate=20240106&TimezoneOffsetFromUTC=-1000', ['1.2']],
    ['StudyTime=16-17&TimezoneOffsetFromUTC=-1000', ['1.1']],
    ['StudyDate=20240104-20240104&StudyTime=161530.5-161530.5&00080201=-1000', ['1.1']],
    ['StudyDate=20240104-&StudyTime=1616-&TimezoneOffsetFromUTC=-1000', ['1.2']],
    ['StudyTime=0100-0300&TimezoneOffsetFromUTC= 0000', ['1.1']],
    ['TimezoneOffsetFromUTC=', ['1.1', '1.2', '1.3']],
  ])('with a time zone %s finds %j', async (query, expected) => {
    expect(await studies(query)).toEqual(expected);
  });

  test.each([
    ['/studies/1.1/instances?InstitutionName=First*', 4],
    ['/studies/1.1/instances?InstitutionName=Second', 0],
    ['/studies/1.1/instances?ImageType=ORIGINAL', 2],
    ['/studies/1.1/instances?ImageType=ORIGINAL&InstanceNumber=1', 1],
    ['/studies/1.1/instances?SliceThickness=1.50', 2],
    ['/studies/1.1/instances?SliceThickness=""', 2],
    ['/studies/1.1/instances?00190010=ACME 1.0&00191002=warp*', 2],
    ['/studies/1.1/instances?00190020=ACME 1.0&00192002=warp*', 2],
    ['/studies/1.1/instances?00190010=OTHER&00191002=warp*', 0],
    ['/studies/1.1/instances?ReferencedImageSequence.ReferencedSOPInstanceUID=1.5,1.6', 2],
    [
      '/studies/1.1/instances?ReferencedImageSequence.ReferencedSOPInstanceUID=1.5&ReferencedImageSequence.ReferencedSOPClassUID=1.8',
      0,
    ],
    ['/studies/1.1/instances?ContentDate=20240101-20240131', 2],
    ['/studies/1.1/instances?AcquisitionDateTime=20240105-', 2],
    ['/studies/1.1/instances?AcquisitionDateTime=-2024010410', 0],
    ['/studies/1.1/instances?OperatorsName=doe^jane', 2],
    ['/studies/1.1/instances?OperatorsName=ja&fuzzymatching=true', 2],
    ['/studies/1.1/series/1.1.1/instances?ImageType=ORIGINAL', 2],
    ['/studies/1.1/series?Manufacturer=ACME', 1],
    ['/studies/1.1/series?00190010=ACME 1.0&00191002=warp 9', 1],
    ['/studies/1.1/series?Manufacturer=ACME&Modality=SR', 0],
  ])('inside a study any attribute is matched over the datasets: %s finds %i', async (path, count) => {
    const { results, headers } = await search(path);
    expect(headers.get('warning')).toBeNull();
    expect(results).toHaveLength(count);
  });

  test.each([
    ['/studies?00190010=ACME 1.0&00191002=x&PatientID=P1', '00191002'],
    ['/studies/1.1/instances?00191002=x', '00191002'],
    ['/studies/1.1/series?ImageType=ORIGINAL', 'ImageType'],
    ['/studies/1.1/instances?PixelData=1', 'PixelData'],
    ['/studies/1.1/instances?NumberOfStudyRelatedSeries=1', 'NumberOfStudyRelatedSeries'],
    ['/studies?Modality=CT', 'Modality'],
  ])('%s is answered with a Warning that names %s', async (path, name) => {
    const { status, headers } = await search(path);
    expect(status).toBe(200);
    expect(headers.get('warning')).toMatch(new RegExp(`^299 ${gateway.url}/dicomweb: .*${name}`));
  });

  test.each([
    ['/series?Modality=CT', ['1.1.1']],
    ['/series?SeriesNumber=2', ['1.1.1']],
    ['/series?PatientID=P1', ['1.1.2', '1.1.1']],
    ['/series?RequestAttributesSequence.ScheduledProcedureStepID=SPS1', ['1.1.1']],
    ['/series?00400275.00401001=RP*', ['1.1.1']],
    ['/series?00400275.00401001=RP2', []],
    ['/series?00400275.00401001=RP1&00400275.00400009=SPS1', ['1.1.1']],
    ['/series?00400275.00401001=RP1&00400275.00400009=SPS2', []],
    ['/studies/1.1/series?00400275.00401001=""', ['1.1.2']],
    ['/series?PerformedProcedureStepStartDate=20240101-20240131', ['1.1.1']],
    ['/studies/1.1/series', ['1.1.2', '1.1.1']],
    ['/studies/1.1/series?Modality=SR', ['1.1.2']],
    ['/studies/9.9/series', []],
  ])('%s finds the series %j', async (path, expected) => {
    expect(valuesOf(await search(path), '0020000E')).toEqual(expected);
  });

  test.each([
    ['/instances?SOPInstanceUID=1.1.1.2', ['1.1.1.2']],
    ['/studies/1.1/instances', ['1.1.2.1', '1.1.2.2', '1.1.1.1', '1.1.1.2']],
    ['/studies/1.1/instances?Modality=CT&InstanceNumber=2', ['1.1.1.2']],
    ['/studies/1.1/series/1.1.1/instances', ['1.1.1.1', '1.1.1.2']],
    ['/studies/1.1/series/1.1.1/instances?SOPClassUID=1.2.3', []],
    ['/studies/1.2/series/1.1.1/instances', []],
  ])('%s finds the instances %j', async (path, expected) => {
    expect(valuesOf(await search(path), '00080018')).toEqual(expected);
  });
});

describe('answers', () => {
  test('a study has the attributes of Table 10.6.3-3, ascending by tag', async () => {
    const { results, headers } = await search('/studies?PatientID=P2');
    expect(headers.get('content-type')).toBe('application/dicom+json');
    expect(headers.get('cache-control')).toBe('private, no-cache');
    expect(results).toHaveLength(1);
    const [study = {}] = results;
    expect(Object.keys(study)).toEqual(Object.keys(study).toSorted());
    expect(study).toMatchObject({
      '00080020': { vr: 'DA', Value: ['20240106'] },
      '00080056': { vr: 'CS', Value: ['ONLINE'] },
      '00080061': { vr: 'CS', Value: ['MR'] },
      '00080090': { vr: 'PN' },
      '00081190': { vr: 'UR', Value: [`${gateway.url}/dicomweb/studies/1.2`] },
      '00100010': {
        vr: 'PN',
        Value: [{ Alphabetic: 'ZHANG^SAN', Ideographic: '张^三', Phonetic: 'zhāng^sān' }],
      },
      '00201206': { vr: 'IS', Value: [1] },
      '00201208': { vr: 'IS', Value: [2] },
    });
  });

  test('an instance of a series has its own attributes and the UIDs above it only', async () => {
    const { results } = await search('/studies/1.1/series/1.1.1/instances?InstanceNumber=1');
    expect(results[0]).toMatchObject({
      '00080018': { vr: 'UI', Value: ['1.1.1.1'] },
      '00081190': { Value: [`${gateway.url}/dicomweb/studies/1.1/series/1.1.1/instances/1.1.1.1`] },
      '0020000D': { vr: 'UI', Value: ['1.1'] },
      '00280010': { vr: 'US', Value: [512] },
    });
    expect(results[0]).not.toHaveProperty('00100020');
    expect(results[0]).not.toHaveProperty('00080060');
  });

  test('all series carry the attributes of their study', async () => {
    const { results } = await search('/series?Modality=CT');
    expect(results[0]).toMatchObject({
      '00100020': { vr: 'LO', Value: ['P1'] },
      '0008103E': { Value: ['lung'] },
    });
    expect(results[0]?.['00400275']?.Value?.[0]).toMatchObject({ '00400009': { vr: 'SH', Value: ['SPS1'] } });
  });

  test.each([
    ['InstitutionName'],
    ['00080080'],
    ['StudyDescription,InstitutionName'],
    ['StudyDescription&includefield=00080080'],
    ['all'],
  ])('includefield=%s adds the institution as it was received', async (fields) => {
    const { results } = await search(`/studies?PatientID=P1&includefield=${fields}`);
    expect(results[0]?.['00080080']).toEqual({ vr: 'LO', Value: ['First Hospital'] });
  });

  test('a private attribute is included with its creator', async () => {
    const { results } = await search(
      '/studies/1.1/series/1.1.1/instances?00190010=ACME 1.0&includefield=00191002',
    );
    expect(results[0]).toMatchObject({
      '00190011': { vr: 'LO', Value: ['ACME 1.0'] },
      '00191102': { vr: 'LO', Value: ['warp 9'] },
    });
  });

  test('a private attribute without its creator is the one under just that tag', async () => {
    const path = '/studies/1.1/series/1.1.1/instances';
    const { results } = await search(`${path}?includefield=00191102`);
    expect(results[0]).toMatchObject({
      '00190011': { vr: 'LO', Value: ['ACME 1.0'] },
      '00191102': { vr: 'LO', Value: ['warp 9'] },
    });
    expect((await search(`${path}?includefield=00191002`)).results[0]).not.toHaveProperty('00191002');
  });

  test('what a key matched over datasets is returned too', async () => {
    const { results } = await search('/studies/1.1/instances?ImageType=ORIGINAL');
    expect(results[0]).toMatchObject({ '00080008': { Value: ['ORIGINAL', 'PRIMARY', 'AXIAL'] } });
  });

  test('all instances carry the attributes of their series and study', async () => {
    const { results } = await search('/instances?SOPInstanceUID=1.1.1.1');
    expect(results[0]).toMatchObject({ '00100020': { Value: ['P1'] }, '00080060': { Value: ['CT'] } });
  });

  test('an attribute inside a sequence brings the sequence', async () => {
    const { results } = await search(
      '/studies/1.1/series/1.1.1/instances?includefield=ReferencedImageSequence.ReferencedSOPInstanceUID',
    );
    expect(results[0]?.['00081140']?.Value).toHaveLength(2);
  });

  test('with all, every attribute of the dataset is there but bulk data', async () => {
    const { results } = await search('/studies/1.1/series/1.1.1/instances?includefield=all');
    expect(results[0]).toMatchObject({ '00180050': { Value: [1.5] }, '00191102': { Value: ['warp 9'] } });
    expect(results[0]).not.toHaveProperty('7FE00010');
    expect(Object.keys(results[0] ?? {})).toEqual(Object.keys(results[0] ?? {}).toSorted());
  });

  test('attributes of a lower level are not returned', async () => {
    const { results } = await search('/studies?PatientID=P1&includefield=00080018,Modality,all');
    expect(results[0]).not.toHaveProperty('00080018');
    expect(results[0]).not.toHaveProperty('00080060');
  });

  test('nothing found is 204 without a body', async () => {
    const answer = await search('/studies?PatientID=none');
    expect(answer.status).toBe(204);
    expect(answer.headers.get('content-type')).toBeNull();
  });

  test('pages follow each other in a stable order, and the Warning counts what remains', async () => {
    const first = await search('/studies?limit=2');
    expect(valuesOf(first, '0020000D')).toEqual(['1.2', '1.1']);
    expect(first.headers.get('warning')).toBe(
      `299 ${gateway.url}/dicomweb: There are 1 additional results that can be requested`,
    );
    const second = await search('/studies?limit=2&offset=2');
    expect(valuesOf(second, '0020000D')).toEqual(['1.3']);
    expect(second.headers.get('warning')).toBeNull();
    const none = await search('/studies?limit=0');
    expect(none.status).toBe(204);
    expect(none.headers.get('warning')).toContain('There are 3 additional results');
  });

  test.each([
    ['NoSuchKeyword=1', 'NoSuchKeyword'],
    ['StudyDate=yesterday', 'StudyDate'],
    ['StudyDate=20241301', 'StudyDate'],
    ['StudyTime=25', 'StudyTime'],
    ['StudyInstanceUID=1.2.x', 'StudyInstanceUID'],
    ['PatientID=1&PatientID=2', 'PatientID'],
    ['limit=-1', 'limit'],
    ['offset=many', 'offset'],
    ['includefield=Nonsense', 'Nonsense'],
    ['fuzzymatching=perhaps', 'fuzzymatching'],
    ['TimezoneOffsetFromUTC=Beijing', 'TimezoneOffsetFromUTC'],
    ['limit=1&limit=2', 'limit'],
    ['StudyDate=20240105&00080020=20240106', 'StudyDate'],
  ])('%s is refused with 400 and its name', async (query, name) => {
    const response = await fetch(`${gateway.url}/dicomweb/studies?${query}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining(name) as string });
  });

  test('the value of a key is not repeated', async () => {
    const response = await fetch(`${gateway.url}/dicomweb/studies?StudyDate=secret`);
    expect(await response.text()).not.toContain('secret');
  });

  test('an offset that nobody walks to is refused with 413', async () => {
    expect((await search('/studies?offset=100001')).status).toBe(413);
    expect((await search('/studies?offset=100000')).status).toBe(204);
  });

  test('a value that cannot be matched over datasets is refused with its name', async () => {
    const response = await fetch(`${gateway.url}/dicomweb/studies/1.1/instances?SliceThickness=thin`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      detail: expect.stringContaining('SliceThickness') as string,
    });
  });

  test('a key the index cannot match is ignored with a Warning', async () => {
    const answer = await search('/studies?Manufacturer=ACME&PatientID=P1');
    expect(valuesOf(answer, '0020000D')).toEqual(['1.1']);
    expect(answer.headers.get('warning')).toContain('Matching on Manufacturer is not supported');
  });

  test('a private key without a known creator is ignored with a Warning', async () => {
    const answer = await search('/studies?00110010=ACME&00111001=1&PatientID=P1');
    expect(answer.headers.get('warning')).toContain('00111001');
  });

  test.each([
    ['application/dicom+json', 200, 'application/dicom+json'],
    ['application/json', 200, 'application/json'],
    ['*/*', 200, 'application/dicom+json'],
    ['text/html, application/dicom+json;q=0.5', 200, 'application/dicom+json'],
    ['application/json;q=0.4, application/dicom+json;q=0.5', 200, 'application/dicom+json'],
    [
      'multipart/related; type="application/dicom+xml"',
      200,
      'multipart/related; type="application/dicom+xml"',
    ],
    ['multipart/related; type=application/dicom+xml', 200, 'multipart/related; type="application/dicom+xml"'],
    ['text/html', 406, 'application/problem+json'],
    ['application/dicom+json;q=0', 406, 'application/problem+json'],
  ])('Accept: %s is answered %i %s', async (accept, status, contentType) => {
    const answer = await search('/studies', { accept });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain(contentType);
  });

  test('the accept parameter comes before the header', async () => {
    const answer = await search('/studies?accept=application/json', { accept: 'application/dicom+json' });
    expect(answer.headers.get('content-type')).toBe('application/json');
  });

  test('XML names keywords, escapes text and keeps name groups', async () => {
    const response = await fetch(`${gateway.url}/dicomweb/studies?PatientID=P2`, {
      headers: { accept: 'multipart/related; type="application/dicom+xml"' },
    });
    const xml = await response.text();
    expect(xml).toContain(
      '<DicomAttribute tag="0020000D" vr="UI" keyword="StudyInstanceUID"><Value number="1">1.2</Value>',
    );
    expect(xml).toContain('<Ideographic><FamilyName>张</FamilyName><GivenName>三</GivenName></Ideographic>');
    expect(xml).toContain('privateCreator="HUTONG HR 1.0"');
  });
});

describe('who may see what', () => {
  test("another hospital's studies cannot be told from absent ones", async () => {
    const hidden = await fetch(`${gateway.url}/dicomweb/studies/1.3/series`, {
      headers: { [HOSPITALS_HEADER]: 'a' },
    });
    const missing = await fetch(`${gateway.url}/dicomweb/studies/9.9/series`, {
      headers: { [HOSPITALS_HEADER]: 'a' },
    });
    const headersOf = (response: Response) => [...response.headers].filter(([name]) => name !== 'date');
    expect(hidden.status).toBe(204);
    expect(headersOf(hidden)).toEqual(headersOf(missing));
    const all = await search('/studies', { [HOSPITALS_HEADER]: 'a' });
    expect(valuesOf(all, '0020000D')).toEqual(['1.2', '1.1']);
  });

  test("a hospital's root shows that hospital only, with its own URLs", async () => {
    const answer = await search('/studies', {}, '/hospitals/b/dicomweb');
    expect(valuesOf(answer, '0020000D')).toEqual(['1.3']);
    expect(valuesOf(answer, '00081190')).toEqual([`${gateway.url}/hospitals/b/dicomweb/studies/1.3`]);
    const foreign = await search('/studies', { [HOSPITALS_HEADER]: 'a' }, '/hospitals/b/dicomweb');
    expect(foreign.status).toBe(204);
  });
});
