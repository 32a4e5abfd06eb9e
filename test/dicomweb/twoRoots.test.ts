import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCloud, hutong, temporaryFolder, type RunningCloud } from '../harness/cloud.ts';
import fs from 'node:fs';
import { datasets, results, value, type JsonDataset } from './check.ts';
import { picture } from './material/encoders.ts';
import { dicomFile } from './material/dataset.ts';
import { imageDataset } from './material/images.ts';
import { header, parts, send, type Answer } from './http.ts';
import { multipartBody } from './multipart.ts';
import { uidFrom } from '../factories/random.ts';

interface Copy {
  studyInstanceUid: string;
  seriesInstanceUid: string;
  sopInstanceUid: string;
  file: Buffer;
}

const JSON_TYPE = 'application/dicom+json';
const folder = temporaryFolder('two-roots');
const keys: Record<string, string> = {};
let cloud: RunningCloud;

/** An image of even grey; hospitals that differ send other greys and names under the same UIDs. */
function copy(seed: string, grey: number, name: string): Copy {
  const identity = {
    studyInstanceUid: uidFrom(`roots/${seed}/study`),
    seriesInstanceUid: uidFrom(`roots/${seed}/series`),
    sopInstanceUid: uidFrom(`roots/${seed}`),
  };
  const dataset = imageDataset(identity, {
    PatientName: name,
    PatientID: 'P-1',
    StudyDescription: `study of ${name}`,
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    Rows: 8,
    Columns: 8,
    BitsAllocated: 8,
    BitsStored: 8,
    HighBit: 7,
    PixelRepresentation: 0,
    WindowCenter: 128,
    WindowWidth: 256,
    PixelData: { vr: 'OB', value: Buffer.alloc(64, grey) },
  });
  return { ...identity, file: dicomFile(dataset) };
}

const rootOf = (hospital: string | null): string =>
  hospital === null ? `${cloud.url}/dicomweb` : `${cloud.url}/hospitals/${hospital}/dicomweb`;

async function ask(
  hospital: string | null,
  path: string,
  accept: string,
  key: string,
  method = 'GET',
  more: Record<string, string> = {},
): Promise<Answer> {
  return send(rootOf(hospital), { method, path, headers: { accept, ...more } }, keys[key]);
}

async function store(key: string, file: Buffer, hospital: string | null = null): Promise<Answer> {
  const body = multipartBody([{ headers: { 'Content-Type': 'application/dicom' }, body: file }], 'edge');
  const headers = {
    accept: JSON_TYPE,
    'content-type': 'multipart/related; type="application/dicom"; boundary=edge',
  };
  return send(rootOf(hospital), { method: 'POST', path: '/studies', headers, body }, keys[key]);
}

const pathOf = ({ studyInstanceUid, seriesInstanceUid, sopInstanceUid }: Copy): string =>
  `/studies/${studyInstanceUid}/series/${seriesInstanceUid}/instances/${sopInstanceUid}`;
const nameIn = (dataset: JsonDataset | undefined): unknown =>
  (value(dataset, '00100010') as Record<string, string> | undefined)?.['Alphabetic'];

