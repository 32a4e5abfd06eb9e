import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { KeptAsideBody } from '@hutong/server/contract';
import type { Copy } from '../api/corrections.ts';
import { copyQuery } from '../api/copy.ts';
import { Icon } from '../app/Icon.tsx';
import { formatCount, formatInstant } from '../format/format.ts';
import { useWords } from '../i18n/language.ts';
import { viewerHref } from '../worklist/study.ts';
import { DecisionDialog } from './DecisionDialog.tsx';
import { DifferenceTable } from './DifferenceTable.tsx';
import type { PendingGroup } from './groups.ts';
import { nameForReading } from './HistoryDrawer.tsx';

function Rejection({ entry }: { entry: KeptAsideBody }) {
  const { t, pick } = useWords();
  const words = t.corrections.pending;
  if (entry.rejection === null) return <p className="quiet">{words.unreadableNote}</p>;
  return (
    <p className="pending-rejection">
      <strong>{pick(entry.rejection.reason.label)}</strong>
      {words.rejects(formatCount(entry.rejection.instances))}
    </p>
  );
}

/** One group that waits for a decision: which study, what differs, and the two ways to decide. */
export function PendingCard({ group, onHistory }: { group: PendingGroup; onHistory: (copy: Copy) => void }) {
  const { t, pick } = useWords();
  const words = t.corrections.pending;
  const { entries } = group;
  const [at, setAt] = useState(0);
  const [decision, setDecision] = useState<'accept' | 'discard' | null>(null);
  const entry = entries[Math.min(at, entries.length - 1)];
  const first = entries[0];
  const copy = {
    hospital: first?.hospital.code ?? '',
    study: first?.current?.studyInstanceUid ?? first?.studyInstanceUid ?? '',
  };
  const facts = useQuery({ ...copyQuery(copy), enabled: first !== undefined });
  if (entry === undefined) return null;
  const isNote = entry.kind === 'REJECTION_NOTE';
  const named = facts.data ? nameForReading(facts.data) || t.unnamedPatient : '';
  const position = Math.min(at, entries.length - 1);
  return (
    <article className="pending-card" data-testid="pending-card" data-kind={entry.kind}>
      <header>
        <span className={`pending-kind pending-${entry.kind}`}>{words.kind[entry.kind]}</span>
        <h2>
          {[named, facts.data?.description ?? ''].filter((part) => part !== '').join(' · ') ||
            t.corrections.study}
        </h2>
        <span className="pending-when">
          {words.received} {formatInstant(entry.receivedAt)}
        </span>
      </header>
      <p className="pending-facts">
        {[pick(entry.hospital.name), facts.data?.studyDate ?? '', words.kindText[entry.kind]]
          .filter((part) => part !== '')
          .join(' · ')}
      </p>
      <div className="pending-instance">
        {entries.length > 1 && (
          <span className="pending-steps">
            <button
              type="button"
              className="icon-button"
              aria-label={words.previous}
              title={words.previous}
              disabled={position === 0}
              onClick={() => setAt(position - 1)}
            >
              <span className="turned">
                <Icon name="right" size={14} />
              </span>
            </button>
            {words.instanceOf(formatCount(position + 1), formatCount(entries.length))}
            <button
              type="button"
              className="icon-button"
              aria-label={words.next}
              title={words.next}
              disabled={position === entries.length - 1}
              onClick={() => setAt(position + 1)}
            >
              <Icon name="right" size={14} />
            </button>
          </span>
        )}
        <code className="uid" title={entry.sopInstanceUid}>
          {entry.sopInstanceUid}
        </code>
      </div>
      {isNote ? (
        <Rejection entry={entry} />
      ) : (
        <DifferenceTable key={entry.id} differences={entry.differences} />
      )}
      <footer>
        <button
          type="button"
          className="text-button"
          onClick={() => onHistory(copy)}
          data-testid="pending-history"
        >
          <Icon name="history" size={14} />
          {t.corrections.history}
        </button>
        <a className="text-button" href={viewerHref(copy.study, copy.hospital)}>
          <Icon name="open" size={14} />
          {words.viewer}
        </a>
        {entry.mayDecide ? (
          <span className="pending-decide">
            <button
              type="button"
              className="button"
              onClick={() => setDecision('discard')}
              data-testid="discard"
            >
              {isNote ? words.discardNote : words.discard}
            </button>
            <button
              type="button"
              className={isNote ? 'button button-danger-quiet' : 'button button-primary'}
              onClick={() => setDecision('accept')}
              data-testid="accept"
            >
              {isNote ? words.acceptNote : words.accept}
            </button>
          </span>
        ) : (
          <span className="pending-decide quiet">{words.viewOnly}</span>
        )}
      </footer>
      {decision !== null && (
        <DecisionDialog entry={entry} group={entries} decision={decision} onClose={() => setDecision(null)} />
      )}
    </article>
  );
}
