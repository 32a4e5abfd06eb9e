/**
 * How studies are first laid out: two studies side by side, mammography in its four views, other radiographs two
 * side by side, MR four sequences, everything else the fullest series alone.
 */
import { mammographyProtocol } from './mammography.ts';

interface Rule {
  attribute: string;
  constraint: Readonly<Record<string, unknown>>;
  from?: 'options' | 'prior';
  weight?: number;
  required?: boolean;
}

interface Layout {
  id: string;
  rows: number;
  columns: number;
  protocolMatchingRules: Rule[];
  /** One viewport for each open study, instead of one for each series of the first. */
  byStudy?: boolean;
}

const seriesMatchingRules: Rule[] = [
  {
    attribute: 'numImageFrames',
    constraint: { greaterThan: { value: 0 } },
    weight: 1,
    required: true,
  },
  // The series named in the address comes before any other.
  { attribute: 'isDisplaySetFromUrl', constraint: { equals: true }, weight: 100 },
  { attribute: 'numImageFrames', constraint: { greaterThan: { value: 9 } }, weight: 20 },
  ...['scout', 'localizer', 'topogram', 'survey', '定位'].map((word) => ({
    attribute: 'SeriesDescription',
    constraint: { doesNotContainI: word },
    weight: 4,
  })),
];

const ofStudy = (index: number): Rule => ({
  attribute: 'studyInstanceUIDsIndex',
  from: 'options',
  required: true,
  constraint: { equals: { value: index } },
});

const displaySetSelectors = {
  first: { studyMatchingRules: [ofStudy(0)], seriesMatchingRules },
  second: { studyMatchingRules: [ofStudy(1)], seriesMatchingRules },
  any: { seriesMatchingRules },
};

const viewportOptions = {
  viewportType: 'stack',
  toolGroupId: 'default',
  allowUnmatchedView: true,
  syncGroups: [
    {
      type: 'hydrateseg',
      id: 'sameFORId',
      source: true,
      target: true,
      options: { matchingRules: ['sameFOR'] },
    },
  ],
};

/** The instance the address names, else the middle of the stack: the first picture says what the series is. */
function firstImage(): object {
  return /[?&]initialsopinstanceuid=/i.test(location.search)
    ? { custom: 'sopInstanceLocation' }
    : { preset: 'middle' };
}

function protocol(layout: Layout): { name: string; protocol: object } {
  const { id, rows, columns, protocolMatchingRules, byStudy = false } = layout;
  const viewports = Array.from({ length: rows * columns }, (_, index) => ({
    viewportOptions: {
      ...viewportOptions,
      viewportId: index === 0 ? 'default' : `${id}-${index}`,
      initialImageOptions: firstImage(),
    },
    displaySets: byStudy
      ? [{ id: index === 0 ? 'first' : 'second' }]
      : [{ id: 'first', matchedDisplaySetsIndex: index }],
  }));
  const name = `${rows}×${columns}`;
  return {
    name: id,
    protocol: {
      id,
      name,
      locked: true,
      protocolMatchingRules,
      toolGroupIds: ['default'],
      numberOfPriorsReferenced: byStudy ? 1 : 0,
      defaultViewport: { viewportOptions, displaySets: [{ id: 'any', matchedDisplaySetsIndex: -1 }] },
      displaySetSelectors,
      stages: [{ name, viewportStructure: { layoutType: 'grid', properties: { rows, columns } }, viewports }],
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

const secondStudy: Rule = {
  attribute: 'StudyInstanceUID',
  from: 'prior',
  constraint: { notNull: true },
  weight: 1000,
  required: true,
};

const layouts: Layout[] = [
  { id: 'hutong-compare', rows: 1, columns: 2, protocolMatchingRules: [secondStudy], byStudy: true },
  { id: 'hutong-dx', rows: 1, columns: 2, protocolMatchingRules: [modality('DX', 60), atLeast(2)] },
  { id: 'hutong-cr', rows: 1, columns: 2, protocolMatchingRules: [modality('CR', 60), atLeast(2)] },
  { id: 'hutong-mr', rows: 2, columns: 2, protocolMatchingRules: [modality('MR', 50), atLeast(4)] },
  { id: 'hutong-single', rows: 1, columns: 1, protocolMatchingRules: [atLeast(1)] },
];

export const hangingProtocols = [mammographyProtocol, ...layouts.map(protocol)];

/** Tried together; the best match of a study wins. */
export const hangingProtocolIds = hangingProtocols.map(({ name }) => name);
