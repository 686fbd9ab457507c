import { createConnection } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { AbstractConnector, type RedisOptions } from 'ioredis';

/** A server that hangs never closes its end of a connection; a live one does within milliseconds. */
const disconnectMs = 500;

/**
 * Answers of a server that is not, or no longer, the one to talk to. A new connection reaches the present primary, logs
 * in again, or waits until the server has loaded its data. Not among them: OOM and MISCONF, which the primary itself
 * answers. A script puts its own text around the code: https://redis.io/docs/latest/develop/programmability/eval-intro/
 */
const leftBy = /(?:^|[\s-])(?:READONLY|UNBLOCKED|LOADING|MASTERDOWN|NOREPLICAS|NOAUTH)\s/;

/** What INFO says about the server, as ioredis hands it to `check` before a connection counts as ready. */
type Info = Readonly<Record<string, string>>;

/** A connection to a replica never becomes ready: ioredis closes it and connects again until the address has a primary. */
class PrimaryConnector extends AbstractConnector {
  readonly #options: RedisOptions;

  constructor(options: unknown) {
    // ioredis passes the options of the client.
    const given = options as RedisOptions;
    super(disconnectMs);
    this.#options = given;
  }

  /** ioredis declares no type for `info`; without permission for INFO it is empty. */
  override check(info: Info): boolean {
    return info['role'] !== 'slave';
  }

  override async connect(): ReturnType<AbstractConnector['connect']> {
    const { host = 'localhost', port = 6379, family = 0, tls } = this.#options;
    this.connecting = true;
    const to = { host, port, family };
    const stream = tls === undefined ? createConnection(to) : connectTls({ ...to, ...tls });
    this.stream = stream;
    stream.once('error', (error) => {
      this.firstError = error;
    });
    return stream;
  }
}

/**
 * Keeps every connection on the server that takes writes. A failover moves the address to another server and leaves the
 * sockets of the demoted one open, which answers READONLY from then on. `Redis.duplicate` copies these options, so the
 * blocking connections of BullMQ have them too.
 */
export const followPrimary = {
  retryStrategy: (times: number): number => Math.min(times * 200, 1_000),
  reconnectOnError: (error: Error): boolean => leftBy.test(error.message),
  disconnectTimeout: disconnectMs,
  Connector: PrimaryConnector,
} satisfies RedisOptions;
