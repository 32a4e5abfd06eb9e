import { imagingStudy, type ImagingStudyRow, readImagingStudies } from '@hutong/storage-config';
import { type Request, type Response, Router } from 'express';
import type { FhirResource, ImagingStudy } from 'fhir/r4.js';
import { auditAccess, queryOf } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { serverUrl } from '../auth/origin.ts';
import { callerOf, type ServerParts, type View, viewOf } from '../context.ts';
import { itemName } from '../dicomweb/itemNames.ts';
import { runStatement, inView, Parameters } from '../dicomweb/statement.ts';
import { searchset } from '../fhirResources/bundle.ts';
import { searchBody } from '../fhirResources/body.ts';
import type { FhirFeature } from '../fhirResources/feature.ts';
import { sendFhir } from '../fhirResources/outcome.ts';
import { type LocalPatient, patientIdsOf, patientKey } from '../fhirResources/patientIds.ts';
import { fhirBase, studyOfId } from '../fhirResources/references.ts';
import { type FhirSearch, readSearch, tokensOf } from '../fhirResources/searchParameters.ts';
import { problem } from '../problem.ts';
import { findImagingStudies, IMAGING_STUDY } from './imagingStudySearch.ts';
import { endpointsOf, readOrganizations } from './organizations.ts';
import { localPatientOf, patientResources, patientsByIdentifiers, patientsByKeys } from './patients.ts';

const patientOf = ({ hospital, patientId, issuer }: ImagingStudyRow): LocalPatient => ({
  hospital,
  patientId,
  issuer,
});

/** Studies as ImagingStudy resources, below `/fhir`: what QIDO shows to the same caller, and nothing else. */
export function imagingStudyRoutes(
  parts: Pick<ServerParts, 'index' | 'config' | 'audit' | 'personKeys'>,
): FhirFeature {
  const { index, config } = parts;
  const router = Router();
  const read = requireScope('read');

  const search = async (req: Request, res: Response): Promise<void> => {
    const view = viewOf(callerOf(res), { hospital: null });
    const asked = await withoutIdentifiers(readSearch(req, IMAGING_STUDY), view);
    const found = await findImagingStudies(index, asked, view);
    const rows = await readImagingStudies(index, found.studyIds);
    const matches = await resourcesOf(rows);
    const included = await includedWith(req, asked, rows, view);
    await auditAccess(parts, req, res, {
      action: 'search',
      count: matches.length,
      detail: { of: 'fhir/ImagingStudy', query: queryOf(req) },
    });
    const base = fhirBase(req, config);
    const { next, total } = found;
    sendFhir(
      res,
      searchset({
        base,
        type: 'ImagingStudy',
        search: asked,
        matches,
        included,
        next,
        ...(total === undefined ? {} : { total }),
      }),
    );
  };
  router.get('/ImagingStudy', read, search);
  router.post('/ImagingStudy/_search', read, ...searchBody(), search);

  router.get('/ImagingStudy/:imagingStudy', read, async (req, res) => {
    const view = viewOf(callerOf(res), { hospital: null });
    const [row] = await readImagingStudies(index, await studyIdsOf(String(req.params['imagingStudy']), view));
    if (row === undefined) throw problem('not-found');
    const [resource] = await resourcesOf([row]);
    await auditAccess(parts, req, res, {
      action: 'metadata',
      hospital: row.hospital,
      patientId: row.patientId,
      studyInstanceUid: row.studyInstanceUid,
      detail: { of: 'fhir/ImagingStudy' },
    });
    sendFhir(res, resource ?? {});
  });

  async function studyIdsOf(id: string, view: View): Promise<number[]> {
    const named = studyOfId(id);
    const parameters = new Parameters();
    const uid = parameters.add(named?.studyInstanceUid ?? '', 'text');
    const rows = await runStatement<{ study_id: number; hospital_code: string }>(
      index,
      `SELECT s.study_id, s.hospital_code FROM study s WHERE s.study_instance_uid = ${uid} AND ${inView('s', view, parameters)}`,
      parameters.values,
    );
    return rows.filter((row) => named?.isOf(row.hospital_code) ?? false).map((row) => row.study_id);
  }

  /** Identifiers of patients become ids of theirs, which may stand in the address of the next page. */
  async function withoutIdentifiers(asked: FhirSearch, view: View): Promise<FhirSearch> {
    const given = tokensOf(asked, 'patient.identifier');
    if (given.length === 0) return asked;
    const values = new Map(asked.values);
    values.delete('patient.identifier');
    const shown = [...asked.shown];
    const patients = [...(values.get('patient') ?? [])];
    for (const tokens of given) {
      const found = (await patientsByIdentifiers(parts, view, tokens, { cards: false })).map(localPatientOf);
      const ids = [...(await patientIdsOf(index, found)).values()];
      // Nobody: an id that no patient has.
      const alternatives = ids.length === 0 ? ['none'] : ids;
      patients.push(alternatives);
      shown.push(['patient', alternatives.join(',')]);
    }
    values.set('patient', patients);
    return { ...asked, values, shown };
  }

  async function resourcesOf(rows: readonly ImagingStudyRow[]): Promise<ImagingStudy[]> {
    const patients = await patientIdsOf(index, rows.map(patientOf));
    return rows.map((row) =>
      imagingStudy(row, {
        patient: patients.get(patientKey(patientOf(row))) ?? null,
        endpoints: true,
        itemName: (code) => row.items.find((item) => item.code === code)?.zh ?? itemName(code, null).zh,
      }),
    );
  }

  async function includedWith(
    req: Request,
    { includes }: FhirSearch,
    rows: readonly ImagingStudyRow[],
    view: View,
  ): Promise<FhirResource[]> {
    const hospitals = [...new Set(rows.map(({ hospital }) => hospital))];
    const included: FhirResource[] = [];
    if (rows.length === 0) return included;
    if (includes.has('ImagingStudy:patient') || includes.has('ImagingStudy:subject')) {
      const patients = new Map(rows.map((row) => [patientKey(patientOf(row)), patientOf(row)]));
      const found = await patientsByKeys(index, view, [...patients.values()]);
      included.push(...(await patientResources(index, view, found)));
    }
    if (includes.has('ImagingStudy:performer')) included.push(...(await readOrganizations(parts, hospitals)));
    if (includes.has('ImagingStudy:endpoint'))
      included.push(
        ...hospitals
          .flatMap((hospital) => endpointsOf(hospital, serverUrl(req, config)))
          .filter(({ id }) => id?.endsWith('.stow-rs') !== true),
      );
    return included;
  }

  return { router, searches: [IMAGING_STUDY] };
}
