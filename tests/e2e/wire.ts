//! The wire between the page and a server: what was written over it and what the server answered, and answers that do not
//! come. A browser repeats a request by itself where a connection breaks that was used before; here each has one of its own.

import { createServer, request } from 'node:http';
import { running, type Running, type UnderWay } from './proxy.ts';

/** A write that came through. */
export interface Write {
  /** Method and path: `DELETE /sim/air/api/v2/api-tokens/1/`. */
  what: string;
  /** What the server answered; nothing where it was not asked, or has not answered yet. */
  status: number | undefined;
}

/** A request that gets no answer. */
export interface Cut {
  /** Which writes, by their method and path. */
  what: RegExp;
  /** How many of them go through first. */
  skip: number;
  /** Whether the server is asked, and its answer is lost. */
  when: 'before' | 'after';
}

/** A host in front of a server that writes down what goes through. */
export class Wire implements Running {
  readonly url: string;
  /** All writes, in their order. */
  readonly writes: Write[];
  readonly #cuts: Cut[];
  readonly #host: Running;

  private constructor(host: Running, writes: Write[], cuts: Cut[]) {
    this.url = host.url;
    this.writes = writes;
    this.#cuts = cuts;
    this.#host = host;
  }

  static async to(server: { origin: string }, underWay?: UnderWay): Promise<Wire> {
    const writes: Write[] = [];
    const cuts: Cut[] = [];
    const to = new URL(server.origin);
    const host = createServer((asked, answer) => {
      const { method = 'GET', url: path = '/', headers } = asked;
      answer.shouldKeepAlive = false;
      const ends = underWay?.begin(path);
      if (ends) answer.once('close', ends);
      const write: Write = { what: `${method} ${path}`, status: undefined };
      const cut = method === 'GET' ? undefined : next(cuts, write.what);
      if (method !== 'GET') writes.push(write);
      if (cut?.when === 'before') return void answer.destroy();
      const passed = request({ host: to.hostname, port: to.port, method, path, headers }, (given) => {
        write.status = given.statusCode;
        if (cut) return void answer.destroy();
        const { connection: _, ...kept } = given.headers;
        answer.writeHead(given.statusCode ?? 502, kept);
        given.pipe(answer);
      });
      passed.on('error', () => answer.destroy());
      asked.pipe(passed);
    });
    return new Wire(await running(host), writes, cuts);
  }

  /** The address without a path. */
  get origin(): string {
    return new URL(this.url).origin;
  }

  /** Cuts requests off, each of these once. */
  cut(...cuts: Cut[]): void {
    this.#cuts.push(...cuts);
  }

  /** The cuts that have not happened yet. */
  get cutsLeft(): readonly Cut[] {
    return this.#cuts;
  }

  /** The writes to what this fits, by their paths: how many were sent. */
  sent(what: RegExp): Map<string, number> {
    const sent = new Map<string, number>();
    for (const it of this.writes.filter((it) => what.test(it.what))) sent.set(it.what, (sent.get(it.what) ?? 0) + 1);
    return sent;
  }

  /** The writes to what this fits that the server carried out, as it says. */
  done(what: RegExp): string[] {
    return this.writes.filter((it) => what.test(it.what) && it.status !== undefined && it.status < 300).map((it) => it.what);
  }

  async stop(): Promise<void> {
    await this.#host.stop();
  }
}

/** The cut for a write, which is used up. */
function next(cuts: Cut[], what: string): Cut | undefined {
  const cut = cuts.find((it) => it.what.test(what));
  if (cut === undefined) return undefined;
  if (cut.skip > 0) {
    cut.skip -= 1;
    return undefined;
  }
  cuts.splice(cuts.indexOf(cut), 1);
  return cut;
}
