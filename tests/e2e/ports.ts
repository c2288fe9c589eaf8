//! Ports for programs that have to be told one.

import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** A port that nobody listens on, out of those that Linux gives to no server that asks for any: until the program listens, which
 * takes seconds, others are started. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((told) => {
      server.once('error', () => told(false));
      server.listen(port, '127.0.0.1', () => told(true));
    });
    if (!isFree) continue;
    await new Promise((closed) => server.close(closed));
    return port;
  }
}
