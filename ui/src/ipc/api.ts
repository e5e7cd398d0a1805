// The seam: everything the page may ask of Rust. `tauri.ts` is the real thing, `fake.ts` the bench.

import type {
  About,
  ApiAnswer,
  ApiCall,
  AuthorizationEvent,
  ConnectionDraft,
  ConnectionPage,
  ConnectionView,
  Consent,
  DraftReview,
  EventDrop,
  EventImported,
  EventPreview,
  ExportFormat,
  ExportOutcome,
  ExportPreview,
  Finding,
  InstallationState,
  KeptKeys,
  KeyView,
  LocalValidatorView,
  Located,
  NewCredentials,
  NewKey,
  PracticeView,
  Problem,
  ProofEvent,
  Provider,
  ProviderView,
  Redirect,
  RegionSighting,
  RemedyAction,
  Report,
  Retirement,
  RotationReason,
  SecretCopied,
  SecretMember,
  SecretsChoice,
  Settings,
  SheetAdditions,
  SheetOutcome,
  SuggestedIntegration,
  TalkdeskSheet,
  TrialEvent,
  TrialReport,
  TrialWish,
  Undone,
  VaultStatus,
} from './bindings';
import { t } from '../strings';

/** A connection file that could not be understood; it is left alone and shown. */
export interface Unreadable {
  path: string;
  reason: string;
}

export interface Connections {
  connections: ConnectionView[];
  unreadable: Unreadable[];
}

/** What became of a connection's approval when it was removed: what was withdrawn, what stayed valid. */
export interface Removal {
  notes: string[];
}

/** A file with a private key that was chosen: it stays with Rust, which knows it by its handle. */
export interface ChosenKey {
  handle: number;
  file_name: string;
}

/** What a person said about the event that they were shown. */
export interface ConfirmedEvent {
  /** Of the connection; suggested when it is left out. */
  name: string | null;
  /** The account that they expect; an event of any other one is refused. */
  account: string | null;
  /** They want it without a signature. */
  unsigned: boolean;
  /** The digest of the preview: any other event is refused. */
  lookedAt: string;
}

