//! Hosts of the page that run for a test: nginx and Caddy, with the files of deploy/ and the recipes of docs/proxy.md, in
//! which only addresses and folders are others.

import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import * as http from 'node:http';
import * as https from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './ports.ts';
import type { Running } from './proxy.ts';
import { DIST } from './server.ts';

const DEPLOY = resolve('../../deploy');

/** The recipes. */
export const RECIPES = resolve('../../docs/proxy.md');

/** The two programs. */
export type Server = 'nginx' | 'Caddy';

/** Debian's nginx lies where users do not look for programs. */
const NGINX = existsSync('/usr/sbin/nginx') ? '/usr/sbin/nginx' : 'nginx';
const CADDY = 'caddy';

/** Why a host cannot run here; none where it can. */
export function obstacle(server: Server): string | undefined {
  const [program, argument] = server === 'nginx' ? [NGINX, '-v'] : [CADDY, 'version'];
  return spawnSync(program, [argument]).status === 0 ? undefined : `there is no ${program} on this machine`;
}

/** A module of Debian's that serves what is packed by brotli. */
const BROTLI = '/usr/lib/nginx/modules/ngx_http_brotli_static_module.so';

/** Whether a host takes what is packed by brotli. */
export function servesBrotli(server: Server): boolean {
  return server === 'Caddy' || existsSync(BROTLI);
}

/** Where a page lies at its host. */
export interface Site {
  server: Server;
  /** With a path, the page lies below it and comes without TLS; without one, it has a host and TLS of its own. */
  path?: string;
  /** The port; see {@link freePort}. */
  port: number;
  /** Its `config.json`. */
  config: unknown;
  /** An origin that its `connect-src` has besides. */
  connect: string;
  /** The folder of a packed page; where absent, the built page is packed. */
  page?: string;
}

/** What the page's address begins with, a slash at its end. */
export function address({ path, port }: Pick<Site, 'path' | 'port'>): string {
  return path === undefined ? `https://localhost:${port}/` : `http://127.0.0.1:${port}${path}/`;
}

/** A text with another in it replaced, which must be there. */
export function swapped(text: string, ...swaps: [from: string | RegExp, to: string][]): string {
  for (const [from, to] of swaps) {
    const made = typeof from === 'string' ? text.replaceAll(from, to) : text.replace(from, to);
    if (made === text) throw new Error(`there is no ${from} in:\n${text}`);
    text = made;
  }
  return text;
}

/** The page as the archive has it, packed; made once, as that takes seconds. */
let packed: Promise<string> | undefined;
async function pack(): Promise<string> {
  const page = await hostFolder();
  process.once('exit', () => rmSync(page, { recursive: true, force: true }));
  await cp(DIST, page, { recursive: true });
  await promisify(execFile)(process.execPath, [resolve('../../xtask/pack.mjs'), page]);
  return page;
}

/** The page of the archive in a folder, with a configuration of its own. */
async function release(folder: string, { config, page: from }: Site): Promise<string> {
  const page = join(folder, 'page');
  await cp(from ?? (await (packed ??= pack())), page, { recursive: true });
  await writeFile(join(page, 'config.json'), JSON.stringify(config));
  return page;
}

/** Runs a program until the test stops it; ready when something listens on the port. */
async function run(program: string, args: string[], folder: string, port: number): Promise<Running> {
  const child = spawn(program, args, { cwd: folder, env: { ...process.env, HOME: folder, XDG_DATA_HOME: folder }, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const hear = (chunk: Buffer) => (said += chunk.toString());
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${program} ended (${code}): ${said}`)));
  });
  failed.catch(() => {});
  const listens = async () => {
    for (;;) {
      const socket = connect(port, '127.0.0.1');
      const is = await once(socket, 'connect').then(() => true, () => false);
      socket.destroy();
      if (is) return;
      await new Promise((later) => setTimeout(later, 20));
    }
  };
  await Promise.race([listens(), failed]);
  return {
    url: `http://127.0.0.1:${port}/`,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Runs nginx with this inside `http { … }`. */
export async function nginx(folder: string, text: string, port: number): Promise<Running> {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((it) => `${it}_temp_path ${folder}/${it};`);
  const types = join(dirname(/--conf-path=(\S+)/.exec(spawnSync(NGINX, ['-V']).stderr.toString())?.[1] ?? ''), 'mime.types');
  const main = [
    existsSync(BROTLI) ? `load_module ${BROTLI};` : '',
    `daemon off; master_process off; pid ${folder}/pid; error_log stderr;`,
    'events {}',
    `http { include ${types}; access_log off; ${paths.join(' ')}\n${text}\n}`,
  ];
  await writeFile(join(folder, 'main.conf'), main.join('\n'));
  return run(NGINX, ['-p', folder, '-c', join(folder, 'main.conf')], folder, port);
}

/** Runs Caddy with this Caddyfile, which may import the files of deploy/. */
export async function caddy(folder: string, text: string, port: number): Promise<Running> {
  const options = '{\n  admin off\n  skip_install_trust\n  auto_https disable_redirects\n  persist_config off\n}\n';
  await writeFile(join(folder, 'Caddyfile'), options + text);
  return run(CADDY, ['run', '--config', 'Caddyfile', '--adapter', 'caddyfile'], folder, port);
}

/** A folder for a host. */
export async function hostFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'tokendeck-host-'));
}

