/**
 * The name of one time series of an alarm over many: `MemoryUsage [Host=gold-1/algo-1]`. CloudWatch calls it a
 * contributor: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_AlarmContributor.html
 */
export function seriesName(alarm: string, attributes: Readonly<Record<string, string>>): string {
  const parts = Object.entries(attributes).map(([name, value]) => `${name}=${value}`);
  return `${alarm} [${parts.toSorted().join(', ')}]`;
}

/** The alarm of a time series, as `seriesName` wrote it; undefined for the name of an alarm. */
export function alarmOfSeries(name: string): string | undefined {
  const at = name.lastIndexOf(' [');
  return at > 0 && name.endsWith(']') ? name.slice(0, at) : undefined;
}
