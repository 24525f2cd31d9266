// The areas of the team API in the order in which they are described, each with what it is about.

/** What each tag of the description stands for. */
export const tags = {
  'Host application': 'What the product beside Usher asks with an access token of its own (`POST /oauth2/token`): whether a person may come in, and at each click whether that still holds.',
  'Account home': 'What a person sees and does without a workspace, with a session that the host application opened.',
  Members: 'Who is in the workspace. Every act accepts `dryRun=true`, which answers what it would do; its `previewToken` confirms just that.',
  Invitations: 'An invitation makes an `invited` member that holds a seat for seven days; accepting it, signed in with the invited address, makes the member active.',
  Roles: 'A rank says who reaches whom, permissions say what for. Three roles are built in, the workspace makes others.',
  Groups: 'Identity providers fill groups; a group can give a role to its direct members. The strongest role counts.',
  Ownership: 'A workspace always has an active owner. Owners pass ownership on, or name who follows when an identity provider takes them away.',
  Schedules: 'Deactivations that are booked for the end of a day, in the time zone of the workspace.',
  Belongings: 'Resources of the host application that members own, and what becomes of them when their owner leaves or returns.',
  'API keys': 'Credentials that members make for their scripts, and those that were left behind.',
  Connections: 'One for each identity provider: its tokens, its policy, what it asked for and what a guard refused.',
  Events: 'Endpoints that are told of every audited act: signed webhooks, or security event tokens by push and poll.',
  Seats: 'How many people the organization pays for, who they are and why, and what is to be expected.',
  Audit: 'Everything that happened and everything that was refused, append-only and chained by hashes.',
  'Personal data': 'What is kept of a person: exported and erased, by the person itself or with its consent by the account owner.',
  Settings: 'Of the workspace and of the organization. Each change is audited with the names of its fields.',
} as const;

export type Tag = keyof typeof tags;
