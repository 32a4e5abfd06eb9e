import type { Patient } from 'fhir/r4.js';
import { readableName } from '../readableName.ts';
import { fhirDate } from './dates.ts';
import type { LocalPatient } from './patientHandles.ts';
import { patientIdSystem } from './references.ts';

/** A patient as the newest of the studies says who it is. Names are component groups, dates DICOM's. */
export interface PatientFacts extends LocalPatient {
  alphabetic: string;
  ideographic: string;
  sex: string;
  birthDate: string;
  updatedAt: Date;
}

const GENDERS: Readonly<Record<string, 'male' | 'female' | 'other'>> = { M: 'male', F: 'female', O: 'other' };

/**
 * A patient of a hospital as a FHIR R4 Patient.
 *
 * @param links ids of other patients that are the same person
 */
export function patientResource(facts: PatientFacts, id: string, links: readonly string[] = []): Patient {
  const names = [readableName(facts.ideographic), readableName(facts.alphabetic)].filter(
    (name) => name !== '',
  );
  const birthDate = fhirDate(facts.birthDate);
  const gender = GENDERS[facts.sex];
  const organization = { reference: `Organization/${facts.hospital}` };
  return {
    resourceType: 'Patient',
    id,
    meta: { lastUpdated: facts.updatedAt.toISOString() },
    identifier: [
      {
        use: 'usual',
        type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR' }] },
        system: patientIdSystem(facts.hospital, facts.issuer),
        value: facts.patientId,
        assigner: organization,
      },
    ],
    ...(names.length === 0 ? {} : { name: names.map((text) => ({ text })) }),
    ...(gender === undefined ? {} : { gender }),
    ...(birthDate === undefined ? {} : { birthDate }),
    managingOrganization: organization,
    ...(links.length === 0
      ? {}
      : {
          link: links.map((other) => ({
            other: { reference: `Patient/${other}` },
            type: 'seealso' as const,
          })),
        }),
  };
}
