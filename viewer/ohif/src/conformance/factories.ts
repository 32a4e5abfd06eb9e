/** Small valid conformance values for tests. */
import type { HrLabel, RequirementResult, SeriesFacts } from '@hutong/conformance';
import type {
  JudgedItemBody,
  StudyConformanceBody,
  VerdictDecisionBody,
} from '@hutong/server/contract/conformance';

const both = (text: string) => ({ zh: text, en: text });

export function requirement(over: Partial<RequirementResult> = {}): RequirementResult {
  return {
    id: 'plain',
    level: 'must',
    label: both('平扫'),
    status: 'SATISFIED',
    reason: both('第 1 序列为平扫'),
    evidence: [],
    ...over,
  };
}

export function item(over: Partial<JudgedItemBody> = {}): JudgedItemBody {
  return {
    catalogue: { id: 'test', version: '1' },
    itemCode: 'CT-01',
    itemName: both('胸部CT'),
    verdict: 'PASS',
    effectiveVerdict: over.verdict ?? 'PASS',
    decision: null,
    evidence: 'e1',
    summary: both('齐全'),
    identifiedBy: [],
    requirements: [requirement()],
    ...over,
  };
}

export function decision(over: Partial<VerdictDecisionBody> = {}): VerdictDecisionBody {
  return {
    id: 1,
    itemCode: 'CT-01',
    verdict: 'PASS',
    machineVerdict: 'REVIEW',
    reason: '已阅片',
    author: { kind: 'person', name: '王医师' },
    at: '2026-11-21T06:00:00Z',
    stale: false,
    ...over,
  };
}

export function label(over: Partial<HrLabel> = {}): HrLabel {
  return {
    text: '龙南市HR',
    scope: '龙南市',
    itemCode: 'CT-01',
    state: 'applied',
    validFrom: '2026-11-20T06:30:00Z',
    reason: both('符合'),
    ...over,
  };
}

export function facts(over: Partial<SeriesFacts> = {}): SeriesFacts {
  return {
    seriesInstanceUid: '1.2.3' as SeriesFacts['seriesInstanceUid'],
    seriesNumber: 1,
    seriesDescription: '',
    modality: 'MR',
    numberOfInstances: 20,
    weighting: null,
    fatSat: null,
    plane: 'unknown',
    contrast: 'unknown',
    phase: null,
    bodyRegion: [],
    derived: null,
    laterality: null,
    view: null,
    bValues: [],
    thicknessMm: null,
    coverageMm: null,
    confidence: 1,
    because: [],
    ...over,
  };
}

export function response(over: Partial<StudyConformanceBody> = {}): StudyConformanceBody {
  return {
    status: 'done',
    settled: true,
    revision: 1,
    hospital: { code: 'h1', name: both('第一人民医院') },
    catalogue: { id: 'test', version: '1', title: both('清单') },
    engineVersion: '1',
    evaluatedAt: '2026-11-21T06:00:00Z',
    mayDecide: true,
    results: [item()],
    series: [],
    labels: [],
    ...over,
  };
}
