import { gzipSync } from 'node:zlib';
import { datasets, equal, holds, sameBytes, status, value, values, type JsonDataset } from '../check.ts';
import { SOP_CLASS } from '../../factories/instance.ts';
import { dicomFile, type Dataset } from '../material/dataset.ts';
import { imageDataset, KINDS, type ImageKind, type TestImage } from '../material/images.ts';
import { mediaType, type Answer, type Request } from '../http.ts';
import { multipartBody, type PartToSend } from '../multipart.ts';
import { row, type Level, type Row } from '../row.ts';
import { instancePath, type World } from '../world.ts';

/** One instance that is sent by a row, under UIDs of the row. */
export interface Sent {
  studyInstanceUid: string;
  seriesInstanceUid: string;
  sopInstanceUid: string;
  file: Buffer;
}

/** A small image of the row's own. */
export function small(world: World, seed: string, more: Dataset = {}): Sent {
  const studyInstanceUid =
    (more['StudyInstanceUID'] as string | undefined) ?? world.uid(`store/${seed}/study`);
  const identity = {
    studyInstanceUid,
    seriesInstanceUid: world.uid(`store/${seed}/series`),
    sopInstanceUid: world.uid(`store/${seed}/instance`),
  };
  const dataset = imageDataset(identity, {
    PatientID: `${world.run}-STORE`,
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    Rows: 4,
    Columns: 6,
    BitsAllocated: 8,
    BitsStored: 8,
    HighBit: 7,
    PixelRepresentation: 0,
    PixelData: { vr: 'OB', value: Buffer.from(Array.from({ length: 24 }, (_, i) => i * 10)) },
    ...more,
  });
  return { ...identity, file: dicomFile(dataset) };
}

const part = (body: Uint8Array, headers: Record<string, string> = {}): PartToSend => ({
  headers: { 'Content-Type': 'application/dicom', ...headers },
  body,
});

export function postParts(
  sent: readonly PartToSend[],
  more: Partial<Request> & { contentType?: string } = {},
): Request {
  const { contentType, headers, ...rest } = more;
  return {
    method: 'POST',
    path: '/studies',
    ...rest,
    headers: {
      accept: 'application/dicom+json',
      'content-type': contentType ?? 'multipart/related; type="application/dicom"; boundary=suite-edge',
      ...headers,
    },
    body: rest.body ?? multipartBody(sent, 'suite-edge'),
  };
}

/** The Store Instances Response Module of an answer. */
export interface StoreResponse {
  body: JsonDataset;
  stored: JsonDataset[];
  failed: JsonDataset[];
  /** Items of Other Failures Sequence (0008,119A): parts of which no instance is known. */
  others: JsonDataset[];
}

export function storeResponse(answer: Answer): StoreResponse {
  equal(mediaType(answer), 'application/dicom+json', 'media type');
  const parsed: unknown = JSON.parse(answer.body.toString('utf8'));
  // The module is one dataset; some servers wrap it into an array, as all DICOM JSON of several datasets is.
  const body = (Array.isArray(parsed) ? parsed[0] : parsed) as JsonDataset;
  return {
    body,
    stored: values(body, '00081199') as JsonDataset[],
    failed: values(body, '00081198') as JsonDataset[],
    others: values(body, '0008119A') as JsonDataset[],
  };
}

const uids = (items: readonly JsonDataset[]): string[] =>
  items.map((item) => String(value(item, '00081155'))).sort();

/** The instance is there: it is found and it is retrieved. */
export async function isStored(world: World, sent: Omit<Sent, 'file'>): Promise<void> {
  const found = await world.send({
    path: `/studies/${sent.studyInstanceUid}/instances?SOPInstanceUID=${sent.sopInstanceUid}`,
    headers: { accept: 'application/dicom+json' },
  });
  equal(datasets(found).length, 1, `search finds ${sent.sopInstanceUid}`);
  const retrieved = await world.send({
    path: instancePath(sent),
    headers: { accept: 'multipart/related; type="application/dicom"; transfer-syntax=*' },
  });
  status(retrieved, 200);
}

