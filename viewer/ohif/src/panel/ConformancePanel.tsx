import React, { useEffect, useRef } from 'react';
import { activeStudy, useOpenStudies, useReading } from '../studies.ts';
import type { Viewer } from '../viewer.ts';
import { keepControlKeys } from '../keys.ts';
import { say } from '../language.ts';
import words from '../words.ts';
import { StudySection } from './StudySection.tsx';

/** The panel at the right: the conformance of every open study. */
export function ConformancePanel({ viewer }: { viewer: Viewer }): React.JSX.Element {
  const reading = useReading(viewer.reading);
  const studies = useOpenStudies(reading);
  const named = studies.length > 1;
  const active = activeStudy(reading, studies);
  const panel = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!named || active === undefined) return;
    const section = panel.current?.querySelector(`[data-study="${CSS.escape(active)}"]`);
    section?.scrollIntoView({ block: 'start' });
  }, [active, named]);
  return (
    <div
      ref={panel}
      className="ht-panel"
      data-cy="hutong-conformance"
      aria-label={say(words.conformance)}
      role="region"
      onKeyDown={keepControlKeys}
    >
      {studies.map((uid) => (
        <StudySection
          key={uid}
          viewer={viewer}
          studyInstanceUid={uid}
          named={named}
          active={named && uid === active}
        />
      ))}
    </div>
  );
}
