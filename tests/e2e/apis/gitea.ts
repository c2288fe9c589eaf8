//! Gitea's access tokens. Sources: docs.gitea.com/development/api-usage and the API's Swagger description
//! (`userGetTokens`, `userCreateToken`, `userDeleteAccessToken`), as of Gitea 1.25 to 1.27.

import { basic, counted, day, random, StandIn, type Asked, type Given } from './stand-in.ts';

/** A token as Gitea keeps it; lists have an empty `sha1`. */
export interface GiteaToken {
  id: number;
  name: string;
  sha1: string;
  token_last_eight: string;
  scopes: string[];
  created_at: string;
  /** The time of its making until it is used. */
  last_used_at: string;
}

const CATEGORIES = ['activitypub', 'admin', 'issue', 'misc', 'notification', 'organization', 'package', 'repository', 'user'];
const SCOPES = ['all', 'public-only', ...CATEGORIES.flatMap((it) => [`read:${it}`, `write:${it}`])];

/** The most that one page may have: `MAX_RESPONSE_ITEMS`. */
const MAX_PAGE = 50;

export class Gitea extends StandIn {
  readonly tokens: GiteaToken[] = [];
  /** The account; with a code, its second factor is on. */
  readonly account = { name: 'ada', password: 'analytical', code: undefined as string | undefined };
  #last = 0;

  /** Makes a token past the page. */
  add(name: string, scopes = ['read:user']): GiteaToken {
    this.#last += 1;
    const sha1 = random(40);
    const now = day(0).toISOString().replace('.000', '');
    const times = { created_at: now, last_used_at: now };
    const made = { id: this.#last, name, sha1, token_last_eight: sha1.slice(-8), scopes, ...times };
    this.tokens.push(made);
    return made;
  }

  /** Whether a secret opens the API. */
  opens(secret: string): boolean {
    return this.tokens.some((it) => it.sha1 === secret);
  }

  #refused(status: number, message: string): Given {
    return { status, body: { message, url: `${this.origin}/api/swagger` } };
  }

  protected answer(asked: Asked): Given {
    const { headers, method, path } = asked;
    const { account } = this;
    // Tokens open everything but the tokens themselves.
    if (!basic(headers)) return this.#refused(401, 'auth method not allowed');
    const [user, password] = basic(headers) ?? [];
    if (user !== account.name || password !== account.password) {
      return this.#refused(401, 'invalid username, password or token');
    }
    if (account.code !== undefined && headers['x-gitea-otp'] !== account.code) {
      return this.#refused(401, 'invalid provided OTP');
    }
    const [api, version, users, name, tokens, id] = path;
    if (api !== 'api' || version !== 'v1') return this.#refused(404, 'Not Found');
    if (users === 'user' && name === undefined) return { status: 200, body: { id: 1, login: account.name } };
    if (users !== 'users' || tokens !== 'tokens') return this.#refused(404, 'Not Found');
    if (name !== account.name) return this.#refused(403, 'doer should be the site admin or be same as the contextUser');
    switch (`${method} ${id === undefined ? '' : 'one'}`) {
      case 'GET ':
        return this.#list(asked);
      case 'POST ':
        return this.#make(asked);
      case 'DELETE one':
        return this.#remove(id ?? '');
      default:
        return { status: 405 };
    }
  }

  #list({ query }: Asked): Given {
    const [page, limit] = [counted(query, 'page', 1), counted(query, 'limit', 30, MAX_PAGE)];
    const shown = this.tokens.slice((page - 1) * limit, page * limit).map((it) => ({ ...it, sha1: '' }));
    return { status: 200, headers: { 'X-Total-Count': String(this.tokens.length) }, body: shown };
  }

  #make({ body }: Asked): Given {
    const { name, scopes } = (body ?? {}) as Partial<GiteaToken>;
    if (!name) return this.#refused(422, '[Name]: Required');
    if (this.tokens.some((it) => it.name === name)) return this.#refused(400, 'access token name has been used already');
    const odd = scopes?.find((it) => !SCOPES.includes(it));
    if (odd !== undefined) {
      return this.#refused(400, `invalid access token scope provided: invalid access token scope: ${odd}`);
    }
    if (!scopes || scopes.length === 0) return this.#refused(400, 'access token must have a scope');
    const { id, sha1, token_last_eight } = this.add(name, scopes);
    return { status: 201, body: { id, name, sha1, token_last_eight } };
  }

  #remove(id: string): Given {
    const idx = this.tokens.findIndex((it) => (Number(id) ? it.id === Number(id) : it.name === id));
    if (idx < 0) return this.#refused(404, "The target couldn't be found.");
    this.tokens.splice(idx, 1);
    return { status: 204 };
  }
}
