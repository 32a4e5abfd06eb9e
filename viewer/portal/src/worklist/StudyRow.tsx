import { memo, type MouseEvent } from 'react';
import type { WorklistStudy } from '@hutong/server/contract';
import { Icon } from '../app/Icon.tsx';
import { HrLabels } from '../conformance/HrLabelChip.tsx';
import { VerdictButton } from '../conformance/Verdict.tsx';
import { formatAge, formatExam, formatInstant, formatStudyTime } from '../format/format.ts';
import { useWords } from '../i18n/language.ts';
import type { SortOrder } from './filters.ts';
import { studyKey, verdictOf, viewerHref } from './study.ts';

export interface RowProps {
  study: WorklistStudy;
  index: number;
  top: number;
  active: boolean;
  fresh: boolean;
  sort: SortOrder;
  onActivate: (index: number) => void;
  onOpen: (study: WorklistStudy, newTab: boolean) => void;
  onDetails: (study: WorklistStudy) => void;
  onHistory: (study: WorklistStudy) => void;
}

export const rowId = (study: WorklistStudy): string => `study-${studyKey(study)}`;

/** Attributes that rows and cards share; tests hang on them. */
export function rowHooks({ study, index, top, active, fresh }: RowProps) {
  return {
    id: rowId(study),
    role: 'row',
    'aria-rowindex': index + 2,
    'aria-selected': active,
    'data-testid': 'study-row',
    'data-uid': study.studyInstanceUid,
    'data-hospital': study.hospital.code,
    'data-verdict': verdictOf(study),
    className: `row${active ? ' row-active' : ''}${fresh ? ' row-fresh' : ''}`,
    style: { transform: `translateY(${top}px)` },
  };
}

/** Marks a study of another hospital that a grant opens. */
export function ElsewhereTag({ study: { access } }: { study: WorklistStudy }) {
  const { t } = useWords();
  if (access === undefined) return null;
  const hint = t.elsewhere.grounds[access.ground];
  return (
    <span
      className={`elsewhere-tag elsewhere-tag-${access.ground}`}
      title={hint}
      aria-label={hint}
      data-testid="elsewhere-tag"
    >
      {t.elsewhere.tag}
    </span>
  );
}

/** One study on one line. */
export const StudyRow = memo(function StudyRow(props: RowProps) {
  const { study, index, sort, onActivate, onOpen, onDetails, onHistory } = props;
  const { t, language, pick } = useWords();
  const { patient } = study;
  const exam = formatExam(study, pick, t);
  const time =
    sort === 'receivedAt'
      ? formatInstant(study.receivedAt)
      : formatStudyTime(study.studyDate, study.studyTime);
  const open = (event: MouseEvent): void => onOpen(study, event.ctrlKey || event.metaKey);
  return (
    <div {...rowHooks(props)} onClick={() => onActivate(index)} onDoubleClick={open}>
      <div role="gridcell" className="cell cell-patient" title={patient.alphabeticName}>
        <span className={patient.name === '' ? 'patient-name unknown' : 'patient-name'}>
          {patient.name === '' ? t.unnamedPatient : patient.name}
        </span>
        <span className="patient-sex">{t.sex[patient.sex]}</span>
        <span className="patient-age">{formatAge(patient.age, t, language)}</span>
      </div>
      <div role="gridcell" className="cell cell-id" title={patient.id}>
        {patient.id}
      </div>
      <div role="gridcell" className="cell cell-exam">
        <a
          href={viewerHref(study.studyInstanceUid, study.hospital.code)}
          className={exam.known ? 'exam' : 'exam unknown'}
          tabIndex={-1}
          draggable={false}
          title={study.description === '' ? exam.text : `${exam.text}\n${study.description}`}
        >
          {exam.text}
        </a>
      </div>
      <div role="gridcell" className="cell cell-hospital" title={pick(study.hospital.name)}>
        <ElsewhereTag study={study} />
        {pick(study.hospital.name)}
      </div>
      <div role="gridcell" className="cell cell-label">
        <HrLabels study={study} />
      </div>
      <div role="gridcell" className="cell cell-verdict">
        <VerdictButton study={study} onDetails={() => onDetails(study)} />
      </div>
      <div role="gridcell" className="cell cell-time">
        {time}
      </div>
      <div role="gridcell" className="cell cell-modality">
        {study.modalities.join(' ')}
      </div>
      <div
        role="gridcell"
        className="cell cell-counts"
        title={t.seriesImages(study.numberOfSeries, study.numberOfInstances)}
      >
        <span>{study.numberOfSeries}</span>
        <span className="slash">/</span>
        <span>{study.numberOfInstances}</span>
      </div>
      <div role="gridcell" className="cell cell-accession" title={study.accessionNumber}>
        {study.accessionNumber}
      </div>
      <div role="gridcell" className="cell cell-open">
        <button
          type="button"
          className="row-open"
          tabIndex={-1}
          aria-label={t.corrections.open}
          title={`${t.corrections.open} H`}
          onClick={(event) => {
            event.stopPropagation();
            onActivate(index);
            onHistory(study);
          }}
          data-testid="row-history"
        >
          <Icon name="history" size={15} />
        </button>
        <button
          type="button"
          className="row-open"
          tabIndex={-1}
          aria-label={t.detail.openImages}
          title={t.detail.openImages}
          onClick={(event) => {
            event.stopPropagation();
            open(event);
          }}
        >
          <Icon name="open" size={15} />
        </button>
      </div>
    </div>
  );
});
