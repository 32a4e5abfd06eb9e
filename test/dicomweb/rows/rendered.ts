import { equal, holds, multiparts, sameBytes, status } from '../check.ts';
import { picture } from '../material/encoders.ts';
import { COLUMNS, KINDS, ROWS, type ImageKind, type TestImage } from '../material/images.ts';
import { record } from '../material/records.ts';
import { header, mediaType, type Answer, type Request } from '../http.ts';
import { row, type Level, type Row } from '../row.ts';
import { instancePath, type World } from '../world.ts';

type Picture = Awaited<ReturnType<typeof picture>>;
const render = (image: TestImage, query = '', accept = 'image/png'): Request => ({
  path: `${instancePath(image)}/rendered${query}`,
  headers: { accept },
});

async function pictureOf(answer: Answer, type = 'image/png'): Promise<Picture> {
  status(answer, 200);
  equal(mediaType(answer), type, 'media type');
  return picture(answer.body);
}

/** Grey value of each pixel. */
const greys = ({ data, channels }: Picture): number[] =>
  Array.from({ length: data.length / channels }, (_, i) => data[i * channels]!);

/** What a window makes of a stored value (PS3.3 C.11.2.1.2, C.11.2.1.3). */
function windowed(
  value: number,
  center: number,
  width: number,
  how: 'linear' | 'linear-exact' | 'sigmoid',
): number {
  if (how === 'sigmoid') return 255 / (1 + Math.exp((-4 * (value - center)) / width));
  const [c, w] = how === 'linear' ? [center - 0.5, width - 1] : [center, width];
  if (value <= c - w / 2) return 0;
  if (value > c + w / 2) return 255;
  return ((value - c) / w + 0.5) * 255;
}

const samplesOf = (image: TestImage): number[] => {
  const frame = image.frames[0]!;
  const { bitsAllocated } = KINDS[image.kind];
  const signed = 'signed' in KINDS[image.kind];
  if (bitsAllocated === 8) return [...frame].map((v) => (signed && v > 127 ? v - 256 : v));
  return Array.from({ length: frame.length / 2 }, (_, i) =>
    signed ? frame.readInt16LE(i * 2) : frame.readUInt16LE(i * 2),
  );
};

function near(seen: readonly number[], expected: readonly number[], by: number, what: string): void {
  equal(seen.length, expected.length, `${what}: number of pixels`);
  const at = seen.findIndex((v, i) => Math.abs(v - expected[i]!) > by);
  holds(at < 0, `${what}: pixel ${at} is ${seen[at] ?? ''}, expected ${expected[at] ?? ''}`);
}

const rendered = (
  id: string,
  section: string,
  statement: string,
  kind: ImageKind,
  request: (image: TestImage) => Request,
  expect: (answer: Answer, image: TestImage) => void | Promise<void>,
  level: Level = 'required',
): Row =>
  row({
    id: `rendered-${id}`,
    section,
    level,
    statement,
    given: (world: World) => world.image(kind),
    request,
    expect,
  });

