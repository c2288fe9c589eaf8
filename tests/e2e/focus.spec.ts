//! Where the focus is after each action, by a click and by the keyboard, on a phone and on a laptop: never on the page itself,
//! and where one goes on from. And what the question before a deletion tells those who hear it.

import type { Locator, Page } from '@playwright/test';
import { detailsOf, type Desk } from './desk.ts';
import { expect, held, test } from './fixture.ts';
import { inDays, type DevServer } from './server.ts';
import { say } from './texts.ts';

const SECRET = 's3cret-of-this-test';

interface Stage {
  desk: Desk;
  page: Page;
  server: DevServer;
  /** Presses something, by a click or by the keyboard. */
  press(it: Locator): Promise<void>;
}

interface Step {
  /** What is done. */
  after: string;
  act(stage: Stage): Promise<void>;
  /** Where the focus is then. */
  focus(stage: Stage): Locator;
  /** Whether it is said once only, as it needs a window of this width. */
  width?: number;
}

const details = (page: Page): Locator => detailsOf(page);
const heading = (page: Page): Locator => details(page).locator('h2');
const link = (page: Page, name: string): Locator => page.getByRole('link', { name, exact: true });
const inDetails = (page: Page, name: string): Locator => details(page).getByRole('button', { name, exact: true });
const cancel = (of: Locator): Locator => of.getByRole('button', { name: say.dialogs.cancel, exact: true });
const columns = (page: Page): Locator => page.getByRole('dialog', { name: say.dialogs.columns });
const openColumns = (page: Page): Locator => page.getByRole('button', { name: say.stateLine.columns, exact: true });

/** Opens the details of a token. */
async function openDetails({ page, press }: Stage, name: string): Promise<void> {
  await press(link(page, name));
  await expect(heading(page)).toBeFocused();
}

/** Has nothing on the page have the focus, as after a click beside everything. */
async function dropFocus(page: Page): Promise<void> {
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
}

