import React from 'react';
import { createDataSource } from './dataSource.ts';
import { hangingAttributes, hangingProtocols } from './hangingProtocols.ts';
import { cornerstoneCore, hostIcons } from './host/modules.ts';
import { dataSourceName, extensionId } from './ids.ts';
import { say } from './language.ts';
import { mammographyAttribute, mammographyViewOf } from './mammography.ts';
import { ConformancePanel } from './panel/ConformancePanel.tsx';
import { ReportPanel } from './panel/ReportPanel.tsx';
import { stockPanels } from './panel/stockPanels.tsx';
import { AboutDialog } from './shell/AboutDialog.tsx';
import { overlayItems } from './shell/Overlay.tsx';
import { ReadingLayout } from './shell/ReadingLayout.tsx';
import { showDiffusionAsStack } from './dynamicSeries.ts';
import { ctWindows } from './windows.ts';
import { StudyMissing, ToPortal } from './shell/pages.tsx';
import { viewerOf } from './viewer.ts';
import words from './words.ts';
import type { ExtensionContext } from './host/types.ts';

export { configure } from './configure.ts';

function ShieldIcon(props: React.SVGProps<SVGSVGElement>): React.JSX.Element {
  return (
    <svg
      viewBox="0 0 24 24"
      width="24"
      height="24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      {...props}
    >
      <path d="M12 3.5l7 2.6v5.4c0 4.4-3 7.2-7 8.6-4-1.4-7-4.2-7-8.6V6.1z" />
      <path d="M8.7 11.8l2.4 2.4 4.3-4.6" />
    </svg>
  );
}

function ReportIcon(props: React.SVGProps<SVGSVGElement>): React.JSX.Element {
  return (
    <svg
      viewBox="0 0 24 24"
      width="24"
      height="24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      {...props}
    >
      <path d="M6.5 3.5h7.6l3.4 3.4v13.6h-11z" />
      <path d="M9.3 11h5.4M9.3 14h5.4M9.3 17h3.2" />
    </svg>
  );
}

/** The menu on a measurement; OHIF's own is fixed in English. */
function measurementMenu(): object {
  return {
    inheritsFrom: 'ohif.contextMenu',
    menus: [
      {
        id: 'forExistingMeasurement',
        selector: ({ nearbyToolData }: { nearbyToolData?: unknown }) => Boolean(nearbyToolData),
        items: [
          { label: say(words.nameMeasurement), commands: 'setMeasurementLabel' },
          { label: say(words.deleteMeasurement), commands: 'removeMeasurement' },
        ],
      },
    ],
  };
}

/** What the viewer adds to OHIF. */
const extension = {
  id: extensionId,
  version: '0.1.0',

  preRegistration({ appConfig, servicesManager }: ExtensionContext): void {
    servicesManager.services.hangingProtocolService.addCustomAttribute(
      mammographyAttribute,
      'Mammography view',
      mammographyViewOf,
    );
    for (const { id, name, valueOf } of hangingAttributes) {
      servicesManager.services.hangingProtocolService.addCustomAttribute(id, name, valueOf);
    }
    showDiffusionAsStack(servicesManager);
    const { webGlContextCount } = appConfig;
    if (webGlContextCount !== undefined) {
      const cornerstone = cornerstoneCore();
      const configuration = cornerstone.getConfiguration();
      const rendering = { ...configuration.rendering, webGlContextCount };
      cornerstone.setConfiguration({ ...configuration, rendering });
    }
    hostIcons.addIcon('hutong-conformance', ShieldIcon);
    hostIcons.addIcon('hutong-report', ReportIcon);
  },

  getDataSourcesModule: () => [{ name: dataSourceName, type: 'webApi', createDataSource }],

  getHangingProtocolModule: () => hangingProtocols,

  getLayoutTemplateModule: (context: ExtensionContext) => [
    {
      name: 'reading',
      id: 'reading',
      component: (stockProps: Readonly<Record<string, unknown>>) => (
        <ReadingLayout
          viewer={viewerOf(context)}
          extensionManager={context.extensionManager}
          stockProps={stockProps}
        />
      ),
    },
  ],

  getPanelModule: (context: ExtensionContext) => [
    {
      name: 'conformance',
      iconName: 'hutong-conformance',
      iconLabel: say(words.conformance),
      label: say(words.conformance),
      component: () => <ConformancePanel viewer={viewerOf(context)} />,
    },
    {
      name: 'report',
      iconName: 'hutong-report',
      iconLabel: say(words.report),
      label: say(words.report),
      component: () => <ReportPanel viewer={viewerOf(context)} />,
    },
    ...stockPanels(context.extensionManager),
  ],

  getCustomizationModule(context: ExtensionContext) {
    const { topLeft, topRight, bottomRight } = overlayItems(viewerOf(context));
    const toPortal = ['/', '/local', '/localbasic', '/debug'].map((path) => ({ path, children: ToPortal }));
    const missing = ['/notfoundstudy', '/notfoundserver'].map((path) => ({ path, children: StudyMissing }));
    return [
      {
        name: 'global',
        value: {
          'ohif.tours': { $set: [] },
          'ohif.aboutModal': {
            $set: Object.assign(AboutDialog, {
              menuTitle: say(words.about),
              title: say(words.about),
              containerClassName: 'max-w-md',
            }),
          },
          // One look: themes of the host would undo it.
          'ohif.appearanceModal': { $set: null },
          'viewportDownload.warningMessage': { $set: { enabled: true, value: say(words.pictureWarning) } },
          measurementsContextMenu: { $set: measurementMenu() },
          'viewportOverlay.topLeft': { $set: topLeft },
          'viewportOverlay.topRight': { $set: topRight },
          'viewportOverlay.bottomRight': { $set: bottomRight },
          'cornerstone.windowLevelPresets': { CT: { $set: ctWindows() } },
          'routes.customRoutes': {
            routes: { $push: [...toPortal, ...missing] },
            notFoundRoute: { $set: { path: '*', children: ToPortal } },
          },
        },
      },
    ];
  },
};

export default extension;
