// Reads a document with the parser that others would read it with, and says what that finds: a line each, none if sound.
//   node judge.mjs <folder of node_modules> asyncapi|openapi <document>
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [folder, kind, path] = process.argv.slice(2);
const require = createRequire(`${folder}/`);

const judges = {
  async asyncapi() {
    const { Parser } = require("@asyncapi/parser");
    const { diagnostics } = await new Parser().parse(readFileSync(path, "utf8"));
    // 0 is an error, 1 a warning; below that are tips, as that a newer minor version exists.
    return diagnostics.filter(({ severity }) => severity < 2).map(({ path, message }) => `${path.join("/")}: ${message}`);
  },
  async openapi() {
    const SwaggerParser = require("@apidevtools/swagger-parser");
    try {
      await SwaggerParser.validate(path, { resolve: { external: false } });
      return [];
    } catch (error) {
      return [error.message];
    }
  },
};

for (const line of await judges[kind]()) console.log(line);
