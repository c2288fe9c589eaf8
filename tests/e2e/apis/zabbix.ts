//! Zabbix's API tokens over JSON-RPC. Sources: zabbix.com/documentation/current/en/manual/api (`Authentication`, `Error
//! handling`) and its reference (`user.login`, `user.logout`, `token.*`, the token object), as of Zabbix 7.0 to 7.4.

import { authorization, random, StandIn, type Asked, type Given } from './stand-in.ts';

/** A token as `token.get` gives it: every value is a text, and times are Unix seconds. */
export interface ZabbixToken {
  tokenid: string;
  name: string;
  description: string;
  userid: string;
  /** `0` where it was never used. */
  lastaccess: string;
  /** `0` enabled, `1` disabled. */
  status: string;
  /** `0` where it has no end. */
  expires_at: string;
  created_at: string;
  creator_userid: string;
}

/** What a method takes: an object, or the ids. */
type Params = Record<string, unknown> | string[];

/** An error as JSON-RPC has it: in an answer with status 200. */
class Failure extends Error {
  readonly code: number;
  readonly short: string;

  constructor(code: number, short: string, data: string) {
    super(data);
    this.code = code;
    this.short = short;
  }
}

const invalid = (data: string) => new Failure(-32602, 'Invalid params.', data);
const refused = (data: string) => new Failure(-32500, 'Application error.', data);

function seconds(): string {
  return String(Math.floor(Date.now() / 1000));
}

export class Zabbix extends StandIn {
  readonly tokens: ZabbixToken[] = [];
  readonly account = { username: 'Admin', password: 'zabbix', userid: '1' };
  /** Methods that the account's role may not call. */
  readonly refuses = new Set<string>();
  /** Secrets by the token's id; a token has none before `token.generate`. */
  readonly #secrets = new Map<string, string>();
  readonly #sessions = new Set<string>();
  #last = 0;

