import { failureOf } from './conformance/store.ts';
import { personName } from './person.ts';
import { reportSignedOut } from './session.ts';
import { openShare, studiesOfShare } from './share.ts';
import type {
  DataSource,
  DataSourceModule,
  ExtensionManager,
  ServicesManager,
  StudyRow,
  StudySearch,
} from './host/types.ts';

const stockSource = '@ohif/extension-default.dataSourcesModule.dicomweb';

interface Configuration {
  qidoRoot: string;
}

type Attribute = { Value?: unknown[] } | undefined;
type Study = Readonly<Record<string, Attribute>>;

/**
 * OHIF's own DICOMweb source for everything but the look-up of studies, which is ours for two reasons: names are
 * shown in Chinese where they are recorded so, and OHIF's search for “earlier studies of the patient” by PatientID
 * is refused, because the same PatientID in two hospitals is two persons. Which studies a share shows is said by its
 * contents and not by the address.
 */
export function createDataSource(
  configuration: Configuration,
  servicesManager: ServicesManager,
  extensionManager: ExtensionManager,
): DataSource {
  const stock = (extensionManager.getModuleEntry(stockSource) as DataSourceModule).createDataSource(
    configuration,
    servicesManager,
    extensionManager,
  );
  stock.query.studies.search = (search) => searchStudies(configuration.qidoRoot, search);
  if (openShare !== null) {
    const alias = openShare;
    let studies: string[] = [];
    const initialize = stock.initialize.bind(stock);
    stock.initialize = async (opened) => {
      await initialize(opened);
      studies = await studiesOfShare(alias);
    };
    stock.getStudyInstanceUIDs = () => studies;
  }
  return stock;
}

async function searchStudies(root: string, search: StudySearch): Promise<StudyRow[]> {
  if (!search.studyInstanceUid) return [];
  const query = new URLSearchParams({
    StudyInstanceUID: search.studyInstanceUid,
    includefield: '00081030,00080060',
  });
  const answer = await fetch(`${root}/studies?${query.toString()}`, {
    headers: { Accept: 'application/dicom+json' },
    credentials: 'same-origin',
  });
  if (!answer.ok) {
    if (failureOf(answer.status) === 'signedOut') reportSignedOut();
    throw new Error(`the study was not found: status ${answer.status}`);
  }
  if (answer.status === 204) return [];
  return ((await answer.json()) as Study[]).map(toRow);
}

function toRow(study: Study): StudyRow {
  const modalities = study['00080061']?.Value ?? [];
  return {
    studyInstanceUid: first(study['0020000D']),
    date: first(study['00080020']),
    time: first(study['00080030']),
    accession: first(study['00080050']),
    // Left out on purpose: OHIF would search by it for other studies.
    mrn: '',
    patientName: personName(study['00100010']?.Value?.[0]),
    instances: Number(first(study['00201208'])) || 0,
    description: first(study['00081030']),
    modalities: modalities.join('/'),
  };
}

function first(attribute: Attribute): string {
  const value = attribute?.Value?.[0];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
