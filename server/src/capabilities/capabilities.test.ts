import fs from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeResource } from '../resourceDescriptions.ts';
import { dicomwebResources } from '../statement.ts';
import { startTestServer, type TestServer } from '../testing.ts';

const PAGE = 'https://viewer.example.org';
const WADL = 'application/vnd.sun.wadl+xml';
let server: TestServer;
let key: string;

beforeAll(async () => {
  server = await startTestServer({ env: { HUTONG_CORS_ORIGINS: PAGE } });
  key = await server.hospitalKey('h1');
});
afterAll(() => server.close());

const ask = (method: string, path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(server.url + path, { method, headers });
const withKey = (headers: Record<string, string> = {}) => ({ Authorization: `Bearer ${key}`, ...headers });

interface JsonResource {
  '@path': string;
  method?: {
    '@name': string;
    request?: {
      param?: { '@name': string; '@style': string }[];
      representation?: { '@mediaType': string }[];
    };
    response?: { '@status': string; representation?: { '@mediaType': string }[] }[];
  }[];
  resource?: JsonResource[];
}

interface Description {
  application: { resources: { '@base': string; resource: JsonResource[] } };
}

const describedBy = async (path: string): Promise<Description> =>
  (await (await ask('OPTIONS', path, { Accept: 'application/json' })).json()) as Description;

/** `GET /studies/{StudyInstanceUID}` and so on, of a resource and all below it. */
function methodsBelow(resource: JsonResource, above = ''): string[] {
  const path = `${above}/${resource['@path']}`;
  return [
    ...(resource.method ?? []).map((method) => `${method['@name']} ${path}`),
    ...(resource.resource ?? []).flatMap((child) => methodsBelow(child, path)),
  ];
}

const names: Record<string, string> = {
  study: 'StudyInstanceUID',
  series: 'SeriesInstanceUID',
  instance: 'SOPInstanceUID',
};
const templated = (path: string): string =>
  path.replace(/[:*](\w+)/g, (_, name: string) => `{${names[name] ?? name}}`);

describe('retrieve capabilities (PS3.18 8.9, Annexes G and H)', () => {
  test('the root describes every method of every resource that the routers answer, and no other', async () => {
    const { application } = await describedBy('/dicomweb/');
    expect(application.resources['@base']).toBe(`${server.url}/dicomweb/`);
    const described = application.resources.resource.flatMap((resource) => methodsBelow(resource));
    const routed = dicomwebResources().flatMap(({ method, path }) =>
      (method === 'GET' ? ['GET', 'HEAD'] : [method]).map((name) => `${name} ${templated(path)}`),
    );
    expect(described.toSorted()).toEqual([...new Set(routed)].toSorted());
  });

  test('every method names the media types it takes and gives', () => {
    for (const resource of dicomwebResources()) {
      const { id, takes, gives } = describeResource(resource);
      const label = `${resource.method} ${resource.path}`;
      expect(id, label).toMatch(/^(Retrieve|SearchFor|Store|Delete)\w+$/);
      if (resource.method === 'POST') expect(takes.length, label).toBeGreaterThan(0);
      const answered = gives.some(({ status, mediaTypes }) => status === '204' || mediaTypes.length > 0);
      expect(answered, label).toBe(true);
    }
    const ids = dicomwebResources().map((resource) => `${resource.path} ${describeResource(resource).id}`);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('rendered resources name parts and videos, and single parts where there is one item', () => {
    const typesOf = (path: string): readonly string[] =>
      describeResource({ method: 'GET', path }).gives.flatMap(({ mediaTypes }) => mediaTypes);
    const instance = '/studies/:study/series/:series/instances/:instance';
    expect(typesOf(`${instance}/rendered`)).toEqual(
      expect.arrayContaining([
        'image/jpeg',
        'multipart/related; type="image/jpeg"',
        'video/mp4',
        'multipart/related; type="application/pdf"',
      ]),
    );
    expect(typesOf('/studies/:study/rendered')).toContain('multipart/related; type="video/mp4"');
    expect(typesOf('/studies/:study/rendered').filter((type) => !type.startsWith('multipart/'))).toEqual([]);
    expect(typesOf(`${instance}/frames/:frames/rendered`)).toContain('multipart/related; type="image/png"');
  });

  test('WADL in XML is the default, well formed, and says the same as JSON', async () => {
    for (const accept of [undefined, '*/*', WADL]) {
      const answer = await ask(
        'OPTIONS',
        '/dicomweb/studies',
        accept === undefined ? {} : { Accept: accept },
      );
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toBe(WADL);
    }
    const xml = await (await ask('OPTIONS', '/dicomweb/studies', { Accept: WADL })).text();
    expect(
      xml.startsWith(
        '<?xml version="1.0" encoding="UTF-8"?>\n<application xmlns="http://wadl.dev.java.net/2009/02"',
      ),
    ).toBe(true);
    const open: string[] = [];
    for (const [, end, name = '', alone] of xml
      .slice(38)
      .matchAll(/<(\/?)([\w:]+)(?:\s[\w:]+="[^"<]*")*\s*(\/?)>/g)) {
      if (end === '/') expect(open.pop()).toBe(name);
      else if (alone !== '/') open.push(name);
    }
    expect(open).toEqual([]);
    const json = JSON.stringify(await describedBy('/dicomweb/studies'));
    const paths = (text: string, pattern: RegExp): string[] =>
      [...text.matchAll(pattern)].map(([, path]) => path!);
    expect(paths(xml, / path="([^"]+)"/g)).toEqual(paths(json, /"@path":"([^"]+)"/g));
    expect(paths(xml, / mediaType="([^"]+)"/g).map((type) => type.replaceAll('&quot;', '"'))).toEqual(
      paths(json, /"@mediaType":"((?:[^"\\]|\\.)+)"/g).map((type) => type.replaceAll('\\"', '"')),
    );
  });

  test('a resource describes itself with what is below it, and what is searched by', async () => {
    const { resource } = (await describedBy('/dicomweb/studies/1.2.3')).application.resources;
    expect(resource.map((one) => one['@path'])).toEqual(['studies/{StudyInstanceUID}']);
    const below = methodsBelow(resource[0]!);
    expect(below).toContain('GET /studies/{StudyInstanceUID}/series/{SeriesInstanceUID}/metadata');
    expect(below).not.toContain('GET /studies');
    const series = (await describedBy('/dicomweb/series')).application.resources.resource[0]!;
    const parameters = series.method![0]!.request!.param!.map((param) => param['@name']);
    expect(parameters).toEqual(
      expect.arrayContaining([
        'limit',
        'includefield',
        'PatientName',
        'Modality',
        'RequestAttributesSequence.RequestedProcedureID',
      ]),
    );
    expect(parameters).not.toContain('SOPInstanceUID');
  });

  test('Allow names the methods, each hospital has a root of its own, and no credential is asked', async () => {
    const studies = await ask('OPTIONS', '/dicomweb/studies');
    expect(studies.headers.get('allow')!.split(', ').toSorted()).toEqual(['GET', 'HEAD', 'OPTIONS', 'POST']);
    expect((await describedBy('/hospitals/h1/dicomweb')).application.resources['@base']).toBe(
      `${server.url}/hospitals/h1/dicomweb/`,
    );
    expect((await ask('OPTIONS', '/dicomweb/nothing')).status).not.toBe(200);
  });

  test('what is known already is not sent again, and other media types are not acceptable', async () => {
    const etag = (await ask('OPTIONS', '/dicomweb')).headers.get('etag')!;
    expect((await ask('OPTIONS', '/dicomweb', { 'If-None-Match': etag })).status).toBe(304);
    expect(
      (await ask('OPTIONS', '/dicomweb', { 'If-None-Match': etag, Accept: 'application/json' })).status,
    ).toBe(200);
    expect((await ask('OPTIONS', '/dicomweb', { Accept: 'text/html' })).status).toBe(406);
  });
});

describe('methods', () => {
  test.each([
    ['PUT', '/dicomweb/studies'],
    ['PATCH', '/dicomweb/studies/1.2.3/metadata'],
    ['DELETE', '/hospitals/h1/dicomweb/studies'],
    ['POST', '/dicomweb/studies/1.2/series/1.3/instances/1.4/frames/1'],
    ['POST', '/api/worklist'],
    ['DELETE', '/api/changes'],
    ['PUT', '/api/session'],
  ])('%s %s is not allowed, and Allow says what is', async (method, path) => {
    const answer = await ask(method, path, withKey());
    expect(answer.status).toBe(405);
    const allowed = answer.headers.get('allow')!.split(', ');
    expect(allowed).toEqual(expect.arrayContaining(['GET', 'HEAD', 'OPTIONS']));
    expect(allowed).not.toContain(method);
    expect(((await answer.json()) as { code: string }).code).toBe('method-not-allowed');
  });

  test('an unknown resource is not found whatever the method, and a method nobody has is not implemented', async () => {
    for (const method of ['GET', 'PUT', 'OPTIONS'])
      expect((await ask(method, '/api/nothing', withKey())).status).toBe(404);
    for (const path of ['/dicomweb/studies', '/api/worklist'])
      expect((await ask('PROPFIND', path, withKey())).status).toBe(501);
  });

  test('OPTIONS of the API lists methods', async () => {
    const answer = await ask('OPTIONS', '/api/session');
    expect([answer.status, answer.headers.get('allow')]).toEqual([204, 'POST, GET, DELETE, HEAD, OPTIONS']);
  });
});

describe('pages of other origins (CORS)', () => {
  /** Headers that fetch does not let a program set. */
  function asPage(
    method: string,
    path: string,
    headers: Record<string, string>,
  ): Promise<{ status: number; headers: Record<string, string | string[] | undefined> }> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(server.url);
      request({ hostname, port, method, path, headers, agent: false }, (answer) => {
        answer.resume();
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers });
      })
        .on('error', reject)
        .end();
    });
  }

  const PREFLIGHT = {
    'Access-Control-Request-Method': 'POST',
    'Access-Control-Request-Headers': 'authorization',
  };

  test('a preflight of a configured origin is answered without a credential', async () => {
    for (const path of ['/dicomweb/studies', '/hospitals/h1/dicomweb/studies', '/api/changes']) {
      const { status, headers } = await asPage('OPTIONS', path, { Origin: PAGE, ...PREFLIGHT });
      expect(status).toBe(204);
      expect(headers['access-control-allow-origin']).toBe(PAGE);
      expect(headers['access-control-allow-headers']).toMatch(/Authorization/);
      expect(headers['access-control-allow-methods']).toMatch(/DELETE/);
      expect(headers['access-control-allow-credentials']).toBeUndefined();
      expect(headers['vary']).toMatch(/Origin/);
    }
  });

  test('it may send every header that some address here reads, and that is not for the browser alone to say', async () => {
    const { headers } = await asPage('OPTIONS', '/dicomweb/studies', { Origin: PAGE, ...PREFLIGHT });
    const allowed = String(headers['access-control-allow-headers']).toLowerCase().split(', ');
    const sources = path.resolve(import.meta.dirname, '..');
    const read = new Set(
      fs
        .readdirSync(sources, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
        .flatMap((file) => [
          ...fs
            .readFileSync(path.join(sources, file), 'utf8')
            .matchAll(/\breq\.get\('([\w-]+)'\)|_HEADER = '([\w-]+)'/g),
        ])
        .map(([, name = '', constant = '']) => (name || constant).toLowerCase()),
    );
    expect(read).toContain('hutong-reason');
    expect(read).toContain('prefer');
    const ofBrowser =
      /^(x-test-.*|sec-.*|access-control-.*|host|origin|cookie|expect|user-agent|accept-encoding|content-length|content-disposition|hutong-idle)$/;
    expect([...read].filter((name) => !ofBrowser.test(name) && !allowed.includes(name))).toEqual([]);
  });

  test('its requests with a key are answered, and it may read what DICOMweb says in headers', async () => {
    const { status, headers } = await asPage('GET', '/dicomweb/studies', withKey({ Origin: PAGE }));
    expect(status).toBe(204);
    expect(headers['access-control-allow-origin']).toBe(PAGE);
    expect(headers['vary']).toMatch(/Accept.*Origin/);
    for (const name of ['Warning', 'ETag', 'Content-Location', 'Content-Range', 'Content-Disposition'])
      expect(headers['access-control-expose-headers']).toContain(name);
    const refused = await asPage('GET', '/dicomweb/studies', { Origin: PAGE });
    expect([refused.status, refused.headers['access-control-allow-origin']]).toEqual([401, PAGE]);
  });

  test('pages of any other origin are told nothing', async () => {
    for (const origin of [
      'https://evil.example',
      'null',
      `${PAGE}.evil.example`,
      'http://viewer.example.org',
    ]) {
      const preflight = await asPage('OPTIONS', '/dicomweb/studies', { Origin: origin, ...PREFLIGHT });
      const answer = await asPage('GET', '/dicomweb/studies', withKey({ Origin: origin }));
      for (const { headers } of [preflight, answer])
        expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
      expect(answer.headers['vary']).toMatch(/Origin/);
    }
  });
});
