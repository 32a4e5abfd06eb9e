import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { App, Drawer, Input, Select } from 'antd';
import type { KeyBody, KeyChoices, NewSecretBody } from '@hutong/server/contract/keys';
import { changeKey, endPreviousSecret, revokeKey, rotateKey } from '../api/keys.ts';
import { Icon } from '../app/Icon.tsx';
import { PHONE, useMedia } from '../app/useMedia.ts';
import { FailedLine } from '../conformance/FailedLine.tsx';
import { Field } from '../corrections/ActionDialog.tsx';
import { formatDay, formatInstant } from '../format/format.ts';
import { timeAgo } from '../format/timeAgo.ts';
import { useWords } from '../i18n/language.ts';
import { keyWords } from '../i18n/keys.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { useAct } from '../people/useAct.ts';
import { endOfDay, readNetworks } from './keyKinds.ts';
import { KeyMarks, LastUse } from './KeyMarks.tsx';
import { type Limits, LimitFields } from './LimitFields.tsx';

const OVERLAPS = { h0: 0, h24: 24, h72: 72, h168: 168, h720: 720 } as const;
type Overlap = keyof typeof OVERLAPS;

interface KeyProps {
  entry: KeyBody;
  choices: KeyChoices;
  hospitalName: string;
  onSecret: (made: NewSecretBody) => void;
  onClose: () => void;
}

/** A key beside the list, from below on a phone: what it is, its limits, a new secret, its end. */
export function KeyDrawer(props: Omit<KeyProps, 'entry'> & { entry: KeyBody | null }) {
  const phone = useMedia(PHONE);
  const { entry } = props;
  return (
    <Drawer
      open={entry !== null}
      onClose={props.onClose}
      placement={phone ? 'bottom' : 'right'}
      size={phone ? '92dvh' : 520}
      closable={false}
      rootClassName="detail-drawer"
      destroyOnHidden
    >
      {entry !== null && <OneKey {...props} key={entry.id} entry={entry} />}
    </Drawer>
  );
}

