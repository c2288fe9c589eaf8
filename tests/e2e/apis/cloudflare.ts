//! Cloudflare's user tokens. Sources: developers.cloudflare.com/api/resources/user/subresources/tokens and
//! developers.cloudflare.com/fundamentals/api (`how-to/create-via-api`, `reference/troubleshooting`), as of October 2026.

import { authorization, counted, day, random, StandIn, type Asked, type Given } from './stand-in.ts';

interface Policy {
  id: string;
  effect: 'allow' | 'deny';
  resources: Record<string, string>;
  permission_groups: { id: string; name?: string }[];
}

/** A token as Cloudflare keeps it; `value` is told once. */
export interface CloudflareToken {
  id: string;
  name: string;
  status: 'active' | 'disabled' | 'expired';
  issued_on: string;
  modified_on: string;
  last_used_on?: string;
  expires_on?: string;
  not_before?: string;
  /** From where it may be used. */
  condition?: object;
  policies: Policy[];
  value: string;
}

/** The permissions that a token can have here. */
export const GROUPS = [
  { id: 'c8fed203ed3043cba015a93ad1616f1f', name: 'Zone Read', scopes: ['com.cloudflare.api.account.zone'] },
  { id: '82e64a83756745bbbb1c9c2701bf816b', name: 'DNS Read', scopes: ['com.cloudflare.api.account.zone'] },
  { id: '4755a26eedb94da69e1066d98aa820be', name: 'DNS Write', scopes: ['com.cloudflare.api.account.zone'] },
];

function done(result: unknown, more: object = {}): Given {
  return { status: 200, body: { success: true, errors: [], messages: [], result, ...more } };
}

function failed(status: number, code: number, message: string): Given {
  return { status, body: { success: false, errors: [{ code, message }], messages: [], result: null } };
}

const MISSING = failed(404, 1001, 'Token not found');

export class Cloudflare extends StandIn {
  readonly tokens: CloudflareToken[] = [];
  /** What it makes of a token besides, when that is put in. */
  alters: (token: CloudflareToken) => void = () => undefined;

  /** Makes a token past the page. */
  add(token: Pick<CloudflareToken, 'name'> & Partial<CloudflareToken>): CloudflareToken {
    const now = day(0).toISOString().replace('.000', '');
    const made: CloudflareToken = {
      id: random(32),
      status: 'active',
      issued_on: now,
      modified_on: now,
      policies: [
        this.#policy({ effect: 'allow', resources: { 'com.cloudflare.api.account.zone.*': '*' }, groups: ['Zone Read'] }),
      ],
      value: random(40),
      ...token,
    };
    this.tokens.push(made);
    return made;
  }

