/** Small DICOMweb client of the tests: raw requests, so that odd bodies can be sent too. */
export interface StoreAnswer {
  status: number;
  stored: string[];
  failed: { sopInstanceUid: string | null; reason: number | null; comment: string }[];
}

type Json = Record<string, { Value?: unknown[] }>;
const first = (item: Json | undefined, tag: string): unknown => item?.[tag]?.Value?.[0];
const string = (value: unknown): string => (typeof value === 'string' ? value : '');

/** multipart/related body of Part 10 instances (PS3.18 §8.6.1.2). */
export function multipart(parts: readonly Uint8Array[], boundary: string): Uint8Array {
  const chunks: Uint8Array[] = [];
  for (const part of parts) {
    chunks.push(
      Buffer.from(`--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`),
      part,
      Buffer.from('\r\n'),
    );
  }
  chunks.push(Buffer.from(`--${boundary}--\r\n`));
  return Buffer.concat(chunks);
}

export function authorization(key: string | null): Record<string, string> {
  return key === null ? {} : { authorization: `Bearer ${key}` };
}

/** Reads the answer of a store transaction (PS3.18 Annex I). */
export async function readStoreAnswer(response: Response): Promise<StoreAnswer> {
  const text = await response.text();
  const body =
    response.headers.get('content-type')?.includes('dicom+json') === true ? (JSON.parse(text) as Json) : {};
  const items = (tag: string): Json[] => (body[tag]?.Value ?? []) as Json[];
  return {
    status: response.status,
    stored: items('00081199').map((item) => string(first(item, '00081155'))),
    failed: [...items('00081198'), ...items('0008119A')].map((item) => ({
      sopInstanceUid: string(first(item, '00081155')) || null,
      reason: (first(item, '00081197') as number | undefined) ?? null,
      comment: string(first(item, '00000902')),
    })),
  };
}

export async function store(
  url: string,
  key: string | null,
  instances: readonly Uint8Array[],
  root = '/dicomweb',
): Promise<StoreAnswer> {
  const boundary = `part-${Math.random().toString(36).slice(2)}`;
  const response = await fetch(`${url}${root}/studies`, {
    method: 'POST',
    headers: {
      ...authorization(key),
      accept: 'application/dicom+json',
      'content-type': `multipart/related; type="application/dicom"; boundary=${boundary}`,
    },
    body: multipart(instances, boundary) as Uint8Array<ArrayBuffer>,
  });
  return readStoreAnswer(response);
}

/** GET that answers JSON, or null for 204 and 404. @throws Error on any other status */
export async function getJson<T>(url: string, key: string | null): Promise<T | null> {
  const response = await fetch(url, {
    headers: { ...authorization(key), accept: 'application/dicom+json, application/json' },
  });
  if (response.status === 204 || response.status === 404) return null;
  if (!response.ok)
    throw new Error(`${new URL(url).pathname} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

/**
 * The stored bytes of one instance: its own transfer syntax is named, since implicit and big-endian ones are not sent
 * otherwise (PS3.18 8.7.3). @throws Error when it is not there
 */
export async function retrieveInstance(
  url: string,
  key: string | null,
  {
    studyInstanceUid,
    seriesInstanceUid,
    sopInstanceUid,
    transferSyntaxUid,
  }: {
    studyInstanceUid: string;
    seriesInstanceUid: string;
    sopInstanceUid: string;
    transferSyntaxUid: string;
  },
): Promise<Buffer> {
  const response = await fetch(
    `${url}/dicomweb/studies/${studyInstanceUid}/series/${seriesInstanceUid}/instances/${sopInstanceUid}`,
    {
      headers: { ...authorization(key), accept: `application/dicom; transfer-syntax=${transferSyntaxUid}` },
    },
  );
  if (!response.ok) throw new Error(`retrieve answered ${response.status}: ${await response.text()}`);
  return Buffer.from(await response.arrayBuffer());
}

/** Where an instance found by QIDO lies. */
export async function findInstance(url: string, key: string | null, sopInstanceUid: string) {
  const rows = await getJson<Json[]>(`${url}/dicomweb/instances?SOPInstanceUID=${sopInstanceUid}`, key);
  const row = rows?.[0];
  return row === undefined
    ? null
    : {
        studyInstanceUid: string(first(row, '0020000D')),
        seriesInstanceUid: string(first(row, '0020000E')),
        sopInstanceUid: string(first(row, '00080018')),
        transferSyntaxUid: string(first(row, '00083002')),
      };
}
