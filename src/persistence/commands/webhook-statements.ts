// Statements that write endpoints, and those that have events delivered once more.
import type { WebhookChange } from '../../domain/areas/webhooks.ts';
import { formerSecretHours } from '../../domain/model/event-endpoint.ts';
import { replayedFrom } from './webhook-load.ts';
import type { StatementTable } from './statement-table.ts';

/** The statements of each change of an endpoint. */
export const webhookStatements: StatementTable<WebhookChange> = {
  'webhook.insert': ({ kind, id, type, particulars: { url, audience, description, topics }, sealedSecret }, { workspaceId }) => [
    {
      name: kind,
      text: 'insert into event_endpoint (workspace_id, id, kind, url, audience, description, topics, secret) values ($1, $2, $3, $4, $5, $6, $7, $8)',
      values: [workspaceId, id, type, url, audience, description, topics, sealedSecret],
    },
  ],
  'webhook.update': ({ kind, id, particulars: { url, audience, description, topics } }, { workspaceId }) => [
    {
      name: kind,
      text: 'update event_endpoint set url = $3, audience = $4, description = $5, topics = $6, updated_at = now() where workspace_id = $1 and id = $2',
      values: [workspaceId, id, url, audience, description, topics],
    },
  ],
  'webhook.status': ({ kind, id, status }, { workspaceId }) => [
    {
      name: kind,
      text: `update event_endpoint set status = $3, failing_since = case when $3 = 'active' then null else failing_since end, updated_at = now() where workspace_id = $1 and id = $2`,
      values: [workspaceId, id, status],
    },
    // What was given up in between would end at its first attempt, were it not to begin anew.
    ...(status === 'active'
      ? [
          {
            name: 'webhook.again',
            text: `update event_delivery set next_at = now(), first_tried_at = null where workspace_id = $1 and endpoint_id = $2 and status = 'pending'`,
            values: [workspaceId, id],
          },
        ]
      : []),
  ],
  'webhook.secret': ({ kind, id, sealedSecret }, { workspaceId }) => [
    {
      name: kind,
      text: `update event_endpoint set former_secret = secret, former_until = now() + make_interval(hours => ${formerSecretHours}), secret = $3, updated_at = now() where workspace_id = $1 and id = $2`,
      values: [workspaceId, id, sealedSecret],
    },
  ],
  'webhook.replay': ({ id, events }, { workspaceId }) => {
    const { from, values } = replayedFrom(workspaceId, id, events);
    // A new position: what is told once more comes behind what is owed already. What is still owed keeps its place and is tried at once.
    return [
      {
        text: `insert into event_delivery (workspace_id, endpoint_id, event_id, topic, aggregate_id)
          select a.workspace_id, e.id, a.id, 'audit.' || a.action, coalesce(a.target_id, a.workspace_id) ${from} order by a.id
          on conflict (workspace_id, endpoint_id, event_id) do update set next_at = now(), first_tried_at = null,
            position = case when event_delivery.status = 'pending' then event_delivery.position else excluded.position end,
            attempts = case when event_delivery.status = 'pending' then event_delivery.attempts else 0 end,
            status = 'pending', response_status = null, response_text = null, error = null`,
        values,
      },
    ];
  },
  'webhook.delete': ({ kind, id }, { workspaceId }) => [{ name: kind, text: 'delete from event_endpoint where workspace_id = $1 and id = $2', values: [workspaceId, id] }],
};
