import type { ConformanceHistoryBody } from '@hutong/server/contract/conformance';
import type { Verdict } from '@hutong/conformance';
import React, { useEffect, useState } from 'react';
import { readHistory, type Copy } from '../conformance/decisions.ts';
import { verdictMark } from '../conformance/present.ts';
import { say } from '../language.ts';
import { instantText } from '../person.ts';
import words from '../words.ts';

type Entry = ConformanceHistoryBody['entries'][number];
type Read = { kind: 'loading' } | { kind: 'failed' } | { kind: 'ready'; entries: readonly Entry[] };

const verdictText = (verdict: Verdict | null): string =>
  verdict === null ? say(words.notJudged) : say(verdictMark(verdict).text);

function ResultEntry({ entry }: { entry: Extract<Entry, { kind: 'result' }> }): React.JSX.Element {
  return (
    <li>
      <p className="ht-history-head">
        <strong>{say(words.historyResult)}</strong>
        <time dateTime={entry.at}>{instantText(entry.at)}</time>
      </p>
      {entry.items.map((item) => (
        <p key={item.code}>
          {item.code} {say(verdictMark(item.verdict).text)} · {say(item.summary)}
        </p>
      ))}
      {entry.changes
        .filter(({ before, after }) => before !== after)
        .map((change) => (
          <p key={change.itemCode}>
            {change.itemCode} <s>{verdictText(change.before)}</s> {verdictText(change.after)}
          </p>
        ))}
      <p className="ht-history-quiet">
        {say(words.catalogue)} {entry.catalogue.id} {entry.catalogue.version} · {say(words.engine)}{' '}
        {entry.engineVersion}
      </p>
    </li>
  );
}

function DecisionEntry({ decision }: Extract<Entry, { kind: 'decision' }>): React.JSX.Element {
  const what = {
    PASS: words.historyPASS,
    FAIL: words.historyFAIL,
    takenBack: words.historyTakenBack,
  }[decision.verdict ?? 'takenBack'];
  return (
    <li>
      <p className="ht-history-head">
        <strong>{say(what)}</strong>
        <time dateTime={decision.at}>{instantText(decision.at)}</time>
      </p>
      <p>
        {decision.itemCode} · <q>{decision.reason}</q>
      </p>
      <p className="ht-history-quiet">{decision.author.name}</p>
    </li>
  );
}

/** Every result and decision, newest first; read when it is opened, and again when `newest` changes. */
export function HistoryList({ copy, newest }: { copy: Copy; newest: string }): React.JSX.Element {
  const [open, setOpen] = useState(false);
  const [read, setRead] = useState<Read>({ kind: 'loading' });
  const { hospital, study } = copy;
  useEffect(() => {
    if (!open) return undefined;
    const abort = new AbortController();
    void readHistory((url, init) => fetch(url, init), { hospital, study }, abort.signal).then((body) => {
      if (abort.signal.aborted) return;
      setRead(body === null ? { kind: 'failed' } : { kind: 'ready', entries: body.entries });
    });
    return () => abort.abort();
  }, [open, hospital, study, newest]);
  return (
    <details
      className="ht-series-facts ht-history"
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary data-cy="hutong-history">{say(words.history)}</summary>
      {open && read.kind === 'loading' && <p>{say(words.loading)}</p>}
      {open && read.kind === 'failed' && <p role="alert">{say(words.historyFailed)}</p>}
      {open && read.kind === 'ready' && (
        <ol>
          {read.entries.map((entry, at) =>
            entry.kind === 'result' ? (
              <ResultEntry key={at} entry={entry} />
            ) : (
              <DecisionEntry key={at} {...entry} />
            ),
          )}
        </ol>
      )}
    </details>
  );
}