function OneKey({ entry, choices, hospitalName, onSecret, onClose }: KeyProps) {
  const { drawer } = useOwnWords(keyWords);
  const client = useQueryClient();
  const { message } = App.useApp();
  const { busy, error, run } = useAct();
  const act = async (work: () => Promise<unknown>, done: string): Promise<boolean> => {
    const isDone = await run(work);
    if (isDone && done !== '') void message.success(done);
    await client.invalidateQueries({ queryKey: ['keys'] });
    return isDone;
  };
  const ended = entry.state === 'revoked';
  return (
    <div className="detail person" role="region" aria-label={drawer.label} data-testid="key-drawer">
      <header className="person-head">
        <div>
          <h1>{entry.label || entry.id.slice(0, 8)}</h1>
          <p className="managed-facts">
            <KeyMarks entry={entry} />
          </p>
        </div>
        <button type="button" className="icon-button" aria-label={drawer.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <div className="detail-scroll person-body">
        {error !== null && (
          <FailedLine error={error} title={drawer.failed} network={drawer.network} server={drawer.server} />
        )}
        <Facts entry={entry} hospitalName={hospitalName} />
        {!ended && !entry.mayChange && <p className="person-note">{drawer.notYours}</p>}
        {!ended && entry.mayChange && (
          <>
            <Rotation
              entry={entry}
              busy={busy}
              onRotate={(hours) => act(async () => onSecret(await rotateKey(entry.id, hours)), '')}
              onEnd={() => act(() => endPreviousSecret(entry.id), drawer.saved)}
            />
            <Settings
              key={`${entry.label} ${entry.expiresAt ?? ''} ${entry.networks?.join() ?? ''} ${entry.purpose}`}
              entry={entry}
              choices={choices}
              busy={busy}
              onSave={(change) => act(() => changeKey(entry.id, change), drawer.saved)}
            />
          </>
        )}
        {!ended && (
          <Revocation
            entry={entry}
            busy={busy}
            onRevoke={async () => {
              if (await act(() => revokeKey(entry.id), drawer.revoked)) onClose();
            }}
          />
        )}
      </div>
    </div>
  );
}

function Facts({ entry, hospitalName }: { entry: KeyBody; hospitalName: string }) {
  const words = useOwnWords(keyWords);
  const { drawer } = words;
  const facts: [string, React.ReactNode][] = [
    [drawer.hospital, hospitalName],
    [drawer.scopes, entry.scopes.map((scope) => words.scopes[scope]).join(' · ')],
    [drawer.purpose, words.purposes[entry.purpose]],
    [drawer.lastUsed, <LastUse key="" entry={entry} />],
    [drawer.expires, entry.expiresAt === null ? words.forever : words.until(formatInstant(entry.expiresAt))],
    [drawer.networks, entry.networks?.join(' ') ?? drawer.any],
    [
      drawer.certificate,
      entry.clientCertificate === null ? drawer.none : <code key="">{entry.clientCertificate}</code>,
    ],
    [
      drawer.created,
      drawer.createdBy(entry.createdBy.name || entry.createdBy.id || '—', formatInstant(entry.createdAt)),
    ],
    [drawer.id, <code key="">{entry.id}</code>],
  ];
  return (
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
  );
}

function Rotation({
  entry: { previous, rotatedAt },
  busy,
  onRotate,
  onEnd,
}: {
  entry: KeyBody;
  busy: boolean;
  onRotate: (hours: number) => Promise<boolean>;
  onEnd: () => Promise<boolean>;
}) {
  const { language } = useWords();
  const words = useOwnWords(keyWords);
  const { drawer } = words;
  const [overlap, setOverlap] = useState<Overlap>('h24');
  return (
    <section className="person-section" data-testid="rotation">
      <h2>{drawer.rotate}</h2>
      <p className="quiet">{drawer.rotateText}</p>
      {previous !== null && rotatedAt !== null && (
        <div className="rotation-now">
          <p>
            <strong>{words.overlap(timeAgo(previous.validUntil, language))}</strong>
            <span className="quiet">
              {formatInstant(previous.validUntil)} ·{' '}
              {previous.lastUsedAt === null
                ? words.overlapUnused
                : words.overlapUsed(timeAgo(previous.lastUsedAt, language))}
            </span>
          </p>
          <progress
            max={Date.parse(previous.validUntil) - Date.parse(rotatedAt)}
            value={Math.max(0, Date.now() - Date.parse(rotatedAt))}
          />
          <button
            type="button"
            className="button"
            disabled={busy}
            onClick={() => void onEnd()}
            data-testid="end-previous"
          >
            {drawer.endPrevious}
          </button>
        </div>
      )}
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
          onClick={() => void onRotate(OVERLAPS[overlap])}
          data-testid="rotate-key"
        >
          {drawer.rotate}
        </button>
      </div>
    </section>
  );
}

function Settings({
  entry,
  choices,
  busy,
  onSave,
}: {
  entry: KeyBody;
  choices: KeyChoices;
  busy: boolean;
  onSave: (change: Parameters<typeof changeKey>[1]) => Promise<boolean>;
}) {
  const { drawer, wizard } = useOwnWords(keyWords);
  const day = entry.expiresAt === null ? '' : formatDay(new Date(entry.expiresAt));
  const [label, setLabel] = useState(entry.label);
  const [expires, setExpires] = useState(day);
  const [limits, setLimits] = useState<Limits>({
    purpose: entry.purpose,
    networks: entry.networks?.join('\n') ?? '',
    certificate: entry.clientCertificate ?? '',
  });
  return (
    <details className="person-section key-settings">
      <summary data-testid="key-settings">{drawer.settings}</summary>
      <form
        className="dialog-form"
        onSubmit={(event) => {
          event.preventDefault();
          void onSave({
            label,
            ...(expires === day ? {} : { expiresAt: endOfDay(expires) }),
            purpose: limits.purpose,
            networks: readNetworks(limits.networks),
            ...(choices.clientCertificates
              ? { clientCertificate: limits.certificate.trim() === '' ? null : limits.certificate }
              : {}),
          });
        }}
      >
        <Field label={wizard.label}>
          <Input value={label} maxLength={100} onChange={({ target }) => setLabel(target.value)} />
        </Field>
        <Field label={drawer.expiryDay}>
          <input
            type="date"
            className="date-input"
            value={expires}
            min={formatDay(new Date())}
            onChange={({ target }) => setExpires(target.value)}
          />
        </Field>
        <LimitFields limits={limits} certificates={choices.clientCertificates} onChange={setLimits} />
        <button
          type="submit"
          className="button button-primary person-save"
          disabled={busy || label.trim() === ''}
        >
          {drawer.save}
        </button>
      </form>
    </details>
  );
}

function Revocation({
  entry,
  busy,
  onRevoke,
}: {
  entry: KeyBody;
  busy: boolean;
  onRevoke: () => Promise<void>;
}) {
  const { drawer } = useOwnWords(keyWords);
  const [typed, setTyped] = useState('');
  // A key that was made at the command line may have no label.
  const label = entry.label === '' ? entry.id.slice(0, 8) : entry.label;
  return (
    <section className="person-section key-revoke">
      <h2>{drawer.revoke}</h2>
      <p className="quiet">{drawer.revokeText(label)}</p>
      <Field label={drawer.revokeType(label)}>
        <Input
          value={typed}
          autoComplete="off"
          onChange={({ target }) => setTyped(target.value)}
          data-testid="revoke-typed"
        />
      </Field>
      <button
        type="button"
        className="button button-danger"
        disabled={busy || typed.trim() !== label.trim()}
        onClick={() => void onRevoke()}
        data-testid="revoke-key"
      >
        {drawer.revoke}
      </button>
    </section>
  );
}
