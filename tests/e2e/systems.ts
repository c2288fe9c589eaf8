//! The vendors' systems as the dev server simulates them: what the page shows of each, how a test signs in there, and how
//! it looks and changes things past the page, as the vendors' own clients do.

import { expect, type BrowserContext, type Locator, type Page } from '@playwright/test';
import { Desk, detailsOf, TokenForm } from './desk.ts';
import type { DevServer, Fault } from './server.ts';
import { say } from './texts.ts';

/** What Chromium itself writes to its console when a request fails. */
export const FAILED = /console error: Failed to load resource/;

/** A connection as it stands in `config.json`. */
export interface Connection {
  name: string;
  dialect: string;
  base: string;
  [setting: string]: unknown;
}

export const PT_SANDBOX: Connection = { name: 'PT Sandbox', dialect: 'pt-sandbox', base: 'sim/pt-sandbox' };
export const AIR_V1: Connection = { name: 'NVIDIA Air', dialect: 'air', version: 'v1', base: 'sim/air' };
export const AIR_V2: Connection = { ...AIR_V1, version: 'v2' };
export const MIST_SELF: Connection = { name: 'Juniper Mist', dialect: 'mist', tokens: 'self', base: 'sim/mist' };
export const MIST_ORG: Connection = { ...MIST_SELF, tokens: 'org' };

/** A `config.json` with these connections and no others. */
export function only(...connections: Connection[]): { connections: Connection[] } {
  return { connections };
}

const PT_COLUMNS = [
  'Name',
  'Comment',
  'ID',
  'Permissions',
  'Created',
  'Created by',
  'Modified',
  'Deleted',
  'Entry point',
  'Is active',
  'Actions',
] as const;
const AIR_COLUMNS = ['Name', 'ID', 'Created', 'Expiration date', 'Is active', 'Actions'] as const;
const MIST_COLUMNS = [
  'Name',
  'Privileges',
  'Where',
  'Last used',
  'Removed if unused',
  'Is active',
  'Key',
  'Created',
  'Created by',
  'Source IPs',
  'ID',
  'Actions',
] as const;

/** What is typed into the sign-in form, by the inputs' labels. */
export type Typed = Record<string, string>;

/** The accounts that can do everything. */
export const PT_DEMO: Typed = { Username: 'demo', Password: 'demo' };
export const AIR_DEMO: Typed = { Username: 'demo', Password: 'demo' };
export const MIST_DEMO: Typed = { 'E-mail': 'demo@example.com', Password: 'demo' };

/** The form of a vendor's system, with the fields that only some of them have. */
export class SystemForm extends TokenForm {
  readonly permissions: Locator;
  readonly comment: Locator;
  readonly privileges: Locator;
  readonly addPrivilege: Locator;
  readonly sourceIps: Locator;

  constructor(page: Page, title: 'Create token' | 'Edit token' | 'Clone token') {
    super(page, title);
    this.permissions = this.dialog.getByRole('group', { name: 'Permissions' });
    this.comment = this.dialog.getByRole('textbox', { name: 'Comment' });
    this.privileges = this.dialog.getByRole('group', { name: /^Privilege \d+$/ });
    this.addPrivilege = this.dialog.getByRole('button', { name: say.privileges.add });
    this.sourceIps = this.dialog.getByRole('textbox', { name: 'Source IPs' });
  }

  /** A permission by its name. */
  permission(name: string): Locator {
    return this.permissions.getByRole('checkbox', { name, exact: true });
  }

  /** A part of a privilege, the first of which is number 1. */
  choice(part: 'Scope' | 'Role' | 'Where', number = 1): Locator {
    return this.dialog.getByRole('combobox', { name: `${part} ${number}`, exact: true });
  }

  /** Adds a privilege: what may be done, and where. */
  async grant(scope: string, role: string, where?: string): Promise<void> {
    const number = (await this.privileges.count()) + 1;
    await this.addPrivilege.click();
    await this.choice('Scope', number).selectOption(scope);
    await this.choice('Role', number).selectOption(role);
    if (where !== undefined) await this.choice('Where', number).selectOption(where);
  }
}

/** The dialog that shows a new token's secret. */
export class SecretDialog {
  readonly dialog: Locator;
  readonly secret: Locator;
  readonly keyHash: Locator;
  readonly has: Locator;
  readonly close: Locator;
  readonly guard: Locator;
  readonly keep: Locator;
  readonly closeWithout: Locator;

