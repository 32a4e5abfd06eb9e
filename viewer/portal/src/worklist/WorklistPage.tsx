import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Drawer, type InputRef } from 'antd';
import { useLocation, useNavigate } from 'react-router';
import type { SessionInfo, WorklistStudy } from '@hutong/server/contract';
import { size } from '../../../tokens/tokens.ts';
import { facetsQuery } from '../api/queries.ts';
import { Icon } from '../app/Icon.tsx';
import { Shell } from '../app/Shell.tsx';
import { PHONE, useMedia, WIDE } from '../app/useMedia.ts';
import { useOpenHistory } from '../corrections/useOpenHistory.ts';
import { useWords } from '../i18n/language.ts';
import { EmptyCloud, ErrorNotice, NoResult, StaleLine } from './EmptyStates.tsx';
import { FilterBar, isFiltered, PhoneFilters } from './FilterBar.tsx';
import type { SortOrder } from './filters.ts';
import { toggled } from './filters.ts';
import type { KeyAction } from './keyboard.ts';
import { KeyHelp } from './KeyHelp.tsx';
import { StudyList } from './StudyList.tsx';
import { rowId } from './StudyRow.tsx';
import { studyKey, viewerHref } from './study.ts';
import { useFilters } from './useFilters.ts';
import { useListKeys } from './useListKeys.ts';
import { useWorklist } from './useWorklist.ts';

const HistoryDrawer = lazy(() => import('../corrections/HistoryDrawer.tsx'));
const StudyDetail = lazy(() => import('../conformance/StudyDetail.tsx'));

function openStudy(study: WorklistStudy, newTab: boolean): void {
  const href = viewerHref(study.studyInstanceUid, study.hospital.code);
  if (newTab) window.open(href, '_blank', 'noopener');
  else location.assign(href);
}

/** The address with the filters as they stand: the router does not follow them. */
const here = (): { search: string } => ({ search: location.search });

/** Which row's details are open; kept in the history entry, so that Back closes them and no address names them. */
function useOpenDetails(): {
  openKey: string | null;
  show: (study: WorklistStudy) => void;
  close: () => void;
} {
  const { state } = useLocation() as { state: unknown };
  const navigate = useNavigate();
  const openKey =
    typeof state === 'object' && state !== null && 'details' in state && typeof state.details === 'string'
      ? state.details
      : null;
  const show = useCallback(
    (study: WorklistStudy) => {
      void navigate(here(), { state: { details: studyKey(study) }, replace: openKey !== null });
    },
    [navigate, openKey],
  );
  const close = useCallback(() => {
    void navigate(here(), { state: null, replace: true });
  }, [navigate]);
  return { openKey, show, close };
}

