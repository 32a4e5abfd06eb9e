import { useState, type ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Checkbox, Input, InputNumber } from 'antd';
import type { MadeShareBody } from '@hutong/server/contract/shares';
import { copySeriesQuery } from '../api/copy.ts';
import type { Copy } from '../api/corrections.ts';
import { makeShare } from '../api/shares.ts';
import { FailedLine } from '../conformance/FailedLine.tsx';
import { Field } from '../corrections/ActionDialog.tsx';
import { Choice } from '../corrections/Choice.tsx';
import { formatCount } from '../format/format.ts';
import { shareWords } from '../i18n/shares.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import {
  FRESH_DRAFT,
  LONGEST_DAYS,
  MOST_USES,
  PERIODS,
  shareRequest,
  type ShareDraft,
} from './shareDraft.ts';

type Change = (part: Partial<ShareDraft>) => void;

function Part({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="field">
      <span className="field-label">{label}</span>
      {children}
    </div>
  );
}

function SeriesChoice({ copy, draft, change }: { copy: Copy; draft: ShareDraft; change: Change }) {
  const words = useOwnWords(shareWords);
  const series = useQuery(copySeriesQuery(copy));
  if (series.isError) return <span className="field-hint field-fault">{words.seriesFailed}</span>;
  if (series.data?.length === 0) return <span className="field-hint">{words.seriesNone}</span>;
  return (
    <Checkbox.Group
      className="share-series"
      value={[...draft.series]}
      onChange={(chosen) => change({ series: chosen })}
      options={(series.data ?? []).map((each) => ({
        value: each.uid,
        label: (
          <>
            {each.description === '' ? each.modality : each.description}{' '}
            <span className="quiet">
              {words.seriesLine(
                each.number === '' ? '–' : each.number,
                each.modality,
                formatCount(each.instances),
              )}
            </span>
          </>
        ),
      }))}
    />
  );
}

function FactorFields({ draft, change }: { draft: ShareDraft; change: Change }) {
  const words = useOwnWords(shareWords);
  const { factor } = draft;
  return (
    <Part label={words.factor}>
      <Choice
        label={words.factor}
        value={factor}
        options={(['code', 'idDigits', 'password', 'none'] as const).map((each) => [
          each,
          words.factors[each],
        ])}
        onChange={(next) => change({ factor: next, secret: '' })}
      />
      {(factor === 'password' || factor === 'idDigits') && (
        <Input
          className="share-secret"
          value={draft.secret}
          onChange={({ target }) => change({ secret: target.value })}
          maxLength={factor === 'password' ? 128 : 8}
          aria-label={factor === 'password' ? words.password : words.idDigits}
          placeholder={factor === 'password' ? words.password : words.idDigits}
          autoComplete="off"
          data-testid="share-secret"
        />
      )}
      <span
        className={factor === 'none' ? 'share-warning' : 'field-hint'}
        role={factor === 'none' ? 'alert' : undefined}
      >
        {words.factorHints[factor]}
      </span>
    </Part>
  );
}

/** Asks what is shared, for how long, and what is asked for; makes the share. */
export function ShareForm({ copy, onMade }: { copy: Copy; onMade: (made: MadeShareBody) => void }) {
  const words = useOwnWords(shareWords);
  const [draft, setDraft] = useState(FRESH_DRAFT);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const change: Change = (part) => setDraft((now) => ({ ...now, ...part }));
  const request = shareRequest(draft, copy.hospital, copy.study);

  const submit = async (): Promise<void> => {
    if (request === null || busy) return;
    setBusy(true);
    setError(null);
    try {
      onMade(await makeShare(request));
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(String(failure)));
      setBusy(false);
    }
  };
  return (
    <form
      className="dialog-form"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
      data-testid="share-form"
    >
      <Part label={words.what}>
        <Choice
          label={words.what}
          value={draft.what}
          options={[
            ['study', words.whole],
            ['series', words.chosen],
          ]}
          onChange={(what) => change({ what })}
        />
        {draft.what === 'series' && <SeriesChoice copy={copy} draft={draft} change={change} />}
      </Part>
      <Part label={words.period}>
        <div className="share-period">
          <Choice
            label={words.period}
            value={draft.period}
            options={[
              ...PERIODS.map((n) => [n, words.days(Number(n))] as const),
              ['own', words.own] as const,
            ]}
            onChange={(period) => change({ period })}
          />
          {draft.period === 'own' && (
            <InputNumber
              value={draft.ownDays}
              min={1}
              max={LONGEST_DAYS}
              precision={0}
              onChange={(ownDays) => change({ ownDays })}
              aria-label={words.ownDays}
              suffix={words.days(2).replace(/\d+\s*/, '')}
            />
          )}
        </div>
      </Part>
      <FactorFields draft={draft} change={change} />
      <div className="field-pair">
        <Field label={words.maxUses}>
          <InputNumber
            className="share-uses"
            value={draft.maxUses}
            min={1}
            max={MOST_USES}
            precision={0}
            placeholder={words.unlimited}
            onChange={(maxUses) => change({ maxUses })}
            data-testid="share-uses"
          />
        </Field>
        <Field label={words.note}>
          <Input
            value={draft.note}
            maxLength={200}
            onChange={({ target }) => change({ note: target.value })}
            data-testid="share-note"
          />
        </Field>
      </div>
      <Checkbox
        checked={draft.mayDownload}
        onChange={({ target }) => change({ mayDownload: target.checked })}
        data-testid="share-download"
      >
        {words.download}
      </Checkbox>
      {error !== null && (
        <FailedLine error={error} title={words.failed} network={words.network} server={words.server} />
      )}
      <div className="share-foot">
        <button
          type="submit"
          className="button button-primary"
          disabled={request === null || busy}
          aria-busy={busy}
          data-testid="share-make"
        >
          {busy ? words.making : words.make}
        </button>
      </div>
    </form>
  );
}
