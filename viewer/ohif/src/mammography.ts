/** Which of the four views a mammogram is, and how the four are hung. */
import { text } from './person.ts';
import type { DisplaySet, Instance } from './host/types.ts';

/** Codes of cranio-caudal and medio-lateral oblique (PS3.16 CID 4014), SNOMED CT and its older spelling. */
const viewOfCode: Readonly<Record<string, string>> = {
  '399162004': 'CC',
  'R-10242': 'CC',
  '399368009': 'MLO',
  'R-10226': 'MLO',
};

/** `RCC`, `LCC`, `RMLO`, `LMLO`; empty when side or view is not recorded (PS3.3 C.8.11.7). */
export function mammographyView(instance: Instance): string {
  const frameAnatomy = first(first(instance.SharedFunctionalGroupsSequence)?.FrameAnatomySequence);
  const side =
    text(instance.ImageLaterality) || text(instance.Laterality) || text(frameAnatomy?.FrameLaterality);
  const code = text(first(instance.ViewCodeSequence)?.CodeValue);
  const view = viewOfCode[code] ?? text(instance.ViewPosition);
  return (side === 'R' || side === 'L') && (view === 'CC' || view === 'MLO') ? side + view : '';
}

function first(sequence: unknown): Instance | undefined {
  const item: unknown = Array.isArray(sequence) ? sequence[0] : sequence;
  return typeof item === 'object' && item !== null ? (item as Instance) : undefined;
}

export const mammographyAttribute = 'hutongMammographyView';

/** The value of our matching attribute for one display set. */
export function mammographyViewOf(displaySet: DisplaySet & { images?: Instance[] }): string {
  const instance = displaySet.images?.[0] ?? displaySet.instances?.[0];
  return instance ? mammographyView(instance) : '';
}

const views = ['RCC', 'LCC', 'RMLO', 'LMLO'];

/** The whole image, pushed against the middle of the grid, so that the chest walls meet. */
function towardsMiddle(view: string): object {
  const edge = view.startsWith('R') ? 1 : 0;
  return {
    storeAsInitialCamera: true,
    imageArea: [1, 1],
    imageCanvasPoint: { imagePoint: [edge, 0.5], canvasPoint: [edge, 0.5] },
  };
}

/** CC above MLO, the right breast at the left. */
export const mammographyProtocol = {
  name: 'hutong-mammography',
  protocol: {
    id: 'hutong-mammography',
    name: 'CC / MLO',
    locked: true,
    numberOfPriorsReferenced: 0,
    toolGroupIds: ['default'],
    protocolMatchingRules: [
      { attribute: 'ModalitiesInStudy', constraint: { contains: 'MG' }, weight: 150, required: true },
      {
        attribute: 'numberOfDisplaySetsWithImages',
        constraint: { greaterThan: 2 },
        weight: 1,
        required: true,
      },
    ],
    displaySetSelectors: Object.fromEntries(
      views.map((view) => [
        view,
        {
          seriesMatchingRules: [
            { attribute: mammographyAttribute, constraint: { equals: view }, weight: 10, required: true },
          ],
        },
      ]),
    ),
    defaultViewport: {
      viewportOptions: { viewportType: 'stack', toolGroupId: 'default', allowUnmatchedView: true },
      displaySets: [{ id: 'RCC', matchedDisplaySetsIndex: -1 }],
    },
    stages: [
      {
        name: 'CC / MLO',
        viewportStructure: { layoutType: 'grid', properties: { rows: 2, columns: 2 } },
        viewports: views.map((view) => ({
          viewportOptions: {
            viewportId: `hutong-${view}`,
            viewportType: 'stack',
            toolGroupId: 'default',
            allowUnmatchedView: true,
            displayArea: towardsMiddle(view),
          },
          displaySets: [{ id: view }],
        })),
      },
    ],
  },
};
