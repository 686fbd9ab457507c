import { WebSocket } from 'ws';
import { z } from 'zod';
import type { RelightProcess } from '../../../../sandbox/relight-process.ts';
import { textOf } from '../../../../sandbox/slack/sockets.ts';
import { until } from '../../../support/until.ts';

/** Lets Node choose the port when SIGUSR1 opens the inspector: https://nodejs.org/api/cli.html#--inspect-porthostport */
export const inspectable = { NODE_OPTIONS: '--inspect-port=127.0.0.1:0' };

export interface HeapUse {
  readonly heap: number;
  /** The part of it that V8 compiled. It grows for hours, as functions that are rarely called become hot. */
  readonly code: number;
}

/** The inspector of Node in a running process, which SIGUSR1 opens. */
export interface Inspector {
  /** Collects all garbage; returns the bytes that are in use afterward. */
  readonly collect: () => Promise<HeapUse>;
  readonly close: () => void;
}

const Reply = z.object({ id: z.number().optional(), result: z.unknown().optional() });
const Usage = z.object({ usedSize: z.number() });
/** https://nodejs.org/api/v8.html#v8getheapcodestatistics */
const Code = z.object({
  result: z.object({
    value: z.object({ code_and_metadata_size: z.number(), bytecode_and_metadata_size: z.number() }),
  }),
});
const codeStatistics = {
  expression: "process.getBuiltinModule('node:v8').getHeapCodeStatistics()",
  returnByValue: true,
};
/** A process that is busy answers late. */
const answerWithinMs = 120_000;

/** https://chromedevtools.github.io/devtools-protocol/v8/ */
export async function openInspector(relight: RelightProcess): Promise<Inspector> {
  process.kill(relight.pid, 'SIGUSR1');
  const url = await until(
    () => /Debugger listening on (ws:\/\/\S+)/.exec(relight.output())?.[1],
    'the inspector to open',
  );
  const socket = new WebSocket(url, { perMessageDeflate: false });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const waiting = new Map<number, (result: unknown) => void>();
  socket.on('error', () => undefined);
  socket.on('message', (data) => {
    const { id, result } = Reply.parse(JSON.parse(textOf(data)));
    if (id !== undefined) waiting.get(id)?.(result);
  });
  let sent = 0;
  const call = async (method: string, params: object = {}): Promise<unknown> => {
    const id = (sent += 1);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${method}: no answer`)), answerWithinMs);
      waiting.set(id, (result) => {
        clearTimeout(timer);
        waiting.delete(id);
        resolve(result);
      });
      socket.send(JSON.stringify({ id, method, params }));
    });
  };
  return {
    collect: async () => {
      await call('HeapProfiler.collectGarbage');
      const { usedSize: heap } = Usage.parse(await call('Runtime.getHeapUsage'));
      const { value } = Code.parse(await call('Runtime.evaluate', codeStatistics)).result;
      return { heap, code: value.code_and_metadata_size + value.bytecode_and_metadata_size };
    },
    close: () => socket.terminate(),
  };
}
