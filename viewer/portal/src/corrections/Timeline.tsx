import type { ReactNode } from 'react';
import type { CorrectionEvent, PatientCorrectionBody, VersionBody } from '@hutong/server/contract';
import { formatCount, formatDay, formatInstant } from '../format/format.ts';
import { useWords } from '../i18n/language.ts';
import { attributeName } from '../../../words/attributeNames.ts';
import { authorWords, eventTone, eventWords, isRewriting } from './eventWords.ts';
import { recoverableUntil } from './groups.ts';
import { PatientProgress } from './PatientProgress.tsx';
import { useKeepDays } from './rights.ts';

function Version({ version }: { version: VersionBody }) {
  const { t } = useWords();
  const words = t.corrections;
  const state = version.removedAt !== null ? 'removed' : version.recovered ? 'recovered' : 'kept';
  const path = `/api/studies/${encodeURIComponent(version.studyInstanceUid)}/versions/${version.id}`;
  return (
    <li>
      <code title={version.sopInstanceUid}>{version.sopInstanceUid}</code>
      <span className="quiet">{words.versionState[state]}</span>
      {version.retrievable && (
        <a href={path} download>
          {words.download}
        </a>
      )}
    </li>
  );
}

function Versions({ event }: { event: CorrectionEvent }) {
  const { t } = useWords();
  const { versions } = event;
  if (versions.length === 0) return null;
  return (
    <details className="more">
      <summary title={t.corrections.versionsHint}>
        {t.corrections.versions(formatCount(versions.length))}
      </summary>
      <ul className="versions">
        {versions.map((version) => (
          <Version key={version.id} version={version} />
        ))}
      </ul>
    </details>
  );
}

/** What it concerned: the whole, a series or an image, and how many images. */
function Extent({ event }: { event: CorrectionEvent }) {
  const { t } = useWords();
  const words = t.corrections;
  const scope =
    event.sopInstanceUid !== null ? 'instance' : event.seriesInstanceUid !== null ? 'series' : 'study';
  const uid = event.sopInstanceUid ?? event.seriesInstanceUid;
  return (
    <p className="event-extent">
      <span>
        {words.scope[scope]}
        {event.instances > 0 && scope !== 'instance' && ` · ${words.instances(formatCount(event.instances))}`}
      </span>
      {uid !== null && (
        <code className="uid" title={uid}>
          {uid}
        </code>
      )}
    </p>
  );
}

/** Until when something of the event can still be brought back. */
function Recoverable({ event }: { event: CorrectionEvent }) {
  const { t } = useWords();
  const keepDays = useKeepDays();
  if (!event.recoverable || keepDays === null) return null;
  const until = recoverableUntil(new Date(event.at), keepDays);
  return (
    <span className="event-until">
      {until === null ? t.corrections.forEver : t.corrections.until(formatDay(until))}
    </span>
  );
}

/** One thing that was done: what, when, by whom, why, and to which images. */
export function TimelineEvent({
  event,
  correction,
  context,
  onRecover,
  onUndo,
}: {
  event: CorrectionEvent;
  /** The correction of patient data it belongs to, where the caller may see it. */
  correction: PatientCorrectionBody | undefined;
  /** What a list of many studies says beside it. */
  context?: ReactNode;
  /** Absent where nothing may be recovered from here. */
  onRecover?: (() => void) | undefined;
  /** Absent where corrections may not be undone from here. */
  onUndo?: ((correction: PatientCorrectionBody) => void) | undefined;
}) {
  const { t, language, pick } = useWords();
  const words = t.corrections;
  const asked = isRewriting(event) ? undefined : correction;
  const what = asked?.kind === 'patientMerge' && !event.undo ? words.kind.merge : eventWords(event, t);
  const isUndone = asked?.undone != null;
  // Patient data is set right by undoing the correction: old files alone would contradict the lists.
  const mayRecover = event.recoverable && event.patientCorrection === null;
  return (
    <li className={`event event-${eventTone(event.kind)}`} data-testid="event" data-kind={event.kind}>
      <div className="event-line">
        <strong>{what}</strong>
        <time dateTime={event.at}>{formatInstant(event.at)}</time>
      </div>
      {context}
      <p className="event-reason">
        {pick(event.reason.label)}
        {event.reason.text !== '' && <q>{event.reason.text}</q>}
      </p>
      {event.attributes.length > 0 && (
        <p className="event-attributes">
          {event.attributes
            .map((keyword) => attributeName(keyword, language))
            .join(language === 'zh' ? '、' : ', ')}
        </p>
      )}
      <Extent event={event} />
      <p className="event-author">{authorWords(event.author, t)}</p>
      {asked !== undefined && isUndone === event.undo && <PatientProgress correction={asked} />}
      {isUndone && !event.undo && <p className="quiet">{words.patient.takenBack}</p>}
      <Versions event={event} />
      {asked !== undefined && !isUndone && onUndo !== undefined && (
        <div className="event-foot">
          <button
            type="button"
            className="text-button"
            onClick={() => {
              onUndo(asked);
            }}
            data-testid="undo-correction"
          >
            {words.undo.button}
          </button>
        </div>
      )}
      {mayRecover && onRecover !== undefined && (
        <div className="event-foot">
          <button type="button" className="text-button" onClick={onRecover} data-testid="recover-event">
            {words.recover.button}
          </button>
          <Recoverable event={event} />
        </div>
      )}
    </li>
  );
}