async function isNotStored(world: World, sent: Omit<Sent, 'file'>): Promise<void> {
  const retrieved = await world.send({
    path: instancePath(sent),
    headers: { accept: 'multipart/related; type="application/dicom"; transfer-syntax=*' },
  });
  status(retrieved, 404);
}

/** A row that sends one instance in some way and finds it stored. */
function taken(
  id: string,
  section: string,
  statement: string,
  request: (sent: Sent, world: World) => Request | Promise<Request>,
  options: { level?: Level; make?: (world: World) => Sent } = {},
): Row {
  return row({
    id,
    section,
    level: options.level ?? 'required',
    statement,
    given: async (world) => options.make?.(world) ?? small(world, id),
    request,
    expect: async (answer, sent, world) => {
      status(answer, 200);
      equal(uids(storeResponse(answer).stored), [sent.sopInstanceUid], 'Referenced SOP Sequence');
      await isStored(world, sent);
    },
  });
}

/** A row that sends something that is not stored. */
function refused(
  id: string,
  section: string,
  statement: string,
  request: (world: World) => Request,
  statuses: number[],
  options: { level?: Level; then?: (answer: Answer, world: World) => void | Promise<void> } = {},
): Row {
  return row({
    id,
    section,
    level: options.level ?? 'required',
    statement,
    request: (_, world) => request(world),
    expect: async (answer, _, world) => {
      status(answer, ...statuses);
      await options.then?.(answer, world);
    },
  });
}

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    yield bytes.subarray(at, at + size);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const waysToSend: Row[] = [
  taken('store-multipart', '10.5.1.4', 'A part of application/dicom is stored: 200', (sent) =>
    postParts([part(sent.file)]),
  ),
  taken('store-study', '10.5.1.1', '/studies/{study} takes instances of that study', (sent) =>
    postParts([part(sent.file)], { path: `/studies/${sent.studyInstanceUid}` }),
  ),
  taken('store-type-unquoted', '8.7.1', 'The type parameter may be unquoted', (sent) =>
    postParts([part(sent.file)], {
      contentType: 'multipart/related; type=application/dicom; boundary=suite-edge',
    }),
  ),
  taken(
    'store-boundary-quoted',
    'RFC 2046 5.1.1',
    'The boundary may be quoted and hold any of its characters',
    (sent) =>
      postParts([], {
        contentType: `multipart/related; boundary="a'()+_,-./:=? b"; type="application/dicom"`,
        body: multipartBody([part(sent.file)], "a'()+_,-./:=? b"),
      }),
  ),
  taken('store-parameter-case', '8.7.1', 'Names of media type and parameters are case-insensitive', (sent) =>
    postParts([part(sent.file)], {
      contentType: 'Multipart/Related; Type="Application/DICOM"; BOUNDARY=suite-edge',
    }),
  ),
  taken('store-part-transfer-syntax', '8.7.3.5.2', 'Parts may say their transfer syntax', (sent) =>
    postParts([
      part(sent.file, { 'Content-Type': 'application/dicom; transfer-syntax=1.2.840.10008.1.2.1' }),
    ]),
  ),
  taken('store-part-headers', '8.6.1.2', 'Parts may have further headers, in any case', (sent) =>
    postParts([
      {
        headers: {
          'content-id': '<1@suite>',
          'CONTENT-TYPE': 'application/dicom',
          'Content-Length': String(sent.file.length),
          'Content-Location': 'instance-1',
        },
        body: sent.file,
      },
    ]),
  ),
  taken(
    'store-folded-headers',
    'RFC 5322 2.2.3',
    'Headers of parts may go on in the next line, as those of MIME may',
    (sent) =>
      postParts([
        part(sent.file, {
          'Content-Type': 'application/dicom;\r\n\ttransfer-syntax=1.2.840.10008.1.2.1',
        }),
      ]),
    { level: 'ours' },
  ),
  taken(
    'store-preamble-epilogue',
    'RFC 2046 5.1.1',
    'Text before the first and after the last delimiter is ignored',
    (sent) =>
      postParts([], {
        body: Buffer.concat([
          Buffer.from('This is a multipart message.\r\n'),
          multipartBody([part(sent.file)], 'suite-edge'),
          Buffer.from('\r\nThat was it.\r\n'),
        ]),
      }),
  ),
  taken(
    'store-boundary-in-content',
    'RFC 2046 5.1.1',
    'Bytes that only resemble the delimiter stay content',
    (sent) => postParts([part(sent.file)]),
    {
      make: (world) =>
        small(world, 'store-boundary-in-content', {
          ImageComments: 'x\r\n--suite-edg\r\n-suite-edge\r\n--suite_edge',
        }),
    },
  ),
  taken('store-chunked', '10.5.1.3', 'Transfer-Encoding: chunked is taken', (sent) => {
    const request = postParts([part(sent.file)]);
    return { ...request, body: inPieces(request.body as Uint8Array, 777) };
  }),
  taken('store-tiny-chunks', '10.5.1.3', 'Chunks of a few bytes are taken', (sent) => {
    const request = postParts([part(sent.file)]);
    return { ...request, body: inPieces(request.body as Uint8Array, 7) };
  }),
  taken(
    'store-gzip',
    'RFC 9110 8.4',
    'Content-Encoding: gzip is taken',
    (sent) => {
      const request = postParts([part(sent.file)]);
      return {
        ...request,
        headers: { ...request.headers, 'content-encoding': 'gzip' },
        body: gzipSync(request.body as Uint8Array),
      };
    },
    { level: 'optional' },
  ),
  taken(
    'store-single-part',
    '8.6.1.1',
    'One instance may be sent as application/dicom, single part',
    (sent) => ({
      method: 'POST',
      path: '/studies',
      headers: { accept: 'application/dicom+json', 'content-type': 'application/dicom' },
      body: sent.file,
    }),
    { level: 'optional' },
  ),
  taken(
    'store-no-accept',
    '10.5.1.3',
    'Without Accept the answer is DICOM JSON',
    (sent) => {
      const { accept: _, ...headers } = postParts([]).headers ?? {};
      return { ...postParts([part(sent.file)]), headers };
    },
    { level: 'ours' },
  ),
  taken(
    'store-implicit',
    '10.5.1',
    'Implicit VR Little Endian, as devices send it, is taken',
    (sent) => postParts([part(sent.file)]),
    {
      level: 'ours',
      make: (world) => {
        const sent = small(world, 'store-implicit');
        return {
          ...sent,
          file: dicomFile(
            imageDataset(sent, {
              PatientID: `${world.run}-STORE`,
              Rows: 1,
              Columns: 2,
              BitsAllocated: 8,
              BitsStored: 8,
              HighBit: 7,
              PixelRepresentation: 0,
              SamplesPerPixel: 1,
              PhotometricInterpretation: 'MONOCHROME2',
              PixelData: { vr: 'OB', value: Buffer.from([1, 2]) },
            }),
            { transferSyntaxUid: '1.2.840.10008.1.2' },
          ),
        };
      },
    },
  ),
  taken(
    'store-undefined-length',
    'PS3.5 7.5',
    'Sequences of undefined length are taken',
    (sent) => postParts([part(sent.file)]),
    {
      make: (world) => {
        const sent = small(world, 'store-undefined-length');
        return {
          ...sent,
          file: dicomFile(
            imageDataset(sent, {
              PatientID: `${world.run}-STORE`,
              ReferencedStudySequence: [
                { ReferencedSOPClassUID: '1.2.3', ReferencedSOPInstanceUID: '1.2.4' },
              ],
            }),
            { undefinedLength: true },
          ),
        };
      },
    },
  ),
  taken(
    'store-no-pixels',
    '10.5.1',
    'An instance without pixel data is stored',
    (sent) => postParts([part(sent.file)]),
    {
      make: (world) => {
        const sent = small(world, 'store-no-pixels');
        return {
          ...sent,
          file: dicomFile(
            imageDataset(sent, {
              SOPClassUID: '1.2.840.10008.5.1.4.1.1.88.11',
              Modality: 'SR',
              PatientID: `${world.run}-STORE`,
            }),
          ),
        };
      },
    },
  ),
  taken(
    'store-private-class',
    '10.5.1',
    'A private SOP class is stored',
    (sent) => postParts([part(sent.file)]),
    {
      level: 'optional',
      make: (world) => small(world, 'store-private-class', { SOPClassUID: '1.2.826.0.1.3680043.9.7133.1.1' }),
    },
  ),
];

