/**
 * How studies are first laid out: mammography by OHIF's own protocol (CC over MLO, right beside left), other
 * radiographs two side by side, MR four sequences, everything else the fullest series alone.
 */
interface Rule {
  attribute: string;
  constraint: Readonly<Record<string, unknown>>;
  weight?: number;
  required?: boolean;
}

const syncGroups = [
  {
    type: 'hydrateseg',
    id: 'sameFORId',
    source: true,
    target: true,
    options: { matchingRules: ['sameFOR'] },
  },
];

const viewportOptions = {
  viewportType: 'stack',
  toolGroupId: 'default',
  allowUnmatchedView: true,
  syncGroups,
};

const hasImages: Rule = {
  attribute: 'numImageFrames',
  constraint: { greaterThan: { value: 0 } },
  weight: 1,
  required: true,
};
/** The series named in the address is shown before any other. */
const fromAddress: Rule = { attribute: 'isDisplaySetFromUrl', constraint: { equals: true }, weight: 100 };
const severalSlices: Rule = {
  attribute: 'numImageFrames',
  constraint: { greaterThan: { value: 9 } },
  weight: 20,
};
const notScout: Rule[] = ['scout', 'localizer', 'topogram', 'survey', '定位'].map((word) => ({
  attribute: 'SeriesDescription',
  constraint: { doesNotContainI: word },
  weight: 4,
}));

const selector = {
  seriesMatchingRules: [hasImages, fromAddress, severalSlices, ...notScout],
};

interface Layout {
  id: string;
  name: string;
  rows: number;
  columns: number;
  protocolMatchingRules: Rule[];
}

function protocol({ id, name, rows, columns, protocolMatchingRules }: Layout): {
  name: string;
  protocol: object;
} {
  const viewports = Array.from({ length: rows * columns }, (_, index) => ({
    viewportOptions: {
      ...viewportOptions,
      viewportId: index === 0 ? 'default' : `${id}-${index}`,
      initialImageOptions: { custom: 'sopInstanceLocation', preset: 'middle' },
    },
    displaySets: [{ id: 'series', matchedDisplaySetsIndex: index }],
  }));
  return {
    name: id,
    protocol: {
      id,
      name,
      locked: true,
      protocolMatchingRules,
      toolGroupIds: ['default'],
      numberOfPriorsReferenced: 0,
      defaultViewport: {
        viewportOptions,
        displaySets: [{ id: 'series', matchedDisplaySetsIndex: -1 }],
      },
      displaySetSelectors: { series: selector },
      stages: [
        {
          name,
          viewportStructure: { layoutType: 'grid', properties: { rows, columns } },
          viewports,
        },
      ],
    },
  };
}

const modality = (value: string, weight: number): Rule => ({
  attribute: 'ModalitiesInStudy',
  constraint: { contains: value },
  weight,
  required: true,
});
const atLeast = (count: number): Rule => ({
  attribute: 'numberOfDisplaySetsWithImages',
  constraint: { greaterThan: count - 1 },
  weight: 1,
  required: true,
});

const layouts: Layout[] = [
  {
    id: 'hutong-radiograph-dx',
    name: '1×2',
    rows: 1,
    columns: 2,
    protocolMatchingRules: [modality('DX', 60), atLeast(2)],
  },
  {
    id: 'hutong-radiograph-cr',
    name: '1×2',
    rows: 1,
    columns: 2,
    protocolMatchingRules: [modality('CR', 60), atLeast(2)],
  },
  {
    id: 'hutong-mr',
    name: '2×2',
    rows: 2,
    columns: 2,
    protocolMatchingRules: [modality('MR', 50), atLeast(4)],
  },
  {
    id: 'hutong-single',
    name: '1×1',
    rows: 1,
    columns: 1,
    protocolMatchingRules: [atLeast(1)],
  },
];

export const hangingProtocols = layouts.map(protocol);

/** Tried together; the best match of a study wins. */
export const hangingProtocolIds = ['@ohif/hpMammo', ...layouts.map((layout) => layout.id)];
