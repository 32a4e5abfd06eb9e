import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { RequirementStatus, Verdict } from '@hutong/conformance';
import type { ConformanceHistoryBody } from '@hutong/server/contract/conformance';
import type { Copy } from '../api/corrections.ts';
import { conformanceHistoryQuery } from '../api/reviews.ts';
import { Icon } from '../app/Icon.tsx';
import { formatInstant } from '../format/format.ts';
import { useWords } from '../i18n/language.ts';
import { reviewWords } from '../i18n/reviews.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { ErrorNotice } from '../worklist/EmptyStates.tsx';
import { DetailSkeleton } from './DetailSkeleton.tsx';
import { VerdictText } from './Verdict.tsx';
import { authorText } from './VerdictLines.tsx';

type Entry = ConformanceHistoryBody['entries'][number];
type ResultEntry = Extract<Entry, { kind: 'result' }>;
type DecisionEntry = Extract<Entry, { kind: 'decision' }>;

const STATUSES: readonly string[] = ['SATISFIED', 'NOT_SATISFIED', 'UNDECIDED'] satisfies RequirementStatus[];

function BeforeAfter({ before, after }: { before: string; after: string }) {
  return (
    <span className="before-after">
      <s>{before}</s>
      <Icon name="right" size={11} />
      <strong>{after}</strong>
    </span>
  );
}

/** In what a result differs from the one before it. */
function Changes({ entry }: { entry: ResultEntry }) {
  const { t, pick } = useWords();
  const words = useOwnWords(reviewWords).history;
  const verdict = (value: Verdict | null): string => (value === null ? words.notJudged : t.verdict[value]);
  const status = (value: string | null): string =>
    value === null ? words.none : STATUSES.includes(value) ? t.status[value as RequirementStatus] : value;
  return (
    <ul className="history-changes">
      {entry.changes.map((change) => (
        <li key={change.itemCode}>
          <span className="item-code">{change.itemCode}</span>
          {change.before !== change.after && (
            <BeforeAfter before={verdict(change.before)} after={verdict(change.after)} />
          )}
          {change.requirements.length > 0 && (
            <ul>
              {change.requirements.map((requirement) => (
                <li key={requirement.id}>
                  {pick(requirement.label)}{' '}
                  <BeforeAfter before={status(requirement.before)} after={status(requirement.after)} />
                </li>
              ))}
            </ul>
          )}
        </li>
      ))}
    </ul>
  );
}

function ResultLine({ entry, first }: { entry: ResultEntry; first: boolean }) {
  const { t, pick } = useWords();
  const words = useOwnWords(reviewWords).history;
  const facts = [
    words.list(entry.catalogue.id, entry.catalogue.version),
    words.engine(entry.engineVersion),
    words.revision(entry.revision),
    entry.settled ? '' : words.unsettled,
  ];
  return (
    <li className="event event-changed" data-testid="verdict-event" data-kind="result">
      <div className="event-line">
        <strong>{words.result}</strong>
        <time dateTime={entry.at}>{formatInstant(entry.at)}</time>
      </div>
      {entry.items.length === 0 && <p className="quiet">{words.notListed}</p>}
      {entry.items.map((item) => (
        <p key={item.code} className="history-item">
          <VerdictText verdict={item.verdict} />
          <span>
            {pick(item.name)} <span className="item-code">{item.code}</span>
          </span>
          <span className="history-summary">{pick(item.summary) || t.verdictWhy[item.verdict]}</span>
        </p>
      ))}
      {entry.changes.length > 0 ? (
        <Changes entry={entry} />
      ) : (
        <p className="quiet">{first ? words.first : words.unchanged}</p>
      )}
      <p className="event-author">{facts.filter((fact) => fact !== '').join(' · ')}</p>
    </li>
  );
}

function DecisionLine({ decision }: { decision: DecisionEntry['decision'] }) {
  const words = useOwnWords(reviewWords);
  const { verdict } = decision;
  const tone = verdict === 'PASS' ? 'back' : verdict === 'FAIL' ? 'ended' : 'changed';
  return (
    <li className={`event event-${tone}`} data-testid="verdict-event" data-kind="decision">
      <div className="event-line">
        <strong>{words.history.decision[verdict ?? 'takenBack']}</strong>
        <span className="item-code">{decision.itemCode}</span>
        {decision.stale && verdict !== null && (
          <span className="decided decided-stale">{words.history.stale}</span>
        )}
        <time dateTime={decision.at}>{formatInstant(decision.at)}</time>
      </div>
      <p className="event-reason event-quote">
        <q>{decision.reason}</q>
      </p>
      <p className="event-author">{authorText(decision.author, words)}</p>
    </li>
  );
}

function Entries({ copy }: { copy: Copy }) {
  const words = useOwnWords(reviewWords).history;
  const history = useQuery(conformanceHistoryQuery(copy));
  if (history.isPending) return <DetailSkeleton />;
  if (history.isError) {
    return <ErrorNotice error={history.error} title={words.error} onRetry={() => void history.refetch()} />;
  }
  const { entries } = history.data;
  if (entries.length === 0) return <p className="quiet">{words.empty}</p>;
  const first = entries.findLast(({ kind }) => kind === 'result');
  return (
    <ol className="timeline" data-testid="verdict-history">
      {entries.map((entry, at) =>
        entry.kind === 'decision' ? (
          <DecisionLine key={`d${entry.decision.id}`} decision={entry.decision} />
        ) : (
          <ResultLine key={`r${entry.at}-${at}`} entry={entry} first={entry === first} />
        ),
      )}
    </ol>
  );
}

/** Every result and decision of a study, newest first; asked for only when it is opened. */
export function VerdictHistory({ copy }: { copy: Copy }) {
  const words = useOwnWords(reviewWords).history;
  const [open, setOpen] = useState(false);
  return (
    <details
      className="more verdict-history"
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary data-testid="open-verdict-history">{words.title}</summary>
      {open && <Entries copy={copy} />}
    </details>
  );
}
