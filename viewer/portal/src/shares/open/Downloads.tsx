import { useRef, useState } from 'react';
import type { ShareContent } from '@hutong/server/contract/shares';
import { isInWeChat, sizeText } from './device.ts';
import { saveStream } from './saveStream.ts';
import { useOpenWords } from './words.ts';

interface Archive {
  key: string;
  path: string;
  name: string;
  /** Bytes; null where the server does not say. */
  size: number | null;
}

/** What can be downloaded: whole studies, or the series of those that are not shared as a whole. */
function archivesOf(alias: string, content: ShareContent, words: { exam: string }): Archive[] {
  return content.studies.flatMap((study): Archive[] => {
    const base = `/shares/${alias}/dicomweb/studies/${study.studyInstanceUid}`;
    const named = study.description || words.exam;
    if (study.whole) {
      const sizes = study.series.map(sizeOf);
      const size = sizes.includes(null) ? null : sizes.reduce<number>((sum, each) => sum + (each ?? 0), 0);
      return [{ key: study.studyInstanceUid, path: `${base}?accept=application/zip`, name: named, size }];
    }
    return study.series.map((series) => ({
      key: series.seriesInstanceUid,
      path: `${base}/series/${series.seriesInstanceUid}?accept=application/zip`,
      name: series.description || series.modality,
      size: sizeOf(series),
    }));
  });
}

/** Bytes of a series where the server says them. */
function sizeOf(series: object): number | null {
  const { bytes } = series as { bytes?: unknown };
  return typeof bytes === 'number' && bytes > 0 ? bytes : null;
}

/** What makes people think before they spend it. */
const BIG_BYTES = 50 * 1024 * 1024;

type Progress = { kind: 'none' } | { kind: 'running'; done: number } | { kind: 'saved' } | { kind: 'failed' };

function Download({ archive, isOnly }: { archive: Archive; isOnly: boolean }) {
  const { t } = useOpenWords();
  const words = t.overview;
  const [progress, setProgress] = useState<Progress>({ kind: 'none' });
  const control = useRef<AbortController | null>(null);
  const start = async (): Promise<void> => {
    control.current?.abort();
    const abort = new AbortController();
    control.current = abort;
    setProgress({ kind: 'running', done: 0 });
    try {
      await saveStream(archive.path, abort.signal, (done) => setProgress({ kind: 'running', done }));
      setProgress({ kind: 'saved' });
    } catch {
      setProgress({ kind: abort.signal.aborted ? 'none' : 'failed' });
    }
  };
  const isRunning = progress.kind === 'running';
  return (
    <div className="so-download">
      <button
        type="button"
        className="button so-wide"
        disabled={isRunning}
        onClick={() => void start()}
        data-testid="share-download-link"
      >
        {isOnly ? t.viewer.download : t.viewer.downloadSeries(archive.name)}
      </button>
      {archive.size !== null && archive.size > BIG_BYTES && progress.kind === 'none' && (
        <p className="quiet">{words.downloadBig(sizeText(archive.size))}</p>
      )}
      {isRunning && (
        <p className="so-progress" role="status">
          <progress
            max={archive.size ?? undefined}
            value={archive.size === null ? undefined : progress.done}
          />
          <span>
            {words.downloading(sizeText(progress.done), archive.size === null ? '' : sizeText(archive.size))}
          </span>
          <button type="button" className="text-button" onClick={() => control.current?.abort()}>
            {words.cancel}
          </button>
        </p>
      )}
      {progress.kind === 'saved' && <p role="status">{words.saved}</p>}
      {progress.kind === 'failed' && (
        <p className="so-wrong" role="alert">
          {t.unanswered.title} {t.unanswered.text}
        </p>
      )}
    </div>
  );
}

/** ZIP archives of what is shared. */
export function Downloads({ alias, content }: { alias: string; content: ShareContent }) {
  const { t } = useOpenWords();
  const archives = archivesOf(alias, content, t.viewer);
  return (
    <section>
      {isInWeChat() ? (
        <p data-testid="share-wechat">{t.overview.weChatDownload}</p>
      ) : (
        <>
          {archives.map((archive) => (
            <Download key={archive.key} archive={archive} isOnly={archives.length === 1} />
          ))}
          <p className="quiet">{t.viewer.downloadNote}</p>
        </>
      )}
    </section>
  );
}
