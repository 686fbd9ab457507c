import { Resvg } from '@resvg/resvg-js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IncidentRecord } from '../../src/ports/record.ts';
import { durationsOf } from '../../src/postmortem/durations.ts';
import { pngOf } from '../../src/postmortem/svg.ts';
import { timelinePicture } from '../../src/postmortem/timeline-picture.ts';
import { ended, minute } from '../support/a-training-run.ts';
import { aRecord, entry } from './a-record.ts';

function drawn(changes: Partial<IncidentRecord> = {}): string {
  const record = aRecord(changes);
  return timelinePicture(record, durationsOf(record));
}

/** The x of the line below this label. */
function placeOf(svg: string, label: RegExp): number {
  const found = svg.split('\n').find((shape) => label.test(shape));
  return Number(/x="(\d+)"/.exec(found ?? '')?.[1]);
}

describe('the picture of a timeline', () => {
  it('is a PNG of 1,200 px with a light background', async () => {
    const png = Buffer.from(await pngOf(drawn()));

    expect(png.subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
    expect(png.subarray(12, 16).toString()).toBe('IHDR');
    expect(png.readUInt32BE(16)).toBe(1_200);
    expect(png.readUInt32BE(20)).toBeGreaterThan(500);
    expect(png.byteLength).toBeLessThan(1_000_000);
  });

  it('contains text in the bundled fonts', async () => {
    const withText = await pngOf(drawn());
    const without = await pngOf(drawn().replaceAll(/<text.*<\/text>/g, ''));

    expect(withText.byteLength).toBeGreaterThan(without.byteLength * 2);
  });

  it('marks the RTO, and the recovery before or after it', () => {
    const early = drawn();
    const late = drawn({ recovered: { at: ended + 500 * minute, how: '' } });

    expect(placeOf(early, />trains again</)).toBeLessThan(placeOf(early, />RTO 60 min</));
    expect(placeOf(late, />trains again</)).toBeGreaterThan(placeOf(late, />RTO 60 min</));
    expect(late).toContain('over the RTO of 60 min');
  });

  it('shows no recovery if there was none', () => {
    const { recovered, ...open } = aRecord();
    const svg = timelinePicture(open, durationsOf(open));

    expect(recovered).toBeDefined();
    expect(svg).not.toContain('>trains again<');
    expect(svg).toContain('>Training was not recovered; the RTO was 60 min<');
    expect(svg).toContain('>RTO 60 min<');
  });

  it('lists who did what, and drops entries that do not fit, but never decisions', () => {
    const steps = Array.from({ length: 40 }, (_, index) => entry(index, 'step', `look ${index}`));
    const timeline = [...steps, entry(41, 'decision', 'approved', 'U0LEAD'), entry(42, 'end', 'trains')];

    const svg = drawn({ timeline });

    expect(svg).toContain('>U0LEAD: approved<');
    expect(svg).toContain('>look 0<');
    expect(svg).not.toContain('>look 30<');
    expect(svg).toContain('>and 28 more in the document<');
  });

  it('keeps all text inside the picture, however long it is', () => {
    const words = fc.string({
      unit: fc.constantFrom('W', 'm', 'i', 'l', '.', 'ä', '漢', ' ', '&'),
      minLength: 1,
      maxLength: 400,
    });
    fc.assert(
      fc.property(words, (said) => {
        const svg = drawn({
          job: said,
          timeline: [entry(0, 'alarm', said), entry(3, 'decision', said, said)],
        });
        for (const shape of svg.split('\n').filter((one) => one.startsWith('<text'))) {
          const box = new Resvg(
            `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="2000" font-family="DejaVu Sans">${shape}</svg>`,
            fonts,
          ).getBBox();
          if (box !== undefined) expect(box.x + box.width).toBeLessThanOrEqual(1_200);
        }
      }),
      { numRuns: 8, examples: [['m'.repeat(300)], ['W'.repeat(300)], ['ä'.repeat(300)]] },
    );
  });

  it('is valid SVG with the same shapes for any untrusted text', () => {
    const evil = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.constantFrom(
        '</text><script>',
        ']]>',
        '<!--',
        '&#0;',
        '&amp',
        '"/><image href="http://x"/>',
        '\ufffe',
        '\ud800',
        '\u0000',
      ),
    );
    fc.assert(
      fc.property(evil, (said) => {
        const svg = drawn({
          job: said,
          incident: said,
          tier: said,
          timeline: [entry(0, 'alarm', said, said)],
        });
        expect(
          svg
            .match(/<[a-z]+/g)
            ?.filter((tag) => !['<svg', '<rect', '<text', '<line', '<circle'].includes(tag)),
        ).toEqual([]);
        expect(svg).not.toMatch(/(?!\n)[\p{Cc}\p{Cs}\ufffe\uffff]/u);
        expect(new Resvg(svg, { font: { loadSystemFonts: false } }).width).toBe(1_200);
      }),
      { numRuns: 100 },
    );
  });

  it.each([0, 0.1, 7, 61, 1_500, 60_000])('has between three and eleven ticks for %s min', (after) => {
    const svg = drawn({ recovered: { at: ended + after * minute, how: '' } });
    const ticks = svg.split('\n').filter((shape) => /font-size="13"/.test(shape));

    expect(ticks.length).toBeGreaterThanOrEqual(3);
    expect(ticks.length).toBeLessThanOrEqual(11);
  });
});

const fonts = {
  font: {
    loadSystemFonts: false,
    fontFiles: ['DejaVuSans', 'DejaVuSans-Bold'].map(
      (name) => `node_modules/dejavu-fonts-ttf/ttf/${name}.ttf`,
    ),
  },
};
