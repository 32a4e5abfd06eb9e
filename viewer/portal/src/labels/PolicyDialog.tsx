import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { Checkbox, Radio, Select } from 'antd';
import type { LabelPolicy } from '@hutong/recognition';
import type { LabelPoliciesBody, LabelPolicyBody } from '@hutong/server/contract/labels';
import { labelsChanged, setPolicy } from '../api/labels.ts';
import { FormDialog } from '../app/FormDialog.tsx';
import { labelWords } from '../i18n/labels.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { useMarks } from '../i18n/useMarks.ts';
import { useAct } from '../people/useAct.ts';
import { useErrorText } from '../worklist/EmptyStates.tsx';

const EVERY = '';

/** Sets how a scope, or a hospital in it, gives labels; in place of what held there. */
export function PolicyDialog({
  policies,
  policy,
  onClose,
}: {
  policies: LabelPoliciesBody;
  /** null: a new one. */
  policy: LabelPolicyBody | null;
  onClose: () => void;
}) {
  const marks = useMarks();
  const { pick } = useWords();
  const all = useOwnWords(labelWords);
  const words = all.policy;
  const client = useQueryClient();
  const [scope, setScope] = useState(policy?.scope ?? policies.scopes[0] ?? '');
  const [hospital, setHospital] = useState(policy?.hospitalCode ?? EVERY);
  const [release, setRelease] = useState<LabelPolicy['release']>(policy?.release ?? policies.usual.release);
  const [late, setLate] = useState(policy?.lateQualification ?? policies.usual.lateQualification);
  const [device, setDevice] = useState(policy?.deviceTestNeeded ?? policies.usual.deviceTestNeeded);
  const act = useAct();
  const said = useErrorText(act.error ?? new Error(all.failed));
  return (
    <FormDialog
      title={policy === null ? words.set : words.change}
      words={{ cancel: all.cancel, confirm: words.confirm, busy: all.busy }}
      ready={scope !== ''}
      busy={act.busy}
      width={520}
      confirmId="policy-confirm"
      onClose={onClose}
      onSubmit={async () => {
        const isDone = await act.run(async () => {
          await setPolicy({
            scope,
            hospitalCode: hospital === EVERY ? null : hospital,
            release,
            lateQualification: late,
            deviceTestNeeded: device,
          });
          await labelsChanged(client);
        });
        if (isDone) onClose();
      }}
    >
      <div className="labels-fields">
        <label className="labels-field">
          {all.withdraw.scope}
          <Select
            value={scope}
            disabled={policy !== null}
            onChange={setScope}
            options={policies.scopes.map((name) => ({ value: name, label: name }))}
          />
        </label>
        <label className="labels-field">
          {all.withdraw.hospital}
          <Select
            value={hospital}
            disabled={policy !== null}
            onChange={setHospital}
            showSearch={{ optionFilterProp: 'label' }}
            options={[
              { value: EVERY, label: words.everyHospital },
              ...policies.hospitals.map(({ code, name }) => ({ value: code, label: pick(name) })),
            ]}
          />
        </label>
      </div>
      <Radio.Group
        aria-label={words.releaseName}
        value={release}
        onChange={({ target }) => setRelease(target.value as LabelPolicy['release'])}
      >
        <Radio value="automatic">{words.release.automatic}</Radio>
        <Radio value="proposed" data-testid="release-proposed">
          {words.release.proposed}
        </Radio>
      </Radio.Group>
      <Checkbox checked={late} onChange={({ target }) => setLate(target.checked)}>
        {words.late}
      </Checkbox>
      <Checkbox checked={device} onChange={({ target }) => setDevice(target.checked)}>
        {words.device}
      </Checkbox>
      <p className="labels-hint">{words.hint}</p>
      {act.error !== null && (
        <p className="labels-error" role="alert">
          {marks.said(all.failed, said.text)}
        </p>
      )}
    </FormDialog>
  );
}
