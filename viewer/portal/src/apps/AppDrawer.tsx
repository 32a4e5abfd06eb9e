import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { App, Drawer, Select } from 'antd';
import type { ClientBody, NewClientAnswer } from '@hutong/server/contract/clients';
import type { ScopeName } from '@hutong/server/contract';
import { endClient, rotateClient } from '../api/clients.ts';
import { Icon } from '../app/Icon.tsx';
import { PHONE, useMedia } from '../app/useMedia.ts';
import { FailedLine } from '../conformance/FailedLine.tsx';
import { formatInstant } from '../format/format.ts';
import { appWords } from '../i18n/apps.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { AskButton } from '../people/AskButton.tsx';
import { useAct } from '../people/useAct.ts';
import { Connection } from './Connection.tsx';

const OVERLAPS = { h0: 0, h24: 24, h168: 168 } as const;
type Overlap = keyof typeof OVERLAPS;

interface AppProps {
  client: ClientBody;
  hospitalName: string;
  issuer: string | null;
  server: string;
  onSecret: (made: NewClientAnswer) => void;
  onClose: () => void;
}

/** An application beside the list, from below on a phone: how it connects, a new secret, its end. */
export function AppDrawer({ client, ...props }: Omit<AppProps, 'client'> & { client: ClientBody | null }) {
  const phone = useMedia(PHONE);
  return (
    <Drawer
      open={client !== null}
      onClose={props.onClose}
      placement={phone ? 'bottom' : 'right'}
      size={phone ? '92dvh' : 560}
      closable={false}
      rootClassName="detail-drawer"
      destroyOnHidden
    >
      {client !== null && <OneApp key={client.id} client={client} {...props} />}
    </Drawer>
  );
}

function OneApp({ client, hospitalName, issuer, server, onSecret, onClose }: AppProps) {
  const words = useOwnWords(appWords);
  const { drawer } = words;
  const queries = useQueryClient();
  const { message } = App.useApp();
  const { busy, error, run } = useAct();
  const [overlap, setOverlap] = useState<Overlap>('h24');
  const refresh = () => queries.invalidateQueries({ queryKey: ['clients'] });
  const facts: [string, string][] = [
    [drawer.hospital, hospitalName],
    [drawer.scopes, client.scopes.map((scope) => words.scopes[scope as ScopeName]).join(' · ')],
    [drawer.created, drawer.createdBy(client.createdBy, formatInstant(client.createdAt))],
  ];
  return (
    <div className="detail person" role="region" aria-label={drawer.label} data-testid="app-drawer">
      <header className="person-head">
        <div>
          <h1>{client.name}</h1>
          <p className="quiet">{words.kinds[client.kind].name}</p>
        </div>
        <button type="button" className="icon-button" aria-label={drawer.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <div className="detail-scroll person-body">
        {error !== null && (
          <FailedLine
            error={error}
            title={drawer.failed}
            network={words.form.network}
            server={words.form.server}
          />
        )}
        <section className="person-section">
          <dl className="key-facts">
            {facts.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </section>
        {issuer !== null && (
          <section className="person-section shown-once">
            <h2>{drawer.connect}</h2>
            <Connection client={client} secret={null} issuer={issuer} server={server} />
          </section>
        )}
        {client.authentication === 'secret' && (
          <section className="person-section">
            <h2>{drawer.secrets}</h2>
            <ul>
              {client.secrets.map((secret) => (
                <li key={secret.createdAt}>
                  {drawer.secretLine(
                    formatInstant(secret.createdAt),
                    secret.expiresAt === null ? null : formatInstant(secret.expiresAt),
                  )}
                </li>
              ))}
            </ul>
            <p className="quiet">{drawer.rotateText}</p>
            <div className="rotation-ask">
              <Select
                value={overlap}
                aria-label={drawer.overlap}
                prefix={drawer.overlap}
                popupMatchSelectWidth={false}
                onChange={(value: Overlap) => setOverlap(value)}
                options={(Object.keys(OVERLAPS) as Overlap[]).map((value) => ({
                  value,
                  label: drawer.overlaps[value],
                }))}
              />
              <button
                type="button"
                className="button button-primary"
                disabled={busy}
                onClick={() =>
                  void run(async () => onSecret(await rotateClient(client.id, OVERLAPS[overlap]))).then(
                    refresh,
                  )
                }
                data-testid="rotate-app"
              >
                {drawer.rotate}
              </button>
            </div>
          </section>
        )}
        <section className="person-section">
          <AskButton
            label={drawer.end}
            text={drawer.endText}
            danger
            busy={busy}
            onDo={() =>
              void run(() => endClient(client.id)).then(async (isDone) => {
                await refresh();
                if (!isDone) return;
                void message.success(drawer.ended);
                onClose();
              })
            }
            testId="end-app"
          />
        </section>
      </div>
    </div>
  );
}
