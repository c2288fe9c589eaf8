//! A real JupyterHub, past the page: as its REST API's documentation has it
//! (https://jupyterhub.readthedocs.io/en/stable/reference/rest-api.html).

import { resolve } from 'node:path';
import { Program } from './program.ts';

/** The environment that `cargo xtask setup` makes of jupyterhub/requirements.txt. */
const ENVIRONMENT = process.env['TOKENDECK_JUPYTERHUB'] ?? resolve('../../target/jupyterhub');
const PASSWORD = 'analytical';

/** A token as the hub gives it; just made it has its secret in `token`. */
export interface HubToken {
  id: string;
  note: string;
  scopes: string[];
  created: string;
  expires_at: string | null;
  last_activity: string | null;
  token?: string;
}

/** A running hub. */
export class JupyterHub {
  readonly #program: Program;

  private constructor(program: Program) {
    this.#program = program;
  }

  static async start(): Promise<JupyterHub> {
    const program = await Program.start({
      command: resolve(ENVIRONMENT, 'bin/python'),
      args: () => ['-m', 'jupyterhub', '-f', resolve('apis/jupyterhub/config.py')],
      env: (port) => ({ HUB_PORT: String(port), HUB_PASSWORD: PASSWORD }),
      probe: '/hub/api',
    });
    return new JupyterHub(program);
  }

  get origin(): string {
    return this.#program.origin;
  }

  async stop(): Promise<void> {
    await this.#program.stop();
  }

  /** Makes a token for a user by their password. */
  async add(
    user: string,
    token: { note: string; expires_in?: number; scopes?: string[] },
  ): Promise<HubToken & { token: string }> {
    const body = JSON.stringify({ ...token, auth: { username: user, password: PASSWORD } });
    const answer = await fetch(`${this.origin}/hub/api/users/${user}/tokens`, { method: 'POST', body });
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    return (await answer.json()) as HubToken & { token: string };
  }

  /** A user's tokens, asked for with one of them. */
  async tokens(user: string, secret: string): Promise<HubToken[]> {
    const answer = await this.#ask(`users/${user}/tokens`, secret);
    return ((await answer.json()) as { api_tokens: HubToken[] }).api_tokens;
  }

  /** Whether a secret opens the API. */
  async opens(secret: string): Promise<boolean> {
    return (await this.#ask('user', secret)).ok;
  }

  async #ask(path: string, secret: string): Promise<Response> {
    return fetch(`${this.origin}/hub/api/${path}`, { headers: { Authorization: `token ${secret}` } });
  }
}
