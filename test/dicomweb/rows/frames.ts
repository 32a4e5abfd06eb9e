import { equal, holds, multiparts, partType, sameBytes, status } from '../check.ts';
import { decode, decodeRle, picture } from '../material/encoders.ts';
import { COLUMNS, KINDS, ROWS, TS, type ImageKind, type TestImage } from '../material/images.ts';
import { mediaType, type Request } from '../http.ts';
import { row, type Row } from '../row.ts';
import { instancePath, type World } from '../world.ts';
import { identityOf } from './retrieve.ts';

const OCTETS = 'multipart/related; type="application/octet-stream"';
const get = (image: TestImage, frames: string, accept: string): Request => ({
  path: `${instancePath(image)}/frames/${frames}`,
  headers: { accept },
});
const kinds = Object.keys(KINDS) as ImageKind[];
const isLossy = (kind: ImageKind): boolean => 'lossy' in KINDS[kind];
const numbers = (image: TestImage): string => image.frames.map((_, i) => i + 1).join(',');

/** Largest difference between two series of 8-bit samples. */
function farthest(one: Uint8Array, other: Uint8Array): number {
  equal(one.length, other.length, 'number of samples');
  return one.reduce((worst, sample, i) => Math.max(worst, Math.abs(sample - other[i]!)), 0);
}

/** What a frame decodes to: uncompressed little endian, of every kind and storage. */
const uncompressed: Row[] = kinds.map((kind) =>
  row({
    id: `frames-octets-${kind}`,
    section: '8.7.3.3.1',
    statement: `Frames of an instance of kind ${kind} come uncompressed, in order, with the right samples`,
    given: (world: World): Promise<TestImage> => world.image(kind),
    request: (image) => get(image, numbers(image), OCTETS),
    expect: async (answer, image) => {
      // Lossy data may come as it is stored (8.7.3.3).
      if (isLossy(kind) && answer.status === 406) return;
      const found = multiparts(answer, image.frames.length);
      for (const [i, part] of found.entries()) {
        const { type, transferSyntax } = partType(part);
        if (isLossy(kind)) {
          const seen = type === 'image/jpeg' ? (await picture(part.body)).data : part.body;
          // YBR_FULL_422 that is decoded may be subsampled or converted: only grey is compared.
          if (kind === 'jpeg') holds(farthest(seen, image.frames[i]!) <= 12, 'the decoded samples are near');
          continue;
        }
        equal(type, 'application/octet-stream', 'content type of a part');
        holds(
          transferSyntax === null || transferSyntax === TS.explicit,
          `transfer syntax of a part: ${transferSyntax ?? 'none'}`,
        );
        sameBytes(part.body.subarray(0, image.frames[i]!.length), image.frames[i]!, `frame ${i + 1}`);
        holds(part.body.length - image.frames[i]!.length <= 1, 'no bytes behind the frame but a pad');
      }
    },
  }),
);

/** Frames under the media type they are stored in. */
const MEDIA: Record<string, string> = {
  [TS.jpegBaseline]: 'image/jpeg',
  [TS.jpegLossless]: 'image/jpeg',
  [TS.jpegLs]: 'image/jls',
  [TS.jpeg2000]: 'image/jp2',
  [TS.htj2k]: 'image/jphc',
  [TS.htj2kRpcl]: 'image/jphc',
  [TS.rle]: 'image/dicom-rle',
};

const encodedKinds = kinds.filter((kind) => 'encode' in KINDS[kind]);

const stored: Row[] = encodedKinds.map((kind) =>
  row({
    id: `frames-stored-${kind}`,
    section: '8.7.3.3.2',
    statement: `Encoded frames of kind ${kind} come without fragment delimiters under their media type`,
    given: (world: World): Promise<TestImage> => world.image(kind),
    request: (image) =>
      get(
        image,
        numbers(image),
        `multipart/related; type="${MEDIA[image.transferSyntaxUid]!}"; transfer-syntax=${image.transferSyntaxUid}`,
      ),
    expect: (answer, image) => {
      const found = multiparts(answer, image.encoded.length);
      for (const [i, part] of found.entries()) {
        equal(partType(part).type, MEDIA[image.transferSyntaxUid]!, 'content type of a part');
        sameBytes(part.body.subarray(0, image.encoded[i]!.length), image.encoded[i]!, `frame ${i + 1}`);
        holds(part.body.length - image.encoded[i]!.length <= 1, 'no bytes behind the frame but a pad');
      }
    },
  }),
);

