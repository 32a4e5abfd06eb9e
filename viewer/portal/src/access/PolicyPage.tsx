import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { HospitalRef } from '@hutong/server/contract';
import type { AccessPoliciesBody, AccessPolicyBody } from '@hutong/server/contract/access';
import { policiesQuery } from '../api/access.ts';
import { PageHead } from '../app/PageHead.tsx';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { formatInstant } from '../format/format.ts';
import { accessWords } from '../i18n/access.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { ErrorNotice } from '../worklist/EmptyStates.tsx';
import { PolicyDialog } from './PolicyDialog.tsx';
import { isOwn, policyFor } from './policyFor.ts';
import '../styles/access.css';

/** More hospitals than these make no table that anybody reads. */
const MATRIX_HOSPITALS = 16;

interface Pair {
  issuing: string | null;
  viewing: string | null;
  choosesPair: boolean;
}

/** What an entry allows, in a line. */
function useSummary(): (policy: AccessPolicyBody) => string {
  const words = useOwnWords(accessWords);
  return ({ grounds, discoverable, hours }) => {
    const opens = grounds.map((ground) => words.policyGrounds[ground]).join(words.policy.and);
    return [
      words.discoverableShort[discoverable],
      opens === '' ? words.policy.noGrounds : opens,
      words.policy.hoursShort(String(hours)),
    ].join(' · ');
  };
}

function Matrix({ body, onEdit }: { body: AccessPoliciesBody; onEdit: (pair: Pair) => void }) {
  const { pick } = useWords();
  const words = useOwnWords(accessWords);
  const { hospitals, policies, mayChange } = body;
  const cell = (issuing: HospitalRef, viewing: HospitalRef) => {
    if (issuing.code === viewing.code) return <span className="policy-cell-self">{words.policy.self}</span>;
    const policy = policyFor(policies, issuing.code, viewing.code);
    if (policy === null) return null;
    const own = isOwn(policy, issuing.code, viewing.code);
    const className = `policy-cell${own ? ' policy-cell-own' : ''}${policy.grounds.includes('open') ? ' policy-cell-open' : ''}`;
    const grounds = policy.grounds.map((ground) => words.policyGrounds[ground]).join(words.policy.and);
    const content = (
      <>
        <strong>{words.discoverableShort[policy.discoverable]}</strong>
        <span>{grounds === '' ? words.policy.noGrounds : grounds}</span>
        <span className="quiet">{words.policy.hoursShort(String(policy.hours))}</span>
      </>
    );
    return mayChange ? (
      <button
        type="button"
        className={className}
        onClick={() => onEdit({ issuing: issuing.code, viewing: viewing.code, choosesPair: false })}
        data-testid={`policy-cell-${issuing.code}-${viewing.code}`}
        aria-label={`${words.policy.pair(pick(issuing.name), pick(viewing.name))}：${grounds}`}
      >
        {content}
      </button>
    ) : (
      <div className={className}>{content}</div>
    );
  };
  return (
    <div className="policy-matrix" tabIndex={0} role="region" aria-label={words.policy.matrix}>
      <table data-testid="policy-matrix">
        <thead>
          <tr>
            <th scope="col">
              {words.policy.issuing} ＼ {words.policy.viewing}
            </th>
            {hospitals.map((viewing) => (
              <th key={viewing.code} scope="col">
                {pick(viewing.name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {hospitals.map((issuing) => (
            <tr key={issuing.code}>
              <th scope="row">{pick(issuing.name)}</th>
              {hospitals.map((viewing) => (
                <td key={viewing.code}>{cell(issuing, viewing)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The region's policy: which grounds open whose studies to whom. */
export default function PolicyPage() {
  const { pick } = useWords();
  const words = useOwnWords(accessWords).policy;
  const summary = useSummary();
  const { data, error, refetch } = useQuery(policiesQuery);
  const [editing, setEditing] = useState<Pair | null>(null);
  if (error !== null && data === undefined)
    return <ErrorNotice error={error} title={words.error} onRetry={() => void refetch()} />;
  if (data === undefined) return <DetailSkeleton />;
  const { hospitals, policies, former, mayChange } = data;
  const name = (code: string): string => {
    const hospital = hospitals.find((one) => one.code === code);
    return hospital === undefined ? code : pick(hospital.name);
  };
  const pairName = ({ issuing, viewing }: Pick<AccessPolicyBody, 'issuing' | 'viewing'>): string =>
    issuing === null && viewing === null
      ? words.default
      : words.pair(
          issuing === null ? words.any : name(issuing),
          viewing === null ? words.any : name(viewing),
        );
  const present = editing === null ? null : policyFor(policies, editing.issuing, editing.viewing);
  return (
    <section className="policy-page" data-testid="access-policy">
      <PageHead title={words.title} lead={words.lead}>
        {mayChange && hospitals.length > 1 && (
          <button
            type="button"
            className="button button-primary"
            onClick={() => setEditing({ issuing: null, viewing: null, choosesPair: true })}
            data-testid="policy-add"
          >
            {words.add}
          </button>
        )}
      </PageHead>
      {policies.map((policy) => (
        <div key={policy.id} className="policy-entry" data-testid="policy-entry">
          <div className="policy-entry-facts">
            <strong>{pairName(policy)}</strong>
            <p>{summary(policy)}</p>
            <p className="quiet">
              {formatInstant(policy.createdAt)} ·{' '}
              {policy.author === 'default' ? words.initial : words.by(policy.author)}
            </p>
          </div>
          {mayChange && (
            <button
              type="button"
              className="text-button"
              onClick={() =>
                setEditing({ issuing: policy.issuing, viewing: policy.viewing, choosesPair: false })
              }
              data-testid="policy-edit"
            >
              {words.edit}
            </button>
          )}
        </div>
      ))}
      {hospitals.length > 1 && hospitals.length <= MATRIX_HOSPITALS && (
        <>
          <h2>{words.matrix}</h2>
          <p className="quiet">{words.matrixHint}</p>
          <Matrix body={data} onEdit={setEditing} />
        </>
      )}
      <h2>{words.former}</h2>
      {former.length === 0 && <p className="quiet">{words.formerNone}</p>}
      <ul className="policy-history">
        {former.map((policy) => (
          <li key={policy.id}>
            {pairName(policy)} · {summary(policy)}
            <p className="quiet">
              {words.formerLine(formatInstant(policy.createdAt), formatInstant(policy.endedAt ?? ''))} ·{' '}
              {words.endedBy(policy.endedBy)}
            </p>
          </li>
        ))}
      </ul>
      {editing !== null && present !== null && (
        <PolicyDialog
          key={`${editing.issuing ?? ''} ${editing.viewing ?? ''}`}
          from={present}
          issuing={editing.issuing}
          viewing={editing.viewing}
          choosesPair={editing.choosesPair}
          hospitals={hospitals}
          onClose={() => setEditing(null)}
        />
      )}
    </section>
  );
}
