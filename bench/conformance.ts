/**
 * Speed of the conformance engine on one core, from header summaries: `node bench/conformance.ts`.
 * Every catalogue example is judged in turn; the memory of texts is warm, as it is in a worker.
 */
import { HECHI_2024_EXAMPLES } from '../packages/conformance/catalogues/hechi2024.examples.ts';
import { expand } from '../packages/conformance/catalogues/headers.ts';
import { defaultCatalogue, evaluateStudy, summarizeStudy } from '../packages/conformance/src/index.ts';

const TARGET = 2000;
const catalogue = defaultCatalogue();
const datasets = HECHI_2024_EXAMPLES.map((example) => expand(example.study));
const instances = datasets.reduce((sum, study) => sum + study.length, 0);
const before = process.cpuUsage();
const summaries = datasets.map((study) => summarizeStudy(study));
const summarizing = process.cpuUsage(before);
const rounds = 40;
for (const summary of summaries) evaluateStudy(summary, catalogue, { settled: true });
const start = process.cpuUsage();
for (let round = 0; round < rounds; round += 1) {
  for (const summary of summaries) evaluateStudy(summary, catalogue, { settled: true });
}
const used = process.cpuUsage(start);
const seconds = (used.user + used.system) / 1e6;
const perSecond = Math.round((rounds * summaries.length) / seconds);
console.log(
  `evaluate: ${perSecond} studies/s of one core (target ${TARGET}, ${(perSecond / TARGET).toFixed(1)}x)`,
);
console.log(
  `summarize: ${Math.round(instances / ((summarizing.user + summarizing.system) / 1e6))} instances/s of one core (${instances} instances)`,
);
