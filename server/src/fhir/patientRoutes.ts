import { type Request, type Response, Router } from 'express';
import { auditAccess, queryOf } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { callerOf, type ServerParts, viewOf } from '../context.ts';
import { searchset } from '../fhirResources/bundle.ts';
import { searchBody } from '../fhirResources/body.ts';
import type { FhirFeature, Searchable } from '../fhirResources/feature.ts';
import { sendFhir } from '../fhirResources/outcome.ts';
import { patientsOfIds } from '../fhirResources/patientIds.ts';
import { fhirBase } from '../fhirResources/references.ts';
import { readSearch, tokensOf } from '../fhirResources/searchParameters.ts';
import { HttpProblem, problem } from '../problem.ts';
import {
  localPatientOf,
  MOST_PATIENTS,
  patientResources,
  patientsByIdentifiers,
  patientsByKeys,
} from './patients.ts';

const PATIENT: Searchable = {
  type: 'Patient',
  parameters: [
    { name: '_id', type: 'token' },
    {
      name: 'identifier',
      type: 'token',
      documentation:
        'PatientID, with the system of its hospital or of any; number of an identity or health card, with its system.',
      postedOnly: true,
    },
  ],
};

/** Patients of studies that the caller may read, below `/fhir`. They are not listed: who asks names them. */
export function patientRoutes(
  parts: Pick<ServerParts, 'index' | 'config' | 'audit' | 'personKeys'>,
): FhirFeature {
  const { index, config } = parts;
  const router = Router();
  const read = requireScope('read');

  const search = async (req: Request, res: Response): Promise<void> => {
    const view = viewOf(callerOf(res), { hospital: null });
    const asked = readSearch(req, PATIENT);
    const identifiers = tokensOf(asked, 'identifier');
    const ids = tokensOf(asked, '_id').map((tokens) => tokens.map(({ code }) => code));
    if (identifiers.length + ids.length !== 1)
      throw new HttpProblem(
        400,
        'bad-query-parameter',
        'Patients are found by _id, or by identifier in the body of POST /fhir/Patient/_search; one of them, once.',
        '患者仅可按 _id 查询，或通过 POST /fhir/Patient/_search 按 identifier 查询；两者取一，且仅一次。',
      );
    const rows =
      identifiers[0] === undefined
        ? await patientsByKeys(index, view, await patientsOfIds(index, ids.flat()))
        : await patientsByIdentifiers(parts, view, identifiers[0], { cards: true });
    if (rows.length > MOST_PATIENTS)
      throw problem('too-large', {
        detail: `More than ${MOST_PATIENTS} patients have these identifiers. Name the hospital by the system.`,
        detailZh: `符合条件的患者超过 ${MOST_PATIENTS} 位，请用 system 指明医院。`,
      });
    const page = asked.countAlone ? [] : await patientResources(index, view, rows);
    await auditAccess(parts, req, res, {
      action: 'search',
      count: page.length,
      detail: { of: 'fhir/Patient', query: queryOf(req) },
    });
    const base = fhirBase(req, config);
    sendFhir(
      res,
      searchset({ base, type: 'Patient', search: asked, matches: page, next: null, total: rows.length }),
    );
  };
  router.get('/Patient', read, search);
  router.post('/Patient/_search', read, ...searchBody(), search);

  router.get('/Patient/:patient', read, async (req, res) => {
    const view = viewOf(callerOf(res), { hospital: null });
    const asked = await patientsOfIds(index, [String(req.params['patient'])]);
    const rows = await patientsByKeys(index, view, asked);
    const [resource] = await patientResources(index, view, rows);
    const [row] = rows;
    if (resource === undefined || row === undefined) throw problem('not-found');
    const { hospital, patientId } = localPatientOf(row);
    await auditAccess(parts, req, res, {
      action: 'metadata',
      hospital,
      patientId,
      detail: { of: 'fhir/Patient' },
    });
    sendFhir(res, resource);
  });
  return { router, searches: [PATIENT] };
}
