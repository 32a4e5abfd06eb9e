import { writeCsv } from '@hutong/storage-config';
import type { PublicationBody } from '../contract/publication.ts';

const HEADINGS = [
  '互认范围 scope',
  '标识 label',
  '项目代码 item',
  '项目名称',
  'item name',
  '医院代码 hospital',
  '医院名称',
  'hospital name',
  '级别 level',
  '评价日期 evaluated on',
  '有效期至 valid until',
  '质控中心 quality-control centre',
  '状态 state',
];

/** What is published as a table (CSV with a byte order mark, so that spreadsheets read Chinese), one row a qualification. */
export function publicationTable({ scopes, hospitals, centres }: PublicationBody): string {
  const hospitalOf = new Map(hospitals.map((one) => [one.code, one]));
  const centreOf = new Map(centres.map((one) => [one.code, one]));
  const rows = scopes.flatMap((scope) =>
    scope.items.flatMap((item) =>
      item.hospitals.map((one) => {
        const hospital = hospitalOf.get(one.code);
        return [
          scope.name,
          scope.label,
          item.code,
          item.name.zh,
          item.name.en,
          one.code,
          hospital?.name.zh ?? '',
          hospital?.name.en ?? '',
          hospital?.level ?? '',
          one.evaluatedAt,
          one.validUntil,
          centreOf.get(one.centre ?? '')?.name.zh ?? one.centre ?? '',
          one.suspended ? '已暂停 suspended' : '有效 valid',
        ];
      }),
    ),
  );
  return writeCsv([HEADINGS, ...rows]);
}
