//! GitLab's personal access tokens. Sources: docs.gitlab.com/api/personal_access_tokens, /api/user_tokens and
//! /api/rest (authentication, offset-based pagination, status codes), as of GitLab 18 and 19.

import { authorization, counted, day, random, StandIn, type Asked, type Given } from './stand-in.ts';

/** A token as GitLab keeps it; its answers have all of it but the secret. */
export interface GitLabToken {
  id: number;
  name: string;
  revoked: boolean;
  created_at: string;
  description: string | null;
  scopes: string[];
  user_id: number;
  last_used_at: string | null;
  active: boolean;
  /** A date without a time: the token ends as that day begins, in UTC. */
  expires_at: string | null;
  token: string;
}

const SCOPES = [
  ...['api', 'read_api', 'read_user', 'read_repository', 'write_repository', 'read_registry', 'write_registry'],
  ...['read_virtual_registry', 'write_virtual_registry', 'create_runner', 'manage_runner', 'ai_features', 'k8s_proxy'],
  ...['self_rotate', 'sudo', 'admin_mode', 'read_service_ping'],
];
/** What somebody who is no administrator may have made for themselves. */
const OWN_SCOPES = ['k8s_proxy', 'self_rotate'];

const UNAUTHORIZED: Given = { status: 401, body: { message: '401 Unauthorized' } };
const FORBIDDEN: Given = { status: 403, body: { message: '403 Forbidden' } };
const MISSING: Given = { status: 404, body: { message: '404 Not found' } };

export class GitLab extends StandIn {
  readonly tokens: GitLabToken[] = [];
  readonly users = [
    { id: 1, username: 'root', name: 'Administrator', is_admin: true },
    { id: 7, username: 'ada', name: 'Ada', is_admin: false },
  ];
  #last = 0;

  /** Makes a token past the page. */
  add(token: Pick<GitLabToken, 'name'> & Partial<GitLabToken>): GitLabToken {
    this.#last += 1;
    const made: GitLabToken = {
      id: this.#last,
      revoked: false,
      created_at: new Date().toISOString(),
      description: null,
      scopes: ['api'],
      user_id: 1,
      last_used_at: null,
      active: true,
      expires_at: null,
      token: `glpat-${random(20)}`,
      ...token,
    };
    this.tokens.push(made);
    return made;
  }

  /** Whether a secret opens the API, as `GET /user` would tell. */
  opens(secret: string): boolean {
    return this.#owner(secret) !== undefined;
  }

  #owner(secret: string | undefined): GitLabToken | undefined {
    return this.tokens.find((it) => it.token === secret && this.#isActive(it));
  }