/** Any transfer syntax accepted: as stored, or decoded; always one that is true. */
const anySyntax: Row[] = (
  ['rle16', 'jpegLs', 'jpeg2000', 'htj2k', 'jpegLossless', 'multiframe'] as const
).map((kind) =>
  row({
    id: `frames-any-${kind}`,
    section: '8.7.3.5.2',
    statement: `transfer-syntax=* gives frames of kind ${kind} in some transfer syntax, and says which`,
    given: (world: World): Promise<TestImage> => world.image(kind),
    request: (image) => get(image, '1', `${OCTETS}; transfer-syntax=*`),
    expect: (answer, image) => {
      const [part] = multiparts(answer, 1);
      const { transferSyntax } = partType(part!);
      if (transferSyntax === null || transferSyntax === TS.explicit)
        sameBytes(part!.body.subarray(0, image.frames[0]!.length), image.frames[0]!, 'the frame');
      else {
        equal(transferSyntax, image.transferSyntaxUid, 'transfer syntax');
        sameBytes(part!.body.subarray(0, image.encoded[0]!.length), image.encoded[0]!, 'the encoded frame');
      }
    },
  }),
);

const choice: Row[] = [
  row({
    id: 'frames-one',
    section: '10.4.1.1.6',
    statement: 'A frame of a multi-frame instance comes alone',
    given: (world) => world.image('multiframe'),
    request: (image) => get(image, '4', OCTETS),
    expect: (answer, image) => sameBytes(multiparts(answer, 1)[0]!.body, image.frames[3]!, 'frame 4'),
  }),
  row({
    id: 'frames-list-order',
    section: '10.4.1.1.6',
    statement: 'A list of frames comes in the order that was asked for',
    given: (world) => world.image('multiframe'),
    request: (image) => get(image, '5,1,3', OCTETS),
    expect: (answer, image) => {
      const found = multiparts(answer, 3);
      for (const [i, frame] of [5, 1, 3].entries())
        sameBytes(found[i]!.body, image.frames[frame - 1]!, `part ${i + 1}`);
    },
  }),
  row({
    id: 'frames-list-encoded',
    section: '10.4.1.1.6',
    statement: 'Lists of frames work for instances of several fragments a frame',
    given: (world) => world.image('jpegLosslessFrames'),
    request: (image) =>
      get(image, '4,2', `multipart/related; type="image/jpeg"; transfer-syntax=${TS.jpegLossless}`),
    expect: (answer, image) => {
      const found = multiparts(answer, 2);
      for (const [i, frame] of [4, 2].entries())
        sameBytes(
          found[i]!.body.subarray(0, image.encoded[frame - 1]!.length),
          image.encoded[frame - 1]!,
          `part ${i + 1}`,
        );
    },
  }),
  row({
    id: 'frames-list-encoded-comma',
    section: '8.3.1',
    statement: 'The comma of a frame list may be percent-encoded',
    given: (world) => world.image('multiframe'),
    request: (image) => get(image, '1%2C2', OCTETS),
    expect: (answer) => void multiparts(answer, 2),
  }),
  row({
    id: 'frames-single-part',
    section: '10.4.4',
    level: 'optional',
    statement: 'One frame comes as a single part',
    given: (world) => world.image('multiframe'),
    request: (image) => get(image, '2', 'application/octet-stream'),
    expect: (answer, image) => {
      status(answer, 200);
      equal(mediaType(answer), 'application/octet-stream', 'media type');
      sameBytes(answer.body, image.frames[1]!, 'frame 2');
    },
  }),
  row({
    id: 'frames-single-part-list',
    section: '10.4.4',
    statement: 'Several frames are no single part: 406',
    given: (world) => world.image('multiframe'),
    request: (image) => get(image, '1,2', 'application/octet-stream'),
    expect: (answer) => status(answer, 406),
  }),
  row({
    id: 'frames-single-part-encoded',
    section: '10.4.4',
    level: 'optional',
    statement: 'One encoded frame comes as a single part of its media type',
    given: (world) => world.image('jpegLs'),
    request: (image) => get(image, '1', `image/jls; transfer-syntax=${TS.jpegLs}`),
    expect: (answer, image) => {
      status(answer, 200);
      equal(mediaType(answer), 'image/jls', 'media type');
      sameBytes(answer.body.subarray(0, image.encoded[0]!.length), image.encoded[0]!, 'the frame');
    },
  }),
  row({
    id: 'frames-default',
    section: '8.7.8.1',
    statement: '*/* gives frames in the default media type of images, application/octet-stream',
    given: (world) => world.image('multiframe'),
    request: (image) => get(image, '1', '*/*'),
    expect: (answer, image) => {
      status(answer, 200);
      if (mediaType(answer) === 'application/octet-stream') {
        sameBytes(answer.body, image.frames[0]!, 'frame 1');
        return;
      }
      const [part] = multiparts(answer, 1);
      equal(partType(part!).type, 'application/octet-stream', 'content type of a part');
      sameBytes(part!.body, image.frames[0]!, 'frame 1');
    },
  }),
  row({
    id: 'frames-unquoted-type',
    section: '8.7.1',
    statement: 'The type parameter of Accept may be unquoted',
    given: (world) => world.image('multiframe'),
    request: (image) => get(image, '1', 'multipart/related; type=application/octet-stream'),
    expect: (answer, image) => sameBytes(multiparts(answer, 1)[0]!.body, image.frames[0]!, 'frame 1'),
  }),
  row({
    id: 'frames-part-transfer-syntax',
    section: '8.7.9',
    level: 'ours',
    statement: 'Parts of frames say their transfer syntax',
    given: (world) => world.image('multiframe'),
    request: (image) => get(image, '1', OCTETS),
    expect: (answer) =>
      equal(partType(multiparts(answer, 1)[0]!).transferSyntax, TS.explicit, 'transfer syntax'),
  }),
];

