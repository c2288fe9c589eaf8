//! The page at the hosts that deploy/ has files for: what they send with it, that the page works there without breaking its
//! policy, and that the recipes of docs/proxy.md pass on paths as they came.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { Desk } from './desk.ts';
import { expect, test } from './fixture.ts';
import { address, ask, caddy, host, hostFolder, nginx, obstacle, RECIPES, servesBrotli, swapped, type Server, type Site } from './hosts.ts';
import { local } from './local.ts';
import { footOf } from './look.ts';
import { freePort } from './ports.ts';
import { running, type Running } from './proxy.ts';
import { DIST, PARTS } from './server.ts';
import { Switcher } from './switcher.ts';
import { AIR_V2, AirDesk } from './systems.ts';
import { say } from './texts.ts';

const SECRET = 's3cret-of-this-test';

/** Headers that say the same of every file. */
const ALWAYS = [
  'content-security-policy',
  'cross-origin-opener-policy',
  'cross-origin-resource-policy',
  'permissions-policy',
  'referrer-policy',
  'x-content-type-options',
] as const;

/** The names that this build gave the files of the page, as `index.html` has them. */
async function named(): Promise<{ hash: string; files: string[] }> {
  const page = await readFile(join(DIST, 'index.html'), 'utf8');
  const hash = /\/tokendeck-([0-9a-f]{16})\.js/.exec(page)?.[1] ?? '';
  const files = [...page.matchAll(/\.\/([\w-]+-[0-9a-f]{16}[\w.]*)/g)].map((it) => it[1] ?? '');
  return { hash, files: [...new Set(files), ...PARTS.map((it) => `parts/${it}`)] };
}

