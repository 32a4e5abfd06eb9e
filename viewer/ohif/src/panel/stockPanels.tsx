import React from 'react';
import type { ExtensionManager, PanelModule } from '../host/types.ts';
import { say } from '../language.ts';
import words from '../words.ts';

const stock = '@ohif/extension-cornerstone.panelModule';

interface Panel {
  name: string;
  iconName: string;
  iconLabel: string;
  label: string;
  component: React.ComponentType<Readonly<Record<string, unknown>>>;
}

/** OHIF's measurement and segmentation panels under names of ours: their own are fixed in English. */
export function stockPanels(extensionManager: ExtensionManager): Panel[] {
  function panel(name: string, source: string, iconName: string, label: string, extra: object): Panel {
    return {
      name,
      iconName,
      iconLabel: label,
      label,
      component: (props) => {
        const entry = extensionManager.getModuleEntry(`${stock}.${source}`) as PanelModule;
        return (
          <div className={`ht-stock-panel ht-${name}`}>
            {React.createElement(entry.component, { ...props, ...extra })}
          </div>
        );
      },
    };
  }
  return [
    panel('measurements', 'panelMeasurement', 'tab-linear', say(words.measurements), {
      emptyComponent: NoMeasurements,
    }),
    panel('segmentations', 'panelSegmentation', 'tab-segmentation', say(words.segmentations), {}),
  ];
}

function NoMeasurements(): React.JSX.Element {
  return <p className="ht-empty">{say(words.noMeasurements)}</p>;
}
