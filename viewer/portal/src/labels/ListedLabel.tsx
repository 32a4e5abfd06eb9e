import type { ReactNode } from 'react';
import type { ListedLabelBody } from '@hutong/server/contract/labels';
import { HrLabelChip } from '../conformance/HrLabelChip.tsx';
import { formatAge, formatInstant } from '../format/format.ts';
import { labelWords } from '../i18n/labels.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { viewerHref } from '../worklist/study.ts';

export const labelKey = ({
  hospital,
  studyInstanceUid,
  itemCode,
  scope,
}: Pick<ListedLabelBody, 'hospital' | 'studyInstanceUid' | 'itemCode' | 'scope'>): string =>
  [hospital.code, studyInstanceUid, itemCode, scope].join(' ');

/** A label in a list: of whom and what, which one and why. */
export function ListedLabel({
  label,
  before,
  children,
}: {
  label: ListedLabelBody;
  before?: ReactNode;
  children?: ReactNode;
}) {
  const { t, pick, language } = useWords();
  const words = useOwnWords(labelWords);
  const { patient } = label;
  return (
    <li className="label-row" data-testid="label-row">
      {before}
      <div className="label-row-main">
        <strong>
          {patient.name} <span className="quiet">{formatAge(patient.age, t, language)}</span>
        </strong>
        <span className="quiet">
          {pick(label.hospital.name)} · {label.studyDate} · {label.description}
        </span>
      </div>
      <div className="label-row-main">
        <span className="label-row-chip">
          <HrLabelChip label={label} />
          <span>
            <span className="item-code">{label.itemCode}</span> {pick(label.itemName)}
          </span>
        </span>
        <span className="quiet">{pick(label.reason)}</span>
        <span className="quiet">
          {formatInstant(label.at)} · {words.cause[label.cause]} · {label.author}
        </span>
      </div>
      <div className="label-row-actions">
        <a
          className="button"
          href={viewerHref(label.studyInstanceUid, label.hospital.code)}
          target="_blank"
          rel="noopener noreferrer"
        >
          {words.release.open}
        </a>
        {children}
      </div>
    </li>
  );
}