const STEPS: Step[] = [
  { after: 'Create token', act: async ({ desk, press }) => press(desk.createButton), focus: ({ desk }) => desk.creating.name },
  {
    after: 'Create token, Cancel',
    act: async ({ desk, press }) => {
      await press(desk.createButton);
      await press(desk.creating.cancel);
    },
    focus: ({ desk }) => desk.createButton,
  },
  {
    after: 'Edit, Escape',
    act: async ({ desk, page, press }) => {
      await press(desk.action('Edit', 'bravo'));
      await expect(desk.editing.name).toBeFocused();
      await page.keyboard.press('Escape');
    },
    focus: ({ desk }) => desk.action('Edit', 'bravo'),
  },
  {
    after: 'Edit, Escape where nothing in the form has the focus',
    act: async ({ desk, page, press }) => {
      await press(desk.action('Edit', 'bravo'));
      await expect(desk.editing.name).toBeFocused();
      await dropFocus(page);
      await page.keyboard.press('Escape');
    },
    focus: ({ desk }) => desk.action('Edit', 'bravo'),
  },
  { after: 'Revoke', act: async ({ desk, press }) => press(desk.action('Revoke', 'bravo')), focus: ({ desk }) => cancel(desk.question('Revoke token')) },
  {
    after: 'Revoke, Cancel',
    act: async ({ desk, press }) => {
      await press(desk.action('Revoke', 'bravo'));
      await press(cancel(desk.question('Revoke token')));
    },
    focus: ({ desk }) => desk.action('Revoke', 'bravo'),
  },
  {
    after: 'Revoke, and it is done',
    act: async ({ desk, press }) => {
      await press(desk.action('Revoke', 'bravo'));
      await press(desk.question('Revoke token').getByRole('button', { name: say.action.revoke }));
      await expect(desk.question('Revoke token')).toBeHidden();
      await expect(desk.action('Revoke', 'bravo')).toBeDisabled();
    },
    focus: ({ desk }) => desk.action('Delete', 'bravo'),
  },
  { after: 'Delete', act: async ({ desk, press }) => press(desk.action('Delete', 'bravo')), focus: ({ desk }) => cancel(desk.question('Delete token')) },
  {
    after: 'Delete, Escape where nothing in the question has the focus',
    act: async ({ desk, page, press }) => {
      await press(desk.action('Delete', 'bravo'));
      await expect(cancel(desk.question('Delete token'))).toBeFocused();
      await dropFocus(page);
      await page.keyboard.press('Escape');
    },
    focus: ({ desk }) => desk.action('Delete', 'bravo'),
  },
  {
    after: 'Delete, and it is done',
    act: async (stage) => deleteIn(stage, 'bravo'),
    focus: ({ desk }) => desk.action('Delete', 'charlie'),
  },
  {
    after: 'Delete of the last one, and it is done',
    act: async (stage) => deleteIn(stage, 'charlie'),
    focus: ({ page }) => link(page, 'bravo'),
  },
  {
    after: 'Delete of the only match, and it is done',
    act: async (stage) => {
      await stage.page.goto(`${stage.desk.url}?name=bravo`);
      await expect(stage.desk.rows).toHaveCount(1);
      await deleteIn(stage, 'bravo');
    },
    focus: ({ page }) => page.getByRole('button', { name: say.table.showAll }),
  },
  {
    after: 'Delete, which fails, and Escape',
    act: async ({ desk, page, press, server }) => {
      await server.fail({ method: 'DELETE', path: '/api/v1/tokens/*', status: 500, times: 1 });
      await press(desk.action('Delete', 'bravo'));
      await press(desk.question('Delete token').getByRole('button', { name: say.action.delete }));
      await expect(desk.question('Delete token').getByRole('button', { name: say.confirm.retry })).not.toHaveClass(/danger/);
      await page.keyboard.press('Escape');
    },
    focus: ({ desk }) => desk.action('Delete', 'bravo'),
  },
  { after: 'a name', act: async (stage) => stage.press(link(stage.page, 'bravo')), focus: ({ page }) => heading(page) },
  {
    after: 'a name, Escape',
    act: async (stage) => {
      await openDetails(stage, 'bravo');
      await stage.page.keyboard.press('Escape');
    },
    focus: ({ page }) => link(page, 'bravo'),
  },
  {
    after: 'a name, Close details',
    act: async (stage) => {
      await openDetails(stage, 'charlie');
      await stage.press(inDetails(stage.page, say.details.close));
    },
    focus: ({ page }) => link(page, 'charlie'),
  },
  {
    after: 'a name, Escape where nothing has the focus',
    act: async (stage) => {
      await openDetails(stage, 'bravo');
      await dropFocus(stage.page);
      await stage.page.keyboard.press('Escape');
      await expect(details(stage.page)).toHaveCount(0);
    },
    focus: ({ page }) => link(page, 'bravo'),
  },
  {
    after: 'a name, Back',
    act: async (stage) => {
      await openDetails(stage, 'bravo');
      await stage.page.goBack();
      await expect(details(stage.page)).toHaveCount(0);
    },
    focus: ({ page }) => link(page, 'bravo'),
  },
  {
    after: 'Copy GUID in the details',
    act: async (stage) => {
      await openDetails(stage, 'bravo');
      await stage.press(inDetails(stage.page, 'Copy GUID'));
      await expect(inDetails(stage.page, say.dialogs.copied)).toBeVisible();
    },
    // It says that it has copied for two seconds only.
    focus: ({ page }) => details(page).getByRole('button', { name: new RegExp(`^(Copy GUID|${say.dialogs.copied})$`) }),
  },
  {
    after: 'Delete in the details, Cancel',
    act: async (stage) => {
      await openDetails(stage, 'bravo');
      await stage.press(inDetails(stage.page, say.action.delete));
      await stage.press(cancel(stage.desk.question('Delete token')));
    },
    focus: ({ page }) => inDetails(page, say.action.delete),
  },
  {
    after: 'Delete in the details, and it is done',
    act: async (stage) => {
      await openDetails(stage, 'bravo');
      await stage.press(inDetails(stage.page, say.action.delete));
      await stage.press(stage.desk.question('Delete token').getByRole('button', { name: say.action.delete }));
      await expect(details(stage.page)).toHaveCount(0);
      // What is told was in the dialog while that was open, and is still there.
      await expect(stage.page.getByText('“bravo” was deleted.').first()).toBeVisible();
    },
    focus: ({ page }) => link(page, 'charlie'),
  },
  {
    after: 'Revoke in the details, and it is done',
    act: async (stage) => {
      await openDetails(stage, 'bravo');
      await stage.press(inDetails(stage.page, say.action.revoke));
      await stage.press(stage.desk.question('Revoke token').getByRole('button', { name: say.action.revoke }));
      await expect(details(stage.page).getByText(say.status.revoked, { exact: true })).toBeVisible();
    },
    focus: ({ page }) => inDetails(page, say.action.revoke),
  },
  {
    after: 'Escape in the table beside the details',
    width: 1440,
    act: async (stage) => {
      await openDetails(stage, 'bravo');
      await link(stage.page, 'charlie').focus();
      await stage.page.keyboard.press('Escape');
      await expect(details(stage.page)).toHaveCount(0);
    },
    focus: ({ page }) => link(page, 'charlie'),
  },
  {
    after: 'Escape in a search field with a text, beside the details',
    width: 1440,
    act: async (stage) => {
      await openDetails(stage, 'bravo');
      await stage.desk.byName.fill('b');
      await stage.page.keyboard.press('Escape');
      await expect(stage.desk.byName).toHaveValue('');
      await expect(heading(stage.page)).toBeVisible();
    },
    focus: ({ desk }) => desk.byName,
  },
  {
    after: 'Escape in the list of scopes, beside the details',
    width: 1440,
    act: async (stage) => {
      await openDetails(stage, 'bravo');
      await stage.press(stage.desk.scopeButton);
      await stage.desk.scopeChoices.getByRole('checkbox').first().focus();
      await stage.page.keyboard.press('Escape');
      await expect(stage.desk.scopeChoices).toHaveCount(0);
      await expect(heading(stage.page)).toBeVisible();
    },
    focus: ({ desk }) => desk.scopeButton,
  },
  {
    after: 'an Escape of an input method, beside the details',
    width: 1440,
    act: async (stage) => {
      await openDetails(stage, 'bravo');
      for (const told of [{ isComposing: true }, { keyCode: 229 }]) {
        const init = { ...told, key: 'Escape', bubbles: true };
        await heading(stage.page).evaluate((it, init) => it.dispatchEvent(new KeyboardEvent('keydown', init)), init);
      }
      await stage.page.waitForTimeout(100);
    },
    focus: ({ page }) => heading(page),
  },
  {
    after: 'Columns, Escape',
    act: async ({ page, press }) => {
      await press(openColumns(page));
      await expect(columns(page)).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(columns(page)).toBeHidden();
    },
    focus: ({ page }) => openColumns(page),
  },
  {
    after: 'Move down, three times',
    act: async ({ page, press }) => {
      await press(openColumns(page));
      const down = columns(page).getByRole('button', { name: 'Move down GUID' });
      for (let times = 0; times < 3; times += 1) await press(down);
      const labels = columns(page).getByRole('listitem');
      await expect(labels.nth(4)).toContainText('GUID');
    },
    focus: ({ page }) => columns(page).getByRole('button', { name: 'Move down GUID' }),
  },
  {
    after: 'Move down to the end',
    act: async ({ page, press }) => {
      await press(openColumns(page));
      const down = columns(page).getByRole('button', { name: 'Move down Last used' });
      await press(down);
      await expect(down).toBeDisabled();
    },
    focus: ({ page }) => columns(page).getByRole('button', { name: 'Move down Last used' }),
  },
  {
    after: 'Refresh',
    act: async ({ desk, page, press }) => {
      const letGo = await held(page, 'GET', /\/api\/v1\/tokens\?/);
      await press(desk.refreshButton);
      await expect(desk.refreshButton).toBeHidden();
      letGo();
      await desk.loaded();
    },
    focus: ({ desk }) => desk.refreshButton,
  },
  {
    after: 'Copy GUID in a row',
    act: async ({ desk, page, press }) => {
      await press(desk.action('Copy GUID of', 'bravo'));
      await page.waitForTimeout(200);
    },
    focus: ({ desk }) => desk.row('bravo').getByRole('button', { name: /^Copy|^Copied/ }),
  },
];

