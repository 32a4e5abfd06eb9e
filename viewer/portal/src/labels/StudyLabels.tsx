import { useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import type { StudyLabelBody, StudyLabelsBody } from '@hutong/server/contract/labels';
import type { Copy } from '../api/corrections.ts';
import { labelsChanged, releaseLabels, studyLabelsQuery, withdrawStudyLabels } from '../api/labels.ts';
import { HrLabelChip } from '../conformance/HrLabelChip.tsx';
import { formatCount, formatInstant } from '../format/format.ts';
import { labelWords } from '../i18n/labels.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { LabelHistory } from './LabelHistory.tsx';
import { ReasonDialog } from './ReasonDialog.tsx';
import '../styles/labels.css';

function LabelLine({
  copy,
  itemCode,
  label,
  mayChange,
}: {
  copy: Copy;
  itemCode: string;
  label: StudyLabelBody;
  mayChange: boolean;
}) {
  const { pick } = useWords();
  const words = useOwnWords(labelWords);
  const client = useQueryClient();
  const { message } = App.useApp();
  const [asks, setAsks] = useState(false);
  const isLive = label.state === 'applied' || label.state === 'proposed';
  const release = async (): Promise<void> => {
    try {
      const answer = await releaseLabels([
        { hospital: copy.hospital, studyInstanceUid: copy.study, itemCode, scope: label.scope },
      ]);
      const isDone = answer?.labels[0]?.outcome === 'released';
      void (isDone ? message.success(words.release.done('1')) : message.warning(words.release.left('1')));
    } catch {
      void message.error(words.failed);
    }
    await labelsChanged(client);
  };
  return (
    <li className="study-label" data-testid="study-label" data-state={label.state ?? 'none'}>
      <div className="study-label-head">
        {isLive ? (
          <HrLabelChip
            label={{ text: label.text, scope: label.scope, itemCode, state: label.state ?? 'withdrawn' }}
          />
        ) : (
          <span className="study-label-none">{label.text}</span>
        )}
        <span className="detail-label-state">
          {words.state[label.state ?? 'none']}
          {label.since !== null && ` · ${words.ofStudy.since(formatInstant(label.since).slice(0, 10))}`}
        </span>
        {mayChange && label.state === 'proposed' && label.obstacles.length === 0 && (
          <button
            type="button"
            className="text-button"
            onClick={() => void release()}
            data-testid="release-one"
          >
            {words.release.one}
          </button>
        )}
        {mayChange && isLive && (
          <button
            type="button"
            className="text-button"
            onClick={() => setAsks(true)}
            data-testid="withdraw-one"
          >
            {words.withdraw.one}
          </button>
        )}
      </div>
      {isLive && label.reason !== null && <p className="study-label-reason">{pick(label.reason)}</p>}
      {label.state === 'proposed' && label.obstacles.length === 0 && (
        <p className="study-label-reason">{words.ofStudy.waits}</p>
      )}
      {label.state === 'applied' && label.obstacles.length > 0 && (
        <p className="study-label-reason">{words.ofStudy.keeps}</p>
      )}
      {label.obstacles.length > 0 && (
        <ul className="study-label-obstacles" aria-label={words.ofStudy.why}>
          {label.obstacles.map(({ kind, text }) => (
            <li key={`${kind} ${text.en}`} data-kind={kind}>
              {pick(text)}
            </li>
          ))}
        </ul>
      )}
      {asks && (
        <ReasonDialog
          title={`${words.withdraw.title} · ${label.text}`}
          text={words.withdraw.text}
          label={words.withdraw.reason}
          confirm={words.withdraw.confirm}
          onClose={() => setAsks(false)}
          onDo={async (reason) => {
            const done = await withdrawStudyLabels(copy, { itemCode, scope: label.scope, reason });
            void message.success(words.withdraw.done(formatCount(done?.studies ?? 0)));
            await labelsChanged(client);
          }}
        />
      )}
    </li>
  );
}

function Items({ copy, found }: { copy: Copy; found: StudyLabelsBody }) {
  const { pick } = useWords();
  return found.items.map((item) => (
    <div key={item.code} className="study-labels-item">
      <h4>
        <span className="item-code">{item.code}</span> {pick(item.name)}
      </h4>
      <ul>
        {item.labels.map((label) => (
          <LabelLine
            key={label.scope}
            copy={copy}
            itemCode={item.code}
            label={label}
            mayChange={found.mayChange}
          />
        ))}
      </ul>
    </div>
  ));
}

/** The labels of a study, why it carries no others, what they cover, and their history. */
export function StudyLabels({ copy }: { copy: Copy }) {
  const { pick } = useWords();
  const words = useOwnWords(labelWords);
  const { data, isError, refetch } = useQuery(studyLabelsQuery(copy));
  if (isError && data === undefined)
    return (
      <section className="study-labels">
        <h3>{words.ofStudy.title}</h3>
        <p className="labels-error" role="alert">
          {words.error}{' '}
          <button type="button" className="text-button" onClick={() => void refetch()}>
            ↻
          </button>
        </p>
      </section>
    );
  if (data === undefined) return null;
  return (
    <section className="study-labels" data-testid="study-labels">
      <h3>{words.ofStudy.title}</h3>
      {data.pending && <p className="study-label-reason">{words.ofStudy.pending}</p>}
      {data.items.length === 0 && !data.pending && (
        <p className="study-label-reason">
          {data.notListed === null ? words.ofStudy.notItem : pick(data.notListed.text)}
        </p>
      )}
      <Items copy={copy} found={data} />
      <p className="study-labels-covers">{pick(data.covers)}</p>
      <LabelHistory copy={copy} />
    </section>
  );
}
