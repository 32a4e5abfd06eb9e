import { useMemo } from 'react';
import type { Deciding } from '@hutong/recognition';
import type { FiguresBody } from '@hutong/server/contract/figures';
import { useSettings } from '../app/settings.ts';
import { formatCount } from '../format/format.ts';
import { figureWords } from '../i18n/figures.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { barsOption } from './chartOptions.ts';
import { FigureTable } from './FigureTable.tsx';
import { formatShare, formatYuan } from './numbers.ts';
import { Panel } from './Panel.tsx';

/** Rows that a chart shows; the table has them all. */
const CHARTED = 15;
const heightOf = (rows: number): number => 60 + 26 * Math.min(rows, CHARTED);

const decidingCells = (row: Deciding): string[] => [
  formatCount(row.reminded.items),
  formatCount(row.viewed.items),
  formatCount(row.recognised.items),
  formatCount(row.examinedAgain.items),
  formatCount(row.cited.items),
  formatShare(row.recognised.items, row.recognised.items + row.examinedAgain.items),
  formatYuan(row.savings.fen),
];

function useDeciding() {
  const words = useOwnWords(figureWords);
  const { theme } = useSettings();
  const { reminded, viewed, recognised, examinedAgain, cited } = words.steps;
  const columns = [reminded, viewed, recognised, examinedAgain, cited, words.recognitionRate, words.saved];
  const chart = (rows: readonly { name: string; of: Deciding }[]) => {
    const most = rows
      .filter(({ of }) => of.recognised.items + of.examinedAgain.items > 0)
      .toSorted((a, b) => b.of.recognised.items - a.of.recognised.items)
      .slice(0, CHARTED);
    if (most.length === 0) return null;
    return barsOption(
      most.map(({ name }) => name),
      [
        { name: recognised, values: most.map(({ of }) => of.recognised.items), colour: 'label' },
        { name: examinedAgain, values: most.map(({ of }) => of.examinedAgain.items), colour: 'review' },
      ],
      theme,
    );
  };
  return { words, columns, chart, theme };
}

export function ByItem({ body }: { body: FiguresBody }) {
  const { pick } = useWords();
  const { words, columns, chart } = useDeciding();
  const { items, names } = body.figures;
  const nameOf = (code: string): string => {
    const name = names.items[code];
    return name === undefined ? code : `${code} ${pick(name)}`;
  };
  return (
    <Panel
      title={words.byItem}
      testId="by-item"
      option={chart(items.map((of) => ({ name: nameOf(of.itemCode), of })))}
      height={heightOf(items.length)}
      table={
        <FigureTable
          caption={words.byItem}
          columns={[words.item, words.steps.stored, words.steps.labelled, ...columns]}
          rows={items.map((row) => ({
            key: row.itemCode,
            cells: [
              nameOf(row.itemCode),
              formatCount(row.stored.items),
              formatCount(row.labelled.items),
              ...decidingCells(row),
            ],
          }))}
        />
      }
    />
  );
}

export function ByHospital({ body }: { body: FiguresBody }) {
  const { words, columns, chart } = useDeciding();
  const nameOf = useHospitalOf(body);
  const { hospitals } = body.figures;
  return (
    <Panel
      title={words.byHospital}
      testId="by-hospital"
      option={chart(hospitals.map((of) => ({ name: nameOf(of.hospital), of })))}
      height={heightOf(hospitals.length)}
      table={
        <FigureTable
          caption={words.byHospital}
          columns={[
            words.hospitalName,
            words.steps.stored,
            words.steps.labelled,
            ...columns,
            words.elsewhereRecognised,
          ]}
          rows={hospitals.map((row) => ({
            key: row.hospital,
            cells: [
              nameOf(row.hospital),
              formatCount(row.stored.items),
              formatCount(row.labelled.items),
              ...decidingCells(row),
              formatCount(row.elsewhere.recognisedItems),
            ],
          }))}
        />
      }
    />
  );
}

export function ByDepartment({ body }: { body: FiguresBody }) {
  const { words, columns, chart } = useDeciding();
  const nameOf = useHospitalOf(body);
  const { departments } = body.figures;
  const several = new Set(departments.map(({ hospital }) => hospital)).size > 1;
  const name = ({ hospital, department }: (typeof departments)[number]): string =>
    `${several ? `${nameOf(hospital)} · ` : ''}${department === '' ? words.noDepartment : department}`;
  return (
    <Panel
      title={words.byDepartment}
      testId="by-department"
      option={chart(departments.map((of) => ({ name: name(of), of })))}
      height={heightOf(departments.length)}
      table={
        <FigureTable
          caption={words.byDepartment}
          columns={[words.department, ...columns]}
          rows={departments.map((row) => ({
            key: `${row.hospital} ${row.department}`,
            cells: [name(row), ...decidingCells(row)],
          }))}
        />
      }
    />
  );
}

export function Reasons({ body }: { body: FiguresBody }) {
  const { pick } = useWords();
  const { words, theme } = useDeciding();
  const { reasons, total } = body.figures;
  const nameOf = (code: string): string => {
    const text = body.reasons[code];
    return text === undefined ? code : `${code} ${pick(text)}`;
  };
  const option = useMemo(
    () =>
      reasons.length === 0
        ? null
        : barsOption(
            reasons.map(({ code }) => {
              const text = body.reasons[code];
              return text === undefined ? code : `${code} ${pick(text)}`;
            }),
            [{ name: words.items, values: reasons.map(({ items }) => items), colour: 'review' }],
            theme,
          ),
    [reasons, body.reasons, pick, words, theme],
  );
  return (
    <Panel
      title={words.reasons}
      testId="reasons"
      option={option}
      height={heightOf(reasons.length)}
      table={
        <FigureTable
          caption={words.reasons}
          columns={[words.reason, words.items, words.persons, words.share]}
          rows={reasons.map(({ code, items, persons }) => ({
            key: code,
            cells: [
              nameOf(code),
              formatCount(items),
              formatCount(persons),
              formatShare(items, total.examinedAgain.items),
            ],
          }))}
        />
      }
    />
  );
}

export function Turnaround({ body }: { body: FiguresBody }) {
  const { words } = useDeciding();
  const nameOf = useHospitalOf(body);
  return (
    <Panel
      title={words.turnaround}
      testId="turnaround"
      option={null}
      height={0}
      table={
        <FigureTable
          caption={words.turnaround}
          columns={[
            words.hospitalName,
            words.kind,
            words.reports,
            words.withinTarget,
            words.median,
            words.target,
          ]}
          rows={body.figures.turnaround.map((row) => ({
            key: `${row.hospital} ${row.kind}`,
            cells: [
              nameOf(row.hospital),
              words.kinds[row.kind],
              formatCount(row.reports),
              formatShare(row.withinTarget, row.reports),
              words.minutes(formatCount(row.medianMinutes)),
              words.minutes(formatCount(row.targetMinutes)),
            ],
          }))}
        />
      }
    />
  );
}

function useHospitalOf(body: FiguresBody) {
  const { pick } = useWords();
  return (code: string): string => {
    const name = body.figures.names.hospitals[code];
    return name === undefined ? code : pick(name);
  };
}
