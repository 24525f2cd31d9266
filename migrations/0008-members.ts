// Holds that know the audit row of their placing.
import { Migration } from '@mikro-orm/migrations';

export class Migration0008Members extends Migration {
  override up(): void {
    this.addSql('alter table membership_hold add column event_id uuid');
  }
}