/** Every call rejects with something that `asRefusal` understands. */
export interface Api {
  /** Built-in and the person's own, by id. */
  providers(): Promise<ProviderView[]>;
  /**
   * Makes a provider from the metadata that an issuer publishes; in practice, the pretend one. One that
   * was made before is only made again when asked.
   */
  providerFromIssuer(issuer: string, replace: boolean, practice: boolean): Promise<Provider>;
  locateAccount(provider: string, input: string): Promise<Located>;
  /** The value that was typed or pasted for a variable is in `account`. */
  locateVariable(provider: string, name: string, input: string): Promise<Located>;
  detectRegions(provider: string, account: string, practice: boolean): Promise<RegionSighting[]>;
  /** `chosenKey` is the handle of the file that holds the draft's private key. */
  reviewDraft(draft: ConnectionDraft, changing: string | null, chosenKey?: number | null): Promise<DraftReview>;
  addConnection(draft: ConnectionDraft, chosenKey?: number | null): Promise<ConnectionView>;
  changeConnection(id: string, draft: ConnectionDraft, chosenKey?: number | null): Promise<ConnectionView>;
  /** Keys that wait for a connection. */
  keptKeys(): Promise<KeptKeys>;
  /** The private half stays in the keychain. */
  makeKey(wanted: NewKey): Promise<KeyView>;
  removeKey(id: string): Promise<void>;
  /** Of a connection that signs, or of a kept key. */
  publicKey(id: string): Promise<KeyView>;
  /** `null` when the dialog was dismissed. */
  choosePrivateKey(): Promise<ChosenKey | null>;
  connections(): Promise<Connections>;
  connectionPage(id: string): Promise<ConnectionPage>;
  renameConnection(id: string, name: string): Promise<void>;
  removeConnection(id: string): Promise<Removal>;
  validate(id: string, watch: (event: ProofEvent) => void): Promise<Report>;
  cancelValidation(id: string): Promise<void>;
  /** Every status is an answer. Rejects with all that is wrong with the call, see `asProblems`. */
  tryCall(id: string, call: ApiCall): Promise<ApiAnswer>;
  /** Whatever the validator does is in the report. Rejects with all that is wrong with the wish, see `asProblems`. */
  tryValidator(wish: TrialWish, watch: (event: TrialEvent) => void): Promise<TrialReport>;
  cancelTrial(): Promise<void>;
  /** The validator of this window. Its calls reject with all that is wrong, see `asProblems`. */
  validatorStatus(): Promise<LocalValidatorView>;
  /** What a validator for the product of this connection asks for. Rejects as the others do. */
  suggestedIntegration(id: string): Promise<SuggestedIntegration>;
  /** Where it was saved; `null` when the dialog was dismissed. */
  saveSuggestedIntegration(id: string): Promise<string | null>;
  /** Starts one for the provider of this connection, in the place of one that runs. */
  validatorStart(id: string): Promise<LocalValidatorView>;
  /** From a configuration that is chosen; `null` when the dialog was dismissed. */
  chooseValidator(): Promise<LocalValidatorView | null>;
  validatorStop(): Promise<LocalValidatorView>;
  /** Keeps new credentials beside those in use; `chosenKey` as for a draft. */
  beginRotation(
    id: string,
    entered: NewCredentials,
    reason: RotationReason,
    chosenKey?: number | null,
  ): Promise<ConnectionView>;
  /** The same checks as `validate`, with the credentials that wait; cancelled in the same way. */
  proveIncoming(id: string, watch: (event: ProofEvent) => void): Promise<Report>;
  switchCredentials(id: string): Promise<ConnectionView>;
  undoRotation(id: string): Promise<Undone>;
  retireCredentials(id: string): Promise<Retirement>;
  /** Without asking the provider, after the person confirmed it. */
  forgetCredentials(id: string, generation: number): Promise<Retirement>;
  acknowledgeRotation(id: string): Promise<ConnectionView>;
  /** From now on a file that is dropped on the window is read in Rust, until `forgetEvent`. */
  watchEventDrops(watch: (drop: EventDrop) => void): Promise<void>;
  /** The name of the file; `null` when the dialog was dismissed. */
  chooseEvent(): Promise<string | null>;
  /** What the chosen event says; `headers` are lines of "Name: value". */
  previewEvent(headers: string, practice: boolean): Promise<EventPreview>;
  importEvent(headers: string, practice: boolean, confirmed: ConfirmedEvent): Promise<EventImported>;
  /** Wipes the chosen event. */
  forgetEvent(): Promise<void>;
  answerInstallation(id: string, answer: InstallationState, reason: string | null): Promise<ConnectionView>;
  proposeRedirect(provider: string): Promise<Redirect>;
  /** A second call for the same connection joins the one that runs and hears its latest events again. */
  beginAuthorization(id: string, acceptPerson: boolean, watch: (event: AuthorizationEvent) => void): Promise<Consent>;
  authorizationRunning(id: string): Promise<boolean>;
  /** Rejects with what is wrong with the address; the authorization goes on. */
  pasteRedirect(id: string, address: string): Promise<void>;
  openBrowserAgain(id: string): Promise<void>;
  cancelAuthorization(id: string): Promise<void>;
  /** For an approval that came while the vault was locked. */
  retryKeeping(id: string): Promise<Consent>;
  applyRemedy(id: string, action: RemedyAction): Promise<ConnectionView>;
  /** Masked whatever is chosen; the choice decides what would stand behind the mask. */
  exportPreview(id: string, format: ExportFormat, secrets: SecretsChoice): Promise<ExportPreview>;
  /** `null` when the save dialog was dismissed. */
  exportToFile(
    id: string,
    format: ExportFormat,
    secrets: SecretsChoice,
    confirmation: string | null,
  ): Promise<ExportOutcome | null>;
  /** Rejects with `redirect_url` or `description` as the field when an addition is wrong. */
  talkdeskSheet(id: string, additions: SheetAdditions): Promise<TalkdeskSheet>;
  /** `null` when the save dialog was dismissed. */
  saveSheet(id: string, additions: SheetAdditions): Promise<SheetOutcome | null>;
  printSheet(): Promise<void>;
  /** Puts a credential on the clipboard, past this page. */
  copySecret(id: string, member: SecretMember): Promise<SecretCopied>;
  settings(): Promise<Settings>;
  saveSettings(settings: Settings): Promise<void>;
  /** `null` when the dialog was dismissed. */
  chooseCaFile(): Promise<string | null>;
  vaultStatus(): Promise<VaultStatus>;
  practiceStatus(): Promise<PracticeView>;
  practiceStart(): Promise<PracticeView>;
  practiceStop(): Promise<PracticeView>;
  keepWizardDraft(draft: string): Promise<void>;
  wizardDraft(): Promise<string | null>;
  discardWizardDraft(): Promise<void>;
  openGuide(provider: string, step: number, variables: Record<string, string>): Promise<void>;
  /** A page that the provider's file names as a source. */
  openSource(provider: string, source: string): Promise<void>;
  about(): Promise<About>;
}

/** A call that did not succeed: what happened, and what is wrong with the draft if it was one. */
export interface Refusal {
  problem: Problem;
  findings: Finding[];
}

/** Makes one shape of whatever a call rejected with; what is not a problem is our own fault. */
export function asRefusal(reason: unknown): Refusal {
  if (isRecord(reason)) {
    if (isProblem(reason)) return { problem: reason, findings: [] };
    if (isProblem(reason['problem'])) {
      const findings = Array.isArray(reason['findings']) ? (reason['findings'] as Finding[]) : [];
      return { problem: reason['problem'], findings };
    }
  }
  const detail = reason instanceof Error ? reason.message : String(reason);
  return {
    problem: {
      code: 'internal',
      summary: t.problem.internal,
      remedy: t.problem.internalHelp(detail),
      field: null,
      quoted: null,
    },
    findings: [],
  };
}

/** The same where everything that is wrong comes at once. */
export function asProblems(reason: unknown): Problem[] {
  if (Array.isArray(reason) && reason.length > 0 && reason.every(isProblem)) return reason;
  return [asRefusal(reason).problem];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isProblem(value: unknown): value is Problem {
  return isRecord(value) && typeof value['code'] === 'string' && typeof value['summary'] === 'string';
}
