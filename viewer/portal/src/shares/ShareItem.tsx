import { useState } from 'react';
import type { ShareBody } from '@hutong/server/contract/shares';
import { useHospitalName } from '../app/useHospitalName.ts';
import { formatInstant } from '../format/format.ts';
import { useWords } from '../i18n/language.ts';
import { shareWords } from '../i18n/shares.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { Revoke } from './Revoke.tsx';
import { ShareRecord } from './ShareRecord.tsx';

/** Of which patient and exams a share is; of accession numbers without images, which ones. */
function Subject({ share }: { share: ShareBody }) {
  const { t } = useWords();
  const { page: words } = useOwnWords(shareWords);
  const hospital = useHospitalName(share.hospital);
  const exams = share.exams.map(({ date, modalities, description }) =>
    [description === '' ? modalities.join(' ') : description, date].filter((part) => part !== '').join(' '),
  );
  const numbers = share.accessionNumbers.join(' ');
  return (
    <p className="share-subject">
      {share.patient !== null && (
        <strong>{share.patient.name === '' ? t.unnamedPatient : share.patient.name}</strong>
      )}
      <span>{exams.length === 0 ? words.waiting(numbers) : exams.join(' · ')}</span>
      <span className="quiet">{hospital}</span>
    </p>
  );
}

/** Who made a share; of a key without a label the beginning of its id. */
const makerOf = ({ author }: ShareBody, key: string): string =>
  author.name === author.id && author.kind === 'machine' ? `${key} ${author.id.slice(0, 8)}` : author.name;

/** One share: its state, for whom it is, what it allows, and what can be done with it. */
export function ShareItem({ share, withSubject = false }: { share: ShareBody; withSubject?: boolean }) {
  const all = useOwnWords(shareWords);
  const words = all.list;
  const [open, setOpen] = useState(false);
  const series = share.studies.reduce((n, each) => n + each.seriesInstanceUids.length, 0);
  const { guardian } = share;
  const facts = [
    guardian === null
      ? all.audiences[share.audience]
      : words.guardian(guardian.name, all.relations[guardian.relation]),
    share.signIn === null ? '' : words.signIn,
    share.signIn !== null && share.factor === 'none' ? '' : all.factors[share.factor],
    series === 0 ? '' : words.series(series),
    share.mayDownload ? words.download : '',
    share.mayReply ? words.reply : '',
    share.watermark ? words.watermark : '',
    words.uses(share.uses, share.maxUses),
  ];
  const marks = [
    share.newReplies > 0 ? words.newReplies(share.newReplies) : '',
    share.replies > share.newReplies ? words.replies(share.replies) : '',
    share.failures > 0 ? words.attempts(share.failures) : '',
    share.author.active ? '' : words.makerGone,
  ].filter((mark) => mark !== '');
  const isOver = share.state === 'revoked' || share.state === 'expired';
  return (
    <li className="share-item" data-testid="share-item" data-state={share.state}>
      <div className="share-item-head">
        <span className={`share-state share-state-${share.state}`}>{words.states[share.state]}</span>
        <span>
          {share.state === 'notYet' && `${words.from(formatInstant(share.notBefore))} · `}
          {all.made.until(formatInstant(share.expiresAt))}
        </span>
        {marks.map((mark) => (
          <span key={mark} className="share-mark">
            {mark}
          </span>
        ))}
        <span className="quiet share-item-by">
          {words.by(makerOf(share, words.key), formatInstant(share.createdAt))}
        </span>
      </div>
      {withSubject && <Subject share={share} />}
      <p className="quiet">{facts.filter((fact) => fact !== '').join(' · ')}</p>
      {share.note !== '' && <p className="share-note">{share.note}</p>}
      <div className="share-item-actions">
        <button
          type="button"
          className="text-button"
          aria-expanded={open}
          onClick={() => setOpen((now) => !now)}
          data-testid="share-openings"
        >
          {words.openings}
        </button>
        {!isOver && <Revoke share={share} />}
      </div>
      {open && <ShareRecord id={share.id} />}
    </li>
  );
}
