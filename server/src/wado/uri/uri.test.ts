import { readPart10 } from '@hutong/dicom';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anInstance } from '../../../../test/factories/index.ts';
import { multipartBody, postStore, startTestServer, type TestServer } from '../../testing.ts';

let server: TestServer;
let key: string;
let stranger: string;
const image = anInstance({ PatientName: 'Zhao^Liu=赵^六' }, { seed: 'uri' });
const multi = anInstance(
  { NumberOfFrames: 2, SOPInstanceUID: '2.25.7', PixelData: new Uint8Array(64 * 64 * 2 * 2) },
  { seed: 'uri' },
);

beforeAll(async () => {
  server = await startTestServer();
  key = await server.hospitalKey('a');
  stranger = await server.hospitalKey('b');
  const stored = await postStore(`${server.url}/dicomweb`, multipartBody([image.bytes, multi.bytes]), {
    key,
  });
  expect(stored.status).toBe(200);
});
afterAll(() => server.close());

const names = {
  requestType: 'WADO',
  studyUID: image.studyInstanceUid,
  seriesUID: image.seriesInstanceUid,
  objectUID: image.sopInstanceUid,
};
function get(
  parameters: Record<string, string | undefined>,
  { accept = '*/*', secret = key }: { accept?: string; secret?: string } = {},
): Promise<Response> {
  const all: Record<string, string | undefined> = { ...names, ...parameters };
  const given = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  const query = new URLSearchParams(given).toString();
  return fetch(`${server.url}/wado?${query}`, { headers: { accept, authorization: `Bearer ${secret}` } });
}

describe('WADO-URI', () => {
  test.each([
    [{}, 'image/jpeg'],
    [{ contentType: 'image/png' }, 'image/png'],
    [{ contentType: 'image/gif' }, 'image/gif'],
    [{ contentType: 'application/dicom' }, 'application/dicom; transfer-syntax=1.2.840.10008.1.2.1'],
    [
      { contentType: 'application/dicom', transferSyntax: '*' },
      'application/dicom; transfer-syntax=1.2.840.10008.1.2.1',
    ],
    [
      { contentType: 'application/dicom', transferSyntax: '1.2.840.10008.1.2.4.80' },
      'application/dicom; transfer-syntax=1.2.840.10008.1.2.4.80',
    ],
    [{ rows: '32', columns: '16', windowCenter: '40', windowWidth: '400', imageQuality: '60' }, 'image/jpeg'],
    [{ region: '0.25,0.25,0.75,0.75', rows: '64', annotation: 'patient,technique' }, 'image/jpeg'],
    [{ objectUID: '2.25.7', frameNumber: '2' }, 'image/jpeg'],
    [{ somethingElse: '1' }, 'image/jpeg'],
  ])('%j is %s', async (parameters, type) => {
    const response = await get(parameters);
    expect(response.status, await response.clone().text()).toBe(200);
    expect(response.headers.get('content-type')).toBe(type);
    expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(100);
  });

  test('application/dicom is the instance', async () => {
    const response = await get({}, { accept: 'application/dicom' });
    const { identity } = readPart10(Buffer.from(await response.arrayBuffer()));
    expect(identity.sopInstanceUid).toBe(image.sopInstanceUid);
  });

  test.each([
    [{ requestType: undefined }, 'requestType'],
    [{ requestType: 'wado' }, 'requestType'],
    [{ studyUID: undefined }, 'studyUID'],
    [{ objectUID: '1..2' }, 'objectUID'],
    [{ rows: '0' }, 'rows'],
    [{ columns: 'many' }, 'columns'],
    [{ region: '0,0,2,1' }, 'region'],
    [{ region: '0.5,0,0.5,1' }, 'region'],
    [{ windowCenter: '40' }, 'windowCenter'],
    [{ windowCenter: '40', windowWidth: '0' }, 'windowWidth'],
    [{ imageQuality: '101' }, 'imageQuality'],
    [{ frameNumber: '1' }, 'frameNumber'],
    [{ objectUID: '2.25.7', frameNumber: '3' }, 'frameNumber'],
    [{ presentationUID: '1.2' }, 'presentationUID'],
    [
      { presentationUID: image.sopInstanceUid, presentationSeriesUID: image.seriesInstanceUid },
      'presentationUID',
    ],
    [{ contentType: 'application/dicom', rows: '10' }, 'rows'],
    [{ contentType: 'image/png', transferSyntax: '1.2.840.10008.1.2.1' }, 'transferSyntax'],
    [{ anonymize: 'no' }, 'anonymize'],
    [{ hospital: 'b' }, 'hospital'],
  ])('%j is 400 and names %s', async (parameters, name) => {
    const response = await get(parameters);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining(name) as string });
  });

  test('anonymisation is refused, never left out', async () => {
    expect((await get({ anonymize: 'yes' })).status).toBe(406);
    expect((await get({ anonymize: 'yes', contentType: 'application/dicom' })).status).toBe(406);
  });

  test('a type that the instance does not have is 406', async () => {
    expect((await get({ contentType: 'text/html' })).status).toBe(406);
  });

  test('it takes the same credentials and shows the same hospitals as DICOMweb', async () => {
    expect((await fetch(`${server.url}/wado?${new URLSearchParams(names).toString()}`)).status).toBe(401);
    const hidden = await get({}, { secret: stranger });
    const absent = await get({ objectUID: '2.25.8' }, { secret: stranger });
    expect([hidden.status, absent.status]).toEqual([404, 404]);
    const told = async (response: Response) => ({ ...((await response.json()) as object), requestId: '' });
    expect(await told(hidden)).toEqual(await told(absent));
  });

  test('identifiers stand in no line of the log', () => {
    const lines = JSON.stringify(server.logged);
    for (const uid of [image.sopInstanceUid, image.studyInstanceUid]) expect(lines).not.toContain(uid);
  });
});
