//! Grafana's service account tokens. Sources: grafana.com/docs/grafana/latest/developer-resources/api-reference/http-api,
//! pages `serviceaccount` and `authentication`, and the Swagger description (`TokenDTO`), as of Grafana 12.

import { authorization, basic, day, random, StandIn, type Asked, type Given } from './stand-in.ts';

/** A token as Grafana lists it, with the secret that it does not. */
export interface GrafanaToken {
  id: number;
  name: string;
  created: string;
  lastUsedAt: string | null;
  expiration: string | null;
  isRevoked: boolean;
  key: string;
}

function told(status: number, message: string, messageId: string): Given {
  return { status, body: { message, messageId, statusCode: status, traceID: '' } };
}

export class Grafana extends StandIn {
  /** Tokens by the service account's id. */
  readonly accounts = new Map<number, GrafanaToken[]>([[2, []]]);
  #last = 0;

  /** Makes a token past the page. */
  add(token: Pick<GrafanaToken, 'name'> & Partial<GrafanaToken>, account = 2): GrafanaToken {
    this.#last += 1;
    const made: GrafanaToken = {
      id: this.#last,
      created: day(0).toISOString().replace('.000', ''),
      lastUsedAt: null,
      expiration: null,
      isRevoked: false,
      key: `glsa_${random(32)}_${random(8)}`,
      ...token,
    };
    this.accounts.get(account)?.push(made);
    return made;
  }

  /** Whether a secret opens the API. */
  opens(secret: string): boolean {
    return [...this.accounts.values()].flat().some((it) => it.key === secret && !it.isRevoked && !this.#hasExpired(it));
  }

  #hasExpired(token: GrafanaToken): boolean {
    return token.expiration !== null && new Date(token.expiration) <= new Date();
  }

  protected answer({ headers, method, path, body }: Asked): Given {
    const bearer = authorization(headers, 'Bearer');
    if (bearer !== undefined && !this.opens(bearer)) return told(401, 'Invalid API key', 'api-key.invalid');
    if (bearer === undefined && basic(headers)?.join(':') !== 'admin:admin') {
      return told(401, 'Invalid username or password', 'password-auth.failed');
    }
    const [api, accounts, account, tokens, id] = path;
    if (api !== 'api' || accounts !== 'serviceaccounts' || tokens !== 'tokens')
      return { status: 404, body: { message: 'Not found' } };
    const kept = this.accounts.get(Number(account));
    if (!kept) return told(404, 'Service account not found', 'serviceaccounts.ErrNotFound');
    if (method === 'GET') {
      const shown = kept.map(({ key: _, ...it }) => ({
        ...it,
        secondsUntilExpiration: it.expiration === null ? 0 : (Date.parse(it.expiration) - Date.now()) / 1000,
        hasExpired: this.#hasExpired({ ...it, key: '' }),
      }));
      return { status: 200, body: shown };
    }
    if (method === 'POST') return this.#make(kept, Number(account), body);
    const idx = kept.findIndex((it) => it.id === Number(id));
    if (method !== 'DELETE' || idx < 0)
      return told(404, 'Service account token not found', 'serviceaccounts.ErrTokenNotFound');
    kept.splice(idx, 1);
    return { status: 200, body: { message: 'Service account token deleted' } };
  }

  #make(kept: GrafanaToken[], account: number, body: unknown): Given {
    const { name, secondsToLive = 0 } = (body ?? {}) as { name?: string; secondsToLive?: number };
    if (!name) return told(400, 'Bad request data', 'serviceaccounts.ErrInvalidInput');
    if (!Number.isInteger(secondsToLive) || secondsToLive < 0) {
      return told(400, 'invalid token expiration value', 'serviceaccounts.ErrInvalidTokenExpiration');
    }
    if (kept.some((it) => it.name === name)) {
      return told(
        409,
        'service account token with given name already exists in the organization',
        'serviceaccounts.ErrTokenAlreadyExists',
      );
    }
    const expiration = secondsToLive === 0 ? null : new Date(Date.now() + secondsToLive * 1000).toISOString();
    const { id, key } = this.add({ name, expiration }, account);
    return { status: 200, body: { id, name, key } };
  }
}
