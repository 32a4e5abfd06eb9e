import { isDeepStrictEqual } from 'node:util';
import { say } from './bilingual.ts';
import type { CatalogueRequirement } from './catalogue.ts';
import { called } from './names.ts';
import type { Bilingual } from './types.ts';

/** What the parts of a requirement's demand are called. Parts without a name are called by their path. */
const PARTS: Readonly<Record<string, Bilingual>> = {
  modality: say('设备类型', 'modality'),
  undecidedFor: say('须人工判定的设备类型', 'modalities left to a person'),
  anyRegionOf: say('部位', 'regions'),
  min: say('最少数量', 'least number'),
  anyPositionOf: say('体位', 'positions'),
  detectorType: say('探测器类型', 'detector types'),
  view: say('投照体位', 'view'),
  'series.weighting': say('加权', 'weighting'),
  'series.fatSat': say('压脂', 'fat suppression'),
  'series.plane': say('方位', 'plane'),
  'series.contrast': say('增强状态', 'contrast'),
  'series.phase': say('期相', 'phase'),
  'series.acquisition': say('采集方式', 'acquisition'),
  'series.original': say('须为原始采集', 'acquired, not reconstructed'),
  'series.maxThicknessMm': say('最大层厚（mm）', 'greatest slice thickness (mm)'),
  'series.minB': say('最低 b 值（s/mm²）', 'lowest b-value (s/mm²)'),
  'series.unknownCountsAs': say('增强状态不明时的处理', 'how unknown contrast counts'),
  anyOf: say('任一满足的序列', 'series of which any counts'),
  'planes.allOf': say('必需方位', 'planes that are all needed'),
  'planes.anyOf': say('任一方位', 'planes of which one is needed'),
  'planes.reformattedAccepted': say('可用重建的方位', 'planes that may be reformatted'),
  'phases.minDistinctPost': say('最少增强期数', 'least number of enhanced phases'),
  'phases.min': say('最少时相数', 'least number of time points'),
  'phases.names': say('期相', 'phases'),
  'phases.expected': say('预期期相', 'expected phases'),
  'reconstruction.anyOf': say('重建方式', 'kinds of reconstruction'),
  'reconstruction.planes': say('重建方位', 'planes of the reconstruction'),
  'reconstruction.min': say('最少重建数', 'least number of reconstructions'),
  'coverageMm.min': say('最小扫描范围（mm）', 'least range (mm)'),
};

/** In what a demand became another, a sentence for each part of it. */
export function demandChanges(
  was: CatalogueRequirement['expr'],
  now: CatalogueRequirement['expr'],
): Bilingual[] {
  const before = partsOf(was);
  const after = partsOf(now);
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((path) => {
    const [old, fresh] = [before.get(path), after.get(path)];
    if (isDeepStrictEqual(old, fresh)) return [];
    const part = PARTS[path] ?? say(path, path);
    const [a, b] = [worded(old), worded(fresh)];
    return [say(`${part.zh}由“${a.zh}”改为“${b.zh}”`, `${part.en} changed from "${a.en}" to "${b.en}"`)];
  });
}

/** The values of a demand by their paths; lists are values. */
function partsOf(value: object, path: readonly string[] = []): Map<string, unknown> {
  const parts = new Map<string, unknown>();
  for (const [key, inner] of Object.entries(value) as [string, unknown][]) {
    const at = [...path, key];
    if (typeof inner === 'object' && inner !== null && !Array.isArray(inner))
      for (const [name, one] of partsOf(inner, at)) parts.set(name, one);
    else if (inner !== undefined) parts.set(at.join('.'), inner);
  }
  return parts;
}

function worded(value: unknown): Bilingual {
  if (value === undefined) return say('不限', 'anything');
  if (value === true) return say('是', 'yes');
  if (value === false) return say('否', 'no');
  if (typeof value === 'number') return say(String(value), String(value));
  if (typeof value === 'string')
    return value === 'pre'
      ? say('平扫', 'plain')
      : value === 'post'
        ? say('增强', 'enhanced')
        : called(value);
  if (Array.isArray(value)) {
    const each = value.map(worded);
    return say(each.map(({ zh }) => zh).join('、'), each.map(({ en }) => en).join(', '));
  }
  return say(JSON.stringify(value), JSON.stringify(value));
}
