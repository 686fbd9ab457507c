import { createRequire } from 'node:module';
import { renderAsync } from '@resvg/resvg-js';

interface Text {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly size: number;
  readonly color?: string;
  readonly bold?: boolean;
  readonly anchor?: 'start' | 'middle' | 'end';
  /** Rotation in degrees around the anchor point. */
  readonly rotated?: number;
}

export function textSvg({
  x,
  y,
  text,
  size,
  color = '#16191f',
  bold,
  anchor = 'start',
  rotated,
}: Text): string {
  const weight = bold === true ? ' font-weight="bold"' : '';
  const turn = rotated === undefined ? '' : ` transform="rotate(${rotated} ${x} ${y})"`;
  return `<text x="${x}" y="${y}" font-size="${size}" fill="${color}" text-anchor="${anchor}"${weight}${turn}>${escaped(text)}</text>`;
}

/** Replaces characters that XML does not allow, because they would make the whole picture fail. */
export function escaped(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** An estimate: the mean character width of the font is about 0.6 of its size. */
export function textWidth(text: string, size: number): number {
  return text.length * size * 0.61;
}

const { resolve } = createRequire(import.meta.url);
const fonts = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'];

export async function pngOf(svg: string): Promise<Uint8Array> {
  const image = await renderAsync(svg, {
    font: {
      loadSystemFonts: false,
      fontFiles: fonts.map((file) => resolve(`dejavu-fonts-ttf/ttf/${file}`)),
      defaultFontFamily: 'DejaVu Sans',
    },
  });
  return image.asPng();
}