  constructor(page: Page) {
    this.dialog = page.getByRole('dialog', { name: say.secretDialog.title });
    this.secret = this.dialog.getByRole('textbox', { name: say.secretDialog.secret, exact: true });
    this.keyHash = this.dialog.getByRole('textbox', { name: say.secretDialog.hash });
    this.has = this.dialog.getByRole('checkbox', { name: say.secretDialog.saved });
    this.close = this.dialog.getByRole('button', { name: say.manages.close, exact: true });
    this.guard = this.dialog.getByRole('group', { name: say.secretDialog.closeWhat });
    this.keep = this.dialog.getByRole('button', { name: say.secretDialog.goBack });
    this.closeWithout = this.dialog.getByRole('button', { name: say.secretDialog.closeAnyway });
  }

  /** A button that copies it in some form. */
  copy(form: 'Copy secret' | 'Copy as Authorization header' | 'Copy as header' | 'Copy as .env line'): Locator {
    return this.dialog.getByRole('button', { name: form, exact: true });
  }

  /** The secret, once it is shown. */
  async read(): Promise<string> {
    // It stands on the page before it is shown.
    await expect(this.secret).toBeVisible();
    await expect(this.secret).not.toHaveValue('');
    return this.secret.inputValue();
  }

  /** Says that one has it, and closes the dialog. */
  async dismiss(): Promise<void> {
    await this.has.check();
    await this.close.click();
    await expect(this.dialog).toBeHidden();
  }
}

/** The page over a vendor's system. */
export class SystemDesk<C extends string = string> extends Desk<C> {
  readonly connection: string;
  readonly account: Typed;
  readonly secret: SecretDialog;
  readonly signOut: Locator;
  readonly limits: Locator;

  constructor(page: Page, url: string, connection: Connection, account: Typed, columns: readonly C[]) {
    super(page, url, columns);
    this.connection = connection.name;
    this.account = account;
    this.secret = new SecretDialog(page);
    this.signOut = page.getByRole('button', { name: say.page.signOut });
    this.limits = page.locator('.limits');
  }

  protected override get system(): string {
    return this.connection;
  }

  override get creating(): SystemForm {
    return new SystemForm(this.page, 'Create token');
  }

  override get editing(): SystemForm {
    return new SystemForm(this.page, 'Edit token');
  }

  override async openCreate(): Promise<SystemForm> {
    await super.openCreate();
    return this.creating;
  }

  override async openEdit(name: string): Promise<SystemForm> {
    await super.openEdit(name);
    return this.editing;
  }

  /** The dialog that asks who the user is. */
  get asking(): Locator {
    return this.signIn(this.connection);
  }

  /** The one error in that dialog. */
  get refusal(): Locator {
    return this.asking.getByRole('alert');
  }

  /** Types into the sign-in form and sends it. */
  async answer(typed: Typed): Promise<void> {
    for (const [label, value] of Object.entries(typed)) {
      const field = this.asking.getByLabel(label, { exact: true });
      await this.chooseWayOf(field);
      await field.fill(value);
    }
    await this.asking.getByRole('button', { name: say.signInForm.signIn }).click();
  }

  /** Chooses the way to sign in that a field belongs to. */
  private async chooseWayOf(field: Locator): Promise<void> {
    await expect(this.asking).toBeVisible();
    if (await field.isVisible()) return;
    const way = await field.evaluate((it) => [...document.querySelectorAll('.way')].findIndex((way) => way.contains(it)));
    await this.asking.getByRole('radio').nth(way).click();
  }

  /** Opens the page, signs in, and waits until the whole list is there. */
  async enter(query = '', typed = this.account): Promise<void> {
    await this.visit(query);
    await this.answer(typed);
    await this.loaded();
  }

  /** Expects a name beside `Sign out`. */
  async expectSignedInAs(name: string): Promise<void> {
    await expect(this.page.getByText(`Signed in as ${name}`, { exact: true })).toBeVisible();
  }

  /** Expects that nobody is signed in and that nothing is shown any more. */
  async expectSignedOut(): Promise<void> {
    await expect(this.box).toContainText(say.prompt.signedOut);
    await expect(this.rows).toHaveCount(0);
    await expect(this.signOut).toHaveCount(0);
    await expect(this.page.getByText('Signed in as')).toHaveCount(0);
  }
}