  #policy({ effect, resources, groups }: Pick<Policy, 'effect' | 'resources'> & { groups: string[] }): Policy {
    const found = GROUPS.filter((it) => groups.includes(it.name) || groups.includes(it.id));
    return { id: random(32), effect, resources, permission_groups: found.map(({ id, name }) => ({ id, name })) };
  }

  /** Whether a secret opens the API, as `GET /user/tokens/verify` would tell. */
  opens(secret: string): boolean {
    return this.#holder(secret) !== undefined;
  }

  #status(token: CloudflareToken): CloudflareToken['status'] {
    const isOver = token.expires_on !== undefined && new Date(token.expires_on) <= new Date();
    return isOver ? 'expired' : token.status;
  }

  #holder(secret: string | undefined): CloudflareToken | undefined {
    return this.tokens.find((it) => it.value === secret && this.#status(it) === 'active');
  }

  #shown({ value: _, ...token }: CloudflareToken): Omit<CloudflareToken, 'value'> {
    return { ...token, status: this.#status({ ...token, value: '' }) };
  }

  protected answer(asked: Asked): Given {
    const { headers, method, path, query } = asked;
    const secret = authorization(headers, 'Bearer');
    if (secret === undefined || !/^[\w-]{40}$/.test(secret)) return failed(400, 6003, 'Invalid request headers');
    const holder = this.#holder(secret);
    if (!holder) return failed(401, 1000, 'Invalid API Token');
    holder.last_used_on = new Date().toISOString();
    const [client, version, user, tokens, id, part] = path;
    if (client !== 'client' || version !== 'v4' || user !== 'user' || tokens !== 'tokens')
      return failed(404, 7003, 'Could not route');
    if (method === 'GET' && id === 'permission_groups') return done(GROUPS);
    if (method === 'GET' && id === 'verify') return done({ id: holder.id, status: 'active' });
    if (method === 'GET' && id === undefined) return this.#list(query);
    if (method === 'POST' && id === undefined) return this.#make(asked);
    const token = this.tokens.find((it) => it.id === id);
    if (!token) return MISSING;
    switch (`${method} ${part ?? ''}`) {
      case 'GET ':
        return done(this.#shown(token));
      case 'PUT ':
        return this.#change(asked, token);
      case 'PUT value':
        token.value = random(40);
        return done(token.value);
      case 'DELETE ':
        this.tokens.splice(this.tokens.indexOf(token), 1);
        return done({ id });
      default:
        return failed(405, 10405, 'Method not allowed for this authentication scheme');
    }
  }

  #list(query: URLSearchParams): Given {
    const [page, size] = [counted(query, 'page', 1), counted(query, 'per_page', 20, 50)];
    const shown = this.tokens.slice((page - 1) * size, page * size).map((it) => this.#shown(it));
    const info = { page, per_page: size, count: shown.length, total_count: this.tokens.length };
    return done(shown, { result_info: info });
  }

  /** What is wrong with a body, if anything. */
  #mistake({ name, policies }: Partial<CloudflareToken>): Given | undefined {
    if (!name) return failed(400, 1005, 'name: required field');
    if (name.length > 120) return failed(400, 1005, 'name: must be at most 120 characters long');
    if (!Array.isArray(policies) || policies.length === 0) return failed(400, 1005, 'policies: required field');
    const unknown = policies.flatMap((it) => it.permission_groups).find((it) => !GROUPS.some(({ id }) => id === it.id));
    if (unknown) return failed(400, 1005, `permission group ${unknown.id} not found`);
    if (policies.some((it) => it.permission_groups.length === 0))
      return failed(400, 1005, 'permission_groups: required field');
    if (policies.some((it) => Object.keys(it.resources).length === 0)) return failed(400, 1005, 'resources: required field');
    return undefined;
  }

  #policies(policies: Policy[]): Policy[] {
    return policies.map((it) => this.#policy({ ...it, groups: it.permission_groups.map(({ id }) => id) }));
  }

  #make({ body }: Asked): Given {
    const { name = '', policies = [], expires_on, not_before } = (body ?? {}) as Partial<CloudflareToken>;
    const mistake = this.#mistake({ name, policies });
    if (mistake) return mistake;
    const bounds = { ...(expires_on ? { expires_on } : {}), ...(not_before ? { not_before } : {}) };
    const made = this.add({ name, policies: this.#policies(policies), ...bounds });
    return done({ ...this.#shown(made), value: made.value });
  }

  #change({ body }: Asked, token: CloudflareToken): Given {
    const given = (body ?? {}) as Partial<CloudflareToken>;
    const mistake = this.#mistake(given);
    if (mistake) return mistake;
    const { name = '', policies = [], status = 'active', expires_on, not_before, condition } = given;
    // It is put in whole: what is left out is gone.
    delete token.expires_on;
    delete token.not_before;
    delete token.condition;
    const bounds = { ...(expires_on ? { expires_on } : {}), ...(not_before ? { not_before } : {}), ...(condition ? { condition } : {}) };
    Object.assign(token, {
      name,
      status,
      policies: this.#policies(policies),
      modified_on: new Date().toISOString(),
      ...bounds,
    });
    this.alters(token);
    return done(this.#shown(token));
  }
}
