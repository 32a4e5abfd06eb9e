import { listHospitals } from '@hutong/storage-config';
import { type Request, type Response, Router } from 'express';
import type { Endpoint, FhirResource } from 'fhir/r4.js';
import { withoutPatients } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { serverUrl } from '../auth/origin.ts';
import type { ServerParts } from '../context.ts';
import { searchset } from '../fhirResources/bundle.ts';
import type { FhirFeature, Searchable } from '../fhirResources/feature.ts';
import { sendFhir } from '../fhirResources/outcome.ts';
import { fhirBase, SYSTEMS } from '../fhirResources/references.ts';
import { type FhirSearch, readSearch, referencesOf, tokensOf } from '../fhirResources/searchParameters.ts';
import { badParameter, cursorOf, writeCursor } from '../listQuery.ts';
import { problem } from '../problem.ts';
import { z } from 'zod';
import { endpointOfId, endpointsOf, readOrganizations } from './organizations.ts';

const ORGANIZATION: Searchable = {
  type: 'Organization',
  parameters: [
    { name: '_id', type: 'token', documentation: 'Code of the hospital.' },
    { name: 'identifier', type: 'token', documentation: 'Code of the hospital.' },
  ],
};
const ENDPOINT: Searchable = {
  type: 'Endpoint',
  parameters: [
    { name: '_id', type: 'token' },
    { name: 'organization', type: 'reference' },
    { name: 'connection-type', type: 'token' },
  ],
};

/** Hospitals and the addresses of DICOMweb, below `/fhir`: nothing about patients, and the same for whoever may read. */
export function organizationRoutes(parts: Pick<ServerParts, 'index' | 'config'>): FhirFeature {
  const { index, config } = parts;
  const router = Router();
  const read = requireScope('read');

  router.get('/Organization', read, async (req, res) => {
    const asked = readSearch(req, ORGANIZATION);
    const codes = [
      ...tokensOf(asked, '_id'),
      ...tokensOf(asked, 'identifier').map((tokens) =>
        tokens.filter(({ system }) => system === null || system === SYSTEMS.hospital),
      ),
    ].map((tokens) => tokens.map(({ code }) => code));
    const all = await readOrganizations(parts);
    const found = all.filter(({ id = '' }) => codes.every((one) => one.includes(id)));
    answer(req, res, 'Organization', asked, found);
  });
  router.get('/Organization/:organization', read, async (req, res) => {
    const [found] = await readOrganizations(parts, [String(req.params['organization'])]);
    if (found === undefined) throw problem('not-found');
    withoutPatients(res);
    sendFhir(res, found);
  });

  router.get('/Endpoint', read, async (req, res) => {
    const asked = readSearch(req, ENDPOINT);
    const ids = tokensOf(asked, '_id').map((tokens) => tokens.map(({ code }) => code));
    const kinds = tokensOf(asked, 'connection-type').map((tokens) => tokens.map(({ code }) => code));
    const hospitals = referencesOf(asked, 'organization', 'Organization');
    const found = (await allEndpoints(serverUrl(req, config))).filter(
      ({ id = '', connectionType: { code = '' } }) =>
        ids.every((one) => one.includes(id)) &&
        kinds.every((one) => one.includes(code)) &&
        hospitals.every((one) => one.includes(endpointOfId(id)?.hospital ?? '')),
    );
    answer(req, res, 'Endpoint', asked, found);
  });
  router.get('/Endpoint/:endpoint', read, async (req, res) => {
    const id = String(req.params['endpoint']);
    const found = (await allEndpoints(serverUrl(req, config))).find((one) => one.id === id);
    if (found === undefined) throw problem('not-found');
    withoutPatients(res);
    sendFhir(res, found);
  });

  async function allEndpoints(server: string): Promise<Endpoint[]> {
    const hospitals = (await listHospitals(index)).map(({ code }) => code);
    return [null, ...hospitals].flatMap((hospital) => endpointsOf(hospital, server));
  }

  /** A page of resources in the order of their ids. */
  function answer(
    req: Request,
    res: Response,
    type: string,
    search: FhirSearch,
    found: readonly FhirResource[],
  ): void {
    const after = cursorOf(z.tuple([z.string()])).safeParse(
      search.cursor === '' ? undefined : [search.cursor],
    );
    if (!after.success) throw badParameter('cursor');
    const [last = ''] = after.data ?? [];
    const ordered = found.toSorted((one, other) => ((one.id ?? '') < (other.id ?? '') ? -1 : 1));
    const rest = ordered.filter(({ id = '' }) => last === '' || id > last);
    const matches = search.countAlone ? [] : rest.slice(0, search.count);
    const ended = matches.length === rest.length || search.countAlone;
    withoutPatients(res);
    sendFhir(
      res,
      searchset({
        base: fhirBase(req, config),
        type,
        search,
        matches,
        next: ended ? null : writeCursor([matches.at(-1)?.id ?? '']),
        total: found.length,
      }),
    );
  }
  return { router, searches: [ORGANIZATION, ENDPOINT] };
}