const mediaTypes: Row[] = [
  rendered(
    'jpeg',
    '8.7.4',
    'An image is rendered as image/jpeg',
    'u8',
    (image) => render(image, '', 'image/jpeg'),
    async (answer) => {
      const { width, height } = await pictureOf(answer, 'image/jpeg');
      equal([width, height], [COLUMNS, ROWS], 'size');
    },
  ),
  rendered(
    'png',
    '8.7.4',
    'An image is rendered as image/png',
    'u8',
    (image) => render(image),
    async (answer) => {
      const { width, height } = await pictureOf(answer);
      equal([width, height], [COLUMNS, ROWS], 'size');
    },
  ),
  rendered(
    'gif',
    '8.7.4',
    'An image is rendered as image/gif',
    'u8',
    (image) => render(image, '', 'image/gif'),
    async (answer) => {
      const { width, height } = await pictureOf(answer, 'image/gif');
      equal([width, height], [COLUMNS, ROWS], 'size');
    },
  ),
  rendered(
    'jp2',
    '8.7.4',
    'An image is rendered as image/jp2',
    'u8',
    (image) => render(image, '', 'image/jp2'),
    (answer) => {
      status(answer, 200);
      equal(mediaType(answer), 'image/jp2', 'media type');
      holds(
        answer.body.subarray(4, 8).toString('latin1') === 'jP  ' || answer.body.readUInt16BE(0) === 0xff4f,
        'JPEG 2000 bytes',
      );
    },
    'optional',
  ),
  rendered(
    'default',
    '8.7.8.1',
    '*/* renders as image/jpeg, the default of images',
    'u8',
    (image) => render(image, '', '*/*'),
    async (answer) => {
      await pictureOf(answer, 'image/jpeg');
    },
  ),
  rendered(
    'image-any',
    '8.7.8.1',
    'image/* renders as image/jpeg, the default of images',
    'u8',
    (image) => render(image, '', 'image/*'),
    async (answer) => {
      await pictureOf(answer, 'image/jpeg');
    },
  ),
  rendered(
    'most-specific',
    'RFC 9110 12.5.1',
    'The range that says most of a media type gives its weight',
    'u8',
    (image) => render(image, '', 'image/*;q=0.9, image/jpeg;q=0.1, image/gif;q=0.2, image/jp2;q=0.3'),
    async (answer) => {
      await pictureOf(answer, 'image/png');
    },
  ),
  rendered(
    'quality-values',
    '8.7.5',
    'q-values choose between media types',
    'u8',
    (image) => render(image, '', 'image/jpeg;q=0.2, image/png;q=0.9'),
    async (answer) => {
      await pictureOf(answer);
    },
  ),
  rendered(
    'accept-parameter',
    '8.3.3.1',
    'The accept parameter chooses the media type',
    'u8',
    (image) => render(image, '?accept=image/png', '*/*'),
    async (answer) => {
      await pictureOf(answer);
    },
  ),
  rendered(
    'accept-parameter-first',
    '8.7.8.1',
    'The accept parameter goes before the header',
    'u8',
    (image) => render(image, '?accept=image/png', 'image/jpeg'),
    async (answer) => {
      await pictureOf(answer);
    },
  ),
  rendered(
    'unacceptable',
    '8.7.8.1',
    'A media type no image renders to is answered 406',
    'u8',
    (image) => render(image, '', 'video/quicktime'),
    (answer) => status(answer, 406),
  ),
  rendered(
    'mixed-types',
    '8.7.5',
    'DICOM and rendered media types in one Accept are answered 400 (409 in older editions)',
    'u8',
    (image) => render(image, '', 'application/dicom, image/jpeg'),
    (answer) => status(answer, 400, 409),
    'ours',
  ),
  rendered(
    'eight-bits',
    '8.7.4',
    'Rendered images have eight bits a channel',
    'u16',
    (image) => render(image),
    (answer) => {
      status(answer, 200);
      equal(answer.body[24], 8, 'bit depth of the PNG header');
    },
  ),
];

/** Each kind becomes a picture with the marks where they belong. */
const everyKind: Row[] = (Object.keys(KINDS) as ImageKind[]).map((kind) =>
  rendered(
    `kind-${kind}`,
    '10.4.1.1.3',
    `An image of kind ${kind} is rendered`,
    kind,
    (image) => render(image, '', kind === 'bits' ? '*/*' : 'image/jpeg'),
    async (answer) => {
      if (KINDS[kind].bitsAllocated === 1 || 'frames' in KINDS[kind]) {
        status(answer, 200);
        return;
      }
      const { width, height, data, channels } = await pictureOf(answer, 'image/jpeg');
      equal([width, height], [COLUMNS, ROWS], 'size');
      // A gradient from the upper left to the lower right, of whatever polarity and colour: the corners differ.
      const corner = (row: number, column: number): number => data[(row * width + column) * channels]!;
      if (kind !== 'palette')
        holds(Math.abs(corner(4, 0) - corner(ROWS - 1, COLUMNS - 1)) > 40, 'the gradient is seen');
    },
    kind === 'u32' ? 'optional' : 'required',
  ),
);

