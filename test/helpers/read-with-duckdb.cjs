// node test/helpers/read-with-duckdb.cjs QUERY: prints the rows of a query as JSON.
const { DuckDBInstance } = require("@duckdb/node-api");

async function rows(query) {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(query);
  return reader.getRowObjectsJson();
}

rows(process.argv[2]).then((found) => process.stdout.write(JSON.stringify(found)));
