import { HttpProblem } from '../problem.ts';
import {
  accessionSystem,
  hospitalOfPatientIds,
  orderSystem,
  reportSystem,
  SYSTEMS,
} from '../fhirResources/references.ts';

/** Anything of a FHIR resource in JSON, before it is known to be what it says. */
export type Json = Readonly<Record<string, unknown>>;

/** A resource that cannot be taken. `path` is FHIR's, without values. */
export function unfitResource(path: string, en: string, zh: string): HttpProblem {
  return new HttpProblem(422, 'resource-refused', `${path}: ${en}`, `${path}：${zh}`);
}

/** @returns the object, or an empty one for anything else */
export const object = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
export const objects = (value: unknown): Json[] => (Array.isArray(value) ? value.map(object) : []);
export const string = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Nesting of a resource that is looked through. */
const DEEPEST = 24;

/**
 * Refuses what changes the meaning of a resource in a way that is not known here: modifier extensions, implicit rules, and
 * orders not to do something (R4 2.1.0.5, 2.1.0.1).
 *
 * @throws HttpProblem 422
 */
export function refuseModifiers(value: unknown, path: string, depth = 0): void {
  if (depth > DEEPEST) throw unfitResource(path, 'is nested too deeply', '嵌套过深');
  if (Array.isArray(value)) {
    for (const one of value) refuseModifiers(one, path, depth + 1);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    const here = `${path}.${name.slice(0, 64)}`;
    if (name === 'modifierExtension')
      throw unfitResource(
        here,
        'is not understood, and may change what the rest means',
        '无法识别，可能改变其余内容的含义',
      );
    if (name === 'implicitRules') throw unfitResource(here, 'is not understood', '无法识别');
    if (name === 'doNotPerform' && inner === true)
      throw unfitResource(
        here,
        'orders not to do something; such orders are not taken',
        '为禁止执行的申请，不予接收',
      );
    refuseModifiers(inner, here, depth + 1);
  }
}

const typeCode = (identifier: Json): string =>
  string(objects(object(identifier['type'])['coding'])[0]?.['code']);

/** Identifiers by what they are of, of one hospital; systems of other hospitals are refused. */
export interface Identified {
  patient?: { patientId: string; issuer: string };
  order?: string;
  report?: string;
  accession?: string;
  persons: { kind: 'idCard' | 'healthCard' | 'passport' | 'other'; value: string; issuer: string }[];
}

/**
 * What identifiers name. One without a system or type is the resource's own number (`own`).
 *
 * @throws HttpProblem 422 for identifiers of another hospital
 */
export function readIdentifiers(
  hospital: string,
  identifiers: readonly Json[],
  own: 'patient' | 'order' | 'report',
  path: string,
): Identified {
  const found: Identified = { persons: [] };
  for (const identifier of identifiers) {
    const [system, value, type] = [
      string(identifier['system']),
      string(identifier['value']),
      typeCode(identifier),
    ];
    if (value === '') throw unfitResource(path, 'an identifier has no value', '标识符缺少 value');
    const patient = hospitalOfPatientIds(system);
    if (patient !== null && patient.hospital !== hospital) throw ofAnother(path);
    if (/^urn:hutong:(?:order|accession|report):/.test(system) && !system.endsWith(`:${hospital}`))
      throw ofAnother(path);
    if (patient !== null) found.patient ??= { patientId: value, issuer: patient.issuer };
    else if (system === orderSystem(hospital)) found.order ??= value;
    else if (system === reportSystem(hospital)) found.report ??= value;
    else if (system === accessionSystem(hospital) || type === 'ACSN') found.accession ??= value;
    else if (system === SYSTEMS.idCard) found.persons.push({ kind: 'idCard', value, issuer: '' });
    else if (system === SYSTEMS.healthCard) found.persons.push({ kind: 'healthCard', value, issuer: '' });
    else if (type === 'PPN') found.persons.push({ kind: 'passport', value, issuer: '' });
    else if (own === 'patient' && (system !== '' || (type !== '' && type !== 'MR')))
      found.persons.push({ kind: 'other', value, issuer: system.slice(0, 64) });
    else if (own === 'patient') found.patient ??= { patientId: value, issuer: '' };
    else if (system === '' || type === 'PLAC' || type === 'FILL') found[own] ??= value;
  }
  return found;
}

const ofAnother = (path: string): HttpProblem =>
  unfitResource(path, 'is an identifier of another hospital', '为其他医院的标识符');
