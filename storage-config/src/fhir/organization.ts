import type { Organization } from 'fhir/r4.js';
import { FHIR_SYSTEMS } from './references.ts';

/** Addresses of the extensions of hospitals; docs/integration.md describes them. */
export const HOSPITAL_LEVEL_EXTENSION = 'urn:hutong:StructureDefinition:hospital-level';
export const RECOGNITION_SCOPE_EXTENSION = 'urn:hutong:StructureDefinition:recognition-scope';

export interface OrganizationFacts {
  code: string;
  nameZh: string;
  nameEn: string;
  level: string;
  /** Scopes of recognition it takes part in. */
  scopes: readonly string[];
}

/** A hospital as a FHIR R4 Organization: its level, and the scopes of recognition it takes part in. */
export function organization({ code, nameZh, nameEn, level, scopes }: OrganizationFacts): Organization {
  const extension = [
    ...(level === '' ? [] : [{ url: HOSPITAL_LEVEL_EXTENSION, valueString: level }]),
    ...scopes.map((name) => ({
      url: RECOGNITION_SCOPE_EXTENSION,
      valueCoding: { system: FHIR_SYSTEMS.scope, code: name },
    })),
  ];
  return {
    resourceType: 'Organization',
    id: code,
    ...(extension.length === 0 ? {} : { extension }),
    identifier: [{ system: FHIR_SYSTEMS.hospital, value: code }],
    active: true,
    type: [
      {
        coding: [
          {
            system: 'http://terminology.hl7.org/CodeSystem/organization-type',
            code: 'prov',
            display: 'Healthcare Provider',
          },
        ],
      },
    ],
    name: nameZh === '' ? code : nameZh,
    ...(nameEn === '' || nameEn === nameZh ? {} : { alias: [nameEn] }),
  };
}
