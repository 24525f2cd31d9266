// Makes mails out of what is known of them: plain text with a small HTML beside it; assumes nothing of names, which people and identity providers choose.

/** What a mail is made of. `about` is a name: who invites, or whose deactivation could not be done. */
export interface MailSource {
  readonly template: string;
  readonly recipient: { readonly address: string | undefined; readonly name: string | undefined };
  readonly about: string | undefined;
  readonly workspace: string;
  readonly link: string | undefined;
  readonly expiresAt: Date | undefined;
}

/** A mail ready to be sent. */
export interface RenderedMail {
  readonly to: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Paragraphs of one mail; a paragraph may be a link. */
interface Letter {
  readonly subject: string;
  readonly paragraphs: readonly (string | { readonly link: string })[];
}

const longestName = 120;

/** The mail, or undefined when nobody can get it: the address is gone, or the template is not known to this version. */
export function renderMail(source: MailSource): RenderedMail | undefined {
  const { address, name } = source.recipient;
  const letter = letterOf(source);
  if (letter === undefined || address === undefined || /[\s<>"\p{C}]/u.test(address)) return undefined;
  const greeting = name === undefined ? 'Hello,' : `Hello ${oneLine(name)},`;
  const paragraphs = [greeting, ...letter.paragraphs];
  return {
    to: { name: name === undefined ? '' : oneLine(name), address },
    subject: letter.subject,
    text: `${paragraphs.map((part) => (typeof part === 'string' ? part : part.link)).join('\n\n')}\n`,
    html: `<!doctype html><html lang="en"><meta charset="utf-8"><body>${paragraphs.map(htmlOf).join('')}</body></html>`,
  };
}

function letterOf({ template, about, workspace, link, expiresAt }: MailSource): Letter | undefined {
  const place = oneLine(workspace);
  switch (template) {
    case 'invitation': {
      const who = about === undefined ? 'You are invited' : `${oneLine(about)} invites you`;
      const until = expiresAt === undefined ? 'for seven days' : `until ${expiresAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
      return {
        subject: `Invitation to ${place}`,
        paragraphs: [
          `${who} to the workspace ${place}. Follow this link and sign in with the address to which this mail was sent:`,
          ...(link === undefined ? ['(The link is no longer kept here.)'] : [{ link }]),
          `The link is good ${until}. If you did not expect this invitation, ignore it: without you nothing happens.`,
        ],
      };
    }
    case 'membership_removed':
      return {
        subject: `You were removed from ${place}`,
        paragraphs: [`You were removed from the workspace ${place} and from all its groups. You can no longer sign in there.`, 'If that is a mistake, ask an admin of the workspace to restore you.'],
      };
    case 'deactivation_blocked':
      return {
        subject: `A booked deactivation in ${place} was not done`,
        paragraphs: [
          `${about === undefined ? 'A member' : oneLine(about)} of the workspace ${place} was to be deactivated today, and was not: a rule of the workspace stood against it.`,
          'The audit log of the workspace says which one. Settle it, then deactivate the member or book another day.',
        ],
      };
    case 'webhook_disabled':
      return {
        subject: `A webhook of ${place} was disabled`,
        paragraphs: [
          `An address that the workspace ${place} tells of events took none for so long, or said that it is gone, that it is told of nothing more.`,
          'An admin finds it among the webhooks with what it answered last. Make it active again when it works, and have what it missed delivered once more.',
        ],
      };
    default:
      return undefined;
  }
}

/** Without line ends and other characters that headers, terminals or readers would obey. */
function oneLine(text: string): string {
  const line = text.replace(/[\p{C}\u2028\u2029\s]+/gu, ' ').trim();
  return line.length <= longestName ? line : `${line.slice(0, longestName).toWellFormed()}…`;
}

function htmlOf(part: Letter['paragraphs'][number]): string {
  if (typeof part === 'string') return `<p>${escape(part)}</p>`;
  const link = escape(part.link);
  return `<p><a href="${link}">${link}</a></p>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
}
