//! A server that stands in for one that no package registry has: in memory, on a free port, and answering as the
//! documentation of its API says.

import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';

/** A request as a stand-in sees it. */
export interface Asked {
  method: string;
  /** The parts of the path between its slashes, decoded. */
  path: string[];
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** The body as JSON; undefined where there is none. */
  body: unknown;
}

/** An answer; a body that is not there is no body. */
export interface Given {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/** Something that goes wrong once. */
export interface Trouble {
  /** With which requests. */
  of: (asked: Asked) => boolean;
  /** How many of them go through first. */
  skip: number;
  /** Whether the request is carried out all the same. */
  when: 'before' | 'after';
  /** What is answered; nothing at all where absent. */
  given?: Given;
}

/** What every stand-in does; what an API answers is its own part. */
export abstract class StandIn {
  readonly #server: Server;
  /** What goes wrong from now on. */
  readonly troubles: Trouble[] = [];
  /** Every request since the start, the first one first. */
  readonly heard: Asked[] = [];

  constructor() {
    // A connection at rest is not closed: in a busy process that would meet the next request, which then gets no answer.
    this.#server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
      void text(request).then((body) => {
        const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stand-in');
        const asked: Asked = {
          method: request.method ?? 'GET',
          path: pathname.split('/').slice(1).map(decodeURIComponent),
          query: searchParams,
          headers: request.headers,
          body: body === '' ? undefined : (JSON.parse(body) as unknown),
        };
        this.heard.push(asked);
        const trouble = this.#trouble(asked);
        const carriedOut = trouble?.when === 'before' ? undefined : this.answer(asked);
        const given = trouble ? trouble.given : carriedOut;
        if (!given) return void response.destroy();
        const type = given.body === undefined ? {} : { 'Content-Type': 'application/json' };
        response.writeHead(given.status, { ...type, ...given.headers });
        response.end(given.body === undefined ? undefined : JSON.stringify(given.body));
      });
    });
  }

  protected abstract answer(asked: Asked): Given;

  #trouble(asked: Asked): Trouble | undefined {
    const trouble = this.troubles.find((it) => it.of(asked));
    if (trouble && trouble.skip > 0) {
      trouble.skip -= 1;
      return undefined;
    }
    if (trouble) this.troubles.splice(this.troubles.indexOf(trouble), 1);
    return trouble;
  }

  /** Starts it, and gives it back. */
  async start(): Promise<this> {
    await new Promise<void>((ready) => this.#server.listen(0, '127.0.0.1', ready));
    return this;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }
}

/** The user and the password of a Basic `Authorization`, if there is one. */
export function basic(headers: IncomingHttpHeaders): [string, string] | undefined {
  const [scheme, encoded] = headers.authorization?.split(' ') ?? [];
  if (scheme?.toLowerCase() !== 'basic' || encoded === undefined) return undefined;
  const [user, ...password] = Buffer.from(encoded, 'base64').toString().split(':');
  return [user ?? '', password.join(':')];
}

/** The token of an `Authorization` with this scheme, if there is one. */
export function authorization(headers: IncomingHttpHeaders, scheme: string): string | undefined {
  const [given, token] = headers.authorization?.split(' ') ?? [];
  return given?.toLowerCase() === scheme.toLowerCase() ? token : undefined;
}

/** A number in a query, at least 1 and at most `most`; what is not one is the default, as with most servers. */
export function counted(query: URLSearchParams, name: string, otherwise: number, most = Infinity): number {
  const number = Number(query.get(name) ?? otherwise);
  return Number.isInteger(number) && number >= 1 ? Math.min(number, most) : otherwise;
}

/** A moment so many days from now, without its milliseconds. */
export function day(days: number): Date {
  const moment = new Date(Date.now() + days * 86_400_000);
  moment.setMilliseconds(0);
  return moment;
}

/** Letters and digits that nobody guesses. */
export function random(length: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return [...bytes].map((it) => (it % 36).toString(36)).join('');
}
