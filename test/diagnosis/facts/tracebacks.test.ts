import { describe, expect, it } from 'vitest';
import { textOf } from '../../../src/diagnosis/facts/facts.ts';
import { gatherFacts } from '../../../src/diagnosis/facts/gather-facts.ts';

function chainsOf(text: string): readonly (readonly string[])[] {
  const lines = text.split('\n').map((line) => ({ at: 0, text: line }));
  const { statements } = gatherFacts('', [{ host: 'algo-1', lines }]);
  return statements.filter(({ form }) => form !== 'line').map(({ chain }) => chain.map(textOf));
}

const head = 'Traceback (most recent call last):';
const frame = '  File "/opt/ml/code/train.py", line 3, in main\n    main()';

describe('the exceptions of a traceback are read', () => {
  it.each([
    [
      'with the one that was being handled',
      `${head}\n${frame}\nKeyError: 'a'\n\nDuring handling of the above exception, another exception occurred:\n\n${head}\n${frame}\nValueError: b`,
      ["KeyError: 'a'", 'ValueError: b'],
    ],
    [
      'from the worker of a data loader',
      `${head}\n${frame}\nKeyError: Caught KeyError in DataLoader worker process 0.\nOriginal Traceback (most recent call last):\n${frame}\nKeyError: 'text'`,
      ['KeyError: Caught KeyError in DataLoader worker process 0.', "KeyError: 'text'"],
    ],
    [
      'from a task of Ray',
      `(TaskRunner pid=1) ray.exceptions.RayTaskError(KeyError): ray::W.run() (pid=9)\n  File "a.py", line 9, in get\n    row[1]\nKeyError: 'prompt'`
        .split('\n')
        .map((line) => (line.startsWith('(') ? line : `(TaskRunner pid=1) ${line}`))
        .join('\n'),
      ['ray.exceptions.RayTaskError(KeyError): ray::W.run() (pid=9)', "KeyError: 'prompt'"],
    ],
    [
      'from a pool of processes',
      `multiprocess.pool.RemoteTraceback: \n"""\n${head}\n${frame}\nValueError: a\n"""\n\nThe above exception was the direct cause of the following exception:\n\n${head}\n${frame}\nValueError: a`,
      ['ValueError: a', 'ValueError: a'],
    ],
    [
      'with a message of several lines',
      `${head}\n${frame}\nRuntimeError: Error(s) in loading state_dict for Model:\n\tsize mismatch for a.\n{'loss': 1}`,
      ['RuntimeError: Error(s) in loading state_dict for Model:\n\tsize mismatch for a.'],
    ],
    [
      'without its head',
      `${frame}\nIndexError: list index out of range`,
      ['IndexError: list index out of range'],
    ],
    [
      'with the prefix of its rank',
      `${head}\n${frame}\ntorch.OutOfMemoryError: CUDA out of memory.`.replaceAll(/^/gm, '[rank3]: '),
      ['torch.OutOfMemoryError: CUDA out of memory.'],
    ],
    [
      'with the time and stream that CloudWatch puts before each line',
      `${head}\n${frame}\nZeroDivisionError: division by zero`.replaceAll(
        /^/gm,
        '2025-11-04T03:12:07.114Z job/algo-1-1762 ',
      ),
      ['ZeroDivisionError: division by zero'],
    ],
    [
      'from a logger that writes it line by line',
      `${head}\n${frame}\nValueError: a`.replaceAll(/^/gm, 'ERROR 07-17 15:47:24 [core.py:632] '),
      ['ValueError: a'],
    ],
    [
      'from a group',
      '  + Exception Group Traceback (most recent call last):\n  |   File "a.py", line 5, in main\n  |     main()\n  | ExceptionGroup: unhandled errors (1 sub-exception)\n  +-+---------------- 1 ----------------\n    | Traceback (most recent call last):\n    |   File "a.py", line 3, in load\n    |     open(1)\n    | TypeError: no\n    +------------------------------------',
      ['ExceptionGroup: unhandled errors (1 sub-exception)', 'TypeError: no'],
    ],
  ])('%s', (_, text, chain) => {
    expect(chainsOf(text)).toEqual([chain]);
  });

  it('separately if nothing links them', () => {
    expect(
      chainsOf(`${head}\n${frame}\nKeyError: 'a'\n\nstarting again\n${head}\n${frame}\nValueError: b`),
    ).toEqual([["KeyError: 'a'"], ['ValueError: b']]);
  });
});
