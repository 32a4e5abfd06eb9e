import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { api } from 'dicomweb-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPart10 } from '@hutong/dicom';
import { aCtStudy } from '../../../test/factories/index.ts';
import { multipartBody, postStore, sha256, startTestServer, type TestServer } from '../testing.ts';

/** As much of a browser's XMLHttpRequest as a store with dicomweb-client uses, on fetch. */
class FetchedRequest {
  readyState = 0;
  status = 0;
  responseType = '';
  response: unknown = null;
  upload = {};
  onreadystatechange: () => void = () => undefined;
  #method = '';
  #url = '';
  readonly #headers = new Headers();

  open(method: string, url: string): void {
    this.#method = method;
    this.#url = url;
  }
  setRequestHeader(name: string, value: string): void {
    this.#headers.set(name, value);
  }
  getResponseHeader(): string | null {
    return null;
  }
  getAllResponseHeaders(): string {
    return '';
  }
  send(body?: ArrayBuffer): void {
    const init = { method: this.#method, headers: this.#headers, ...(body === undefined ? {} : { body }) };
    void fetch(this.#url, init).then(async (answer) => {
      this.status = answer.status;
      const text = await answer.text();
      this.response = this.responseType === 'json' ? (JSON.parse(text) as unknown) : text;
      this.readyState = 4;
      this.onreadystatechange();
    });
  }
}

let server: TestServer;
let key: string;

beforeAll(async () => {
  Object.assign(globalThis, { XMLHttpRequest: FetchedRequest });
  server = await startTestServer();
  key = await server.hospitalKey('first');
});

afterAll(() => server.close());

test('dicomweb-client stores instances and finds them', async () => {
  const study = aCtStudy({ seed: 'dicomweb-client' });
  const client = new api.DICOMwebClient({
    url: `${server.url}/dicomweb`,
    headers: { Authorization: `Bearer ${key}` },
    singlepart: '',
  });
  const datasets = study.instances.map((instance) => new Uint8Array(instance.bytes).buffer);
  await client.storeInstances({ datasets });
  // Its types do not say that it answers with a promise.
  const searched = client.searchForInstances({ studyInstanceUID: study.studyInstanceUid }) as unknown;
  const found = await (searched as Promise<unknown[]>);
  expect(found).toHaveLength(3);
});

const folder =
  process.env['HUTONG_TEST_DICOM'] ?? path.resolve(import.meta.dirname, '../../../../shared/dicom');
const files = existsSync(folder)
  ? readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/\.(csv|md|txt)$/.test(entry.name))
      .map((entry) => path.join(entry.parentPath, entry.name))
  : [];

describe.skipIf(files.length === 0)('real files (HUTONG_TEST_DICOM)', () => {
  test(
    'are stored byte for byte or refused with a reason, and none breaks the server',
    { timeout: 600_000 },
    async () => {
      const refusedThoughReadable: string[] = [];
      const wrongBytes: string[] = [];
      const seen = new Map<string, string>();
      for (let at = 0; at < files.length; at += 10) {
        const some = files.slice(at, at + 10);
        const bodies = some.map((file) => readFileSync(file));
        const answer = await postStore(`${server.url}/dicomweb`, multipartBody(bodies), { key });
        expect([200, 202, 409]).toContain(answer.status);
        expect(answer.stored.length + answer.failed.length).toBe(some.length);
        for (const [i, bytes] of bodies.entries()) {
          const read = tryRead(bytes);
          if (read === null) continue;
          const { sopInstanceUid } = read.identity;
          const known = seen.get(sopInstanceUid);
          if (!answer.stored.includes(sopInstanceUid)) {
            // Of two files with one UID and different datasets the second is kept aside.
            if (known === undefined || known === read.datasetSha256) refusedThoughReadable.push(some[i]!);
          } else if (known === undefined) {
            seen.set(sopInstanceUid, read.datasetSha256);
            if ((await storedSha256(sopInstanceUid)) !== sha256(bytes)) wrongBytes.push(some[i]!);
          }
        }
      }
      expect(wrongBytes).toEqual([]);
      expect(refusedThoughReadable).toEqual([]);
      expect(seen.size).toBeGreaterThan(100);
      expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    },
  );
});

function tryRead(bytes: Uint8Array) {
  try {
    return readPart10(bytes);
  } catch {
    return null;
  }
}

async function storedSha256(sopInstanceUid: string): Promise<string | null> {
  const { rows } = await server.index.query<{ object_key: string }>(
    'SELECT object_key FROM instance WHERE sop_instance_uid = $1',
    [sopInstanceUid],
  );
  const [row] = rows;
  if (row === undefined) return null;
  return sha256(Buffer.concat(await (await server.objects.get(row.object_key)).toArray()));
}
