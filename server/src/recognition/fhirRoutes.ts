import { type Request, type Response, Router } from 'express';
import { auditAccess, queryOf } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { callerOf, hospitalsWith, type ServerParts, viewOf } from '../context.ts';
import { searchBody } from '../fhirResources/body.ts';
import { searchset } from '../fhirResources/bundle.ts';
import type { FhirFeature } from '../fhirResources/feature.ts';
import { sendFhir } from '../fhirResources/outcome.ts';
import { fhirBase } from '../fhirResources/references.ts';
import { readSearch } from '../fhirResources/searchParameters.ts';
import { problem } from '../problem.ts';
import { DETECTED_ISSUE, findIssues, readIssue } from './detectedIssue.ts';
import { findProvenance, PROVENANCE, readProvenance } from './provenance.ts';

/**
 * Below `/fhir`: where labels come from, as Provenance of the studies in view; duplicate examinations that hospitals were
 * reminded of, as DetectedIssue with the decision as its mitigation, for who may recognise there.
 */
export function recognitionFhirRoutes({
  index,
  config,
  audit,
}: Pick<ServerParts, 'index' | 'config' | 'audit'>): FhirFeature {
  const router = Router();
  const read = requireScope('read');
  const recognise = requireScope('recognise');

  const searchProvenance = async (req: Request, res: Response): Promise<void> => {
    const search = readSearch(req, PROVENANCE);
    const view = viewOf(callerOf(res), { hospital: null });
    const { resources, ...page } = await findProvenance(index, search, view);
    await auditAccess({ audit }, req, res, {
      action: 'search',
      count: resources.length,
      detail: { of: 'fhir/Provenance', query: queryOf(req) },
    });
    const base = fhirBase(req, config);
    sendFhir(res, searchset({ base, type: 'Provenance', search, matches: resources, ...page }));
  };
  router.get('/Provenance', read, searchProvenance);
  router.post('/Provenance/_search', read, ...searchBody(), searchProvenance);

  router.get('/Provenance/:provenance', read, async (req, res) => {
    const view = viewOf(callerOf(res), { hospital: null });
    const found = await readProvenance(index, String(req.params['provenance']), view);
    if (found === null) throw problem('not-found');
    const { hospital, studyInstanceUid } = found;
    await auditAccess({ audit }, req, res, {
      action: 'metadata',
      hospital,
      studyInstanceUid,
      detail: { of: 'fhir/Provenance' },
    });
    sendFhir(res, found.resource);
  });

  const searchIssues = async (req: Request, res: Response): Promise<void> => {
    const search = readSearch(req, DETECTED_ISSUE);
    const { resources, ...page } = await findIssues(index, search, hospitalsWith(callerOf(res), 'recognise'));
    await auditAccess({ audit }, req, res, {
      action: 'search',
      count: resources.length,
      detail: { of: 'fhir/DetectedIssue', query: queryOf(req) },
    });
    const base = fhirBase(req, config);
    sendFhir(res, searchset({ base, type: 'DetectedIssue', search, matches: resources, ...page }));
  };
  router.get('/DetectedIssue', recognise, searchIssues);
  router.post('/DetectedIssue/_search', recognise, ...searchBody(), searchIssues);

  router.get('/DetectedIssue/:detectedIssue', recognise, async (req, res) => {
    const hospitals = hospitalsWith(callerOf(res), 'recognise');
    const found = await readIssue(index, String(req.params['detectedIssue']), hospitals);
    if (found === null) throw problem('not-found');
    const { hospital, patientId } = found;
    await auditAccess({ audit }, req, res, {
      action: 'metadata',
      hospital,
      patientId,
      detail: { of: 'fhir/DetectedIssue' },
    });
    sendFhir(res, found.resource);
  });
  return { router, searches: [PROVENANCE, DETECTED_ISSUE] };
}
