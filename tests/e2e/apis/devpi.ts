//! A real devpi with its plugin devpi-tokens, past the page: as the plugin's own client speaks with it
//! (https://pypi.org/project/devpi-tokens/).

import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { Program } from './program.ts';

/** The environment that `cargo xtask setup` makes of devpi/requirements.txt. */
const ENVIRONMENT = process.env['TOKENDECK_DEVPI'] ?? resolve('../../target/devpi');
/** Who may do everything: the addresses of what is theirs begin with their name. */
const USER = 'root';
const PASSWORD = 'analytical';

/** What a token may not do: texts such as `expires=1798761600`. */
export type Restrictions = string[];

/** A running index with the account `root`. */
export class Devpi {
  readonly #program: Program;

  private constructor(program: Program) {
    this.#program = program;
  }

  static async start(): Promise<Devpi> {
    const program = await Program.start({
      command: resolve(ENVIRONMENT, 'bin/devpi-server'),
      args: async (folder, port) => {
        const data = ['--serverdir', `${folder}/data`];
        const init = [...data, '--no-root-pypi', '--root-passwd', PASSWORD];
        await promisify(execFile)(resolve(ENVIRONMENT, 'bin/devpi-init'), init);
        return [...data, '--port', String(port)];
      },
      probe: '/+api',
    });
    return new Devpi(program);
  }

  get origin(): string {
    return this.#program.origin;
  }

  async stop(): Promise<void> {
    await this.#program.stop();
  }

  /** Asks as root, who is known by their password or by a token of theirs. */
  async #ask(path: string, init: RequestInit = {}, password = PASSWORD): Promise<Response> {
    const headers = { Authorization: `Basic ${btoa(`${USER}:${password}`)}`, Accept: 'application/json' };
    return fetch(`${this.origin}${path}`, { ...init, headers });
  }

  /** The tokens of root, by their ids. */
  async tokens(): Promise<Record<string, { restrictions: Restrictions }>> {
    const answer = await this.#ask(`/${USER}/+tokens`);
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    return ((await answer.json()) as { result: { tokens: Record<string, { restrictions: Restrictions }> } }).result.tokens;
  }

  /** Makes a token past the page, and gives its id. */
  async add(restrictions: Record<string, unknown> = {}): Promise<string> {
    const before = Object.keys(await this.tokens());
    await this.#ask(`/${USER}/+token-create`, { method: 'POST', body: JSON.stringify(restrictions) });
    const made = Object.keys(await this.tokens()).find((it) => !before.includes(it));
    if (made === undefined) throw new Error('no token was made');
    return made;
  }

  /** Whether a secret says who somebody is. */
  async opens(secret: string): Promise<boolean> {
    const answer = await this.#ask('/+api', {}, secret);
    if (!answer.ok) return false;
    const { result } = (await answer.json()) as { result: { authstatus: [string, string] } };
    return result.authstatus[0] === 'ok';
  }
}