const exact: Row[] = [
  rendered(
    'rgb-exact',
    '8.3.5',
    'Colour pixels come as they are in a lossless picture',
    'rgb',
    (image) => render(image),
    async (answer, image) => {
      const { data, channels } = await pictureOf(answer);
      equal(channels, 3, 'channels');
      sameBytes(data, image.frames[0]!, 'pixels');
    },
  ),
  rendered(
    'planar-exact',
    '8.3.5',
    'Colour by plane is rendered like colour by pixel',
    'rgbPlanar',
    (image) => render(image),
    async (answer, image) => {
      const { data } = await pictureOf(answer);
      const size = ROWS * COLUMNS;
      sameBytes(
        data,
        Buffer.from(
          Array.from({ length: size * 3 }, (_, i) => image.frames[0]![(i % 3) * size + Math.floor(i / 3)]!),
        ),
        'pixels',
      );
    },
  ),
  rendered(
    'ybr',
    '8.3.5',
    'YBR_FULL is converted to RGB',
    'ybrFull',
    (image) => render(image),
    async (answer, image) => {
      const { data } = await pictureOf(answer);
      const [y, cb, cr] = [...image.frames[0]!.subarray(3 * 100, 3 * 100 + 3)] as [number, number, number];
      const clamp = (v: number): number => Math.min(255, Math.max(0, v));
      const expected = [
        y + 1.402 * (cr - 128),
        y - 0.344136 * (cb - 128) - 0.714136 * (cr - 128),
        y + 1.772 * (cb - 128),
      ].map(clamp);
      near([...data.subarray(300, 303)], expected, 2, 'one pixel');
    },
  ),
  rendered(
    'palette-exact',
    '8.3.5',
    'Palette colours are looked up',
    'palette',
    (image) => render(image),
    async (answer, image) => {
      const { data } = await pictureOf(answer);
      const expected = [...image.frames[0]!].flatMap((v) => [v % 256, (v * 3) % 256, (v * 5) % 256]);
      near([...data], expected, 1, 'pixels');
    },
  ),
  rendered(
    'mono1',
    '8.3.5',
    'MONOCHROME1 is shown with high values dark',
    'mono1',
    (image) => render(image),
    async (answer, image) => {
      const seen = greys(await pictureOf(answer));
      const stored = samplesOf(image);
      const darkest = stored.indexOf(Math.min(...stored));
      const brightest = stored.indexOf(Math.max(...stored));
      holds(
        seen[darkest]! > 200 && seen[brightest]! < 55,
        `low values light, high values dark; seen ${seen[darkest]!} and ${seen[brightest]!}`,
      );
    },
  ),
  ...(['linear', 'linear-exact', 'sigmoid'] as const).map((how) =>
    rendered(
      `window-${how}`,
      '8.3.5.1.4',
      `window is applied with the ${how} function`,
      'u12',
      (image) => render(image, `?window=2000,1000,${how}`),
      async (answer, image) => {
        const seen = greys(await pictureOf(answer));
        near(
          seen,
          samplesOf(image).map((v) => windowed(v, 2000, 1000, how)),
          2,
          'pixels',
        );
      },
      how === 'linear' ? 'required' : 'optional',
    ),
  ),
  rendered(
    'window-signed',
    '8.3.5.1.4',
    'window is applied to signed values',
    's16',
    (image) => render(image, '?window=0,20000,linear'),
    async (answer, image) =>
      near(
        greys(await pictureOf(answer)),
        samplesOf(image).map((v) => windowed(v, 0, 20000, 'linear')),
        2,
        'pixels',
      ),
  ),
  row({
    id: 'rendered-window-rescaled',
    section: '8.3.5.1.4',
    statement: 'window is in the units after the modality transformation',
    given: (world) =>
      world.image('u12', { RescaleSlope: 2, RescaleIntercept: -1000, RescaleType: 'HU' }, 'rescaled'),
    request: (image) => render(image, '?window=3000,2000,linear'),
    expect: async (answer, image) =>
      near(
        greys(await pictureOf(answer)),
        samplesOf(image).map((v) => windowed(v * 2 - 1000, 3000, 2000, 'linear')),
        2,
        'pixels',
      ),
  }),
  row({
    id: 'rendered-window-of-dataset',
    section: '8.3.5',
    level: 'ours',
    statement: 'Without window the first window of the dataset is applied',
    given: (world) => world.image('u12', { WindowCenter: [1500, 100], WindowWidth: [800, 50] }, 'windowed'),
    request: (image) => render(image),
    expect: async (answer, image) =>
      near(
        greys(await pictureOf(answer)),
        samplesOf(image).map((v) => windowed(v, 1500, 800, 'linear')),
        2,
        'pixels',
      ),
  }),
  row({
    id: 'rendered-quality-full',
    section: '8.3.5.1.2',
    statement: 'quality=100 keeps more than quality=5',
    given: async (world) => {
      const image = await world.image('u8');
      return { image, low: await world.send(render(image, '?quality=5', 'image/jpeg')) };
    },
    request: ({ image }) => render(image, '?quality=100', 'image/jpeg'),
    expect: (answer, { low }) => {
      status(answer, 200);
      status(low, 200);
      holds(
        answer.body.length > low.body.length,
        `${answer.body.length} bytes at 100, ${low.body.length} at 5`,
      );
    },
  }),
];