const several = (world: World, seed: string): [Sent, Sent] => {
  const study = world.uid(`store/${seed}`);
  return [
    small(world, `${seed}/1`, { StudyInstanceUID: study }),
    small(world, `${seed}/2`, { StudyInstanceUID: study }),
  ];
};

const NOT_DICOM = Buffer.from('This is a text, whatever its part says.\n'.repeat(20));

const answers: Row[] = [
  row({
    id: 'store-several',
    section: '10.5.1.4',
    statement: 'Several instances of one study are stored by one request',
    given: async (world) => several(world, 'several'),
    request: (sent) => postParts(sent.map(({ file }) => part(file))),
    expect: async (answer, sent, world) => {
      status(answer, 200);
      const { stored, failed } = storeResponse(answer);
      equal(uids(stored), sent.map(({ sopInstanceUid }) => sopInstanceUid).sort(), 'Referenced SOP Sequence');
      equal(failed.length, 0, 'failed');
      for (const each of sent) await isStored(world, each);
    },
  }),
  row({
    id: 'store-two-studies',
    section: '10.5.1.4',
    statement: 'Instances of several studies are stored by one request to /studies',
    given: async (world) => [small(world, 'two/1'), small(world, 'two/2')],
    request: (sent) => postParts(sent.map(({ file }) => part(file))),
    expect: async (answer, sent, world) => {
      status(answer, 200);
      equal(storeResponse(answer).stored.length, 2, 'stored');
      for (const each of sent) await isStored(world, each);
    },
  }),
  row({
    id: 'store-response-retrieve-url',
    section: 'I.1',
    statement: 'The answer holds the Retrieve URL of the study (type 2, UR)',
    given: async (world) => small(world, 'store-response-retrieve-url'),
    request: ({ file }) => postParts([part(file)]),
    expect: async (answer, sent, world) => {
      status(answer, 200);
      const url = value(storeResponse(answer).body, '00081190');
      holds(
        typeof url === 'string' && url.endsWith(`/studies/${sent.studyInstanceUid}`),
        `Retrieve URL of the study; seen ${String(url)}`,
      );
      const back = await world.send({
        path: url,
        headers: { accept: 'multipart/related; type="application/dicom"; transfer-syntax=*' },
      });
      status(back, 200);
    },
  }),
  row({
    id: 'store-response-item',
    section: 'I.1',
    statement: 'Items of Referenced SOP Sequence hold class, instance and Retrieve URL',
    given: async (world) => small(world, 'store-response-item'),
    request: ({ file }) => postParts([part(file)]),
    expect: (answer, sent) => {
      status(answer, 200);
      const [item] = storeResponse(answer).stored;
      equal(value(item, '00081150'), SOP_CLASS.SECONDARY_CAPTURE, 'Referenced SOP Class UID');
      equal(value(item, '00081155'), sent.sopInstanceUid, 'Referenced SOP Instance UID');
      holds(
        String(value(item, '00081190')).endsWith(instancePath(sent)),
        `Retrieve URL of the instance; seen ${String(value(item, '00081190'))}`,
      );
    },
  }),
  row({
    id: 'store-response-no-failed',
    section: 'I.1',
    statement: 'Failed SOP Sequence is absent when nothing failed (type 1C)',
    given: async (world) => small(world, 'store-response-no-failed'),
    request: ({ file }) => postParts([part(file)]),
    expect: (answer) => holds(storeResponse(answer).body['00081198'] === undefined, 'no Failed SOP Sequence'),
  }),
  row({
    id: 'store-response-xml',
    section: '10.5.4',
    statement: 'The answer comes as application/dicom+xml when asked',
    given: async (world) => small(world, 'store-response-xml'),
    request: ({ file }) => postParts([part(file)], { headers: { accept: 'application/dicom+xml' } }),
    expect: (answer, sent) => {
      status(answer, 200);
      equal(mediaType(answer), 'application/dicom+xml', 'media type');
      const text = answer.body.toString('utf8');
      holds(
        text.includes('<NativeDicomModel') && text.includes(sent.sopInstanceUid),
        'a Native DICOM Model that names the instance',
      );
    },
  }),
  row({
    id: 'store-again',
    section: '10.5.2',
    statement: 'The same instance sent again is no failure',
    level: 'ours',
    given: async (world) => {
      const sent = small(world, 'store-again');
      await world.given('store-again', () => [sent.file]);
      return sent;
    },
    request: ({ file }) => postParts([part(file)]),
    expect: async (answer, sent, world) => {
      status(answer, 200);
      equal(uids(storeResponse(answer).stored), [sent.sopInstanceUid], 'Referenced SOP Sequence');
      const found = await world.send({
        path: `/studies/${sent.studyInstanceUid}/instances`,
        headers: { accept: 'application/dicom+json' },
      });
      equal(datasets(found).length, 1, 'instances of the study');
    },
  }),
  row({
    id: 'store-partial',
    section: '10.5.3.1',
    statement: '202 when some are stored and some are not, and both are said',
    given: async (world) => small(world, 'store-partial'),
    request: ({ file }) => postParts([part(file), part(NOT_DICOM)]),
    expect: async (answer, sent, world) => {
      status(answer, 202);
      const { stored } = storeResponse(answer);
      equal(uids(stored), [sent.sopInstanceUid], 'Referenced SOP Sequence');
      await isStored(world, sent);
    },
  }),
  row({
    id: 'store-partial-order',
    section: '10.5.3.1',
    statement: 'A bad part does not take those behind it down',
    given: async (world) => several(world, 'store-partial-order'),
    request: ([first, second]) => postParts([part(first.file), part(NOT_DICOM), part(second.file)]),
    expect: async (answer, sent, world) => {
      status(answer, 202);
      for (const each of sent) await isStored(world, each);
    },
  }),
  row({
    id: 'store-other-study',
    section: '10.5.1.1',
    statement: 'An instance of another study than the path says is not stored: 409 with a reason',
    given: async (world) => small(world, 'store-other-study'),
    request: ({ file }, world) =>
      postParts([part(file)], { path: `/studies/${world.uid('store/elsewhere')}` }),
    expect: async (answer, sent, world) => {
      status(answer, 409);
      const { failed } = storeResponse(answer);
      equal(uids(failed), [sent.sopInstanceUid], 'Failed SOP Sequence');
      holds(Number(value(failed[0], '00081197')) > 0, 'a Failure Reason');
      equal(value(failed[0], '00081150'), SOP_CLASS.SECONDARY_CAPTURE, 'Referenced SOP Class UID');
      await isNotStored(world, sent);
    },
  }),
  row({
    id: 'store-other-study-partial',
    section: '10.5.3.1',
    statement: '/studies/{study} stores what belongs to it and refuses the rest: 202',
    given: async (world) => [small(world, 'mixed/1'), small(world, 'mixed/2')] as [Sent, Sent],
    request: ([own, other]) =>
      postParts([part(own.file), part(other.file)], { path: `/studies/${own.studyInstanceUid}` }),
    expect: async (answer, [own, other], world) => {
      status(answer, 202);
      const { stored, failed } = storeResponse(answer);
      equal(
        [uids(stored), uids(failed)],
        [[own.sopInstanceUid], [other.sopInstanceUid]],
        'stored and failed',
      );
      await isNotStored(world, other);
    },
  }),
  row({
    id: 'store-reason-transfer-syntax',
    section: 'I.2.2',
    statement: 'An unknown transfer syntax fails with C122H',
    level: 'ours',
    given: async (world) => {
      const sent = small(world, 'store-reason-transfer-syntax');
      return {
        ...sent,
        file: dicomFile(imageDataset(sent, {}), { transferSyntaxUid: '1.2.840.10008.1.2.4.999' }),
      };
    },
    request: ({ file }) => postParts([part(file)]),
    expect: (answer) => {
      status(answer, 409);
      equal(value(storeResponse(answer).failed[0], '00081197'), 0xc122, 'Failure Reason');
    },
  }),
];

