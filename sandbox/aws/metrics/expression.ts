import { AwsError } from '../responses.ts';
import type { Point } from './metric.ts';

/** A series, or a constant. */
type Value = readonly Point[] | number;

const operators: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
};

/**
 * Evaluates the arithmetic of metric math, such as `100*errors/calls` or `m1/8`. Functions are not supported.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export function evaluate(
  expression: string,
  seriesOf: (id: string) => readonly Point[] | undefined,
): readonly Point[] {
  const tokens = expression.match(/[a-z]\w*|\d+(\.\d+)?|[-+*/()]/g) ?? [];
  if (tokens.join('') !== expression.replaceAll(/\s/g, '')) throw invalidSyntax(expression);

  const operand = (): Value => {
    const token = tokens.shift() ?? '';
    if (token === '(') {
      const inside = sum();
      if (tokens.shift() !== ')') throw invalidSyntax(expression);
      return inside;
    }
    const value = /^\d/.test(token) ? Number(token) : seriesOf(token);
    if (value === undefined) throw invalidSyntax(expression);
    return value;
  };
  const product = (): Value => chain(['*', '/'], operand);
  const sum = (): Value => chain(['+', '-'], product);
  const chain = (of: readonly string[], next: () => Value): Value => {
    let value = next();
    while (of.includes(tokens[0] ?? '')) value = apply(tokens.shift() ?? '', value, next());
    return value;
  };

  const result = sum();
  if (tokens.length > 0 || typeof result === 'number') throw invalidSyntax(expression);
  return result;
}

/** Combines points with the same time. Times with a single point, or with a division by zero, are dropped. */
function apply(operator: string, one: Value, other: Value): Value {
  const of = operators[operator] ?? ((a: number) => a);
  if (typeof one === 'number')
    return typeof other === 'number'
      ? of(one, other)
      : other.map(({ at, value }) => ({ at, value: of(one, value) })).filter(isFinitePoint);
  const right = typeof other === 'number' ? undefined : new Map(other.map(({ at, value }) => [at, value]));
  return one
    .map(({ at, value }) => ({
      at,
      value: of(value, typeof other === 'number' ? other : (right?.get(at) ?? Number.NaN)),
    }))
    .filter(isFinitePoint);
}

function isFinitePoint({ value }: Point): boolean {
  return Number.isFinite(value);
}

function invalidSyntax(expression: string): AwsError {
  return new AwsError('ValidationError', `Error in expression '${expression}': Invalid syntax`);
}