/** Runs a host of the page with the files of deploy/. */
export async function host(site: Site): Promise<Running> {
  const folder = await hostFolder();
  const page = await release(folder, site);
  const file = (name: string) => readFile(join(DEPLOY, name), 'utf8');
  const connects: [string, string] = ["connect-src 'self';", `connect-src 'self' ${site.connect};`];
  const { path, port } = site;
  let running: Running;
  if (site.server === 'nginx') {
    await mkdir(join(folder, 'tokendeck'));
    await cp(join(DEPLOY, 'nginx-maps.conf'), join(folder, 'tokendeck/nginx-maps.conf'));
    const headers = swapped(await file('nginx-headers.conf'), connects);
    const all = existsSync(BROTLI) ? swapped(headers, ['# brotli_static', 'brotli_static']) : headers;
    await writeFile(join(folder, 'tokendeck/nginx-headers.conf'), all);
    if (path === undefined) {
      const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
      const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
      const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
      execFileSync('openssl', ['req', ...kind, ...names, '-keyout', key, '-out', cert], { stdio: 'ignore' });
      const text = swapped(
        await file('nginx.conf'),
        ['listen 80;', `listen 127.0.0.1:${await freePort()};`],
        ['listen 443 ', `listen 127.0.0.1:${port} `],
        ['/etc/ssl/tokens.example.com.crt', cert],
        ['/etc/ssl/private/tokens.example.com.key', key],
        ['/srv/tokendeck/page', page],
      );
      running = await nginx(folder, text, port);
    } else {
      const text = swapped(await file('nginx-path.conf'), ['/srv/tokendeck/page', page], [/\/tokendeck(?=[/ ;?])(?!\/nginx)/g, path]);
      const server = `server { listen 127.0.0.1:${port}; absolute_redirect off;\n${text}\n}`;
      running = await nginx(folder, `include tokendeck/nginx-maps.conf;\n${server}`, port);
    }
  } else {
    await writeFile(join(folder, 'tokendeck.caddy'), swapped(await file('tokendeck.caddy'), connects));
    const text = path === undefined
      ? swapped(await file('Caddyfile'), ['tokens.example.com {', `https://localhost:${port} {\n  tls internal`], ['/srv/tokendeck/page', page])
      : swapped(await file('Caddyfile-path'), ['intranet.example.com {', `http://127.0.0.1:${port} {`], ['/srv/tokendeck/page', page], [/\/tokendeck(?=[/ ])/g, path]);
    running = await caddy(folder, text, port);
  }
  const url = address(site);
  // Caddy listens before it has made its certificate.
  for (const deadline = Date.now() + 20_000; ; ) {
    const is = await ask(url, '/').then(() => true, () => false);
    if (is || Date.now() > deadline) break;
    await new Promise((later) => setTimeout(later, 50));
  }
  return { ...running, url };
}

/** An answer to {@link ask}. */
export interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
}

/** Sends a request with exactly this path, and without a look at certificates. */
export async function ask(url: string, path: string, headers: Record<string, string> = {}): Promise<Answer> {
  const { protocol, hostname, port } = new URL(url);
  const client = protocol === 'https:' ? https : http;
  return new Promise((answered, failed) => {
    const request = client.request({ hostname, port, path, headers, rejectUnauthorized: false }, (given) => {
      const chunks: Buffer[] = [];
      given.on('data', (chunk: Buffer) => chunks.push(chunk));
      given.on('end', () => answered({ status: given.statusCode ?? 0, headers: given.headers, body: Buffer.concat(chunks) }));
    });
    request.on('error', failed);
    request.end();
  });
}
