import { useMemo, useState, type ReactNode } from 'react';
import type { JudgedItemBody, StudyConformanceBody } from '@hutong/server/contract/conformance';
import type { Copy } from '../api/corrections.ts';
import { formatInstant } from '../format/format.ts';
import { useWords } from '../i18n/language.ts';
import { reviewWords } from '../i18n/reviews.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { StudyLabels } from '../labels/StudyLabels.tsx';
import { viewerHref } from '../worklist/study.ts';
import type { Choice } from './decision.ts';
import { DecisionPanel } from './DecisionPanel.tsx';
import { ItemVerdict } from './Requirements.tsx';
import { SeriesList, seriesElementId } from './SeriesList.tsx';
import { VerdictHistory } from './VerdictHistory.tsx';
import { VerdictText } from './Verdict.tsx';
import '../styles/decisions.css';

/** Address of one series in the viewer. */
function seriesHref({ study, hospital }: Copy, seriesInstanceUid: string): string {
  const first = new URLSearchParams({ initialSeriesInstanceUID: seriesInstanceUid }).toString();
  return `${viewerHref(study, hospital)}&${first}`;
}

/** With which list and rules, when, and on which state of the images. */
function Provenance({ result }: { result: StudyConformanceBody }) {
  const { pick } = useWords();
  const words = useOwnWords(reviewWords).why;
  const { catalogue } = result;
  if (catalogue === null) return null;
  const title = pick(catalogue.title);
  const lines: [string, string][] = [
    [words.catalogue, `${title === '' ? '' : `${title} · `}${catalogue.id} ${catalogue.version}`],
    [words.engine, result.engineVersion ?? ''],
    [words.judgedAt, result.evaluatedAt === null ? '' : formatInstant(result.evaluatedAt)],
    [words.revision, result.revision === null ? '' : String(result.revision)],
  ];
  return (
    <dl className="provenance" data-testid="provenance">
      {lines
        .filter(([, value]) => value !== '')
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

/** An item of a study's details, which decides on its own. */
function DecidableItem({ copy, item }: { copy: Copy; item: JudgedItemBody }) {
  const [choice, setChoice] = useState<Choice | null>(null);
  return <DecisionPanel copy={copy} item={item} choice={choice} onChoice={setChoice} />;
}

interface ResultProps {
  copy: Copy;
  result: StudyConformanceBody;
  /** Only this item is shown, where one is asked for. */
  itemCode?: string;
  /** In place of the item's own way to decide. */
  decisionOf?: (item: JudgedItemBody) => ReactNode;
}

/** Verdicts with their requirements, evidence and decisions, labels, series, and what they were made with. */
export function ConformanceResult({ copy, result, itemCode, decisionOf }: ResultProps) {
  const { t, pick } = useWords();
  const [marked, setMarked] = useState('');
  const series = useMemo(
    () => new Map(result.series.map((each) => [each.seriesInstanceUid as string, each])),
    [result],
  );
  const showSeries = (seriesInstanceUid: string): void => {
    setMarked(seriesInstanceUid);
    document
      .getElementById(seriesElementId(seriesInstanceUid))
      ?.scrollIntoView({ block: 'center', behavior: 'smooth' });
  };
  const hrefOf = (uid: string): string => seriesHref(copy, uid);
  const items = result.results.filter((item) => itemCode === undefined || item.itemCode === itemCode);
  const ownDecision = (item: JudgedItemBody): ReactNode =>
    result.mayDecide && result.status === 'done' && <DecidableItem copy={copy} item={item} />;
  return (
    <>
      {result.status === 'pending' && (
        <div className="detail-note" role="status">
          <VerdictText verdict="PENDING" />
          <p>{t.detail.pendingText}</p>
        </div>
      )}
      {result.status === 'done' && !result.settled && (
        <p className="detail-unsettled">{t.detail.unsettled}</p>
      )}
      {result.notListed !== undefined && (
        <div className="detail-note">
          <VerdictText verdict="NOT_LISTED" />
          <p>{pick(result.notListed.text) || t.verdictWhy.NOT_LISTED}</p>
        </div>
      )}
      {itemCode === undefined && <StudyLabels copy={copy} />}
      {items.map((item) => (
        <ItemVerdict
          key={item.itemCode}
          item={item}
          series={series}
          onSeries={showSeries}
          hrefOf={hrefOf}
          decision={(decisionOf ?? ownDecision)(item)}
        />
      ))}
      <SeriesList series={result.series} marked={marked} hrefOf={hrefOf} />
      <VerdictHistory copy={copy} />
      <Provenance result={result} />
    </>
  );
}
