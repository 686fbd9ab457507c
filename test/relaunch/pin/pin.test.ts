import { describe, expect, it } from 'vitest';
import { readPin } from '../../../src/relaunch/pin/requirement.ts';
import { withPin } from '../../../src/relaunch/pin/requirements-file.ts';

function pinned(text: string, typed: string): string {
  const pin = readPin(typed);
  if ('wrong' in pin) throw new Error(pin.wrong);
  return withPin(text, pin).text;
}

describe('the form for a pin', () => {
  it.each([
    ['torch>=2.6', 'torch>=2.6'],
    [' numpy >= 1.26 , <2 ', 'numpy>=1.26,<2'],
    ['fsspec[http]<=2024.3.1', 'fsspec[http]<=2024.3.1'],
    ['torch==2.6.0+cu124', 'torch==2.6.0+cu124'],
    ['protobuf==3.20.*', 'protobuf==3.20.*'],
  ])('takes %j', (typed, text) => {
    expect(readPin(typed)).toMatchObject({ text });
  });

  it.each([
    '',
    'torch',
    '>=2.6',
    'torch 2.6',
    'torch>=',
    'torch>=2.*',
    'torch~=2',
    'torch>=2.6; python_version<"3.12"',
    'torch @ https://example.com/torch.whl',
    'torch>=2.6 --index-url https://example.com',
    'torch>=2.6\ntrl==1.0',
    'torch==2.6 trl==1.0',
  ])('refuses %j with one line', (typed) => {
    expect(readPin(typed)).toMatchObject({ wrong: expect.stringMatching(/^[^\n]+$/) });
  });
});

describe('requirements.txt', () => {
  it('changes only the line of the package, and keeps its comment, marker and extras', () => {
    expect(pinned('trl\r\nTorch==2.5.1  # fast\r\npeft\r\n', 'torch>=2.6')).toBe(
      'trl\r\ntorch>=2.6  # fast\r\npeft\r\n',
    );
    expect(pinned('ray[default]==2.9 ; python_version < "3.12"\n', 'ray>=2.40')).toBe(
      'ray[default]>=2.40 ; python_version < "3.12"\n',
    );
    expect(pinned('flash_attn==2.5\ntorchvision==0.20\n', 'flash-attn>=2.7')).toBe(
      'flash-attn>=2.7\ntorchvision==0.20\n',
    );
  });

  it('gets a new line at the end if it does not name the package', () => {
    expect(pinned('trl', 'torch>=2.6')).toBe('trl\ntorch>=2.6\n');
    expect(pinned('', 'torch>=2.6')).toBe('torch>=2.6\n');
  });

  it.each([
    'transformers @ git+https://github.com/huggingface/transformers@main\n',
    'git+https://github.com/huggingface/transformers.git@v4.44.0\n',
    'transformers==4.44 \\\n    --hash=sha256:00\n',
  ])('is left to a person if an address or a hash decides: %j', (text) => {
    expect(() => pinned(text, 'transformers>=4.46')).toThrow(/by hand/);
  });
});
