import { expect, test } from 'vitest';
import { mammographyProtocol, mammographyView } from './mammography.ts';

const coded = (code: string) => [{ CodeValue: code, CodingSchemeDesignator: 'SCT' }];

test('side and view position name the view', () => {
  expect(mammographyView({ ImageLaterality: 'L', ViewPosition: 'CC' })).toBe('LCC');
  expect(mammographyView({ Laterality: 'R', ViewPosition: 'MLO' })).toBe('RMLO');
});

test('the coded view is believed before the free one', () => {
  const instance = { ImageLaterality: 'R', ViewPosition: 'CC', ViewCodeSequence: coded('399368009') };
  expect(mammographyView(instance)).toBe('RMLO');
  expect(mammographyView({ ImageLaterality: 'R', ViewCodeSequence: coded('R-10242') })).toBe('RCC');
});

test('tomosynthesis carries its side in the shared functional groups', () => {
  const groups = [{ FrameAnatomySequence: [{ FrameLaterality: 'L' }] }];
  expect(mammographyView({ SharedFunctionalGroupsSequence: groups, ViewPosition: 'MLO' })).toBe('LMLO');
});

test('an image without side, or of another view, is hung nowhere in particular', () => {
  expect(mammographyView({ ViewPosition: 'CC' })).toBe('');
  expect(mammographyView({ ImageLaterality: 'L', ViewPosition: 'ML' })).toBe('');
});

test('the right breast hangs left, and both chest walls touch the middle', () => {
  const [stage] = mammographyProtocol.protocol.stages;
  expect(stage?.viewports.map((viewport) => viewport.displaySets[0]?.id)).toEqual([
    'RCC',
    'LCC',
    'RMLO',
    'LMLO',
  ]);
  expect(stage?.viewports[0]?.viewportOptions.displayArea).toMatchObject({
    imageCanvasPoint: { canvasPoint: [1, 0.5] },
  });
});