const viewport: Row[] = [
  rendered(
    'viewport',
    '8.3.5.1.3',
    'viewport scales to fit, keeping the aspect ratio',
    'u8',
    (image) => render(image, '?viewport=100,100'),
    async (answer) => {
      const { width, height } = await pictureOf(answer);
      holds(
        width <= 100 && height <= 100 && Math.max(width, height) === 100,
        `inside 100 × 100; seen ${width} × ${height}`,
      );
      holds(
        Math.abs(width / height - COLUMNS / ROWS) < 0.03 || (width === 100 && height === 100),
        'the aspect ratio is kept, or the rest is padded',
      );
    },
  ),
  rendered(
    'viewport-small',
    '8.3.5.1.3',
    'viewport scales down too',
    'u8',
    (image) => render(image, '?viewport=10,12'),
    async (answer) => {
      const { width, height } = await pictureOf(answer);
      equal([width, height], [10, 12], 'size');
    },
  ),
  rendered(
    'viewport-region',
    '8.3.5.1.3',
    'A source region is cut out',
    'u8',
    (image) => render(image, `?viewport=10,10,5,7,10,10`),
    async (answer, image) => {
      const { width, height, ...rest } = await pictureOf(answer);
      equal([width, height], [10, 10], 'size');
      const whole = samplesOf(image);
      const expected = Array.from(
        { length: 100 },
        (_, i) => whole[(7 + Math.floor(i / 10)) * COLUMNS + 5 + (i % 10)]!,
      );
      const seen = greys({ width, height, ...rest });
      // The grey scale may be stretched: order of brightness is compared.
      const [low, high] = [expected.indexOf(Math.min(...expected)), expected.indexOf(Math.max(...expected))];
      holds(seen[low]! < seen[high]!, 'the region is the one that was asked for');
    },
  ),
  rendered(
    'viewport-flip',
    '8.3.5.1.3',
    'A negative width of the region flips horizontally',
    'rgb',
    (image) => render(image, `?viewport=${COLUMNS},${ROWS},0,0,-${COLUMNS},${ROWS}`),
    async (answer, image) => {
      const { data } = await pictureOf(answer);
      const expected = Buffer.alloc(data.length);
      for (let y = 0; y < ROWS; y++)
        for (let x = 0; x < COLUMNS; x++)
          image.frames[0]!.copy(
            expected,
            (y * COLUMNS + x) * 3,
            (y * COLUMNS + COLUMNS - 1 - x) * 3,
            (y * COLUMNS + COLUMNS - x) * 3,
          );
      sameBytes(data, expected, 'pixels');
    },
    'optional',
  ),
  rendered(
    'viewport-defaults',
    '8.3.5.1.3',
    'Empty parts of the region mean their defaults',
    'u8',
    (image) => render(image, `?viewport=${COLUMNS},${ROWS},,,,`),
    async (answer) => {
      const { width, height } = await pictureOf(answer);
      equal([width, height], [COLUMNS, ROWS], 'size');
    },
    'optional',
  ),
];

