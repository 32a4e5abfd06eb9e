import { type DicomJson, items, text } from '@hutong/dicom';
import { loadDatasets } from '@hutong/storage-config';
import type { Pool } from 'pg';
import type { ReportBody } from '../contract/orders.ts';
import { meaning, nameOf, reportLines } from '../dicomweb/structuredReport.ts';

/** Reports in DICOM: Basic Text, Enhanced, Comprehensive (3D) SR, and Encapsulated PDF (PS3.4 B.5). */
const STRUCTURED = [
  '1.2.840.10008.5.1.4.1.1.88.11',
  '1.2.840.10008.5.1.4.1.1.88.22',
  '1.2.840.10008.5.1.4.1.1.88.33',
  '1.2.840.10008.5.1.4.1.1.88.34',
];
const ENCAPSULATED_PDF = '1.2.840.10008.5.1.4.1.1.104.1';
/** Newest documents of a study that are shown, and lines of one. */
const MOST = 20;
const MOST_LINES = 1000;
/** Bytes of a dataset as the index holds it; a longer one is a table of measurements, to be opened as what it is. */
const LONGEST_DATASET = 2 * 1024 * 1024;

interface DocumentRow {
  instance_id: number;
  size: number;
  sop: string;
  sop_class: string;
  series: string;
  stored_at: Date;
}

/** The reports among the instances of a study that the caller may read. Text comes from the content tree, as text alone. */
export async function storedReports(
  index: Pool,
  study: { studyId: number; studyInstanceUid: string; hospital: string },
): Promise<ReportBody[]> {
  const { rows } = await index.query<DocumentRow>(
    `SELECT i.instance_id, coalesce(octet_length(i.dataset), 0) AS size, i.sop_instance_uid AS sop, i.sop_class_uid AS sop_class,
            s.series_instance_uid AS series, i.stored_at
       FROM instance i JOIN series s USING (series_id)
      WHERE i.study_id = $1 AND i.sop_class_uid = ANY ($2)
      ORDER BY i.stored_at DESC, i.instance_id DESC LIMIT ${MOST}`,
    [study.studyId, [...STRUCTURED, ENCAPSULATED_PDF]],
  );
  const datasets = new Map<number, DicomJson>();
  for await (const batch of loadDatasets(
    index,
    rows.filter(({ size }) => size <= LONGEST_DATASET),
  ))
    for (const { instance_id: id, dataset } of batch) datasets.set(id, JSON.parse(dataset) as DicomJson);
  return rows.map((row) => {
    const root = `/hospitals/${study.hospital}/dicomweb/studies/${study.studyInstanceUid}`;
    const address = `${root}/series/${row.series}/instances/${row.sop}/rendered`;
    return documentBody(row, datasets.get(row.instance_id) ?? {}, address);
  });
}

function documentBody(row: DocumentRow, dataset: DicomJson, address: string): ReportBody {
  const isPdf = row.sop_class === ENCAPSULATED_PDF;
  const [verifier] = items(dataset, '0040A073');
  const [author] = items(dataset, '0040A078');
  const verifiedAt = verifier === undefined ? null : instantOf(text(verifier, '0040A030'));
  const writtenAt = instantOf(text(dataset, '00080023') + text(dataset, '00080033'));
  // Nobody verifies a PDF; what is complete and verified is final, anything else may still change (PS3.3 C.17.2).
  const isFinal =
    isPdf || (text(dataset, '0040A491') === 'COMPLETE' && text(dataset, '0040A493') === 'VERIFIED');
  return {
    id: row.sop,
    source: 'stow',
    status: isFinal ? 'final' : 'preliminary',
    title: text(dataset, '00420010') || meaning(dataset, '0040A043'),
    findings: '',
    impression: '',
    lines: isPdf ? [] : reportLines(dataset).slice(0, MOST_LINES),
    document: isPdf ? address : null,
    author: author === undefined ? '' : nameOf(author, '0040A123'),
    verifier: verifier === undefined ? '' : nameOf(verifier, '0040A075'),
    performedAt: null,
    reportedAt: verifiedAt ?? writtenAt,
    receivedAt: row.stored_at.toISOString(),
    versions: 1,
  };
}

/** A DA with TM, or a DT, of Chinese time where it names no offset. */
function instantOf(value: string): string | null {
  const [, day, time = '000000', offset = '+0800'] =
    /^(\d{8})(\d{6})?(?:\.\d{1,6})?([+-]\d{4})?$/.exec(value.trim()) ?? [];
  if (day === undefined) return null;
  const at = new Date(
    `${day.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3')}T${time.replace(/^(\d\d)(\d\d)(\d\d)$/, '$1:$2:$3')}${offset.slice(0, 3)}:${offset.slice(3)}`,
  );
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}
