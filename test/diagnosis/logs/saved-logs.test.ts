import { describe, expect, it } from 'vitest';
import { savedLogs } from '../../../src/diagnosis/logs/saved-logs.ts';

describe('a saved log', () => {
  it('is the log of the host that its file is named after, or else of the next host', () => {
    expect(savedLogs('job-algo-3.txt', 'a\nb\n\n', 'algo-1')).toEqual([
      {
        host: 'algo-3',
        lines: [
          { at: 0, text: 'a' },
          { at: 0, text: 'b' },
        ],
      },
    ]);
    expect(savedLogs('tail.txt', 'a', 'algo-2')).toMatchObject([{ host: 'algo-2' }]);
  });

  it('of `aws logs tail` contains every host', () => {
    const text = [
      '2025-11-04T03:12:07.114000+00:00 job/algo-1-1762257000 waiting',
      '2025-11-04T03:12:08.114000+00:00 job/algo-2-1762257000   File "a.py", line 1, in b',
    ].join('\n');
    expect(savedLogs('tail.txt', text, 'algo-1')).toEqual([
      { host: 'algo-1', lines: [{ at: Date.UTC(2025, 10, 4, 3, 12, 7, 114), text: 'waiting' }] },
      {
        host: 'algo-2',
        lines: [{ at: Date.UTC(2025, 10, 4, 3, 12, 8, 114), text: '  File "a.py", line 1, in b' }],
      },
    ]);
  });

  it('of `aws logs filter-log-events` too', () => {
    const events = [
      { logStreamName: 'job/algo-1-1762257000', timestamp: 5, message: 'a\n' },
      { logStreamName: 'job/algo-2-1762257000', timestamp: 6, message: 'b' },
    ];
    expect(savedLogs('events.json', JSON.stringify({ events }), 'algo-1')).toEqual([
      { host: 'algo-1', lines: [{ at: 5, text: 'a' }] },
      { host: 'algo-2', lines: [{ at: 6, text: 'b' }] },
    ]);
  });
});
