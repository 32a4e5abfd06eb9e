import { type ClientRequest, request } from 'node:http';
import { deflateSync } from 'node:zlib';
import { createApiKey, MAX_REPLIES } from '@hutong/storage-config';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aCtStudy, toInstance } from '../../../test/factories/index.ts';
import type { MadeShareBody, ShareContent, ShareDetail, ShareReply } from '../contract/shares.ts';
import { multipartBody, postStore, startTestServer, type TestServer } from '../testing.ts';
import { MAX_REPLY_BYTES } from './replyRoutes.ts';

let server: TestServer;
let sharer = '';
let foreign = '';
let studyInstanceUid = '';
let share: MadeShareBody;
let cookie = '';

beforeAll(async () => {
  server = await startTestServer();
  const a = await server.hospitalKey('a');
  await server.hospitalKey('b');
  sharer = (await createApiKey(server.index, { hospital: 'a', scopes: ['share'] })).secret;
  foreign = (await createApiKey(server.index, { hospital: 'b', scopes: ['share'] })).secret;
  const study = aCtStudy({ seed: 'asked' });
  studyInstanceUid = study.studyInstanceUid;
  const body = multipartBody(study.instances.map(({ bytes }) => bytes));
  expect((await postStore(`${server.url}/dicomweb`, body, { key: a })).status).toBe(200);
  ({ share, cookie } = await opened({ mayReply: true }));
});
afterAll(() => server.close());

