// What a preview of an act on members looks like.
import { z } from 'zod';

const time = z.iso.datetime();
const named = z.object({ id: z.guid().nullable(), name: z.string() });
const counted = z.object({ kind: z.string(), count: z.int().min(0), lastUsedAt: time.nullable().optional() });
const becomes = z.object({ do: z.enum(['reattributed', 'revoked', 'suspended', 'resumed']), to: z.string().optional().meta({ description: 'A member, or `system`.' }) });
const belonging = counted.extend({
  samples: z.array(z.object({ externalRef: z.string(), name: z.string().nullable() })).optional(),
  becomes: becomes.optional().meta({ description: 'What the act does to them; missing where they stay as they are.' }),
});
const step = <T extends z.ZodType>(value: T) => z.object({ before: value, after: value });

const memberPreview = z
  .object({
    id: z.guid(),
    userName: z.string(),
    status: step(z.enum(['invited', 'active', 'deactivated', 'removed'])),
    role: step(z.string().nullable()),
    holds: step(z.array(z.string())),
    ends: z.object({ permissions: z.array(z.string()), groups: z.array(named), access: z.array(counted) }),
    begins: z.object({ permissions: z.array(z.string()), groups: z.array(named) }),
    keeps: z.array(z.enum(['account', 'attribution', 'otherWorkspaces', 'role', 'groups'])),
    belongings: z.array(belonging),
    returns: z.int().min(0).meta({ description: 'How many resources come back that earlier departures had moved.' }),
    seat: z.object({ here: step(z.boolean()), counted: step(z.boolean()), freed: z.boolean(), because: z.array(named) }),
    mails: z.array(z.string()),
  })
  .meta({ id: 'MemberPreview' });

/** The preview of an act whose real answer would have this body, or none. */
export function previewShape(answer: z.ZodType) {
  return z.object({
    dryRun: z.literal(true),
    act: z.string(),
    members: z.array(memberPreview),
    seats: z.int(),
    answer,
    previewToken: z.string(),
    expiresAt: time,
  });
}
