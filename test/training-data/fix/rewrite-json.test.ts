import { describe, expect, it } from 'vitest';
import { rewriteJson, rewriteStrings } from '../../../src/training-data/fix/rewrite/rewrite-json.ts';

describe('rewriting single JSON values', () => {
  const text = '{ "a" : [1e2, {"b\\u0041":"x:,]"}, "y"], "c": {}, "d": [], "e": [true, null, [-0.50]] }';

  it('passes the path of each string and number, and nothing else', () => {
    const places: string[] = [];
    rewriteJson(text, (path, literal) => {
      places.push(`${JSON.stringify(path)} ${literal}`);
      return undefined;
    });

    expect(places).toEqual(['["a",0] 1e2', '["a",1,"bA"] "x:,]"', '["a",2] "y"', '["e",2,0] -0.50']);
  });

  it('leaves every other character unchanged', () => {
    expect(rewriteJson(text, (path) => (path[0] === 'e' ? '"new"' : undefined))).toBe(
      text.replace('-0.50', '"new"'),
    );
    expect(rewriteJson(text, () => undefined)).toBe(text);
  });

  it('keeps the spelling of a string with an unchanged value', () => {
    const spelled = '["\\u00e9\\/", "\\u0065"]';

    expect(rewriteStrings(spelled, (_, value) => value)).toBe(spelled);
    expect(rewriteStrings(spelled, (_, value) => value.toUpperCase())).toBe('["É/","E"]'.replace(',', ', '));
  });
});
