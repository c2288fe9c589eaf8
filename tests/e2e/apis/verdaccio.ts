//! A real Verdaccio, which keeps an npm registry's tokens; past the page as npm's documentation of the registry's API has
//! it (https://github.com/npm/registry/blob/main/docs/user/authentication.md).

import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Program } from './program.ts';

/** A registry with nothing behind it, whose users are in a file beside it. */
const CONFIG = `
storage: ./storage
auth: { htpasswd: { file: ./htpasswd, algorithm: sha1 } }
uplinks: {}
packages: { '**': { access: $all, publish: $authenticated } }
web: { enable: false }
log: { type: stdout, format: pretty, level: error }
`;

/** A token as Verdaccio lists it. */
export interface NpmToken {
  key: string;
  token: string;
  user: string;
  cidr: string[];
  readonly: boolean;
  created: string;
}

/** A running registry with one user. */
export class Verdaccio {
  readonly account = { name: 'ada', password: 'analytical' };
  readonly #program: Program;
  #session = '';

  private constructor(program: Program) {
    this.#program = program;
  }

  static async start(): Promise<Verdaccio> {
    const program = await Program.start({
      command: process.execPath,
      args: async (folder, port) => {
        const config = join(folder, 'config.yaml');
        await writeFile(config, CONFIG);
        const script = createRequire(import.meta.url).resolve('verdaccio/bin/verdaccio');
        return [script, '--config', config, '--listen', `127.0.0.1:${port}`];
      },
      probe: '/-/ping',
    });
    const registry = new Verdaccio(program);
    registry.#session = await registry.#register();
    return registry;
  }

  get origin(): string {
    return this.#program.origin;
  }

  async stop(): Promise<void> {
    await this.#program.stop();
  }

  /** Registers the user and gives the token that `npm login` would keep. */
  async #register(): Promise<string> {
    const { name } = this.account;
    const { token } = await this.#call<{ token: string }>('PUT', `-/user/org.couchdb.user:${name}`, undefined, this.account);
    return token;
  }

  async #call<T>(method: string, path: string, secret: string | undefined, body?: unknown): Promise<T> {
    const authorization = secret === undefined ? {} : { Authorization: `Bearer ${secret}` };
    const answer = await fetch(`${this.origin}/${path}`, {
      method,
      headers: { ...authorization, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  /** A secret to sign in with, as `npm login` gives one. */
  get session(): string {
    return this.#session;
  }

  async tokens(): Promise<NpmToken[]> {
    return (await this.#call<{ objects: NpmToken[] }>('GET', '-/npm/v1/tokens', this.#session)).objects;
  }

  /** Makes a token past the page, as `npm token create` does. */
  async add(readonly = false, cidr_whitelist: string[] = []): Promise<NpmToken> {
    const wanted = { password: this.account.password, readonly, cidr_whitelist };
    return this.#call('POST', '-/npm/v1/tokens', this.#session, wanted);
  }

  /** Removes every token. */
  async clear(): Promise<void> {
    for (const { key } of await this.tokens()) await this.#call('DELETE', `-/npm/v1/tokens/token/${key}`, this.#session);
  }

  /** Who a secret belongs to, as `npm whoami` tells; undefined where it opens nothing. */
  async owner(secret: string): Promise<string | undefined> {
    return this.#call<{ username: string }>('GET', '-/whoami', secret).then(
      (it) => it.username,
      () => undefined,
    );
  }
}
