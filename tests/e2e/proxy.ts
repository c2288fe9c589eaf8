//! A host of the page that leads to other systems by paths of its own, as the recipe in docs/proxy.md has it. Each
//! system is seen as at its vendor's: at the root of a host of its own.

import { createServer, request, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DevServer } from './server.ts';

/** A system behind a path. */
export interface Way {
  /** What its host is called. */
  host: string;
  /** The origin where it really is; the dev server's where absent. */
  origin?: string;
  /** The path there that is its root, without a slash at the end. */
  prefix: string;
  /** Where its cookies go; where they say where absent. */
  cookiePath?: string;
}

/** What leads to the root of a system on another origin. */
export function wayTo(origin: string): Way {
  return { host: new URL(origin).host, origin, prefix: '' };
}

/** The paths to the systems that the dev server simulates, as in the recipe. */
const WAYS: Record<string, Way> = {
  '/pt-sandbox': { prefix: '/sim/pt-sandbox', host: 'sandbox.example.com', cookiePath: '/pt-sandbox/' },
  '/air': { prefix: '/sim/air', host: 'air.nvidia.com' },
  // Another cloud than the first, whose CSRF cookie has another name. Its cookies stay where they are.
  '/mist': { prefix: '/sim/mist', host: 'api.eu.mist.com' },
};

/** The connections over those paths. */
export const PROXIED = {
  connections: [
    { name: 'PT Sandbox', dialect: 'pt-sandbox', base: '/pt-sandbox' },
    { name: 'NVIDIA Air', dialect: 'air', base: '/air' },
    { name: 'Juniper Mist', dialect: 'mist', tokens: 'org', base: '/mist' },
  ],
};

/** A host that runs on a free port. */
export interface Running {
  /** Its address, a slash at its end. */
  url: string;
  stop(): Promise<void>;
}

/** Starts a host on a free port; stopping it cuts what is under way. */
export async function running(host: Server): Promise<Running> {
  await new Promise<void>((ready) => host.listen(0, '127.0.0.1', ready));
  const { port } = host.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    stop: async () => {
      host.closeAllConnections();
      await new Promise((closed) => host.close(closed));
    },
  };
}

/** How many requests are under way at a host. The browser's own events come late where the machine is busy. */
export class UnderWay {
  now: Record<string, number> = {};
  most: Record<string, number> = {};

  /** `kind`: as what a path counts, if it does. */
  constructor(private readonly kind: (path: string) => string | undefined) {}

  /** One more is; what is called when it ends. */
  begin(path: string): () => void {
    const kind = this.kind(path);
    if (kind === undefined) return () => {};
    const counted = [kind, 'all'];
    for (const it of counted) {
      const now = (this.now[it] = (this.now[it] ?? 0) + 1);
      this.most[it] = Math.max(this.most[it] ?? 0, now);
    }
    return () => {
      for (const it of counted) this.now[it] = (this.now[it] ?? 0) - 1;
    };
  }
}

/** Starts it; everything but those paths comes from the server as it is. */
export async function proxy(server: DevServer, ways = WAYS, underWay?: UnderWay): Promise<Running> {
  const host = createServer((asked, answer) => {
    const path = asked.url ?? '/';
    const ends = underWay?.begin(path);
    if (ends) answer.once('close', ends);
    const [own, way] = Object.entries(ways).find(([own]) => path.startsWith(`${own}/`)) ?? [];
    const to = new URL(way?.origin ?? server.url);
    const headers: IncomingHttpHeaders = { ...asked.headers, host: way?.host ?? to.host };
    if (way) Object.assign(headers, { 'x-forwarded-proto': 'https', 'x-forwarded-prefix': '/' });
    const options = {
      host: to.hostname,
      port: to.port,
      method: asked.method,
      path: way && own ? way.prefix + path.slice(own.length) : path,
      headers,
    };
    const passed = request(options, (given) => {
      const cookies = given.headers['set-cookie']?.map((it) => {
        // What the host sends as for HTTPS has to be kept by a browser on plain HTTP here.
        const plain = it.replace('; Secure', '');
        return way?.cookiePath === undefined ? plain : plain.replace('Path=/', `Path=${way.cookiePath}`);
      });
      const kept = cookies === undefined ? given.headers : { ...given.headers, 'set-cookie': cookies };
      answer.writeHead(given.statusCode ?? 502, kept);
      given.pipe(answer);
    });
    passed.on('error', () => answer.destroy());
    asked.pipe(passed);
  });
  return running(host);
}