const api = (path: string, init: RequestInit = {}, key = sharer) =>
  fetch(`${server.url}/api${path}`, {
    ...init,
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${key}` },
  });

async function opened(given: object): Promise<{ share: MadeShareBody; cookie: string }> {
  const wanted = { hospital: 'a', studies: [{ studyInstanceUid }], hours: 1, factor: 'none', ...given };
  const made = await api('/shares', { method: 'POST', body: JSON.stringify(wanted) });
  expect(made.status).toBe(201);
  const body = (await made.json()) as MadeShareBody;
  const token = new URL(body.link).hash.slice(1);
  const session = await fetch(`${server.url}/api/share-sessions`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  return { share: body, cookie: session.headers.get('set-cookie')?.split(';')[0] ?? '' };
}

const send = (
  type: string,
  bytes: Uint8Array | string,
  headers: Record<string, string> = {},
  to = { share, cookie },
) =>
  fetch(`${server.url}/shares/${to.share.alias}/replies`, {
    method: 'POST',
    headers: { 'Content-Type': type, Cookie: to.cookie, ...headers },
    body: Buffer.from(bytes as Uint8Array),
  });
const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code;

/** A PDF of these objects; what a reader needs beside them is left out. */
const aPdf = (objects = '', head = '%PDF-1.7\n', tail = '%%EOF\n'): string =>
  `${head}1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n${objects}trailer\n<< /Root 1 0 R >>\nstartxref\n0\n${tail}`;
const objectStream = (inside: string, more = '/Filter /FlateDecode'): Buffer =>
  Buffer.concat([
    Buffer.from(`9 0 obj\n<< /Type /ObjStm /N 1 /First 4 ${more} >>\nstream\n`),
    more.includes('Flate') ? deflateSync(inside) : Buffer.from(inside),
    Buffer.from('\nendstream\nendobj\n'),
  ]);
const withStream = (stream: Buffer): Buffer =>
  Buffer.concat([Buffer.from('%PDF-1.7\n'), stream, Buffer.from(aPdf().slice(9))]);

/** The smallest pictures there are, in shape. */
const JPEG = Buffer.from('ffd8ffc0000b080001000101011100ffda0008010100003f0012ffd9', 'hex');
const PNG = Buffer.from(
  '89504e470d0a1a0a0000000d4948445200000001000000010800000000 3a7e9b55 0000000a49444154789c6360000000020001 48afa471 00000000 49454e44 ae426082'.replaceAll(
    ' ',
    '',
  ),
  'hex',
);
const aReport = (sopClass = '1.2.840.10008.5.1.4.1.1.88.11') =>
  toInstance({
    SOPClassUID: sopClass,
    SOPInstanceUID: '2.25.901',
    SeriesInstanceUID: '2.25.902',
    StudyInstanceUID: '2.25.903',
    Modality: 'SR',
  }).bytes;

test('whoever sends slowly through one share keeps no other from sending', async () => {
  const slow = await opened({ mayReply: true });
  const held: ClientRequest[] = [];
  const hold = (): void => {
    const one = request(`${server.url}/shares/${slow.share.alias}/replies`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/pdf', 'Content-Length': '1000', Cookie: slow.cookie },
    });
    one.on('error', () => undefined).write('%PDF-1.7');
    held.push(one);
  };
  // One more each time, for what is asked meanwhile may come first and have one of them refused.
  const refused = async (): Promise<number> => {
    hold();
    return (await send('application/pdf', aPdf(), {}, slow)).status;
  };
  await expect.poll(refused, { timeout: 30_000 }).toBe(503);
  const other = await opened({ mayReply: true });
  expect((await send('application/pdf', aPdf(), {}, other)).status).toBe(201);
  for (const one of held) one.destroy();
  await expect
    .poll(async () => (await send('application/pdf', aPdf(), {}, slow)).status, { timeout: 30_000 })
    .toBe(201);
});

describe('a file that comes back', () => {
  test.each([
    ['application/pdf', aPdf(), '.pdf'],
    ['image/jpeg', JPEG, '.jpg'],
    ['image/png', PNG, '.png'],
    ['application/dicom', aReport(), '.dcm'],
  ])('of type %s reaches who shared, as an attachment that does nothing', async (type, bytes, ending) => {
    const sent = await send(type, bytes, {
      'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent('会诊意见.exe')}`,
      'Hutong-From': encodeURIComponent('省医院 刘主任'),
      'Hutong-Note': encodeURIComponent('请结合临床'),
    });
    expect(sent.status).toBe(201);
    const reply = (await sent.json()) as ShareReply;
    expect(reply).toMatchObject({ name: `会诊意见.exe${ending}`, from: '省医院 刘主任', note: '请结合临床' });
    const detail = (await (await api(`/shares/${share.id}`)).json()) as ShareDetail;
    expect(detail.replies[0]).toEqual(reply);
    const file = await api(`/shares/${share.id}/replies/${reply.id}`);
    expect(Object.fromEntries(file.headers)).toMatchObject({
      'content-type': type,
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
    expect(file.headers.get('content-disposition')).toMatch(
      /^attachment; filename="[\w.-]+"; filename\*=UTF-8''/,
    );
    expect(Buffer.from(await file.arrayBuffer()).equals(Buffer.from(bytes as Uint8Array))).toBe(true);
    expect((await api(`/shares/${share.id}/replies/${reply.id}`, {}, foreign)).status).toBe(404);
    // New until somebody of the hospital took it.
    const after = (await (await api(`/shares/${share.id}`)).json()) as ShareDetail;
    expect([detail.newReplies, after.newReplies]).toEqual([1, 0]);
  });

  test('is on record, and told to the recipient without being given out again', async () => {
    const content = (await (
      await fetch(`${server.url}/shares/${share.alias}/content`, { headers: { Cookie: cookie } })
    ).json()) as ShareContent;
    const [reply] = content.replies;
    expect(reply).toMatchObject({ mediaType: 'application/dicom' });
    const path = `${server.url}/shares/${share.alias}/replies/${reply?.id ?? ''}`;
    expect((await fetch(path, { headers: { Cookie: cookie } })).status).toBe(404);
    const { rows } = await server.index.query(
      `SELECT 1 FROM audit_event WHERE action = 'share' AND detail::json ->> 'what' = 'reply' AND detail::json ->> 'share' = $1`,
      [share.id],
    );
    expect(rows).toHaveLength(4);
  });

  test.each([
    ['../../etc/passwd', '_.._etc_passwd.pdf'],
    ['report.pdf\r\nSet-Cookie: a=b', 'report.pdf Set-Cookie_ a=b.pdf'],
    ['\u202Efdp.exe', 'fdp.exe.pdf'],
    ['a"; filename="b.html', 'a_; filename=_b.html.pdf'],
    ['...', 'reply.pdf'],
    ['', 'reply.pdf'],
    ['长'.repeat(300), `${'长'.repeat(100)}.pdf`],
  ])('called %j is kept as %j', async (name, kept) => {
    const mine = await opened({ mayReply: true });
    const disposition = `attachment; filename*=UTF-8''${encodeURIComponent(name)}`;
    const sent = await send('application/pdf', aPdf(), { 'Content-Disposition': disposition }, mine);
    const reply = (await sent.json()) as ShareReply;
    expect(reply.name).toBe(kept);
    const file = await api(`/shares/${mine.share.id}/replies/${reply.id}`);
    expect(file.headers.get('set-cookie')).toBeNull();
    expect(file.headers.get('content-disposition')).not.toMatch(/[^\x20-\x7e]/);
  });

  test('is not taken through a share that does not say so, nor without its session, nor from a foreign page', async () => {
    const silent = await opened({});
    expect((await send('application/pdf', aPdf(), {}, silent)).status).toBe(404);
    expect((await send('application/pdf', aPdf(), {}, { share, cookie: '' })).status).toBe(404);
    expect((await send('application/pdf', aPdf(), {}, { share, cookie: silent.cookie })).status).toBe(404);
    expect((await send('application/pdf', aPdf(), { Origin: 'https://evil.example' })).status).toBe(403);
  });

  test('comes so often and no more, by many at once too', async () => {
    const mine = await opened({ mayReply: true });
    const statuses: number[] = [];
    while (statuses.length < MAX_REPLIES + 6) {
      const several = await Promise.all([1, 2, 3].map(() => send('image/png', PNG, {}, mine)));
      statuses.push(...several.map(({ status }) => status));
    }
    expect(statuses.filter((status) => status === 201)).toHaveLength(MAX_REPLIES);
    expect(new Set(statuses)).toEqual(new Set([201, 409]));
  });
});

