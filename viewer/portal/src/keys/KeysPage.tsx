import { useState } from 'react';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { Input, Select } from 'antd';
import type { KeyBody, NewSecretBody } from '@hutong/server/contract/keys';
import { keyChoicesQuery, type KeyFilters, keysQuery } from '../api/keys.ts';
import { Icon } from '../app/Icon.tsx';
import { PageHead } from '../app/PageHead.tsx';
import { PHONE, useMedia } from '../app/useMedia.ts';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { formatInstant } from '../format/format.ts';
import { keyWords } from '../i18n/keys.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { useTyped } from '../people/useTyped.ts';
import { ErrorNotice, StaleLine } from '../worklist/EmptyStates.tsx';
import { KeyDrawer } from './KeyDrawer.tsx';
import { KeyMarks, LastUse } from './KeyMarks.tsx';
import { KeyWizard } from './KeyWizard.tsx';
import { SecretDialog } from './SecretDialog.tsx';
import { useTick } from './useTick.ts';
import '../styles/people.css';

const REGION = '*';
const TICK_MS = 30_000;

function KeyRow({
  entry,
  hospitalName,
  onOpen,
}: {
  entry: KeyBody;
  hospitalName: string;
  onOpen: () => void;
}) {
  const words = useOwnWords(keyWords);
  const over = entry.state === 'revoked' || entry.state === 'expired';
  return (
    <li
      className={over ? 'managed-row keys-row managed-row-off' : 'managed-row keys-row'}
      data-testid="key-row"
      data-label={entry.label}
    >
      <div className="managed-what">
        <button type="button" className="managed-open" onClick={onOpen}>
          {entry.label === '' ? entry.id.slice(0, 8) : entry.label}
        </button>
        <span className="quiet">{hospitalName}</span>
      </div>
      <div className="key-scopes-line">{entry.scopes.map((scope) => words.scopes[scope]).join(' · ')}</div>
      <div className="managed-facts">
        <KeyMarks entry={entry} />
        <span className="quiet">
          {entry.expiresAt === null
            ? words.forever
            : words.until(formatInstant(entry.expiresAt).slice(0, 10))}
        </span>
      </div>
      <div className="key-use">
        <LastUse entry={entry} />
      </div>
    </li>
  );
}

