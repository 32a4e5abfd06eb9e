import { useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Checkbox, InputNumber, Modal, Select } from 'antd';
import type { SharePolicies, SharePolicy } from '@hutong/server/contract/shares';
import { facetsQuery, sessionQuery } from '../api/queries.ts';
import { setSharePolicy, sharePoliciesQuery } from '../api/shares.ts';
import { FailedLine } from '../conformance/FailedLine.tsx';
import { Field } from '../corrections/ActionDialog.tsx';
import { useWords } from '../i18n/language.ts';
import { shareWords } from '../i18n/shares.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { mayIn } from '../session/rights.ts';
import { LONGEST_DAYS, MOST_USES } from './shareDraft.ts';

const REGION = 'region';
/** What is demanded, and what is allowed: the region demands by true, and forbids by false. */
const DEMANDS = ['colleagueSignIn', 'patientFactor', 'watermark'] as const;
const ALLOWS = ['mayDownload', 'mayReply'] as const;

function PolicyForm({
  scope,
  policies,
  onClose,
}: {
  scope: string;
  policies: SharePolicies;
  onClose: () => void;
}) {
  const all = useOwnWords(shareWords);
  const words = all.policy;
  const client = useQueryClient();
  const { message } = App.useApp();
  const [draft, setDraft] = useState<SharePolicy>(policies.hospital);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const { region } = policies;
  const isRegion = scope === REGION;
  const change = (part: Partial<SharePolicy>): void => setDraft((now) => ({ ...now, ...part }));

  const save = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await setSharePolicy(scope, draft);
      void client.invalidateQueries({ queryKey: ['share-policies'] });
      void client.invalidateQueries({ queryKey: ['shares'] });
      void message.success(words.saved);
      onClose();
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(String(failure)));
      setBusy(false);
    }
  };
  const line = (key: (typeof DEMANDS)[number] | (typeof ALLOWS)[number], forced: boolean, shown: boolean) => (
    <Checkbox
      key={key}
      checked={shown}
      disabled={forced}
      onChange={({ target }) => change({ [key]: target.checked })}
      data-testid={`policy-${key}`}
    >
      {words[key]} {forced && <span className="quiet">{words.byRegion}</span>}
    </Checkbox>
  );
  return (
    <form
      className="dialog-form"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <div className="share-rights">
        {DEMANDS.map((key) => line(key, !isRegion && region[key], draft[key] || (!isRegion && region[key])))}
        {ALLOWS.map((key) => line(key, !isRegion && !region[key], draft[key] && (isRegion || region[key])))}
      </div>
      <div className="field-pair">
        <Field label={words.longestDays}>
          <InputNumber
            className="share-uses"
            value={draft.longestHours === null ? null : draft.longestHours / 24}
            min={1}
            max={LONGEST_DAYS}
            precision={0}
            placeholder={words.unlimited}
            onChange={(days) => change({ longestHours: days === null ? null : days * 24 })}
            data-testid="policy-days"
          />
        </Field>
        <Field label={words.mostUses}>
          <InputNumber
            className="share-uses"
            value={draft.mostUses}
            min={1}
            max={MOST_USES}
            precision={0}
            placeholder={words.unlimited}
            onChange={(mostUses) => change({ mostUses })}
          />
        </Field>
      </div>
      <span className="field-hint">{words.at}</span>
      {error !== null && (
        <FailedLine error={error} title={all.list.renewFailed} network={all.network} server={all.server} />
      )}
      <div className="share-foot">
        <button type="submit" className="button button-primary" disabled={busy} data-testid="policy-save">
          {words.save}
        </button>
      </div>
    </form>
  );
}

/** Sets what may be shared, in a hospital or the region, for who administers it. */
export function PolicyDialog({ onClose }: { onClose: () => void }) {
  const words = useOwnWords(shareWords).policy;
  const { pick } = useWords();
  const session = useQuery(sessionQuery).data;
  const hospitals = (useQuery(facetsQuery).data?.hospitals ?? []).filter(({ code }) =>
    mayIn(session, 'admin', code),
  );
  const isOfRegion = session?.rights.admin === null;
  const scopes = [
    ...(isOfRegion ? [{ value: REGION, label: words.region }] : []),
    ...hospitals.map(({ code, name }) => ({ value: code, label: pick(name) })),
  ];
  const [chosen, setChosen] = useState<string | null>(null);
  const scope = chosen ?? scopes[0]?.value ?? '';
  const policies = useQuery(sharePoliciesQuery(scope));
  return (
    <Modal
      open
      title={words.title}
      onCancel={onClose}
      mask={{ closable: false }}
      width={520}
      centered
      footer={null}
      rootClassName="share-dialog"
    >
      <p className="quiet share-of">{words.lead}</p>
      <Field label={words.scope}>
        <Select
          value={scope}
          aria-label={words.scope}
          onChange={(next: string) => setChosen(next)}
          options={scopes}
          data-testid="policy-scope"
        />
      </Field>
      {policies.isError && <p className="field-fault">{words.failed}</p>}
      {policies.data !== undefined && (
        <PolicyForm key={scope} scope={scope} policies={policies.data} onClose={onClose} />
      )}
    </Modal>
  );
}