export class PtDesk extends SystemDesk<(typeof PT_COLUMNS)[number]> {
  constructor(page: Page, url: string) {
    super(page, url, PT_SANDBOX, PT_DEMO, PT_COLUMNS);
  }
}

export class AirDesk extends SystemDesk<(typeof AIR_COLUMNS)[number]> {
  constructor(page: Page, url: string) {
    super(page, url, AIR_V2, AIR_DEMO, AIR_COLUMNS);
  }
}

export class MistDesk extends SystemDesk<(typeof MIST_COLUMNS)[number]> {
  constructor(page: Page, url: string) {
    super(page, url, MIST_ORG, MIST_DEMO, MIST_COLUMNS);
  }
}

/** Opens the form for a clone from a token's details. */
export async function cloneOf(page: Page, name: string): Promise<SystemForm> {
  await page.locator('.table-body .name').getByText(name, { exact: true }).first().click();
  await detailsOf(page).getByRole('button', { name: say.details.clone, exact: true }).click();
  const form = new SystemForm(page, 'Clone token');
  await expect(form.name).toBeVisible();
  return form;
}

// Past the page -------------------------------------------------------------------------------------------------------

async function json<T>(answer: Response): Promise<T> {
  const said = await answer.text();
  if (!answer.ok) throw new Error(`${answer.url}: ${answer.status} ${said}`);
  return (said === '' ? undefined : JSON.parse(said)) as T;
}

function sent(method: string, body: unknown, headers: Record<string, string> = {}): RequestInit {
  const init: RequestInit = { method, headers: { ...headers, 'Content-Type': 'application/json' } };
  return body === undefined ? init : { ...init, body: JSON.stringify(body) };
}

/** The cookies that an answer sets, as a client sends them back. */
function cookies(answer: Response): string[] {
  return answer.headers.getSetCookie().map((it) => it.split(';')[0] ?? '');
}

/** A token as PT Sandbox writes it (wire contracts, 2). */
export interface PtToken {
  id: number;
  name: string;
  comment: string | null;
  permissions: string[];
  creatorLogin: string;
  created: number;
  modified: number | null;
  deleted: number | null;
  entryPoint: { id: string; name: string } | null;
}

/** A PT Sandbox, past the page. */
export class PtSandbox {
  readonly #server: DevServer;

  constructor(server: DevServer) {
    this.#server = server;
  }

