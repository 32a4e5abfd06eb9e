import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useSearchParams } from 'react-router';
import type { FigureName } from '@hutong/recognition';
import type { FiguresBody } from '@hutong/server/contract/figures';
import { figuresQuery } from '../api/figures.ts';
import { PageHead } from '../app/PageHead.tsx';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { formatInstant } from '../format/format.ts';
import { figureWords } from '../i18n/figures.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { ErrorNotice } from '../worklist/EmptyStates.tsx';
import { ByDepartment, ByHospital, ByItem, Reasons, Turnaround } from './Breakdowns.tsx';
import { Funnel } from './Funnel.tsx';
import { Months } from './Months.tsx';
import { monthAfter } from './numbers.ts';
import { Reports } from './Reports.tsx';
import { Summary } from './Summary.tsx';
import '../styles/figures.css';

/** Months that can be chosen. */
const MONTHS = 36;

/** The month in China, where the figures' days begin: which months can be chosen; the server says which one it shows. */
const presentMonth = (): string => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 7);

function Choice({
  body,
  onChoose,
}: {
  body: FiguresBody;
  onChoose: (name: 'month' | 'hospital', value: string) => void;
}) {
  const { pick } = useWords();
  const words = useOwnWords(figureWords);
  const { month, hospital } = body.figures;
  const present = presentMonth();
  const months = Array.from({ length: MONTHS }, (_, at) => monthAfter(present, -at));
  const hospitals = [
    ...(body.region ? [{ value: '', label: words.region }] : []),
    ...body.hospitals.map(({ code, name }) => ({ value: code, label: pick(name) })),
  ];
  return (
    <div className="figure-choice">
      {hospitals.length > 1 && (
        <Select
          className="figure-hospital"
          aria-label={words.hospital}
          value={hospital ?? ''}
          options={hospitals}
          showSearch={{ optionFilterProp: 'label' }}
          onChange={(code: string) => onChoose('hospital', code)}
          data-testid="choose-hospital"
        />
      )}
      <button
        type="button"
        className="icon-button"
        aria-label={words.earlier}
        title={words.earlier}
        onClick={() => onChoose('month', monthAfter(month, -1))}
        data-testid="month-before"
      >
        ‹
      </button>
      <Select
        aria-label={words.month}
        value={month}
        options={(months.includes(month) ? months : [month, ...months]).map((value) => ({
          value,
          label: value,
        }))}
        onChange={(value: string) => onChoose('month', value)}
        data-testid="choose-month"
      />
      <button
        type="button"
        className="icon-button"
        aria-label={words.later}
        title={words.later}
        disabled={month >= present}
        onClick={() => onChoose('month', monthAfter(month, 1))}
        data-testid="month-after"
      >
        ›
      </button>
    </div>
  );
}

function Definitions({ definitions }: { definitions: FiguresBody['definitions'] }) {
  const { pick } = useWords();
  const words = useOwnWords(figureWords);
  return (
    <details className="figure-panel figure-definitions" data-testid="definitions">
      <summary>
        <h2>{words.definitions}</h2>
      </summary>
      <dl>
        {(Object.keys(definitions) as FigureName[]).map((name) => (
          <div key={name}>
            <dt>{pick(definitions[name].name)}</dt>
            <dd>{pick(definitions[name].text)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

const isEmpty = ({ total }: FiguresBody['figures']): boolean =>
  (['stored', 'labelled', 'reminded', 'recognised', 'examinedAgain'] as const).every(
    (step) => total[step].items === 0 && total[step].personTimes === 0,
  );

function Month({ body }: { body: FiguresBody }) {
  const words = useOwnWords(figureWords);
  const { figures } = body;
  const { month, hospital } = figures;
  if (isEmpty(figures))
    return (
      <div className="figure-empty" data-testid="figures-empty">
        <strong>{words.nothing}</strong>
        <p className="quiet">{words.nothingHint}</p>
      </div>
    );
  return (
    <>
      <Summary body={body} />
      <div className="figure-grid">
        <Funnel body={body} />
        <Months until={month} hospital={hospital} />
        <ByItem body={body} />
        <Reasons body={body} />
        {figures.hospitals.length > 1 && <ByHospital body={body} />}
        {figures.departments.length > 0 && <ByDepartment body={body} />}
        {figures.turnaround.length > 0 && <Turnaround body={body} />}
      </div>
    </>
  );
}

/** What mutual recognition brought in a month, for the region or a hospital: the dashboard, and the reports of the month. */
export default function FiguresPage() {
  const words = useOwnWords(figureWords);
  const [parameters, setParameters] = useSearchParams();
  const asked = { month: parameters.get('month'), hospital: parameters.get('hospital') };
  const { data, error, refetch, isPlaceholderData } = useQuery({
    ...figuresQuery(asked.month, asked.hospital),
    placeholderData: keepPreviousData,
  });
  const choose = (name: 'month' | 'hospital', value: string): void =>
    setParameters((before) => {
      const next = new URLSearchParams(before);
      if (value === '') next.delete(name);
      else next.set(name, value);
      return next;
    });
  if (error !== null && data === undefined)
    return <ErrorNotice error={error} title={words.error} onRetry={() => void refetch()} />;
  if (data === undefined) return <DetailSkeleton />;
  const { asOf, complete, month, hospital } = data.figures;
  return (
    <section className={isPlaceholderData ? 'figures figures-waiting' : 'figures'} data-testid="figures">
      <PageHead title={words.title} lead={words.lead}>
        <Choice body={data} onChoose={choose} />
      </PageHead>
      <p className="quiet figure-as-of" role="status">
        {words.asOf(formatInstant(asOf))}
        {!complete && ` · ${words.unfinished}`}
      </p>
      <Month body={data} />
      <Reports month={month} hospital={hospital} />
      <Definitions definitions={data.definitions} />
    </section>
  );
}