const annotation: Row[] = [
  row({
    id: 'rendered-annotation-seen',
    section: '8.3.5.1.1',
    level: 'optional',
    statement: 'A picture with annotation differs from one without; without the parameter there is none',
    given: async (world) => {
      const image = await world.image('u8');
      return { image, plain: await world.send(render(image, '?viewport=400,480')) };
    },
    request: ({ image }) => render(image, '?annotation=patient,technique&viewport=400,480'),
    expect: async (answer, { plain }) => {
      const [one, other] = [await pictureOf(answer), await pictureOf(plain)];
      holds(Buffer.compare(one.data, other.data) !== 0, 'the pictures differ');
    },
  }),
  rendered(
    'annotation-unknown',
    '8.3.5.1.1',
    'An unknown annotation is left aside with a Warning 299',
    'u8',
    (image) => render(image, '?annotation=suite'),
    (answer) => {
      status(answer, 200);
      holds(
        header(answer, 'warning')?.startsWith('299') === true,
        `Warning 299; seen "${header(answer, 'warning') ?? ''}"`,
      );
    },
  ),
];

const icc: Row[] = (['no', 'yes', 'srgb', 'adobergb', 'rommrgb'] as const).map((profile) =>
  rendered(
    `iccprofile-${profile}`,
    '8.3.5.1.5',
    `iccprofile=${profile} is obeyed for a PNG of a colour image`,
    'rgb',
    (image) => render(image, `?iccprofile=${profile}`),
    async (answer) => {
      await pictureOf(answer);
      equal(answer.body.includes('iCCP', 0, 'latin1'), profile !== 'no', 'an embedded profile');
    },
    'optional',
  ),
);

/** Malformed parameters: 400. */
const bad: [id: string, section: string, query: string, level?: Level][] = [
  ['window-two', '8.3.5.1.4', 'window=100,200'],
  ['window-word', '8.3.5.1.4', 'window=a,b,linear'],
  ['window-function', '8.3.5.1.4', 'window=100,200,cubic'],
  ['viewport-one', '8.3.5.1.3', 'viewport=100'],
  ['viewport-three', '8.3.5.1.3', 'viewport=100,100,1'],
  ['viewport-word', '8.3.5.1.3', 'viewport=a,b'],
  ['viewport-zero', '8.3.5.1.3', 'viewport=0,0'],
  ['viewport-outside', '8.3.5.1.3', 'viewport=10,10,500,500,10,10', 'ours'],
  ['quality-zero', '8.3.5.1.2', 'quality=0'],
  ['quality-101', '8.3.5.1.2', 'quality=101'],
  ['quality-word', '8.3.5.1.2', 'quality=best'],
  ['annotation-empty', '8.3.5.1.1', 'annotation='],
  ['iccprofile', '8.3.5.1.5', 'iccprofile=suite'],
];

const badRows: Row[] = bad.map(([id, section, query, level = 'required']) =>
  rendered(
    `bad-${id}`,
    section,
    `400 for ${query}`,
    'u8',
    (image) => render(image, `?${query}`, 'image/jpeg'),
    (answer) => status(answer, 400),
    level,
  ),
);

