import type { StudyLabelBody } from '@hutong/server/contract/labels';
import React, { useEffect, useState } from 'react';
import type { Copy } from '../conformance/decisions.ts';
import { type LabelsRead, readLabels } from '../conformance/labels.ts';
import { say } from '../language.ts';
import { instantText } from '../person.ts';
import words from '../words.ts';
import { labelStates, labelWords } from './labelWords.ts';

type Read = { kind: 'loading' } | { kind: 'failed' } | ({ kind: 'ready' } & LabelsRead);

function LabelLine({ label }: { label: StudyLabelBody }): React.JSX.Element {
  const isLive = label.state === 'applied' || label.state === 'proposed';
  return (
    <li data-cy="hutong-label-line" data-state={label.state ?? 'none'}>
      <p className="ht-history-head">
        <strong>
          {label.text} · {say(labelStates[label.state ?? 'none'])}
        </strong>
        {label.since !== null && <time dateTime={label.since}>{instantText(label.since)}</time>}
      </p>
      {isLive && label.reason !== null && <p>{say(label.reason)}</p>}
      {label.state === 'proposed' && label.obstacles.length === 0 && <p>{say(labelWords.waits)}</p>}
      {label.state === 'applied' && label.obstacles.length > 0 && <p>{say(labelWords.keeps)}</p>}
      {label.obstacles.map(({ kind, text }) => (
        <p key={`${kind} ${text.en}`} data-kind={kind}>
          · {say(text)}
        </p>
      ))}
    </li>
  );
}

function Labels({ labels, history }: LabelsRead): React.JSX.Element {
  return (
    <>
      {labels.pending && <p>{say(labelWords.pending)}</p>}
      {labels.items.length === 0 && !labels.pending && (
        <p>{say(labels.notListed?.text ?? labelWords.notItem)}</p>
      )}
      <ol>
        {labels.items.flatMap((item) =>
          item.labels.map((label) => <LabelLine key={`${item.code} ${label.scope}`} label={label} />),
        )}
      </ol>
      <p className="ht-history-quiet" data-cy="hutong-label-covers">
        {say(labels.covers)}
      </p>
      {history.events.length > 0 && <p className="ht-history-head">{say(labelWords.history)}</p>}
      <ol>
        {history.events.map((event, at) => (
          <li key={at}>
            <p className="ht-history-head">
              <strong>
                {event.text} · {say(labelStates[event.state])}
              </strong>
              <time dateTime={event.at}>{instantText(event.at)}</time>
            </p>
            <p>{say(event.reason)}</p>
            <p className="ht-history-quiet">
              {event.itemCode} · {event.author}
            </p>
          </li>
        ))}
      </ol>
    </>
  );
}

/** The labels of a study, why it carries no others, what they cover, and their history; read when it is opened. */
export function LabelList({ copy, newest }: { copy: Copy; newest: string }): React.JSX.Element {
  const [open, setOpen] = useState(false);
  const [read, setRead] = useState<Read>({ kind: 'loading' });
  const { hospital, study } = copy;
  useEffect(() => {
    if (!open) return undefined;
    const abort = new AbortController();
    void readLabels((url, init) => fetch(url, init), { hospital, study }, abort.signal).then((found) => {
      if (abort.signal.aborted) return;
      setRead(found === null ? { kind: 'failed' } : { kind: 'ready', ...found });
    });
    return () => abort.abort();
  }, [open, hospital, study, newest]);
  return (
    <details
      className="ht-series-facts ht-history"
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary data-cy="hutong-labels">{say(labelWords.title)}</summary>
      {open && read.kind === 'loading' && <p>{say(words.loading)}</p>}
      {open && read.kind === 'failed' && <p role="alert">{say(labelWords.failed)}</p>}
      {open && read.kind === 'ready' && <Labels labels={read.labels} history={read.history} />}
    </details>
  );
}
