//! The wire between the page and a server: what was written over it and what the server answered, and answers that do not
//! come. A browser repeats a request by itself where a connection breaks that was used before; here each has one of its own.

import { createServer, request, type ServerResponse } from 'node:http';
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

/** Requests that wait until the test lets them go: so a run stands still for as long as it is looked at. */
export interface Wait {
  /** Which writes, by their method and path. */
  what: RegExp;
  /** How many of them go through first. */
  skip?: number;
  /** How many wait; all where absent. */
  times?: number;
  /** Whether the server is asked first, and its answer waits. */
  when: 'before' | 'after';
}

/** Which writes something happens to: after how many of them, and to how many more. */
interface Due {
  what: RegExp;
  skip: number;
  times: number;
}

type Cutting = Cut & Due;
type Waiting = Required<Wait> & { end: Promise<void> };

/** A host in front of a server that writes down what goes through. */
export class Wire implements Running {
  readonly url: string;
  /** All writes, in their order. */
  readonly writes: Write[];
  readonly #cuts: Cutting[];
  readonly #waits: Waiting[];
  readonly #host: Running;

  private constructor(host: Running, writes: Write[], cuts: Cutting[], waits: Waiting[]) {
    this.url = host.url;
    this.writes = writes;
    this.#cuts = cuts;
    this.#waits = waits;
    this.#host = host;
  }

  static async to(server: { origin: string }, underWay?: UnderWay): Promise<Wire> {
    const writes: Write[] = [];
    const cuts: Cutting[] = [];
    const waits: Waiting[] = [];
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
      const wait = method === 'GET' ? undefined : next(waits, write.what);
      const pass = () => {
        const passed = request({ host: to.hostname, port: to.port, method, path, headers }, (given) => {
          write.status = given.statusCode;
          if (cut) return void answer.destroy();
          const give = () => {
            const { connection: _, ...kept } = given.headers;
            answer.writeHead(given.statusCode ?? 502, kept);
            given.pipe(answer);
          };
          whenOver(wait?.when === 'after' ? wait : undefined, answer, give);
        });
        passed.on('error', () => answer.destroy());
        asked.pipe(passed);
      };
      whenOver(wait?.when === 'before' ? wait : undefined, answer, pass);
    });
    return new Wire(await running(host), writes, cuts, waits);
  }

  /** The address without a path. */
  get origin(): string {
    return new URL(this.url).origin;
  }

  /** Cuts requests off, each of these once. */
  cut(...cuts: Cut[]): void {
    this.#cuts.push(...cuts.map((it) => ({ ...it, times: 1 })));
  }

  /** Has requests wait from now on, until what it gives is called. */
  hold({ what, skip = 0, times = Infinity, when }: Wait): () => void {
    let letGo = () => {};
    const end = new Promise<void>((go) => (letGo = go));
    const wait: Waiting = { what, skip, times, when, end };
    this.#waits.push(wait);
    return () => {
      this.#waits.splice(this.#waits.indexOf(wait), 1);
      letGo();
    };
  }

  /** The cuts that have not happened yet. */
  get cutsLeft(): readonly Cut[] {
    return this.#cuts.filter((it) => it.times > 0);
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

/** What happens to a write, if anything does: one that is left of those that fit it. */
function next<D extends Due>(all: D[], what: string): D | undefined {
  const found = all.find((it) => it.times > 0 && it.what.test(what));
  if (found === undefined) return undefined;
  if (found.skip > 0) {
    found.skip -= 1;
    return undefined;
  }
  found.times -= 1;
  return found;
}

/** Goes on at once, or when a wait is over and somebody is still there for the answer. */
function whenOver(wait: Waiting | undefined, answer: ServerResponse, go: () => void): void {
  if (wait === undefined) return go();
  void wait.end.then(() => {
    if (!answer.destroyed) go();
  });
}