const IMAGES = 'multipart/related; type="image/jpeg"';
const levels: Row[] = [
  rendered(
    'frames',
    '10.4.1.1.3',
    'A frame is rendered',
    'multiframe',
    (image) => ({
      path: `${instancePath(image)}/frames/3/rendered?window=2047,4095,linear`,
      headers: { accept: 'image/png' },
    }),
    async (answer, image) => {
      const seen = greys(await pictureOf(answer));
      const frame = image.frames[2]!;
      const expected = Array.from({ length: frame.length / 2 }, (_, i) =>
        windowed(frame.readUInt16LE(i * 2), 2047, 4095, 'linear'),
      );
      near(seen, expected, 2, 'pixels of frame 3');
    },
  ),
  rendered(
    'frame-list',
    '10.4.1.1.3',
    'Several frames are rendered as parts',
    'multiframe',
    (image) => ({ path: `${instancePath(image)}/frames/1,2/rendered`, headers: { accept: IMAGES } }),
    async (answer) => {
      for (const part of multiparts(answer, 2)) equal((await picture(part.body)).format, 'jpeg', 'format');
    },
  ),
  rendered(
    'frame-beyond',
    '10.4.3.1',
    '404 for rendering a frame that is not there',
    'multiframe',
    (image) => ({ path: `${instancePath(image)}/frames/9/rendered`, headers: { accept: 'image/png' } }),
    (answer) => status(answer, 404, 400),
  ),
  rendered(
    'instance-multipart',
    '10.4.4',
    'An instance is rendered as multipart too',
    'u8',
    (image) => render(image, '', IMAGES),
    async (answer) => {
      const [part] = multiparts(answer, 1);
      equal((await picture(part!.body)).format, 'jpeg', 'format');
    },
  ),
  rendered(
    'series',
    '10.4.1.1.3',
    'A series is rendered: a part for each of its images',
    'u8',
    (image) => ({
      path: `/studies/${image.studyInstanceUid}/series/${image.seriesInstanceUid}/rendered`,
      headers: { accept: IMAGES },
    }),
    (answer) => void multiparts(answer, 1),
  ),
  rendered(
    'study',
    '10.4.1.1.3',
    'A study is rendered: a part for each of its images',
    'u8',
    (image) => ({ path: `/studies/${image.studyInstanceUid}/rendered`, headers: { accept: IMAGES } }),
    (answer) => void multiparts(answer, 1),
  ),
  rendered(
    'study-single',
    '10.4.4',
    'A study rendered as single part only is answered 406',
    'u8',
    (image) => ({ path: `/studies/${image.studyInstanceUid}/rendered`, headers: { accept: 'image/jpeg' } }),
    (answer) => status(answer, 406),
  ),
  rendered(
    'multiframe-gif',
    '8.7.4',
    'A multi-frame image is rendered as an animated GIF',
    'multiframe',
    (image) => render(image, '', 'image/gif'),
    (answer) => {
      status(answer, 200);
      equal(mediaType(answer), 'image/gif', 'media type');
      // Each picture of a GIF has a graphic control extension of its own.
      equal(answer.body.toString('latin1').split('\x21\xf9\x04').length - 1, 5, 'pictures of the GIF');
    },
    'optional',
  ),
  row({
    id: 'rendered-404',
    section: '10.4.3.1',
    statement: '404 for rendering what is not there',
    request: (_, world) => ({
      path: `/studies/${world.uid('absent')}/rendered`,
      headers: { accept: IMAGES },
    }),
    expect: (answer) => status(answer, 404),
  }),
  row({
    id: 'rendered-no-image',
    section: '10.4.1.1.3',
    level: 'ours',
    statement: 'What has no picture is answered 406 with a reason, never an error of the server',
    given: (world) =>
      record(world, 'no-image', { SOPClassUID: '1.2.840.10008.5.1.4.1.1.66', Modality: 'REG' }),
    request: (ids) => ({ path: `${instancePath(ids)}/rendered`, headers: { accept: 'image/png' } }),
    expect: (answer) => status(answer, 404, 406),
  }),
];

const THUMBNAILS: [id: string, path: (image: TestImage) => string][] = [
  ['study', (image) => `/studies/${image.studyInstanceUid}/thumbnail`],
  ['series', (image) => `/studies/${image.studyInstanceUid}/series/${image.seriesInstanceUid}/thumbnail`],
  ['instance', (image) => `${instancePath(image)}/thumbnail`],
  ['frame', (image) => `${instancePath(image)}/frames/2/thumbnail`],
];