/** Deletes a token by its row. */
async function deleteIn({ desk, press }: Stage, name: string): Promise<void> {
  await press(desk.action('Delete', name));
  await press(desk.question('Delete token').getByRole('button', { name: say.action.delete }));
  await expect(desk.question('Delete token')).toBeHidden();
  await expect(desk.row(name)).toHaveCount(0);
}

for (const width of [360, 1280, 1440]) {
  for (const way of ['a click', 'the keyboard'] as const) {
    test.describe(`by ${way}, at ${width} pixels`, () => {
      test.use({ viewport: { width, height: 800 } });
      for (const step of STEPS.filter((it) => (it.width ?? (width === 1440 ? 0 : width)) === width)) {
        test(`after ${step.after}`, async ({ context, desk, page, server, watch }) => {
          watch.allows(/500/);
          await context.grantPermissions(['clipboard-read', 'clipboard-write']);
          for (const name of ['alpha', 'bravo', 'charlie']) await server.add({ name, valid_to: inDays(30) });
          await desk.open('?sort=name');
          const press = async (it: Locator) => {
            if (way === 'a click') return it.click();
            // A question stands on the page before it is shown, and takes the focus then.
            await expect(it).toBeVisible();
            await it.focus();
            await page.keyboard.press('Enter');
          };
          const stage = { desk, page, server, press };
          await step.act(stage);
          await expect(step.focus(stage)).toBeFocused();
          expect(await page.evaluate(() => document.activeElement?.tagName)).not.toBe('BODY');
        });
      }
    });
  }
}

