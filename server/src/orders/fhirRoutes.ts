import { type Request, type Response, Router } from 'express';
import { auditAccess, auditEvent } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { authorOf, callerOf, hospitalsInView, type ServerParts } from '../context.ts';
import { queryParameters } from '../dicomweb/path.ts';
import { fhirBody } from '../fhirResources/body.ts';
import type { FhirFeature } from '../fhirResources/feature.ts';
import { sendFhir } from '../fhirResources/outcome.ts';
import { fhirBase, orderSystem, reportSystem } from '../fhirResources/references.ts';
import { keepOpen } from '../openWork.ts';
import { HttpProblem, problem } from '../problem.ts';
import { type GivenResource, type TakenResource, takeResources } from './fhirIntake.ts';
import { type Json, object, objects, string, unfitResource } from './fhirParts.ts';
import { readDiagnosticReport, readServiceRequest } from './fhirReads.ts';
import { intakeHospital } from './intakeHospital.ts';
import type { IntakeParts } from './intakeRoutes.ts';
import { fewLargeBodies } from './largeBodies.ts';

/** Bytes of a resource or Bundle: a PDF of 32 MB as base64, and more beside it. */
const BODY_LIMIT = 46 * 1024 * 1024;
const LARGE_AT_ONCE = 4;
/** Entries of a transaction. */
const MOST_ENTRIES = 200;

type Parts = IntakeParts & Pick<ServerParts, 'config'>;
type Given = TakenResource['type'];

/**
 * Below `/fhir`, for hospital systems with the scope `orders`: create of Patient, ServiceRequest and DiagnosticReport,
 * conditional update of the latter two by `identifier`, and transaction Bundles of them all. A number that is known is updated,
 * so that a create sent twice does no harm. With `read`, orders and reports of the caller's hospitals are read.
 */
export function orderFhirRoutes(parts: Parts): FhirFeature {
  const router = Router();
  const orders = requireScope('orders');
  const read = requireScope('read');
  const body = [orders, fewLargeBodies(LARGE_AT_ONCE), ...fhirBody(BODY_LIMIT)];
  for (const type of ['Patient', 'ServiceRequest', 'DiagnosticReport'] as const)
    router.post(`/${type}`, ...body, (req, res) => keepOpen(res, putOne(parts, type, req, res)));
  for (const type of ['ServiceRequest', 'DiagnosticReport'] as const)
    router.put(`/${type}`, ...body, (req, res) => keepOpen(res, putOne(parts, type, req, res)));
  router.post('/', ...body, (req, res) => keepOpen(res, putBundle(parts, req, res)));
  router.get('/ServiceRequest/:serviceRequest', read, (req, res) =>
    readOne(parts, 'ServiceRequest', req, res),
  );
  router.get('/DiagnosticReport/:diagnosticReport', read, (req, res) =>
    readOne(parts, 'DiagnosticReport', req, res),
  );
  return { router };
}

async function putOne(parts: Parts, type: Given, req: Request, res: Response): Promise<void> {
  const resource = object(req.body);
  if (resource['resourceType'] !== type)
    throw unfitResource('resourceType', `has to be ${type}`, `须为 ${type}`);
  const hospital = await intakeHospital(parts.index, res, undefined);
  if (req.method === 'PUT') checkCriterion(criteriaOf(req.originalUrl), resource, type, hospital);
  const [taken] = await takeResources(parts, hospital, authorOf(callerOf(res)), [{ fullUrl: '', resource }]);
  if (taken === undefined) throw new Error('a resource was not taken');
  await given(parts, hospital, [taken], req, res);
  res.status(taken.outcome === 'created' || taken.outcome === 'registered' ? 201 : 200);
  res.set('Location', `${fhirBase(req, parts.config)}/${type}/${taken.id}`);
  if (prefers(req) === 'minimal') {
    res.set('Cache-Control', 'no-store').end();
    return;
  }
  sendFhir(res, await representation(parts, taken, resource, hospital));
}