const thumbnails: Row[] = [
  ...THUMBNAILS.map(([id, path]) =>
    row({
      id: `thumbnail-${id}`,
      section: '10.4.1.1.4',
      level: 'optional',
      statement: `The thumbnail of a ${id} is one picture`,
      given: (world: World): Promise<TestImage> => world.image('multiframe'),
      request: (image) => ({ path: path(image), headers: { accept: 'image/jpeg' } }),
      expect: async (answer) => {
        if (answer.status === 302) {
          holds(header(answer, 'location') !== undefined, 'a Location');
          return;
        }
        await pictureOf(answer, 'image/jpeg');
      },
    }),
  ),
  ...(['image/png', 'image/gif', '*/*'] as const).map((type) =>
    row({
      id: `thumbnail-type-${type.replace(/\W+/g, '-')}`,
      section: '10.4.4',
      level: 'optional',
      statement: `A thumbnail comes for ${type}`,
      given: (world: World): Promise<TestImage> => world.image('u8'),
      request: (image) => ({ path: `${instancePath(image)}/thumbnail`, headers: { accept: type } }),
      expect: (answer) => pictureOf(answer, type === '*/*' ? 'image/jpeg' : type).then(() => undefined),
    }),
  ),
  row({
    id: 'thumbnail-viewport',
    section: '8.3.5.2',
    level: 'optional',
    statement: 'A thumbnail fits the viewport that is asked for',
    given: (world: World): Promise<TestImage> => world.image('u8'),
    request: (image) => ({
      path: `${instancePath(image)}/thumbnail?viewport=12,12`,
      headers: { accept: 'image/png' },
    }),
    expect: async (answer) => {
      const { width, height } = await pictureOf(answer);
      holds(width <= 12 && height <= 12, `inside 12 × 12; seen ${width} × ${height}`);
    },
  }),
  row({
    id: 'thumbnail-viewport-region',
    section: '8.3.5.2',
    level: 'optional',
    statement: 'A thumbnail takes no region: 400',
    given: (world: World): Promise<TestImage> => world.image('u8'),
    request: (image) => ({
      path: `${instancePath(image)}/thumbnail?viewport=12,12,1,1,5,5`,
      headers: { accept: 'image/png' },
    }),
    expect: (answer) => status(answer, 400),
  }),
  row({
    id: 'thumbnail-no-annotation',
    section: '10.4.3.3.4',
    level: 'optional',
    statement: 'No identification is drawn into a thumbnail, whatever is asked for',
    given: async (world: World) => {
      const image = await world.image('u8');
      return {
        image,
        plain: await world.send({
          path: `${instancePath(image)}/thumbnail?viewport=200,240`,
          headers: { accept: 'image/png' },
        }),
      };
    },
    request: ({ image }) => ({
      path: `${instancePath(image)}/thumbnail?viewport=200,240&annotation=patient`,
      headers: { accept: 'image/png' },
    }),
    expect: async (answer, { plain }) => {
      status(answer, 200, 400);
      if (answer.status === 200)
        sameBytes((await pictureOf(answer)).data, (await pictureOf(plain)).data, 'pixels');
    },
  }),
  row({
    id: 'thumbnail-404',
    section: '10.4.3.1',
    level: 'optional',
    statement: '404 for the thumbnail of what is not there',
    given: (world: World): Promise<TestImage> => world.image('u8'),
    request: (image, world) => ({
      path: instancePath({ ...image, sopInstanceUid: world.uid('absent') }) + '/thumbnail',
      headers: { accept: 'image/png' },
    }),
    expect: (answer) => status(answer, 404),
  }),
];

export const renderedRows: Row[] = [
  ...mediaTypes,
  ...everyKind,
  ...exact,
  ...viewport,
  ...annotation,
  ...icc,
  ...badRows,
  ...levels,
];
export const thumbnailRows: Row[] = thumbnails;
