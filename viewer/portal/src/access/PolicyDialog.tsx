import { useState, type SyntheticEvent } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { App, InputNumber, Modal, Select } from 'antd';
import type { HospitalRef } from '@hutong/server/contract';
import type { AccessPolicyBody, AccessPolicyInput, GroundName } from '@hutong/server/contract/access';
import { endPolicy, policiesQuery, savePolicy } from '../api/access.ts';
import { FailedLine } from '../conformance/FailedLine.tsx';
import { accessWords } from '../i18n/access.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { isOwn } from './policyFor.ts';

const GROUNDS: readonly GroundName[] = ['open', 'recognition', 'patientPresent', 'consent', 'breakGlass'];
const PURPOSES = ['TREAT', 'HQUALIMP', 'HOPERAT'] as const;
const DISCOVERABLE = ['none', 'labelled', 'all'] as const;

const toggled = <T,>(list: readonly T[], one: T): T[] =>
  list.includes(one) ? list.filter((other) => other !== one) : [...list, one];

/** One entry of the policy: for whom, what may be found, which grounds open, and for how long. */
export function PolicyDialog({
  from,
  issuing,
  viewing,
  choosesPair,
  hospitals,
  onClose,
}: {
  /** What holds at present for the pair. */
  from: AccessPolicyBody;
  issuing: string | null;
  viewing: string | null;
  choosesPair: boolean;
  hospitals: readonly HospitalRef[];
  onClose: () => void;
}) {
  const { pick } = useWords();
  const all = useOwnWords(accessWords);
  const words = all.policy;
  const client = useQueryClient();
  const { message } = App.useApp();
  const [entry, setEntry] = useState<AccessPolicyInput>({
    issuing,
    viewing,
    discoverable: from.discoverable,
    grounds: from.grounds,
    hours: from.hours,
    purposes: from.purposes,
  });
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const change = (part: Partial<AccessPolicyInput>): void => setEntry((now) => ({ ...now, ...part }));
  const isSame = entry.issuing !== null && entry.issuing === entry.viewing;
  const name = (code: string | null): string => {
    const hospital = hospitals.find((one) => one.code === code);
    return code === null ? words.any : hospital === undefined ? code : pick(hospital.name);
  };
  const act = async (work: () => Promise<unknown>, done: string): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await work();
      await client.invalidateQueries({ queryKey: policiesQuery.queryKey });
      void message.success(done);
      onClose();
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(words.failed));
      setBusy(false);
    }
  };
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    void act(() => savePolicy(entry), words.saved);
  };
  const options = [
    { value: '', label: words.any },
    ...hospitals.map(({ code, name: named }) => ({ value: code, label: pick(named) })),
  ];
  return (
    <Modal
      open
      width={620}
      title={
        choosesPair
          ? words.add
          : issuing === null && viewing === null
            ? words.default
            : words.pair(name(issuing), name(viewing))
      }
      onCancel={onClose}
      footer={null}
    >
      <form className="policy-form" onSubmit={submit} data-testid="policy-form">
        {choosesPair && (
          <div className="access-pair">
            {(['issuing', 'viewing'] as const).map((side) => (
              <label key={side} className="field">
                <span className="field-label">{words[side]}</span>
                <Select
                  value={entry[side] ?? ''}
                  onChange={(code) => change({ [side]: code === '' ? null : code })}
                  options={options}
                  showSearch={{ optionFilterProp: 'label' }}
                />
              </label>
            ))}
          </div>
        )}
        {isSame && <p className="field-fault">{words.same}</p>}
        <fieldset className="field">
          <legend className="field-label">{words.discoverable}</legend>
          <div className="choice" role="radiogroup" aria-label={words.discoverable}>
            {DISCOVERABLE.map((one) => (
              <button
                key={one}
                type="button"
                role="radio"
                aria-checked={entry.discoverable === one}
                className="choice-option"
                onClick={() => change({ discoverable: one })}
                data-testid={`discoverable-${one}`}
              >
                {words.discoverables[one]}
              </button>
            ))}
          </div>
        </fieldset>
        <fieldset className="field">
          <legend className="field-label">{words.groundsLabel}</legend>
          {GROUNDS.map((ground) => (
            <label key={ground} className="policy-ground">
              <input
                type="checkbox"
                checked={entry.grounds.includes(ground)}
                onChange={() => change({ grounds: toggled(entry.grounds, ground) })}
                data-testid={`policy-${ground}`}
              />
              <strong>{all.policyGrounds[ground]}</strong>
              <span className="quiet">{all.policyGroundHints[ground]}</span>
            </label>
          ))}
        </fieldset>
        <div className="access-pair">
          <label className="field">
            <span className="field-label">{words.hours}</span>
            <InputNumber
              min={1}
              max={8760}
              precision={0}
              value={entry.hours}
              onChange={(hours) => change({ hours: hours ?? 24 })}
            />
          </label>
          <fieldset className="field">
            <legend className="field-label">{words.purposesLabel}</legend>
            <div className="choice">
              {PURPOSES.map((purpose) => (
                <button
                  key={purpose}
                  type="button"
                  role="checkbox"
                  aria-checked={entry.purposes.includes(purpose)}
                  className="choice-option"
                  onClick={() => change({ purposes: toggled(entry.purposes, purpose) })}
                >
                  {all.purposes[purpose]}
                </button>
              ))}
            </div>
          </fieldset>
        </div>
        {error !== null && (
          <FailedLine
            error={error}
            title={words.failed}
            network={all.search.network}
            server={all.search.server}
          />
        )}
        <div className="access-actions">
          {!choosesPair && isOwn(from, issuing, viewing) && (issuing !== null || viewing !== null) && (
            <button
              type="button"
              className="button"
              disabled={busy}
              onClick={() => void act(() => endPolicy(from.id), words.restored)}
              data-testid="policy-restore"
            >
              {words.restore}
            </button>
          )}
          <button type="button" className="button" onClick={onClose}>
            {words.cancel}
          </button>
          <button
            type="submit"
            className="button button-primary"
            disabled={busy || isSame || entry.purposes.length === 0}
            data-testid="policy-save"
          >
            {words.save}
          </button>
        </div>
      </form>
    </Modal>
  );
}