  /** The four steps, as the account `demo`. */
  async #bearer(): Promise<string> {
    const api = 'sim/pt-sandbox/api/ui';
    const fingerprint = '0123456789abcdef'.repeat(2);
    const authorize = await this.#server.fetch(`${api}/auth/authorize?fingerprint=${fingerprint}`);
    const { data } = await json<{ data: { location: string } }>(authorize);
    const account = { username: 'demo', password: 'demo', authType: 0, rememberLogin: true };
    const login = await this.#server.fetch('sim/pt-sandbox/ui/login', sent('POST', account));
    const session = await fetch(data.location, { headers: { Cookie: cookies(login).join('; ') } });
    const cookie = { Cookie: cookies(session).join('; ') };
    const answer = await this.#server.fetch(`${api}/auth/token`, sent('POST', { fingerprint }, cookie));
    const token = await json<{ data: { accessToken: string } }>(answer);
    return token.data.accessToken;
  }

  async #call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const headers = { Authorization: `Bearer ${await this.#bearer()}` };
    return json(await this.#server.fetch(`sim/pt-sandbox/api/ui/public-api/${path}`, sent(method, body, headers)));
  }

  async tokens(): Promise<PtToken[]> {
    return (await this.#call<{ entries: PtToken[] }>('GET', 'tokens')).entries;
  }

  async named(name: string): Promise<PtToken[]> {
    return (await this.tokens()).filter((it) => it.name === name);
  }

  async add(name: string, permissions = ['TASKS_VIEW_ALL'], comment = ''): Promise<PtToken> {
    return this.#call('POST', 'tokens', { name, permissions, comment });
  }

  async remove(token: Pick<PtToken, 'id'>): Promise<void> {
    await this.#call('DELETE', `tokens/${token.id}`);
  }

  /** Whether a secret opens the API that tokens are for. */
  async opens(secret: string): Promise<boolean> {
    const path = 'sim/pt-sandbox/api/v1/maintenance/checkHealth';
    return (await this.#server.fetch(path, { headers: { 'X-Api-Key': secret } })).ok;
  }
}

/** A token as NVIDIA Air writes it (wire contracts, 3); just made it has its secret in `token`. */
export interface AirToken {
  id: string;
  name: string;
  created: string;
  expiry: string | null;
  token?: string;
}

/** An NVIDIA Air, past the page. */
export class Air {
  readonly #server: DevServer;
  #bearer: string | undefined;

  constructor(server: DevServer) {
    this.#server = server;
  }

  async #call<T>(method: string, path: string, body?: unknown): Promise<T> {
    if (this.#bearer === undefined) {
      const account = sent('POST', { username: 'demo', password: 'demo' });
      const answer = await json<{ token: string }>(await this.#server.fetch('sim/air/api/v1/login/', account));
      this.#bearer = answer.token;
    }
    const headers = { Authorization: `Bearer ${this.#bearer}` };
    return json(await this.#server.fetch(`sim/air/api/${path}`, sent(method, body, headers)));
  }

  async tokens(): Promise<AirToken[]> {
    return this.#call('GET', 'v1/api-token/');
  }

  async named(name: string): Promise<AirToken[]> {
    return (await this.tokens()).filter((it) => it.name === name);
  }

  async add(name: string, expiry: string | null = null): Promise<AirToken & { token: string }> {
    return this.#call('POST', 'v2/api-tokens/', { name, expiry });
  }

  async remove(token: Pick<AirToken, 'id'>): Promise<void> {
    await this.#call('DELETE', `v2/api-tokens/${token.id}/`, {});
  }

  /** Whether a secret opens the API that tokens are for. */
  async opens(secret: string): Promise<boolean> {
    return (await this.#server.fetch('sim/air/api/v1/login/', { headers: { Authorization: `Bearer ${secret}` } })).ok;
  }
}

/** A privilege as Juniper Mist writes it (wire contracts, 4). */
export interface MistPrivilege {
  scope: string;
  role: string;
  org_id?: string;
  site_id?: string;
  sitegroup_id?: string;
  sitegroup_ids?: string[];
  views?: string[];
}

/** A token as Juniper Mist writes it (wire contracts, 4). */
export interface MistToken {
  id: string;
  name: string;
  key: string;
  created_time: number;
  last_used: number | null;
  created_by?: string | null;
  src_ips?: string[];
  privileges?: MistPrivilege[];
}

/** A site or a site group. */
interface Place {
  id: string;
  name: string;
}

/** The one organisation that the dev server simulates. */
export const ORG = { id: 'a40f5d1f-d889-42e9-94ea-b9b33585fc6b', name: 'Northwind Retail' };

/** A Juniper Mist, past the page: the tokens of the account `demo@example.com`, or of the organisation. */
export class Mist {
  readonly #server: DevServer;
  readonly #whose: string;
  #headers: Record<string, string> | undefined;

  constructor(server: DevServer, whose: 'self' | 'org') {
    this.#server = server;
    this.#whose = whose === 'self' ? 'self' : `orgs/${ORG.id}`;
  }

  async #call<T>(method: string, path: string, body?: unknown): Promise<T> {
    if (this.#headers === undefined) {
      const account = sent('POST', { email: 'demo@example.com', password: 'demo' });
      const set = cookies(await this.#server.fetch('sim/mist/api/v1/login', account));
      const csrf = set.find((it) => it.startsWith('csrftoken='))?.split('=')[1] ?? '';
      this.#headers = { Cookie: set.join('; '), 'X-CSRFToken': csrf };
    }
    return json(await this.#server.fetch(`sim/mist/api/v1/${path}`, sent(method, body, this.#headers)));
  }

  async tokens(): Promise<MistToken[]> {
    return this.#call('GET', `${this.#whose}/apitokens`);
  }

  async named(name: string): Promise<MistToken[]> {
    return (await this.tokens()).filter((it) => it.name === name);
  }

  /** The one token of a name. */
  async theOne(name: string): Promise<MistToken> {
    const found = await this.named(name);
    if (found.length !== 1 || !found[0]) throw new Error(`${found.length} tokens are called ${name}`);
    return found[0];
  }

  /** Makes a token; an organisation's may read everything where nothing else is said. */
  async add(name: string, fields: Partial<Pick<MistToken, 'privileges' | 'src_ips'>> = {}): Promise<MistToken> {
    const rights = this.#whose === 'self' ? {} : { privileges: [{ scope: 'org', role: 'read', org_id: ORG.id }] };
    return this.#call('POST', `${this.#whose}/apitokens`, { name, ...rights, ...fields });
  }

  async remove(token: Pick<MistToken, 'id'>): Promise<void> {
    await this.#call('DELETE', `${this.#whose}/apitokens/${token.id}`);
  }

  async sites(): Promise<Place[]> {
    return this.#call('GET', `orgs/${ORG.id}/sites?limit=100`);
  }

  async siteGroups(): Promise<Place[]> {
    return this.#call('GET', `orgs/${ORG.id}/sitegroups?limit=100`);
  }

  /** Whether a key opens the API that tokens are for. */
  async opens(key: string): Promise<boolean> {
    return (await this.#server.fetch('sim/mist/api/v1/self', { headers: { Authorization: `Token ${key}` } })).ok;
  }
}

/** The paths of the systems' tokens, for failures that are asked for. */
export const TOKENS = {
  pt: '/sim/pt-sandbox/api/ui/public-api/tokens',
  airV1: '/sim/air/api/v1/api-token/',
  airV2: '/sim/air/api/v2/api-tokens/',
  mistSelf: '/sim/mist/api/v1/self/apitokens',
  mistOrg: `/sim/mist/api/v1/orgs/${ORG.id}/apitokens`,
} as const;

/** A list that has these raw entries before its own, once. */
export function injected(path: string, ...entries: unknown[]): Fault {
  return { method: 'GET', path, times: 1, inject_entries: entries };
}

// What the page sends and keeps ---------------------------------------------------------------------------------------

/** A request that the page has sent to a system: method, path with query beneath the prefix, headers, body. */
export interface Sent {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: unknown;
}

/** Listens to what the page sends beneath a prefix such as `/sim/air`. */
export function listen(page: Page, prefix: string): Sent[] {
  const heard: Sent[] = [];
  page.on('request', (request) => {
    const { pathname, search } = new URL(request.url());
    if (!pathname.startsWith(`${prefix}/`)) return;
    const path = pathname.slice(prefix.length) + search;
    heard.push({ method: request.method(), path, headers: request.headers(), body: request.postDataJSON() as unknown });
  });
  return heard;
}

/** The last request that was to make something: lists may be asked for after it. */
export function posted(heard: Sent[]): Sent | undefined {
  return heard.filter((it) => it.method === 'POST').at(-1);
}

/** What was sent in short: `POST /ui/login`, without queries. */
export function lines(heard: Sent[]): string[] {
  return heard.map((it) => `${it.method} ${it.path.split('?')[0]}`);
}

/** Keeps hold of the memory of every WebAssembly module that the pages of a context start, so that it can be searched. */
export async function holdMemory(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const memories: WebAssembly.Memory[] = [];
    Object.assign(globalThis, { tokendeckTestMemories: memories });
    for (const name of ['instantiate', 'instantiateStreaming'] as const) {
      const plain = WebAssembly[name] as (...given: unknown[]) => Promise<WebAssembly.WebAssemblyInstantiatedSource>;
      const wrapped = async (...given: unknown[]) => {
        const made = await plain.apply(WebAssembly, given);
        const exported = Object.values((made.instance ?? made).exports);
        memories.push(...exported.filter((it) => it instanceof WebAssembly.Memory));
        return made;
      };
      Object.assign(WebAssembly, { [name]: wrapped });
    }
  });
}

/** Where a text stands in the memory of the page's modules, as UTF-8 or UTF-16: what is around it, to be told apart. */
export async function inMemory(page: Page, text: string): Promise<string[]> {
  return page.evaluate((text) => {
    const { tokendeckTestMemories: memories } = globalThis as unknown as { tokendeckTestMemories: WebAssembly.Memory[] };
    if (memories.length === 0) throw new Error('no module was seen to start');
    const wide = [...text].join('\0');
    const found: string[] = [];
    for (const [idx, memory] of memories.entries()) {
      const bytes = new TextDecoder('latin1').decode(memory.buffer);
      for (const form of [text, wide]) {
        for (let at = bytes.indexOf(form); at >= 0; at = bytes.indexOf(form, at + 1)) {
          found.push(`module ${idx} at ${at}: ${bytes.slice(Math.max(0, at - 40), at + form.length + 40)}`);
        }
      }
    }
    return found;
  }, text);
}
