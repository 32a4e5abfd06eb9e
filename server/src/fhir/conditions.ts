import type { Parameters } from '../dicomweb/statement.ts';
import { homeMoment, type Span } from '../fhirResources/dates.ts';
import type { LocalPatient } from '../fhirResources/patientIds.ts';
import { hospitalOfPatientIds, studyOfId, SYSTEMS } from '../fhirResources/references.ts';
import type { Token } from '../fhirResources/searchParameters.ts';

/** Alternatives of a parameter as one condition; none fits nothing. */
export const anyOf = (conditions: readonly string[]): string =>
  conditions.length === 0 ? 'false' : `(${conditions.join(' OR ')})`;

/** Study date and time of the region; a bound at midnight is one of days, so that studies without a time count. */
export function startedCondition({ from, until }: Span, parameters: Parameters): string {
  const bound = (moment: Date): string => parameters.add(homeMoment(moment).replace(/000000$/, ''), 'text');
  const both = [
    from === null ? `s.study_moment <> ''` : `s.study_moment >= ${bound(from)}`,
    ...(until === null ? [] : [`s.study_moment < ${bound(until)}`]),
  ];
  return `(${both.join(' AND ')})`;
}

/** When images arrived, or a label came or went. */
export function updatedCondition({ from, until }: Span, parameters: Parameters): string {
  const at = (moment: Date): string => parameters.add(moment.toISOString(), 'timestamptz');
  const both = [
    ...(from === null
      ? []
      : [
          `s.study_id IN (SELECT study_id FROM study
                    WHERE stored_second >= date_trunc('second', ${at(from)} AT TIME ZONE 'UTC') AND last_stored_at >= ${at(from)}
                   UNION SELECT study_id FROM hr_label_event WHERE created_at >= ${at(from)})`,
        ]),
    ...(until === null
      ? []
      : [
          `s.last_stored_at < ${at(until)}`,
          `NOT EXISTS (SELECT FROM hr_label l WHERE l.study_id = s.study_id AND l.created_at >= ${at(until)})`,
        ]),
  ];
  return both.length === 0 ? 'true' : `(${both.join(' AND ')})`;
}

/** StudyInstanceUID, with `urn:oid:` or without, or accession number. */
export function identifierCondition({ system, code }: Token, parameters: Parameters): string {
  const uid = code.replace(/^urn:oid:/, '');
  const ofUid = `s.study_instance_uid = ${parameters.add(uid, 'text')}`;
  if (system === SYSTEMS.dicomUid) return ofUid;
  const ofAccession = `s.accession_number = ${parameters.add(code, 'text')}`;
  if (system === null) return anyOf([ofUid, ofAccession]);
  const [, hospital] = /^urn:hutong:accession:([a-z0-9-]{1,32})$/.exec(system) ?? [];
  return hospital === undefined
    ? 'false'
    : `(s.hospital_code = ${parameters.add(hospital, 'text')} AND ${ofAccession})`;
}

/** A study by its id: the UID by the index, then whose it is. */
export function idCondition(id: string, hospitals: readonly string[], parameters: Parameters): string {
  const named = studyOfId(id);
  if (named === null) return 'false';
  const of = hospitals.filter((code) => named.isOf(code));
  return `(s.study_instance_uid = ${parameters.add(named.studyInstanceUid, 'text')}
           AND s.hospital_code = ANY (${parameters.add(of, 'text[]')}))`;
}

export const statusCondition = ({ code }: Token): string =>
  code === 'available'
    ? 's.number_of_instances > 0'
    : code === 'registered'
      ? 's.number_of_instances = 0'
      : 'false';

/** Studies of these patients, each in its hospital. */
export function patientsCondition(patients: readonly LocalPatient[], parameters: Parameters): string {
  if (patients.length === 0) return 'false';
  const column = (values: string[]): string => parameters.add(values, 'text[]');
  return `(s.patient_id = ANY (${column([...new Set(patients.map(({ patientId }) => patientId))])})
           AND (s.hospital_code, s.patient_id, s.issuer_of_patient_id) IN (SELECT * FROM unnest(
               ${column(patients.map(({ hospital }) => hospital))}, ${column(patients.map(({ patientId }) => patientId))},
               ${column(patients.map(({ issuer }) => issuer))})))`;
}

/** PatientIDs, in whichever hospital or in the one that the system names. Identifiers of persons are another matter. */
export function patientIdCondition({ system, code }: Token, parameters: Parameters): string {
  const ofId = `s.patient_id = ${parameters.add(code, 'text')}`;
  if (system === null) return ofId;
  const named = hospitalOfPatientIds(system);
  if (named === null) return 'false';
  const of = `s.hospital_code = ${parameters.add(named.hospital, 'text')}`;
  return named.issuer === ''
    ? `(${ofId} AND ${of})`
    : `(${ofId} AND ${of} AND s.issuer_of_patient_id = ${parameters.add(named.issuer, 'text')})`;
}
