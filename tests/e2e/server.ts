//! A real dev server for a test: started on a free port, spoken to over HTTP, killed when the test wants it or ends.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const PROGRAM = process.env['TOKENDECK_DEVSERVER'] ?? resolve('../../target/debug/tokendeck-devserver');

/** The built page that is tested. */
export const DIST = process.env['TOKENDECK_DIST'] ?? resolve('../../dist');

/** The parts of the page's module (src/parts.rs), as they lie in the built page: their files. None where it is whole. */
export const PARTS: string[] = existsSync(join(DIST, 'parts'))
  ? readdirSync(join(DIST, 'parts')).filter((it) => it.endsWith('.wasm')).sort()
  : [];

/** Whether the built page is in one piece, so that nothing comes later. */
export const IS_WHOLE = PARTS.length === 0;

/** The address of a part's own file, under the name that this build gave it. */
export function part(name: 'acting' | 'bulk' | 'managing' | 'rest' | 'vendors'): string {
  return `/parts/${PARTS.find((it) => it.startsWith(name) && /^-[0-9a-f]{16}\.wasm$/.test(it.slice(name.length)))}`;
}

/** A token as the API writes it (wire contracts, 1). */
export interface Token {
  id: string;
  guid: string;
  name: string;
  description: string | null;
  scopes: string[];
  valid_from: string | null;
  valid_to: string | null;
  is_active: boolean;
  created_at: string;
  created_by: string;
  last_used_at: string | null;
  revoked_at: string | null;
  disabled_at: string | null;
}

/** What a test says of a token that it wants to be there; the rest is made up. */
export type NewToken = Pick<Token, 'name'> & Partial<Pick<Token, 'guid' | 'description' | 'scopes' | 'valid_from' | 'valid_to'>>;

/** A failure that the server is asked for; see devserver/src/faults.rs. */
export interface Fault {
  method?: string;
  path: string;
  skip?: number;
  times?: number;
  when?: 'before' | 'during' | 'after';
  status?: number;
  headers?: Record<string, string>;
  omit_headers?: string[];
  omit_members?: string[];
  body?: unknown;
  delay_ms?: number;
  truncate?: boolean;
  drop?: boolean;
  date_shift_seconds?: number;
  inject_entries?: unknown[];
}

/** How a server is started. */
export interface ServerOptions {
  /** How many demonstration tokens there are. */
  tokens?: number;
  /** The bearer token that it wants. */
  secret?: string;
  /** The path that everything lies under, without a slash at its end. */
  basePath?: string;
  /** The origins that may call it from other pages. */
  allowOrigin?: string[];
  /** The origins that the page may connect to beside those of its `config.json`. */
  connectSrc?: string[];
  /** What it serves as `config.json` in place of its own: text as it is, anything else as JSON. */
  config?: unknown;
  /** The folder with the page. */
  dist?: string;
  /** Where the tokens live; in memory where absent. */
  db?: string;
  /** The port; a free one where absent. */
  port?: number;
}

/** What tests call the server besides its address: a host that is no loopback name, and those of the vendors' systems that
 * proxy.ts asks for. */
const HOSTS = ['plain-http.test', 'sandbox.example.com', 'air.nvidia.com', 'api.eu.mist.com'];

/** A running dev server. */
export class DevServer {
  /** What the page's address begins with, a slash at its end. */
  readonly url: string;
  readonly #process: ChildProcess;
  readonly #folder: string;
  readonly #options: ServerOptions;
  #said = '';

  private constructor(process: ChildProcess, url: string, folder: string, options: ServerOptions) {
    this.#process = process;
    this.url = url;
    this.#folder = folder;
    this.#options = options;
  }

