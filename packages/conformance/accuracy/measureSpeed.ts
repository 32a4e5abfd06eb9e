import { expand } from '../catalogues/headers.ts';
import { defaultCatalogue, evaluateStudy, summarizeStudy } from '../src/index.ts';
import { studies } from './studies/generate.ts';
import { render } from './studies/render.ts';

export interface Speed {
  studiesPerSecond: number;
  instancesPerSecond: number;
  studies: number;
  instances: number;
}

/** CPU speed of one core: judging from header summaries, and summarizing the headers themselves. */
export function measureSpeed(): Speed {
  const catalogue = defaultCatalogue();
  const datasets = studies('dev', 1).map((plan) => expand(render(plan)));
  const instances = datasets.reduce((sum, study) => sum + study.length, 0);
  const before = process.cpuUsage();
  const summaries = datasets.map((study) => summarizeStudy(study));
  const summarizing = process.cpuUsage(before);
  const rounds = 30;
  const run = (): void => {
    for (const summary of summaries) evaluateStudy(summary, catalogue, { settled: true });
  };
  run();
  const start = process.cpuUsage();
  for (let round = 0; round < rounds; round += 1) run();
  const judging = process.cpuUsage(start);
  const seconds = (usage: NodeJS.CpuUsage): number => (usage.user + usage.system) / 1e6;
  return {
    studiesPerSecond: Math.round((rounds * summaries.length) / seconds(judging)),
    instancesPerSecond: Math.round(instances / seconds(summarizing)),
    studies: summaries.length,
    instances,
  };
}
