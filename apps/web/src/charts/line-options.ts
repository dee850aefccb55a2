import type { ComposeOption } from 'echarts/core';
import type { LineSeriesOption } from 'echarts/charts';
import type { AriaComponentOption, GridComponentOption, TooltipComponentOption } from 'echarts/components';
import { lastIndex, type LineSeries, splitUnfinished } from './line-series';
import type { useChartColours } from './chart-colours';

type Colours = ReturnType<typeof useChartColours>['value'];
export type LineOption = ComposeOption<
  LineSeriesOption | AriaComponentOption | GridComponentOption | TooltipComponentOption
>;

export interface LineChartInput {
  /** What stands under the axis, one for each place. */
  labels: readonly string[];
  series: readonly LineSeries[];
  /** Writes a value on the axis. */
  tick: (value: number) => string;
  /** Counts, money and rates begin at nought; differences need not. */
  fromZero: boolean;
  /** The finding in words. */
  summary: string;
  /** Room at the right for the labels of the lines' ends. */
  endWidth: number;
}

/** The ECharts option of a quiet line chart: horizontal grid, no points but the end, no animation. */
export function lineOption(input: LineChartInput, colours: Colours): LineOption {
  const text = { color: colours.axis, fontSize: 11, fontFamily: colours.font };
  return {
    animation: false,
    aria: { enabled: true, label: { description: input.summary } },
    grid: { left: 44, right: input.endWidth, top: 12, bottom: 24, outerBoundsMode: 'none' },
    tooltip: {
      trigger: 'axis',
      showContent: false,
      axisPointer: {
        type: 'line',
        snap: true,
        animation: false,
        lineStyle: { color: colours.pointer, type: 'solid' },
        label: { show: false },
      },
    },
    xAxis: {
      type: 'category',
      boundaryGap: false,
      data: [...input.labels],
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: {
        ...text,
        margin: 10,
        hideOverlap: true,
        showMinLabel: true,
        alignMaxLabel: input.endWidth < 24 ? 'right' : 'center',
      },
    },
    yAxis: {
      type: 'value',
      scale: !input.fromZero,
      splitNumber: 4,
      splitLine: { lineStyle: { color: colours.grid } },
      axisLabel: { ...text, margin: 8, formatter: input.tick },
    },
    series: input.series.flatMap((series, index) => toLines(series, index, colours)),
  };
}

function toLines(series: LineSeries, index: number, colours: Colours): LineSeriesOption[] {
  const colour = series.isComparison
    ? colours.compare
    : (colours.series[index % colours.series.length] ?? colours.compare);
  const { finished, unfinished } = splitUnfinished(series);
  const width = series.isComparison ? 1.25 : 2;
  const line = (values: (number | null)[], type: 'solid' | 'dotted' | 'dashed'): LineSeriesOption => ({
    type: 'line',
    name: series.name,
    data: values,
    connectNulls: false,
    showSymbol: false,
    symbol: 'circle',
    symbolSize: series.isComparison ? 6 : 8,
    lineStyle: { color: colour, width, type },
    itemStyle: { color: colours.surface, borderColor: colour, borderWidth: width },
    emphasis: { disabled: false, lineStyle: { width }, itemStyle: { color: colours.surface, borderColor: colour } },
    z: series.isComparison ? 2 : 3,
  });
  const lines = [line(finished, series.isComparison ? 'dashed' : 'solid')];
  if (unfinished) lines.push(line(unfinished, 'dotted'));
  return labelEnd(lines, series, colour, colours);
}

/** A ring and a label at the end of the last stroke. */
function labelEnd(lines: LineSeriesOption[], series: LineSeries, colour: string, colours: Colours): LineSeriesOption[] {
  const last = lines.at(-1);
  const end = lastIndex(series.values);
  if (!last || end < 0 || series.endLabel === '') return lines;
  const label = {
    show: true,
    formatter: series.endLabel,
    position: 'right' as const,
    distance: 8,
    color: series.isComparison ? colours.axis : colour,
    fontSize: 11,
    fontWeight: series.isComparison ? (400 as const) : (500 as const),
    fontFamily: colours.font,
  };
  last.data = (last.data ?? []).map((value, index) =>
    index === end ? { value: value as number | null, symbol: 'circle', label } : (value as number | null),
  ); // data was set to numbers just above
  last.labelLayout = { moveOverlap: 'shiftY' };
  last.showSymbol = true;
  last.symbol = 'none';
  last.symbolSize = series.isComparison ? 5 : 7;
  return lines;
}
