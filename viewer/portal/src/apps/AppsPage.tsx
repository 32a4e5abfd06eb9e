import { useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Modal } from 'antd';
import type { ClientBody, NewClientAnswer } from '@hutong/server/contract/clients';
import type { ScopeName } from '@hutong/server/contract';
import { clientsQuery } from '../api/clients.ts';
import { keyChoicesQuery } from '../api/keys.ts';
import { PageHead } from '../app/PageHead.tsx';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { formatInstant } from '../format/format.ts';
import { timeAgo } from '../format/timeAgo.ts';
import { appWords } from '../i18n/apps.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { ErrorNotice, StaleLine } from '../worklist/EmptyStates.tsx';
import { AppDrawer } from './AppDrawer.tsx';
import { Connection } from './Connection.tsx';
import { RegisterApp } from './RegisterApp.tsx';
import '../styles/people.css';

function AppRow({
  client,
  hospitalName,
  onOpen,
}: {
  client: ClientBody;
  hospitalName: string;
  onOpen: () => void;
}) {
  const { language } = useWords();
  const words = useOwnWords(appWords);
  return (
    <li className="managed-row keys-row" data-testid="app-row" data-name={client.name}>
      <div className="managed-what">
        <button type="button" className="managed-open" onClick={onOpen}>
          {client.name}
        </button>
        <span className="quiet">{hospitalName}</span>
      </div>
      <div className="key-scopes-line">
        {client.scopes.map((scope) => words.scopes[scope as ScopeName]).join(' · ')}
      </div>
      <div className="managed-facts">
        <span>{words.kinds[client.kind].name}</span>
        {client.secrets.length > 1 && <span className="quiet">{words.twoSecrets}</span>}
        {client.expiresAt !== null && (
          <span className="quiet">{words.until(formatInstant(client.expiresAt).slice(0, 10))}</span>
        )}
      </div>
      <div className="key-use quiet">
        {client.lastUsedAt === null ? words.neverUsed : words.usedAgo(timeAgo(client.lastUsedAt, language))}
      </div>
    </li>
  );
}

/** Applications that people sign in to, and systems that get tokens: register, replace the secret, end. */
export default function AppsPage() {
  const { pick } = useWords();
  const words = useOwnWords(appWords);
  const queries = useQueryClient();
  const choices = useQuery(keyChoicesQuery).data;
  const apps = useQuery(clientsQuery);
  const [open, setOpen] = useState<string | null>(null);
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<(NewClientAnswer & { rotated: boolean }) | null>(null);
  const clients = apps.data?.clients ?? [];
  const shown = clients.find(({ id }) => id === open) ?? null;
  const nameOf = (code: string | null): string => {
    if (code === null) return words.region;
    const found = choices?.hospitals.find((hospital) => hospital.code === code);
    return found === undefined ? code : pick(found.name);
  };
  const told = (answer: NewClientAnswer, rotated: boolean): void => {
    setMaking(false);
    setMade({ ...answer, rotated });
    void queries.invalidateQueries({ queryKey: ['clients'] });
  };
  const issuer = apps.data?.issuer ?? null;
  const server = apps.data?.server ?? '';
  return (
    <div className="managed" data-testid="apps">
      <PageHead title={words.title} lead={words.lead}>
        <button
          type="button"
          className="button button-primary"
          disabled={choices === undefined}
          onClick={() => setMaking(true)}
          data-testid="register-app"
        >
          {words.create}
        </button>
      </PageHead>
      {apps.isSuccess && issuer === null && (
        <p className="managed-warning" role="status">
          {words.off}
        </p>
      )}
      {apps.isPending && <DetailSkeleton />}
      {apps.isError && apps.data === undefined && (
        <ErrorNotice error={apps.error} title={words.failed} onRetry={() => void apps.refetch()} />
      )}
      {apps.isError && apps.data !== undefined && (
        <StaleLine error={apps.error} onRetry={() => void apps.refetch()} />
      )}
      {apps.isSuccess && clients.length === 0 && (
        <div className="notice" data-testid="apps-empty">
          <h1>{words.empty.title}</h1>
          <p>{words.empty.text}</p>
        </div>
      )}
      <ul className="managed-rows">
        {clients.map((client) => (
          <AppRow
            key={client.id}
            client={client}
            hospitalName={nameOf(client.hospital)}
            onOpen={() => setOpen(client.id)}
          />
        ))}
      </ul>
      <AppDrawer
        client={shown}
        hospitalName={nameOf(shown?.hospital ?? null)}
        issuer={issuer}
        server={server}
        onSecret={(answer) => told(answer, true)}
        onClose={() => setOpen(null)}
      />
      {making && choices !== undefined && (
        <RegisterApp
          choices={choices}
          onMade={(answer) => told(answer, false)}
          onClose={() => setMaking(false)}
        />
      )}
      {made !== null && (
        <Modal
          open
          title={made.rotated ? words.shown.rotatedTitle : words.shown.title}
          onCancel={() => setMade(null)}
          mask={{ closable: false }}
          keyboard={false}
          width={640}
          centered
          rootClassName="action-dialog"
          footer={
            <button
              type="button"
              className="button button-primary"
              onClick={() => setMade(null)}
              data-testid="app-done"
            >
              {words.shown.done}
            </button>
          }
        >
          <div className="shown-once" data-testid="app-shown">
            <p>{made.secret === null ? words.shown.textPublic : words.shown.text}</p>
            <Connection
              client={made.client}
              secret={made.secret}
              issuer={issuer ?? `${server}/oidc`}
              server={server}
            />
          </div>
        </Modal>
      )}
    </div>
  );
}
