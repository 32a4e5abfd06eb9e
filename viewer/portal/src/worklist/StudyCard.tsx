import { memo } from 'react';
import { Icon } from '../app/Icon.tsx';
import { HrLabels } from '../conformance/HrLabelChip.tsx';
import { VerdictButton } from '../conformance/Verdict.tsx';
import { formatAge, formatExam, formatInstant, formatStudyTime } from '../format/format.ts';
import { useWords } from '../i18n/language.ts';
import { ElsewhereTag, rowHooks, type RowProps } from './StudyRow.tsx';

/** Height of a card with the gap under it, CSS pixels. */
export const CARD_HEIGHT = 128;

/** One study on a phone: a tap opens the pictures, a tap on the verdict says why. */
export const StudyCard = memo(function StudyCard(props: RowProps) {
  const { study, sort, onOpen, onDetails } = props;
  const { t, language, pick } = useWords();
  const { patient } = study;
  const exam = formatExam(study, pick, t);
  const time =
    sort === 'receivedAt'
      ? formatInstant(study.receivedAt)
      : formatStudyTime(study.studyDate, study.studyTime);
  const facts = [
    patient.sex === '' ? '' : t.sexLong[patient.sex],
    formatAge(patient.age, t, language),
    patient.id,
  ];
  const { className, ...hooks } = rowHooks(props);
  return (
    <div {...hooks} className={`${className} card`} onClick={() => onOpen(study, false)}>
      <div role="gridcell" className="card-body">
        <div className="card-line">
          <span className={patient.name === '' ? 'patient-name unknown' : 'patient-name'}>
            {patient.name === '' ? t.unnamedPatient : patient.name}
          </span>
          <span className="card-facts">{facts.filter((fact) => fact !== '').join(' · ')}</span>
          <span className="card-chevron">
            <Icon name="right" size={14} />
          </span>
        </div>
        <div className={exam.known ? 'card-exam' : 'card-exam unknown'}>{exam.text}</div>
        <div className="card-line card-quiet">
          <span className="card-hospital">
            <ElsewhereTag study={study} />
            {pick(study.hospital.name)}
          </span>
          <span className="card-time">{time}</span>
        </div>
        <div className="card-line card-foot">
          <VerdictButton study={study} onDetails={() => onDetails(study)} />
          <HrLabels study={study} />
          <span className="card-counts">
            {study.modalities.join(' ')} {study.numberOfSeries}/{study.numberOfInstances}
          </span>
        </div>
      </div>
    </div>
  );
});
