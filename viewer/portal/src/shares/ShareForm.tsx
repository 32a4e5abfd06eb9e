import { useState, type ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Input } from 'antd';
import type { MadeShareBody, SharePolicy } from '@hutong/server/contract/shares';
import { makeShare, sharePoliciesQuery } from '../api/shares.ts';
import { FailedLine } from '../conformance/FailedLine.tsx';
import { Field } from '../corrections/ActionDialog.tsx';
import { shareWords } from '../i18n/shares.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { FactorPart } from './FactorPart.tsx';
import type { Change } from './Part.tsx';
import { RightsPart } from './RightsPart.tsx';
import { FRESH_DRAFT, isMinor, shareRequest, type ShareDraft, underPolicy } from './shareDraft.ts';
import { WhenPart } from './WhenPart.tsx';
import { WhoPart } from './WhoPart.tsx';

/** Until it is known, and where it cannot be had: the server holds to it in any case. */
const FREE: SharePolicy = {
  colleagueSignIn: false,
  patientFactor: false,
  longestHours: null,
  mostUses: null,
  mayDownload: true,
  mayReply: true,
  watermark: false,
};

/** Asks what is shared, with whom, for how long, and what is asked for; makes the share. */
export function ShareForm({
  hospital,
  study,
  birthDate,
  what,
  onMade,
}: {
  hospital: string;
  /** null: of accession numbers. */
  study: string | null;
  /** YYYY-MM-DD or empty. */
  birthDate: string;
  what: (draft: ShareDraft, change: Change) => ReactNode;
  onMade: (made: MadeShareBody) => void;
}) {
  const words = useOwnWords(shareWords);
  const policy = useQuery(sharePoliciesQuery(hospital)).data?.effective ?? FREE;
  const [given, setGiven] = useState(FRESH_DRAFT);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const draft = underPolicy(given, policy);
  const change: Change = (part) => setGiven((now) => ({ ...now, ...part }));
  const request = shareRequest(draft, hospital, study);
  const isColleague = draft.audience === 'colleague';

  const submit = async (): Promise<void> => {
    if (request === null || busy) return;
    setBusy(true);
    setError(null);
    try {
      onMade(await makeShare(request));
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(String(failure)));
      setBusy(false);
    }
  };
  return (
    <form
      className="dialog-form"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
      data-testid="share-form"
    >
      {what(draft, change)}
      <WhoPart
        draft={draft}
        change={change}
        minor={isMinor(birthDate)}
        signInForced={policy.colleagueSignIn}
      />
      <FactorPart draft={draft} change={change} mayBeNone={isColleague || !policy.patientFactor} />
      <WhenPart draft={draft} change={change} policy={policy} />
      <RightsPart draft={draft} change={change} policy={policy} />
      <Field label={words.note}>
        <Input
          value={draft.note}
          maxLength={200}
          onChange={({ target }) => change({ note: target.value })}
          data-testid="share-note"
        />
      </Field>
      {error !== null && (
        <FailedLine error={error} title={words.failed} network={words.network} server={words.server} />
      )}
      <div className="share-foot">
        <button
          type="submit"
          className="button button-primary"
          disabled={request === null || busy}
          aria-busy={busy}
          data-testid="share-make"
        >
          {busy ? words.making : words.make}
        </button>
      </div>
    </form>
  );
}
