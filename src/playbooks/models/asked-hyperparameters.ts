import { quote } from '../in-words.ts';

export type Asked =
  | { readonly hyperParameters: Readonly<Record<string, string>> }
  | { readonly wrong: string };

/** `name=value` lines as a person types them. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html */
const pair = /^([^=\s][^=]{0,255}?)\s*=\s*(.{0,2500})$/;

export function hyperParametersIn(text: string): Asked {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const found = new Map<string, string>();
  for (const [index, line] of lines.entries()) {
    const [, name, value] = pair.exec(line) ?? [];
    if (name === undefined || value === undefined)
      return { wrong: `line ${index + 1}, “${quote(line, 60)}”, is not name=value` };
    if (found.has(name)) return { wrong: `${name} stands there twice` };
    found.set(name, value);
  }
  return { hyperParameters: Object.fromEntries(found) };
}
