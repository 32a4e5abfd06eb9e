import { useState, type SyntheticEvent } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Input, Modal } from 'antd';
import type { HospitalUsageBody } from '@hutong/server/contract/limits';
import { setQuota, usageQuery } from '../api/limits.ts';
import { PageHead } from '../app/PageHead.tsx';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { formatCount, formatInstant } from '../format/format.ts';
import { useWords } from '../i18n/language.ts';
import { limitWords } from '../i18n/limits.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { ErrorNotice, useErrorText } from '../worklist/EmptyStates.tsx';
import { bytesOfGigabytes, formatBytes, fullness, GIGABYTE } from './bytes.ts';
import '../styles/limits.css';

function UsageRow({ usage, onSet }: { usage: HospitalUsageBody; onSet: (() => void) | null }) {
  const { pick } = useWords();
  const words = useOwnWords(limitWords);
  const { bytes, maxBytes, countedAt } = usage;
  const state = maxBytes === null ? null : fullness(bytes, maxBytes);
  const percent = maxBytes === null ? 0 : Math.round((100 * bytes) / maxBytes);
  return (
    <li className="usage-row" data-testid="usage" data-hospital={usage.hospital.code}>
      <div className="usage-hospital">
        <strong>{pick(usage.hospital.name)}</strong>
        <span className="quiet">{usage.hospital.code}</span>
      </div>
      <div className="usage-amount">
        <span>
          <strong>{formatBytes(bytes)}</strong>
          <span className="quiet"> / {maxBytes === null ? words.noQuota : formatBytes(maxBytes)}</span>
          {(state === 'full' || state === 'almost') && (
            <span className={`usage-state usage-${state}`}>{words[state]}</span>
          )}
        </span>
        {maxBytes !== null && (
          <progress
            className={`usage-bar usage-bar-${state ?? 'fine'}`}
            max={100}
            value={Math.min(percent, 100)}
            aria-label={words.of(`${percent}%`)}
          />
        )}
      </div>
      <div className="usage-counts">
        {countedAt !== null && <span>{words.studies(formatCount(usage.studies))}</span>}
        <span className="quiet">{words.instances(formatCount(usage.instances))}</span>
        <span className="quiet">
          {countedAt === null ? words.notCounted : words.countedAt(formatInstant(countedAt))}
        </span>
      </div>
      {onSet !== null && (
        <button type="button" className="text-button" onClick={onSet} data-testid="set-quota">
          {words.set}
        </button>
      )}
    </li>
  );
}

function QuotaDialog({ usage, onClose }: { usage: HospitalUsageBody; onClose: () => void }) {
  const { pick } = useWords();
  const words = useOwnWords(limitWords);
  const client = useQueryClient();
  const { message } = App.useApp();
  const [text, setText] = useState(usage.maxBytes === null ? '' : String(usage.maxBytes / GIGABYTE));
  const [failure, setFailure] = useState<Error | null>(null);
  const [isSaving, setIsSaving] = useState(false);
  const bytes = bytesOfGigabytes(text);
  const said = useErrorText(failure ?? new Error(words.failed));
  const save = async (maxBytes: number | null): Promise<void> => {
    setIsSaving(true);
    try {
      await setQuota(usage.hospital.code, maxBytes);
      await client.invalidateQueries({ queryKey: usageQuery.queryKey });
      void message.success(words.saved);
      onClose();
    } catch (error) {
      setFailure(error instanceof Error ? error : new Error(words.failed));
      setIsSaving(false);
    }
  };
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (bytes !== null) void save(bytes);
  };
  return (
    <Modal open title={`${words.set} · ${pick(usage.hospital.name)}`} onCancel={onClose} footer={null}>
      <form onSubmit={submit}>
        <label className="quota-label">
          {words.gigabytes}
          <Input
            value={text}
            inputMode="decimal"
            autoFocus
            status={text !== '' && bytes === null ? 'error' : ''}
            onChange={({ target }) => setText(target.value)}
            data-testid="quota"
          />
        </label>
        <p className="quota-hint" role="status">
          {text !== '' && bytes === null ? words.wrong : bytes === null ? '' : formatBytes(bytes)}
        </p>
        {failure !== null && (
          <p className="quota-error" role="alert">
            {words.failed}：{said.text}
          </p>
        )}
        <div className="quota-actions">
          {usage.maxBytes !== null && (
            <Button onClick={() => void save(null)} disabled={isSaving} data-testid="lift-quota">
              {words.lift}
            </Button>
          )}
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button type="primary" htmlType="submit" disabled={bytes === null} loading={isSaving}>
            {words.save}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

/** What each hospital stores and may store, and how much each caller may ask. */
export default function LimitsPage() {
  const words = useOwnWords(limitWords);
  const { data, error, refetch } = useQuery(usageQuery);
  const [setting, setSetting] = useState<HospitalUsageBody | null>(null);
  if (error !== null && data === undefined)
    return <ErrorNotice error={error} title={words.error} onRetry={() => void refetch()} />;
  if (data === undefined) return <DetailSkeleton />;
  const { perMinute, atOnce, strangersPerMinute } = data.requests;
  const count = (n: number): string => (n === 0 ? words.unlimited : formatCount(n));
  return (
    <section data-testid="limits">
      <PageHead title={words.title} lead={words.lead} />
      <ul className="usage-rows">
        {data.hospitals.map((usage) => (
          <UsageRow
            key={usage.hospital.code}
            usage={usage}
            onSet={data.maySet ? () => setSetting(usage) : null}
          />
        ))}
      </ul>
      <h2 className="usage-heading">{words.requests}</h2>
      <ul className="usage-requests">
        <li>{words.perMinute(count(perMinute))}</li>
        <li>{words.atOnce(formatCount(atOnce))}</li>
        <li>{words.strangers(count(strangersPerMinute))}</li>
      </ul>
      <p className="quiet">{words.settings}</p>
      {setting !== null && <QuotaDialog usage={setting} onClose={() => setSetting(null)} />}
    </section>
  );
}
