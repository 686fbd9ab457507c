import type { AllMetrics } from './all-metrics.ts';
import { evaluate } from './expression.ts';
import { aggregate, type Point, statistic } from './metric.ts';
import { invalid, type RowOptions, type Widget } from './widget.ts';

export interface Line {
  readonly label: string;
  readonly color: string;
  readonly side: 'left' | 'right';
  readonly unit: string;
  readonly points: readonly Point[];
}

interface Row {
  /** Namespace, name, then pairs of dimension name and value. Empty for an expression. */
  readonly words: readonly string[];
  readonly options: Partial<RowOptions>;
}

interface RowSeries extends Row {
  readonly unit: string;
  readonly points: readonly Point[];
}

/** The console's line colors, in order. */
const colors = [
  '#1f77b4',
  '#ff7f0e',
  '#2ca02c',
  '#d62728',
  '#9467bd',
  '#8c564b',
  '#e377c2',
  '#7f7f7f',
  '#bcbd22',
  '#17becf',
] as const;

/** The visible lines of a widget. A line without data still appears in the legend. */
export function linesOf(widget: Widget, metrics: AllMetrics): readonly Line[] {
  const rows = rowsOf(widget);
  const series = new Map<string, readonly Point[]>();
  const drawn = rows.map((row): RowSeries => {
    const read = row.options.expression === undefined ? readMetric(row, widget, metrics) : undefined;
    if (row.options.id !== undefined && read !== undefined) series.set(row.options.id, read.points);
    return { ...row, unit: read?.unit ?? '', points: read?.points ?? [] };
  });
  return drawn
    .map((row) => (row.options.expression === undefined ? row : evaluated(row, series)))
    .filter(({ options }) => options.visible !== false)
    .map(({ options, words, unit, points }, index) => ({
      label: options.label ?? words[1] ?? options.expression ?? '',
      color: options.color ?? colors[index % colors.length] ?? colors[0],
      side: options.yAxis ?? 'left',
      unit,
      points,
    }));
}

/** In shorthand, `.` repeats the word above it, and `...` repeats all words except those that follow. */
function rowsOf({ metrics }: Widget): readonly Row[] {
  let above: readonly string[] = [];
  return metrics.map((row, index) => {
    const last = row.at(-1);
    const options: Partial<RowOptions> = typeof last === 'object' ? last : {};
    const given = row.filter((word) => typeof word === 'string');
    if (given.length + (typeof last === 'object' ? 1 : 0) < row.length)
      throw invalid(`Only the last item of a metric can be an object (at /metrics/${index})`);
    if (options.expression !== undefined) return { words: [], options };
    const words = expandShorthand(given, above);
    if (words.length < 2 || words.length % 2 === 1)
      throw invalid(`Should have a namespace, a name, and dimensions in pairs (at /metrics/${index})`);
    above = words;
    return { words, options };
  });
}

function expandShorthand(given: readonly string[], above: readonly string[]): readonly string[] {
  const expanded =
    given[0] === '...' ? [...above.slice(0, above.length - given.length + 1), ...given.slice(1)] : given;
  return expanded.map((word, index) => (word === '.' ? (above[index] ?? '') : word));
}

function readMetric(
  { words: [namespace = '', name = '', ...pairs], options }: Row,
  widget: Widget,
  metrics: AllMetrics,
): { readonly unit: string; readonly points: readonly Point[] } {
  const dimensions = Object.fromEntries(
    pairs.flatMap((word, index) => (index % 2 === 0 ? [[word, pairs[index + 1] ?? '']] : [])),
  );
  const metric = metrics.find(namespace, name, dimensions);
  const value = statistic(options.stat ?? widget.stat);
  if (metric === undefined || value === undefined) return { unit: '', points: [] };
  const period = (options.period ?? widget.period ?? 300) * 1000;
  const sets = aggregate(metric, period, widget.from, widget.to);
  return { unit: metric.unit, points: sets.map((set) => ({ at: set.at, value: value(set) })) };
}

function evaluated(row: RowSeries, series: ReadonlyMap<string, readonly Point[]>): RowSeries {
  return { ...row, points: evaluate(row.options.expression ?? '', (id) => series.get(id)) };
}
