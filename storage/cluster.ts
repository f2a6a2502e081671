/** Which column spreads the rows of a table over the shards; where none is named, all by the first key. */
const SHARD_BY: Record<string, string> = { events: 'cityHash64(actor)' };
const TABLE =
  /^CREATE TABLE (?:IF NOT EXISTS )?(\w+)\s*(\([\s\S]*?\))\s*ENGINE\s*=\s*(\w*MergeTree)\b(?:\(([^)]*)\))?([\s\S]*)$/;
const VIEW = /^CREATE MATERIALIZED VIEW (?:IF NOT EXISTS )?(\w+) TO (\w+)\s+(AS[\s\S]*)$/;
const DROP = /^DROP (TABLE|VIEW) (?:IF EXISTS )?(\w+)/;
const ALTER = /^(ALTER TABLE|DELETE FROM|OPTIMIZE TABLE|TRUNCATE TABLE)\s+(\w+)/;
/** Changes that the distributed table needs too: it only hands rows on, but knows the columns. */
const CHANGES_COLUMNS = /\b(ADD|DROP|MODIFY|RENAME) COLUMN\b/;

/**
 * A migration as a cluster needs it: the table in its replicated form as `NAME_local` on every node, and
 * over it a distributed one of the plain name, so that no query knows the difference. Other statements
 * pass as they are.
 */
export function onCluster(commented: string, cluster: string): string[] {
  const statement = commented.replace(/^(\s*--[^\n]*\n)+/, '').trim();
  const where = `ON CLUSTER '${cluster}'`;
  const table = TABLE.exec(statement);
  if (table !== null) {
    const [, name = '', columns = '', engine = '', args = '', rest = ''] = table;
    const path = `'/clickhouse/tables/{shard}/{database}/${name}', '{replica}'`;
    const replicated = `Replicated${engine}(${[path, args.trim()].filter(Boolean).join(', ')})`;
    const key = SHARD_BY[name] ?? `cityHash64(${firstKey(rest)})`;
    return [
      `CREATE TABLE IF NOT EXISTS ${name}_local ${where} ${columns} ENGINE = ${replicated}${rest}`,
      `CREATE TABLE IF NOT EXISTS ${name} ${where} AS ${name}_local ENGINE = Distributed('${cluster}', currentDatabase(), '${name}_local', ${key})`,
    ];
  }
  const view = VIEW.exec(statement);
  if (view !== null) {
    const [, name = '', target = '', query = ''] = view;
    // Each shard derives from its own rows; whoever asks the distributed table gets them all.
    const own = query.replace(/\bFROM (\w+)/, 'FROM $1_local');
    return [`CREATE MATERIALIZED VIEW IF NOT EXISTS ${name} ${where} TO ${target}_local ${own}`];
  }
  const gone = DROP.exec(statement);
  if (gone !== null) {
    const [, kind = '', name = ''] = gone;
    const names = kind === 'VIEW' ? [name] : [name, `${name}_local`];
    return names.map((n) => `DROP ${kind} IF EXISTS ${n} ${where}`);
  }
  const change = ALTER.exec(statement);
  if (change === null) return [statement];
  const [whole, verb = '', name = ''] = change;
  const rest = statement.slice(whole.length);
  const local = `${verb} ${name}_local ${where}${rest}`;
  // How a column is packed is the business of the table that holds it.
  const outer = `${verb} ${name} ${where}${rest.replace(/\s*CODEC\((?:[^()]|\([^()]*\))*\)/g, '')}`;
  return CHANGES_COLUMNS.test(rest) ? [local, outer] : [local];
}

/** First column of ORDER BY: rows of one key meet on one shard, where they can replace each other. */
function firstKey(rest: string): string {
  const match = /ORDER BY\s*\(?\s*(\w+)/.exec(rest);
  return match?.[1] ?? '1';
}
