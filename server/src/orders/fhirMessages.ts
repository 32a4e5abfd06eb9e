import {
  isPdf,
  orderMessage,
  type OrderMessage,
  patientMessage,
  type PatientMessage,
  reportMessage,
} from '@hutong/storage-config';
import type { z } from 'zod';
import { studyOfId, SYSTEMS } from '../fhirResources/references.ts';
import { type Json, object, objects, readIdentifiers, string, unfitResource } from './fhirParts.ts';
import type { ReadReport } from './readMessages.ts';

/** What references of a resource lead to, where they are no identifiers. */
export interface Referred {
  hospital: string;
  /** PatientID of `Patient/…` or of an entry of the same Bundle. */
  patient: (reference: string) => { patientId: string; issuer: string } | undefined;
  /** Order number of `ServiceRequest/…` or of an entry of the same Bundle. */
  order: (reference: string) => string | undefined;
}

function parsed<T extends z.ZodType>(schema: T, value: unknown, type: string): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const members = [...new Set(result.error.issues.map(({ path }) => path.join('.')))].join(', ');
  throw unfitResource(type, `does not fit: ${members}`, `内容不符合要求：${members}`);
}

/** The patient that a Patient resource is. @throws HttpProblem 422 */
export function patientOf(resource: Json, { hospital }: Referred): PatientMessage {
  const ids = readIdentifiers(hospital, objects(resource['identifier']), 'patient', 'Patient.identifier');
  const [name = {}] = objects(resource['name']);
  const genders: Readonly<Record<string, string>> = { male: 'M', female: 'F', other: 'O' };
  const given = Array.isArray(name['given']) ? name['given'].map(string) : [];
  return parsed(
    patientMessage,
    {
      ...ids.patient,
      name:
        string(name['text']) || [string(name['family']), ...given].filter((part) => part !== '').join('^'),
      sex: genders[string(resource['gender'])] ?? '',
      // A year or month alone is no birth date to compare by.
      birthDate: /^\d{4}-\d\d-\d\d$/.test(string(resource['birthDate'])) ? resource['birthDate'] : '',
      identifiers: ids.persons,
    },
    'Patient',
  );
}

const ORDER_STATUS: Readonly<Record<string, string>> = {
  draft: 'draft',
  'on-hold': 'draft',
  active: 'active',
  completed: 'completed',
  revoked: 'revoked',
  'entered-in-error': 'revoked',
};
const ORDERS = new Set(['order', 'original-order', 'filler-order', 'instance-order', 'reflex-order']);
const SCHEMES: Readonly<Record<string, string>> = {
  'http://loinc.org': 'LN',
  'http://snomed.info/sct': 'SCT',
  [SYSTEMS.dicom]: 'DCM',
};
const CLASSES: Readonly<Record<string, string>> = { AMB: 'outpatient', IMP: 'inpatient', EMER: 'emergency' };

/** The order that a ServiceRequest is. @throws HttpProblem 422 */
export function orderOf(resource: Json, referred: Referred): OrderMessage {
  if (!ORDERS.has(string(resource['intent'])))
    throw unfitResource('ServiceRequest.intent', 'is no order', '不是医嘱（order）');
  const path = 'ServiceRequest.identifier';
  const ids = readIdentifiers(referred.hospital, objects(resource['identifier']), 'order', path);
  const categories = objects(resource['category']).flatMap(({ coding }) => objects(coding));
  return parsed(
    orderMessage,
    {
      orderNumber: ids.order,
      accessionNumber: ids.accession,
      ...subjectOf(resource, referred, 'ServiceRequest'),
      exam: examOf(object(resource['code'])),
      modality: string(categories.find(({ system }) => system === SYSTEMS.dicom)?.['code']),
      patientClass:
        categories.map(({ code }) => CLASSES[string(code)]).find((one) => one !== undefined) ?? '',
      requester: string(object(resource['requester'])['display']),
      priority: resource['priority'],
      status: ORDER_STATUS[string(resource['status'])] ?? 'unknown',
      orderedAt: resource['authoredOn'],
      statedAt: object(resource['meta'])['lastUpdated'],
    },
    'ServiceRequest',
  );
}

/** The hospital's own code goes before those of standards: it is what its table of exams maps. */
function examOf(concept: Json): object {
  const codings = objects(concept['coding']);
  const own = codings.find(({ system }) => SCHEMES[string(system)] === undefined) ?? codings[0] ?? {};
  return {
    code: string(own['code']),
    scheme: SCHEMES[string(own['system'])] ?? '',
    name: string(concept['text']) || string(own['display']),
  };
}