describe('a file is refused', () => {
  const js = '<< /S /JavaScript /JS (app.alert(1)) >>';
  test.each<[string, string, string | Uint8Array]>([
    ['that runs JavaScript', 'application/pdf', aPdf(`3 0 obj\n${js}\nendobj\n`)],
    ['that writes it otherwise', 'application/pdf', aPdf('3 0 obj\n<< /S /J#61va#53cript >>\nendobj\n')],
    ['that starts programs', 'application/pdf', aPdf('3 0 obj\n<< /S /Launch /F (cmd.exe) >>\nendobj\n')],
    ['that carries files', 'application/pdf', aPdf('3 0 obj\n<< /Type /EmbeddedFile >>\nendobj\n')],
    ['that is encrypted', 'application/pdf', aPdf('3 0 obj\n<< /Encrypt 4 0 R >>\nendobj\n')],
    ['that hides it in an object stream', 'application/pdf', withStream(objectStream(`3 0 ${js}`))],
    [
      'that hides it by a predictor',
      'application/pdf',
      withStream(objectStream('x', '/Filter /FlateDecode /DecodeParms 5 0 R')),
    ],
    [
      'that hides it by another filter',
      'application/pdf',
      withStream(objectStream('x', '/Filter /ASCIIHexDecode')),
    ],
    ['that inflates without end', 'application/pdf', withStream(objectStream('0'.repeat(80 * 1024 * 1024)))],
    ['that begins with something else', 'application/pdf', aPdf('', 'MZ%PDF-1.7\n')],
    ['that ends with an archive', 'application/pdf', `${aPdf()}PK\x03\x04${'x'.repeat(200)}`],
    ['that is cut off', 'application/pdf', aPdf().slice(0, -10)],
    ['that is a page', 'application/pdf', '<!doctype html><script>alert(1)</script>'],
    ['that is a page and no picture', 'image/jpeg', '<html>'],
    ['that is a picture of another type', 'image/png', JPEG],
    ['that is a picture cut off', 'image/jpeg', JPEG.subarray(0, -2)],
    [
      'that says to be longer than it is',
      'image/png',
      Buffer.concat([PNG.subarray(0, 8), Buffer.from('ffffffff49484452', 'hex')]),
    ],
    ['that is an image of DICOM', 'application/dicom', aReport('1.2.840.10008.5.1.4.1.1.2')],
    [
      'that is DICOM with a program before it',
      'application/dicom',
      Buffer.concat([Buffer.from('MZ'), Buffer.from(aReport()).subarray(2)]),
    ],
    ['that is nothing', 'application/pdf', ''],
  ])('%s', async (_what, type, bytes) => {
    const answer = await send(type, bytes);
    expect([answer.status, await codeOf(answer)]).toEqual([400, 'reply-refused']);
  });

  test.each([
    'image/svg+xml',
    'text/html',
    'application/zip',
    'application/octet-stream',
    'multipart/form-data; boundary=x',
    '',
  ])('of type %j', async (type) => {
    expect((await send(type, '<svg onload="alert(1)"/>')).status).toBe(415);
  });

  test('that is encoded further', async () => {
    expect((await send('application/pdf', aPdf(), { 'Content-Encoding': 'gzip' })).status).toBe(415);
  });

  test('that is too large, as soon as that is known', async () => {
    const said = await send('image/png', Buffer.concat([PNG, Buffer.alloc(MAX_REPLY_BYTES)]));
    expect(said.status).toBe(413);
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1024 * 1024;
        if (sent > 1024 * 1024 * 1024) controller.close();
        else controller.enqueue(new Uint8Array(1024 * 1024));
      },
    });
    const status = await fetch(`${server.url}/shares/${share.alias}/replies`, {
      method: 'POST',
      headers: { 'Content-Type': 'image/png', Cookie: cookie },
      body: endless,
      duplex: 'half',
    } as RequestInit).then(
      (answer) => answer.status,
      () => 413,
    );
    expect(status).toBe(413);
    expect(sent).toBeLessThan(200 * 1024 * 1024);
  });
});

test('what follows the end of a picture is left out', async () => {
  const mine = await opened({ mayReply: true });
  for (const [type, picture] of [
    ['image/jpeg', JPEG],
    ['image/png', PNG],
  ] as const) {
    const sent = await send(type, Buffer.concat([picture, Buffer.from('PK\x03\x04<script>')]), {}, mine);
    expect((await sent.json()) as ShareReply).toMatchObject({ size: picture.length });
  }
});
