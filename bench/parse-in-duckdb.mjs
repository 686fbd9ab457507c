import { DuckDBInstance } from '@duckdb/node-api';

/**
 * Measures a fast parser without any checks. Usage: parse-in-duckdb.mjs FILE THREADS COLUMNS, where COLUMNS is JSON.
 * Plain JavaScript, because DuckDB is installed only for the benchmark and is not available to the type check.
 */
const [, , file, threads, columns] = process.argv;
const instance = await DuckDBInstance.create(':memory:', { threads });
const connection = await instance.connect();
const struct = Object.entries(JSON.parse(columns)).map(([name, type]) => `${name}: '${type}'`);
// Count every column; otherwise DuckDB would not parse it.
const counts = Object.keys(JSON.parse(columns)).map((name) => `count(${name})`);
const reader = await connection.runAndReadAll(
  `SELECT count(*), ${counts.join(', ')} FROM read_json('${file}', format = 'newline_delimited', ignore_errors = true, columns = {${struct.join(', ')}})`,
);
process.stdout.write(`${JSON.stringify({ records: Number(reader.getRows()[0][0]) })}\n`);
