import { instanceMaker, instanceUid, seriesUid, STORE_TYPE, storeBody, studyUid } from './instances.ts';
import type { Shot } from './load.ts';
import type { System } from './systems.ts';

/** Studies that every system gets before anything is read. */
export const SERIES_OF_100 = 1;
export const SERIES_OF_1000 = 2;
const FIRST_SMALL_STUDY = 101;
const SMALL_STUDIES = 40;
/** Studies that the store workloads add begin here, so that no instance is sent twice. */
const FIRST_STORED_STUDY = 1000;

const large = instanceMaker(512);
const small = instanceMaker(64);

/** Bytes of one frame of the large instances. */
export const FRAME_BYTES = 512 * 512 * 2;
export const LARGE_BYTES = large(0, 0).length;

export interface Workload {
  id: string;
  title: string;
  clients: number;
  /** Requests of a measurement. */
  requests: number;
  /** What one operation is, where a request does several. */
  operations?: number;
  shot(system: System, n: number): Shot;
  /** What must hold by DESIGN's table, of our rate and CPU over the peer's. */
  target?: { rate?: number; cpu?: number; text: string };
  /** Names the file of nginx and of the bare program that moves the same bytes. */
  bare?: (n: number) => string;
  /** Names the picture that the bare program makes of the same bytes. */
  bareRendered?: (n: number) => string;
  /** For stores: how many files the bare program makes of a body. */
  parts?: number;
}

const accept = (value: string) => ({ Accept: value });
const FRAMES = 'multipart/related; type="application/octet-stream"; transfer-syntax=*';

function storing(id: string, perRequest: number, requests: number, target: Workload['target']): Workload {
  let sent = 0;
  return {
    id,
    title: `store, ${perRequest} a request`,
    clients: 4,
    requests,
    operations: perRequest,
    parts: perRequest,
    ...(target === undefined ? {} : { target }),
    shot: (system) => {
      const first = sent;
      sent += perRequest;
      const bodies = Array.from({ length: perRequest }, (_, i) => {
        const n = first + i;
        return large(FIRST_STORED_STUDY + (perRequest === 1 ? 5000 : 0) + Math.floor(n / 100), n % 100);
      });
      return {
        method: 'POST',
        url: `${system.dicomweb}/studies`,
        headers: { ...system.headers, 'Content-Type': STORE_TYPE, Accept: 'application/dicom+json' },
        body: storeBody(bodies),
      };
    },
  };
}

const get = (system: System, path: string, headers: Record<string, string>): Shot => ({
  url: `${system.dicomweb}${path}`,
  headers: { ...system.headers, ...headers },
});

const JSON_TYPE = accept('application/dicom+json');
const seriesPath = (study: number): string => `/studies/${studyUid(study)}/series/${seriesUid(study)}`;
const framePath = (n: number): string =>
  `${seriesPath(SERIES_OF_100)}/instances/${instanceUid(SERIES_OF_100, n % 100)}/frames/1`;

const searching = (id: string, title: string, query: (n: number) => string, cpu: number): Workload => ({
  id,
  title,
  clients: 4,
  requests: 400,
  shot: (system, n) => get(system, `/studies?${query(n)}`, JSON_TYPE),
  target: { cpu, text: `CPU ≤ ${cpu}×` },
});

const framing = (clients: number): Workload => ({
  id: `frames-${clients}`,
  title: `frame of ${FRAME_BYTES / 1024} KB`,
  clients,
  requests: clients === 1 ? 500 : 1500,
  shot: (system, n) => get(system, framePath(n), accept(FRAMES)),
  bare: (n) => `frame-${n % 100}`,
  ...(clients === 1 ? {} : { target: { text: '≥ 0.6× nginx' } }),
});

const metadata = (id: string, study: number, instances: number): Workload => ({
  id,
  title: `series metadata, ${instances} instances`,
  clients: 2,
  requests: instances > 100 ? 60 : 200,
  shot: (system) => get(system, `${seriesPath(study)}/metadata`, { ...JSON_TYPE, 'Accept-Encoding': 'gzip' }),
  target: { text: 'CPU ≤ 2 ms' },
});

/** Every workload, in the order it is run. */
export function workloads(): Workload[] {
  return [
    storing('store-10', 10, 80, { rate: 1.5, cpu: 0.5, text: 'rate ≥ 1.5×, CPU ≤ 0.5×' }),
    storing('store-1', 1, 400, { rate: 2, text: 'rate ≥ 2×' }),
    searching(
      'search-1',
      'search, one study',
      (n) => `StudyInstanceUID=${studyUid(FIRST_SMALL_STUDY + (n % SMALL_STUDIES))}`,
      0.5,
    ),
    searching('search-8', 'search, 8 rows', () => 'limit=8&offset=0&includefield=00081030', 0.25),
    searching('search-20', 'search, 20 rows', () => 'limit=20&offset=0&includefield=00081030', 0.25),
    metadata('metadata-100', SERIES_OF_100, 100),
    metadata('metadata-1000', SERIES_OF_1000, 1000),
    framing(1),
    framing(6),
    framing(32),
    {
      id: 'series',
      title: 'whole series, 100 instances of 526 KB',
      clients: 2,
      requests: 20,
      shot: (system) =>
        get(
          system,
          seriesPath(SERIES_OF_100),
          accept('multipart/related; type="application/dicom"; transfer-syntax=*'),
        ),
      bare: () => 'series',
    },
    {
      id: 'rendered',
      title: 'rendered JPEG, 512×512',
      clients: 4,
      requests: 400,
      shot: (system, n) => get(system, `${framePath(n)}/rendered`, accept('image/jpeg')),
      bareRendered: (n) => `frame-${n % 100}`,
      target: { rate: 1.5, text: 'rate ≥ 1.5×' },
    },
    {
      id: 'thumbnail',
      title: 'thumbnail of a series',
      clients: 4,
      requests: 300,
      shot: (system) => get(system, `${seriesPath(SERIES_OF_100)}/thumbnail`, accept('image/jpeg')),
    },
  ];
}

/** Stored bytes of a frame of {@link SERIES_OF_100}. */
export const frameBytes = (n: number): Buffer => large(SERIES_OF_100, n % 100).subarray(-FRAME_BYTES);

/** The instances that reading workloads read, in bodies to be stored. */
export function* readingData(): Generator<Buffer[]> {
  for (let first = 0; first < 100; first += 10)
    yield storeBody(Array.from({ length: 10 }, (_, i) => large(SERIES_OF_100, first + i)));
  for (let first = 0; first < 1000; first += 50)
    yield storeBody(Array.from({ length: 50 }, (_, i) => small(SERIES_OF_1000, first + i)));
  for (let study = 0; study < SMALL_STUDIES; study += 1)
    yield storeBody([small(FIRST_SMALL_STUDY + study, 0)]);
}
