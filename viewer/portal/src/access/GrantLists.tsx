import { useEffect, useState } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import type { SessionInfo } from '@hutong/server/contract';
import type { GrantBody } from '@hutong/server/contract/access';
import { endGrant, grantsQuery } from '../api/access.ts';
import { formatCount, formatInstant } from '../format/format.ts';
import { accessWords } from '../i18n/access.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { holds, mayIn } from '../session/rights.ts';
import { ErrorNotice } from '../worklist/EmptyStates.tsx';
import { viewerHref } from '../worklist/study.ts';

const TICK_MS = 30_000;

/** How long something is still open, as people say it. */
function useLeft(): (until: string) => string {
  const words = useOwnWords(accessWords).grants;
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return (until) => {
    const minutes = Math.max(0, Math.ceil((Date.parse(until) - now) / 60_000));
    const [hours, days] = [Math.floor(minutes / 60), Math.floor(minutes / 1440)];
    if (days > 1) return words.days(formatCount(days), String(hours % 24));
    return hours > 0 ? words.hours(String(hours), String(minutes % 60)) : words.minutes(String(minutes));
  };
}

function EndButton({ id, label }: { id: string; label: string }) {
  const words = useOwnWords(accessWords).grants;
  const client = useQueryClient();
  const { message } = App.useApp();
  const end = useMutation({
    mutationFn: () => endGrant(id),
    onSuccess: () => void message.success(words.ended),
    onError: () => void message.error(words.endFailed),
    onSettled: () => client.invalidateQueries({ queryKey: ['access'] }),
  });
  return (
    <button
      type="button"
      className="text-button button-danger-quiet"
      disabled={end.isPending}
      onClick={() => end.mutate()}
      data-testid="grant-end"
    >
      {label}
    </button>
  );
}

export function GroundTag({ ground }: { ground: GrantBody['ground'] }) {
  const { grounds } = useOwnWords(accessWords);
  return <span className={`access-tag access-tag-${ground}`}>{grounds[ground]}</span>;
}

/** What is open now, with the time left and a way to end it. */
export function OwnGrants() {
  const { pick } = useWords();
  const words = useOwnWords(accessWords).grants;
  const left = useLeft();
  const grants = useQuery(grantsQuery);
  if (grants.isError && grants.data === undefined)
    return <ErrorNotice error={grants.error} title={words.error} onRetry={() => void grants.refetch()} />;
  const own = grants.data?.own ?? [];
  const open = own.filter(({ holds: isOpen }) => isOpen);
  const former = own.filter(({ holds: isOpen }) => !isOpen).slice(0, 5);
  return (
    <section className="access-panel" aria-label={words.title} data-testid="own-grants">
      <h2>{words.title}</h2>
      {open.length === 0 && <p className="quiet">{grants.isPending ? '…' : words.none}</p>}
      <ul className="access-list">
        {open.map((grant) => (
          <li key={grant.id} className="access-row" data-testid="grant">
            <div className="access-row-main">
              <strong>{pick(grant.hospital.name)}</strong>
              <span className="quiet">
                {grant.wholePatient ? words.whole : words.one} · {words.from(formatInstant(grant.createdAt))}
              </span>
            </div>
            <GroundTag ground={grant.ground} />
            <span className="access-left">{words.left(left(grant.expiresAt))}</span>
            <a className="text-button" href={viewerHref(grant.studyInstanceUid, grant.hospital.code)}>
              {words.view}
            </a>
            <EndButton id={grant.id} label={words.end} />
          </li>
        ))}
      </ul>
      {former.length > 0 && (
        <>
          <h3 className="access-subhead">{words.former}</h3>
          <ul className="access-former">
            {former.map((grant) => (
              <li key={grant.id} className="quiet">
                {pick(grant.hospital.name)} · <GroundTag ground={grant.ground} /> ·{' '}
                {words.formerLine(formatInstant(grant.endedAt ?? grant.expiresAt))}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

/** What people of other hospitals opened of the own hospital's. */
export function ConcerningGrants({ session }: { session: SessionInfo }) {
  const { pick } = useWords();
  const all = useOwnWords(accessWords);
  const words = all.concerning;
  const left = useLeft();
  const grants = useQuery(grantsQuery);
  if (!holds(session, 'audit')) return null;
  const concerning = grants.data?.concerning ?? [];
  return (
    <section className="access-panel" aria-label={words.title} data-testid="concerning-grants">
      <h2>{words.title}</h2>
      {concerning.length === 0 && <p className="quiet">{grants.isPending ? '…' : words.none}</p>}
      <ul className="access-list">
        {concerning.map((grant) => (
          <li key={grant.id} className="access-row">
            <div className="access-row-main">
              <strong>{words.line(grant.person.name, pick(grant.viewing.name))}</strong>
              <span className="quiet">
                {grant.wholePatient ? all.grants.whole : all.grants.one} · {formatInstant(grant.createdAt)}
                {grant.document !== '' && ` · ${grant.document}`}
              </span>
            </div>
            <GroundTag ground={grant.ground} />
            {grant.holds ? (
              <span className="access-left">{all.grants.left(left(grant.expiresAt))}</span>
            ) : (
              <span className="quiet">
                {all.grants.formerLine(formatInstant(grant.endedAt ?? grant.expiresAt))}
              </span>
            )}
            {grant.holds && mayIn(session, 'admin', grant.hospital.code) && (
              <EndButton id={grant.id} label={words.end} />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
