import { useEffect, type RefObject } from 'react';
import type { WorklistStudy } from '@hutong/server/contract';
import { size } from '../../../tokens/tokens.ts';
import { useWords } from '../i18n/language.ts';
import type { SortOrder } from './filters.ts';
import { CARD_HEIGHT, StudyCard } from './StudyCard.tsx';
import { rowId, StudyRow } from './StudyRow.tsx';
import { studyKey } from './study.ts';
import { useWindow } from './useWindow.ts';
import type { Worklist } from './useWorklist.ts';

/** Rows before the end at which the next page is asked for. */
const LOAD_AHEAD = 40;
const SKELETONS = 24;

interface ListProps {
  worklist: Worklist;
  scroller: RefObject<HTMLDivElement | null>;
  active: number;
  phone: boolean;
  sort: SortOrder;
  onSort: (sort: SortOrder) => void;
  onActivate: (index: number) => void;
  onOpen: (study: WorklistStudy, newTab: boolean) => void;
  onDetails: (study: WorklistStudy) => void;
  onHistory: (study: WorklistStudy) => void;
}

function Header({ sort, onSort }: Pick<ListProps, 'sort' | 'onSort'>) {
  const { t } = useWords();
  const c = t.columns;
  const other: SortOrder = sort === 'studyDate' ? 'receivedAt' : 'studyDate';
  const columns: [string, string][] = [
    ['patient', c.patient],
    ['id', c.patientId],
    ['exam', c.exam],
    ['hospital', c.hospital],
    ['label', c.label],
    ['verdict', c.verdict],
    ['time', ''],
    ['modality', c.modality],
    ['counts', c.counts],
    ['accession', c.accession],
    ['open', ''],
  ];
  return (
    <div className="row list-head" role="row" aria-rowindex={1}>
      {columns.map(([name, text]) =>
        name === 'time' ? (
          <div key={name} role="columnheader" aria-sort="descending" className="cell cell-time">
            <button
              type="button"
              className="sort-button"
              title={other === 'studyDate' ? t.filters.sortStudyDate : t.filters.sortReceivedAt}
              onClick={() => onSort(other)}
              data-testid="sort"
            >
              {sort === 'studyDate' ? c.studyTime : c.receivedTime}
              <span className="sort-mark" aria-hidden="true">
                ↓
              </span>
            </button>
          </div>
        ) : (
          <div key={name} role="columnheader" className={`cell cell-${name}`}>
            {text}
          </div>
        ),
      )}
    </div>
  );
}

function Skeletons({
  from,
  count,
  rowHeight,
  phone,
}: {
  from: number;
  count: number;
  rowHeight: number;
  phone: boolean;
}) {
  return Array.from({ length: count }, (_, at) => (
    <div
      key={at}
      className={phone ? 'row card skeleton' : 'row skeleton'}
      style={{ transform: `translateY(${(from + at) * rowHeight}px)` }}
      aria-hidden="true"
    >
      {phone ? (
        <div className="card-body">
          <i style={{ width: '55%' }} />
          <i style={{ width: '80%' }} />
          <i style={{ width: '65%' }} />
        </div>
      ) : (
        // Widths differ from row to row, as words do.
        Array.from({ length: 10 }, (_unused, column) => (
          <div key={column} className={`cell cell-${SKELETON_CELLS[column] ?? ''}`}>
            <i style={{ width: `${45 + ((at * 7 + column * 13) % 40)}%` }} />
          </div>
        ))
      )}
    </div>
  ));
}
const SKELETON_CELLS = [
  'patient',
  'id',
  'exam',
  'hospital',
  'label',
  'verdict',
  'time',
  'modality',
  'counts',
  'accession',
];

/** The study list: only the rows in sight are drawn, the next page is asked for before its rows are needed. */
export function StudyList(props: ListProps) {
  const { worklist, scroller, active, phone, sort, onSort, onActivate, onOpen, onDetails, onHistory } = props;
  const { t } = useWords();
  const { rows, loading, hasMore, loadMore, fresh } = worklist;
  const rowHeight = phone ? CARD_HEIGHT : size.row;
  const count = loading ? SKELETONS : rows.length + (hasMore ? SKELETONS : 0);
  const { first, last } = useWindow(scroller, count, rowHeight);

  const nearEnd = last >= rows.length - LOAD_AHEAD;
  useEffect(() => {
    if (nearEnd && hasMore) loadMore();
  }, [nearEnd, hasMore, loadMore]);

  const Row = phone ? StudyCard : StudyRow;
  const focused = rows[active];
  return (
    <div
      className={worklist.changing ? 'list list-changing' : 'list'}
      ref={scroller}
      role="grid"
      tabIndex={0}
      aria-label={t.nav.worklist}
      aria-rowcount={worklist.total?.value ?? -1}
      aria-busy={loading || worklist.changing}
      aria-activedescendant={focused === undefined ? undefined : rowId(focused)}
      data-testid="worklist"
    >
      {!phone && <Header sort={sort} onSort={onSort} />}
      <div className="list-rows" role="rowgroup" style={{ height: count * rowHeight }}>
        {rows.slice(first, last).map((study, at) => (
          <Row
            key={studyKey(study)}
            study={study}
            index={first + at}
            top={(first + at) * rowHeight}
            active={first + at === active}
            fresh={fresh.has(studyKey(study))}
            sort={sort}
            onActivate={onActivate}
            onOpen={onOpen}
            onDetails={onDetails}
            onHistory={onHistory}
          />
        ))}
        {last > rows.length && (
          <Skeletons from={rows.length} count={count - rows.length} rowHeight={rowHeight} phone={phone} />
        )}
      </div>
    </div>
  );
}
