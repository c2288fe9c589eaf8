//! Unleash's API tokens. Sources: docs.getunleash.io/reference/api/unleash (get-all-api-tokens, create-api-token,
//! update-api-token, delete-api-token) and the answers of unleash-server 8.2.

import { day, random, StandIn, type Asked, type Given } from './stand-in.ts';

/** A token as Unleash lists it. Its secret is its id. */
export interface UnleashToken {
  secret: string;
  tokenName: string;
  type: string;
  environment: string;
  projects: string[];
  createdAt: string;
  expiresAt: string | null;
  seenAt: string | null;
}

const COOKIE = 'unleash-session';

export class Unleash extends StandIn {
  readonly tokens: UnleashToken[] = [];
  readonly projects = [
    { id: 'default', name: 'Default' },
    { id: 'shop', name: 'Shop' },
  ];
  readonly account = { username: 'ada', password: 'analytical' };
  /** The session that is open; the empty one is nobody's. */
  session = '';

  /** Makes a token past the page. */
  add(tokenName: string, { projects = ['default'], expiresAt = null as string | null } = {}): UnleashToken {
    const scope = projects.length === 1 ? projects[0] : '[]';
    const token: UnleashToken = {
      secret: `${scope}:development.${random(56)}`,
      tokenName,
      type: 'backend',
      environment: 'development',
      projects,
      createdAt: new Date().toISOString(),
      expiresAt,
      seenAt: null,
    };
    this.tokens.push(token);
    return token;
  }

  #refused(status: number, name: string, details: { path?: string; message: string }[]): Given {
    return { status, body: { id: crypto.randomUUID(), name, message: details[0]?.message, details } };
  }

  #logIn(body: unknown): Given {
    const { username, password } = body as { username: string; password: string };
    if (username !== this.account.username || password !== this.account.password) {
      const message = 'The combination of password and username you provided is invalid.';
      return this.#refused(401, 'PasswordMismatch', [{ message }]);
    }
    this.session = random(32);
    const headers = { 'Set-Cookie': `${COOKIE}=${this.session}; Path=/; HttpOnly; SameSite=Lax` };
    return { status: 200, headers, body: { username } };
  }

  /** What a create answers has neither an end nor a time of use. */
  #create(body: unknown): Given {
    const { tokenName, projects, expiresAt, ...more } = body as UnleashToken;
    const made = this.add(tokenName, { projects, expiresAt: expiresAt ?? null });
    Object.assign(made, more);
    const { expiresAt: _end, seenAt: _used, ...answer } = made;
    return { status: 201, body: answer };
  }

  #update(secret: string | undefined, body: unknown): Given {
    const { expiresAt } = body as Partial<UnleashToken>;
    if (!expiresAt) {
      const message = 'The `/body/expiresAt` property is required. It was not present on the data you sent.';
      return this.#refused(400, 'BadDataError', [{ path: '/body/expiresAt', message }]);
    }
    for (const token of this.tokens.filter((it) => it.secret === secret)) token.expiresAt = expiresAt;
    return { status: 200 };
  }

  protected answer({ method, path, headers, body }: Asked): Given {
    const [root, , what, secret] = path;
    if (root === 'auth') return this.#logIn(body);
    if (this.session === '' || !headers.cookie?.includes(`${COOKIE}=${this.session}`)) {
      return this.#refused(401, 'AuthenticationRequired', [{ message: 'You must log in to use Unleash.' }]);
    }
    if (what === 'user') return { status: 200, body: { user: { username: this.account.username } } };
    if (what === 'projects') return { status: 200, body: { version: 1, projects: this.projects } };
    switch (method) {
      case 'POST':
        return this.#create(body);
      case 'PUT':
        return this.#update(secret, body);
      case 'DELETE':
        this.tokens.splice(0, Infinity, ...this.tokens.filter((it) => it.secret !== secret));
        return { status: 200 };
      default:
        return { status: 200, body: { tokens: this.tokens } };
    }
  }
}

/** An end as Unleash writes it. */
export function end(days: number): string {
  return day(days).toISOString();
}
