interface Text {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly size: number;
  readonly color?: string;
  readonly bold?: boolean;
  readonly anchor?: 'start' | 'middle' | 'end';
  /** Degrees, around the point where the text begins. */
  readonly turned?: number;
}

export function textSvg({
  x,
  y,
  text,
  size,
  color = '#16191f',
  bold,
  anchor = 'start',
  turned,
}: Text): string {
  const weight = bold === true ? ' font-weight="bold"' : '';
  const turn = turned === undefined ? '' : ` transform="rotate(${turned} ${x} ${y})"`;
  return `<text x="${x}" y="${y}" font-size="${size}" fill="${color}" text-anchor="${anchor}"${weight}${turn}>${escaped(text)}</text>`;
}

/** Characters that XML does not allow would lose the whole picture. */
export function escaped(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** Roughly: the mean width of a character of the font is 0.6 of its size. */
export function textWidth(text: string, size: number): number {
  return text.length * size * 0.61;
}
