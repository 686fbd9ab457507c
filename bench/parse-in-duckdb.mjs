import { DuckDBInstance } from '@duckdb/node-api';

/**
 * How fast a good parser alone is, without any check: parse-in-duckdb.mjs FILE THREADS COLUMNS, where COLUMNS is JSON.
 * Plain JavaScript, because its library is installed for the bench only and the types of the rest are checked without.
 */
const [, , file, threads, columns] = process.argv;
const instance = await DuckDBInstance.create(':memory:', { threads });
const connection = await instance.connect();
const struct = Object.entries(JSON.parse(columns)).map(([name, type]) => `${name}: '${type}'`);
// Every column is counted, or DuckDB would not parse it.
const counts = Object.keys(JSON.parse(columns)).map((name) => `count(${name})`);
const reader = await connection.runAndReadAll(
  `SELECT count(*), ${counts.join(', ')} FROM read_json('${file}', format = 'newline_delimited', ignore_errors = true, columns = {${struct.join(', ')}})`,
);
process.stdout.write(`${JSON.stringify({ records: Number(reader.getRows()[0][0]) })}\n`);