/** Keys of machines: search, make, replace the secret, revoke. */
export default function KeysPage() {
  const { pick } = useWords();
  const words = useOwnWords(keyWords);
  const client = useQueryClient();
  useTick(TICK_MS);
  const size = useMedia(PHONE) ? ('large' as const) : ('medium' as const);
  const choices = useQuery(keyChoicesQuery).data;
  const { typed, setTyped, settled: q } = useTyped();
  const [narrowed, setNarrowed] = useState<Omit<KeyFilters, 'q'>>({ hospital: null, state: null });
  const [open, setOpen] = useState<string | null>(null);
  const [making, setMaking] = useState(false);
  const [secret, setSecret] = useState<(NewSecretBody & { rotated: boolean }) | null>(null);
  const keys = useInfiniteQuery(keysQuery({ q, ...narrowed }));
  const entries = keys.data?.pages.flatMap((page) => page.keys) ?? [];
  const expiring = keys.data?.pages[0]?.expiring ?? 0;
  const shown = entries.find(({ id }) => id === open) ?? null;
  const isNarrowed = q !== '' || narrowed.hospital !== null || narrowed.state !== null;
  const nameOf = (code: string | null): string => {
    if (code === null) return words.region;
    const found = choices?.hospitals.find((hospital) => hospital.code === code);
    return found === undefined ? code : pick(found.name);
  };
  const told = (made: NewSecretBody, rotated: boolean): void => {
    setMaking(false);
    setSecret({ ...made, rotated });
    void client.invalidateQueries({ queryKey: ['keys'] });
  };
  const nothing = isNarrowed ? words.nothing : words.empty;
  return (
    <div className="managed" data-testid="keys">
      <PageHead title={words.title} lead={words.lead}>
        <button
          type="button"
          className="button button-primary"
          disabled={choices === undefined}
          onClick={() => setMaking(true)}
          data-testid="create-key"
        >
          {words.create}
        </button>
      </PageHead>
      {expiring > 0 && (
        <p className="managed-warning" role="status" data-testid="keys-expiring">
          {words.expiring(expiring)}
          <button
            type="button"
            className="text-button"
            onClick={() => setNarrowed({ hospital: null, state: 'expiring' })}
          >
            {words.showExpiring}
          </button>
        </p>
      )}
      <div className="managed-tools" role="search">
        <Input
          size={size}
          className="managed-search"
          prefix={<Icon name="search" />}
          allowClear
          maxLength={64}
          aria-label={words.search}
          placeholder={words.search}
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
          data-testid="keys-search"
        />
        {(choices?.hospitals.length ?? 0) > 1 && (
          <Select
            size={size}
            className="managed-select"
            allowClear
            aria-label={words.anyHospital}
            placeholder={words.anyHospital}
            value={narrowed.hospital}
            popupMatchSelectWidth={false}
            showSearch={{ optionFilterProp: 'label' }}
            onChange={(hospital?: string | null) =>
              setNarrowed((now) => ({ ...now, hospital: hospital ?? null }))
            }
            options={[
              ...(choices?.region === null ? [] : [{ value: REGION, label: words.region }]),
              ...(choices?.hospitals.map(({ code, name }) => ({ value: code, label: pick(name) })) ?? []),
            ]}
          />
        )}
        <Select
          size={size}
          className="managed-select"
          allowClear
          aria-label={words.inForce}
          placeholder={words.inForce}
          value={narrowed.state}
          popupMatchSelectWidth={false}
          onChange={(state?: string | null) => setNarrowed((now) => ({ ...now, state: state ?? null }))}
          options={Object.entries(words.states).map(([value, label]) => ({ value, label }))}
          data-testid="keys-state"
        />
      </div>
      {keys.isPending && <DetailSkeleton />}
      {keys.isError && entries.length === 0 && (
        <ErrorNotice error={keys.error} title={words.failed} onRetry={() => void keys.refetch()} />
      )}
      {keys.isError && entries.length > 0 && (
        <StaleLine error={keys.error} onRetry={() => void keys.refetch()} />
      )}
      {keys.isSuccess && entries.length === 0 && (
        <div className="notice" data-testid="keys-empty">
          <h1>{nothing.title}</h1>
          <p>{nothing.text}</p>
          {isNarrowed && (
            <button
              type="button"
              className="button"
              onClick={() => {
                setTyped('');
                setNarrowed({ hospital: null, state: null });
              }}
            >
              {words.clear}
            </button>
          )}
        </div>
      )}
      <ul className="managed-rows" aria-busy={keys.isPlaceholderData}>
        {entries.map((entry) => (
          <KeyRow
            key={entry.id}
            entry={entry}
            hospitalName={nameOf(entry.hospital)}
            onOpen={() => setOpen(entry.id)}
          />
        ))}
      </ul>
      {keys.hasNextPage && (
        <button
          type="button"
          className="button managed-more"
          disabled={keys.isFetchingNextPage}
          onClick={() => void keys.fetchNextPage()}
        >
          {words.more}
        </button>
      )}
      {choices !== undefined && (
        <KeyDrawer
          entry={shown}
          choices={choices}
          hospitalName={nameOf(shown?.hospital ?? null)}
          onSecret={(made) => told(made, true)}
          onClose={() => setOpen(null)}
        />
      )}
      {making && choices !== undefined && (
        <KeyWizard choices={choices} onMade={(made) => told(made, false)} onClose={() => setMaking(false)} />
      )}
      {secret !== null && choices !== undefined && (
        <SecretDialog
          made={secret}
          root={choices.dicomweb}
          rotated={secret.rotated}
          onClose={() => setSecret(null)}
        />
      )}
    </div>
  );
}
