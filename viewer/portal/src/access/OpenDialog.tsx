import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { Input, Modal } from 'antd';
import type {
  EmergencyReason,
  GrantGroundName,
  NewGrantBody,
  StudyElsewhere,
} from '@hutong/server/contract/access';
import { openElsewhere } from '../api/access.ts';
import { FailedLine } from '../conformance/FailedLine.tsx';
import { formatCount } from '../format/format.ts';
import { accessWords } from '../i18n/access.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { viewerHref } from '../worklist/study.ts';
import '../styles/access.css';

const REASONS: readonly EmergencyReason[] = ['LIFE_THREATENING', 'UNCONSCIOUS', 'EMERGENCY_SURGERY', 'OTHER'];

interface Answers {
  birthDate: string;
  digits: string;
  confirmed: boolean;
  document: string;
  reasonCode: EmergencyReason | null;
  reason: string;
}
const NOTHING: Answers = {
  birthDate: '',
  digits: '',
  confirmed: false,
  document: '',
  reasonCode: null,
  reason: '',
};

/** What is sent, or null while something is missing. */
function grantOf(study: StudyElsewhere, ground: GrantGroundName, answers: Answers): NewGrantBody | null {
  const { reference } = study;
  switch (ground) {
    case 'recognition':
      return { reference, ground };
    case 'patientPresent': {
      const { birthDate, digits, confirmed } = answers;
      const known = !study.asksBirthDate || birthDate !== '';
      return known && confirmed && /^[0-9Xx]{4,6}$/.test(digits)
        ? { reference, ground, birthDate, identityDigits: digits, confirmed }
        : null;
    }
    case 'consent':
      return answers.document.trim().length < 2
        ? null
        : { reference, ground, document: answers.document.trim() };
    case 'breakGlass': {
      const { reasonCode, confirmed } = answers;
      const reason = answers.reason.trim();
      return reasonCode !== null && confirmed && reason.length >= 4
        ? { reference, ground, reasonCode, reason, confirmed }
        : null;
    }
  }
}

/** Asks what the ground asks for, opens the study, and goes on to its pictures. */
export function OpenDialog({ study, onClose }: { study: StudyElsewhere; onClose: () => void }) {
  const all = useOwnWords(accessWords);
  const words = all.open;
  const { pick } = useWords();
  const client = useQueryClient();
  const [ground, setGround] = useState<GrantGroundName>(study.grounds[0] ?? 'breakGlass');
  const [answers, setAnswers] = useState(NOTHING);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const change = (part: Partial<Answers>): void => setAnswers((now) => ({ ...now, ...part }));
  const emergency = ground === 'breakGlass';
  const grant = grantOf(study, ground, answers);

  const open = async (): Promise<void> => {
    if (grant === null) return;
    setBusy(true);
    setError(null);
    try {
      const made = await openElsewhere(grant);
      await client.invalidateQueries({ queryKey: ['access'] });
      if (made !== null) window.location.assign(viewerHref(made.studyInstanceUid, made.hospital.code));
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(words.failed));
      setBusy(false);
    }
  };
  return (
    <Modal
      open
      title={`${words.title} · ${pick(study.hospital.name)} · ${study.modalities.join(' ')} ${study.studyDate}`}
      onCancel={onClose}
      footer={null}
      width={560}
      className={emergency ? 'access-emergency' : ''}
    >
      <form
        className="access-open"
        data-testid="access-open"
        onSubmit={(event) => {
          event.preventDefault();
          void open();
        }}
      >
        <div className="access-grounds" role="radiogroup" aria-label={words.ground}>
          {study.grounds.map((one) => (
            <button
              key={one}
              type="button"
              role="radio"
              aria-checked={ground === one}
              className={`access-ground access-ground-${one}`}
              onClick={() => {
                setGround(one);
                setAnswers(NOTHING);
              }}
              data-testid={`ground-${one}`}
            >
              <strong>{all.grounds[one]}</strong>
              <span>{all.groundHints[one]}</span>
            </button>
          ))}
        </div>
        {ground === 'patientPresent' && (
          <>
            {study.asksBirthDate && (
              <label className="field">
                <span className="field-label">{words.birthDate}</span>
                <Input
                  type="date"
                  value={answers.birthDate}
                  onChange={({ target }) => change({ birthDate: target.value })}
                  data-testid="open-birth"
                />
              </label>
            )}
            <label className="field">
              <span className="field-label">{words.digits}</span>
              <Input
                value={answers.digits}
                maxLength={6}
                inputMode="numeric"
                autoComplete="off"
                onChange={({ target }) => change({ digits: target.value })}
                data-testid="open-digits"
              />
            </label>
          </>
        )}
        {ground === 'consent' && (
          <label className="field">
            <span className="field-label">{words.document}</span>
            <Input
              value={answers.document}
              maxLength={200}
              onChange={({ target }) => change({ document: target.value })}
              data-testid="open-document"
            />
          </label>
        )}
        {emergency && (
          <>
            <p className="access-warning" role="note">
              {words.warning}
            </p>
            <div className="field">
              <span className="field-label">{words.reason}</span>
              <div className="chips" role="radiogroup" aria-label={words.reason}>
                {REASONS.map((code) => (
                  <button
                    key={code}
                    type="button"
                    role="radio"
                    className="chip chip-neutral"
                    aria-checked={answers.reasonCode === code}
                    aria-pressed={answers.reasonCode === code}
                    onClick={() => change({ reasonCode: code })}
                    data-testid={`reason-${code}`}
                  >
                    {all.reasons[code]}
                  </button>
                ))}
              </div>
            </div>
            <label className="field">
              <span className="field-label">{words.details}</span>
              <Input.TextArea
                value={answers.reason}
                maxLength={500}
                rows={3}
                placeholder={words.detailsHint}
                onChange={({ target }) => change({ reason: target.value })}
                data-testid="open-reason"
              />
            </label>
          </>
        )}
        {(emergency || ground === 'patientPresent') && (
          <label className="access-confirm">
            <input
              type="checkbox"
              checked={answers.confirmed}
              onChange={({ target }) => change({ confirmed: target.checked })}
              data-testid="open-confirm"
            />
            <span>{emergency ? words.understood : words.present}</span>
          </label>
        )}
        <p className="quiet">
          {ground === 'recognition' ? words.scopeStudy : words.scopePatient} ·{' '}
          {words.until(formatCount(study.hours))}
        </p>
        {error !== null && (
          <FailedLine
            error={error}
            title={words.failed}
            network={all.search.network}
            server={all.search.server}
          />
        )}
        <div className="access-actions">
          <button type="button" className="button" onClick={onClose}>
            {words.cancel}
          </button>
          <button
            type="submit"
            className={emergency ? 'button access-danger' : 'button button-primary'}
            disabled={grant === null || busy}
            data-testid="open-go"
          >
            {emergency ? words.goEmergency : words.go}
          </button>
        </div>
      </form>
    </Modal>
  );
}
