// How each load of the domain is read; a load that the domain names and nobody reads does not compile.
import type { Loads } from '../../domain/loads.ts';
import { belongingLoad } from './belonging-load.ts';
import { belongingsLoad } from './belongings-load.ts';
import { blockedIntentLoad } from './blocked-intent-load.ts';
import { connectionLoad } from './connection-load.ts';
import { keyLoad, keysLoad } from './key-load.ts';
import { knownAccountLoad } from './known-account-load.ts';
import { hostClientLoad } from './host-client-load.ts';
import { invitationLoad } from './invitation-load.ts';
import type { RecordLoad } from './record-load.ts';
import { removedLoad } from './removed-load.ts';
import { roleHolderLoad } from './role-holder-load.ts';
import { scheduleLoad } from './schedule-load.ts';
import { settingsLoad } from './settings-load.ts';
import { sessionLoad, signInLoad } from './sign-in-load.ts';
import { webhookLoad } from './webhook-load.ts';

/** All of them by name. */
export const recordLoads: { readonly [K in keyof Loads]: RecordLoad<K> } = {
  account: knownAccountLoad,
  blockedIntent: blockedIntentLoad,
  connections: connectionLoad,
  invitation: invitationLoad,
  belonging: belongingLoad,
  belongings: belongingsLoad,
  key: keyLoad,
  keysOf: keysLoad,
  removed: removedLoad,
  roleHolders: roleHolderLoad,
  schedules: scheduleLoad,
  settings: settingsLoad,
  signIn: signInLoad,
  session: sessionLoad,
  hostClients: hostClientLoad,
  webhooks: webhookLoad,
};
