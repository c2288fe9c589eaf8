//! A host of the page that leads to vendors' systems by paths of its own, as the recipe in docs/proxy.md has it. Each
//! system is seen as at its vendor's: at the root of a host of its own.

import { createServer, request, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DevServer } from './server.ts';

/** A system behind a path: where the dev server has it, what its host is called, where its cookies go. */
interface Way {
  prefix: string;
  host: string;
  cookiePath?: string;
}

/** The paths, as in the recipe. */
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

/** Starts it; everything but those paths comes from the server as it is. */
export async function proxy(server: DevServer): Promise<{ url: string; stop(): Promise<void> }> {
  const to = new URL(server.url);
  const host = createServer((asked, answer) => {
    const path = asked.url ?? '/';
    const [own, way] = Object.entries(WAYS).find(([own]) => path.startsWith(`${own}/`)) ?? [];
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