for (const server of ['nginx', 'Caddy'] as const) {
  test.describe(server, () => {
    const reason = obstacle(server);
    test.skip(reason !== undefined, reason);
    for (const path of [undefined, '/tools/tokens']) {
      test.describe(path === undefined ? 'at the root of a host of its own, with TLS' : 'below a path', () => {
        test.use({ ignoreHTTPSErrors: true });

        /** The host, over a dev server of another origin. */
        const start = async (connections: object[], connect: string, port: number): Promise<Running> => {
          const site: Site = { server, port, config: { connections }, connect };
          return host(path === undefined ? site : { ...site, path });
        };

        test('every file comes with the headers of the program, and packed', async ({ keep }) => {
          test.slow();
          const system = 'https://tokens.example.com';
          const port = await freePort();
          const connections = [{ name: 'Tokens', dialect: 'scoped', base: `${system}/api/v1` }];
          const site = await keep(start(connections, system, port));
          const program = await keep(local(['--connect-src', system]));
          const below = path ?? '';
          const { files } = await named();
          expect(files.length).toBeGreaterThan(4);
          for (const file of ['', 'index.html', 'config.json', 'proxy.md', 'nothing-here', 'nothing-0123456789abcdef.js', ...files]) {
            const [given, wanted] = [await ask(site.url, `${below}/${file}`), await ask(program.url, `/${file}`)];
            expect(given.status, file).toBe(wanted.status);
            const picked = (headers: typeof given.headers) => Object.fromEntries([...ALWAYS, 'cache-control'].map((it) => [it, headers[it]]));
            expect(picked(given.headers), file).toEqual(picked(wanted.headers));
            expect(given.headers['strict-transport-security'], file).toBe(path === undefined ? 'max-age=31536000' : undefined);
            if (given.status === 200 && file !== 'proxy.md') {
              const kind = (text = '') => text.replace(/;.*/, '').replace('application/javascript', 'text/javascript');
              expect(kind(given.headers['content-type']), file).toBe(kind(wanted.headers['content-type']));
            }
          }
          const policy = (await ask(site.url, `${below}/`)).headers['content-security-policy'] ?? '';
          expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'/);
          for (const part of ["require-trusted-types-for 'script'", "trusted-types 'none'", "frame-ancestors 'none'", `connect-src 'self' ${system}`]) {
            expect(policy).toContain(part);
          }
          for (const file of ['index.html', ...files.filter((it) => /\.(js|wasm|css)$/.test(it))]) {
            const plain = await readFile(join(DIST, file));
            const packed = await ask(site.url, `${below}/${file}`, { 'Accept-Encoding': 'gzip' });
            expect(packed.headers['content-encoding'], file).toBe('gzip');
            expect(packed.headers['vary'], file).toMatch(/accept-encoding/i);
            expect(gunzipSync(packed.body).equals(plain), file).toBe(true);
            if (servesBrotli(server)) {
              const smaller = await ask(site.url, `${below}/${file}`, { 'Accept-Encoding': 'gzip, br' });
              expect(smaller.headers['content-encoding'], file).toBe('br');
              expect(brotliDecompressSync(smaller.body).equals(plain), file).toBe(true);
            }
            expect((await ask(site.url, `${below}/${file}`)).body.equals(plain), file).toBe(true);
          }
          // What a host has changed is not hidden by what was packed before.
          const config = await ask(site.url, `${below}/config.json`, { 'Accept-Encoding': 'gzip, br' });
          expect(JSON.parse(config.body.toString())).toEqual({ connections });
        });

        test('signing in, the list, a new token with its secret, a change and a deletion', async ({ context, keep, launch, page, watch }) => {
          test.slow();
          // Asked for before the sign-in is known.
          watch.allows(/console error: Failed to load resource.*401/);
          const port = await freePort();
          const at = address(path === undefined ? { port } : { path, port });
          const system = await launch({ secret: SECRET, allowOrigin: [new URL(at).origin] });
          const scoped = { name: 'Tokens', dialect: 'scoped', base: `${system.url}api/v1`, auth: { type: 'bearer' } };
          const air = { ...AIR_V2, base: `${system.url}sim/air` };
          const site = await keep(start([scoped, air], system.origin, port));
          await system.add({ name: 'ci/deploy' });
          const asked: string[] = [];
          context.on('request', (it) => asked.push(it.url()));
          const desk = new Desk(page, site.url);
          await desk.visit('?connection=Tokens');
          await desk.signsIn(SECRET, 'Tokens');
          await desk.expectNames('ci/deploy');
          await desk.create({ name: 'made there' });
          const form = await desk.openEdit('made there');
          await form.name.fill('changed there');
          await form.save.click();
          await expect(desk.row('changed there')).toHaveCount(1);
          await desk.action('Delete', 'changed there').click();
          await desk.question('Delete token').getByRole('button', { name: 'Delete' }).click();
          await desk.expectNames('ci/deploy');
          expect((await system.tokens()).map((it) => it.name)).toEqual(['ci/deploy']);

          await new Switcher(page).show('NVIDIA Air');
          const other = new AirDesk(page, site.url);
          await other.answer(other.account);
          await other.loaded();
          const making = await other.openCreate();
          await making.name.fill('with a secret');
          await making.save.click();
          expect(await other.secret.read()).not.toBe('');
          await other.secret.dismiss();
          await expect(other.row('with a secret')).toHaveCount(1);
          const known = [site.url, system.url];
          expect(asked.filter((it) => !known.some((url) => it.startsWith(url)))).toEqual([]);
        });

        test('the foot says the hash of the files that are served', async ({ keep, page }) => {
          test.slow();
          // Nothing is sent to it before a sign-in.
          const tokens = { name: 'Tokens', dialect: 'scoped', base: 'api/v1', auth: { type: 'bearer' } };
          const site = await keep(start([tokens], 'https://a.example', await freePort()));
          const desk = new Desk(page, site.url);
          await desk.visit();
          await expect(desk.signIn('Tokens')).toBeVisible();
          const { hash } = await named();
          await desk.signIn('Tokens').getByRole('button', { name: say.tokenForm.cancel }).click();
          await expect(page.getByRole('contentinfo')).toHaveText(footOf(hash));
          const files = [`tokendeck-${hash}_bg.wasm`, `tokendeck-${hash}.js`];
          const sum = createHash('sha256');
          for (const file of files) sum.update((await ask(site.url, `${path ?? ''}/${file}`)).body);
          expect(sum.digest('hex').slice(0, 16)).toBe(hash);
        });
      });
    }
  });
}