/** The cross-hospital study list; `ready` once it is known who asks, or that this cannot be known. */
export function WorklistPage({ session, ready }: { session: SessionInfo | undefined; ready: boolean }) {
  const { t } = useWords();
  const phone = useMedia(PHONE);
  const wide = useMedia(WIDE);
  const state = useFilters();
  const { filters } = state;
  const worklist = useWorklist(filters, state.search, ready);
  const { rows } = worklist;
  const facets = useQuery({ ...facetsQuery, enabled: ready });
  const search = useRef<InputRef>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const [activeKey, setActiveKey] = useState<string | null>(null);
  const [help, setHelp] = useState(false);
  const details = useOpenDetails();
  const history = useOpenHistory();
  const [historySeen, setHistorySeen] = useState(false);
  if (history.copy !== null && !historySeen) setHistorySeen(true);

  const active = useMemo(() => rows.findIndex((row) => studyKey(row) === activeKey), [rows, activeKey]);
  const open = rows.find((row) => studyKey(row) === details.openKey);
  const ofHistory = rows.find(
    (row) => row.hospital.code === history.copy?.hospital && row.studyInstanceUid === history.copy.study,
  );

  const activate = useCallback(
    (index: number) => {
      const row = rows[Math.max(0, Math.min(index, rows.length - 1))];
      if (row === undefined) return;
      setActiveKey(studyKey(row));
      if (details.openKey !== null && details.openKey !== studyKey(row)) details.show(row);
    },
    [rows, details],
  );
  const moveTo = (index: number): void => {
    activate(index);
    scroller.current?.focus({ preventScroll: true });
  };
  useEffect(() => {
    const row = rows[active];
    const element = row === undefined ? null : document.getElementById(rowId(row));
    element?.scrollIntoView({ block: 'nearest' });
    // Only a change of the active row scrolls; rows that load must not.
  }, [activeKey]);

  const showDetails = (study: WorklistStudy): void => {
    setActiveKey(studyKey(study));
    details.show(study);
  };
  const showHistory = (study: WorklistStudy): void =>
    history.show({ hospital: study.hospital.code, study: study.studyInstanceUid });
  const showArrived = (): void => {
    worklist.showArrived();
    scroller.current?.scrollTo({ top: 0 });
  };

  const act = (action: KeyAction): void => {
    const focused = rows[active];
    const visible = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / size.row) - 2);
    switch (action.kind) {
      case 'search':
        search.current?.focus({ cursor: 'all' });
        break;
      case 'move':
        moveTo(active === -1 ? 0 : active + action.by);
        break;
      case 'page':
        moveTo(Math.max(0, active) + action.by * visible);
        break;
      case 'end':
        moveTo(action.which === 'first' ? 0 : rows.length - 1);
        break;
      case 'open':
        if (focused !== undefined) openStudy(focused, action.newTab);
        break;
      case 'details':
        if (focused === undefined) moveTo(0);
        else if (details.openKey === studyKey(focused)) details.close();
        else showDetails(focused);
        break;
      case 'history':
        if (focused !== undefined) showHistory(focused);
        break;
      case 'refresh':
        showArrived();
        break;
      case 'back':
        if (details.openKey !== null) details.close();
        scroller.current?.focus({ preventScroll: true });
        break;
      case 'help':
        setHelp(true);
        break;
      case 'verdict':
        state.change({ verdict: toggled(filters.verdict, action.verdict) });
        break;
      case 'label':
        state.change({ label: filters.label === 'any' ? '' : 'any' });
        break;
      case 'date': {
        const on = filters.date.kind === 'preset' && filters.date.preset === action.preset;
        state.change({ date: on ? { kind: 'all' } : { kind: 'preset', preset: action.preset } });
        break;
      }
      case 'clear':
        state.clear();
        break;
    }
  };
  useListKeys(!help && history.copy === null, act);

  const Filters = phone ? PhoneFilters : FilterBar;
  const empty = !worklist.loading && !worklist.failed && rows.length === 0;
  const panel = open !== undefined && (
    <Suspense fallback={null}>
      <StudyDetail
        key={studyKey(open)}
        study={open}
        onClose={details.close}
        onHistory={() => showHistory(open)}
      />
    </Suspense>
  );
  return (
    <Shell
      session={session}
      actions={
        !phone && (
          <button
            type="button"
            className="icon-button"
            title={`${t.keys.open} ?`}
            aria-label={t.keys.open}
            onClick={() => setHelp(true)}
          >
            <Icon name="keyboard" />
          </button>
        )
      }
    >
      <main className="worklist-page">
        <Filters state={state} facets={facets.data} search={search} worklist={worklist} />
        {worklist.error !== null && !worklist.failed && (
          <StaleLine error={worklist.error} onRetry={worklist.retry} />
        )}
        <div className="worklist-body">
          <div className="list-frame">
            <div aria-live="polite">
              {worklist.arrived > 0 && (
                <button type="button" className="arrived" onClick={showArrived} data-testid="arrived">
                  <Icon name="up" size={13} />
                  {t.arrived(worklist.arrived)}
                  <strong>{t.arrivedShow}</strong>
                </button>
              )}
            </div>
            {worklist.failed && worklist.error !== null ? (
              <ErrorNotice error={worklist.error} title={t.error.title} onRetry={worklist.retry} />
            ) : empty ? (
              isFiltered(state) ? (
                <NoResult onClear={state.clear} />
              ) : (
                <EmptyCloud hospital={facets.data?.hospitals[0]?.code} open={session?.role === 'trial'} />
              )
            ) : (
              <StudyList
                worklist={worklist}
                scroller={scroller}
                active={active}
                phone={phone}
                sort={filters.sort}
                onSort={(sort: SortOrder) => state.change({ sort })}
                onActivate={activate}
                onOpen={openStudy}
                onDetails={showDetails}
                onHistory={showHistory}
              />
            )}
          </div>
          {wide && panel !== false && <aside className="detail-panel">{panel}</aside>}
        </div>
        <footer className="page-foot">{phone ? t.clinicalNotePhone : t.clinicalNote}</footer>
      </main>
      {!wide && (
        <Drawer
          open={panel !== false}
          onClose={details.close}
          placement={phone ? 'bottom' : 'right'}
          size={phone ? '88dvh' : 480}
          closable={false}
          rootClassName="detail-drawer"
        >
          {panel}
        </Drawer>
      )}
      <Suspense fallback={null}>
        {/* Loaded when first needed; from then on it stays, so that it can slide away. */}
        {historySeen && <HistoryDrawer copy={history.copy} study={ofHistory} onClose={history.close} />}
      </Suspense>
      <KeyHelp open={help} onClose={() => setHelp(false)} />
    </Shell>
  );
}
