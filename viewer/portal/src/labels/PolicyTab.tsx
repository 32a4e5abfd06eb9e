import { useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Popconfirm } from 'antd';
import type { LabelPoliciesBody, LabelPolicyBody } from '@hutong/server/contract/labels';
import { endPolicy, labelsChanged, policiesQuery, relabelAll, relabellingsQuery } from '../api/labels.ts';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { formatCount, formatInstant } from '../format/format.ts';
import { labelWords } from '../i18n/labels.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { ErrorNotice } from '../worklist/EmptyStates.tsx';
import { PolicyDialog } from './PolicyDialog.tsx';

type Edited = LabelPolicyBody | 'new' | null;

function Policy({
  policy,
  policies,
  onEdit,
}: {
  policy: LabelPolicyBody;
  policies: LabelPoliciesBody;
  onEdit: () => void;
}) {
  const { pick } = useWords();
  const all = useOwnWords(labelWords);
  const words = all.policy;
  const client = useQueryClient();
  const { message } = App.useApp();
  const hospital = policies.hospitals.find(({ code }) => code === policy.hospitalCode);
  const end = async (): Promise<void> => {
    try {
      await endPolicy(policy.id);
    } catch {
      void message.error(all.failed);
    }
    await labelsChanged(client);
  };
  return (
    <li className="label-row" data-testid="policy" data-ended={policy.endedAt !== null}>
      <div className="label-row-main">
        <strong>{policy.scope}</strong>
        <span>
          {policy.hospitalCode === null
            ? words.everyHospital
            : hospital === undefined
              ? policy.hospitalCode
              : pick(hospital.name)}
        </span>
      </div>
      <div className="label-row-main">
        <span>
          {[
            words.release[policy.release],
            words.lateShort[policy.lateQualification ? 'true' : 'false'],
            words.deviceShort[policy.deviceTestNeeded ? 'true' : 'false'],
          ].join(' · ')}
        </span>
        <span className="quiet">{all.withdraw.by(policy.author, formatInstant(policy.at))}</span>
        {policy.endedAt !== null && (
          <span className="quiet">{words.ended(policy.endedBy, formatInstant(policy.endedAt))}</span>
        )}
      </div>
      <div className="label-row-actions">
        {policies.mayChange && policy.endedAt === null && (
          <>
            <button type="button" className="button" onClick={onEdit} data-testid="change-policy">
              {words.change}
            </button>
            <Popconfirm
              title={words.endConfirm}
              okText={words.end}
              cancelText={all.cancel}
              onConfirm={() => void end()}
            >
              <button type="button" className="text-button">
                {words.end}
              </button>
            </Popconfirm>
          </>
        )}
      </div>
    </li>
  );
}

/** Labels that are looked at anew in the background, and how far that has come. */
function Relabellings({ mayBegin }: { mayBegin: boolean }) {
  const all = useOwnWords(labelWords);
  const words = all.policy;
  const client = useQueryClient();
  const { message } = App.useApp();
  const { data } = useQuery(relabellingsQuery);
  const begin = async (): Promise<void> => {
    try {
      await relabelAll();
    } catch {
      void message.error(all.failed);
    }
    await client.invalidateQueries({ queryKey: relabellingsQuery.queryKey });
  };
  return (
    <section className="relabellings">
      <div className="labels-bar">
        <h2>{words.jobs}</h2>
        {mayBegin && (
          <button type="button" className="button" onClick={() => void begin()} data-testid="relabel">
            {words.again}
          </button>
        )}
      </div>
      {data?.relabellings.length === 0 && <p className="quiet">{words.noJobs}</p>}
      <ul className="label-rows">
        {data?.relabellings.slice(0, 10).map((one) => (
          <li key={one.id} className="label-row" data-testid="relabelling">
            <div className="label-row-main">
              <strong>{words.jobReason[one.reason] ?? one.reason}</strong>
              <span className="quiet">{all.withdraw.by(one.author, formatInstant(one.requestedAt))}</span>
            </div>
            <div className="label-row-main">
              <span>
                {words.jobState[one.state]}
                {one.state === 'working' && one.progress !== null && ` ${Math.round(one.progress * 100)}%`}
              </span>
              <span className="quiet">
                {words.progress(formatCount(one.lookedAt), formatCount(one.changed))}
              </span>
            </div>
            <span />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** How scopes and hospitals give labels, what held before, and labels that follow. */
export function PolicyTab() {
  const all = useOwnWords(labelWords);
  const words = all.policy;
  const { data, error, refetch } = useQuery(policiesQuery);
  const [edited, setEdited] = useState<Edited>(null);
  if (data === undefined)
    return error === null ? (
      <DetailSkeleton />
    ) : (
      <ErrorNotice error={error} title={all.error} onRetry={() => void refetch()} />
    );
  return (
    <>
      <div className="labels-bar">
        <p className="labels-hint">
          {words.usual} {!data.mayChange && words.regionOnly}
        </p>
        {data.mayChange && (
          <button
            type="button"
            className="button button-primary"
            onClick={() => setEdited('new')}
            data-testid="set-policy"
          >
            {words.set}
          </button>
        )}
      </div>
      {data.policies.length === 0 && <p className="quiet">{words.none}</p>}
      <ul className="label-rows">
        {data.policies.map((policy) => (
          <Policy key={policy.id} policy={policy} policies={data} onEdit={() => setEdited(policy)} />
        ))}
      </ul>
      <Relabellings mayBegin={data.mayChange} />
      {edited !== null && (
        <PolicyDialog
          policies={data}
          policy={edited === 'new' ? null : edited}
          onClose={() => setEdited(null)}
        />
      )}
    </>
  );
}