test.describe('the recipes of docs/proxy.md', () => {
  /** A block of the recipes: what stands between its fence and the next. */
  const block = (text: string, kind: string, begin: string): string => {
    const blocks = [...text.matchAll(new RegExp(`\`\`\`${kind}\\n([^]*?)\`\`\``, 'g'))].map((it) => it[1] ?? '');
    const found = blocks.find((it) => it.startsWith(begin));
    if (found === undefined) throw new Error(`docs/proxy.md has no ${kind} that begins with ${begin}`);
    return found;
  };

  /** The paths of the recipes, with the hosts that they lead to. */
  const WAYS = { '/pt-sandbox': 'sandbox.example.com', '/air': 'air.nvidia.com', '/mist': 'api.mist.com' };

  const starts: Record<Server, (text: string, to: number, port: number) => Promise<Running>> = {
    nginx: async (text, to, port) => {
      const beside = swapped(block(text, 'nginx', '# Beside the server'), [/server [\w.]+:443;/g, `server 127.0.0.1:${to};`]);
      const inside = swapped(block(text, 'nginx', "# In the page's server"), ['proxy_pass https://', 'proxy_pass http://']);
      return nginx(await hostFolder(), `${beside}\nserver { listen 127.0.0.1:${port};\n${inside}\n}`, port);
    },
    Caddy: async (text, to, port) => {
      const site = swapped(
        block(text, 'caddyfile', "# In the page's site"),
        [/reverse_proxy https:\/\/([\w.]+) {\n\s*header_up Host {upstream_hostport}/g, `reverse_proxy http://127.0.0.1:${to} {\n header_up Host $1`],
      );
      return caddy(await hostFolder(), `http://127.0.0.1:${port} {\n${site}\n}`, port);
    },
  };

  for (const server of ['nginx', 'Caddy'] as const) {
    test(`${server}: a path passes on as it came, what leads up is refused, and the system sees its own host`, async ({ keep }) => {
      const reason = obstacle(server);
      test.skip(reason !== undefined, reason);
      const heard: { url: string; host: string; origin: string | undefined }[] = [];
      const system = await keep(running(createServer((asked, answer) => {
        heard.push({ url: asked.url ?? '', host: asked.headers.host ?? '', origin: asked.headers.origin });
        answer.writeHead(200, { 'Clear-Site-Data': '"*"', ETag: '"1"', 'Set-Cookie': 'a=b; Path=/' }).end('{}');
      })));
      const port = await freePort();
      const text = await readFile(RECIPES, 'utf8');
      const site = await keep(starts[server](text, Number(new URL(system.url).port), port));
      for (const [path, name] of Object.entries(WAYS)) {
        for (const rest of ['/tokens/ci%2Fdeploy', '/tokens/a%2fb?name=c%2Fd&x=%20', '/tokens/%E2%82%AC%3F%23', '/tokens/a.b/c..d', '/tokens/100%25']) {
          heard.length = 0;
          const answer = await ask(site.url, path + rest, { Origin: `http://127.0.0.1:${port}` });
          expect(answer.status, path + rest).toBe(200);
          expect(heard.map((it) => [it.url, it.host]), path + rest).toEqual([[rest, name]]);
          expect(answer.headers['clear-site-data']).toBeUndefined();
          expect(answer.headers['etag']).toBe('"1"');
          expect(answer.headers['set-cookie']).toEqual([path === '/pt-sandbox' ? 'a=b; Path=/pt-sandbox/' : 'a=b; Path=/']);
        }
        heard.length = 0;
        for (const up of [`/x/..${path}/tokens`, `${path}/tokens/ci%2F..%2Fdeploy`, `${path}/../tokens`, `${path}/a//b`]) {
          await ask(site.url, up);
          // It does not reach the system, unless letter for letter.
          const arrived = heard.pop();
          if (arrived) expect(arrived.url, up).toBe(up.slice(path.length));
        }
        expect(heard, path).toEqual([]);
        if (path === '/mist') {
          await ask(site.url, '/mist/x', { Origin: `http://127.0.0.1:${port}` });
          expect(heard.pop()?.origin).toBe('https://api.mist.com');
        }
      }
    });
  }
});
