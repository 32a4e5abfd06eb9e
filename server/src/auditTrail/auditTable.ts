import type { ReadAuditEvent } from '@hutong/storage-config';
import { auditEventId, csvLines, writeCsv } from '@hutong/storage-config';

const COLUMNS: readonly (readonly [heading: string, cell: (event: ReadAuditEvent) => string])[] = [
  ['时间 time', ({ at }) => at],
  ['操作 action', ({ action }) => action],
  ['结果 outcome', ({ outcome }) => outcome],
  ['操作者类型 actor kind', ({ actorKind }) => actorKind],
  ['操作者 actor', ({ actorName, actorId }) => (actorName === '' ? actorId : actorName)],
  ['操作者编号 actor id', ({ actorId }) => actorId],
  ['地址 address', ({ address }) => address],
  ['用途 purpose', ({ purpose }) => purpose],
  ['医院 hospital', ({ hospital }) => hospital],
  ['患者ID PatientID', ({ patientId }) => patientId],
  ['检查UID StudyInstanceUID', ({ studyInstanceUid }) => studyInstanceUid],
  ['序列UID SeriesInstanceUID', ({ seriesInstanceUid }) => seriesInstanceUid],
  ['次数 count', ({ total }) => String(total)],
  ['详情 detail', ({ detail }) => detail],
  ['编号 id', ({ writerId, sequence }) => auditEventId(writerId, sequence)],
];

/** Headings as spreadsheets read them: UTF-8 with a byte order mark. */
export const tableHead = (): string => writeCsv([COLUMNS.map(([heading]) => heading)]);

/** Events as lines of CSV (RFC 4180), in which no cell is a formula. */
export const tableLines = (events: readonly ReadAuditEvent[]): string =>
  csvLines(events.map((event) => COLUMNS.map(([, cell]) => cell(event))));
