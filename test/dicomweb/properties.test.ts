import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import fc from 'fast-check';
import type { TestImage } from './material/images.ts';
import { send } from './http.ts';
import { namedTarget, ourTarget, type RunningTarget } from './targets.ts';
import { instancePath, World } from './world.ts';

let running: RunningTarget;
let world: World;
let image: TestImage;

beforeAll(async () => {
  running = namedTarget() ?? (await ourTarget());
  world = new World(running.target);
  image = await world.image('multiframe');
});
afterAll(() => running.stop());

/** A request that is answered, and not with an error of the server. */
async function answered(path: string, headers: Record<string, string>): Promise<void> {
  const { status, body } = await send(world.target.root, { path, headers });
  expect(status, `${path} ${JSON.stringify(headers)}: ${body.toString('utf8', 0, 200)}`).toBeLessThan(500);
}

const KEYS = [
  'PatientName',
  'StudyDate',
  'StudyTime',
  'ModalitiesInStudy',
  '00100020',
  'limit',
  'offset',
  'includefield',
  'fuzzymatching',
  'emptyvaluematching',
  'RequestAttributesSequence.ScheduledProcedureStepID',
  '00091001',
  'SOPClassUID',
  'InstanceNumber',
  'Rows',
  '0009xx01',
  'orderby',
  'accept',
  'charset',
];
const key = fc.oneof(fc.constantFrom(...KEYS), fc.string({ maxLength: 12 }));
const value = fc.oneof(
  fc.string({ maxLength: 30, unit: 'binary' }),
  fc.constantFrom(
    '*',
    '?',
    '""',
    '-',
    '20260101-',
    '-235960',
    '1e9',
    '-1',
    '\\',
    '\\\\',
    '%',
    "'; DROP TABLE study; --",
    '[',
    '(?<',
    '王*',
    '\u0000',
    'all',
    '1,2,3',
    '0'.repeat(300),
  ),
);
const encode = (text: string): string => encodeURIComponent(text.toWellFormed());

describe('whatever is asked, the server is not at fault', () => {
  test('any query string of a search is answered below 500', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(key, value), { maxLength: 5 }),
        fc.constantFrom('/studies', '/series', '/instances'),
        async (pairs, path) => {
          const query = pairs.map(([name, text]) => `${encode(name)}=${encode(text)}`).join('&');
          await answered(`${path}?${query}`, { accept: 'application/dicom+json' });
        },
      ),
      { numRuns: 300 },
    );
  });

  test('any bytes after the question mark are answered below 500', async () => {
    const raw = fc.string({ maxLength: 60 }).map((text) => text.replace(/[^\x21-\x7e]|[#\\]/g, '%'));
    await fc.assert(
      fc.asyncProperty(
        raw,
        fc.constantFrom('/studies', `${instancePath(image)}/rendered`, `${instancePath(image)}/metadata`),
        async (query, path) => answered(`${path}?${query}`, { accept: '*/*' }),
      ),
      { numRuns: 200 },
    );
  });

  test('any Accept header is answered below 500 by every resource', async () => {
    const range = fc.oneof(
      fc.constantFrom(
        '*/*',
        'image/*',
        'application/dicom',
        'application/dicom+json',
        'multipart/related',
        'image/jpeg',
        'image/gif',
        'application/zip',
        'video/mp4',
        'application/octet-stream',
      ),
      fc.string({ maxLength: 20 }).map((text) => text.replace(/[^\x20-\x7e]/g, '')),
    );
    const parameter = fc.oneof(
      fc.constantFrom(
        '',
        ';q=0.5',
        ';q=0',
        ';q=x',
        '; type="application/dicom"',
        '; type="image/jls"',
        '; type="',
        '; transfer-syntax=*',
        '; transfer-syntax=1.2.840.10008.1.2.4.90',
        ';transfer-syntax=1.2.3',
        '; boundary=**',
        ';;',
      ),
    );
    const accept = fc
      .array(
        fc.tuple(range, parameter, parameter).map((all) => all.join('')),
        { maxLength: 4 },
      )
      .map((all) => all.join(', '));
    const at = instancePath(image);
    const paths = [
      '',
      '/metadata',
      '/frames/1',
      '/frames/1,2',
      '/rendered',
      '/frames/2/rendered',
      '/thumbnail',
      '/bulkdata/7FE00010',
      '/pixeldata',
    ].map((end) => at + end);
    await fc.assert(
      fc.asyncProperty(
        accept,
        fc.constantFrom(...paths, `/studies/${image.studyInstanceUid}`, '/studies'),
        async (header, path) => answered(path, { accept: header.trim() }),
      ),
      { numRuns: 300 },
    );
  });

  test('any rendering parameters are answered below 500', async () => {
    const number = fc.oneof(
      fc.integer(),
      fc.double().map(String),
      fc.constantFrom('', '1e400', '-0', '99999999999', 'NaN'),
    );
    const numbers = fc.array(number, { maxLength: 7 }).map((all) => all.join(','));
    const parameters = fc.record(
      {
        viewport: numbers,
        window: fc
          .tuple(numbers, fc.constantFrom('', ',linear', ',sigmoid', ',linear-exact'))
          .map((all) => all.join('')),
        quality: number.map(String),
        annotation: value,
        iccprofile: value,
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(
        parameters,
        fc.constantFrom('rendered', 'thumbnail', 'frames/3/rendered'),
        async (given, resource) => {
          const query = Object.entries(given)
            .map(([name, text]) => `${name}=${encode(text)}`)
            .join('&');
          await answered(`${instancePath(image)}/${resource}?${query}`, { accept: 'image/jpeg' });
        },
      ),
      { numRuns: 150 },
    );
  });

  test('any frame list and any path below an instance is answered below 500', async () => {
    const segment = fc.string({ maxLength: 40, unit: 'binary' }).map(encode);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('frames', 'bulkdata', 'metadata', 'x'),
        segment,
        async (resource, end) => answered(`${instancePath(image)}/${resource}/${end}`, { accept: '*/*' }),
      ),
      { numRuns: 150 },
    );
  });
});
