import { createRequire } from 'node:module';

/** SVG shapes. All text from outside is escaped by `xml`. */

export interface Style {
  readonly size: number;
  readonly fill: string;
  readonly bold?: boolean;
  readonly anchor?: 'start' | 'middle' | 'end';
}

export function text(x: number, y: number, words: string, style: Style): string {
  const { size, fill, bold = false, anchor = 'start' } = style;
  const weight = bold ? ' font-weight="bold"' : '';
  return `<text x="${x}" y="${y}" font-size="${size}" fill="${fill}" text-anchor="${anchor}"${weight}>${xml(words)}</text>`;
}

export function line(
  [x1, y1]: readonly [number, number],
  [x2, y2]: readonly [number, number],
  stroke: string,
  { width = 1, dashed = false }: { readonly width?: number; readonly dashed?: boolean } = {},
): string {
  const dashes = dashed ? ' stroke-dasharray="8 6"' : '';
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${stroke}" stroke-width="${width}"${dashes}/>`;
}

export function band(x: number, y: number, width: number, height: number, fill: string): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${fill}"/>`;
}

export function dot(x: number, y: number, fill: string, radius = 8): string {
  return `<circle cx="${x}" cy="${y}" r="${radius}" fill="${fill}" stroke="#ffffff" stroke-width="2"/>`;
}

export function svg(width: number, height: number, shapes: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="DejaVu Sans">`,
    band(0, 0, width, height, '#ffffff'),
    ...shapes,
    '</svg>',
  ].join('\n');
}

/** Escapes text, and removes characters that XML 1.0 does not allow: https://www.w3.org/TR/xml/#charsets */
function xml(words: string): string {
  return words
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\uFFFE\uFFFF]+/gu, ' ')
    .replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Cuts text so that it is never wider than `width`. `widths` is an upper bound for each letter of DejaVu Sans. */
export function fitting(words: string, width: number, size: number): string {
  const letters = Array.from(words.replaceAll(/\s+/g, ' ').trim().slice(0, 1_000));
  let room = width / size;
  for (const [index, letter] of letters.entries()) {
    room -= widthOf(letter);
    if (room < 1 && letters.slice(index + 1).reduce((sum, next) => sum + widthOf(next), 0) > room)
      return `${letters.slice(0, index).join('').trimEnd()}…`;
  }
  return letters.join('');
}

/** An upper bound of the letter's width, relative to the font size. */
function widthOf(letter: string): number {
  return widths.find(({ letters }) => letters.test(letter))?.width ?? 1.1;
}

const widths: readonly { readonly letters: RegExp; readonly width: number }[] = [
  { letters: /[ijltfrI.,:;'|!()[\]/ -]/, width: 0.42 },
  { letters: /[mwMW%@]/, width: 1 },
  { letters: /[A-Z+=<>~#&]/, width: 0.84 },
  { letters: /[\u0020-\u024F]/, width: 0.65 },
];

const { resolve } = createRequire(import.meta.url);

/** Bundled fonts: containers have none, and the picture must be the same on every machine. */
const fontFiles = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'];

/**
 * Renders an SVG as PNG. The library is native code, so it is loaded here on demand: if it is missing, only the picture
 * is.
 */
export async function pngOf(svg: string): Promise<Uint8Array> {
  const { renderAsync } = await import('@resvg/resvg-js');
  const image = await renderAsync(svg, {
    font: {
      loadSystemFonts: false,
      fontFiles: fontFiles.map((file) => resolve(`dejavu-fonts-ttf/ttf/${file}`)),
      defaultFontFamily: 'DejaVu Sans',
    },
    fitTo: { mode: 'original' },
  });
  return image.asPng();
}