  #isActive(token: GitLabToken): boolean {
    return !token.revoked && (token.expires_at === null || new Date(token.expires_at) > new Date());
  }

  #shown(token: GitLabToken): Omit<GitLabToken, 'token'> {
    const { token: _, ...shown } = token;
    return { ...shown, active: this.#isActive(token) };
  }

  protected answer(asked: Asked): Given {
    const { headers, method, path } = asked;
    const secret = headers['private-token'] ?? authorization(headers, 'Bearer');
    const with_ = this.#owner(Array.isArray(secret) ? secret[0] : secret);
    const user = this.users.find((it) => it.id === with_?.user_id);
    if (!with_ || !user) return UNAUTHORIZED;
    with_.last_used_at = new Date().toISOString();
    const [api, version, resource, ...rest] = path;
    if (api !== 'api' || version !== 'v4') return MISSING;
    switch (`${method} ${resource}`) {
      case 'GET user':
        return { status: 200, body: user };
      case 'POST user':
        return rest[0] === 'personal_access_tokens' ? this.#make(asked, user.id, OWN_SCOPES) : MISSING;
      case 'POST users':
        if (rest[1] !== 'personal_access_tokens') return MISSING;
        return user.is_admin ? this.#make(asked, Number(rest[0]), SCOPES) : FORBIDDEN;
      case 'GET personal_access_tokens':
        if (rest[0] === undefined) return this.#list(asked, user);
        break;
    }
    if (resource !== 'personal_access_tokens') return MISSING;
    const token = rest[0] === 'self' ? with_ : this.tokens.find((it) => it.id === Number(rest[0]));
    if (!token) return user.is_admin ? MISSING : UNAUTHORIZED;
    if (!user.is_admin && token.user_id !== user.id) return UNAUTHORIZED;
    switch (`${method} ${rest.slice(1).join('/')}`) {
      case 'GET ':
        return { status: 200, body: this.#shown(token) };
      case 'DELETE ':
        token.revoked = true;
        return { status: 204 };
      case 'POST rotate':
        return this.#rotate(asked, token);
      default:
        return MISSING;
    }
  }

  #list(asked: Asked, user: GitLab['users'][number]): Given {
    const { query } = asked;
    const whose = query.get('user_id');
    if (!user.is_admin && whose !== null && Number(whose) !== user.id) return UNAUTHORIZED;
    const seen = this.tokens.filter(
      (it) =>
        (user.is_admin || it.user_id === user.id) &&
        (whose === null || it.user_id === Number(whose)) &&
        (query.get('revoked') === null || String(it.revoked) === query.get('revoked')) &&
        (query.get('state') === null || this.#isActive(it) === (query.get('state') === 'active')),
    );
    const [page, size] = [counted(query, 'page', 1), counted(query, 'per_page', 20, 100)];
    const pages = Math.max(1, Math.ceil(seen.length / size));
    const link = (rel: string, to: number) => {
      const params = new URLSearchParams(query);
      params.set('page', String(to));
      params.set('per_page', String(size));
      return `<${this.origin}/api/v4/personal_access_tokens?${params}>; rel="${rel}"`;
    };
    const links = [link('first', 1), link('last', pages)];
    if (page > 1) links.unshift(link('prev', page - 1));
    if (page < pages) links.unshift(link('next', page + 1));
    const headers = {
      Link: links.join(', '),
      'X-Next-Page': page < pages ? String(page + 1) : '',
      'X-Page': String(page),
      'X-Per-Page': String(size),
      'X-Prev-Page': page > 1 ? String(page - 1) : '',
      'X-Total': String(seen.length),
      'X-Total-Pages': String(pages),
    };
    return { status: 200, headers, body: seen.slice((page - 1) * size, page * size).map((it) => this.#shown(it)) };
  }

  #make({ body }: Asked, userId: number, allowed: string[]): Given {
    const { name, scopes, description, expires_at } = (body ?? {}) as Partial<GitLabToken>;
    const missing = Object.entries({ name, scopes }).flatMap(([field, it]) =>
      it === undefined ? [`${field} is missing`] : [],
    );
    if (missing.length > 0) return { status: 400, body: { error: missing.join(', ') } };
    if (!scopes?.every((it) => allowed.includes(it))) {
      return { status: 400, body: { error: 'scopes does not have a valid value' } };
    }
    if (!this.users.some((it) => it.id === userId)) return { status: 404, body: { message: '404 User Not Found' } };
    if (scopes.length === 0) return { status: 400, body: { message: "400 Bad request - Scopes can't be blank" } };
    if (expires_at && !/^\d{4}-\d{2}-\d{2}$/.test(expires_at))
      return { status: 400, body: { error: 'expires_at is invalid' } };
    if (expires_at && new Date(expires_at) <= new Date()) {
      return { status: 400, body: { message: '400 Bad request - Expiration date must be in the future' } };
    }
    // Where a token has to have an end, its greatest age is put in; GitLab's own is a year.
    const end = expires_at ?? day(365).toISOString().slice(0, 10);
    const made = this.add({ name: name ?? '', scopes, description: description ?? null, expires_at: end, user_id: userId });
    return { status: 201, body: { ...this.#shown(made), token: made.token } };
  }

  #rotate({ body }: Asked, token: GitLabToken): Given {
    if (!this.#isActive(token)) return UNAUTHORIZED;
    const { expires_at } = (body ?? {}) as Partial<GitLabToken>;
    token.revoked = true;
    const { name, scopes, description, user_id } = token;
    const end = expires_at ?? day(7).toISOString().slice(0, 10);
    const made = this.add({ name, scopes, description, user_id, expires_at: end });
    return { status: 200, body: { ...this.#shown(made), token: made.token } };
  }
}
