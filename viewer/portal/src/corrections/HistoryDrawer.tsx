import { useEffect, useState } from 'react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Drawer } from 'antd';
import { Link } from 'react-router';
import type { CorrectionEvent, PatientCorrectionBody, WorklistStudy } from '@hutong/server/contract';
import { historyQuery, patientCorrectionsQuery, pendingQuery, type Copy } from '../api/corrections.ts';
import { copyQuery, type CopyFacts } from '../api/copy.ts';
import { sessionQuery } from '../api/queries.ts';
import { Icon } from '../app/Icon.tsx';
import { useHospitalName } from '../app/useHospitalName.ts';
import { PHONE, useMedia } from '../app/useMedia.ts';
import { formatCount } from '../format/format.ts';
import { useWords } from '../i18n/language.ts';
import { mayIn } from '../session/rights.ts';
import { ErrorNotice } from '../worklist/EmptyStates.tsx';
import { CorrectDialog } from './CorrectDialog.tsx';
import { DeleteDialog } from './DeleteDialog.tsx';
import { RecoverDialog } from './RecoverDialog.tsx';
import { useMayCorrect } from './rights.ts';
import { TimelineEvent } from './Timeline.tsx';
import { UndoDialog } from './UndoDialog.tsx';

type Open =
  | { kind: 'delete' }
  | { kind: 'correct' }
  | { kind: 'recover'; event: CorrectionEvent | null }
  | { kind: 'undo'; correction: PatientCorrectionBody };

/** Chinese name where there is one, for reading. */
export function nameForReading({ name }: Pick<CopyFacts, 'name'>): string {
  const words = (group: string): string =>
    group
      .split('^')
      .filter((part) => part !== '')
      .join(' ');
  return name.ideographic === '' ? words(name.alphabetic) : words(name.ideographic).replaceAll(' ', '');
}

