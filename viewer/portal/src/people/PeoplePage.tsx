import { useMemo, useState } from 'react';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { Input, Select } from 'antd';
import type { AccountBody, GivenPassword } from '@hutong/server/contract/accounts';
import { accountChoicesQuery, type PeopleFilters, peopleQuery, refreshPeople } from '../api/people.ts';
import { Icon } from '../app/Icon.tsx';
import { PageHead } from '../app/PageHead.tsx';
import { PHONE, useMedia } from '../app/useMedia.ts';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { timeAgo } from '../format/timeAgo.ts';
import { useWords } from '../i18n/language.ts';
import { peopleWords } from '../i18n/people.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { ErrorNotice, StaleLine } from '../worklist/EmptyStates.tsx';
import { CreatePerson } from './CreatePerson.tsx';
import { GivenPasswordDialog } from './GivenPasswordDialog.tsx';
import { ROLE_NAMES } from './grants.ts';
import { PersonDrawer } from './PersonDrawer.tsx';
import { type HospitalNames, RoleChips } from './RoleChips.tsx';
import { useTyped } from './useTyped.ts';
import '../styles/people.css';

function PersonRow({
  account,
  names,
  onOpen,
}: {
  account: AccountBody;
  names: HospitalNames;
  onOpen: () => void;
}) {
  const { language } = useWords();
  const words = useOwnWords(peopleWords);
  const off = account.state === 'disabled';
  return (
    <li
      className={off ? 'managed-row people-row managed-row-off' : 'managed-row people-row'}
      data-testid="person-row"
      data-username={account.username}
    >
      <div className="managed-what">
        <button type="button" className="managed-open" onClick={onOpen}>
          {account.displayName}
        </button>
        <span className="quiet">{account.username}</span>
      </div>
      <RoleChips grants={account.roles} names={names} />
      <div className="managed-facts">
        {off && <span className="state-mark state-off">{words.states.disabled}</span>}
        {account.own && <span className="state-mark state-on">{words.own}</span>}
        {account.provider !== null && <span className="state-mark">{account.provider}</span>}
        {!off && account.passwordGiven && account.provider === null && (
          <span className="state-mark state-warn">{words.given}</span>
        )}
        {account.secondFactor && <span className="state-mark">{words.factor}</span>}
        <span className="quiet">
          {account.lastSignedInAt === null
            ? words.never
            : words.lastSeen(timeAgo(account.lastSignedInAt, language))}
          {account.sessions > 0 && ` · ${words.signedIn(account.sessions)}`}
        </span>
      </div>
    </li>
  );
}

/** People with accounts: search, make, give roles, disable. */
export default function PeoplePage() {
  const { pick } = useWords();
  const words = useOwnWords(peopleWords);
  const client = useQueryClient();
  const size = useMedia(PHONE) ? ('large' as const) : ('medium' as const);
  const choices = useQuery(accountChoicesQuery).data;
  const { typed, setTyped, settled: q } = useTyped();
  const [narrowed, setNarrowed] = useState<Omit<PeopleFilters, 'q'>>({
    role: null,
    hospital: null,
    state: null,
  });
  const [open, setOpen] = useState<string | null>(null);
  const [creating, setCreating] = useState(false);
  const [given, setGiven] = useState<GivenPassword | null>(null);
  const people = useInfiniteQuery(peopleQuery({ q, ...narrowed }));
  const accounts = people.data?.pages.flatMap((page) => page.accounts) ?? [];
  const names = useMemo<HospitalNames>(
    () => new Map(choices?.hospitals.map(({ code, name }) => [code, name]) ?? []),
    [choices],
  );
  const told = (shown: GivenPassword): void => {
    setCreating(false);
    setGiven(shown);
    void refreshPeople(client);
  };
  const select = (
    key: keyof typeof narrowed,
    placeholder: string,
    options: { value: string; label: string }[],
  ) => (
    <Select
      size={size}
      className="managed-select"
      allowClear
      aria-label={placeholder}
      placeholder={placeholder}
      value={narrowed[key]}
      popupMatchSelectWidth={false}
      showSearch={{ optionFilterProp: 'label' }}
      onChange={(value?: string | null) => setNarrowed((now) => ({ ...now, [key]: value ?? null }))}
      options={options}
    />
  );
  return (
    <div className="managed" data-testid="people">
      <PageHead title={words.title} lead={words.lead}>
        <button
          type="button"
          className="button button-primary"
          disabled={choices === undefined}
          onClick={() => setCreating(true)}
          data-testid="create-person"
        >
          {words.create}
        </button>
      </PageHead>
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
          data-testid="people-search"
        />
        {select(
          'role',
          words.anyRole,
          ROLE_NAMES.map((role) => ({ value: role, label: words.roles[role] })),
        )}
        {(choices?.hospitals.length ?? 0) > 1 &&
          select(
            'hospital',
            words.anyHospital,
            choices?.hospitals.map(({ code, name }) => ({ value: code, label: pick(name) })) ?? [],
          )}
        {select('state', words.anyState, [
          { value: 'active', label: words.states.active },
          { value: 'disabled', label: words.states.disabled },
        ])}
      </div>
      {people.isPending && <DetailSkeleton />}
      {people.isError && accounts.length === 0 && (
        <ErrorNotice error={people.error} title={words.failed} onRetry={() => void people.refetch()} />
      )}
      {people.isError && accounts.length > 0 && (
        <StaleLine error={people.error} onRetry={() => void people.refetch()} />
      )}
      {people.isSuccess && accounts.length === 0 && (
        <div className="notice" data-testid="people-empty">
          <h1>{words.empty.title}</h1>
          <p>{words.empty.text}</p>
          <button
            type="button"
            className="button"
            onClick={() => {
              setTyped('');
              setNarrowed({ role: null, hospital: null, state: null });
            }}
          >
            {words.clear}
          </button>
        </div>
      )}
      <ul className="managed-rows" aria-busy={people.isPlaceholderData}>
        {accounts.map((account) => (
          <PersonRow key={account.id} account={account} names={names} onOpen={() => setOpen(account.id)} />
        ))}
      </ul>
      {people.hasNextPage && (
        <button
          type="button"
          className="button managed-more"
          disabled={people.isFetchingNextPage}
          onClick={() => void people.fetchNextPage()}
        >
          {words.more}
        </button>
      )}
      {choices !== undefined && (
        <PersonDrawer
          id={open}
          choices={choices}
          names={names}
          onGiven={told}
          onClose={() => setOpen(null)}
        />
      )}
      {creating && choices !== undefined && (
        <CreatePerson choices={choices} onCreated={told} onClose={() => setCreating(false)} />
      )}
      {given !== null && <GivenPasswordDialog given={given} onClose={() => setGiven(null)} />}
    </div>
  );
}
