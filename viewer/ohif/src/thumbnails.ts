import { factsOf } from './conformance/present.ts';
import { seriesTags } from './conformance/seriesTags.ts';
import type { DisplaySet } from './host/types.ts';
import { highlightedSeries, onHighlight } from './highlight.ts';
import { say } from './language.ts';
import type { Viewer } from './viewer.ts';

const tagsName = 'data-hutong-tags';
const hospitalName = 'data-hutong-hospital';
const highlightName = 'data-hutong-highlight';

/**
 * Writes what is known of each series onto its thumbnail, and marks thumbnail and viewports of the series the
 * panel points at. OHIF's thumbnails take no children of ours, so this goes through data attributes that our style
 * sheet shows; OHIF's own rendering leaves attributes it does not know alone.
 *
 * @returns stops the decorating
 */
export function decorateSeries(viewer: Viewer): () => void {
  const { conformance, reading } = viewer;
  const watched = new Map<string, () => void>();
  let frame = 0;

  function paint(): void {
    frame = 0;
    const { displaySets, shown } = reading.get();
    const highlighted = highlightedSeries();
    for (const displaySet of displaySets) {
      watch(displaySet.StudyInstanceUID);
      const thumbnail = document.getElementById(`thumbnail-${displaySet.displaySetInstanceUID}`);
      if (!thumbnail) continue;
      const isHighlighted = displaySet.SeriesInstanceUID === highlighted;
      setAttribute(thumbnail, tagsName, tagsOf(displaySet));
      const study = thumbnail.closest('div:has(> h3)')?.querySelector<HTMLElement>(':scope > h3');
      if (study) setAttribute(study, hospitalName, hospitalOf(displaySet));
      if (isHighlighted && !thumbnail.hasAttribute(highlightName))
        thumbnail.scrollIntoView({ block: 'nearest' });
      setAttribute(thumbnail, highlightName, isHighlighted ? 'true' : '');
    }
    const bySeries = new Map(displaySets.map((one) => [one.displaySetInstanceUID, one.SeriesInstanceUID]));
    for (const [viewportId, displaySetUids] of shown) {
      const pane = document
        .querySelector(`[data-viewportid="${CSS.escape(viewportId)}"]`)
        ?.closest<HTMLElement>('[data-cy="viewport-pane"]');
      const points = highlighted !== null && displaySetUids.some((uid) => bySeries.get(uid) === highlighted);
      if (pane) setAttribute(pane, highlightName, points ? 'true' : '');
    }
  }

  function tagsOf(displaySet: DisplaySet): string {
    const state = conformance.get(displaySet.StudyInstanceUID);
    const facts = state.kind === 'ready' ? factsOf(state.response, displaySet.SeriesInstanceUID) : undefined;
    return facts ? seriesTags(facts).map(say).join(' · ') : '';
  }

  function hospitalOf(displaySet: DisplaySet): string {
    const state = conformance.get(displaySet.StudyInstanceUID);
    return state.kind === 'ready' ? say(state.response.hospital.name) : '';
  }

  function watch(studyInstanceUid: string): void {
    if (watched.has(studyInstanceUid)) return;
    watched.set(studyInstanceUid, conformance.subscribe(studyInstanceUid, schedule));
  }

  function schedule(): void {
    frame ||= requestAnimationFrame(paint);
  }

  const observer = new MutationObserver(schedule);
  observer.observe(document.body, { childList: true, subtree: true });
  const stops = [onHighlight(schedule), reading.subscribe(schedule)];
  schedule();
  return () => {
    cancelAnimationFrame(frame);
    observer.disconnect();
    for (const stop of [...stops, ...watched.values()]) stop();
  };
}

function setAttribute(element: HTMLElement, name: string, value: string): void {
  if (value === '') element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
