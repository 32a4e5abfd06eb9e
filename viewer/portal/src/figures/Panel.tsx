import { lazy, type ReactNode, Suspense, useState } from 'react';
import { Segmented } from 'antd';
import type { EChartsCoreOption } from 'echarts/core';
import { figureWords } from '../i18n/figures.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { useMarks } from '../i18n/useMarks.ts';

const Chart = lazy(() => import('./Chart.tsx'));

/** A part of the page that shows the same as a chart and as a table. */
export function Panel({
  title,
  option,
  height,
  table,
  testId,
}: {
  title: string;
  /** null: there is no chart of it. */
  option: EChartsCoreOption | null;
  height: number;
  table: ReactNode;
  testId: string;
}) {
  const marks = useMarks();
  const words = useOwnWords(figureWords);
  const [shown, setShown] = useState<'chart' | 'table'>('chart');
  const isChart = option !== null && shown === 'chart';
  return (
    <section
      className={option !== null && !isChart ? 'figure-panel figure-panel-table' : 'figure-panel'}
      data-testid={testId}
    >
      <header className="figure-panel-head">
        <h2>{title}</h2>
        {option !== null && (
          <Segmented
            size="small"
            aria-label={marks.said(title, words.view)}
            value={shown}
            options={[
              { value: 'chart', label: words.asChart },
              { value: 'table', label: words.asTable },
            ]}
            onChange={setShown}
          />
        )}
      </header>
      {isChart ? (
        <Suspense fallback={<div className="figure-chart" style={{ height }} />}>
          <Chart option={option} height={height} label={title} />
        </Suspense>
      ) : (
        table
      )}
    </section>
  );
}