const header128 = (text: string): Buffer =>
  Buffer.concat([Buffer.from(text, 'latin1'), Buffer.alloc(128)]).subarray(0, 128);

const refusals: Row[] = [
  refused(
    'store-all-bad',
    '10.5.3.1',
    'Nothing but parts that are no DICOM: 409 (or 400)',
    () => postParts([part(NOT_DICOM)]),
    [409, 400],
  ),
  refused(
    'store-no-boundary',
    '8.6.1.2',
    'multipart without a boundary is bad syntax: 400',
    () => postParts([part(NOT_DICOM)], { contentType: 'multipart/related; type="application/dicom"' }),
    [400, 415],
  ),
  refused(
    'store-empty',
    '10.5.1.4',
    'A request without an instance is bad: 400',
    () => postParts([], { body: Buffer.from('--suite-edge--\r\n') }),
    [400, 409],
  ),
  refused(
    'store-no-body',
    '10.5.1.4',
    'A request without a body is bad: 400',
    () => postParts([], { body: Buffer.alloc(0) }),
    [400],
  ),
  refused(
    'store-text',
    '10.5.3.1',
    'A media type that is not stored is answered 415',
    () => postParts([], { contentType: 'text/plain', body: Buffer.from('hello') }),
    [415],
  ),
  refused(
    'store-no-content-type',
    '10.5.1.3',
    'Without Content-Type nothing can be stored: 415 (or 400)',
    () => {
      const { 'content-type': _, ...headers } = postParts([]).headers ?? {};
      return { ...postParts([part(NOT_DICOM)]), headers };
    },
    [415, 400],
  ),
  refused(
    'store-multipart-other',
    '10.5.3.1',
    'multipart of another type is answered 415',
    () =>
      postParts([part(NOT_DICOM)], {
        contentType: 'multipart/related; type="text/plain"; boundary=suite-edge',
      }),
    [415],
  ),
  refused(
    'store-encoding',
    'RFC 9110 15.5.16',
    'An unknown Content-Encoding is answered 415',
    (world) =>
      postParts([part(small(world, 'store-encoding').file)], { headers: { 'content-encoding': 'suite' } }),
    [415],
    { level: 'ours' },
  ),
  refused(
    'store-bad-study',
    '10.5.1.1',
    'A study in the path that is no UID: 400',
    (world) => postParts([part(small(world, 'store-bad-study').file)], { path: '/studies/not-a-uid' }),
    [400, 404, 409],
  ),
  refused(
    'store-cut-body',
    '10.5.3.1',
    'A body without its close delimiter does not store the part that was cut',
    (world) => {
      const whole = multipartBody([part(small(world, 'store-cut-body').file)], 'suite-edge');
      return postParts([], { body: whole.subarray(0, whole.length - 40) });
    },
    [400, 409],
    { then: (_, world) => isNotStored(world, small(world, 'store-cut-body')) },
  ),
  refused(
    'store-cut-second',
    '10.5.3.1',
    'A body cut in its second part keeps the first and says so',
    (world) => {
      const [first, second] = several(world, 'store-cut-second');
      const whole = multipartBody([part(first.file), part(second.file)], 'suite-edge');
      return postParts([], { body: whole.subarray(0, whole.length - 60) });
    },
    [202],
    {
      level: 'ours',
      then: async (_, world) => {
        const [first, second] = several(world, 'store-cut-second');
        await isStored(world, first);
        await isNotStored(world, second);
      },
    },
  ),
  refused(
    'store-executable',
    'PS3.10 7.5',
    'A preamble that begins an executable is refused',
    (world) => {
      const sent = small(world, 'store-executable');
      return postParts([part(Buffer.concat([header128('MZ\x90\0'), sent.file.subarray(128)]))]);
    },
    [409],
    {
      level: 'ours',
      then: (answer) => {
        const { failed, others } = storeResponse(answer);
        const reason = Number(value([...failed, ...others][0], '00081197'));
        equal(reason & 0xf000, 0xc000, 'class of the Failure Reason');
      },
    },
  ),
  refused(
    'store-script',
    'PS3.10 7.5',
    'A preamble that begins a script is refused',
    (world) => {
      const sent = small(world, 'store-script');
      return postParts([part(Buffer.concat([header128('#!/bin/sh\n'), sent.file.subarray(128)]))]);
    },
    [409],
    { level: 'ours' },
  ),
  refused(
    'store-no-part10',
    '10.5.1.4',
    'A dataset without the PS3.10 header is refused with a reason',
    (world) => postParts([part(small(world, 'store-no-part10').file.subarray(132))]),
    [409, 400],
    { level: 'ours' },
  ),
  refused(
    'store-no-sop-instance',
    'I.2.2',
    'An instance without SOPInstanceUID is refused',
    (world) => {
      const sent = small(world, 'store-no-sop-instance');
      return postParts([part(dicomFile({ ...imageDataset(sent, {}), SOPInstanceUID: undefined }))]);
    },
    [409, 400],
  ),
  refused(
    'store-failed-named',
    'I.1',
    'An instance that is refused and has a SOP Class and SOP Instance UID is in Failed SOP Sequence by these',
    (world) => {
      const sent = small(world, 'store-failed-named');
      return postParts([part(dicomFile({ ...imageDataset(sent, {}), StudyInstanceUID: undefined }))]);
    },
    [409],
    {
      level: 'ours',
      then: (answer, world) => {
        const [item] = storeResponse(answer).failed;
        const { sopInstanceUid } = small(world, 'store-failed-named');
        equal(value(item, '00081155'), sopInstanceUid, 'Referenced SOP Instance UID');
      },
    },
  ),
  refused(
    'store-no-payload',
    '10.5.1.4',
    'A request without payload is bad syntax: 400',
    () => ({
      method: 'POST',
      path: '/studies',
      headers: { accept: 'application/dicom+json', 'content-type': 'application/dicom' },
      body: Buffer.alloc(0),
    }),
    [400],
    { level: 'ours' },
  ),
  refused(
    'store-gzip-none',
    'RFC 9110 8.4',
    'A body that is not in the Content-Encoding it names is bad syntax: 400',
    (world) =>
      postParts([part(small(world, 'store-gzip-none').file)], { headers: { 'content-encoding': 'gzip' } }),
    [400, 415],
    { then: (_, world) => isNotStored(world, small(world, 'store-gzip-none')) },
  ),
  refused(
    'store-truncated',
    'I.2.2',
    'A truncated object is refused',
    (world) => {
      const sent = small(world, 'store-truncated');
      return postParts([part(sent.file.subarray(0, sent.file.length - 11))]);
    },
    [409, 400],
    { then: (_, world) => isNotStored(world, small(world, 'store-truncated')) },
  ),
  refused(
    'store-unacceptable',
    '8.7.8.1',
    'An answer that cannot be given is 406',
    (world) =>
      postParts([part(small(world, 'store-unacceptable').file)], { headers: { accept: 'image/png' } }),
    [406],
    { level: 'ours' },
  ),
  refused(
    'store-get-out',
    '8.5',
    'PUT on /studies is not a store',
    (world) => ({
      ...postParts([part(small(world, 'store-get-out').file)]),
      method: 'PUT',
    }),
    [404, 405, 501],
  ),
];

/** Every kind of image is kept: what comes back with transfer-syntax=* is the same dataset. */
const kindRows: Row[] = (Object.keys(KINDS) as ImageKind[]).map((kind) =>
  row({
    id: `store-kind-${kind}`,
    section: '10.5.2',
    level: 'ours',
    statement: `An instance of kind ${kind} comes back byte for byte where its transfer syntax may be used on the web`,
    given: (world: World): Promise<TestImage> => world.image(kind),
    request: (image) => ({
      path: instancePath(image),
      headers: { accept: `application/dicom; transfer-syntax=*` },
    }),
    expect: (answer, image) => {
      status(answer, 200);
      equal(mediaType(answer), 'application/dicom', 'media type');
      const web =
        image.transferSyntaxUid !== KINDS.implicit.transferSyntaxUid &&
        image.transferSyntaxUid !== KINDS.bigEndian.transferSyntaxUid;
      if (web) sameBytes(answer.body, image.file, 'the file');
      else holds(answer.body.toString('latin1', 128, 132) === 'DICM', 'a PS3.10 file');
    },
  }),
);

export const storeRows: Row[] = [...waysToSend, ...answers, ...refusals, ...kindRows];
