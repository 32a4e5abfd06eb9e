import React, { useEffect } from 'react';
import type { ExtensionManager, LayoutModule } from '../host/types.ts';
import { decorateSeries } from '../thumbnails.ts';
import type { Viewer } from '../viewer.ts';
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
  useEffect(() => decorateSeries(viewer), [viewer]);
  const { component: Stock } = extensionManager.getModuleEntry(stockLayout) as LayoutModule;
  return (
    <div className="ht-shell">
      <Stock {...stockProps} />
      <StudyBar viewer={viewer} />
      <SignInNotice />
    </div>
  );
}