async function putBundle(parts: Parts, req: Request, res: Response): Promise<void> {
  const bundle = object(req.body);
  if (bundle['resourceType'] !== 'Bundle' || bundle['type'] !== 'transaction')
    throw unfitResource('Bundle.type', 'has to be transaction', '须为 transaction');
  const entries = objects(bundle['entry']);
  if (entries.length === 0 || entries.length > MOST_ENTRIES)
    throw unfitResource('Bundle.entry', `1 to ${MOST_ENTRIES} entries`, `须为 1 至 ${MOST_ENTRIES} 项`);
  const hospital = await intakeHospital(parts.index, res, undefined);
  const resources = entries.map((entry, at) => entryOf(entry, `Bundle.entry[${at}]`, hospital));
  const taken = await takeResources(parts, hospital, authorOf(callerOf(res)), resources);
  await given(parts, hospital, taken, req, res);
  const minimal = prefers(req) === 'minimal';
  const answers = [];
  for (const [at, one] of taken.entries())
    answers.push({
      ...(minimal
        ? {}
        : { resource: await representation(parts, one, resources[at]?.resource ?? {}, hospital) }),
      response: {
        status: one.outcome === 'created' || one.outcome === 'registered' ? '201' : '200',
        location: `${one.type}/${one.id}`,
      },
    });
  sendFhir(res, { resourceType: 'Bundle', type: 'transaction-response', entry: answers });
}

function entryOf(entry: Json, path: string, hospital: string): GivenResource {
  if (entry['modifierExtension'] !== undefined)
    throw unfitResource(`${path}.modifierExtension`, 'is not understood', '无法识别');
  const resource = object(entry['resource']);
  const type = string(resource['resourceType']);
  const request = object(entry['request']);
  const [target = '', criteria] = string(request['url']).split('?', 2);
  if (target !== type || !['POST', 'PUT'].includes(string(request['method'])))
    throw unfitResource(
      `${path}.request`,
      'only POST and conditional PUT of its own type',
      '仅支持本类型的 POST 和条件 PUT',
    );
  if (request['method'] === 'PUT')
    checkCriterion([...new URLSearchParams(criteria ?? '')], resource, type, hospital);
  return { fullUrl: string(entry['fullUrl']), resource };
}

const criteriaOf = (url: string): [string, string][] => queryParameters(url);

/** The criterion of a conditional update has to be the identifier that the resource itself bears. */
function checkCriterion(
  criteria: readonly (readonly [string, string])[],
  resource: Json,
  type: string,
  hospital: string,
): void {
  const [criterion, ...more] = criteria;
  const asked = criterion?.[1] ?? '';
  const own = objects(resource['identifier']).map(
    ({ system, value }) => `${string(system)}|${string(value)}`,
  );
  const usual = { ServiceRequest: orderSystem(hospital), DiagnosticReport: reportSystem(hospital) }[type];
  const fits =
    criterion?.[0] === 'identifier' &&
    more.length === 0 &&
    (own.includes(asked) || own.includes(`${usual ?? ''}|${asked}`) || own.includes(`|${asked}`));
  if (fits) return;
  throw new HttpProblem(
    412,
    'criterion-refused',
    'The criterion has to be identifier=system|value with an identifier that the resource bears.',
    '条件须为 identifier=system|value，且与资源中的标识符一致。',
  );
}

const prefers = (req: Request): string =>
  /\breturn=(minimal|representation|OperationOutcome)\b/.exec(req.get('prefer') ?? '')?.[1] ??
  'representation';

/** What is kept of a resource; of patients what was given, for nothing else is told of them here. */
async function representation(
  { index }: Parts,
  taken: TakenResource,
  resource: Json,
  hospital: string,
): Promise<object> {
  if (taken.type === 'ServiceRequest')
    return (await readServiceRequest(index, taken.id, [hospital]))?.resource ?? {};
  if (taken.type === 'DiagnosticReport')
    return (await readDiagnosticReport(index, taken.id, [hospital]))?.resource ?? {};
  return { ...resource, id: taken.id };
}

async function given(
  { audit }: Parts,
  hospital: string,
  taken: readonly TakenResource[],
  req: Request,
  res: Response,
): Promise<void> {
  const count = (type: Given): number => taken.filter((one) => one.type === type).length;
  await auditEvent({ audit }, req, res, {
    action: 'store',
    hospital,
    count: taken.length,
    detail: {
      of: 'fhir',
      patients: count('Patient'),
      orders: count('ServiceRequest'),
      reports: count('DiagnosticReport'),
    },
  });
}

async function readOne(
  parts: Parts,
  type: 'ServiceRequest' | 'DiagnosticReport',
  req: Request,
  res: Response,
): Promise<void> {
  const id = String(req.params[type === 'ServiceRequest' ? 'serviceRequest' : 'diagnosticReport']);
  const hospitals = hospitalsInView(callerOf(res), { hospital: null });
  const found =
    type === 'ServiceRequest'
      ? await readServiceRequest(parts.index, id, hospitals)
      : await readDiagnosticReport(parts.index, id, hospitals);
  if (found === null) throw problem('not-found');
  const { hospital, patientId, resource } = found;
  await auditAccess(parts, req, res, { action: 'view', hospital, patientId, detail: { of: `fhir/${type}` } });
  sendFhir(res, resource);
}
