import type { AccessFound, StudyElsewhere } from '@hutong/server/contract/access';
import { formatCount } from '../format/format.ts';
import { accessWords } from '../i18n/access.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { useMarks } from '../i18n/useMarks.ts';

/** What a search found: enough to know whether to open it, and nothing more. */
export function FoundList({
  found,
  onOpen,
}: {
  found: AccessFound;
  onOpen: (study: StudyElsewhere) => void;
}) {
  const marks = useMarks();
  const { pick } = useWords();
  const words = useOwnWords(accessWords).found;
  if (found.studies.length === 0)
    return (
      <div className="access-none" role="status" data-testid="access-none">
        <strong>{words.none}</strong>
        <p className="quiet">{words.noneHint}</p>
      </div>
    );
  return (
    <>
      <p className="quiet" role="status">
        {words.count(formatCount(found.studies.length))}
      </p>
      <ul className="access-list">
        {found.studies.map((study) => (
          <li key={study.reference} className="access-row" data-testid="access-found">
            <div className="access-row-main">
              <strong>{pick(study.hospital.name)}</strong>
              <span>
                {study.modalities.join(' ')}
                {study.items.length > 0 && ` · ${marks.list(study.items.map(({ name }) => pick(name)))}`}
              </span>
              <span className="quiet">
                {study.studyDate === '' ? words.noDate : study.studyDate}
                {study.ageDays !== null &&
                  ` · ${study.ageDays === 0 ? words.today : words.ago(formatCount(study.ageDays))}`}
              </span>
            </div>
            <div className="access-labels">
              {study.labels.map((label) => (
                <span key={label} className="hr-label">
                  {label}
                </span>
              ))}
            </div>
            {study.grounds.length === 0 ? (
              <span className="quiet">{words.noGround}</span>
            ) : (
              <button
                type="button"
                className="button button-primary"
                onClick={() => onOpen(study)}
                data-testid="access-open-one"
              >
                {words.open}
              </button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
