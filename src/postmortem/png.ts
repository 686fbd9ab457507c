import { createRequire } from 'node:module';

const { resolve } = createRequire(import.meta.url);

/** The fonts come with Relight: a container has none, and the same picture must not differ between machines. */
const fontFiles = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'];

/**
 * Draws an SVG. The drawing library is native code, so it is loaded only here: where it is missing there is no
 * picture, and everything else works.
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
