// Whoever is told of events: a webhook, or a receiver of security event tokens by push or by poll. Secrets are sealed.
import { defineEntity, p } from '@mikro-orm/core';
import { instant, textList } from './column-types.ts';

export const EventEndpointEntity = defineEntity({
  name: 'EventEndpoint',
  tableName: 'event_endpoint',
  properties: {
    workspaceId: p.uuid().primary(),
    id: p.uuid().primary(),
    kind: p.text(),
    url: p.text().nullable(),
    audience: p.text().nullable(),
    description: p.text().nullable(),
    topics: textList(),
    status: p.text().default('active'),
    secret: p.text().nullable(),
    formerSecret: p.text().nullable(),
    formerUntil: instant().nullable(),
    failingSince: instant().nullable(),
    createdAt: instant().defaultRaw('now()'),
    updatedAt: instant().defaultRaw('now()'),
  },
});
