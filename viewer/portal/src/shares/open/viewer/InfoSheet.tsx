import { useEffect, useRef } from 'react';
import type { ShareContent } from '@hutong/server/contract/shares';
import { formatInstant } from '../../../format/format.ts';
import { useOpenWords } from '../words.ts';

/** Address of the ZIP archive of a study, or of one series of it. */
const archive = (alias: string, study: string, series: string | null): string =>
  `/shares/${alias}/dicomweb/studies/${study}${series === null ? '' : `/series/${series}`}?accept=application/zip`;

function Downloads({ alias, content }: { alias: string; content: ShareContent }) {
  const { t } = useOpenWords();
  const words = t.viewer;
  return (
    <section>
      {content.studies.flatMap((study) =>
        study.whole
          ? [
              <a
                key={study.studyInstanceUid}
                className="button so-wide"
                href={archive(alias, study.studyInstanceUid, null)}
                download
                data-testid="share-download-link"
              >
                {content.studies.length > 1
                  ? words.downloadSeries(study.description || study.date)
                  : words.download}
              </a>,
            ]
          : study.series.map((series) => (
              <a
                key={series.seriesInstanceUid}
                className="button so-wide"
                href={archive(alias, study.studyInstanceUid, series.seriesInstanceUid)}
                download
              >
                {words.downloadSeries(series.description || series.modality)}
              </a>
            )),
      )}
      <p className="quiet">{words.downloadNote}</p>
    </section>
  );
}

/** What the exam is, until when it can be seen, who opened it, and the download where it is allowed. */
export function InfoSheet({
  alias,
  content,
  onClose,
}: {
  alias: string;
  content: ShareContent;
  onClose: () => void;
}) {
  const { t, pick, toggle } = useOpenWords();
  const words = t.viewer;
  const sheet = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    sheet.current?.showModal();
  }, []);
  return (
    <dialog
      ref={sheet}
      className="so-sheet"
      aria-label={words.info}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === sheet.current) sheet.current.close();
      }}
      data-testid="share-info"
    >
      <div className="so-sheet-body">
        <dl>
          <dt>{words.hospital}</dt>
          <dd>{pick(content.hospital)}</dd>
          {content.studies.map((study) => (
            <div key={study.studyInstanceUid}>
              <dt>{study.description || words.exam}</dt>
              <dd>{[study.date, study.modalities.join(' ')].filter((part) => part !== '').join(' · ')}</dd>
            </div>
          ))}
          <dt>{words.until}</dt>
          <dd>{formatInstant(content.expiresAt)}</dd>
        </dl>
        {content.mayDownload && <Downloads alias={alias} content={content} />}
        <section>
          <h2>{words.openings}</h2>
          <p className="quiet">{words.openingsText}</p>
          <ol className="so-openings">
            {content.openings.map(({ at, address }, index) => (
              <li key={`${at} ${index}`}>
                {formatInstant(at)} <code>{address}</code>
              </li>
            ))}
          </ol>
        </section>
        <p className="so-sheet-note">{words.note}</p>
        <div className="so-sheet-foot">
          <button type="button" className="button" onClick={toggle}>
            {t.other}
          </button>
          <button type="button" className="button button-primary" onClick={() => sheet.current?.close()}>
            {words.close}
          </button>
        </div>
      </div>
    </dialog>
  );
}
