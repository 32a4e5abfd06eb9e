import type { ServerParts } from '../context.ts';
import type { FhirFeature } from '../fhirResources/feature.ts';
import { imagingStudyRoutes } from './imagingStudyRoutes.ts';
import { organizationRoutes } from './organizationRoutes.ts';
import { patientRoutes } from './patientRoutes.ts';

/** What is read of studies, patients, hospitals and their addresses as FHIR R4 resources. */
export const fhirRoutes = (parts: ServerParts): FhirFeature[] => [
  imagingStudyRoutes(parts),
  patientRoutes(parts),
  organizationRoutes(parts),
];
