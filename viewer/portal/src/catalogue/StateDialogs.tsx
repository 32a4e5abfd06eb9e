import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { App, DatePicker, Modal } from 'antd';
import dayjs from 'dayjs';
import type { CatalogueVersionBody } from '@hutong/server/contract/conformance';
import { changeState, refreshAfterCatalogue } from '../api/catalogues.ts';
import { FailedLine } from '../conformance/FailedLine.tsx';
import { formatCount } from '../format/format.ts';
import { catalogueWords } from '../i18n/catalogues.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';

const day = (text: string | null): dayjs.Dayjs | null => (text === null || text === '' ? null : dayjs(text));
const textOf = (value: dayjs.Dayjs | null): string => value?.format('YYYY-MM-DD') ?? '';

/** Puts a version in force for study dates, or withdraws it; either says what follows before it is done. */
export function StateDialog({
  version,
  state,
  affected,
  onClose,
}: {
  version: CatalogueVersionBody;
  state: 'inForce' | 'withdrawn';
  /** Studies that may be judged again; null while that is not known. */
  affected: number | null;
  onClose: () => void;
}) {
  const { pick } = useWords();
  const all = useOwnWords(catalogueWords);
  const words = state === 'inForce' ? all.force : all.withdrawing;
  const client = useQueryClient();
  const { message } = App.useApp();
  const [from, setFrom] = useState(version.effectiveFrom);
  const [until, setUntil] = useState(version.effectiveUntil ?? '');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const badRange = until !== '' && until < from;
  const ready = state === 'withdrawn' || (from !== '' && !badRange);

  const run = async (): Promise<void> => {
    if (!ready || busy) return;
    setBusy(true);
    setError(null);
    try {
      const dates = { effectiveFrom: from, ...(until === '' ? {} : { effectiveUntil: until }) };
      const done = await changeState(version, { state, ...(state === 'inForce' ? dates : {}) });
      const studies = done?.reevaluation?.total ?? 0;
      void message.success(studies > 0 ? all.force.doneJudging(formatCount(studies)) : words.done);
      onClose();
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(String(failure)));
    } finally {
      setBusy(false);
      void refreshAfterCatalogue(client);
    }
  };
  return (
    <Modal
      open
      title={words.title}
      onCancel={() => {
        if (!busy) onClose();
      }}
      mask={{ closable: false }}
      width={520}
      centered
      rootClassName={state === 'withdrawn' ? 'action-dialog action-dialog-danger' : 'action-dialog'}
      footer={
        <>
          <button type="button" className="button" onClick={onClose} disabled={busy}>
            {all.cancel}
          </button>
          <button
            type="button"
            className={state === 'withdrawn' ? 'button button-danger' : 'button button-primary'}
            disabled={!ready || busy}
            aria-busy={busy}
            onClick={() => void run()}
            data-testid="state-confirm"
          >
            {busy ? all.working : words.confirm}
          </button>
        </>
      }
    >
      <div className="dialog-form" data-testid="state-dialog">
        <p className="import-title">
          <strong>{pick(version.title)}</strong>
          <code>
            {version.id} {version.version}
          </code>
        </p>
        {state === 'inForce' && (
          <div className="field-pair">
            <label className="field">
              <span className="field-label">{all.force.from}</span>
              <DatePicker
                value={day(from)}
                allowClear={false}
                onChange={(value: dayjs.Dayjs | null) => setFrom(textOf(value))}
                data-testid="force-from"
              />
            </label>
            <label className="field">
              <span className="field-label">{all.force.until}</span>
              <DatePicker
                value={day(until)}
                status={badRange ? 'error' : ''}
                onChange={(value: dayjs.Dayjs | null) => setUntil(textOf(value))}
              />
              {badRange && <span className="field-fault">{all.force.badRange}</span>}
            </label>
          </div>
        )}
        <p className="dialog-means">{words.means}</p>
        {affected !== null && affected > 0 && (
          <p className="import-effect">{all.force.affected(formatCount(affected))}</p>
        )}
        {error !== null && (
          <FailedLine
            error={error}
            title={all.import.failed}
            network={all.import.network}
            server={all.import.server}
          />
        )}
      </div>
    </Modal>
  );
}
