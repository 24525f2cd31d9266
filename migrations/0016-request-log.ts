// Takes from the request log a reference that costs as much as writing the row: it was checked for every request of a connection.
import { Migration } from '@mikro-orm/migrations';

export class Migration0016RequestLog extends Migration {
  override up(): void {
    // Rows are written only for a connection of the workspace that the same statement finds, and none of the two is ever deleted.
    this.addSql('alter table scim_request_log drop constraint scim_request_log_workspace_id_fkey');
  }
}
