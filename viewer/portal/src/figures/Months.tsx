import { useMemo } from 'react';
import { useQuery } from '@tanstack/react-query';
import { monthsQuery } from '../api/figures.ts';
import { useSettings } from '../app/settings.ts';
import { formatCount } from '../format/format.ts';
import { figureWords } from '../i18n/figures.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { monthsOption } from './chartOptions.ts';
import { FigureTable } from './FigureTable.tsx';
import { formatYuan } from './numbers.ts';
import { Panel } from './Panel.tsx';

/** Twelve months side by side. */
export function Months({ until, hospital }: { until: string; hospital: string | null }) {
  const words = useOwnWords(figureWords);
  const { theme } = useSettings();
  const { data } = useQuery(monthsQuery(until, hospital));
  const option = useMemo(() => {
    const months = data?.months ?? [];
    return monthsOption(
      months.map(({ month }) => month),
      [
        { name: words.steps.reminded, values: months.map((one) => one.reminded), colour: 'pending' },
        { name: words.steps.recognised, values: months.map((one) => one.recognised), colour: 'label' },
        { name: words.steps.examinedAgain, values: months.map((one) => one.examinedAgain), colour: 'review' },
        { name: words.saved, values: months.map((one) => one.savedFen), colour: 'action', line: formatYuan },
      ],
      theme,
    );
  }, [data, theme, words]);
  return (
    <Panel
      title={words.months}
      testId="months"
      option={option}
      height={280}
      table={
        <FigureTable
          caption={words.months}
          columns={[words.month, ...Object.values(words.steps), words.saved]}
          rows={(data?.months ?? []).map((one) => ({
            key: one.month,
            cells: [
              one.month,
              formatCount(one.stored),
              formatCount(one.labelled),
              formatCount(one.reminded),
              formatCount(one.viewed),
              formatCount(one.recognised),
              formatCount(one.examinedAgain),
              formatCount(one.cited),
              formatYuan(one.savedFen),
            ],
          }))}
        />
      }
    />
  );
}