function Skeleton() {
  return (
    <div className="detail-skeleton" aria-hidden="true">
      {[52, 78, 40, 66, 84, 46].map((width) => (
        <i key={width} style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}

function Events({
  copy,
  onRecover,
  onUndo,
}: {
  copy: Copy;
  onRecover: (event: CorrectionEvent) => void;
  onUndo: (correction: PatientCorrectionBody) => void;
}) {
  const { t } = useWords();
  const mayCorrect = useMayCorrect(copy.hospital);
  const history = useInfiniteQuery(historyQuery(copy));
  const corrections = useQuery(patientCorrectionsQuery(copy.study, mayCorrect));
  const { refetch } = history;
  const working = corrections.data?.corrections.some(({ state }) => state === 'working') ?? false;
  useEffect(() => {
    // Rewritten images are events of their own, which were not there when it began.
    if (!working) void refetch();
  }, [working, refetch]);
  const events = history.data?.pages.flatMap((page) => page.events) ?? [];
  if (history.isPending) return <Skeleton />;
  if (history.isError && events.length === 0) {
    return (
      <ErrorNotice error={history.error} title={t.corrections.error} onRetry={() => void history.refetch()} />
    );
  }
  if (events.length === 0) {
    return (
      <div className="history-empty" data-testid="history-empty">
        <h3>{t.corrections.empty.title}</h3>
        <p>{t.corrections.empty.text}</p>
      </div>
    );
  }
  return (
    <>
      <ol className="timeline">
        {events.map((event) => (
          <TimelineEvent
            key={event.id}
            event={event}
            correction={corrections.data?.corrections.find(({ id }) => id === event.patientCorrection)}
            onRecover={mayCorrect ? () => onRecover(event) : undefined}
            onUndo={mayCorrect ? onUndo : undefined}
          />
        ))}
      </ol>
      {history.hasNextPage && (
        <button
          type="button"
          className="text-button"
          disabled={history.isFetchingNextPage}
          onClick={() => void history.fetchNextPage()}
        >
          {t.corrections.more}
        </button>
      )}
    </>
  );
}

function Waiting({ copy }: { copy: Copy }) {
  const { t } = useWords();
  const waiting = useInfiniteQuery(pendingQuery(copy));
  const count = waiting.data?.pages.flatMap((page) => page.entries).length ?? 0;
  if (count === 0) return null;
  return (
    <Link to="/pending" className="history-waiting">
      <span className="badge">{formatCount(count)}</span>
      {t.corrections.pendingCount(formatCount(count))}
      <Icon name="right" size={13} />
    </Link>
  );
}

function Head({
  copy,
  study,
  facts,
  onClose,
}: {
  copy: Copy;
  study: WorklistStudy | undefined;
  facts: CopyFacts | null;
  onClose: () => void;
}) {
  const { t, pick } = useWords();
  const hospital = useHospitalName(copy.hospital);
  const mayAudit = mayIn(useQuery(sessionQuery).data, 'audit', copy.hospital);
  const named = study?.patient.name ?? (facts ? nameForReading(facts) : null);
  const date = study?.studyDate ?? facts?.studyDate ?? '';
  const exam =
    study?.items.map((item) => pick(item.name)).join(' · ') || study?.description || facts?.description;
  return (
    <header className="detail-head">
      <div className="detail-title">
        <h2>{t.corrections.history}</h2>
        <span className="detail-facts">
          {[named === '' ? t.unnamedPatient : named, date]
            .filter((part) => part !== null && part !== '')
            .join(' · ')}
        </span>
        <button
          type="button"
          className="icon-button detail-close"
          onClick={onClose}
          aria-label={t.corrections.close}
          title={`${t.corrections.close} Esc`}
        >
          <Icon name="close" size={14} />
        </button>
      </div>
      <p className="detail-exam">
        {[hospital, exam].filter((part) => part !== undefined && part !== '').join(' · ')}
      </p>
      <code className="uid" title={copy.study}>
        {copy.study}
      </code>
      {mayAudit && (
        <Link
          className="history-audit"
          to={`/administration/audit?study=${copy.study}`}
          data-testid="who-looked"
        >
          {t.corrections.whoLooked}
        </Link>
      )}
    </header>
  );
}

/** Everything that was done to one copy of a study, and for those who may correct it, what can be done. */
function History({
  copy,
  study,
  onClose,
}: {
  copy: Copy;
  study: WorklistStudy | undefined;
  onClose: () => void;
}) {
  const { t } = useWords();
  const words = t.corrections;
  const mayCorrect = useMayCorrect(copy.hospital);
  const hospitalName = useHospitalName(copy.hospital);
  const facts = useQuery(copyQuery(copy));
  // Whose study it was stays in sight when it has just been deleted.
  const [known, setKnown] = useState(facts.data ?? null);
  if (facts.data && facts.data !== known) setKnown(facts.data);
  const history = useInfiniteQuery(historyQuery(copy));
  const [open, setOpen] = useState<Open | null>(null);
  const close = (): void => setOpen(null);
  const present = facts.data ?? null;
  const recoverable = (history.data?.pages.flatMap((page) => page.events) ?? []).filter(
    (event) => event.recoverable && (event.kind === 'deleted' || event.kind === 'rejected'),
  );
  return (
    <div className="detail" role="region" aria-label={words.history} data-testid="history">
      <Head copy={copy} study={study} facts={known} onClose={onClose} />
      <div className="detail-scroll history-scroll">
        <Waiting copy={copy} />
        <Events
          copy={copy}
          onRecover={(event) => setOpen({ kind: 'recover', event })}
          onUndo={(correction) => setOpen({ kind: 'undo', correction })}
        />
      </div>
      {mayCorrect && (present !== null || recoverable.length > 0) && (
        <footer className="history-actions">
          {present !== null && (
            <button
              type="button"
              className="button"
              onClick={() => setOpen({ kind: 'correct' })}
              data-testid="open-correct"
            >
              {words.correct.button}
            </button>
          )}
          {recoverable.length > 0 && (
            <button
              type="button"
              className="button"
              onClick={() => setOpen({ kind: 'recover', event: null })}
              data-testid="open-recover"
            >
              {words.recover.all}
            </button>
          )}
          {present !== null && (
            <button
              type="button"
              className="button button-danger-quiet"
              onClick={() => setOpen({ kind: 'delete' })}
              data-testid="open-delete"
            >
              {words.delete.button}
            </button>
          )}
        </footer>
      )}
      {open?.kind === 'recover' && <RecoverDialog copy={copy} event={open.event} onClose={close} />}
      {open?.kind === 'undo' && <UndoDialog correction={open.correction} onClose={close} />}
      {open?.kind === 'correct' && present !== null && (
        <CorrectDialog copy={copy} facts={present} onClose={close} />
      )}
      {open?.kind === 'delete' && present !== null && (
        <DeleteDialog
          copy={copy}
          hospitalName={hospitalName}
          patientName={nameForReading(present) || t.unnamedPatient}
          facts={present}
          onClose={close}
        />
      )}
    </div>
  );
}

/** The history beside the list, from below on a phone. `study` is the row, as long as the list has one. */
export default function HistoryDrawer({
  copy,
  study,
  onClose,
}: {
  copy: Copy | null;
  study: WorklistStudy | undefined;
  onClose: () => void;
}) {
  const phone = useMedia(PHONE);
  return (
    <Drawer
      open={copy !== null}
      onClose={onClose}
      placement={phone ? 'bottom' : 'right'}
      size={phone ? '88dvh' : 500}
      closable={false}
      rootClassName="detail-drawer"
      destroyOnHidden
    >
      {copy !== null && (
        <History key={`${copy.hospital}/${copy.study}`} copy={copy} study={study} onClose={onClose} />
      )}
    </Drawer>
  );
}
