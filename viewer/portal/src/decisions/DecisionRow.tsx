import type { RecognitionDecisionBody } from '@hutong/server/contract/recognition';
import { formatInstant } from '../format/format.ts';
import { decisionsWords } from '../i18n/decisions.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';

/** What was decided in a line: the decision, its reason, on which examination, by whom. */
export function DecisionRow({
  decision,
  onShow,
}: {
  decision: RecognitionDecisionBody;
  /** null: there is nothing more to show. */
  onShow: (() => void) | null;
}) {
  const all = useOwnWords(decisionsWords);
  const words = all.list;
  const { pick } = useWords();
  const { kind, item, issuing, studyDate, hospital, department, patientId, orderNumber } = decision;
  return (
    <li className="recognition-row" data-testid="decision">
      <div className="recognition-row-main">
        <p className="recognition-row-what">
          <strong className={`recognition-kind recognition-kind-${kind}`}>{all.kinds[kind]}</strong>
          <span>
            {pick(item.name)} <span className="quiet">{item.code}</span>
          </span>
          {decision.labels.map((label) => (
            <span key={label} className="hr-label">
              {label}
            </span>
          ))}
        </p>
        <p>{words.exam(pick(issuing.name), studyDate === '' ? all.reminder.noDate : studyDate)}</p>
        <Reason decision={decision} />
        <p className="quiet">
          {[
            words.decidedBy([pick(hospital.name), department].filter(Boolean).join(' ')),
            formatInstant(decision.decidedAt),
            patientId === null || patientId === '' ? '' : words.patient(patientId),
            orderNumber === null || orderNumber === '' ? '' : words.orderNumber(orderNumber),
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
      </div>
      {onShow !== null && (
        <button type="button" className="button" onClick={onShow} data-testid="show-decision">
          {words.details}
        </button>
      )}
    </li>
  );
}

/** Why it was examined again, and whether the patient knows; or why it was withdrawn. */
export function Reason({ decision }: { decision: RecognitionDecisionBody }) {
  const words = useOwnWords(decisionsWords).list;
  const { pick } = useWords();
  const { kind, reasonCode, reason, reasonText, patientInformed } = decision;
  const text = reasonText ?? '';
  if (kind === 'recognised' || (kind === 'withdrawn' && text === '')) return null;
  return (
    <p className="recognition-reason">
      {[
        reason === null ? '' : `${reasonCode} ${pick(reason)}`,
        text,
        kind === 'withdrawn' ? '' : patientInformed ? words.informed : words.notInformed,
      ]
        .filter(Boolean)
        .join(' · ')}
    </p>
  );
}
