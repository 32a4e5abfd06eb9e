import type { ReadAuditEvent } from '@hutong/storage-config';
import { auditEventId } from '@hutong/storage-config';
import { stringify } from 'csv-stringify/sync';

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

/** What spreadsheets take for a formula begins so, behind whatever space. */
const FORMULA = /^[\s\uFEFF]*[=+\-@＝＋－＠]|^[\t\r\n]/;
const harmless = (cell: string): string => (FORMULA.test(cell) ? `'${cell}` : cell);

/** Headings as spreadsheets read them: UTF-8 with a byte order mark. */
export const tableHead = (): string =>
  `\uFEFF${stringify([COLUMNS.map(([heading]) => heading)], { record_delimiter: 'windows' })}`;

/** Events as lines of CSV (RFC 4180), in which no cell is a formula. */
export const tableLines = (events: readonly ReadAuditEvent[]): string =>
  stringify(
    events.map((event) => COLUMNS.map(([, cell]) => harmless(cell(event)))),
    { record_delimiter: 'windows' },
  );
