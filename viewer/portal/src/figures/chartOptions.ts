import type { EChartsCoreOption } from 'echarts/core';
import { dark, light, type as face } from '../../../tokens/tokens.ts';
import type { Theme } from '../app/theme.ts';

export interface Series {
  name: string;
  values: readonly number[];
  colour: 'action' | 'label' | 'review' | 'pending';
  /** Drawn as a line on a scale of its own. */
  line?: (value: number) => string;
}

function base(theme: Theme) {
  const colour = theme === 'dark' ? dark : light;
  const text = { color: colour.textSecondary, fontFamily: face.family, fontSize: 12 };
  return {
    colour,
    text,
    option: {
      animationDuration: 200,
      textStyle: text,
      tooltip: {
        trigger: 'axis',
        axisPointer: { type: 'shadow', shadowStyle: { color: colour.hover, opacity: 0.5 } },
        backgroundColor: colour.raised,
        borderColor: colour.borderStrong,
        textStyle: { ...text, color: colour.text },
        confine: true,
      },
    },
    line: { lineStyle: { color: colour.border } },
  };
}

/** Columns side by side over months, and lines over them. */
export function monthsOption(
  months: readonly string[],
  series: readonly Series[],
  theme: Theme,
): EChartsCoreOption {
  const { colour, text, option, line } = base(theme);
  return {
    ...option,
    legend: { top: 0, left: 0, textStyle: text, itemWidth: 14, itemHeight: 8 },
    grid: { left: 4, right: 4, top: 36, bottom: 4, containLabel: true },
    xAxis: { type: 'category', data: months, axisLine: line, axisTick: { show: false }, axisLabel: text },
    yAxis: [
      { type: 'value', minInterval: 1, splitLine: line, axisLabel: text },
      {
        type: 'value',
        splitLine: { show: false },
        axisLabel: { ...text, formatter: series.find((one) => one.line !== undefined)?.line },
      },
    ],
    series: series.map(({ name, values, colour: which, line: words }) => ({
      name,
      type: words === undefined ? 'bar' : 'line',
      yAxisIndex: words === undefined ? 0 : 1,
      data: values,
      itemStyle: { color: colour[which], borderRadius: words === undefined ? [2, 2, 0, 0] : 0 },
      barMaxWidth: 18,
      symbolSize: 6,
      ...(words === undefined ? {} : { tooltip: { valueFormatter: words } }),
    })),
  };
}

/** Bars from the left, the first on top, one series on the other. */
export function barsOption(
  names: readonly string[],
  series: readonly Series[],
  theme: Theme,
): EChartsCoreOption {
  const { colour, text, option, line } = base(theme);
  return {
    ...option,
    ...(series.length > 1
      ? { legend: { top: 0, left: 0, textStyle: text, itemWidth: 14, itemHeight: 8 } }
      : {}),
    grid: { left: 4, right: 16, top: series.length > 1 ? 32 : 4, bottom: 4, containLabel: true },
    xAxis: { type: 'value', minInterval: 1, splitLine: line, axisLabel: text },
    yAxis: {
      type: 'category',
      inverse: true,
      data: names,
      axisLine: line,
      axisTick: { show: false },
      axisLabel: { ...text, width: 180, overflow: 'truncate' },
    },
    series: series.map(({ name, values, colour: which }) => ({
      name,
      type: 'bar',
      stack: 'all',
      data: values,
      itemStyle: { color: colour[which] },
      barMaxWidth: 18,
    })),
  };
}
