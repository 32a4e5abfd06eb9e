import { hangingProtocolIds } from './hangingProtocols.ts';
import { extensionId, modeId } from './ids.ts';
import { isNarrow } from './narrow.ts';
import { openShare } from './share.ts';
import type { ModeInstance } from './host/types.ts';

const stockMode = '@ohif/mode-basic';

/** What a study is worth and what was reported are for hospitals: the recipient of a share sees the images. */
const rightPanels = [
  ...(openShare === null ? ['conformance', 'report'] : []),
  ...['measurements', 'segmentations'],
];

interface ModeFactoryContext {
  loadModules: (names: string[]) => Promise<{ modeInstance: ModeInstance }[]>;
}

/** Our one mode, at `/viewer`: OHIF's basic mode with the study bar above and the conformance panel at the right. */
export const mode = {
  id: modeId,
  async modeFactory({ loadModules }: ModeFactoryContext): Promise<ModeInstance> {
    const [stock] = await loadModules([stockMode]);
    const base = stock?.modeInstance;
    const [route] = base?.routes ?? [];
    if (!base || !route) throw new Error(`${stockMode} has no route to build on`);
    return {
      ...base,
      id: modeId,
      routeName: 'viewer',
      displayName: '互通阅片',
      hide: false,
      extensions: { ...base.extensions, [extensionId]: '0.1.0' },
      hangingProtocol: hangingProtocolIds,
      routes: [
        {
          ...route,
          layoutInstance: {
            id: `${extensionId}.layoutTemplateModule.reading`,
            props: {
              ...route.layoutInstance.props,
              rightPanels: rightPanels.map((panel) => `${extensionId}.panelModule.${panel}`),
              rightPanelClosed: isNarrow() || openShare !== null,
              ...(isNarrow() && { leftPanelClosed: true }),
              rightPanelInitialExpandedWidth: 344,
              rightPanelMinimumExpandedWidth: 300,
            },
          },
        },
      ],
    };
  },
};
