/**
 * How studies are first laid out: two studies side by side, mammography in its four views, others as `arrangement.ts`
 * has it.
 */
import { arrange, seriesInAddress, type Arrangement, type Panes } from './arrangement.ts';
import { isNarrow } from './narrow.ts';
import { mammographyProtocol } from './mammography.ts';
import type { DisplaySet } from './host/types.ts';

const placeAttribute = 'hutongPlace';
const panesAttribute = 'hutongPanes';

const arrangements = new WeakMap<readonly DisplaySet[], Arrangement>();

function arrangementOf(displaySets: readonly DisplaySet[]): Arrangement {
  let arrangement = arrangements.get(displaySets);
  if (!arrangement) {
    arrangement = arrange(displaySets, seriesInAddress(location.search));
    arrangements.set(displaySets, arrangement);
  }
  return arrangement;
}

interface MatchOptions {
  displaySets?: DisplaySet[];
}

/** Values of our matching rules: a series' place among its study's, and a study's number of panes. */
export const hangingAttributes = [
  {
    id: placeAttribute,
    name: 'Place in the layout',
    valueOf: (displaySet: DisplaySet, { displaySets = [] }: MatchOptions = {}): number =>
      arrangementOf(displaySets).order.indexOf(displaySet),
  },
  {
    id: panesAttribute,
    name: 'Number of panes',
    valueOf: (study: { StudyInstanceUID: string }, { displaySets = [] }: MatchOptions = {}): number =>
      isNarrow()
        ? 1
        : arrange(displaySets.filter((one) => one.StudyInstanceUID === study.StudyInstanceUID)).panes,
  },
];

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

const hasFrames: Rule = {
  attribute: 'numImageFrames',
  constraint: { greaterThan: { value: 0 } },
  weight: 1,
  required: true,
};

// The weight falls from place to place, so that OHIF's sorting by score gives our order.
const seriesMatchingRules: Rule[] = [
  hasFrames,
  ...[0, 1, 2, 3].map((place) => ({
    attribute: placeAttribute,
    constraint: { equals: { value: place } },
    weight: 400 - 100 * place,
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

const hung = (panes: Panes): Rule => ({
  attribute: panesAttribute,
  constraint: { equals: { value: panes } },
  weight: 50,
  required: true,
});

const withPictures: Rule = {
  attribute: 'numberOfDisplaySetsWithImages',
  constraint: { greaterThan: 0 },
  weight: 1,
  required: true,
};

const secondStudy: Rule = {
  attribute: 'StudyInstanceUID',
  from: 'prior',
  constraint: { notNull: true },
  weight: 1000,
  required: true,
};

const layouts: Layout[] = [
  { id: 'hutong-compare', rows: 1, columns: 2, protocolMatchingRules: [secondStudy], byStudy: true },
  { id: 'hutong-pair', rows: 1, columns: 2, protocolMatchingRules: [hung(2)] },
  { id: 'hutong-four', rows: 2, columns: 2, protocolMatchingRules: [hung(4)] },
  { id: 'hutong-single', rows: 1, columns: 1, protocolMatchingRules: [withPictures] },
];

export const hangingProtocols = [mammographyProtocol, ...layouts.map(protocol)];

/** Tried together; the best match of a study wins. */
export const hangingProtocolIds = hangingProtocols.map(({ name }) => name);
