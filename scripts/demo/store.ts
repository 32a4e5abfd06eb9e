import { api } from 'dicomweb-client';

import { FetchRequest } from './fetchRequest.ts';

const TRIES = 5;
const LONGEST_WAIT_MS = 10_000;
const PAGE = 100;

/** Stores into the cloud as one hospital, through STOW-RS with dicomweb-client. */
export interface HospitalClient {
  /** SOPInstanceUIDs of a study that are stored already. */
  storedInstances(studyInstanceUid: string): Promise<Set<string>>;
  /** @throws Error when an instance was refused */
  store(studyInstanceUid: string, files: ArrayBuffer[]): Promise<void>;
}

type Attribute = { Value?: unknown[] } | undefined;
type JsonDataset = Record<string, Attribute>;

const FAILURE_SEQUENCES = ['00081198', '0008119A'];
const FAILURE_REASON = '00081197';
const SOP_INSTANCE_UID = '00080018';

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface FailedRequest {
  status?: number;
  request?: FetchRequest;
  response?: unknown;
}

function waitOf(error: FailedRequest, attempt: number): number | null {
  if (error.status !== 429 && error.status !== 503 && error.status !== 0) return null;
  const asked = Number(error.request?.getResponseHeader('Retry-After'));
  return Math.min(LONGEST_WAIT_MS, Number.isFinite(asked) && asked > 0 ? asked * 1000 : 300 * 2 ** attempt);
}

async function withPatience<T>(what: string, request: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await request();
    } catch (error) {
      const failed = error as FailedRequest;
      const wait = waitOf(failed, attempt);
      if (wait === null || attempt >= TRIES) {
        throw new Error(`${what}: HTTP ${String(failed.status ?? 'error')}${reasonOf(failed.response)}`, {
          cause: error,
        });
      }
      await sleep(wait);
    }
  }
}

function parse(response: unknown): JsonDataset | null {
  if (typeof response !== 'string')
    return typeof response === 'object' ? (response as JsonDataset | null) : null;
  try {
    return JSON.parse(response) as JsonDataset;
  } catch {
    return null;
  }
}

function failuresOf(response: unknown): JsonDataset[] {
  const answer = parse(response);
  return FAILURE_SEQUENCES.flatMap((tag) => (answer?.[tag]?.Value ?? []) as JsonDataset[]);
}

function reasonOf(response: unknown): string {
  const failed = failuresOf(response);
  const [first] = failed;
  if (first !== undefined) {
    const reason = Number(first[FAILURE_REASON]?.Value?.[0]);
    return `, ${failed.length} refused, first reason ${reason.toString(16).toUpperCase().padStart(4, '0')}H`;
  }
  const detail = (parse(response) as { detail?: unknown } | null)?.detail;
  return typeof detail === 'string' ? `, ${detail}` : '';
}

/** A client for the hospital whose API key this is. */
export function createHospitalClient(baseUrl: string, apiKey: string): HospitalClient {
  const options = {
    url: `${baseUrl}/dicomweb`,
    singlepart: false,
    // A study that is not stored yet is no event worth a line.
    verbose: false,
    headers: { Authorization: `Bearer ${apiKey}`, Accept: 'application/dicom+json' },
  };
  const client = new api.DICOMwebClient(options);
  const request = (): { instance: XMLHttpRequest } => ({
    instance: new FetchRequest() as unknown as XMLHttpRequest,
  });
  return {
    async storedInstances(studyInstanceUid) {
      const stored = new Set<string>();
      for (let offset = 0; ; offset += PAGE) {
        const page = await withPatience(
          'search for instances',
          // the declared return type is that of the value, not of the promise
          () =>
            client.searchForInstances({
              studyInstanceUID: studyInstanceUid,
              queryParams: { limit: PAGE, offset },
              request: request(),
            }) as unknown as Promise<JsonDataset[] | null>,
        );
        for (const instance of page ?? []) stored.add(String(instance[SOP_INSTANCE_UID]?.Value?.[0]));
        if (page === null || page.length < PAGE) return stored;
      }
    },
    async store(studyInstanceUid, files) {
      const response: unknown = await withPatience('store instances', () =>
        client.storeInstances({ studyInstanceUID: studyInstanceUid, datasets: files, request: request() }),
      );
      if (failuresOf(response).length > 0) throw new Error(`store instances${reasonOf(response)}`);
    },
  };
}