  /** Makes a token past the page. */
  add(token: Pick<ZabbixToken, 'name'> & Partial<ZabbixToken>): ZabbixToken {
    this.#last += 1;
    const userid = this.account.userid;
    const made: ZabbixToken = {
      tokenid: String(this.#last),
      description: '',
      userid,
      lastaccess: '0',
      status: '0',
      expires_at: '0',
      created_at: seconds(),
      creator_userid: userid,
      ...token,
    };
    this.tokens.push(made);
    return made;
  }

  /** Gives a token a new secret, as `token.generate` does. */
  generate({ tokenid }: Pick<ZabbixToken, 'tokenid'>): string {
    const secret = random(64);
    this.#secrets.set(tokenid, secret);
    return secret;
  }

  /** Whether a secret opens the API. */
  opens(secret: string): boolean {
    return this.#holder(secret) !== undefined;
  }

  /** Ends every session that `user.login` began. */
  endSessions(): void {
    this.#sessions.clear();
  }

  /** What one of the sessions is told by. */
  sessionOf(): string {
    return [...this.#sessions].at(-1) ?? '';
  }

  get sessions(): number {
    return this.#sessions.size;
  }

  #holder(secret: string | undefined): ZabbixToken | undefined {
    const holder = this.tokens.find((it) => this.#secrets.get(it.tokenid) === secret);
    const isOver = holder?.expires_at !== '0' && Number(holder?.expires_at) * 1000 <= Date.now();
    return holder?.status === '0' && !isOver ? holder : undefined;
  }

  protected answer({ method, path, headers, body }: Asked): Given {
    if (method !== 'POST' || path.join('/') !== 'api_jsonrpc.php') return { status: 404 };
    if (!/^application\/json(-rpc|request)?\b/.test(headers['content-type'] ?? '')) return { status: 412 };
    const call = body as { method: string; params: Params; id: number };
    try {
      const result = this.#result(call.method, call.params, authorization(headers, 'Bearer'));
      return { status: 200, body: { jsonrpc: '2.0', result, id: call.id } };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const { code, short, message } = error;
      return { status: 200, body: { jsonrpc: '2.0', error: { code, message: short, data: message }, id: call.id } };
    }
  }

  #result(method: string, params: Params, bearer: string | undefined): unknown {
    if (method === 'user.login') return this.#login(params as Record<string, unknown>, bearer);
    const holder = this.#holder(bearer);
    if (bearer === undefined) throw invalid('Not authorized.');
    if (!holder && !this.#sessions.has(bearer)) throw invalid('Session terminated, re-login, please.');
    if (holder) holder.lastaccess = seconds();
    if (this.refuses.has(method)) throw refused(`No permissions to call "${method}".`);
    switch (method) {
      case 'user.logout':
        return this.#sessions.delete(bearer);
      case 'token.get': {
        const wanted = (params as { tokenids?: string | string[] }).tokenids;
        return this.tokens.filter((it) => wanted === undefined || [wanted].flat().includes(it.tokenid));
      }
      case 'token.create':
        return { tokenids: [this.#make(params as Partial<ZabbixToken>).tokenid] };
      case 'token.update':
        return { tokenids: [this.#change(params as Partial<ZabbixToken>).tokenid] };
      case 'token.delete':
        return { tokenids: (params as string[]).map((id) => this.#remove(id)) };
      case 'token.generate':
        return (params as string[]).map((id) => ({ tokenid: id, token: this.generate(this.#find(id)) }));
      default:
        throw new Failure(-32601, 'Method not found.', `Incorrect method "${method}".`);
    }
  }

  #login({ username, password, userData }: Record<string, unknown>, bearer: string | undefined): unknown {
    if (bearer !== undefined) throw invalid('The "user.login" method must be called without authorization header.');
    if (username !== this.account.username || password !== this.account.password) {
      throw refused('Incorrect user name or password or account is temporarily blocked.');
    }
    const session = random(32);
    this.#sessions.add(session);
    return userData === true ? { userid: this.account.userid, username, sessionid: session } : session;
  }

  #find(id: unknown): ZabbixToken {
    const token = this.tokens.find((it) => it.tokenid === String(id));
    if (!token) throw refused('No permissions to referred object or it does not exist!');
    return token;
  }

  #remove(id: string): string {
    this.tokens.splice(this.tokens.indexOf(this.#find(id)), 1);
    this.#secrets.delete(id);
    return id;
  }

  /** The fields that somebody may set, checked; times and numbers become texts. */
  #fields(given: Record<string, unknown>): Partial<ZabbixToken> {
    for (const [field, value] of Object.entries(given)) {
      const isNumber = field === 'status' || field === 'expires_at';
      if (!['tokenid', 'name', 'description', 'userid', 'status', 'expires_at'].includes(field)) {
        throw invalid(`Invalid parameter "/1": unexpected parameter "${field}".`);
      }
      if (isNumber && !/^\d+$/.test(String(value))) throw invalid(`Invalid parameter "/1/${field}": an integer is expected.`);
      if (!isNumber && typeof value !== 'string')
        throw invalid(`Invalid parameter "/1/${field}": a character string is expected.`);
    }
    if (given['name'] === '') throw invalid('Invalid parameter "/1/name": cannot be empty.');
    return Object.fromEntries(Object.entries(given).map(([field, value]) => [field, String(value)]));
  }

  #check(name: string | undefined, but?: ZabbixToken): void {
    if (this.tokens.some((it) => it !== but && it.name === name)) {
      throw invalid(`API token "${name}" already exists for user "${this.account.username}".`);
    }
  }

  #make(given: Partial<ZabbixToken>): ZabbixToken {
    const { name, ...rest } = this.#fields(given);
    if (name === undefined) throw invalid('Invalid parameter "/1": the parameter "name" is missing.');
    this.#check(name);
    return this.add({ name, ...rest });
  }

  #change(given: Partial<ZabbixToken>): ZabbixToken {
    const { tokenid, ...rest } = this.#fields(given);
    const token = this.#find(tokenid);
    this.#check(rest.name, token);
    return Object.assign(token, rest);
  }
}
