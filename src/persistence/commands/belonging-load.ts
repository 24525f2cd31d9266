// Loads one resource that the host application has registered, locked.
import type { RecordLoad } from './record-load.ts';

/** By kind and reference, behind the membership of its new owner. */
export const belongingLoad: RecordLoad<'belonging'> = {
  statements: ({ credential }, { kind, externalRef }) => [
    {
      name: 'belonging',
      text: `select id, kind, external_ref, name, created_by, owner_id, takings from owned_resource
        where workspace_id = $1 and kind = $2 and external_ref = $3 for update`,
      values: [credential.tenant.workspaceId, kind, externalRef],
    },
  ],
  found: ([rows = []]) => {
    const [row] = rows;
    return row && {
      id: row['id'] as string,
      kind: row['kind'] as string,
      externalRef: row['external_ref'] as string,
      name: (row['name'] as string | null) ?? undefined,
      createdBy: (row['created_by'] as string | null) ?? undefined,
      ownerId: (row['owner_id'] as string | null) ?? undefined,
      takings: row['takings'] as number,
    };
  },
};
