import { z } from 'zod';
import { type Operations, reads } from '../operation.ts';
import { AwsError } from '../responses.ts';
import type { AllMetrics } from './all-metrics.ts';
import { chartOf } from './chart.ts';
import { getMetricData } from './get-metric-data.ts';
import { getMetricStatistics } from './get-metric-statistics.ts';
import { listMetrics } from './list-metrics.ts';
import { pngOf } from './svg.ts';
import { readWidget } from './widget.ts';
import { linesOf } from './widget-lines.ts';

const Image = z.object({
  MetricWidget: z.string(),
  OutputFormat: z.enum(['png', 'image/png']).default('png'),
});

/** CloudWatch's metric operations. */
export function metricOperations(metrics: AllMetrics): Operations {
  return {
    GetMetricData: reads((input) => getMetricData(input, metrics)),
    GetMetricStatistics: reads((input) => getMetricStatistics(input, metrics)),
    ListMetrics: reads((input) => listMetrics(input, metrics)),
    GetMetricWidgetImage: reads(async (input) => {
      const parsed = Image.safeParse(input);
      if (!parsed.success)
        throw new AwsError('ValidationError', 'The values of MetricWidget and OutputFormat are not valid.');
      const widget = readWidget(parsed.data.MetricWidget);
      const png = await pngOf(chartOf(widget, linesOf(widget, metrics)));
      return { MetricWidgetImage: Buffer.from(png).toString('base64') };
    }),
  };
}
