import { describe, expect, it } from 'vitest';
import { asRefusal } from '../ipc/api';
import * as fixtures from '../ipc/fixtures';
import { credentialsIn } from '../lib/paste';
import { grouped, matching } from '../lib/scopes';
import { tidy } from '../lib/tidy';
import { ago, duration } from '../lib/time';
import { draftWords, evidenceLabel, productAndPlace, stageLabel, supportText, verdictLine } from '../lib/wording';
import { parseKept, WizardModel } from '../state/wizard.svelte';

const NOW = fixtures.NOW;
const before = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();

describe('evidence', () => {
  it.each([
    ['region_eu', 'Region eu'],
    ['clock_skew_seconds', 'Clock is off by (s)'],
    ['something_new', 'Something new'],
  ])('%s is called %s', (name, label) => {
    expect(evidenceLabel(name, (region) => `Region ${region}`)).toBe(label);
  });
});

describe('times', () => {
  it.each([
    [5, 'just now'],
    [12 * 60, '12 minutes ago'],
    [3600, '1 hour ago'],
    [86_400, 'yesterday'],
    [86_400 * 5, '5 days ago'],
    [86_400 * 40, 'last month'],
  ])('%i seconds ago reads %s', (seconds, text) => expect(ago(before(seconds), NOW)).toBe(text));

  it('durations are short', () => {
    expect([duration(0), duration(12), duration(1840)]).toEqual(['<1 ms', '12 ms', '1.8 s']);
  });
});

describe('tidying a pasted value', () => {
  it.each([
    ['secret ', 'secret'],
    ['\u00a0secret\n', 'secret'],
    ['“secret”', 'secret'],
    ['"secret"', 'secret'],
    ['sec\u200bret\ufeff', 'secret'],
    ['sec\r\n  ret', 'secret'],
    ['a secret with words', 'a secret with words'],
    ['"half', '"half'],
  ])('%j becomes %j', (given, wanted) => expect(tidy(given)).toBe(wanted));
});

describe('a pasted block', () => {
  it.each([
    ['{"client_id":"abc","client_secret":"d=e"}', 'abc', 'd=e'],
    ['{"web":{"client_id":"abc","client_secret":"def"}}', 'abc', 'def'],
    ['Client ID: abc\nClient Secret: def', 'abc', 'def'],
    ['export TALKDESK_CLIENT_ID=abc\nTALKDESK_CLIENT_SECRET="def"', 'abc', 'def'],
    ['Client ID\nabc\nClient secret\ndef', 'abc', 'def'],
    ['client_secret = def', null, 'def'],
  ])('%j is understood', (text, clientId, clientSecret) =>
    expect(credentialsIn(text)).toEqual({ clientId, clientSecret }),
  );

  it.each(['f0c1a4d2e5b64f7a', 'a:b=c', '{"other":"x"}', '{broken', ''])('%j is a plain value', (text) =>
    expect(credentialsIn(text)).toBeNull(),
  );
});

describe('scopes', () => {
  const { entries } = fixtures.talkdesk.scopes;

  it('are found by words in any order', () => {
    expect(matching(entries, 'read users').map((one) => one.name)).toContain('users:read');
    expect(matching(entries, 'users:read').map((one) => one.name)).toContain('users:read');
    expect(matching(entries, 'nothing like it')).toEqual([]);
  });

  it('keep the order of their groups', () => {
    const groups = ['General', 'Reseller', 'E-commerce', 'Financial', 'Healthcare', 'Early access'];
    expect(grouped(entries).map((one) => one.name)).toEqual(groups);
  });
});

describe('wording', () => {
  const connection = fixtures.connection();

  it('names host, product and account', () => {
    expect(stageLabel('dns', connection)).toBe('The name acme.talkdeskid.com exists');
    expect(stageLabel('account', connection)).toBe('The answer comes from account acme');
  });

  it('a failed verdict says where it stopped', () => {
    const report = fixtures.report(connection.id, fixtures.refusedToken);
    expect(verdictLine(connection, report)).toBe('Not proven. Stopped at: Talkdesk accepts the client ID and secret');
  });

  it('names the product where there is no account to name', () => {
    const nowhere = { variables: {}, account: null, region_label: null };
    const made = fixtures.connection({ provider_name: 'login.example.com', ...nowhere });
    expect(verdictLine(made, fixtures.report(made.id))).toMatch(/^Proven: login\.example\.com · /u);
    expect(productAndPlace(made)).toBe('login.example.com');
  });

  it('a draft is called after its product and what is known of the account', () => {
    const wizard = new WizardModel();
    wizard.choose(fixtures.view('talkdesk'), false);
    wizard.input = 'https://acme.';
    expect(draftWords(wizard.kept(), fixtures.provider('talkdesk'))).toBe('Talkdesk · https://acme.');
    wizard.setAccount('acme');
    expect(draftWords(wizard.kept(), fixtures.provider('talkdesk'))).toBe('Talkdesk · acme');
    expect(draftWords(wizard.kept(), null)).toBe('https://acme.');
  });

  it('support details hold every check and the server’s words', () => {
    const text = supportText(connection, fixtures.report(connection.id, fixtures.refusedToken));
    expect(text).toContain('[failed] token');
    expect(text).toContain('error_description: Client authentication failed');
    expect(text).toContain('[not_reached] vault');
  });
});

describe('refusals', () => {
  it('pass problems on and own up to anything else', () => {
    const problem = { code: 'not_found', summary: 'Gone.', remedy: 'Go back.', field: null, quoted: null };
    expect(asRefusal(problem).problem).toBe(problem);
    expect(asRefusal({ problem, findings: [] }).problem).toBe(problem);
    expect(asRefusal('boom').problem).toMatchObject({ code: 'internal', remedy: expect.stringContaining('boom') });
  });
});

describe('the wizard’s memory', () => {
  it('keeps a draft without secrets and takes it up again', () => {
    const wizard = new WizardModel();
    wizard.choose(fixtures.view('talkdesk'), false);
    wizard.variables = { account: 'acme' };
    wizard.setRegion('au');
    wizard.clientId = 'CANARY-ID';
    wizard.clientSecret = 'CANARY-SECRET';
    wizard.go('values');
    const text = JSON.stringify(wizard.kept());
    expect(text).not.toContain('CANARY');

    const again = new WizardModel();
    const kept = parseKept(text);
    if (!kept) throw new Error('the draft was not understood');
    again.resume(fixtures.view('talkdesk'), kept);
    expect(again.step).toBe('values');
    expect(again.variables).toEqual({ account: 'acme', region: 'au', api_base: 'https://api.talkdeskapp.au' });
  });

  it.each(['', 'null', '{}', '{"version":2}', '[1]'])('discards %j', (text) => expect(parseKept(text)).toBeNull());

  it('drops another region’s answers with the region', () => {
    const wizard = new WizardModel();
    wizard.choose(fixtures.view('talkdesk'), false);
    wizard.setRegion('au');
    wizard.setRegion('us');
    expect(wizard.variables).toEqual({ region: 'us' });
  });
});