const errors: Row[] = (
  [
    ['beyond', 'a frame behind the last', '6', [404, 400]],
    ['beyond-list', 'a list with a frame behind the last', '1,6', [404, 400]],
    ['zero', 'frame 0', '0', [400, 404]],
    ['negative', 'a negative frame', '-1', [400, 404]],
    ['word', 'a frame that is no number', 'first', [400, 404]],
    ['empty-item', 'a list with an empty item', '1,,2', [400]],
    ['huge', 'a number beyond any instance', '99999999999999999999', [400, 404]],
  ] as [string, string, string, number[]][]
).map(([id, what, frames, statuses]) =>
  row({
    id: `frames-error-${id}`,
    section: '10.4.3.1',
    level: id === 'empty-item' ? 'ours' : 'required',
    statement: `${statuses.join(' or ')} for ${what}`,
    given: (world: World): Promise<TestImage> => world.image('multiframe'),
    request: (image) => get(image, frames, OCTETS),
    expect: (answer) => status(answer, ...statuses),
  }),
);

const otherErrors: Row[] = [
  row({
    id: 'frames-404-instance',
    section: '10.4.3.1',
    statement: '404 for frames of an instance that is not there',
    given: (world) => world.image('multiframe'),
    request: (image, world) => get({ ...image, sopInstanceUid: world.uid('absent') }, '1', OCTETS),
    expect: (answer) => status(answer, 404),
  }),
  row({
    id: 'frames-404-wrong-study',
    section: '10.4.3.1',
    statement: '404 for frames below another study',
    given: async (world) => {
      await world.image('u8');
      return world.image('multiframe');
    },
    request: (image, world) => get({ ...image, studyInstanceUid: world.uid('image/u8/study') }, '1', OCTETS),
    expect: (answer) => status(answer, 404),
  }),
  row({
    id: 'frames-406-video',
    section: '8.7.8.1',
    statement: 'Frames of an image cannot be had as video: 406',
    given: (world) => world.image('multiframe'),
    request: (image) => get(image, '1', 'multipart/related; type="video/mp4"'),
    expect: (answer) => status(answer, 406),
  }),
];