test.describe('signing in and out', () => {
  test.use({ serve: { tokens: 3, secret: SECRET } });
  for (const width of [360, 1280]) {
    test(`never leaves the focus to the page, at ${width} pixels`, async ({ desk, page, watch }) => {
      watch.allows(/401/);
      await page.setViewportSize({ width, height: 800 });
      await desk.visit();
      const held = () => page.evaluate(() => document.activeElement?.tagName);
      const submit = desk.signIn().getByRole('button', { name: say.signInForm.signIn, exact: true });
      await desk.signIn().getByLabel('API token').fill('wrong');
      await submit.focus();
      await page.keyboard.press('Enter');
      await expect(desk.signIn().getByRole('alert')).toBeVisible();
      await expect.poll(() => page.evaluate(() => document.activeElement?.closest('dialog') !== null)).toBe(true);
      await desk.signIn().getByLabel('API token').fill(SECRET);
      await submit.focus();
      await page.keyboard.press('Enter');
      await desk.loaded();
      await expect(desk.signIn()).toBeHidden();
      await expect.poll(held).not.toBe('BODY');
      const signOut = page.getByRole('button', { name: say.page.signOut, exact: true });
      await signOut.focus();
      await page.keyboard.press('Enter');
      await expect(desk.rows).toHaveCount(0);
      await expect.poll(held).not.toBe('BODY');
    });
  }
});

test('a filter that is set stays in its place while a dialog is open', async ({ desk, page, server }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await server.add({ name: 'ci-deploy' });
  await desk.open('?name=ci');
  await expect(desk.setFilters.locator('.chip')).toHaveCount(1);
  await desk.action('Delete', 'ci-deploy').click();
  await expect(cancel(desk.question('Delete token'))).toBeFocused();
  await expect(page.locator('dialog .chip')).toHaveCount(0);
});

test('the question before a deletion is heard with what it is about', async ({ desk, page, server }) => {
  const token = await server.add({ name: 'ci-deploy' });
  await desk.open();
  await desk.action('Delete', 'ci-deploy').click();
  const question = desk.question('Delete token');
  await expect(question).toMatchAriaSnapshot(`
    - alertdialog "Delete ci-deploy?":
      - heading "Delete ci-deploy?" [level=2]
      - paragraph: /${token.guid.slice(0, 8)}….* · never used/
      - paragraph: ${say.confirm.deleted}
      - button "Cancel"
      - button "Delete"
  `);
  await expect(question).toHaveAccessibleDescription(new RegExp(`${token.guid.slice(0, 8)}….* · never used ${say.confirm.deleted}`));
  // The name is its own, whatever is written around it.
  await expect(question.locator('h2 bdi')).toHaveText('ci-deploy');
  await expect(page.locator(':focus')).toHaveText(say.dialogs.cancel);
});
