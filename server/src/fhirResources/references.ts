import type { Request } from 'express';
import { serverUrl } from '../auth/origin.ts';
import type { ServerParts } from '../context.ts';

export {
  accessionSystem,
  FHIR_ID,
  FHIR_SYSTEMS as SYSTEMS,
  hospitalOfPatientIds,
  imagingStudyId,
  orderSystem,
  patientIdSystem,
  reportSystem,
  studyOfId,
} from '@hutong/storage-config';

/** Absolute address of FHIR resources of this server, without a slash at the end. */
export const fhirBase = (req: Request, config: ServerParts['config']): string =>
  `${serverUrl(req, config)}/fhir`;