beforeAll(async () => {
  cloud = await startCloud({ HUTONG_DATA: folder });
  const env = { ...cloud.env, HUTONG_DATA: folder };
  for (const code of ['north', 'south']) {
    await hutong(
      ['hospital', 'add', '--code', code, '--name-zh', `${code}医院`, '--name-en', `${code} hospital`],
      env,
    );
    keys[code] = await hutong(['key', 'create', '--hospital', code, '--scope', 'store,read,correct'], env);
  }
  keys['region'] = await hutong(['key', 'create', '--region', '--scope', 'read'], env);
});
afterAll(async () => {
  await cloud.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

describe('two hospitals store the same UIDs with equal content', () => {
  const same = copy('equal', 100, 'Equal^Both');
  beforeAll(async () => {
    for (const hospital of ['north', 'south']) expect((await store(hospital, same.file)).status).toBe(200);
  });

  test('the union shows study, series and instance once', async () => {
    for (const path of ['/studies', '/series', '/instances'])
      expect(
        datasets(await ask(null, `${path}?StudyInstanceUID=${same.studyInstanceUid}`, JSON_TYPE, 'region')),
      ).toHaveLength(1);
    expect(
      datasets(await ask(null, `/studies/${same.studyInstanceUid}/metadata`, JSON_TYPE, 'region')),
    ).toHaveLength(1);
    const whole = await ask(
      null,
      `/studies/${same.studyInstanceUid}`,
      'multipart/related; type="application/dicom"; transfer-syntax=*',
      'region',
    );
    expect(parts(whole)).toHaveLength(1);
  });

  test('each root gives its own copy, with addresses below that root', async () => {
    for (const hospital of ['north', 'south']) {
      const [study] = datasets(
        await ask(hospital, `/studies?StudyInstanceUID=${same.studyInstanceUid}`, JSON_TYPE, 'region'),
      );
      expect(value(study, '00081190')).toBe(`${rootOf(hospital)}/studies/${same.studyInstanceUid}`);
    }
    const [study] = datasets(
      await ask(null, `/studies?StudyInstanceUID=${same.studyInstanceUid}`, JSON_TYPE, 'region'),
    );
    expect(value(study, '00081190')).toBe(`${rootOf(null)}/studies/${same.studyInstanceUid}`);
  });

  test('a hospital sees its own copy alone', async () => {
    expect((await ask('south', pathOf(same), 'application/dicom; transfer-syntax=*', 'north')).status).toBe(
      404,
    );
    expect((await ask('north', pathOf(same), 'application/dicom; transfer-syntax=*', 'north')).status).toBe(
      200,
    );
  });

  test('when one hospital deletes its copy the other keeps its own, and the union shows it still', async () => {
    const gone = copy('equal-deleted', 50, 'Equal^Deleted');
    for (const hospital of ['north', 'south']) await store(hospital, gone.file);
    expect(
      (
        await ask('north', `/studies/${gone.studyInstanceUid}`, '*/*', 'north', 'DELETE', {
          'hutong-reason': 'QUALITY',
        })
      ).status,
    ).toBe(204);
    expect((await ask('north', pathOf(gone), 'application/dicom; transfer-syntax=*', 'region')).status).toBe(
      404,
    );
    expect((await ask('south', pathOf(gone), 'application/dicom; transfer-syntax=*', 'region')).status).toBe(
      200,
    );
    const union = await ask(null, pathOf(gone), 'application/dicom; transfer-syntax=*', 'region');
    expect(union.body.equals(gone.file)).toBe(true);
    expect(
      results(await ask(null, `/studies?StudyInstanceUID=${gone.studyInstanceUid}`, JSON_TYPE, 'region')),
    ).toHaveLength(1);
  });
});

describe('two hospitals store the same UIDs with different content', () => {
  const north = copy('different', 40, 'North^First');
  const south = copy('different', 200, 'South^Second');
  const copies: Record<string, Copy> = { north, south };
  const grey: Record<string, number> = { north: 40, south: 200 };

  beforeAll(async () => {
    expect((await store('north', north.file)).status).toBe(200);
    expect((await store('south', south.file)).status).toBe(200);
  });

  test.each(['north', 'south'])(
    'the root of %s gives its search results, metadata, bytes, frames and pictures',
    async (hospital) => {
      const name = hospital === 'north' ? 'North^First' : 'South^Second';
      const [study] = datasets(
        await ask(hospital, `/studies?StudyInstanceUID=${north.studyInstanceUid}`, JSON_TYPE, 'region'),
      );
      expect(nameIn(study)).toBe(name);
      const [metadata] = datasets(await ask(hospital, `${pathOf(north)}/metadata`, JSON_TYPE, 'region'));
      expect(nameIn(metadata)).toBe(name);
      expect(metadata?.['7FE00010']?.BulkDataURI?.startsWith(rootOf(hospital)) ?? true).toBe(true);
      const bytes = await ask(hospital, pathOf(north), 'application/dicom; transfer-syntax=*', 'region');
      expect(bytes.body.equals(copies[hospital]!.file)).toBe(true);
      const frame = await ask(hospital, `${pathOf(north)}/frames/1`, 'application/octet-stream', 'region');
      expect(frame.body[0]).toBe(grey[hospital]);
      for (const resource of ['rendered', 'thumbnail']) {
        const { data } = await picture(
          (await ask(hospital, `${pathOf(north)}/${resource}`, 'image/png', 'region')).body,
        );
        expect(Math.abs(data[0]! - grey[hospital]!)).toBeLessThan(3);
      }
    },
  );

  test('the union gives the copy that was stored first, on every resource alike', async () => {
    const [study] = datasets(
      await ask(null, `/studies?StudyInstanceUID=${north.studyInstanceUid}`, JSON_TYPE, 'region'),
    );
    expect(nameIn(study)).toBe('North^First');
    const [other] = datasets(
      await ask(null, `/studies?PatientName=South*&PatientID=P-1`, JSON_TYPE, 'south'),
    );
    expect(nameIn(other)).toBe('South^Second');
    const hidden = await ask(null, '/studies?PatientName=South*&PatientID=P-1', JSON_TYPE, 'region');
    expect(hidden.status).toBe(204);
    expect(header(hidden, 'warning')).toContain(`${north.studyInstanceUid} at /hospitals/south/dicomweb`);
    const [metadata] = datasets(await ask(null, `${pathOf(north)}/metadata`, JSON_TYPE, 'region'));
    expect(nameIn(metadata)).toBe('North^First');
    expect(
      (await ask(null, pathOf(north), 'application/dicom; transfer-syntax=*', 'region')).body.equals(
        north.file,
      ),
    ).toBe(true);
    expect((await ask(null, `${pathOf(north)}/frames/1`, 'application/octet-stream', 'region')).body[0]).toBe(
      40,
    );
    const { data } = await picture(
      (await ask(null, `${pathOf(north)}/rendered`, 'image/png', 'region')).body,
    );
    expect(Math.abs(data[0]! - 40)).toBeLessThan(3);
  });

  test('the union of a hospital is its own copy', async () => {
    const [study] = datasets(
      await ask(null, `/studies?StudyInstanceUID=${north.studyInstanceUid}`, JSON_TYPE, 'south'),
    );
    expect(nameIn(study)).toBe('South^Second');
    expect((await ask(null, `${pathOf(north)}/frames/1`, 'application/octet-stream', 'south')).body[0]).toBe(
      200,
    );
  });

  test('entity tags of the copies differ, so that no cache mixes them up', async () => {
    const tags = await Promise.all(
      ['north', 'south'].map(async (hospital) =>
        header(await ask(hospital, `${pathOf(north)}/metadata`, JSON_TYPE, 'region'), 'etag'),
      ),
    );
    expect(new Set(tags).size).toBe(2);
    const conditional = await ask('south', `${pathOf(north)}/metadata`, JSON_TYPE, 'region', 'GET', {
      'if-none-match': tags[0]!,
    });
    expect(conditional.status).toBe(200);
  });

  test('a hospital cannot store into, or delete from, the root of the other', async () => {
    expect((await store('north', copy('intrusion', 1, 'X').file, 'south')).status).toBe(403);
    const answer = await ask('south', `/studies/${north.studyInstanceUid}`, '*/*', 'north', 'DELETE', {
      'hutong-reason': 'QUALITY',
    });
    expect([403, 404]).toContain(answer.status);
    expect(
      (await ask('south', pathOf(south), 'application/dicom; transfer-syntax=*', 'south')).body.equals(
        south.file,
      ),
    ).toBe(true);
  });

  test('deleting one copy lets the union show the other', async () => {
    const [one, other] = [copy('deleted', 40, 'North^Gone'), copy('deleted', 200, 'South^Left')];
    await store('north', one.file);
    await store('south', other.file);
    expect(
      (
        await ask('north', `/studies/${one.studyInstanceUid}`, '*/*', 'north', 'DELETE', {
          'hutong-reason': 'QUALITY',
        })
      ).status,
    ).toBe(204);
    const [study] = datasets(
      await ask(null, `/studies?StudyInstanceUID=${one.studyInstanceUid}`, JSON_TYPE, 'region'),
    );
    expect(nameIn(study)).toBe('South^Left');
    expect(
      (await ask(null, pathOf(one), 'application/dicom; transfer-syntax=*', 'region')).body.equals(
        other.file,
      ),
    ).toBe(true);
    expect((await ask(null, `${pathOf(one)}/frames/1`, 'application/octet-stream', 'region')).body[0]).toBe(
      200,
    );
  });

  test('without a credential neither root says anything', async () => {
    for (const hospital of [null, 'north', 'south']) {
      const answer = await send(rootOf(hospital), { path: pathOf(north), headers: { accept: '*/*' } });
      expect(answer.status).toBe(401);
    }
  });
});
