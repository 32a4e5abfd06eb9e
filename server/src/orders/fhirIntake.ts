import {
  IdentifierRefused,
  inTransaction,
  keepDocument,
  type MessageOutcome,
  PersonKeysMissing,
  registerPatient,
  reportKey,
  type ReportToSave,
  saveOrders,
  saveReports,
} from '@hutong/storage-config';
import { patientIdsOf, patientKey, patientsOfIds } from '../fhirResources/patientIds.ts';
import type { Author } from '@hutong/storage-config';
import { orderOf, patientOf, type Referred, reportOf } from './fhirMessages.ts';
import { type Json, object, refuseModifiers, string, unfitResource } from './fhirParts.ts';
import type { IntakeParts } from './intakeRoutes.ts';

/** What was taken, as FHIR refers to it. */
export interface TakenResource {
  type: 'Patient' | 'ServiceRequest' | 'DiagnosticReport';
  id: string;
  outcome: MessageOutcome | 'registered';
}

/** A resource that is given, by the address that others of the same Bundle call it by. */
export interface GivenResource {
  fullUrl: string;
  resource: Json;
}

type Message =
  | { type: 'Patient'; message: ReturnType<typeof patientOf> }
  | { type: 'ServiceRequest'; message: ReturnType<typeof orderOf> }
  | { type: 'DiagnosticReport'; message: ReturnType<typeof reportOf> };

/**
 * Takes resources of one hospital, all or none: patients first, then orders, then reports.
 *
 * @throws HttpProblem 422 that names the element; nothing was taken then
 */
export async function takeResources(
  parts: IntakeParts,
  hospital: string,
  author: Author,
  given: readonly GivenResource[],
): Promise<TakenResource[]> {
  for (const { resource } of given) refuseModifiers(resource, string(resource['resourceType']).slice(0, 64));
  const referred = await referredBy(parts, hospital, given);
  const messages = given.map(({ resource }) => messageOf(resource, referred));
  const reports = new Map<Message, ReportToSave>();
  for (const one of messages)
    if (one.type === 'DiagnosticReport') {
      const { message, pdf } = one.message;
      reports.set(one, {
        ...message,
        document: pdf === null ? null : await keepDocument(parts, hospital, pdf),
      });
    }
  const outcomes = new Map<Message, MessageOutcome | 'registered'>();
  await inTransaction(parts.index, async (client) => {
    outcomes.clear();
    for (const one of messages)
      if (one.type === 'Patient') {
        await registerPatient(client, parts.personKeys, { ...one.message, hospital, author }).catch(
          notRegistered,
        );
        outcomes.set(one, 'registered');
      }
    for (const one of messages)
      if (one.type === 'ServiceRequest') {
        const [outcome = 'unchanged'] = await saveOrders(client, hospital, [one.message], 'fhir');
        outcomes.set(one, outcome);
      }
    for (const [one, report] of reports) {
      const [saved] = await saveReports(client, hospital, [report], 'fhir');
      outcomes.set(one, saved?.outcome ?? 'unchanged');
    }
  });
  const taken: TakenResource[] = [];
  for (const one of messages)
    taken.push({
      type: one.type,
      id: await idOf(parts, hospital, one),
      outcome: outcomes.get(one) ?? 'unchanged',
    });
  return taken;
}

function messageOf(resource: Json, referred: Referred): Message {
  const type = string(resource['resourceType']);
  if (type === 'Patient') return { type, message: patientOf(resource, referred) };
  if (type === 'ServiceRequest') return { type, message: orderOf(resource, referred) };
  if (type === 'DiagnosticReport') return { type, message: reportOf(resource, referred) };
  throw unfitResource(
    'resourceType',
    'has to be Patient, ServiceRequest or DiagnosticReport',
    '须为 Patient、ServiceRequest 或 DiagnosticReport',
  );
}

function notRegistered(error: unknown): never {
  if (error instanceof IdentifierRefused) {
    const [first] = error.problems;
    throw unfitResource('Patient.identifier', first?.en ?? '', first?.zh ?? '');
  }
  if (error instanceof PersonKeysMissing) throw unfitResource('Patient.identifier', error.en, error.zh);
  throw error;
}

/** Looks up what references lead to; those of another hospital lead nowhere. */
async function referredBy(
  { index }: IntakeParts,
  hospital: string,
  given: readonly GivenResource[],
): Promise<Referred> {
  const local = new Map(given.map(({ fullUrl, resource }) => [fullUrl, resource]));
  const references = given.flatMap(({ resource }) => [
    string(object(resource['subject'])['reference']),
    ...(Array.isArray(resource['basedOn'])
      ? resource['basedOn'].map((one) => string(object(one)['reference']))
      : []),
  ]);
  const idsOf = (type: string): string[] =>
    references.flatMap((one) => new RegExp(`^${type}/([A-Za-z0-9.-]{1,64})$`).exec(one)?.[1] ?? []);
  const patients = (await patientsOfIds(index, idsOf('Patient'))).filter((one) => one.hospital === hospital);
  const orders = await index.query<{ id: string; number: string }>(
    `SELECT exam_order_id::text AS id, order_number AS number FROM exam_order
      WHERE hospital_code = $1 AND exam_order_id::text = ANY ($2::text[])`,
    [hospital, idsOf('ServiceRequest')],
  );
  const none: Referred = { hospital, patient: () => undefined, order: () => undefined };
  return {
    hospital,
    patient: (reference) => {
      const resource = reference === '' ? undefined : local.get(reference);
      if (resource?.['resourceType'] === 'Patient') return patientOf(resource, none);
      return patients.find(({ id }) => reference === `Patient/${id}`);
    },
    order: (reference) => {
      const resource = reference === '' ? undefined : local.get(reference);
      if (resource?.['resourceType'] === 'ServiceRequest')
        return orderOf({ ...resource, subject: ANYBODY }, none).orderNumber;
      return orders.rows.find(({ id }) => reference === `ServiceRequest/${id}`)?.number;
    },
  };
}

/** The number of an order does not depend on whose it is. */
const ANYBODY: Json = { identifier: { value: '-' } };

async function idOf({ index }: IntakeParts, hospital: string, one: Message): Promise<string> {
  if (one.type === 'DiagnosticReport') return reportKey(hospital, one.message.message.reportNumber);
  if (one.type === 'Patient') {
    const patient = { hospital, patientId: one.message.patientId, issuer: one.message.issuer };
    return (await patientIdsOf(index, [patient])).get(patientKey(patient)) ?? '';
  }
  const { rows } = await index.query<{ id: string }>(
    'SELECT exam_order_id::text AS id FROM exam_order WHERE hospital_code = $1 AND order_number = $2',
    [hospital, one.message.orderNumber],
  );
  return rows[0]?.id ?? '';
}
