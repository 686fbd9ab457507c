import { type IncomingMessage, request as send } from 'node:http';
import { type HttpResponse, passedOn } from '../../sandbox/aws/responses.ts';

/** Forwards a request unchanged and returns the complete response. */
export function pass(inner: string, request: IncomingMessage, body: Buffer): Promise<HttpResponse> {
  const target = new URL(request.url ?? '/', inner);
  return new Promise((resolve, reject) => {
    const onward = send(
      target,
      {
        method: request.method,
        headers: { ...request.headers, host: target.host, 'content-length': body.length },
      },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.once('error', reject);
        answer.once('end', () => {
          resolve({
            status: answer.statusCode ?? 502,
            headers: passedOn(answer.headers),
            body: Buffer.concat(chunks),
          });
        });
      },
    );
    onward.once('error', reject);
    onward.end(body);
  });
}
