import { z } from 'zod';

const endpoint = z
  .url({
    protocol: /^https?$/,
    error: 'must be the URL of an OTLP/HTTP endpoint, such as http://localhost:4318',
  })
  .optional();

/**
 * Variables of OpenTelemetry that decide whether spans are exported. Its SDK reads these and all others itself.
 * https://opentelemetry.io/docs/languages/sdk-configuration/otlp-exporter/
 */
export const traceVariables = {
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint,
  OTEL_SDK_DISABLED: z.string().optional(),
} as const;

/** Any other value than `true` counts as false: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ */
export function exportsSpans(variables: z.infer<z.ZodObject<typeof traceVariables>>): boolean {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: own } = variables;
  return (own ?? base) !== undefined && variables.OTEL_SDK_DISABLED?.toLowerCase() !== 'true';
}
