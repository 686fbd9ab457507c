import { describe, expect, it } from 'vitest';
import { rewriteJson, rewriteStrings } from '../../../src/training-data/fix/rewrite/rewrite-json.ts';

describe('rewriting single values of a JSON text', () => {
  const text = '{ "a" : [1e2, {"b\\u0041":"x:,]"}, "y"], "c": {}, "d": [], "e": [true, null, [-0.50]] }';

  it('names each string and number by its place, and nothing else', () => {
    const places: string[] = [];
    rewriteJson(text, (path, literal) => {
      places.push(`${JSON.stringify(path)} ${literal}`);
      return undefined;
    });

    expect(places).toEqual(['["a",0] 1e2', '["a",1,"bA"] "x:,]"', '["a",2] "y"', '["e",2,0] -0.50']);
  });

  it('leaves every other letter as it stands', () => {
    expect(rewriteJson(text, (path) => (path[0] === 'e' ? '"new"' : undefined))).toBe(
      text.replace('-0.50', '"new"'),
    );
    expect(rewriteJson(text, () => undefined)).toBe(text);
  });

  it('keeps the spelling of a string that says the same afterwards', () => {
    const spelled = '["\\u00e9\\/", "\\u0065"]';

    expect(rewriteStrings(spelled, (_, value) => value)).toBe(spelled);
    expect(rewriteStrings(spelled, (_, value) => value.toUpperCase())).toBe('["É/","E"]'.replace(',', ', '));
  });
});
