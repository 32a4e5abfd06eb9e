import { useEffect, useRef } from 'react';
import type { ShareContent } from '@hutong/server/contract/shares';
import { Openings } from '../Openings.tsx';
import { useOpenWords } from '../words.ts';

/** What the exam is, until when it can be seen, and who opened it. The patient's name is nowhere on these pages. */
export function InfoSheet({ content, onClose }: { content: ShareContent; onClose: () => void }) {
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
        </dl>
        <Openings content={content} />
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