  /** Starts a server and waits until it answers. */
  static async start(options: ServerOptions = {}): Promise<DevServer> {
    const folder = await mkdtemp(join(tmpdir(), 'tokendeck-e2e-'));
    const args = ['--dist', options.dist ?? DIST, '--port', String(options.port ?? 0), '--dev-faults'];
    args.push('--tokens', String(options.tokens ?? 0), '--db', options.db ?? ':memory:');
    if (options.secret !== undefined) args.push('--secret', options.secret);
    if (options.basePath !== undefined) args.push('--base-path', options.basePath);
    for (const host of HOSTS) args.push('--allow-host', host);
    for (const origin of options.allowOrigin ?? []) args.push('--allow-origin', origin);
    for (const origin of options.connectSrc ?? []) args.push('--connect-src', origin);
    if (options.config !== undefined) {
      const file = join(folder, 'config.json');
      await writeFile(file, text(options.config));
      args.push('--config', file);
    }
    const child = spawn(PROGRAM, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    const url = await new Promise<string>((resolve, reject) => {
      const hear = (chunk: Buffer) => {
        said += chunk.toString();
        const address = /ready at (http:\S+)/.exec(said);
        if (address?.[1]) resolve(address[1]);
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`the dev server ended (${code}): ${said}`)));
    });
    const server = new DevServer(child, url, folder, options);
    child.stderr.on('data', (chunk: Buffer) => (server.#said += chunk.toString()));
    return server;
  }

  /** The address without the path. */
  get origin(): string {
    return new URL(this.url).origin;
  }

  /** What it wrote to its terminal after it was ready. */
  get said(): string {
    return this.#said;
  }

  /** Ends it at once, as a power cut would. */
  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill('SIGKILL');
    await once(this.#process, 'exit');
  }

  /** Ends it and clears up after it. */
  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Starts another one like it in its place, at the same address. What was in memory is gone. */
  async again(): Promise<DevServer> {
    await this.kill();
    return DevServer.start({ ...this.#options, port: Number(new URL(this.url).port) });
  }

  /** Changes the `config.json` that it serves. */
  async configure(config: unknown): Promise<void> {
    await writeFile(join(this.#folder, 'config.json'), text(config));
  }

  /** Sends a request past the page. */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (this.#options.secret !== undefined) headers.set('Authorization', `Bearer ${this.#options.secret}`);
    return fetch(this.url + path, { ...init, headers });
  }

  async #json<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
    const answer = await this.fetch(path, {
      method,
      headers: { ...headers, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const said = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${said}`);
    return (said === '' ? undefined : JSON.parse(said)) as T;
  }

  /** Asks for failures. */
  async fail(...faults: Fault[]): Promise<void> {
    await this.#json('POST', 'dev/faults', faults);
  }

  /** Forgets the failures that are left. */
  async mend(): Promise<void> {
    await this.#json('DELETE', 'dev/faults');
  }

  /** The failures that have not all happened yet. */
  async faultsLeft(): Promise<Fault[]> {
    return this.#json('GET', 'dev/faults');
  }

  /** Every token, in the server's order. */
  async tokens(): Promise<Token[]> {
    const all: Token[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page: { entries: Token[]; next: string | null } = await this.#json('GET', `api/v1/tokens?limit=5000${query}`);
      all.push(...page.entries);
      cursor = page.next;
    } while (cursor !== null);
    return all;
  }

  /** The tokens of a name. */
  async named(name: string): Promise<Token[]> {
    return (await this.tokens()).filter((it) => it.name === name);
  }

  /** The one token of a name. */
  async theOne(name: string): Promise<Token> {
    const found = await this.named(name);
    if (found.length !== 1 || !found[0]) throw new Error(`${found.length} tokens are called ${name}`);
    return found[0];
  }

  /** Makes a token past the page. */
  async add(token: NewToken): Promise<Token> {
    return this.#json('POST', 'api/v1/tokens', { guid: crypto.randomUUID(), scopes: ['builds-read'], ...token });
  }

  /** Changes fields of a token past the page. */
  async change(token: Token, fields: Partial<NewToken>): Promise<Token> {
    const { guid, name, description, scopes, valid_from, valid_to } = token;
    const whole = { guid, name, description, scopes, valid_from, valid_to, ...fields };
    return this.#json('PUT', `api/v1/tokens/${token.id}`, whole);
  }

  /** One token as it is now. */
  async read(token: Pick<Token, 'id'>): Promise<Token> {
    return this.#json('GET', `api/v1/tokens/${token.id}`);
  }

  /** Ends a token past the page. */
  async revoke(token: Token): Promise<Token> {
    return this.#json('POST', `api/v1/tokens/${token.id}/revoke`);
  }

  /** Switches a token off past the page. */
  async disable(token: Token): Promise<Token> {
    return this.#json('POST', `api/v1/tokens/${token.id}/disable`);
  }

  /** Removes a token past the page. */
  async remove(token: Token): Promise<void> {
    await this.#json('DELETE', `api/v1/tokens/${token.id}`);
  }
}

function text(config: unknown): string {
  return typeof config === 'string' ? config : JSON.stringify(config, null, 2);
}

/** A moment so many seconds from now, as the API writes it. */
export function inSeconds(seconds: number): string {
  return new Date(Date.now() + seconds * 1000).toISOString();
}

/** A moment so many days from now. */
export function inDays(days: number): string {
  return inSeconds(days * 86_400);
}
