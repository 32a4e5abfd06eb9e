import type {
  DecisionWords,
  RecognitionDecisionBody,
  StudyRecognitionBody,
} from '@hutong/server/contract/recognition';
import React, { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { Copy } from '../conformance/decisions.ts';
import { language, say } from '../language.ts';
import { instantText } from '../person.ts';
import { cite, decide, decisionsOf, type Outcome, withdraw } from '../recognition/api.ts';
import { copyText } from '../recognition/copyText.ts';
import { recognitionWords as words } from '../recognition/words.ts';
import viewerWords from '../words.ts';

const TEXT_LIMIT = 500;
const request = (url: string, init: RequestInit): Promise<Response> => fetch(url, init);

interface Props {
  copy: Copy;
  item: StudyRecognitionBody['items'][number];
  /** Hospital that decides. */
  deciding: string;
  found: StudyRecognitionBody;
  onChanged: () => void;
}

/** One item: what was decided with its text, or the two ways to decide. */
export function RecognitionForm({ copy, item, deciding, found, onChanged }: Props): React.JSX.Element {
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState('');
  const { present, earlier } = decisionsOf(found, item.code, deciding, Date.now());
  const act = async (work: () => Promise<Outcome>): Promise<void> => {
    setBusy(true);
    setSaid('');
    const outcome = await work();
    setBusy(false);
    if (outcome.kind === 'done') setAsking(false);
    else setSaid(say(outcome.detail) || say(words.failed));
    onChanged();
  };
  const record = (decision: DecisionWords): Promise<void> =>
    act(() => decide(request, copy, item.code, deciding, decision));
  return (
    <div className="ht-recognition-item" data-cy="hutong-recognition-item" data-code={item.code}>
      <p>
        <strong>{item.code}</strong> {say(item.name)}
      </p>
      {earlier !== null && (
        <p className="ht-history-quiet" data-cy="hutong-recognition-earlier">
          {say(words.earlier)}: {say(words[earlier.kind])} {earlier.reasonCode}{' '}
          {instantText(earlier.decidedAt)}
        </p>
      )}
      {said !== '' && (
        <p className="ht-stale-detail" role="alert">
          {said}
        </p>
      )}
      {present !== null && (
        <Decided
          decision={present}
          busy={busy}
          onUndo={() => void act(() => withdraw(request, present.id))}
          onCopied={onChanged}
        />
      )}
      {present === null && asking && (
        <AgainForm
          reasons={found.reasons}
          busy={busy}
          onCancel={() => setAsking(false)}
          onRecord={(decision) => void record(decision)}
        />
      )}
      {present === null && !asking && item.labels.length > 0 && (
        <div className="ht-decide">
          <button
            type="button"
            className="ht-button ht-button-main"
            disabled={busy}
            data-cy="hutong-recognise"
            onClick={() => void record({ kind: 'recognised' })}
          >
            {say(busy ? viewerWords.saving : words.recognise)}
          </button>
          <button
            type="button"
            className="ht-button"
            disabled={busy}
            data-cy="hutong-examine-again"
            onClick={() => setAsking(true)}
          >
            {say(words.again)}
          </button>
        </div>
      )}
    </div>
  );
}

interface DecidedProps {
  decision: RecognitionDecisionBody;
  busy: boolean;
  onUndo: () => void;
  onCopied: () => void;
}

function Decided({ decision, busy, onUndo, onCopied }: DecidedProps): React.JSX.Element {
  const [copied, setCopied] = useState(false);
  const { record } = decision;
  const copy = async (text: string): Promise<void> => {
    if (!(await copyText(text))) return;
    setCopied(true);
    await cite(request, decision.id);
    onCopied();
  };
  return (
    <>
      <p role="status" data-cy="hutong-recognition-decided" data-kind={decision.kind}>
        <strong>
          {say(words[decision.kind])} {decision.reasonCode}
        </strong>{' '}
        <span className="ht-history-quiet">{instantText(decision.decidedAt)}</span>
      </p>
      {record !== null && (
        <blockquote
          className="ht-recognition-record"
          lang={language() === 'zh' ? 'zh-CN' : 'en'}
          aria-label={say(words.record)}
          data-cy="hutong-recognition-record"
        >
          {say(record)}
        </blockquote>
      )}
      <div className="ht-decide">
        {record !== null && (
          <button
            type="button"
            className="ht-button ht-button-main"
            data-cy="hutong-recognition-copy"
            onClick={() => void copy(say(record))}
          >
            {say(copied ? words.copied : words.copy)}
          </button>
        )}
        {decision.mayChange && (
          <button
            type="button"
            className="ht-button"
            disabled={busy}
            data-cy="hutong-recognition-undo"
            onClick={onUndo}
          >
            {say(words.undo)}
          </button>
        )}
      </div>
    </>
  );
}

interface AgainProps {
  reasons: StudyRecognitionBody['reasons'];
  busy: boolean;
  onCancel: () => void;
  onRecord: (decision: DecisionWords) => void;
}

/** Asks why it is examined again. */
function AgainForm({ reasons, busy, onCancel, onRecord }: AgainProps): React.JSX.Element {
  const [code, setCode] = useState('');
  const [text, setText] = useState('');
  const [informed, setInformed] = useState(false);
  const first = useRef<HTMLSelectElement>(null);
  useEffect(() => first.current?.focus(), []);
  const reason = reasons.find((one) => one.code === code);
  const ready = reason !== undefined && (!reason.needsText || text.trim() !== '') && !busy;
  const onKeyDown = (event: KeyboardEvent): void => {
    // OHIF's shortcuts must not fire while a reason is typed.
    event.stopPropagation();
    if (event.key === 'Escape' && !event.nativeEvent.isComposing) onCancel();
  };
  return (
    <form
      className="ht-decide-form"
      onKeyDown={onKeyDown}
      onSubmit={(event) => {
        event.preventDefault();
        if (!ready) return;
        onRecord({
          kind: 'examinedAgain',
          reasonCode: reason.code,
          reasonText: text.trim(),
          patientInformed: informed,
        });
      }}
    >
      <label className="ht-recognition-field">
        <span>{say(words.reason)}</span>
        <select
          ref={first}
          value={code}
          data-cy="hutong-reason-code"
          onChange={(event) => setCode(event.target.value)}
        >
          <option value="">{say(words.choose)}</option>
          {reasons.map((one) => (
            <option key={one.code} value={one.code}>
              {one.code} {say(one.text)}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{say(words.details)}</span>
        <textarea
          value={text}
          rows={2}
          maxLength={TEXT_LIMIT}
          placeholder={reason?.needsText === true ? say(words.detailsNeeded) : ''}
          data-cy="hutong-reason-text"
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      <label className="ht-recognition-check">
        <input
          type="checkbox"
          checked={informed}
          data-cy="hutong-patient-informed"
          onChange={(event) => setInformed(event.target.checked)}
        />
        {say(words.informed)}
      </label>
      <div className="ht-decide">
        <button type="button" className="ht-button" disabled={busy} onClick={onCancel}>
          {say(viewerWords.cancel)}
        </button>
        <button
          type="submit"
          className="ht-button ht-button-main"
          disabled={!ready}
          data-cy="hutong-record-again"
        >
          {say(busy ? viewerWords.saving : viewerWords.confirmDecision)}
        </button>
      </div>
    </form>
  );
}