const REPORT_STATUS: Readonly<Record<string, string>> = {
  registered: 'preliminary',
  partial: 'preliminary',
  preliminary: 'preliminary',
  final: 'final',
  amended: 'amended',
  corrected: 'amended',
  appended: 'amended',
  cancelled: 'cancelled',
  'entered-in-error': 'cancelled',
};

/** The report that a DiagnosticReport is, with its PDF. @throws HttpProblem 422 */
export function reportOf(resource: Json, referred: Referred): ReadReport {
  const path = 'DiagnosticReport.identifier';
  const ids = readIdentifiers(referred.hospital, objects(resource['identifier']), 'report', path);
  const based = objects(resource['basedOn']);
  const of = readIdentifiers(
    referred.hospital,
    based.map(({ identifier }) => object(identifier)).filter(({ value }) => value !== undefined),
    'order',
    'DiagnosticReport.basedOn',
  );
  const { findings, pdf } = formsOf(objects(resource['presentedForm']));
  const message = parsed(
    reportMessage,
    {
      reportNumber: ids.report,
      accessionNumber: ids.accession ?? of.accession,
      orderNumber:
        of.order ??
        based.map(({ reference }) => referred.order(string(reference))).find((one) => one !== undefined),
      studyInstanceUid: studyOf(objects(resource['imagingStudy']), referred.hospital),
      ...subjectOf(resource, referred, 'DiagnosticReport'),
      status: REPORT_STATUS[string(resource['status'])] ?? 'unknown',
      findings,
      impression: resource['conclusion'],
      author: string(objects(resource['performer'])[0]?.['display']),
      verifier: string(objects(resource['resultsInterpreter'])[0]?.['display']),
      performedAt: resource['effectiveDateTime'] ?? object(resource['effectivePeriod'])['end'],
      reportedAt: resource['issued'],
      statedAt: object(resource['meta'])['lastUpdated'],
    },
    'DiagnosticReport',
  );
  return { message, pdf };
}

function subjectOf(resource: Json, referred: Referred, type: string): { patientId: string; issuer: string } {
  const subject = object(resource['subject']);
  const path = `${type}.subject`;
  const identifier = object(subject['identifier']);
  const named =
    identifier['value'] === undefined
      ? referred.patient(string(subject['reference']))
      : readIdentifiers(referred.hospital, [identifier], 'patient', path).patient;
  if (named !== undefined) return { patientId: named.patientId, issuer: named.issuer };
  throw unfitResource(
    path,
    'name the patient by an identifier of the hospital, or refer to a Patient of this server or Bundle',
    '请用本院患者标识符，或引用本服务器、本 Bundle 中的 Patient',
  );
}

/** The one study that is referred to. */
function studyOf(references: readonly Json[], hospital: string): string | undefined {
  if (references.length > 1)
    throw unfitResource('DiagnosticReport.imagingStudy', 'more than one study', '涉及多个检查');
  const [one] = references;
  if (one === undefined) return undefined;
  const value = string(object(one['identifier'])['value']).replace(/^urn:oid:/, '');
  if (value !== '') return value;
  const study = studyOfId(/^ImagingStudy\/([A-Za-z0-9.-]+)$/.exec(string(one['reference']))?.[1] ?? '');
  if (study?.isOf(hospital) === true) return study.studyInstanceUid;
  throw unfitResource('DiagnosticReport.imagingStudy', 'no such study', '没有该检查');
}

function formsOf(forms: readonly Json[]): { findings: string; pdf: Buffer | null } {
  let findings = '';
  let pdf: Buffer | null = null;
  for (const { contentType, data } of forms) {
    const path = 'DiagnosticReport.presentedForm';
    const text = string(data);
    if (text === '' || !/^[A-Za-z0-9+/=\s]*$/.test(text))
      throw unfitResource(path, 'has to hold its data in base64', '须含 base64 数据（data）');
    const bytes = Buffer.from(text, 'base64');
    const [type] = string(contentType).split(';');
    if (type === 'text/plain') findings = bytes.toString('utf8');
    else if (type === 'application/pdf' && pdf === null && isPdf(bytes)) pdf = bytes;
    else throw unfitResource(path, 'has to be one whole PDF, or plain text', '须为一份完整的 PDF，或纯文本');
  }
  return { findings, pdf };
}