/** Transcoding: native and encoded sources to each encoding; decoded here and compared bit by bit. */
interface Goal {
  id: string;
  type: string;
  syntax: string;
}

const GOALS: Goal[] = [
  { id: 'jls', type: 'image/jls', syntax: TS.jpegLs },
  { id: 'jp2', type: 'image/jp2', syntax: TS.jpeg2000 },
  { id: 'htj2k', type: 'image/jphc', syntax: TS.htj2k },
  { id: 'htj2k-rpcl', type: 'image/jphc', syntax: TS.htj2kRpcl },
  { id: 'rle', type: 'image/dicom-rle', syntax: TS.rle },
];
const SOURCES = [
  'u8',
  'u12',
  'u16',
  's16',
  'rgb',
  'bigEndian',
  'deflated',
  'rle16',
  'jpegLossless',
  'jpegLs',
  'jpeg2000',
  'htj2k',
] as const;

async function decoded({ type }: Goal, body: Buffer, kind: ImageKind): Promise<Buffer> {
  const { bitsAllocated } = KINDS[kind];
  const samplesPerPixel = 'samplesPerPixel' in KINDS[kind] ? 3 : 1;
  return type === 'image/dicom-rle'
    ? decodeRle(body, {
        rows: ROWS,
        columns: COLUMNS,
        samplesPerPixel,
        bitsAllocated: bitsAllocated === 8 ? 8 : 16,
      })
    : (await decode(type, body)).bytes;
}

const transcoding: Row[] = GOALS.flatMap((goal) =>
  SOURCES.map((kind) =>
    row({
      id: `transcode-${goal.id}-from-${kind}`,
      section: '8.7.8.2',
      level: 'optional',
      statement: `A frame of kind ${kind} comes as ${goal.type} in ${goal.syntax}, bit by bit the same after decoding`,
      given: (world: World): Promise<TestImage> => world.image(kind),
      request: (image) =>
        get(image, '1', `multipart/related; type="${goal.type}"; transfer-syntax=${goal.syntax}`),
      expect: async (answer, image) => {
        const [part] = multiparts(answer, 1);
        equal(partType(part!).type, goal.type, 'content type of the part');
        sameBytes(await decoded(goal, part!.body, kind), image.frames[0]!, 'decoded samples');
      },
    }),
  ),
);

const jpegTargets: Row[] = [
  ...(['u8', 'rgb', 'jpeg2000'] as const).map((kind) =>
    row({
      id: `transcode-jpeg-baseline-from-${kind}`,
      section: '8.7.8.2',
      level: 'optional',
      statement:
        kind === 'jpeg2000'
          ? 'Twelve bits do not fit JPEG Baseline: 406 rather than wrong pixels'
          : `A frame of kind ${kind} comes as JPEG Baseline, near the original`,
      given: (world: World): Promise<TestImage> => world.image(kind),
      request: (image) =>
        get(image, '1', `multipart/related; type="image/jpeg"; transfer-syntax=${TS.jpegBaseline}`),
      expect: async (answer, image) => {
        if (kind === 'jpeg2000') {
          status(answer, 406);
          return;
        }
        const [part] = multiparts(answer, 1);
        const { width, height, data } = await picture(part!.body);
        equal([width, height], [COLUMNS, ROWS], 'size');
        const mean =
          data.reduce((sum, sample, i) => sum + Math.abs(sample - image.frames[0]![i]!), 0) / data.length;
        holds(mean < 12, `the samples are near the original (mean difference ${mean})`);
      },
    }),
  ),
  row({
    id: 'transcode-jpeg-default',
    section: '8.7.3.3.2',
    level: 'optional',
    statement: 'image/jpeg without a transfer syntax means JPEG Lossless (.70)',
    given: (world) => world.image('jpegLossless'),
    request: (image) => get(image, '1', 'multipart/related; type="image/jpeg"'),
    expect: (answer, image) => {
      const [part] = multiparts(answer, 1);
      sameBytes(
        part!.body.subarray(0, image.encoded[0]!.length),
        image.encoded[0]!,
        'the JPEG Lossless stream',
      );
    },
  }),
  ...(['u8', 'u16', 'rle16'] as const).map((kind) =>
    row({
      id: `transcode-jpeg-lossless-from-${kind}`,
      section: '8.7.8.2',
      level: 'optional',
      statement: `A frame of kind ${kind} comes as JPEG Lossless (.70)`,
      given: (world: World): Promise<TestImage> => world.image(kind),
      request: (image) =>
        get(image, '1', `multipart/related; type="image/jpeg"; transfer-syntax=${TS.jpegLossless}`),
      expect: (answer) => {
        const [part] = multiparts(answer, 1);
        equal(part!.body.subarray(0, 2).toString('hex'), 'ffd8', 'start of a JPEG stream');
        // SOF3: lossless sequential.
        holds(part!.body.includes(Buffer.from([0xff, 0xc3])), 'a lossless frame header');
      },
    }),
  ),
];

