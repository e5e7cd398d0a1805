// The only module that knows Tauri.

import { Channel, invoke } from '@tauri-apps/api/core';
import type { Api } from './api';
import type { AuthorizationEvent, EventDrop, ProofEvent, TrialEvent } from './bindings';

export const tauri: Api = {
  providers: () => invoke('providers'),
  providerFromIssuer: (issuer, replace, practice) => invoke('provider_from_issuer', { issuer, replace, practice }),
  locateAccount: (provider, input) => invoke('locate_account', { provider, input }),
  locateVariable: (provider, name, input) => invoke('locate_variable', { provider, name, input }),
  detectRegions: (provider, account, practice) => invoke('detect_regions', { provider, account, practice }),
  reviewDraft: (draft, changing, chosenKey) => invoke('review_draft', { draft, changing, chosenKey }),
  addConnection: (draft, chosenKey) => invoke('add_connection', { draft, chosenKey }),
  changeConnection: (id, draft, chosenKey) => invoke('change_connection', { id, draft, chosenKey }),
  keptKeys: () => invoke('kept_keys'),
  makeKey: (wanted) => invoke('make_key', { new: wanted }),
  removeKey: (id) => invoke('remove_key', { id }),
  publicKey: (id) => invoke('public_key', { id }),
  choosePrivateKey: () => invoke('choose_private_key'),
  connections: () => invoke('connections'),
  connectionPage: (id) => invoke('connection_page', { id }),
  renameConnection: (id, name) => invoke('rename_connection', { id, name }),
  removeConnection: (id) => invoke('remove_connection', { id }),
  validate: (id, watch) => {
    const events = new Channel<ProofEvent>();
    events.onmessage = watch;
    return invoke('validate', { id, events });
  },
  cancelValidation: (id) => invoke('cancel_validation', { id }),
  beginRotation: (id, entered, reason, chosenKey) => invoke('begin_rotation', { id, new: entered, reason, chosenKey }),
  proveIncoming: (id, watch) => {
    const events = new Channel<ProofEvent>();
    events.onmessage = watch;
    return invoke('prove_incoming', { id, events });
  },
  switchCredentials: (id) => invoke('switch_credentials', { id }),
  undoRotation: (id) => invoke('undo_rotation', { id }),
  retireCredentials: (id) => invoke('retire_credentials', { id }),
  forgetCredentials: (id, generation) => invoke('forget_credentials', { id, generation }),
  acknowledgeRotation: (id) => invoke('acknowledge_rotation', { id }),
  watchEventDrops: (watch) => {
    const drops = new Channel<EventDrop>();
    drops.onmessage = watch;
    return invoke('watch_event_drops', { drops });
  },
  chooseEvent: () => invoke('choose_event'),
  previewEvent: (headers, practice) => invoke('preview_event', { headers, practice }),
  importEvent: (headers, practice, confirmed) => invoke('import_event', { headers, practice, ...confirmed }),
  forgetEvent: () => invoke('forget_event'),
  answerInstallation: (id, answer, reason) => invoke('answer_installation', { id, answer, reason }),
  tryCall: (id, call) => invoke('try_call', { id, call }),
  tryValidator: (wish, watch) => {
    const events = new Channel<TrialEvent>();
    events.onmessage = watch;
    return invoke('try_validator', { wish, events });
  },
  cancelTrial: () => invoke('cancel_trial'),
  validatorStatus: () => invoke('validator_status'),
  suggestedIntegration: (id) => invoke('suggested_integration', { id }),
  saveSuggestedIntegration: (id) => invoke('save_suggested_integration', { id }),
  validatorStart: (id) => invoke('validator_start', { id }),
  chooseValidator: () => invoke('choose_validator'),
  validatorStop: () => invoke('validator_stop'),
  proposeRedirect: (provider) => invoke('propose_redirect', { provider }),
  beginAuthorization: (id, acceptPerson, watch) => {
    const events = new Channel<AuthorizationEvent>();
    events.onmessage = watch;
    return invoke('begin_authorization', { id, acceptPerson, events });
  },
  authorizationRunning: (id) => invoke('authorization_running', { id }),
  pasteRedirect: (id, address) => invoke('paste_redirect', { id, address }),
  openBrowserAgain: (id) => invoke('open_browser_again', { id }),
  cancelAuthorization: (id) => invoke('cancel_authorization', { id }),
  retryKeeping: (id) => invoke('retry_keeping', { id }),
  applyRemedy: (id, action) => invoke('apply_remedy', { id, action }),
  exportPreview: (id, format, secrets) => invoke('export_preview', { id, format, secrets }),
  exportToFile: (id, format, secrets, confirmation) => invoke('export_to_file', { id, format, secrets, confirmation }),
  talkdeskSheet: (id, additions) => invoke('talkdesk_sheet', { id, additions }),
  saveSheet: (id, additions) => invoke('save_sheet', { id, additions }),
  printSheet: () => invoke('print_sheet'),
  copySecret: (id, member) => invoke('copy_secret', { id, member }),
  settings: () => invoke('settings'),
  saveSettings: (settings) => invoke('save_settings', { settings }),
  chooseCaFile: () => invoke('choose_ca_file'),
  vaultStatus: () => invoke('vault_status'),
  practiceStatus: () => invoke('practice_status'),
  practiceStart: () => invoke('practice_start'),
  practiceStop: () => invoke('practice_stop'),
  keepWizardDraft: (draft) => invoke('keep_wizard_draft', { draft }),
  wizardDraft: () => invoke('wizard_draft'),
  discardWizardDraft: () => invoke('discard_wizard_draft'),
  openGuide: (provider, step, variables) => invoke('open_guide', { provider, step, variables }),
  openSource: (provider, source) => invoke('open_source', { provider, source }),
  about: () => invoke('about'),
};
