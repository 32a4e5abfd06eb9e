import React, { useEffect, useSyncExternalStore } from 'react';
import type { ExtensionManager, PanelModule } from '../host/types.ts';
import { onImageFailure } from '../imageFailures.ts';
import { say } from '../language.ts';
import { isShareEnded, onShareEnded, watchShare } from '../share.ts';
import { decorateSeries } from '../thumbnails.ts';
import type { Viewer } from '../viewer.ts';
import words from '../words.ts';
import { ShareEnded } from './ShareEnded.tsx';
import { SignInNotice } from './SignInNotice.tsx';
import { StudyBar } from './StudyBar.tsx';

const stockLayout = '@ohif/extension-default.layoutTemplateModule.viewerLayout';

interface Props {
  viewer: Viewer;
  extensionManager: ExtensionManager;
  stockProps: Readonly<Record<string, unknown>>;
}

/** OHIF's own layout with the study bar under its toolbar. */
export function ReadingLayout({ viewer, extensionManager, stockProps }: Props): React.JSX.Element {
  const ended = useSyncExternalStore(onShareEnded, isShareEnded);
  useEffect(() => watchShare(), []);
  useEffect(() => decorateSeries(viewer), [viewer]);
  useEffect(() => {
    const { uiNotificationService } = viewer.servicesManager.services;
    return onImageFailure(() =>
      uiNotificationService.show({
        title: say(words.imageFailed),
        message: say(words.imageFailedDetail),
        type: 'warning',
        duration: 8000,
      }),
    );
  }, [viewer]);
  if (ended) return <ShareEnded />;
  const { component: Stock } = extensionManager.getModuleEntry(stockLayout) as PanelModule;
  return (
    <div className="ht-shell">
      <Stock {...stockProps} />
      <StudyBar viewer={viewer} />
      <SignInNotice />
    </div>
  );
}