const pixelData: Row[] = [
  row({
    id: 'pixeldata-instance',
    section: '10.4.1.1.7',
    level: 'optional',
    statement: '/pixeldata of an instance is all its frames',
    given: (world) => world.image('multiframe'),
    request: (image) => ({ path: `${instancePath(image)}/pixeldata`, headers: { accept: OCTETS } }),
    expect: (answer, image) => {
      const bodies = multiparts(answer).map((part) => part.body);
      sameBytes(Buffer.concat(bodies), Buffer.concat(image.frames), 'all frames');
    },
  }),
  row({
    id: 'pixeldata-series',
    section: '10.4.1.1.7',
    level: 'optional',
    statement: '/pixeldata of a series is the frames of its instances',
    given: (world) => world.image('u16'),
    request: (image) => ({
      path: `/studies/${image.studyInstanceUid}/series/${image.seriesInstanceUid}/pixeldata`,
      headers: { accept: OCTETS },
    }),
    expect: (answer, image) => sameBytes(multiparts(answer, 1)[0]!.body, image.frames[0]!, 'the frame'),
  }),
  row({
    id: 'pixeldata-study',
    section: '10.4.1.1.7',
    level: 'optional',
    statement: '/pixeldata of a study is the frames of its instances',
    given: (world) => world.image('u16'),
    request: (image) => ({
      path: `/studies/${image.studyInstanceUid}/pixeldata`,
      headers: { accept: OCTETS },
    }),
    expect: (answer, image) => sameBytes(multiparts(answer, 1)[0]!.body, image.frames[0]!, 'the frame'),
  }),
];

const wholeInstances: Row[] = (
  [
    ['jls', TS.jpegLs],
    ['jp2', TS.jpeg2000],
    ['htj2k', TS.htj2kRpcl],
    ['rle', TS.rle],
    ['deflated', TS.deflated],
  ] as const
).map(([id, syntax]) =>
  row({
    id: `transcode-instance-${id}`,
    section: '8.7.8.2',
    level: 'optional',
    statement: `A multi-frame instance comes in ${syntax}, every frame bit by bit the same after decoding`,
    given: (world: World): Promise<TestImage> => world.image('multiframe'),
    request: (image) => ({
      path: instancePath(image),
      headers: { accept: `application/dicom; transfer-syntax=${syntax}` },
    }),
    expect: async (answer, image) => {
      status(answer, 200);
      const { transferSyntaxUid, dataset } = identityOf(answer.body);
      equal(transferSyntaxUid, syntax, 'transfer syntax of File Meta Information');
      const values = (dataset['7FE00010']?.Value ?? []) as ArrayBuffer[];
      const frames = values.map((frame) => Buffer.from(frame));
      if (syntax === TS.deflated) {
        sameBytes(frames[0]!, Buffer.concat(image.frames), 'pixel data');
        return;
      }
      equal(frames.length, image.frames.length, 'number of frames');
      const goal = GOALS.find((each) => each.syntax === syntax)!;
      for (const [i, frame] of frames.entries())
        sameBytes(await decoded(goal, frame, 'multiframe'), image.frames[i]!, `frame ${i + 1}`);
    },
  }),
);

export const frameRows: Row[] = [
  ...uncompressed,
  ...stored,
  ...anySyntax,
  ...choice,
  ...errors,
  ...otherErrors,
  ...pixelData,
];
export const transcodingRows: Row[] = [...transcoding, ...jpegTargets, ...wholeInstances];
