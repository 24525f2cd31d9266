// `secrets reseal`: seals the secrets of endpoints anew with the newest key, so that an older one can be taken out of use.
import type { Command } from 'commander';
import { secretBoxOf } from '../../compose-events.ts';
import { resealSecrets } from '../../persistence/outgoing/reseal-secrets.ts';
import { addGroup, examples } from '../help.ts';
import { CommandFault, type Io } from '../io.ts';
import { openSigningKeys } from '../own-issuer.ts';
import { withSession } from '../session.ts';

export function addSecretsCommands(program: Command, io: Io): void {
  const secrets = addGroup(program, 'secrets', 'look after the secrets of webhooks, which are kept encrypted');
  const reseal = secrets
    .command('reseal')
    .description('encrypt every secret anew with the newest signing key, before an older one is taken out of use')
    .action(async () => await resealAll(io));
  examples(reseal, ['secrets reseal']);
}

async function resealAll(io: Io): Promise<void> {
  await withSession(io, 'Sealing the secrets', async ({ settings, pool }) => {
    const { resealed, kept, lost } = await resealSecrets(pool, secretBoxOf(await openSigningKeys(settings)));
    io.out(`${resealed} sealed anew, ${kept} were sealed with the newest key already.\n`);
    if (lost > 0) throw new CommandFault(`${lost} cannot be opened with the keys of this server: rotate the secrets of those endpoints.`);
  });
}
