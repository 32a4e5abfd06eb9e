import type {
  CapabilityStatement,
  CapabilityStatementRestResource,
  CapabilityStatementRestResourceInteraction,
} from 'fhir/r4.js';
import { Router } from 'express';
import type { FhirFeature, Searchable } from '../fhirResources/feature.ts';
import { FHIR_JSON, sendFhir } from '../fhirResources/outcome.ts';
import { fhirBase } from '../fhirResources/references.ts';
import type { ServerParts } from '../context.ts';
import { type Resource, resourcesOf } from '../resources.ts';

type Interaction = CapabilityStatementRestResourceInteraction['code'];

const STARTED = new Date();

/** `GET /metadata` below `/fhir`, for everyone: what there is, made from the routes that are mounted. */
export function capabilityRoutes(
  features: readonly FhirFeature[],
  { config }: Pick<ServerParts, 'config'>,
): Router {
  const router = Router();
  router.get('/metadata', (req, res) => {
    sendFhir(res, capabilityStatement(features, fhirBase(req, config)));
  });
  return router;
}

/** What the routes answer, as FHIR describes it. */
export function capabilityStatement(features: readonly FhirFeature[], base: string): CapabilityStatement {
  const routes = resourcesOf(features.map(({ router }) => router));
  const searches = new Map(
    features.flatMap(({ searches: own = [] }) => own.map((one) => [one.type, one] as const)),
  );
  const ofTypes = routes.filter(({ path }) => path !== '/');
  const types = [...Map.groupBy(ofTypes, ({ path }) => path.split('/')[1] ?? '')].toSorted(
    ([one], [other]) => (one < other ? -1 : 1),
  );
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: STARTED.toISOString(),
    kind: 'instance',
    publisher: 'Hutong',
    software: { name: 'Hutong' },
    implementation: { description: 'Hutong 互通', url: base },
    fhirVersion: '4.0.1',
    format: ['json', FHIR_JSON],
    rest: [
      {
        mode: 'server',
        documentation:
          'Callers show a key, an OAuth 2 token or a session. What a caller may not read is answered as if it did not exist. Searches with identifiers, names or dates of birth of patients are sent by POST to _search.',
        security: {
          cors: true,
          service: [
            {
              coding: [
                {
                  system: 'http://terminology.hl7.org/CodeSystem/restful-security-service',
                  code: 'OAuth',
                },
              ],
            },
          ],
        },
        ...(ofTypes.length < routes.length ? { interaction: [{ code: 'transaction' }] } : {}),
        resource: types.map(([type, own]) => restResource(type, own, searches.get(type))),
      },
    ],
  };
}

function restResource(
  type: string,
  routes: readonly Resource[],
  searchable: Searchable | undefined,
): CapabilityStatementRestResource {
  const interactions = new Set(routes.flatMap((route) => interactionOf(route) ?? []));
  const operations = [...new Set(routes.flatMap(({ path }) => /\/\$([\w-]+)$/.exec(path)?.[1] ?? []))];
  const conditional = routes.some(({ method, path }) => method === 'PUT' && path === `/${type}`);
  return {
    type: type as CapabilityStatementRestResource['type'],
    ...(searchable?.profiles === undefined ? {} : { supportedProfile: [...searchable.profiles] }),
    interaction: [...interactions].map((code) => ({ code })),
    versioning: 'no-version',
    ...(conditional ? { conditionalUpdate: true } : {}),
    ...(searchable === undefined
      ? {}
      : {
          ...(searchable.includes === undefined ? {} : { searchInclude: [...searchable.includes] }),
          searchParam: searchable.parameters.map(({ name, type: kind, documentation, postedOnly }) => ({
            name,
            type: kind,
            ...(documentation === undefined && postedOnly === undefined
              ? {}
              : {
                  documentation: [
                    documentation,
                    postedOnly === true ? 'By POST to _search alone.' : undefined,
                  ]
                    .filter((text) => text !== undefined)
                    .join(' '),
                }),
          })),
        }),
    ...(operations.length === 0
      ? {}
      : {
          operation: operations.map((name) => ({ name, definition: `urn:hutong:operation:${type}-${name}` })),
        }),
  };
}

/** The interaction of FHIR's REST API that a route is; null for operations. */
function interactionOf({ method, path }: Resource): Interaction | null {
  const [, second, ...more] = path.split('/').slice(1);
  if (more.length > 0 || (second?.startsWith('$') ?? false)) return null;
  if (method === 'POST') return second === '_search' ? 'search-type' : second === undefined ? 'create' : null;
  if (method === 'GET') return second === undefined ? 'search-type' : 'read';
  if (method === 'PUT') return 'update';
  if (method === 'PATCH') return 'patch';
  return method === 'DELETE' ? 'delete' : null;
}
